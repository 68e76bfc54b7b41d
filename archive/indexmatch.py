"""Whether an index tells of the records that are there: all of them, and no others.

Both sides are written as rows of text and sorted by place, so that memory does not grow with them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from archive.cdxj import Line, lines_of
from archive.finding import Finding, fault, note
from archive.linesort import sorted_lines
from archive.reader import Record

_CHECK = "cdxj"
_PLAIN_END = 4  # bytes: the two CRLF after a record, which some do not count in files without gzip
_RECORD, _EXPECTED, _TOLD = "0", "1", "2"
_NO_TIME = "0" * 14

MemberDigest = Callable[[str, int, int], str]
"""The digest of so many bytes at an offset of a WARC file."""


def record_rows(records: Iterable[Record]) -> Iterator[str]:
    """What the records of one file mean to its index."""
    waiting: list[str] = []

    def passing() -> Iterator[Record]:
        for record in records:
            stamp = record.date.strftime("%Y%m%d%H%M%S") if record.date else _NO_TIME
            url = (record.url or "").replace(" ", "%20")
            line = Line("-", stamp, {"url": url, "length": str(record.length)})
            waiting.append(_row(record.file or "", record.offset or 0, _RECORD, line))
            yield record

    for line in lines_of(passing()):
        if isinstance(line, Line):
            place = line.fields["filename"], int(line.fields["offset"])
            waiting.append(_row(*place, _EXPECTED, line))
        yield from waiting
        waiting.clear()
    yield from waiting


def told_row(line: Line) -> str:
    """A line of the index, to be matched; ``ValueError`` if it leads nowhere."""
    missing = [name for name in ("url", "filename", "offset", "length") if name not in line.fields]
    if missing:
        raise ValueError(f"the line of {line.key} {line.timestamp} has no {missing[0]}")
    file, offset = line.fields["filename"].rpartition("/")[2], line.fields["offset"]
    if not all(number.isascii() and number.isdigit() for number in (offset, line.fields["length"])):
        raise ValueError(f"the line of {line.key} {line.timestamp} has an offset that is none")
    return _row(file, int(offset), _TOLD, line)


def _row(file: str, offset: int, side: str, line: Line) -> str:
    return f"{json.dumps(file)}\t{offset:020}\t{side}\t{line}"


@dataclass(slots=True)
class _Place:
    """What is said of one place from either side."""

    records: list[Line] = field(default_factory=list)
    expected: list[Line] = field(default_factory=list)
    told: list[Line] = field(default_factory=list)

    def add(self, row: str) -> None:
        _, _, side, line = row.split("\t", 3)
        lists = {_RECORD: self.records, _EXPECTED: self.expected, _TOLD: self.told}
        lists[side].append(Line.parse(line))


def match_rows(rows: Iterable[str], digest_of: MemberDigest) -> Iterator[tuple[str, int, Finding]]:
    """File, offset and fault wherever records and lines do not fit."""
    for (name, number), group in groupby(sorted_lines(rows), lambda row: row.split("\t", 2)[:2]):
        file, offset, place = json.loads(name), int(number), _Place()
        for row in group:
            place.add(row)
        for finding in _match(place):
            yield file, offset, finding
        for told in place.told if place.records else ():
            digest, length = told.fields.get("recordDigest"), int(told.fields["length"])
            if digest and digest_of(file, offset, length) != digest:
                yield file, offset, fault(_CHECK, "the record has not the digest of its line")


def _match(place: _Place) -> Iterator[Finding]:
    for told in place.told:
        if not place.records:
            yield fault(_CHECK, f"no record is where the line of {told.fields['url']} leads")
        elif place.expected:
            yield from _compare(told, place.expected[0])
        elif _differ(told, place.records[0]):
            yield fault(_CHECK, f"another record is where the line of {told.fields['url']} leads")
    if place.expected and not place.told:
        url = place.expected[0].fields["url"]
        if place.expected[0].fields.get("status"):
            yield fault(_CHECK, f"the capture of {url} has no line")
        else:
            yield note("a record without HTTP status that the index leaves out")


def _differ(told: Line, record: Line) -> bool:
    return (told.timestamp[:14], told.fields["url"]) != (record.timestamp, record.fields["url"])


def _compare(told: Line, expected: Line) -> Iterator[Finding]:
    url = expected.fields["url"]
    if _differ(told, expected):
        yield fault(_CHECK, f"the line says {told.timestamp} {told.fields['url']}, not {url}")
        return
    for name in ("mime", "status"):
        values = [line.fields.get(name, "") for line in (told, expected)]
        if all(values) and values[0].lower() != values[1].lower():
            yield fault(_CHECK, f"the line of {url} says {name} {values[0]}, not {values[1]}")
    digests = [line.fields.get("digest", "").rpartition(":")[2] for line in (told, expected)]
    if all(digests) and digests[0] != digests[1]:
        yield fault(_CHECK, f"the line of {url} has not the payload digest of its record")
    if not _are_lengths(told, expected):
        yield fault(_CHECK, f"the line of {url} says a length of {told.fields['length']}")
    hosts = {line.key.partition(")")[0] for line in (told, expected)}
    if len(hosts) > 1:
        yield fault(_CHECK, f"the line of {url} is under the key {told.key}")
    elif told.key != expected.key:
        yield note("keys of another making than the usual SURT")


def _are_lengths(told: Line, expected: Line) -> bool:
    is_zipped = expected.fields["filename"].endswith(".gz")
    missing = int(expected.fields["length"]) - int(told.fields["length"])
    return missing == 0 or (missing == _PLAIN_END and not is_zipped)
