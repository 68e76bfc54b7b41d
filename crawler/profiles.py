"""What each word says for each language: a table of n-grams and words, built by ``bench.build_languages``."""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from zlib import crc32

from crawler.neighbours import Neighbours
from crawler.wording import longer, windows

MAGIC = b"djeli-languages-3\n"
STEP = 0.1  # nats in one step of the table
# A word speaks at most so much against a language, in steps: first what is known of words and all n-grams, then
# langdetect's n-grams alone.  A capitalised word may be a foreign name, and an English one may stand anywhere: every
# newsroom borrows them.
_CLIP, _NAME_CLIP = 450, 250
_LENDER, _LENT_CLIP, _LENT_NAME_CLIP = "en", 250, 100
_LETTERS_CLIP, _LETTERS_NAME_CLIP = 200, 120
MOST_WORDS = 280  # of a text: their units fit into a lane
_MOST_STRANGE = (
    150  # units that a word may speak for a stranger: half more than for any known language
)
_REMEMBERED_WORDS = 15_000
_REMEMBERED_LETTERS = 10_000
_REMEMBERED_WINDOWS = 30_000
_REMEMBERED_LONGER = 60_000
_LANE = 16  # bits
_LANE_MOST = 0xFFFF
MOST_LANES = 256
_FOLDS = 3
_FEW = 8  # lanes of a row: shifted sooner than written into a row of all


class Evidence(NamedTuple):
    """What a word says, or a text: whole numbers of 16-bit lanes, a lane a language, so that one addition adds all."""

    full: int  # for our languages: units beyond the least of all evidence
    letters: int  # for all languages: units beyond the least, of langdetect's n-grams alone
    strange: int  # the same for strangers
    own_words: int  # for our languages: letters in words that are its own
    full_floor: int  # steps that count as zero units
    letters_floor: int


@dataclass(slots=True)
class _Table:
    """Rows by hash: upper halves of the hashes in buckets, lower halves in order, where each row begins."""

    buckets: array[int]
    marks: array[int]
    offsets: array[int]
    values: bytes


class _Rows(dict[str, int]):
    """What the table holds of n-grams met, a lane of steps for each language that the mask leaves."""

    def __init__(self, table: _Table, mask: int, most: int) -> None:
        super().__init__()
        self._buckets, self._marks = table.buckets, table.marks
        self._offsets, self._values = table.offsets, table.values
        self._mask, self._most = mask, most

    def __missing__(self, gram: str) -> int:
        if len(self) >= self._most:
            self.clear()
        row = self[gram] = self.row(gram)
        return row

    def row(self, gram: str) -> int:
        """The same, not remembered."""
        key = crc32(gram.encode("utf-8", "surrogatepass"))
        high, mark = key >> 16, key & 0xFFFF
        last = self._buckets[high + 1]
        place = bisect_left(self._marks, mark, self._buckets[high], last)
        if place == last or self._marks[place] != mark:
            return 0
        start, end = self._offsets[place], self._offsets[place + 1]
        middle = (start + end) // 2
        held, said = self._values[start:middle], self._values[middle:end]
        if middle - start > _FEW:
            return _spread(held, said) - _spread(held, bytes(len(held))) & self._mask
        row = 0
        for lane, value in zip(held, said):  # noqa: B905  # halves; strictness costs as much as they
            row |= value << _LANE * lane
        return row & self._mask


def _spread(held: bytes, said: bytes) -> int:
    """What is said in the lanes held, and in every other lane its number."""
    row = bytearray(2 * MOST_LANES)
    row[::2] = bytes.maketrans(held, said)
    return int.from_bytes(row, "little")


class _Windows(dict[str, int]):
    """What three letters say, with their first two and their middle one."""

    def __init__(self, rows: _Rows) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, window: str) -> int:
        if len(self) >= _REMEMBERED_WINDOWS:
            self.clear()
        rows = self._rows
        found = self[window] = rows.row(window) + rows[window[:2]] + rows[window[1]]
        return found


