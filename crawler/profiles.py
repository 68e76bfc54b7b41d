"""What each word says for each language: a table of n-grams and words, built by ``bench.build_languages``."""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from zlib import crc32

from crawler.wording import letters, longer

MAGIC = b"djeli-languages-1\n"
STEP = 0.1  # nats in one step of the table
STEPS = 2  # of the table, in a unit of a word's evidence
# A word speaks at most so much against a language, in steps: first what is known of words and all n-grams, then
# langdetect's n-grams alone.  A capitalised word may be a foreign name.
_CLIP, _NAME_CLIP = 450, 250
_LETTERS_CLIP, _LETTERS_NAME_CLIP = 200, 120
_MOST_WORDS = 40_000
_MOST_GRAMS = 60_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a word says, in units beyond the least: full evidence for our languages, then letters for all."""

    units: bytes
    known: bytes | None  # beyond zero where the word is one of that language's own
    floors: tuple[int, int]  # steps that count as zero units, of full evidence and of letters


@dataclass(slots=True)
class Profiles:
    """The table, and a memory of the words met: most of a text's words are old acquaintances."""

    languages: tuple[str, ...]  # ours, then those of which langdetect's letters are all we have
    own: int  # how many are ours
    usual_letters: tuple[
        float, ...
    ]  # steps a letter that langdetect's n-grams say in the language's own text
    usual_words: tuple[float, ...]  # of our languages: the part of a text that is words met before
    _buckets: array[int]
    _marks: array[int]
    _offsets: array[int]
    _values: bytes
    _grams: dict[str, bytes] = field(default_factory=dict)
    _words: dict[str, Evidence] = field(default_factory=dict)

    def evidence(self, word: str) -> Evidence:
        """What the word says; the same for the same word, always."""
        found = self._words.get(word)
        if found is None:
            if len(self._words) >= _MOST_WORDS:
                self._words.clear()
            found = self._words[word] = self._evidence(word)
        return found

    def _evidence(self, word: str) -> Evidence:
        letter_rows = [row for gram in letters(word) if (row := self._row(gram))]
        by_letters = _sums(letter_rows) if letter_rows else [0] * len(self.languages)
        named, *grams = longer(word)
        known = self._row(named)
        rows = [row for gram in grams if (row := self._row(gram))]
        if known:
            rows.append(known)
        by_all = _sums([*rows, by_letters]) if rows else by_letters[: self.own]
        name = word[0].isupper()
        full_floor = max(by_all) - (_NAME_CLIP if name else _CLIP)
        floor = max(by_letters) - (_LETTERS_NAME_CLIP if name else _LETTERS_CLIP)
        units = _above(full_floor, by_all) + _above(floor, by_letters)
        return Evidence(units, known or None, (full_floor, floor))

    def _row(self, gram: str) -> bytes:
        row = self._grams.get(gram)
        if row is None:
            if len(self._grams) >= _MOST_GRAMS:
                self._grams.clear()
            row = self._grams[gram] = self._read(gram)
        return row

    def _read(self, gram: str) -> bytes:
        """A unit for each language, or nothing if the table does not hold the n-gram."""
        high, mark = divmod(crc32(gram.encode("utf-8", "surrogatepass")), 1 << 16)
        last = self._buckets[high + 1]
        place = bisect_left(self._marks, mark, self._buckets[high], last)
        if place == last or self._marks[place] != mark:
            return b""
        start = self._offsets[place]
        count = self._values[start]
        middle = start + 1 + count
        width = len(self.languages) if len(gram) <= 3 and gram[0] != "=" else self.own
        row = bytearray(width)
        for index, value in zip(
            self._values[start + 1 : middle], self._values[middle : middle + count], strict=True
        ):
            if index < width:  # else another n-gram with the same hash
                row[index] = value
        return bytes(row)


def _sums(rows: Sequence[Sequence[int]]) -> list[int]:
    return list(map(sum, zip(*rows, strict=False)))


def _above(floor: int, sums: Sequence[int]) -> bytes:
    return bytes([(s - floor) // STEPS if s > floor else 0 for s in sums])


def packed(about: Mapping[str, object], table: Mapping[int, bytes]) -> bytes:
    """The file: a line of JSON, then counts by upper half of the hash, offsets, lower halves, values."""
    keys = sorted(table)
    buckets, marks, offsets = array("I", bytes(4 * 65537)), array("H"), array("I")
    values = bytearray()
    for key in keys:
        buckets[(key >> 16) + 1] += 1
        marks.append(key & 0xFFFF)
        offsets.append(len(values))
        values += table[key]
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
    for code, count in (("I", 65537), ("I", about["features"]), ("H", about["features"])):
        part = array(code)
        end = start + count * part.itemsize
        part.frombytes(view[start:end])
        if sys.byteorder == "big":
            part.byteswap()
        parts.append(part)
        start = end
    buckets, offsets, marks = parts
    return Profiles(
        tuple(about["languages"]),
        about["own"],
        tuple(about["usual_letters"]),
        tuple(about["usual_words"]),
        buckets,
        marks,
        offsets,
        bytes(view[start:]),
    )


@cache
def profiles() -> Profiles:
    """The profiles that come with the crawler, read when first asked for."""
    return unpacked(files("crawler").joinpath("languages", "languages.bin").read_bytes())
