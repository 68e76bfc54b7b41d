"""How two texts relate: measured on all of their shingles, no estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from archive.shingles import SIZE, masked, shingles, words

Kind = Literal["same", "near", "update", "contains", "contained", "shares"]

_LEAST = 8  # shingles in common, eleven words: fewer are a set phrase
_SHARES = 0.2  # of either text; the least that is worth a link
_NEAR = 0.6  # of both: one word in ten replaced leaves 0.66
_CONTAINED = 0.7  # of the text that lies in the other
_GAP = 0.2  # of a text without a shingle in common; a reworded text has none longer, however much was replaced
_GAP_WORDS = 12  # in a short text


@dataclass(frozen=True, slots=True)
class Overlap:
    """What part of each text's shingles the other has, and how they lie.

    ``numbers`` says that passages are equal but for their numbers; ``woven``, of texts that share less
    than makes them near, that it runs through both from end to end, as when one was reworded, and is
    no passage of them.
    """

    share: float
    other_share: float
    numbers: bool
    woven: bool

    @property
    def turned(self) -> Overlap:
        """The same, seen from the other text."""
        return Overlap(self.other_share, self.share, self.numbers, self.woven)


class Compared:
    """A text, made ready to be compared with many."""

    def __init__(self, text: str) -> None:
        spoken = words(text)
        self.words = spoken
        self.shingles = shingles(masked(spoken))
        self.distinct = set(self.shingles)
        self._numbered: dict[bytes, set[str]] | None = None

    @property
    def numbered(self) -> dict[bytes, set[str]]:
        """By each shingle that has a number in it, how it is written with its numbers."""
        if self._numbered is None:
            self._numbered = {}
            places = {
                start
                for place, word in enumerate(self.words)
                if word.isdecimal()
                for start in range(max(0, place - SIZE + 1), min(place + 1, len(self.shingles)))
            }
            for place in places:
                written = " ".join(self.words[place : place + SIZE])
                self._numbered.setdefault(self.shingles[place], set()).add(written)
        return self._numbered


def overlap(one: Compared, other: Compared) -> Overlap | None:
    """None if they share no more than texts do that have nothing to do with each other."""
    common = one.distinct & other.distinct
    share = len(common) / (len(one.distinct) or 1)
    other_share = len(common) / (len(other.distinct) or 1)
    least = min(_LEAST, len(one.distinct), len(other.distinct))
    if max(share, other_share) < _SHARES or len(common) < least:
        return None
    both = min(share, other_share)
    return Overlap(
        share,
        other_share,
        numbers=both >= _SHARES and _have_other_numbers(one, other),
        woven=_SHARES <= both < _NEAR
        and _longest_gap(one.shingles, common) <= _allowed(one)
        and _longest_gap(other.shingles, common) <= _allowed(other),
    )


def _have_other_numbers(one: Compared, other: Compared) -> bool:
    """A passage of one that has only other numbers in the other one."""
    here, there = one.numbered, other.numbered
    return any(here[bare].isdisjoint(there[bare]) for bare in here.keys() & there.keys())


def relation(found: Overlap, days: tuple[str, str]) -> Kind:
    """What the first text is to the second, and the days on which they appeared.

    ``near`` is the same report, ``update`` the same of another day with other numbers.  The first
    ``contains`` the second or is ``contained`` in it; texts with less in common it ``shares`` with.
    """
    least, most = sorted((found.share, found.other_share))
    if least == 1 and not found.numbers:
        return "same"
    if least >= _NEAR or (least >= _SHARES and found.woven):
        return "update" if found.numbers and days[0] != days[1] else "near"
    if most >= _CONTAINED:
        return "contained" if found.share == most else "contains"
    return "shares"


def _longest_gap(all_shingles: Sequence[bytes], common: set[bytes]) -> int:
    longest, last = 0, -1
    for place, shingle in enumerate(all_shingles):
        if shingle in common:
            if place - last > longest:
                longest = place - last - 1
            last = place
    return max(longest, len(all_shingles) - last - 1)


def _allowed(text: Compared) -> float:
    return max(_GAP * len(text.shingles), _GAP_WORDS + SIZE)
