"""A WARC reader that forgives nothing, for judging; it shares no code with the archive.

One record, one gzip member; WARC/1.1; CRLF everywhere; the block as long as Content-Length says and
followed by two CRLFs and nothing else (WARC 1.1, 4 and annex D).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)")


class MalformedError(Exception):
    """Names file, offset and what is wrong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it lies in its file; ``fields`` in their order."""

    file: str
    offset: int
    fields: tuple[tuple[str, str], ...]
    block: bytes

    def all(self, name: str) -> list[str]:
        """Every value of that field, whatever the case of its name."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def one(self, name: str) -> str | None:
        """The value of a field that may occur once; None without it."""
        values = self.all(name)
        if len(values) > 1:
            raise MalformedError(f"{self.file} at {self.offset}: {len(values)} fields {name}")
        return values[0] if values else None

    @property
    def type(self) -> str:
        """The WARC-Type."""
        return self.one("WARC-Type") or ""

    @property
    def id(self) -> str:
        """The WARC-Record-ID."""
        return self.one("WARC-Record-ID") or ""


def read(path: Path) -> list[Record]:
    """Every record of a .warc.gz file; raises ``MalformedError`` at the first thing that is wrong."""
    data, offset = path.read_bytes(), 0
    records = []
    while offset < len(data):
        plain, length = _member(data[offset:], f"{path.name} at {offset}")
        records.append(_record(plain, path.name, offset))
        offset += length
    return records


def _member(data: bytes, where: str) -> tuple[bytes, int]:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(data)
    except zlib.error as e:
        raise MalformedError(f"{where}: {e}") from e
    if not unpacker.eof:
        raise MalformedError(f"{where}: the gzip member has no end")
    return plain, len(data) - len(unpacker.unused_data)


def _record(plain: bytes, file: str, offset: int) -> Record:
    where = f"{file} at {offset}"
    head, blank, rest = plain.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8").split("\r\n")
    if version != "WARC/1.1" or not blank:
        raise MalformedError(f"{where}: begins with {version!r}")
    fields = [_FIELD.fullmatch(line) for line in lines]
    if not all(fields):
        raise MalformedError(f"{where}: a line that is no field in {lines}")
    pairs = tuple((field[1], field[2]) for field in fields if field)
    length = dict(pairs).get("Content-Length", "")
    if not length.isdigit() or rest[int(length) :] != b"\r\n\r\n":
        raise MalformedError(f"{where}: the block is not as long as Content-Length says ({length})")
    return Record(file=file, offset=offset, fields=pairs, block=rest[: int(length)])
