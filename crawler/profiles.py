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
from itertools import accumulate
from typing import Any, NamedTuple
from zlib import crc32

from crawler.wording import letters, longer

MAGIC = b"djeli-languages-2\n"
STEP = 0.1  # nats in one step of the table
# A word speaks at most so much against a language, in steps: first what is known of words and all n-grams, then
# langdetect's n-grams alone.  A capitalised word may be a foreign name.
_CLIP, _NAME_CLIP = 450, 250
_LETTERS_CLIP, _LETTERS_NAME_CLIP = 200, 120
MOST_WORDS = 280  # of a text: their units fit into a lane
_MOST_STRANGE = (
    150  # units that a word may speak for a stranger: half more than for any known language
)
_REMEMBERED_WORDS = 15_000
_REMEMBERED_LETTERS = 30_000
_REMEMBERED_LONGER = 60_000
_LANE = 16  # bits
_MOST_LANES = 512


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
        self._table, self._mask, self._most = table, mask, most
        self._size = mask.bit_length() // 8

    def __missing__(self, gram: str) -> int:
        table, key = self._table, crc32(gram.encode("utf-8", "surrogatepass"))
        high, mark = key >> 16, key & 0xFFFF
        last = table.buckets[high + 1]
        place = bisect_left(table.marks, mark, table.buckets[high], last)
        row = self._read(place) if place < last and table.marks[place] == mark else 0
        if len(self) >= self._most:
            self.clear()
        self[gram] = row
        return row

    def _read(self, place: int) -> int:
        start, end = self._table.offsets[place : place + 2]
        values, middle = self._table.values, (start + end) // 2
        if middle - start == 1:
            return values[middle] << _LANE * values[start] & self._mask
        row = bytearray(_LANE // 8 * _MOST_LANES)
        for lane, value in zip(accumulate(values[start:middle]), values[middle:end], strict=True):
            row[2 * lane] = value
        return int.from_bytes(row[: self._size], "little")


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
        self._own = _Lanes.of(self.own)
        self._every = _Lanes.of(len(self.languages))
        self._strange = _Lanes.of(self.strangers)
        both = (1 << _LANE * (len(self.languages) + self.strangers)) - 1
        self._letters = _Rows(table, both, _REMEMBERED_LETTERS).__getitem__
        self._longer = _Rows(table, self._own.all, _REMEMBERED_LONGER).__getitem__
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
        by_any = sum(map(self._letters, letters(word)))
        by_letters = by_any & every.all
        named, *grams = map(self._longer, longer(word))
        by_all = sum(grams, named) + (by_letters & own.all)
        name = word[0].isupper()
        full_floor = own.most(by_all) - (_NAME_CLIP if name else _CLIP)
        floor = every.most(by_letters) - (_LETTERS_NAME_CLIP if name else _LETTERS_CLIP)
        return Evidence(
            own.above(full_floor, by_all),
            every.above(floor, by_letters),
            strange.at_most(_MOST_STRANGE, strange.above(floor, by_any >> _LANE * every.width)),
            own.present(named) * len(word) if named else 0,
            full_floor,
            floor,
        )

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

    @classmethod
    def of(cls, width: int) -> _Lanes:
        ones = sum(1 << _LANE * lane for lane in range(width))
        return cls(width, ones, ones << 15, (1 << _LANE * width) - 1)

    def most(self, sums: int) -> int:
        return max(lanes(sums, self.width))

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


def lanes(packed_lanes: int, width: int) -> memoryview:
    """The numbers in the first lanes."""
    view = memoryview(packed_lanes.to_bytes(2 * width, sys.byteorder)).cast("H")
    return view if sys.byteorder == "little" else view[::-1]


def row_of(values: Mapping[int, int]) -> bytes:
    """Lanes as distances from the one before, then what each holds; a long distance in steps that hold nothing."""
    gaps, held, last = bytearray(), bytearray(), 0
    for lane, value in sorted(values.items()):
        while lane - last > 255:
            gaps.append(255)
            held.append(0)
            last += 255
        gaps.append(lane - last)
        held.append(value)
        last = lane
    return bytes(gaps + held)


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
