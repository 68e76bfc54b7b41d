"""Records of gzip members that are as the standard wants them, read at a stride.

A member is inflated at once, by zlib-ng, which checks its CRC and its length; it must hold one record, to
the byte.  What is anything else is left to ``archive.reader``, which looks at each byte.
"""

from __future__ import annotations

from typing import BinaryIO

from zlib_ng import zlib_ng

from archive.gzipmembers import MAGIC
from archive.warcheader import MAX_HEADER, WARC, PlainHeader
from archive.window import PIECE

_GZIP = 16 + zlib_ng.MAX_WBITS
_STEP = 1 << 15  # bytes given to zlib at a time: what it does not take, it copies
_LARGEST = 8 << 20  # bytes; of a larger block the careful reader holds fewer copies
_END = b"\r\n\r\n"


class IntactMembers:
    """The records from ``offset`` on, one at a time, as long as they are intact."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self.offset = offset
        self._file = file
        self._buffer, self._base = memoryview(b""), offset

    def next(self) -> tuple[PlainHeader, bytes] | None:
        """Header and block of the record at ``offset``, which moves on; None where none is intact."""
        member = self._member()
        if member is None:
            return None
        data, after = member
        found = _record_of(data)
        if found is not None:
            self.offset = after
        return found

    def is_at_end(self) -> bool:
        """Whether the file ends here."""
        return not self._at(self.offset)

    def _at(self, offset: int) -> memoryview:
        """The next bytes from there on, as many as there are; none at the end of the file."""
        used = offset - self._base
        if not 0 <= used < len(self._buffer):
            self._file.seek(offset)
            self._buffer, self._base, used = memoryview(self._file.read(PIECE)), offset, 0
        return self._buffer[used : used + _STEP]

    def _member(self) -> tuple[bytes, int] | None:
        """What the member here holds, and where it ends; None if it is damaged, cut, or large."""
        at, held = self.offset, 0
        piece = self._at(at)
        if piece[: len(MAGIC)] != MAGIC[: len(piece)]:
            return None
        inflater, parts = zlib_ng.decompressobj(_GZIP), []
        while piece and held < _LARGEST:
            try:
                part = inflater.decompress(piece, _LARGEST)
            except zlib_ng.error:  # type: ignore[misc]  # its stubs do not say what it is
                return None
            at += len(piece)
            held += len(part)
            parts.append(part)
            if inflater.eof:
                data = part if len(parts) == 1 else b"".join(parts)
                return data, at - len(inflater.unused_data)
            if inflater.unconsumed_tail or (len(parts) == 1 and not WARC.begin.match(part)):
                return None
            piece = self._at(at)
        return None


def _record_of(data: bytes) -> tuple[PlainHeader, bytes] | None:
    header = PlainHeader.of(data)
    if header is None or (length := header.length) is None or len(header) > MAX_HEADER:
        return None
    if len(data) != len(header) + length + len(_END) or not data.endswith(_END):
        return None
    return header, data[len(header) : -len(_END)]
