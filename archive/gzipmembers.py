"""Gzip files member by member: what they hold, where each begins, and how to go on after damage.

Written for this because the standard library's reader loses what it had inflated when a checksum is
wrong, does not say where members begin, and stops at the first fault.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import BinaryIO

from archive.window import (
    FREE_REWORK,
    PIECE,
    REWORK,
    Break,
    BrokenError,
    Place,
    Window,
    pieces,
)

MAGIC = b"\x1f\x8b\x08"
_INPUT = 1 << 14
_FHCRC, _FEXTRA, _FNAME, _FCOMMENT, _RESERVED = 2, 4, 8, 16, 0xE0
_MAX_HEADER = 1 << 17  # EXTRA has at most 64 KiB; name and comment are short
_PROBE = 4096


class GzipFile(Window):
    """The inflated bytes of all members, one after the other."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._size = file, size
        self._spent = self._farthest = self._reached = self._end = 0
        self._starts: list[tuple[int, int]] = []  # (inflated position, offset) of members
        super().__init__(self._members(start))

    def place(self) -> Place | None:
        """Where the next byte lies; None where there is none."""
        if not self.peek(1):
            return None
        position, offset = self._starts[self._begun(self.position) - 1]
        return Place(offset, self.position - position)

    def forget(self) -> None:
        """Members before that of the next byte; ``members_taken`` counts from here."""
        del self._starts[: self._begun(self.position) - 1]

    def _begun(self, position: int) -> int:
        return bisect_right(self._starts, (position, self._size + 1))

    def boundary(self) -> int | None:
        """The file's offset here if a member has just ended, else None."""
        here = self.place()
        if here is not None:
            return None if here.within else here.offset
        return self.broken.offset if self.broken else self._end

    def begins_member(self) -> bool:
        """Whether the next byte is the first of a member."""
        here = self.place()
        return here is not None and not here.within

    def members_taken(self) -> int:
        """How many members the bytes since ``forget`` come from."""
        return self._begun(self.position - 1)

    def broke_before(self) -> Break | None:
        """The break, if it comes next and is in the member of the byte taken last."""
        if self.peek(1) or not self._starts:
            return None
        last = self._starts[self._begun(self.position - 1) - 1][1]
        return self.broken if self.broken and self.broken.offset == last else None

    def is_cut(self) -> bool:
        """Whether the bytes end here because the file does, inside a member."""
        return not self.peek(1) and self.broken is not None and self.broken.cut

    def lacks(self, count: int) -> bool:
        """Unknown before it is inflated."""
        return False

    def some(self, limit: int) -> bytes:
        """As in ``Window``, and never past the beginning of a member."""
        if not self.peek(1):
            return b""
        following = self._begun(self.position)
        if following < len(self._starts):
            limit = min(limit, self._starts[following][0] - self.position)
        return super().some(limit)

    def go_back(self, place: Place) -> bool:
        """To an earlier place; refused when too much has been inflated again already."""
        if self._spent > REWORK * self._size + FREE_REWORK:
            return False
        self._spent += self._reached - place.offset + _PROBE
        self._restart(place.offset)
        while self.position < place.within and self.some(place.within - self.position):
            pass
        return True

    def recover(self) -> bool:
        """Go on at the next member that can be found after a break; False if there is none."""
        if self.broken is None:
            return False
        broken = self.broken
        self._spent += max(0, min(broken.at, self._farthest) - broken.offset) + _PROBE
        self._farthest = max(broken.at, self._farthest)
        exhausted = self._spent > REWORK * self._size + FREE_REWORK
        offset = next_member(self._file, max(broken.resume, self._farthest if exhausted else 0))
        if offset is None:
            self._begin(iter(()), self.position)
            return False
        self._restart(offset)
        return True

    def _restart(self, offset: int) -> None:
        self._starts = []
        self._begin(self._members(offset), 0)

    def _members(self, offset: int) -> Iterator[bytes]:
        raw, inflated = Window(pieces(self._file, offset), offset), 0
        while raw.peek(1):
            self._starts.append((inflated, raw.position))
            for data in _inflate(raw):
                inflated, self._reached = inflated + len(data), raw.position
                yield data
        self._end = raw.position