class Profiles:
    """The table, and a memory of the words met: most of a text's words are old acquaintances."""

    def __init__(self, about: Mapping[str, Any], table: _Table) -> None:
        self.languages: tuple[str, ...] = tuple(about["languages"])  # ours come first
        self.own: int = about["own"]  # how many are ours; of the others letters are all we have
        self.strangers: int = about[
            "strangers"
        ]  # languages that are no answer, but may claim a text
        # Steps a letter that langdetect's n-grams say in the language's own text.
        self.usual_letters: tuple[float, ...] = tuple(about["usual_letters"])
        # Of our languages: the part of a text that is words met before.
        self.usual_words: tuple[float, ...] = tuple(about["usual_words"])
        pairs = (Neighbours(**pair) for pair in about["neighbours"])
        self.neighbours = tuple(
            (self.languages.index(pair.first), self.languages.index(pair.second), pair)
            for pair in pairs
        )
        self._lender = (
            self.languages.index(_LENDER) if _LENDER in self.languages[: self.own] else -1
        )
        self._own = _Lanes.of(self.own)
        self._every = _Lanes.of(len(self.languages))
        self._strange = _Lanes.of(self.strangers)
        both = (1 << _LANE * (len(self.languages) + self.strangers)) - 1
        few, long, named = (
            _Rows(table, both, _REMEMBERED_LETTERS),
            _Rows(table, self._own.all, _REMEMBERED_LONGER),
            _Rows(table, self._every.all, 0),
        )
        self._letters, self._windows = few.__getitem__, _Windows(few).__getitem__
        self._longer, self._named = long.__getitem__, named.row
        self._words: dict[str, Evidence] = {}

    def evidence(self, word: str) -> Evidence:
        """What the word says; the same for the same word, always."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _REMEMBERED_WORDS:
                self._words.clear()
            found = self._words[word] = self._evidence(word)
        return found

    def _evidence(self, word: str) -> Evidence:
        own, every, strange = self._own, self._every, self._strange
        whole, rest = windows(word)
        by_any = sum(map(self._windows, whole)) + sum(map(self._letters, rest))
        itself, *grams = longer(word)
        both = self._named(itself)
        named = both & own.all
        by_letters = (by_any & every.all) + (both - named)
        by_all = sum(map(self._longer, grams), named) + (by_letters & own.all)
        name = word[0].isupper()
        full_floor = self._floor(by_all, name=name)
        floor = every.most(by_letters) - (_LETTERS_NAME_CLIP if name else _LETTERS_CLIP)
        return Evidence(
            own.above(full_floor, by_all),
            every.above(floor, by_letters),
            strange.at_most(_MOST_STRANGE, strange.above(floor, by_any >> _LANE * every.width)),
            own.present(named) * len(word) if named else 0,
            full_floor,
            floor,
        )

    def _floor(self, by_all: int, *, name: bool) -> int:
        """The steps below which nothing counts against a language."""
        most = self._own.most(by_all)
        if self._lender >= 0 and by_all >> _LANE * self._lender & _LANE_MOST == most:
            return most - (_LENT_NAME_CLIP if name else _LENT_CLIP)
        return most - (_NAME_CLIP if name else _CLIP)

    def total(self, spoken: Sequence[str]) -> Evidence:
        """What the words of a text say together, at most MOST_WORDS."""
        seen = zip(*map(self.evidence, spoken), strict=True)
        return Evidence(*map(sum, seen))


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Sixteen bits for each language, fifteen for its number and a guard."""

    width: int
    ones: int
    guards: int
    all: int
    folds: tuple[tuple[int, int], ...]  # bits of a half, and its guards

    @classmethod
    def of(cls, width: int) -> _Lanes:
        ones, folds, half = _ones(width), [], width
        for _ in range(_FOLDS):
            half = -(-half // 2)
            folds.append((_LANE * half, _ones(half) << 15))
        return cls(width, ones, ones << 15, (1 << _LANE * width) - 1, tuple(folds))

    def most(self, sums: int) -> int:
        """The most that a lane holds: halves are laid upon each other, and of two lanes the greater stays."""
        for half, guards in self.folds:
            low = sums & (1 << half) - 1
            risen = (sums >> half | guards) - low
            stand = risen & guards
            sums = low + (risen & (stand - (stand >> 15)))
        return max(lanes(sums, self.folds[-1][0] // _LANE))

    def above(self, floor: int, sums: int) -> int:
        """Half of what each lane holds beyond the floor."""
        risen = (sums | self.guards) - floor * self.ones  # below the floor a guard falls
        stand = risen & self.guards
        return (risen & (stand - (stand >> 15))) >> 1 & self.ones * 0x3FFF

    def at_most(self, cap: int, units: int) -> int:
        """What each lane holds, cut."""
        risen = (units | self.guards) - cap * self.ones
        stand = risen & self.guards
        return units - (risen & (stand - (stand >> 15)))

    def present(self, row: int) -> int:
        """One in every lane that holds anything."""
        return (row + (self.guards - self.ones)) >> 15 & self.ones


def _ones(width: int) -> int:
    return sum(1 << _LANE * lane for lane in range(width))


def lanes(packed_lanes: int, width: int) -> memoryview:
    """The numbers in the first lanes."""
    view = memoryview(packed_lanes.to_bytes(2 * width, sys.byteorder)).cast("H")
    return view if sys.byteorder == "little" else view[::-1]


def row_of(values: Mapping[int, int]) -> bytes:
    """The lanes, then what each holds; there are at most 256, and each holds at most 255."""
    held = sorted(values)
    return bytes([*held, *map(values.__getitem__, held)])


def packed(about: Mapping[str, object], table: Mapping[int, bytes]) -> bytes:
    """The file: a line of JSON, then counts by upper half of the hash, offsets, lower halves, values."""
    keys = sorted(table)
    buckets, marks, offsets = array("I", bytes(4 * 65537)), array("H"), array("I", [0])
    values = bytearray()
    for key in keys:
        buckets[(key >> 16) + 1] += 1
        marks.append(key & 0xFFFF)
        values += table[key]
        offsets.append(len(values))
    for high in range(65536):
        buckets[high + 1] += buckets[high]
    head = json.dumps({**about, "features": len(keys)}, sort_keys=True)
    parts = [buckets, offsets, marks]
    if sys.byteorder == "big":
        for part in parts:
            part.byteswap()
    return b"".join([MAGIC, head.encode(), b"\n", *(p.tobytes() for p in parts), bytes(values)])


def unpacked(content: bytes) -> Profiles:
    """The profiles that a file of ``packed`` holds."""
    head, _, body = content.removeprefix(MAGIC).partition(b"\n")
    about = json.loads(head)
    view, parts, start = memoryview(body), [], 0
    rows = about["features"]
    for code, count in (("I", 65537), ("I", rows + 1), ("H", rows)):
        part = array(code)
        end = start + count * part.itemsize
        part.frombytes(view[start:end])
        if sys.byteorder == "big":
            part.byteswap()
        parts.append(part)
        start = end
    buckets, offsets, marks = parts
    return Profiles(about, _Table(buckets, marks, offsets, bytes(view[start:])))


@cache
def profiles() -> Profiles:
    """The profiles that come with the crawler, read when first asked for."""
    return unpacked(files("crawler").joinpath("languages", "languages.bin").read_bytes())
