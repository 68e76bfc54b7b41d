"""The language of a text, by script, frequent words, langdetect, and declaration."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from crawler.language import UNKNOWN, Language, language_of

TEXTS = {
    "fr": "Les forces de sécurité ont annoncé que la route entre les deux villes est de nouveau ouverte pour les convois, après une semaine de fermeture.",
    "en": "The army said on Thursday that the road between the two towns is open again to convoys, after it had been closed for a week.",
    "pt": "O governador disse que a estrada entre as duas vilas foi reaberta para os camiões, depois de uma semana em que não passou nenhum.",
    "es": "El gobernador dijo que la carretera entre las dos ciudades está abierta de nuevo para los camiones, después de una semana.",
    "sw": "Jeshi la nchi hiyo lilisema kwamba barabara kati ya miji hiyo miwili imefunguliwa tena kwa magari ya mizigo baada ya wiki moja.",
    "so": "Ciidanka ayaa sheegay in waddada u dhaxaysa labada magaalo la furay, kaddib markii ay xirnayd muddo toddobaad ah, waxaana la soo dhaweeyay.",
    "ha": "Sojoji sun ce an sake bude hanyar da ke tsakanin garuruwan biyu ga manyan motoci, bayan da ta kasance a rufe har mako guda a cikin jihar.",
    "ar": "قال متحدث باسم الجيش إن الطريق بين المدينتين أعيد فتحه أمام القوافل بعد أسبوع من الإغلاق، وأضاف أن الوضع هادئ.",
    "am": "ሠራዊቱ በሁለቱ ከተሞች መካከል ያለው መንገድ ለአንድ ሳምንት ከተዘጋ በኋላ እንደገና መከፈቱን አስታወቀ፤ ሁኔታው የተረጋጋ ነው።",
    "ti": "እቲ ሰራዊት ኣብ መንጎ ክልተ ከተማታት ዘሎ መገዲ ድሕሪ ሓደ ሰሙን ከም ብሓድሽ ከም ዝተኸፈተ ኣፍሊጡ፤ እዚ ድማ ጽቡቕ እዩ።",
}


@pytest.mark.parametrize("code", TEXTS)
def test_text_speaks_for_itself(code: str) -> None:
    found = language_of(TEXTS[code], None, ())
    assert found.code == code
    assert found.source == ("script" if code in ("am", "ti") else "text")
    assert found.confidence is not None
    assert found.confidence == round(found.confidence, 2)


def test_text_outweighs_a_theme_that_says_english() -> None:
    assert language_of(TEXTS["ha"], "en", ()).code == "ha"
    assert language_of(TEXTS["fr"], "en", ("en",)).code == "fr"


def test_declaration_counts_where_the_text_is_silent() -> None:
    wolof = "Xare bi dafa jeex, waaye nit ñi ñoo ngi wéy di xaar ndimbal ci dëkk yi ñu nekk, naka noonu."
    assert language_of(wolof, "wo", ()) == Language("wo", None, "declared")
    assert language_of(wolof, None, ("wo",)) == Language("wo", None, "declared")


def test_a_declaration_that_the_text_contradicts_is_no_answer() -> None:
    nonsense = "Xare bi dafa jeex, waaye nit ñi ñoo ngi wéy xaar ndimbal ñu nekk, naka noonu."
    assert language_of(nonsense, "en", ()) == UNKNOWN
    assert language_of(nonsense, "ar", ()) == UNKNOWN


@pytest.mark.parametrize("text", ["", "12 345", "…", "AFP"])
def test_too_little_text(text: str) -> None:
    assert language_of(text, None, ()) == UNKNOWN
    assert language_of(text, "fr", ()) == Language("fr", None, "declared")


def test_several_site_languages_are_no_answer() -> None:
    assert language_of("", None, ("fr", "ar")) == UNKNOWN


def test_same_answer_in_all_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda _: language_of(TEXTS["fr"], None, ()), range(32)))
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ ⴰⵢⵜⵎⴰ ⴷ ⵉⵙⵜⵎⴰ ⴳ ⵜⵎⵓⵔⵜ", "zgh"), ("ߒߞߏ ߞߊ߲ ߞߊߟߊ߲ ߓߊ߲ߡߊ߬ ߘߌ߫ ߝߊ߬ߛߏ", "nqo")],
)
def test_scripts(text: str, code: str) -> None:
    assert language_of(f"{text} {text}", None, ()).code == code