def next_member(file: BinaryIO, offset: int, before: int | None = None) -> int | None:
    """Where the first gzip member from ``offset`` on begins, if one does ``before`` that byte."""
    while before is None or offset < before:
        file.seek(offset)
        data = file.read(1 << 20)
        found = data.find(MAGIC)
        while found >= 0:
            if _may_be_member(file, offset + found):
                place = offset + found
                return place if before is None or place < before else None
            found = data.find(MAGIC, found + 1)
        if len(data) < len(MAGIC):
            return None
        offset += len(data) - len(MAGIC) + 1
    return None


def _may_be_member(file: BinaryIO, offset: int) -> bool:
    """Whether the bytes there inflate to something; damage found later is found later."""
    raw = Window(pieces(file, offset), offset)
    try:
        _skip_header(raw)
        return bool(zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw.peek(_PROBE), _PROBE))
    except (zlib.error, BrokenError):
        return False


def _inflate(raw: Window) -> Iterator[bytes]:
    """The content of the member that begins here; raises ``BrokenError`` after its last good byte."""
    start = raw.position
    _skip_header(raw)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    check = size = 0
    while not inflater.eof:
        data = raw.peek(_INPUT)
        before = inflater.copy()
        try:
            inflated = inflater.decompress(data, PIECE)
        except zlib.error as e:
            yield from _up_to_error(before, data)
            raise _broken(raw, start, f"bad deflate data ({_words(e)})") from e
        raw.skip(
            len(data) - len(inflater.unused_data if inflater.eof else inflater.unconsumed_tail)
        )
        check, size = zlib.crc32(inflated, check), size + len(inflated)
        if inflated:
            yield inflated
        elif not data and not inflater.eof:
            raise _cut(raw, start)
    _check_trailer(
        raw, start, check.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    )


def _up_to_error(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What the good bytes before the bad one inflate to: zlib keeps it back when it raises."""
    try:
        for value in data:
            if inflated := inflater.decompress(bytes((value,))):
                yield inflated
    except zlib.error:
        return


def _check_trailer(raw: Window, start: int, expected: bytes) -> None:
    trailer = raw.peek(8)
    if len(trailer) < 8:
        raise _cut(raw, start)
    raw.skip(8)
    if trailer == expected:
        return
    what = "checksum (CRC-32)" if trailer[:4] != expected[:4] else "length (ISIZE)"
    # Its end is not to be trusted: damaged deflate data can run on through whole members behind it.
    raise BrokenError(
        Break(start, f"the gzip member's {what} is wrong", start + 1, raw.position, False)
    )


def _skip_header(raw: Window) -> None:
    """Past the header of a gzip member (RFC 1952, 2.3)."""
    start, head = raw.position, raw.peek(10)
    if head[:3] != MAGIC[: len(head)]:
        raise _broken(raw, start, f"no gzip member begins here: {raw.peek(16)!r}")
    if len(head) < 10:
        raise _cut(raw, start)
    flags, length = head[3], 10
    if flags & _RESERVED:
        raise _broken(raw, start, "reserved flags set in the gzip header")
    if flags & _FEXTRA:
        length += 2 + int.from_bytes(raw.peek(12)[10:12], "little")
    for flag in (_FNAME, _FCOMMENT):
        if flags & flag:
            length = _after_zero(raw, start, length)
    length += 2 if flags & _FHCRC else 0
    if len(raw.peek(length)) < length:
        raise _cut(raw, start)
    raw.skip(length)


def _after_zero(raw: Window, start: int, length: int) -> int:
    wanted = length + 256
    while (end := raw.peek(wanted).find(0, length)) < 0:
        if len(raw.peek(wanted)) < wanted:
            raise _cut(raw, start)
        if wanted > _MAX_HEADER:
            raise _broken(raw, start, "a gzip header without end")
        wanted *= 2
    return end + 1


def _broken(raw: Window, start: int, reason: str) -> BrokenError:
    return BrokenError(Break(start, reason, start + 1, raw.position, False))


def _cut(raw: Window, start: int) -> BrokenError:
    reason = "the file ends inside a gzip member"
    return BrokenError(Break(start, reason, start + 1, raw.position, True))


def _words(error: zlib.error) -> str:
    return str(error).rpartition(": ")[2]
