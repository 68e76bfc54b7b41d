"""Whether a text is in a language at all, and not merely nearer to it than to the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter, mul

from crawler.profiles import Evidence, Profiles, lanes

# Logistic regressions on texts of known and of unknown languages (``bench.language_unknown``, docs/language.md).
_OURS = (
    -2.53, 8.57, 2.50, 0.66, 0.34, 0.31, -14.26, -0.69, 0.01, 1.26,
    1.77, -1.29, 3.29, -2.01, 0.08, 0.08, -0.70, -0.27, -0.06, 0.28,
)  # fmt: skip
_OTHERS = (
    -34.50, -9.00, 34.40, -0.40, 0.77, 0.70,
    -6.61, -6.32, 5.71, -0.03, 0.26, 0.21,
)  # fmt: skip
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How many letters, what they say, the language in question, and its lead before the next that is no kin, in units."""

    size: int
    seen: Evidence
    full: Sequence[int]  # for each of our languages
    by_letters: Sequence[int]  # for each language of the table
    index: int
    lead: float


@cache
def kin(code: str) -> frozenset[str]:
    """The language and those that share most of its words or letters."""
    groups = (group.split() for group in _KIN)
    return frozenset([code, *(near for group in groups if code in group for near in group)])


def has_letters(claim: Claim) -> bool:
    """Whether the table holds the text's script and the language's letters at all."""
    return _letter_steps(claim) >= _LEAST_STEPS * claim.size


def is_own(table: Profiles, claim: Claim) -> bool:
    """Whether half of the letters are in words that one of our languages is known to have."""
    if claim.index >= table.own:
        return False
    return 2 * lanes(claim.seen.own_words, table.own)[claim.index] >= claim.size


def is_credible(table: Profiles, claim: Claim, *, declared: bool) -> bool:
    """Whether the words look like that language; a declaration makes it easier to believe."""
    log = math.log(min(claim.size, _MOST_LETTERS))
    if claim.index < table.own:
        return _dot(_OURS, of_ours(table, claim)) + declared * _DECLARED > _least(log)
    logit = _dot(_OTHERS, of_another(table, claim))
    return logit + declared * _DECLARED > _least_of_others(log)


def _least(log: float) -> float:
    """The bar: a headline of names may look strange, a paragraph not."""
    return min(0.9, -1.4 + 5.0 * (log - 4.5))


def _least_of_others(log: float) -> float:
    return min(-1.0, -2.4 + 2.0 * (log - 4.1))


def of_ours(table: Profiles, claim: Claim) -> list[float]:
    """What speaks for one of our languages, a letter of the text, then the same by the text's length."""
    size, seen, index = claim.size, claim.seen, claim.index
    full, own_words = claim.full, lanes(seen.own_words, table.own).tolist()
    by_words = (
        (2 * full[index] + seen.full_floor) / size / 100,
        own_words[index] / size / table.usual_words[index],
        (own_words[index] - max(of_our_strangers(table, index)(own_words))) / size,
        (full[index] - sorted(full)[table.own // 2]) / size,
    )
    return _by_length(claim, (*by_words, claim.lead / size, *_by_letters(table, claim)))


def of_another(table: Profiles, claim: Claim) -> list[float]:
    """What speaks for a language of which we have letters alone."""
    lead = min(1.0, min(claim.lead / _NAT, _MOST_LEAD) / claim.size)
    return _by_length(claim, (lead, *_by_letters(table, claim)))


def _by_letters(table: Profiles, claim: Claim) -> tuple[float, ...]:
    size, index, by_letters = claim.size, claim.index, claim.by_letters
    return (
        _letter_steps(claim) / size / table.usual_letters[index],
        (by_letters[index] - sorted(by_letters)[len(by_letters) // 2]) / size,
        (by_letters[index] - max(of_strangers(table, index)(by_letters))) / size,
        (by_letters[index] - _strangest(table, claim)) / size,
    )


def _by_length(claim: Claim, features: Sequence[float]) -> list[float]:
    log = math.log(min(claim.size, _MOST_LETTERS)) - _MIDDLE
    within = [
        one
        if _LEAST_FEATURE < one < _MOST_FEATURE
        else max(_LEAST_FEATURE, min(one, _MOST_FEATURE))
        for one in features
    ]
    return [1.0, *within, log, *[one * log for one in within]]


def _strangest(table: Profiles, claim: Claim) -> int:
    """What the letters say at most for a language that the table only tells from the known ones."""
    return max(lanes(claim.seen.strange, table.strangers).tolist(), default=0)


Picked = Callable[[Sequence[int]], tuple[int, ...]]


@cache
def of_strangers(table: Profiles, index: int) -> Picked:
    """Picks what is told of the languages that are no kin."""
    return itemgetter(*_strangers_to(table, index))


@cache
def of_our_strangers(table: Profiles, index: int) -> Picked:
    """The same of our languages alone."""
    return itemgetter(*[place for place in _strangers_to(table, index) if place < table.own])


def _strangers_to(table: Profiles, index: int) -> list[int]:
    codes = [code.partition("-")[0] for code in table.languages]
    return [place for place, code in enumerate(codes) if code not in kin(codes[index])]


def _letter_steps(claim: Claim) -> int:
    """What langdetect's n-grams say for the language, counted from nothing and not from each word's floor."""
    return 2 * claim.by_letters[claim.index] + claim.seen.letters_floor


def _dot(weights: Sequence[float], features: Sequence[float]) -> float:
    return math.fsum(map(mul, weights, features))
