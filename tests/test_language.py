"""The language of a text: its own evidence, its script, what page and site declare; and the table behind it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.build_languages import SMALL, built, small_words, strangers, stripped, trained
from bench.build_neighbours import neighbours
from bench.build_strangers import grouped
from bench.declarations import declarations, strange_to
from crawler.language import UNKNOWN, Language, language_of
from crawler.neighbours import Neighbours, traits
from crawler.profiles import Profiles, lanes, packed, profiles, row_of, unpacked
from crawler.wording import letters, windows, words

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

# Headlines that differ from a neighbour's in a few words.
CLOSE = [
    ("rn", "Umukuru w'igihugu c'Uburundi yashikirije ijambo abanyagihugu ku musi mukuru"),
    ("rw", "Umukuru w'igihugu cy'u Rwanda yagejeje ijambo ku baturage ku munsi mukuru"),
    ("rn", "Abantu cumi barapfuye mw'isanganya ry'umuduga, vyabaye ku musi wa gatanu"),
    ("rw", "Abantu icumi bapfiriye mu mpanuka y'imodoka, byabaye ku wa gatanu nimugoroba"),
    ("zu", "Amaphoyisa aseThekwini abophe abasolwa abahlanu ngokuntshontsha izimoto"),
    ("xh", "Amapolisa aseBhayi abambe abarhanelwa abahlanu ngokuba iimoto zabantu"),
    ("ss", "Emaphoyisa aseMbabane abophe basolwa labasihlanu ngekweba timoto"),
    ("tn", "Mapodisi a tshwere babelaelwa ba le batlhano kwa motseng ka letsatsi la bone"),
    ("st", "Mapolesa a tshwere babelaellwa ba bahlano ka lebaka la bosholu ba dikoloi"),
    ("nso", "Maphodisa a swere babelaelwa ba bahlano kua motseng ka lebaka la bohodu bja dikoloi"),
    ("om", "Humni waraanaa karaan magaalota lamaan gidduu deebi'ee banameera jedhe"),
    ("so", "Ciidamada ayaa sheegay in waddada u dhaxaysa labada magaalo dib loo furay"),
    ("pcm", "Soldiers don open di road again afta dem fight gunmen for three days"),
    ("en", "Soldiers have opened the road again after fighting gunmen for three days"),
    ("pcm", "Sokoto: Wetin Governor Aminu tok about di attack"),
    ("pcm", "Wizkid sign new contract for Sony"),
    ("en", "Wizkid signs new contract for Sony"),
    ("pcm", "Asake, Rema go perform for Lagos stadium dis December"),
    ("en", "Asake and Rema to perform at Lagos stadium this December"),
    ("en", "Mercy Chinwo sues Lagos producer over song rights"),
    ("yo", "Awon omo ogun ti si ona to wa laarin ilu mejeeji leyin ose kan"),
    ("yo", "Àwọn ọmọ ogun ti ṣí ọ̀nà tó wà láàrin ìlú méjèèjì lẹ́yìn ọ̀sẹ̀ kan"),
    ("ha", "Yan bindiga sun kashe mutane da dama a wani kauye da ke arewacin kasar"),
    ("ha", "Ƴan bindiga sun kashe mutane da dama a wani ƙauye da ke arewacin ƙasar"),
    ("ar", "احنا مش عارفين الطريق هيفتح تاني امتى بعد اللي حصل امبارح في البلد"),
    ("ar", "ما كاين حتى واحد عارف فوقاش غادي يحلو الطريق من بعد داكشي لي وقع"),
    ("ar", "ما نعرفوش وقتاش باش يحلو الثنية بعد اللي صار البارح في البلاد"),
    ("ln", "Basoda ya leta bazongisi nzela kati na bingumba mibale nsima ya mposo moko"),
]

# Sentences of the Universal Declaration of Human Rights, which is in the public domain.
DECLARATION = [
    ("bm", "Bɛɛ ka kan josira ni hɔrɔnɲasira dantigɛlen ninnu bɛɛ la, wolomali fan si t’a la"),
    ("dyu", "Mɔgɔ’ bɛɛ dɔ bɛ kà à lɔn kó í ká kán ní mɔgɔya hákɛyaw ní à hɔrɔnya kófɔnin’ bɛɛ ye"),
    ("wo", "Doomi aadama yépp danuy juddu, yam ci tawfeex ci sag ak sañ-sañ"),
]
STRANGE = {
    "Basque": "Herri eta nazio guztiek izan beharreko jomuga legez, bai norbanakoek eta bai erakundeek. Aldarrikapen honetan etengabe oinarrituta, alde batetik, eskubide eta askatasun hauen begirunea bultza dezaten irakaskuntzaren eta hezkuntzaren bidez",
    "Icelandic": "Skulu einstaklingar og yfirvöld jafnan hafa yfirlýsingu þessa í huga og kappkosta með fræðslu og uppeldi að efla virðingu fyrir réttindum þeim og frjálsræði",
    "Venda": "Vhathu vhoṱhe vha bebwa vhe na mbofholowo nahone vha tshi lingana siani ḽa tshirunzi na pfanelo. Vhathu vhoṱhe vho ṋewa mihumbulo na mvalo",
    "Tiv": "I mar maor ken kpan ga, nan ngu a icivir man mbamkpeiyol cii. I na nan mhen man ishima i kaven kwagh; nahan gba keng u nana tema a orgen",
    "Armenian": "որպես առաջադրանք բոլոր ժողովուրդներին ու ազգերին, որպեսզի յուրաքանչյուր անհատ և հասարակության յուրաքանչյուր մարմին",
    "Georgian": "ამ ადამიანის უფლებათა საყოველთაო დეკლარაციას ისეთ ამოცანად, რომლის შესრულებას უნდა ესწრაფვოდეს ყველა ხალხი",
}


@pytest.mark.parametrize("code", TEXTS)
def test_text_speaks_for_itself(code: str) -> None:
    found = language_of(TEXTS[code], None, ())
    assert found.code == code
    assert found.source == ("script" if code in ("am", "ti") else "text")
    assert found.confidence is not None
    assert found.confidence == round(found.confidence, 2)
    assert found.confidence > 0.9


@pytest.mark.parametrize(("code", "text"), CLOSE + DECLARATION)
def test_close_neighbours(code: str, text: str) -> None:
    assert language_of(text, None, ()).code == code


def test_text_outweighs_a_theme_that_says_english() -> None:
    assert language_of(TEXTS["ha"], "en", ()).code == "ha"
    assert language_of(TEXTS["fr"], "en", ("en",)).code == "fr"


def test_a_declaration_decides_between_two_that_the_text_could_be() -> None:
    both = "Ibibazo by'umutekano mu Burundi no mu Rwanda"
    assert language_of(both, "rn", ()).code == "rn"
    assert language_of(both, None, ("rw",)).code == "rw"


def test_a_language_that_the_table_lacks_is_declared() -> None:
    assert language_of(STRANGE["Venda"], "ve", ()) == Language("ve", None, "declared")
    assert language_of(STRANGE["Venda"], None, ("ve",)) == Language("ve", None, "declared")


def test_a_declaration_that_the_text_contradicts_is_no_answer() -> None:
    assert language_of(STRANGE["Venda"], "en", ()) == UNKNOWN
    assert language_of(STRANGE["Venda"], "ar", ("fr",)) == UNKNOWN


@pytest.mark.parametrize("name", STRANGE)
def test_an_unknown_language_is_unknown(name: str) -> None:
    assert language_of(STRANGE[name], None, ()) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        *("", "12 345", "…", "AFP", "15/03 20:45 100% +225 07 08", "😀" * 50),
        *("Read more", "AFP photo by", "Lire la suite", "Ouagadougou Niamey", "Xrtv bnmk plzw"),
    ],
)
def test_too_little_text(text: str) -> None:
    assert language_of(text, None, ()) == UNKNOWN
    assert language_of(text, "fr", ()) == Language("fr", None, "declared")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "Elle a été libérée"),
        ("en", "The road is open now"),
        ("sw", "Hakuna maji mjini leo"),
        ("af", "Ek weet nie hoekom nie"),
        ("yo", "Ní mo mọ̀ ohun tó ṣẹlẹ̀"),
    ],
)
def test_a_few_words_that_only_one_language_has_are_enough(code: str, text: str) -> None:
    assert len(words(text)) >= 3
    assert sum(map(len, words(text))) < 20
    assert language_of(text, None, ()).code == code


def test_a_few_words_of_kin_languages_are_not() -> None:
    assert language_of("Ga re itse lebaka", None, ()) == UNKNOWN
    assert language_of("Ga re itse lebaka", "tn", ()).code == "tn"


def test_a_list_of_names_is_unknown() -> None:
    names = "Ouattara, Tshisekedi, Museveni, Ramaphosa, Mnangagwa, Akufo-Addo, Tinubu, Goïta"
    assert language_of(names, None, ()) == UNKNOWN


def test_several_site_languages_are_no_answer() -> None:
    assert language_of("", None, ("fr", "ar")) == UNKNOWN


@pytest.mark.parametrize("declared", ["ar-TN", "AEB", "ara", "ary"])
def test_other_names_of_a_language(declared: str) -> None:
    assert language_of("", declared, ()).code == "ar"


def test_the_language_of_most_of_the_text() -> None:
    quotation = TEXTS["ar"]
    assert language_of(f"{quotation}\n\n{TEXTS['fr']} {TEXTS['fr']}", None, ()).code == "fr"
    begins = TEXTS["en"] + "\n\n" + 12 * TEXTS["sw"]
    assert language_of(begins, None, ()).code == "sw"


def test_same_answer_in_all_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda t: language_of(t, None, ()), 8 * list(TEXTS.values())))
    assert answers == 8 * [language_of(text, None, ()) for text in TEXTS.values()]


def test_same_answer_in_another_process() -> None:
    script = "import sys; from crawler.language import language_of; print(language_of(sys.argv[1], None, ()))"
    command = [sys.executable, "-c", script, TEXTS["so"]]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == str(language_of(TEXTS["so"], None, ()))


@given(st.text(), st.none() | st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3))
def test_any_text_has_an_answer(text: str, declared: str | None, candidates: list[str]) -> None:
    found = language_of(text * 20, declared, tuple(candidates))
    assert isinstance(found, Language)
    assert found.confidence is None or 0 < found.confidence <= 1
    assert found.code is None or found.source is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ ⴰⵢⵜⵎⴰ ⴷ ⵉⵙⵜⵎⴰ ⴳ ⵜⵎⵓⵔⵜ", "zgh"),
        ("ߒߞߏ ߞߊ߲ ߞߊߟߊ߲ ߓߊ߲ߡߊ߬ ߘߌ߫ ߝߊ߬ߛߏ", "nqo"),
        ("联合国大会通过并宣布这项决议，所有国家应当努力实现这一目标", "zh"),
        ("すべての人間は、生れながらにして自由であり、かつ平等である", "ja"),
    ],
)
def test_scripts(text: str, code: str) -> None:
    assert language_of(f"{text} {text}", None, ()).code == code


def test_tifinagh_is_what_the_page_says() -> None:
    text = "ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ ⴰⵢⵜⵎⴰ ⴷ ⵉⵙⵜⵎⴰ ⴳ ⵜⵎⵓⵔⵜ"
    assert language_of(text, "kab", ()).code == "kab"
    assert language_of(text, "en", ()).code == "zgh"


def test_words_keep_their_marks_and_apostrophes() -> None:
    assert words("Mw’isoko, « bẹ̀rẹ̀ » 12 https://a.example/b x@y.zz") == ["Mw'isoko", "bẹ̀rẹ̀"]
    assert max(map(len, words("ሀ" * 100))) == 24


def test_letters_are_those_of_langdetect() -> None:
    assert Counter(letters("ab")) == Counter(["a", " a", "b", "ab", " ab", "b ", "ab "])
    assert "TO" not in set(letters("NATO"))


@given(st.text(st.sampled_from("abcABC éẹ'.ሀ中"), max_size=12))
def test_windows_hold_the_same_letters(word: str) -> None:
    whole, rest = windows(word)
    apart = [gram for three in whole for gram in (three, three[:2], three[1])]
    assert Counter(apart + rest) == Counter(letters(word))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("sn", "World Health Organization yotumira mishonga"),
        ("zu", "Sunday World Top Story: kushone umculi"),
        ("ig", "Super Eagles World Cup squad list: ndị egwuregwu ga-aga"),
    ],
)
def test_borrowed_english_does_not_decide(code: str, text: str) -> None:
    assert language_of(text, None, ()).code == code


def test_neighbours_differ_by_small_words_and_not_by_names() -> None:
    assert traits(["Di", "Lagos", "ogas"]) == {
        *("=di", " di ", "di "),
        *("=ogas", " oga", "gas ", "as "),
    }
    assert traits(["The", "dogs", "bark"]).isdisjoint({"^", "^s"})
    pair = Neighbours("en", "pcm", -20, {"=di": 150, "as ": -30})
    assert pair.for_second(["Di", "Lagos", "ogas"]) == 1.0
    assert pair.for_second([]) == -0.2


@pytest.mark.parametrize(
    ("headline", "ending"),
    [
        ("Wizkid pay", {"^"}),
        ("Wizkid pays", {"^s"}),
        ("Court denies", {"^s"}),
        ("Coach reaches", {"^s"}),
        ("Officials say", set()),
        ("wizkid pay", set()),
        ("Wizkid plans", set()),
    ],
)
def test_the_ending_of_a_verb_behind_a_name(headline: str, ending: set[str]) -> None:
    assert traits(headline.split()) & {"^", "^s"} == ending


def test_neighbours_are_fitted_the_same_from_the_same_texts() -> None:
    sentences = {"en": 20 * ["the dogs are barking"], "pcm": 20 * ["di dog dey bark"]}
    own = {"en": [], "pcm": 5 * ["di dog don bark"]}
    pair = neighbours("en", "pcm", sentences, own)
    assert pair == neighbours("en", "pcm", dict(reversed(sentences.items())), own)
    assert pair.for_second(["di", "cat", "dey"]) > 0.5 > -0.5 > pair.for_second(["the", "cats"])
    assert "=don" not in pair.weights  # in too few texts to tell more than their subject


def _one_row(held: dict[int, int]) -> Profiles:
    about = {
        "languages": [f"l{n}" for n in range(200)],
        "own": 1,
        "strangers": 50,
        "usual_letters": [1.0],
        "usual_words": [1.0],
        "neighbours": [],
    }
    return unpacked(packed(about, {crc32(b"x"): row_of(held)}))


@pytest.mark.parametrize(
    "held",
    [{}, {0: 1}, {3: 7, 4: 8}, {2: 1, 199: 2}, {lane: 1 + lane % 255 for lane in range(200)}],
)
def test_rows_come_back_whether_few_lanes_hold_anything_or_all(held: dict[int, int]) -> None:
    said = lanes(_one_row(held).evidence("x").letters, 200)
    most = max(held.values(), default=0)
    floor = most - 200  # what a word says at most
    assert list(said) == [max(0, held.get(lane, 0) - floor) // 2 for lane in range(200)]


def test_strangers_have_lanes_behind_the_languages() -> None:
    assert lanes(_one_row({249: 200}).evidence("x").strange, 50)[49] == 150


def test_small_words_tell_languages_of_which_letters_are_known() -> None:
    for code, text in (
        (
            "nl",
            "Niemand zal onderworpen worden aan willekeurige arrestatie, detentie of verbanning",
        ),
        ("ro", "Nimeni nu va fi supus la torturi, nici la pedepse sau tratamente"),
        ("no", "Ingen skal haldast i slaveri eller trældom. Slaveri og slavehandel av alle"),
        ("da", "Denne ret må ikke påberåbes ved anklager, der virkelig hidrører fra"),
        ("hr", "Svatko ima pravo na rad, na slobodan izbor zaposlenja, na pravične i"),
        ("bg", "Всички хора са равни пред закона и имат право, без каквато и"),
    ):
        assert language_of(text, None, ()).code == code


def test_a_package_of_declarations_gives_what_is_not_known(tmp_path: Path) -> None:
    folder = tmp_path / "declaration"
    folder.mkdir()
    for language, code, text in (
        ("bos", "bs", "Sva ljudska bića rađaju se slobodna"),
        ("swh", "sw", "Watu wote wamezaliwa huru"),
        ("hye", "hy", "Բոլոր մարդիկ ծնվում են ազատ"),
        ("und", "und", "Abc def ghi"),
    ):
        page = f'<html data-code="x" data-iso6393="{language}" dir="ltr" lang="{code}">'
        page += "".join(f"<p>{text} &amp; {n}.</p>\n<p><b>{text}</b></p>" for n in range(150))
        (folder / f"{language}.html").write_text(page, "utf-8")
    found = strange_to({"sw"}, tmp_path)
    assert list(found) == ["bos"]
    assert found["bos"][:2] == [
        "Sva ljudska bića rađaju se slobodna & 0.",
        "Sva ljudska bića rađaju se slobodna",
    ]
    assert [one.code for one in declarations(tmp_path)] == ["bs", "hy", "sw"]


def test_strangers_that_are_alike_share_a_lane() -> None:
    strange = {"aa": {"x": 0.5, "y": 0.5}, "bb": {"p": 1.0}, "cc": {"x": 0.25, "y": 0.5, "z": 0.25}}
    assert grouped(strange, 2) == {"aa": {"x": 0.375, "y": 0.5, "z": 0.125}, "bb": {"p": 1.0}}
    assert grouped(strange, 3) == strange


def test_marks_and_hooks_can_be_left_out() -> None:
    assert stripped("ƙasarɗọ̀") == "kasardo"


def test_the_committed_table_is_the_recorded_one() -> None:
    folder = files("crawler").joinpath("languages")
    content = folder.joinpath("languages.bin").read_bytes()
    assert (
        folder.joinpath("SHA256SUMS").read_text("utf-8").split()[0] == sha256(content).hexdigest()
    )
    assert len(content) < 8_000_000


def test_a_table_is_built_of_train_lines_alone_and_always_the_same(tmp_path: Path) -> None:
    folder, own = tmp_path / "texts", tmp_path / "own"
    folder.mkdir()
    own.mkdir()
    (folder / "xx.txt").write_text("train\tmade\tbolu bolu kema\nshort\tmade\tzzz\n" * 9, "utf-8")
    (folder / "ary.txt").write_text("train\tmade\tكتاب\n", "utf-8")
    (own / "yy.txt").write_text("fufufu hihihi\n" * 9, "utf-8")
    counts = trained(folder, own)
    assert counts == {
        "ar": Counter({"كتاب": 1}),
        "xx": Counter({"bolu": 18, "kema": 9}),
        "yy": Counter({"fufufu": 27, "hihihi": 27}),
    }
    strange = strangers({"zz": ["vovovo vovovo"]})
    content = built(counts, strange)
    assert built(dict(reversed(counts.items())), strange) == content
    table = unpacked(content)
    assert table.languages[: table.own] == ("ar", "xx", "yy")
    assert {"fr", "ru"} < set(table.languages[table.own :])
    said = table.evidence("bolu")
    assert list(lanes(said.own_words, table.own)) == [0, 4, 0]
    full = list(lanes(said.full, table.own))
    assert max(full) == full[1]
    assert table.evidence("zzz").own_words == 0
    assert table.strangers == 1
    assert list(lanes(table.evidence("vovovo").strange, 1)) > list(lanes(said.strange, 1)) == [0]
    both = table.total(["bolu", "kema"])
    assert list(lanes(both.own_words, table.own)) == [0, 8, 0]


def test_a_small_word_speaks_for_its_language_where_none_of_ours_has_it() -> None:
    counts = {"xx": Counter({"bolu": 2, "kema": 1})}
    bare, told = (unpacked(built(counts, {}, (), small)) for small in ({}, {"ru": ["bolu", "это"]}))
    place = told.languages.index("ru")
    for word, more in (("bolu", 0), ("это", SMALL)):
        said = [
            2 * lanes(table.evidence(word).letters, len(table.languages))[place]
            + table.evidence(word).letters_floor
            for table in (bare, told)
        ]
        assert said[1] - said[0] == pytest.approx(more, abs=1)


def test_the_small_words_are_of_languages_of_which_letters_are_known() -> None:
    table = profiles()
    small = small_words()
    assert set(small) <= set(table.languages[table.own :])
    assert all(word == word.lower() for spoken in small.values() for word in spoken)


def test_names_in_our_own_lines_are_no_words_of_a_creole(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for code in ("pcm", "yy"):
        (own / f"{code}.txt").write_text("Dem wan Tinubu\n", "utf-8")
    counts = trained(tmp_path, own)
    assert counts["pcm"] == Counter({"Dem": 3, "wan": 3})
    assert counts["yy"] == Counter({"Dem": 3, "wan": 3, "Tinubu": 3})


def test_no_word_says_more_than_its_share() -> None:
    table = profiles()
    for word in ("kubera", "Ramaphosa", "y", "w" * 24):
        full = lanes(table.evidence(word).full, table.own)
        assert max(full) == (125 if word[0].isupper() else 225)
