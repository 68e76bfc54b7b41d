"""ZIP files byte for byte: every entry, and what lies in the file beside the entries.

Written for this because ``zipfile`` passes over most of what can be wrong: counts, offsets, a local
header that differs from the central one, bytes that belong to nothing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

STORED, DEFLATED = 0, 8
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_DESCRIPTOR_BIT, _ENCRYPTED_BIT = 8, 1
_PIECE = 1 << 16
_MAX_DIRECTORY = 1 << 28  # bytes; a package has a handful of entries
_FULL = 0xFFFFFFFF


class LayoutError(Exception):
    """Why a file is no ZIP file that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the local and the central header of an entry both say."""

    name: bytes
    needed: int
    flags: int
    method: int
    moment: tuple[int, int]
    crc: int
    packed: int
    size: int
    extra: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file in the ZIP; ``start`` is where its bytes begin, ``made`` version and system of its maker."""

    central: Header
    local: Header
    offset: int
    start: int
    made: tuple[int, int]
    disk: int
    attributes: tuple[int, int]
    comment: bytes

    @property
    def name(self) -> str:
        """The path of the file."""
        return self.central.name.decode("utf-8", "replace")

    def read(self, file: BinaryIO) -> Iterator[bytes]:
        """The file's bytes in pieces; raises ``LayoutError`` where they are not what the header says."""
        if self.central.flags & _ENCRYPTED_BIT or self.central.method not in (STORED, DEFLATED):
            raise LayoutError(f"{self.name}: encrypted, or of method {self.central.method}")
        crc = size = 0
        raw = self._raw(file)
        for piece in raw if self.central.method == STORED else _inflated(raw, self.name):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            yield piece
        if (crc, size) != (self.central.crc, self.central.size):
            raise LayoutError(f"{self.name}: its bytes are not those that the ZIP's CRC is of")

    def _raw(self, file: BinaryIO) -> Iterator[bytes]:
        position, left = self.start, self.central.packed
        while left:
            file.seek(position)
            piece = file.read(min(left, _PIECE))
            if not piece:
                raise LayoutError(f"{self.name}: the file ends inside it")
            position, left = position + len(piece), left - len(piece)
            yield piece


def _inflated(raw: Iterator[bytes], name: str) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in raw:
            data = inflater.decompress(piece, _PIECE)
            while data:
                yield data
                data = inflater.decompress(inflater.unconsumed_tail, _PIECE)
    except zlib.error as e:
        raise LayoutError(f"{name}: it does not inflate: {e}") from e
    if not inflater.eof or inflater.unused_data:
        raise LayoutError(f"{name}: it does not end where its compression does")


def entries_of(file: BinaryIO) -> list[Entry]:
    """The entries in the order of their bytes; ``LayoutError`` if the ZIP has more or less than them."""
    try:
        return _entries(file)
    except struct.error as e:
        raise LayoutError(f"the ZIP's directory breaks off: {e}") from e


def _entries(file: BinaryIO) -> list[Entry]:
    count, size, begin = _directory(file)
    file.seek(begin)
    data, position = file.read(size), 0
    entries = []
    while position < len(data):
        entry, position = _entry(file, data, position)
        entries.append(entry)
    if len(entries) != count:
        raise LayoutError(f"the ZIP's directory has {len(entries)} entries and says {count}")
    entries.sort(key=lambda entry: entry.offset)
    end = 0
    for entry in entries:
        if entry.offset != end:
            raise LayoutError(f"bytes from {end} to {entry.offset} that belong to no entry")
        end = _end_of(file, entry)
    if end != begin:
        raise LayoutError(f"bytes from {end} to {begin} that belong to no entry")
    return entries


