"""The language of a text: a script rule, frequent words, langdetect seeded; a declaration where the text is silent."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock

from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from archive.article import LanguageSource

_ENOUGH = 20  # letters; less says nothing
_SAMPLE = 3000  # characters; more made no answer better and all slower
_WORDS = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_LOCK = Lock()

# Words that a text of the language can not do without.  langdetect knows neither Hausa nor Oromo, Yoruba, Igbo,
# Kinyarwanda or Lingala, and calls them Somali, Swahili or Tagalog with p = 1.0; these lists contradict it.
_FREQUENT = {
    code: frozenset(words.split())
    for code, words in {
        "af": "die van en in is nie het wat te sy met op vir hy aan om was dat ook",
        "de": "der die und das in den von zu mit ist nicht ein eine auf für dem des sich auch im",
        "en": "the of and to in a that is was for on with by said from it have has at are",
        "es": "de la que el en los del se las por un con una para su al lo como más fue",
        "fr": "de la le les et des en du à une un que dans pour par qui sur est au plus avec",
        "ha": "da na ta ya a ba ne ce wani wata cikin kan domin amma kuma sun yi ga shi wanda wannan don zuwa bayan"
        " daga an su wadanda waɗanda jihar sai",
        "ig": "na nke ndị ndi bụ bu ka ya ha maka ihe onye nwere site dị di ga mgbe ọ nọ ime a kwuru otu",
        "it": "di che e la il un a per in una sono con non del si da le dei alla della",
        "ln": "na ya mpe oyo ete bato ba ezali mpo po te azali kati yango nzokande lokola mboka bazali ye ezalaki",
        "nl": "de van het een en in is dat op te met voor niet zijn die aan er om was ook",
        "om": "fi kan akka keessa irraa hin isaa waan kana godina ture yeroo biyya mootummaa gara immoo jira irratti"
        " jedhan ta'e kun akkasumas kanaan ni",
        "pt": "de a o que e do da em um para com não uma os no se na por mais as dos foi",
        "rw": "mu ku na ya ko yo bya kandi cyangwa muri avuga ubwo aho abantu kuri yagize ibyo uyu iyi ni ati mo wa",
        "so": "oo ka iyo ah ayaa uu waxa in ay ku u la si waxaa lagu laga soo kale isagoo sheegay aan ee",
        "sw": "ya na wa kwa ni katika la za hiyo kuwa alisema cha kama watu baada huo yake kwamba vya hii pia",
        "yo": "ni ti àti ati awọn àwọn fún fun pé pe sí si náà naa wọn nínú ninu láti lati kan gbogbo ó ní tí ń lọ ò",
    }.items()
}
_TIGRINYA = frozenset(
    ["ናይ", "እዩ", "ኣብ", "ካብ", "እቲ", "ከም", "ድማ", "ምስ", "ነቲ", "እዚ", "ኣሎ", "ዝኾነ", "እዮም", "ናብ"]
)
_AMHARIC = frozenset(
    [
        "ነው",
        "ላይ",
        "ውስጥ",
        "እና",
        "ግን",
        "ወደ",
        "እንደ",
        "ጋር",
        "ደግሞ",
        "በኋላ",
        "ነበር",
        "ይህ",
        "መሆኑን",
        "ሆነ",
        "ዛሬ",
    ]
)
_SCRIPTS = (
    (0x1200, 0x139F, "ethiopic"),
    (0x2D30, 0x2D7F, "tifinagh"),
    (0x07C0, 0x07FF, "nko"),
    (0x0600, 0x06FF, "arabic"),
    (0x0041, 0x024F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
)


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639 code, how sure it is (two digits), and what says so; all None where unknown."""

    code: str | None
    confidence: float | None
    source: LanguageSource | None


UNKNOWN = Language(None, None, None)


def language_of(text: str, declared: str | None, candidates: tuple[str, ...]) -> Language:
    """The text's own evidence first; then what the page, or its site alone, declares and the text allows."""
    sample = text[:_SAMPLE]
    script = _script(sample)
    if script in ("ethiopic", "tifinagh", "nko"):
        return Language(_by_script(script, sample, declared), 0.99, "script")
    shares = _shares(sample) if script == "latin" else {}
    found = _by_words(shares) or (_by_letters(sample, shares, script) if script else None)
    return found or _declared(declared, candidates, shares, script)


