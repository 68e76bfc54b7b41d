"""Sketches: a few numbers in place of a text, by which texts that share passages find each other.

A FracMinHash (Irber et al. 2022, https://doi.org/10.1101/2022.01.11.475838): of the 64-bit hashes of
all shingles those in the lowest eighth, so that the part of a text that another one holds can be told
whatever their lengths.  A short text keeps its 64 smallest, a very long one its 1,024 smallest; two
sketches are compared below the lower of their limits, which each sketch itself tells.  The upper half
of a hash, which decides whether it is kept, is the shingle's CRC-32, a tenth of the time of BLAKE2b;
the lower half of those that are kept is from BLAKE2b.

The first number, below 2**48 as no hash of a shingle is, is the digest of the whole text: texts that
have it in common are one, but for typography.
"""

from __future__ import annotations

import base64
import binascii
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self
from zlib import crc32

from archive.shingles import masked, shingles, words

LEAST = 64  # hashes; an overlap of a third is then known to within a sixteenth
MOST = 1024  # hashes, of a text of more than 8,000 words: 8 kB
INDEXED = 32  # hashes by which a text is found: of a quarter of it one in 300 shares less than two

_LEAST_UPPER = 1 << 16
_EIGHTH = 1 << 61
_EIGHTH_UPPER = _EIGHTH >> 32
_ENOUGH = (1 << 32) * 100  # under this part of a text's shingles lie the least of a sketch
_LOWER = blake2b(digest_size=4)
_SIXTEENTH = 1 << 60


@dataclass(frozen=True, slots=True)
class Sketch:
    """The digest of a text, and the smallest of its shingles' hashes in order."""

    digest: int
    hashes: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Self | None:
        """None for a text without words."""
        spoken = words(text)
        if not spoken:
            return None
        return cls(_digest(spoken), tuple(_smallest(shingles(masked(spoken)))))

    @classmethod
    def from_text(cls, written: str) -> Self:
        """The inverse of ``to_text``; ``ValueError`` if that is not what it is."""
        try:
            data = base64.b64decode(written, validate=True)
        except binascii.Error as e:
            raise ValueError(f"no sketch: {e}") from e
        if not data or len(data) % 8:
            raise ValueError(f"no sketch: {len(data)} bytes are no 64-bit numbers")
        return cls.from_bytes(data)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of ``to_bytes``."""
        digest, *hashes = struct.unpack(f">{len(data) // 8}Q", data)
        return cls(digest, tuple(hashes))

    def to_bytes(self) -> bytes:
        """Unsigned, of 64 bits each, big-endian."""
        return struct.pack(f">{1 + len(self.hashes)}Q", self.digest, *self.hashes)

    def to_text(self) -> str:
        """The bytes in base64, as an article has them."""
        return base64.b64encode(self.to_bytes()).decode()

    @property
    def limit(self) -> int:
        """The text has no hash up to this that the sketch has not."""
        if len(self.hashes) < LEAST:
            return (1 << 64) - 1
        return max(self.hashes[-1], 0 if len(self.hashes) >= MOST else _EIGHTH - 1)

    @property
    def indexed(self) -> tuple[int, ...]:
        """The hashes by which others find it: a sixteenth of the text's, but not too few."""
        return self.hashes[: max(INDEXED, bisect_right(self.hashes, _SIXTEENTH))]

    def shared_with(self, other: Sketch) -> tuple[int, float, float]:
        """How many hashes both have, and what part that is of each one's."""
        limit = min(self.limit, other.limit)
        mine = self.hashes[: bisect_right(self.hashes, limit)]
        others = other.hashes[: bisect_right(other.hashes, limit)]
        both = len(set(mine).intersection(others))
        return both, both / (len(mine) or 1), both / (len(others) or 1)


def _digest(spoken: Sequence[str]) -> int:
    data = " ".join(spoken).encode("utf-8", "replace")
    return int.from_bytes(blake2b(data, digest_size=6).digest(), "big")


def _smallest(parts: Sequence[bytes]) -> Iterator[int]:
    """The hashes that a sketch keeps, in order: most of a text's are too great to be looked at twice."""
    made = _below(max(_EIGHTH_UPPER, _ENOUGH // len(parts)), parts)
    if len(made) < LEAST:
        made = _below(1 << 32, parts)
    order = sorted(made)
    for high in order[: min(max(LEAST, bisect_left(order, _EIGHTH_UPPER)), MOST)]:
        lower = _LOWER.copy()  # half the time of a new one
        lower.update(made[high])
        yield (high << 32) + int.from_bytes(lower.digest(), "big")


def _below(limit: int, parts: Sequence[bytes]) -> dict[int, bytes]:
    """Shingles by the upper halves of their hashes."""
    return {high: part for part in parts if _LEAST_UPPER <= (high := crc32(part)) < limit}