def _directory(file: BinaryIO) -> tuple[int, int, int]:
    """How many entries the central directory has, its size and where it begins."""
    total = file.seek(0, 2)
    file.seek(max(0, total - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise LayoutError("not a ZIP file, or its end is missing")
    _, disk, first, here, count, size, begin, comment = _END.unpack_from(tail, at)
    end = total - len(tail) + at
    if len(tail) - at != _END.size + comment:
        raise LayoutError("bytes after the end of the ZIP's directory")
    if (disk, first) != (0, 0) or here != count:
        raise LayoutError("a ZIP in several parts, or with a wrong count")
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size :].startswith(b"PK\x06\x07"):
        narrow = (count, 0xFFFF), (size, _FULL), (begin, _FULL)
        count, size, begin, end = _directory64(file, tail[at - _LOCATOR.size : at], end)
        wide = zip((count, size, begin), narrow, strict=True)
        if any(number != told and told != full for number, (told, full) in wide):
            raise LayoutError("the ends of the ZIP's directory contradict each other")
    if begin + size != end or size > _MAX_DIRECTORY:
        raise LayoutError("the ZIP's directory is not where it should be")
    return count, size, begin


def _directory64(file: BinaryIO, locator: bytes, end: int) -> tuple[int, int, int, int]:
    _, disk, offset, disks = _LOCATOR.unpack(locator)
    if (disk, disks) != (0, 1) or offset != end - _LOCATOR.size - _END64.size:
        raise LayoutError("the ZIP64 directory's end is not where it should be")
    file.seek(offset)
    magic, length, made, needed, disk, first, here, count, size, begin = _END64.unpack(
        file.read(_END64.size)
    )
    if magic != b"PK\x06\x06" or length != _END64.size - 12 or made & 0xFF < needed:
        raise LayoutError("the ZIP64 directory's end is damaged")
    if (disk, first) != (0, 0) or here != count:
        raise LayoutError("a ZIP64 in several parts, or with a wrong count")
    return count, size, begin, offset


def _entry(file: BinaryIO, data: bytes, position: int) -> tuple[Entry, int]:
    fields = _CENTRAL.unpack_from(data, position)
    magic, version, system, needed, flags, method, time, date, crc, packed, size = fields[:11]
    names, extras, comments, disk, internal, external, offset = fields[11:]
    if magic != b"PK\x01\x02":
        raise LayoutError(f"no entry at byte {position} of the ZIP's directory")
    at = position + _CENTRAL.size
    end = at + names + extras + comments
    if end > len(data):
        raise LayoutError("the ZIP's directory breaks off")
    extra = data[at + names : at + names + extras]
    size, packed, offset = _wide(extra, [size, packed, offset])
    central = Header(
        name=data[at : at + names],
        needed=needed,
        flags=flags,
        method=method,
        moment=(date, time),
        crc=crc,
        packed=packed,
        size=size,
        extra=extra,
    )
    local, start = _local(file, offset, central)
    entry = Entry(
        central=central,
        local=local,
        offset=offset,
        start=start,
        made=(version, system),
        disk=disk,
        attributes=(internal, external),
        comment=data[at + names + extras : end],
    )
    return entry, end


def _local(file: BinaryIO, offset: int, central: Header) -> tuple[Header, int]:
    file.seek(offset)
    head = file.read(_LOCAL.size)
    magic, needed, flags, method, time, date, crc, packed, size, names, extras = _LOCAL.unpack(head)
    if magic != b"PK\x03\x04":
        raise LayoutError(f"no entry at byte {offset} of the ZIP")
    name, extra = file.read(names), file.read(extras)
    if flags & _DESCRIPTOR_BIT and not (crc or packed or size):
        crc, packed, size = central.crc, central.packed, central.size
    size, packed = _wide(extra, [size, packed])
    local = Header(
        name=name,
        needed=needed,
        flags=flags,
        method=method,
        moment=(date, time),
        crc=crc,
        packed=packed,
        size=size,
        extra=extra,
    )
    both = ("name", "flags", "method", "moment", "crc", "packed", "size")
    if differing := [field for field in both if getattr(local, field) != getattr(central, field)]:
        raise LayoutError(f"the two headers of {name!r} differ in {', '.join(differing)}")
    return local, offset + _LOCAL.size + names + extras


def _wide(extra: bytes, numbers: list[int]) -> list[int]:
    """The numbers, those that did not fit in 32 bits from the ZIP64 field."""
    if _FULL not in numbers:
        return numbers
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind == 1:
            if length % 8 or position + 4 + length > len(extra):
                raise LayoutError("a ZIP64 field that is damaged")
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra, position + 4))
            return [next(wide, n) if n == _FULL else n for n in numbers]
        position += 4 + length
    return numbers


def _end_of(file: BinaryIO, entry: Entry) -> int:
    """Where an entry's bytes end, with the data descriptor if it has one."""
    end = entry.start + entry.central.packed
    if not entry.central.flags & _DESCRIPTOR_BIT:
        return end
    file.seek(end)
    data = file.read(24)
    told = (entry.central.crc, entry.central.packed, entry.central.size)
    for form in ("<4sLLL", "<4sLQQ", "<LLL", "<LQQ"):
        length = struct.calcsize(form)
        fields = struct.unpack(form, data[:length]) if len(data) >= length else ()
        if fields in (told, (b"PK\x07\x08", *told)):
            return end + length
    raise LayoutError(f"{entry.name}: no data descriptor after it")
