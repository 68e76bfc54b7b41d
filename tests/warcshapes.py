"""The same records in files of every make, and how the tests read them."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

from madewarc import (
    Made,
    members,
    valid,
)

from archive.reader import Damage, Record, read_records


def read(path: Path, data: bytes) -> tuple[list[Record], list[Damage]]:
    path.write_bytes(data)
    found = list(read_records(path))
    records = [each for each in found if isinstance(each, Record)]
    return records, [each for each in found if isinstance(each, Damage)]


def plain(records: Iterable[Made]) -> bytes:
    return b"".join(record.plain() for record in records)


def in_members_of(size: int, data: bytes) -> bytes:
    return b"".join(gzip.compress(data[at : at + size]) for at in range(0, len(data), size))


def with_extra(data: bytes) -> bytes:
    """A gzip member with EXTRA, NAME, COMMENT and a header checksum."""
    head = b"\x1f\x8b\x08\x1e\0\0\0\0\0\x03" + struct.pack("<H", 12) + b"sl\x08\0" + bytes(8)
    head += b"a.warc\0" + b"hand\0"
    raw = zlib.compressobj(wbits=-15)
    trailer = struct.pack("<II", zlib.crc32(data), len(data))
    checked = head + struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    return checked + raw.compress(data) + raw.flush() + trailer


SHAPES = {
    "plain": plain(valid()),
    "a member a record": members(valid()),
    "one member": gzip.compress(plain(valid())),
    "members of 100 bytes": in_members_of(100, plain(valid())),
    "EXTRA fields": b"".join(with_extra(record.plain()) for record in valid()),
    "stored members": b"".join(gzip.compress(r.plain(), compresslevel=0) for r in valid()),
    "empty members between": b"".join(r.member() + gzip.compress(b"") for r in valid()),
}
