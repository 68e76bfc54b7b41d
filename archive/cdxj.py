"""CDXJ: one line a capture, sorted, as replay tools read it (https://specs.webrecorder.net/cdxj/0.1.0/).

Lines are those of ``cdxj-indexer --post-append``, but for a 304 that was kept as a revisit: it gets no line,
because replay tools would answer with an empty 304 where the original is wanted.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from archive import http1
from archive.digests import Meter
from archive.errors import ArchiveError
from archive.index import Capture, Index
from archive.reader import Damage, Record, read_records
from archive.requestbody import METHODS, body_query, extended_url, method_of
from archive.urlkey import url_key

_KINDS = ("response", "revisit", "resource", "metadata")
_NO_MEMBER = "a record that is not a gzip member of its own: no CDXJ line can name it"


@dataclass(frozen=True, slots=True)
class Line:
    """Where one capture lies; ``timestamp`` has 14 digits, ``fields`` are all strings."""

    key: str
    timestamp: str
    fields: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.key} {self.timestamp} {json.dumps(self.fields)}"

    @classmethod
    def parse(cls, text: str) -> Line:
        """The inverse of ``str``; raises ``ValueError`` for what is no CDXJ line."""
        key, _, rest = text.rstrip("\n").partition(" ")
        timestamp, _, block = rest.partition(" ")
        fields = json.loads(block)
        is_stamp = timestamp.isascii() and timestamp.isdigit() and len(timestamp) in (14, 17)
        if not (key and is_stamp and isinstance(fields, dict)):
            raise ValueError(f"no CDXJ line: {text[:80]!r}")
        return cls(key, timestamp, {name: str(value) for name, value in fields.items()})


def read_lines(path: Path) -> Iterator[Line | Damage]:
    """The lines of a WARC or ARC file in the order of its records; ``Damage`` where there is none to give."""
    return lines_of(read_records(path))


def lines_of(records: Iterable[Record | Damage]) -> Iterator[Line | Damage]:
    """The lines of records in the order of their file."""
    waiting: Record | None = None
    for found in records:
        if isinstance(found, Damage):
            yield found
            continue
        if waiting and _are_pair(waiting, found):
            response, request = (waiting, found) if found.type == "request" else (found, waiting)
            yield from _line_or_damage(response, request)
            waiting = None
            continue
        if waiting:
            yield from _line_or_damage(waiting, None)
        waiting = found
    if waiting:
        yield from _line_or_damage(waiting, None)


def _are_pair(first: Record, second: Record) -> bool:
    if {first.type, second.type} != {"request", "response"} or first.url != second.url:
        return False
    return first.id in second.all("WARC-Concurrent-To") or second.id in first.all(
        "WARC-Concurrent-To"
    )


def _line_or_damage(record: Record, request: Record | None) -> Iterator[Line | Damage]:
    if line := line_of(record, request):
        named = "length" in line.fields
        yield line if named else Damage(record.file or "", record.offset or 0, _NO_MEMBER)


def line_of(record: Record, request: Record | None = None) -> Line | None:
    """The line of one record; None for a kind that has none."""
    if not _has_line(record) or record.url is None or record.date is None:
        return None
    url = record.url.replace(" ", "%20")
    head = _http_head(record)
    status = http1.status(head)
    if record.type == "revisit" and status == 304:
        return None
    key, more = url_key(url), {}
    if request and (method := method_of(request.block)) in METHODS:
        query = body_query(request.block)
        key = url_key(extended_url(url, method, query))
        more = {"requestBody": query, "method": method}
    fields = {
        "url": url,
        "mime": _mime(record, head),
        "status": None if status is None else str(status),
        "digest": _digest(record),
        "length": None if record.length is None else str(record.length),
        "offset": None if record.offset is None else str(record.offset),
        "filename": record.file,
        **more,
    }
    present = {name: value for name, value in fields.items() if value is not None}
    return Line(key, record.date.strftime("%Y%m%d%H%M%S"), present)


def _has_line(record: Record) -> bool:
    is_fields = record.field("Content-Type") == "application/warc-fields"
    return record.type in _KINDS and not (is_fields and record.type in ("resource", "metadata"))


def _http_head(record: Record) -> bytes:
    if record.type not in ("response", "revisit"):
        return b""
    head = http1.split(http1.skip_interim(record.block))[0]
    return head if head[:5].upper() == b"HTTP/" else b""


def _mime(record: Record, head: bytes) -> str | None:
    if record.type == "revisit":
        return "warc/revisit"
    value = http1.header(head, b"content-type") if head else None
    text = value.decode("latin-1") if value else None if head else record.field("Content-Type")
    words = text.replace(";", " ").split(None, 1) if text else []
    return words[0] if words else None


def _digest(record: Record) -> str | None:
    declared = record.field("WARC-Payload-Digest")
    if declared or record.rest or record.type == "revisit":
        return declared
    meter = Meter(["sha1"], record.field("Content-Type"))
    meter.add(record.block)
    return "sha1:" + base64.b32encode(meter.measures().payload["sha1"]).decode()


def index_lines(path: Path) -> Iterator[Line]:
    """The lines of the captures in an archive's index, unsorted.

    A server-not-modified revisit gets the line of its original at its own time: pywb would replay its
    block as an empty 304.  Raises ``ArchiveError`` if there is no index.
    """
    if not path.is_file():
        raise ArchiveError(f"no index at {path}: nothing has been crawled into it yet")
    with closing(Index(path)) as index:
        for capture in index.captures():
            if capture.type == "revisit" and capture.status == 304:
                if original := index.original(capture):
                    yield _line_of_capture(replace(original, url=capture.url, date=capture.date))
            else:
                yield _line_of_capture(capture)


def _line_of_capture(capture: Capture) -> Line:
    url = capture.url.replace(" ", "%20")
    values = {
        "url": url,
        "mime": "warc/revisit" if capture.type == "revisit" else capture.mime,
        "status": capture.status,
        "digest": capture.digest,
        "length": capture.length,
        "offset": capture.offset,
        "filename": capture.file,
    }
    fields = {name: str(value) for name, value in values.items() if value is not None}
    timestamp = "".join(c for c in capture.date if c.isdigit())[:14]
    return Line(url_key(url), timestamp, fields)
