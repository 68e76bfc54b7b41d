"""The language of a text: evidence of its words, limited by its script, weighed with what page and site declare."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from archive.article import LanguageSource
from crawler.credible import Claim, has_letters, is_credible, is_own, kin, of_strangers
from crawler.profiles import MOST_WORDS, Evidence, Profiles, lanes, profiles
from crawler.wording import words

_ENOUGH, _ENOUGH_SIGNS = (
    20,
    10,
)  # letters, and those of a script that leaves few languages possible; less says nothing
# A text of fewer letters is believed where it is this sure, in so many words, and half of it are the language's own.
_BRIEF, _BRIEF_WORDS, _BRIEF_SHARE = 12, 3, 0.9
_SAMPLE = 480  # characters, in four places: more made no answer better
_PLACES = 4
_TEMPERATURE = (
    40.0  # units of evidence that count as one nat: words and n-grams say the same thing often
)
# Units by which a language of which no words are known must lead by langdetect's letters alone: Catalan before
# Spanish, and Dutch before any other.
_KIN_BAR, _BAR = 30, 90
_OF_ALL_WORDS = 4  # between neighbours, so many units of all words count as one of the small ones'
_HOPELESS = 14.0  # nats behind the likeliest: twice what a declaration gives
_DECLARED, _OF_SITE, _ANY = 0.70, 0.22, 0.08  # prior: the page's language, the site's, one of all
_DEFAULT, _DECLARED_DEFAULT = "en", 0.02  # what themes declare, whatever the page is in

_BY_SCRIPT: Mapping[str, tuple[str, ...]] = {
    "ETHIOPIC": ("am", "ti"),
    "TIFINAGH": ("zgh", "kab", "taq"),
    "NKO": ("nqo",),
}
# Scripts of many languages beyond the table; in any other, a text is what its letters say.
SHARED = frozenset(["LATIN", "ARABIC", "CYRILLIC", "DEVANAGARI"])
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
        "dik": "din dip",
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
        "ca": "cat",
        "sq": "als",
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
        "kg": "kon kng ktu",
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
    said = known_as(declared) if declared else None
    of_site = tuple(known_as(code) for code in candidates)
    script, spoken = of_one_script(words(_sample(text))[:MOST_WORDS])
    size = sum(map(len, spoken))
    if size < (_ENOUGH_SIGNS if script in _BY_SCRIPT else _BRIEF):
        return _declared(said, of_site)
    table = profiles()
    weighed = _weighed(table, spoken)
    index, share = _best(weighed, _allowed(table, script, spoken, said), said, of_site)
    code = table.languages[index].partition("-")[0]
    claim = _claim(table, spoken, weighed, index)
    if size < _ENOUGH and script not in _BY_SCRIPT:
        if len(spoken) < _BRIEF_WORDS or share < _BRIEF_SHARE or not is_own(table, claim):
            return _declared(said, of_site)
    elif not _is_believed(table, script, claim, declared=code == said or code in of_site):
        return _declared(*_unknown_to(table, said, of_site))
    return Language(code, round(share, 2), "script" if script in _BY_SCRIPT else "text")


def _is_believed(table: Profiles, script: str, claim: Claim, *, declared: bool) -> bool:
    return has_letters(claim) and (
        script not in SHARED or is_credible(table, claim, declared=declared)
    )


def claim_of(table: Profiles, text: str) -> Claim | None:
    """What the text claims to be, for fitting when to believe it; None where script or brevity decide."""
    script, spoken = of_one_script(words(_sample(text))[:MOST_WORDS])
    if script not in SHARED or sum(map(len, spoken)) < _ENOUGH:
        return None
    weighed = _weighed(table, spoken)
    index, _ = _best(weighed, _allowed(table, script, spoken, None), None, ())
    return _claim(table, spoken, weighed, index)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Evidence of a text, and the units that speak for each language: ours by all, others by how far letters lead."""

    seen: Evidence
    full: list[int]
    by_letters: list[int]
    units: list[int]


