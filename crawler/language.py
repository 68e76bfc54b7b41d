"""The language of a text: evidence of its words, limited by its script, weighed with what page and site declare."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from archive.article import LanguageSource
from crawler.credible import Claim, has_letters, is_credible, kin
from crawler.profiles import MOST_WORDS, Evidence, Profiles, lanes, profiles
from crawler.wording import words

_ENOUGH = 20  # letters; less says nothing
_SAMPLE = 640  # characters, in four places: more made no answer better
_PLACES = 4
_TEMPERATURE = (
    40.0  # units of evidence that count as one nat: words and n-grams say the same thing often
)
_BAR = 90  # units that langdetect's letters alone must speak for a language of which no words are known
_HOPELESS = 20.0  # nats behind the likeliest: no declaration helps
_DECLARED, _OF_SITE, _ANY = 0.70, 0.22, 0.08  # prior: the page's language, the site's, one of all

_BY_SCRIPT: Mapping[str, tuple[str, ...]] = {
    "ETHIOPIC": ("am", "ti"),
    "TIFINAGH": ("zgh", "kab", "taq"),
    "NKO": ("nqo",),
}
# Scripts of many languages beyond the table; in any other, a text is what its letters say.
_SHARED = frozenset(["LATIN", "ARABIC", "CYRILLIC", "DEVANAGARI"])
_EAST_ASIAN = frozenset(["CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO"])
# Codes that pages declare for languages that the table names otherwise.
_ALIASES: Mapping[str, str] = {
    alias: code
    for code, aliases in {
        "ar": "ara arb arq ary arz aeb apd shu ayl",
        "zh": "zho chi cmn",
        "no": "nb nn nob nno nor",
        "tw": "ak aka twi fat",
        "ff": "ful fuc fuv fuf fub fuh ffm",
        "kr": "kau knc",
        "dik": "din",
        "taq": "tmh ttq thv",
        "zgh": "tzm ber shi rif",
        "he": "iw heb",
        "id": "in ind",
        "tl": "fil tgl",
        "mg": "mlg plt",
        "om": "orm gaz hae",
        "sw": "swa swh swc",
        "en": "eng",
        "fr": "fra fre",
        "pt": "por",
        "es": "spa",
        "ha": "hau",
        "so": "som",
        "am": "amh",
        "ti": "tir",
        "yo": "yor",
        "ig": "ibo",
        "rw": "kin",
        "rn": "run",
        "ln": "lin",
        "wo": "wol",
        "bm": "bam",
        "sn": "sna",
        "zu": "zul",
        "xh": "xho",
        "st": "sot",
        "tn": "tsn",
        "ny": "nya",
        "af": "afr",
        "ee": "ewe",
        "lg": "lug",
        "kg": "kon kng",
        "ki": "kik",
        "sg": "sag",
        "ss": "ssw",
        "ts": "tso",
    }.items()
    for alias in aliases.split()
}


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639 code, how sure it is (two digits), and what says so; all None where unknown."""

    code: str | None
    confidence: float | None
    source: LanguageSource | None


UNKNOWN = Language(None, None, None)


def language_of(text: str, declared: str | None, candidates: Sequence[str]) -> Language:
    """The text's own evidence, with what the page and its site declare as a prior that it can overrule."""
    said = _known_as(declared) if declared else None
    of_site = tuple(_known_as(code) for code in candidates)
    script, spoken = _of_one_script(words(_sample(text))[:MOST_WORDS])
    if sum(map(len, spoken)) < _ENOUGH:
        return _declared(said, of_site)
    table = profiles()
    seen = table.total(spoken)
    likely = _likely(table, seen, _allowed(table, script, spoken, said))
    code, share = _best(likely, said, of_site)
    claim = _claim(spoken, seen, likely, code)
    is_declared = code == said or code in of_site
    believed = has_letters(table, claim) and (
        script not in _SHARED or is_credible(table, claim, declared=is_declared)
    )
    if not believed:
        return _declared(*_unknown_to(table, said, of_site))
    return Language(code, round(share, 2), "script" if script in _BY_SCRIPT else "text")


def claim_of(table: Profiles, text: str) -> Claim | None:
    """What the text claims to be, for fitting when to believe it; None where script or brevity decide."""
    script, spoken = _of_one_script(words(_sample(text))[:MOST_WORDS])
    if script not in _SHARED or sum(map(len, spoken)) < _ENOUGH:
        return None
    seen = table.total(spoken)
    likely = _likely(table, seen, _allowed(table, script, spoken, None))
    return _claim(spoken, seen, likely, _best(likely, None, ())[0])


