"""What the WARC standard says of a record's header, as tables and checks (WARC 1.1, 5 and 6)."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator

from archive.finding import Finding, fault, note
from archive.http1 import TOKEN
from archive.reader import Record
from archive.warcheader import parse_date

VERSIONS = ("0.17", "0.18", "1.0", "1.1")
TRUNCATIONS = ("length", "time", "disconnect", "unspecified")
PROFILES = re.compile(
    r"https?://netpreserve\.org/warc/1\.[01]/(?:revisit/)?"
    r"(?:identical-payload-digest|server-not-modified|uri-agnostic-identical-payload-digest)/?"
)
_WITH_TARGET = {"response", "resource", "request", "revisit", "conversion", "continuation"}
_TYPES = _WITH_TARGET | {"warcinfo", "metadata"}
_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length")
_REPEATABLE = {"warc-concurrent-to", "warc-protocol", "warc-cipher-suite"}
_FORBIDDEN = {
    "WARC-Target-URI": {"warcinfo"},
    "WARC-Concurrent-To": {"warcinfo", "conversion", "continuation"},
    "WARC-Refers-To": {"warcinfo", "response", "resource", "request", "continuation"},
    "WARC-Filename": _TYPES - {"warcinfo"},
    "WARC-Warcinfo-ID": {"warcinfo"},
    "WARC-Profile": _TYPES - {"revisit"},
    "WARC-Segment-Origin-ID": _TYPES - {"continuation"},
}
_REQUIRED = {
    "revisit": ("WARC-Profile",),
    "continuation": ("WARC-Segment-Origin-ID", "WARC-Segment-Number"),
}
_ID = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.*")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\dZ)?)?)?")
_ID_FIELDS = ("WARC-Record-ID", "WARC-Concurrent-To", "WARC-Refers-To", "WARC-Warcinfo-ID")


def check_header(record: Record) -> Iterator[Finding]:
    """Departures of the header from the standard; ARC records have none to depart from."""
    if record.version == "arc":
        return
    if record.version not in VERSIONS:
        yield fault("version", f"WARC/{record.version} is not a version; there are {VERSIONS}")
    for name in _MANDATORY:
        if not record.field(name):
            yield fault("field", f"{name} is missing")
    yield from _names(record)
    yield from _for_type(record)
    yield from _values(record)


def _names(record: Record) -> Iterator[Finding]:
    counts = Counter(name.lower() for name, _ in record.fields)
    for name, count in counts.items():
        standard = name.startswith(("warc-", "content-")) and name not in _REPEATABLE
        if count > 1 and standard:
            yield fault("field", f"{name} is given {count} times")
        if not TOKEN.fullmatch(name.encode("ascii", "replace")):
            yield fault("field", f"{name[:40]!r} is not a field name")


def _for_type(record: Record) -> Iterator[Finding]:
    kind = record.type
    if kind not in _TYPES:
        yield note("a type of record that the standard does not know")
    if kind in _WITH_TARGET and not record.field("WARC-Target-URI"):
        yield fault("field", f"WARC-Target-URI is missing in a {kind} record")
    for name in _REQUIRED.get(kind, ()):
        if not record.field(name):
            yield fault("field", f"{name} is missing in a {kind} record")
    for name, kinds in _FORBIDDEN.items():
        if kind in kinds and record.field(name) is not None:
            yield fault("field", f"{name} is not allowed in a {kind} record")
    if record.block_length and not record.field("Content-Type") and kind != "continuation":
        yield note("no Content-Type")


def _values(record: Record) -> Iterator[Finding]:
    for name in _ID_FIELDS:
        for value in record.all(name):
            if not _ID.fullmatch(value):
                yield fault("field", f"{name} is not a URI in angle brackets: {value[:80]!r}")
    for check in (_date, _target, _address, _truncation, _segment, _profile):
        yield from check(record)


def _date(record: Record) -> Iterator[Finding]:
    value = record.field("WARC-Date")
    if not value:
        return
    full = _DATE.fullmatch(value)
    partial = record.version not in ("0.17", "0.18", "1.0") and _PARTIAL_DATE.fullmatch(value)
    if not (full or partial) or parse_date(value) is None:
        yield fault("field", f"WARC-Date is not a UTC time: {value[:40]!r}")
    elif full and full[1] and record.version != "1.1":
        yield note("fractions of a second in a WARC-Date before WARC 1.1")


def _target(record: Record) -> Iterator[Finding]:
    value = record.field("WARC-Target-URI")
    if not value:
        return
    if value.startswith("<") and value.endswith(">"):
        yield note("WARC-Target-URI in angle brackets")
    if not _URI.fullmatch(record.url or ""):
        yield fault("field", f"WARC-Target-URI is not a URI: {value[:80]!r}")
    elif any(c.isspace() for c in value):
        yield note("spaces in WARC-Target-URI")


def _address(record: Record) -> Iterator[Finding]:
    value = record.field("WARC-IP-Address")
    if value is None:
        return
    try:
        ipaddress.ip_address(value)
    except ValueError:
        yield fault("field", f"WARC-IP-Address is not an IP address: {value[:60]!r}")


def _truncation(record: Record) -> Iterator[Finding]:
    value = record.field("WARC-Truncated")
    if value is not None and value not in TRUNCATIONS:
        yield fault("truncated", f"WARC-Truncated is {value[:40]!r}, none of {TRUNCATIONS}")


def _segment(record: Record) -> Iterator[Finding]:
    value = record.field("WARC-Segment-Number")
    least = 2 if record.type == "continuation" else 1
    if value is not None and not (value.isascii() and value.isdigit() and int(value) >= least):
        yield fault("field", f"WARC-Segment-Number is {value[:20]!r} in a {record.type} record")


def _profile(record: Record) -> Iterator[Finding]:
    value = record.field("WARC-Profile")
    if value and record.type == "revisit" and not PROFILES.fullmatch(value.strip("<>")):
        yield note("a revisit profile that the standard does not know")
