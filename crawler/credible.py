"""Whether a text is in a language at all, and not merely nearer to it than to the others."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from crawler.profiles import Evidence, Profiles, lanes

# Logistic regressions on texts of known and of unknown languages (``bench.language_unknown``, docs/language.md).
_OURS = (
    -6.43, -18.43, 15.03, 6.71, -2.74, 0.49, 0.04, -0.67, 0.63,
    0.15, -2.30, 2.15, 4.44, -6.67, 0.20, -0.10, -0.18, 0.13,
)  # fmt: skip
_OTHERS = (-17.86, 23.34, -9.72, -2.94, 1.54, 3.64)
_MOST_LEAD = 200.0
_MOST_LETTERS = 600  # a longer text says nothing more surely
_LEAST_STEPS = 10  # a letter; less in a script that the table does not hold
_NAT = 40.0  # units of evidence
_MIDDLE = 4.5  # log of ninety letters
_LEAST_FEATURE, _MOST_FEATURE = -5.0, 20.0
_DECLARED = 2.5  # what a declaration adds
# A text of one of these has no great lead before the others, and is credible all the same.
_KIN = (
    "rn rw",
    "zu xh ss",
    "tn st nso",
    "bm dyu",
    "ln kg",
    "en pcm",
    "ar fa ur",
    "ne hi mr",
    "no da sv",
    "nl af",
    "es pt ca kea",
    "fr ca",
    "hr sl",
    "cs sk",
    "bg mk",
    "ru uk",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """How many letters, what they say, the language in question, and its lead before the next that is no kin, in units."""

    size: int
    seen: Evidence
    index: int
    lead: float


@cache
def kin(code: str) -> frozenset[str]:
    """The language and those that share most of its words or letters."""
    groups = (group.split() for group in _KIN)
    return frozenset([code, *(near for group in groups if code in group for near in group)])


def has_letters(table: Profiles, claim: Claim) -> bool:
    """Whether the table holds the text's script and the language's letters at all."""
    return _letter_steps(table, claim) >= _LEAST_STEPS * claim.size


def is_credible(table: Profiles, claim: Claim, *, declared: bool) -> bool:
    """Whether the words look like that language; a declaration makes it easier to believe."""
    log = math.log(min(claim.size, _MOST_LETTERS))
    if claim.index < table.own:
        return _dot(_OURS, of_ours(table, claim)) + declared * _DECLARED > _least(log)
    logit = _dot(_OTHERS, _of_another(table, claim, log))
    return logit + declared * _DECLARED > _least_of_others(log)


def _least(log: float) -> float:
    """The bar: a headline of names may look strange, a paragraph not."""
    return min(-2.6, -5.9 + 3.5 * (log - 4.1))


def _least_of_others(log: float) -> float:
    return min(-0.6, -4.5 + 4.2 * (log - 4.0))


def of_ours(table: Profiles, claim: Claim) -> list[float]:
    """What speaks for one of our languages, a letter of the text, then the same by the text's length."""
    size, seen, index = claim.size, claim.seen, claim.index
    full, own_words = lanes(seen.full, table.own), lanes(seen.own_words, table.own)
    by_letters = lanes(seen.letters, len(table.languages))
    strangers = _strangers(table.languages, index)
    of_ours = strangers[: bisect_left(strangers, table.own)]
    features = (
        _letter_steps(table, claim) / size / table.usual_letters[index],
        (2 * full[index] + seen.full_floor) / size / 100,
        own_words[index] / size / table.usual_words[index],
        (own_words[index] - max(map(own_words.__getitem__, of_ours))) / size,
        claim.lead / size,
        (full[index] - sorted(full)[table.own // 2]) / size,
        (by_letters[index] - sorted(by_letters)[len(table.languages) // 2]) / size,
        (by_letters[index] - max(map(by_letters.__getitem__, strangers))) / size,
    )
    log = math.log(min(size, _MOST_LETTERS)) - _MIDDLE
    within = [min(_MOST_FEATURE, max(_LEAST_FEATURE, one)) for one in features]
    return [1.0, *within, log, *[one * log for one in within]]


def _of_another(table: Profiles, claim: Claim, log: float) -> tuple[float, ...]:
    """What speaks for a language of which we have letters alone."""
    size = claim.size
    letters = _letter_steps(table, claim) / size / table.usual_letters[claim.index]
    lead = min(1.0, min(claim.lead / _NAT, _MOST_LEAD) / size)
    return (1.0, letters, lead, log, letters * log, lead * log)


@cache
def _strangers(languages: tuple[str, ...], index: int) -> list[int]:
    """The places of the languages that are no kin."""
    codes = [code.partition("-")[0] for code in languages]
    return [place for place, code in enumerate(codes) if code not in kin(codes[index])]


def _letter_steps(table: Profiles, claim: Claim) -> int:
    """What langdetect's n-grams say for the language, counted from nothing and not from each word's floor."""
    beyond = lanes(claim.seen.letters, len(table.languages))[claim.index]
    return 2 * beyond + claim.seen.letters_floor


def _dot(weights: Sequence[float], features: Sequence[float]) -> float:
    return sum(w * f for w, f in zip(weights, features, strict=True))