def _claim(
    spoken: Sequence[str], seen: Evidence, likely: Mapping[str, tuple[float, int]], code: str
) -> Claim:
    score, index = likely[code]
    near = kin(code)
    rival = max((s for other, (s, _) in likely.items() if other not in near), default=-math.inf)
    return Claim(sum(map(len, spoken)), seen, index, _TEMPERATURE * (score - rival))


def _sample(text: str) -> str:
    """The text, or places of a long one, from its begin to its end, so that a quotation can not decide."""
    if len(text) <= _SAMPLE:
        return text
    length = _SAMPLE // _PLACES
    step = (len(text) - length) // (_PLACES - 1)
    pieces = [text[start : start + length] for start in range(0, step * _PLACES, step)]
    return " ".join(piece.partition(" ")[2].rpartition(" ")[0] or piece for piece in pieces)


def _of_one_script(spoken: list[str]) -> tuple[str, list[str]]:
    """The script of most letters, and the words in it."""
    if all(map(str.isascii, spoken)):
        return ("LATIN" if spoken else ""), spoken
    scripts = [_script(word[0]) for word in spoken]
    counts: Counter[str] = Counter()
    for script, word in zip(scripts, spoken, strict=True):
        counts[script] += len(word)
    if not counts:
        return "", []
    most = max(sorted(counts), key=counts.__getitem__)
    return most, [w for script, w in zip(scripts, spoken, strict=True) if script == most]


@cache
def _script(char: str) -> str:
    """The first word of the character's name: LATIN, ARABIC, ETHIOPIC and so on."""
    script = unicodedata.name(char, "").partition(" ")[0]
    return "CJK" if script in _EAST_ASIAN else script


def _allowed(
    table: Profiles, script: str, spoken: list[str], said: str | None
) -> tuple[tuple[int, str], ...]:
    """The places and codes of the languages that the script leaves possible."""
    codes = _BY_SCRIPT.get(script, table.languages)
    if script == "CJK":
        kana = any("\u3040" <= char <= "\u30ff" for word in spoken for char in word)
        codes = ("ja",) if kana else ("zh-cn", "zh-tw")
    elif script == "TIFINAGH" and said in codes:
        codes = (said,)  # the table has the others in Latin letters alone
    return _places(table.languages, codes)


@cache
def _places(languages: tuple[str, ...], codes: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    found = [(i, code) for i, code in enumerate(languages) if code in codes]
    return tuple((i, code.partition("-")[0]) for i, code in found)


def _likely(
    table: Profiles, seen: Evidence, allowed: Sequence[tuple[int, str]]
) -> dict[str, tuple[float, int]]:
    """Tempered log likelihoods and places: ours by all evidence, others by how far letters put them ahead."""
    full, by_letters = lanes(seen.full, table.own), lanes(seen.letters, len(table.languages))
    most, leader = max(zip(full, range(0, -table.own, -1), strict=True))
    base = most - by_letters[-leader] - _BAR
    units = [*full, *[base + one for one in by_letters[table.own :]]]
    likely: dict[str, tuple[float, int]] = {}
    for index, code in allowed:
        one = (units[index] / _TEMPERATURE, index)
        likely[code] = max(one, likely[code]) if code in likely else one
    return likely


def _best(
    likely: Mapping[str, tuple[float, int]], said: str | None, of_site: Sequence[str]
) -> tuple[str, float]:
    """The likeliest language, and its share of all."""
    prior = dict.fromkeys(likely, _ANY / len(likely))
    if said in prior:
        prior[said] += _DECLARED
    listed = [code for code in of_site if code in prior]
    for code in listed:
        prior[code] += _OF_SITE / len(listed)
    near = max(likely.values())[0] - _HOPELESS
    logs = {c: score + math.log(prior[c]) for c, (score, _) in likely.items() if score > near}
    code = max(sorted(logs), key=logs.__getitem__)
    return code, 1 / sum(math.exp(log - logs[code]) for log in logs.values())


def _unknown_to(
    table: Profiles, said: str | None, of_site: Sequence[str]
) -> tuple[str | None, Sequence[str]]:
    """What is declared, without the languages that the table knows: the text is in none of them."""
    known = {code.partition("-")[0] for code in table.languages}
    return None if said in known else said, [code for code in of_site if code not in known]


def _declared(said: str | None, of_site: Sequence[str]) -> Language:
    """What the page says, or its site where that has one language."""
    code = said or (of_site[0] if len(of_site) == 1 else None)
    return Language(code, None, "declared") if code else UNKNOWN


def _known_as(code: str) -> str:
    primary = code.lower().replace("_", "-").partition("-")[0]
    return _ALIASES.get(primary, primary)