def _weighed(table: Profiles, spoken: Sequence[str]) -> _Weighed:
    seen = table.total(spoken)
    full = lanes(seen.full, table.own).tolist()
    by_letters = lanes(seen.letters, len(table.languages)).tolist()
    leader = full.index(max(full))
    base = full[leader] - by_letters[leader]
    bars = _bars(table, leader)
    units = full + [
        base + one - bar for one, bar in zip(by_letters[table.own :], bars, strict=True)
    ]
    for first, second, pair in table.neighbours:
        if leader in (first, second):
            lead = round(pair.for_second(spoken) * _TEMPERATURE)
            lead += (full[second] - full[first]) // _OF_ALL_WORDS
            units[first] = full[leader] - max(lead, 0)
            units[second] = full[leader] + min(lead, 0)
    return _Weighed(seen, full, by_letters, units)


@cache
def _bars(table: Profiles, leader: int) -> list[int]:
    near = kin(table.languages[leader])
    return [_KIN_BAR if code in near else _BAR for code in table.languages[table.own :]]


def _claim(table: Profiles, spoken: Sequence[str], weighed: _Weighed, index: int) -> Claim:
    units = weighed.units
    rival = max(of_strangers(table, index)(units))
    return Claim(
        size=sum(map(len, spoken)),
        seen=weighed.seen,
        full=weighed.full,
        by_letters=weighed.by_letters,
        index=index,
        lead=units[index] - rival,
    )


def _sample(text: str) -> str:
    """The text, or places of a long one, from its begin to its end, so that a quotation can not decide."""
    if len(text) <= _SAMPLE:
        return text
    length = _SAMPLE // _PLACES
    step = (len(text) - length) // (_PLACES - 1)
    pieces = [text[start : start + length] for start in range(0, step * _PLACES, step)]
    return " ".join(piece.partition(" ")[2].rpartition(" ")[0] or piece for piece in pieces)


def of_one_script(spoken: list[str]) -> tuple[str, list[str]]:
    """The script of most letters, and the words in it."""
    if all(map(str.isascii, spoken)):
        return ("LATIN" if spoken else ""), spoken
    scripts = [_script(word[0]) for word in spoken]
    if len(set(scripts)) == 1:
        return scripts[0], spoken
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
    codes = _BY_SCRIPT.get(script)
    if script == "CJK":
        kana = any("\u3040" <= char <= "\u30ff" for word in spoken for char in word)
        codes = ("ja",) if kana else ("zh-cn", "zh-tw")
    elif script == "TIFINAGH" and codes and said in codes:
        codes = (said,)  # the table has the others in Latin letters alone
    return _places(table, codes)


@cache
def _places(table: Profiles, codes: tuple[str, ...] | None) -> tuple[tuple[int, str], ...]:
    found = [(i, code) for i, code in enumerate(table.languages) if not codes or code in codes]
    return tuple((i, code.partition("-")[0]) for i, code in found)


def _best(
    weighed: _Weighed,
    allowed: Sequence[tuple[int, str]],
    said: str | None,
    of_site: Sequence[str],
) -> tuple[int, float]:
    """The place of the likeliest language, and its share of all."""
    units = weighed.units
    near = max([units[index] for index, _ in allowed]) - _HOPELESS * _TEMPERATURE
    likely = [(units[index], index, code) for index, code in allowed if units[index] > near]
    if len(likely) == 1:
        return likely[0][1], 1.0
    found = {code: (score, index) for score, index, code in sorted(likely)}  # of both Chinese one
    priors = _priors(allowed, said, of_site)
    any_prior = math.log(_ANY / len(allowed))
    logs = [
        (score / _TEMPERATURE + priors.get(code, any_prior), code, index)
        for code, (score, index) in found.items()
    ]
    most, _, index = max(logs)
    return index, 1 / sum([math.exp(log - most) for log, *_ in logs])


def _priors(
    allowed: Sequence[tuple[int, str]], said: str | None, of_site: Sequence[str]
) -> dict[str, float]:
    """Logarithms of what is declared, where the table has it."""
    if not said and not of_site:
        return {}
    codes = {code for _, code in allowed}
    listed = [code for code in of_site if code in codes]
    priors = {}
    for code in codes.intersection([said, *listed]):
        prior = _ANY / len(allowed)
        if code == said:
            prior += _DECLARED_DEFAULT if said == _DEFAULT else _DECLARED
        prior += _OF_SITE * (listed.count(code) / len(listed) if listed else 0)
        priors[code] = math.log(prior)
    return priors


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


def known_as(code: str) -> str:
    """The table's name of a language that has several."""
    primary = code.lower().replace("_", "-").partition("-")[0]
    return _ALIASES.get(primary, primary)