def _script(text: str) -> str | None:
    """The script of most letters, if there are enough of them."""
    counts: Counter[str] = Counter()
    for char in text:
        if char.isalpha():
            counts[_script_of(ord(char))] += 1
    script, count = counts.most_common(1)[0] if counts else ("", 0)
    return script if count >= _ENOUGH else None


def _script_of(point: int) -> str:
    return next((name for first, last, name in _SCRIPTS if first <= point <= last), "other")


def _by_script(script: str, text: str, declared: str | None) -> str:
    if script == "nko":
        return "nqo"
    if script == "tifinagh":
        return declared if declared in ("ber", "kab", "rif", "shi", "tzm", "taq") else "zgh"
    words = re.findall(r"[\u1200-\u135f]+", text)
    tigrinya = sum(word in _TIGRINYA for word in words) + text.count("ኣ") / 4
    amharic = sum(word in _AMHARIC for word in words) + text.count("አ") / 4
    return "ti" if tigrinya > amharic else "am"


def _shares(text: str) -> dict[str, float]:
    """For each listed language, the part of the words that are among its frequent ones."""
    words = [word.lower().replace("’", "'") for word in _WORDS.findall(text)]
    counts = Counter(words)
    total = len(words) or 1
    return {c: sum(counts[w] for w in known) / total for c, known in _FREQUENT.items()}


def _by_words(shares: dict[str, float]) -> Language | None:
    """A language that langdetect does not know, where its frequent words are plainly there."""
    ranked = sorted(((share, code) for code, share in shares.items()), reverse=True)
    if not ranked or ranked[0][0] < 0.14 or ranked[0][0] < 1.25 * ranked[1][0]:
        return None
    share, code = ranked[0]
    if code in _profiles().langlist:
        return None
    return Language(code, round(share / (share + ranked[1][0]), 2), "text")


def _by_letters(text: str, shares: dict[str, float], script: str | None) -> Language | None:
    """langdetect's answer, unless the words of that language are missing from a text in Latin letters."""
    detector = _profiles().create()
    detector.append(text)
    try:
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return None
    code = best.lang.partition("-")[0]
    if best.prob < 0.8 or (script == "latin" and shares.get(code, 0.0) < 0.1):
        return None
    return Language(code, round(best.prob, 2), "text")


def _declared(
    declared: str | None, candidates: tuple[str, ...], shares: dict[str, float], script: str | None
) -> Language:
    alone = candidates if len(candidates) == 1 else ()
    for code in (declared, *alone):
        if code and _allowed(code, shares, script):
            return Language(code, None, "declared")
    return UNKNOWN


def _allowed(code: str, shares: dict[str, float], script: str | None) -> bool:
    """Whether the text could be in that language: too short to tell, or nothing known speaks against it."""
    if script is None:
        return True
    if code in shares:
        return shares[code] >= 0.08
    latin_only = code in _FREQUENT
    return not (latin_only and script != "latin") and (script == "latin") == (
        code not in _NOT_LATIN
    )


_NOT_LATIN = frozenset(
    [
        "am",
        "ti",
        "ar",
        "arz",
        "ary",
        "aeb",
        "shu",
        "fa",
        "ur",
        "he",
        "ru",
        "uk",
        "bg",
        "zh",
        "ja",
        "ko",
        "th",
        "hi",
        "el",
        "nqo",
        "zgh",
    ]
)


@cache
def _loaded() -> DetectorFactory:
    """langdetect's profiles in sorted order: its own loader follows the file system's."""
    factory = DetectorFactory()
    folder = files("langdetect").joinpath("profiles")
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    factory.load_json_profile([folder.joinpath(name).read_text("utf-8") for name in names])
    factory.set_seed(0)
    return factory


def _profiles() -> DetectorFactory:
    with _LOCK:
        return _loaded()
