"""One gzip member: deflated where that makes it smaller, stored where it does not.

Most pages come gzipped, and deflating them once more takes longer than all else that is done with a
record, for nothing.  Stored blocks are part of deflate (RFC 1951, 3.2.4): every reader takes them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import deflate
from zlib_ng import zlib_ng

LEVEL = 5  # libdeflate's: seven times as fast as zlib's level 9, which other WARC writers use
_ZLIB_LEVEL = 6
_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # no name, no time, unknown system (RFC 1952, 2.3.1)
_STORED = 0xFFFF  # bytes of a stored block at most
_SAMPLE = 1 << 10  # bytes; of coded ones 251 values of the 256 are expected in it, of text some 100
_CODED = 200
_SMALL = (
    1 << 12
)  # bytes; below, it takes longer to set libdeflate's state up than zlib takes for all
_VALUES = bytes(range(256))


def gzip_member_of(head: bytes, body: bytes) -> bytes:
    """The two as one member; only the ``body`` may be stored."""
    parts: list[bytes | bytearray | memoryview]
    if is_coded(body):
        small = _in_small_window()
        parts = [small.compress(head), small.flush(zlib.Z_FULL_FLUSH), *_stored(body)]
    elif len(head) + len(body) <= _SMALL:
        small = _in_small_window()
        parts = [small.compress(head), small.compress(body), small.flush()]
    else:
        parts = [deflate.deflate_compress(head + body, LEVEL)]
    check = zlib_ng.crc32(body, zlib_ng.crc32(head))
    size = (len(head) + len(body)) & 0xFFFFFFFF
    return b"".join((_HEAD, *parts, check.to_bytes(4, "little"), size.to_bytes(4, "little")))


def _in_small_window() -> zlib._Compress:
    """zlib's: the state that libdeflate would set up is ten times a record's head."""
    return zlib.compressobj(_ZLIB_LEVEL, zlib.DEFLATED, -12, 4)


def is_coded(body: bytes) -> bool:
    """Whether it looks like noise, at its beginning and in its middle: then deflate finds nothing."""
    middle = len(body) // 2
    samples = (body[:_SAMPLE], body[middle : middle + _SAMPLE])
    return len(body) >= 2 * _SAMPLE and all(
        len(_VALUES.translate(None, sample)) < len(_VALUES) - _CODED for sample in samples
    )


def _stored(body: bytes) -> Iterator[bytes | memoryview]:
    """The last blocks of a member."""
    view = memoryview(body)
    for at in range(0, len(body), _STORED):
        size = min(_STORED, len(body) - at)
        is_last = at + size == len(body)
        yield bytes((is_last, size & 0xFF, size >> 8, ~size & 0xFF, ~size >> 8 & 0xFF))
        yield view[at : at + size]
