"""Whether a text is in a language at all, and not merely nearer to it than to the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from crawler.profiles import STEPS, Evidence, Profiles

# Logistic regressions on texts of known and of unknown languages, see docs/language.md; above the bar it is one.
_OURS = (-3.91, -17.53, 16.34, -8.61, 21.21, 1.28, 2.11, -2.01, -1.92)
_OTHERS = (-17.86, 23.34, -9.72, -2.94, 1.54, 3.64)
_MOST_LEAD = 200.0
_MOST_LETTERS = 600  # a longer text says nothing more surely
_LEAST_STEPS = 10  # a letter; less in a script that the table does not hold
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
    """A text's words, what they say, the language in question, and its lead before the next that is no kin, in nats."""

    spoken: Sequence[str]
    seen: Sequence[Evidence]
    index: int
    lead: float


@cache
def kin(code: str) -> frozenset[str]:
    """The language and those that share most of its words or letters."""
    groups = (group.split() for group in _KIN)
    return frozenset([code, *(near for group in groups if code in group for near in group)])


def has_letters(table: Profiles, claim: Claim) -> bool:
    """Whether the table holds the text's script and the language's letters at all."""
    size = sum(map(len, claim.spoken))
    return _steps(claim, table.own + claim.index, 1) >= _LEAST_STEPS * size


def is_credible(table: Profiles, claim: Claim, *, declared: bool) -> bool:
    """Whether the words look like that language; a declaration makes it easier to believe."""
    size = sum(map(len, claim.spoken))
    log = math.log(min(size, _MOST_LETTERS))
    return _logit(table, claim, log) + declared * _DECLARED > _least(log)


def _least(log: float) -> float:
    """The bar: a headline of names may look strange, a paragraph not."""
    return min(-0.6, -4.5 + 4.2 * (log - 4.0))


def _logit(table: Profiles, claim: Claim, log: float) -> float:
    size = sum(map(len, claim.spoken))
    letters = _steps(claim, table.own + claim.index, 1) / size / table.usual_letters[claim.index]
    lead = min(1.0, min(claim.lead, _MOST_LEAD) / size)
    if claim.index >= table.own:
        return _dot(_OTHERS, (1.0, letters, lead, log, letters * log, lead * log))
    full = _steps(claim, claim.index, 0) / size / 100
    own_words = sum(
        len(word)
        for word, one in zip(claim.spoken, claim.seen, strict=True)
        if one.known and one.known[claim.index]
    )
    words = own_words / size / table.usual_words[claim.index]
    return _dot(
        _OURS, (1.0, letters, full, words, lead, log, words * log, lead * log, letters * log)
    )


def _steps(claim: Claim, place: int, floor: int) -> int:
    """What all words say for the language, counted from nothing and not from the word's own floor."""
    return sum(max(0, STEPS * one.units[place] + one.floors[floor]) for one in claim.seen)


def _dot(weights: Sequence[float], features: Sequence[float]) -> float:
    return sum(w * f for w, f in zip(weights, features, strict=True))
