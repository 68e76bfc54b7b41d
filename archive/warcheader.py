"""The header of a WARC or ARC record: version, named fields, and what in it departs from the standard."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

Field = tuple[str, str]

MAX_HEADER = 1 << 20  # bytes
_ARC_LINE = (
    rb"[a-z][a-z0-9+.-]{0,30}:[^\r\n]{1,8000} (?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]{2,45}) "
    rb"\d{12,14} [^\r\n]{1,4000}\r?\n"
)
_ARC = re.compile(
    r"(?P<url>\S.*?) (?P<ip>\S+) (?P<date>\d{12,14}) (?P<type>\S*)(?: .*)? (?P<length>\d+)"
)

_PLAIN = re.compile(rb"WARC/\d+\.\d+\r\n(?:[!-9;-~]++: \S.*+\n(?<=\S\r\n))++\r\n")


class HeaderError(Exception):
    """Why bytes are not a record's header; ``cut`` if the file ends in them."""

    def __init__(self, reason: str, cut: bool = False) -> None:
        super().__init__(reason)
        self.cut = cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One record's header.  ``length`` is Content-Length; ``oddities`` is what was put up with."""

    version: str
    type: str
    url: str | None
    date: datetime | None
    id: str | None
    length: int
    fields: tuple[Field, ...]
    oddities: tuple[str, ...]


class PlainHeader:
    """The header of a WARC record that is to the letter of the standard, taken apart as far as it is asked."""

    __slots__ = ("_head", "_lower")

    def __init__(self, head: bytes) -> None:
        self._head, self._lower = head, head.lower()

    @classmethod
    def of(cls, data: bytes) -> PlainHeader | None:
        """Of the record that ``data`` begins with; None where ``parse_warc`` must look at each line."""
        match = _PLAIN.match(data)
        if match is None:
            return None
        head = match[0]
        is_plain = head.isascii() and head.count(b"\r") == head.count(b"\n")
        return cls(head) if is_plain and head.count(b"WARC/") == 1 else None

    def __len__(self) -> int:
        return len(self._head)

    @property
    def length(self) -> int | None:
        """Content-Length; None where it is missing or no number."""
        value = self._first(b"\r\ncontent-length: ")
        return int(value) if value and value.isdigit() and len(value) < 19 else None

    @property
    def version(self) -> str:
        """Behind ``WARC/``."""
        return self._head[5 : self._head.index(b"\r")].decode()

    @property
    def type(self) -> str:
        """WARC-Type."""
        kind = self._first(b"\r\nwarc-type: ")
        return "unknown" if kind is None else kind

    @property
    def url(self) -> str | None:
        """WARC-Target-URI without the brackets that WARC 1.0 puts around it."""
        return _bare(self._first(b"\r\nwarc-target-uri: "))

    @property
    def date(self) -> datetime | None:
        """WARC-Date."""
        date = self._first(b"\r\nwarc-date: ")
        return parse_date(date) if date else None

    @property
    def id(self) -> str | None:
        """WARC-Record-ID."""
        return self._first(b"\r\nwarc-record-id: ")

    @property
    def fields(self) -> tuple[Field, ...]:
        """Names and values in order."""
        return tuple(_fields(self._head.decode().split("\r\n")[1:-2], []))

    def _first(self, name: bytes) -> str | None:
        begin = self._lower.find(name)
        if begin < 0:
            return None
        begin += len(name)
        return self._head[begin : self._head.find(b"\r", begin)].decode().strip()


def is_begun(data: bytes) -> bool:
    """Whether the file ends here inside a version line; true of no bytes at all."""
    return any(line.startswith(data) for line in (b"WARC/1.0\r\n", b"WARC/1.1\r\n"))


def parse_warc(head: bytes) -> Header:
    """The header in ``head``, version line to blank line; raises ``HeaderError``."""
    oddities = []
    if head.count(b"\r") + head.count(b"\n") != 2 * head.count(b"\r\n"):
        oddities.append("header lines that do not end in CRLF")
    version, *lines = _decode(head, oddities).replace("\r", "").rstrip("\n").split("\n")
    fields = tuple(_fields(lines, oddities))
    values = {name.lower(): value for name, value in reversed(fields)}
    url = values.get("warc-target-uri")
    date = values.get("warc-date")
    return Header(
        version=version.partition("/")[2].strip(),
        type=values.get("warc-type", "unknown"),
        url=_bare(url),
        date=parse_date(date) if date else None,
        id=values.get("warc-record-id"),
        length=_length(values.get("content-length")),
        fields=fields,
        oddities=tuple(oddities),
    )


def _bare(url: str | None) -> str | None:
    return url[1:-1] if url and url.startswith("<") and url.endswith(">") else url or None


def _decode(head: bytes, oddities: list[str]) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError:
        oddities.append("a header that is not UTF-8")
        return head.decode("latin-1")


def _fields(lines: list[str], oddities: list[str]) -> list[Field]:
    fields: list[Field] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and line[0] not in " \t":
            fields.append((name.strip(), value.strip()))
        elif fields and line.startswith((" ", "\t")):
            folded = fields.pop()
            fields.append((folded[0], f"{folded[1]} {line.strip()}"))
        elif not colon:
            oddities.append(f"a header line without a colon: {line[:60]!r}")
        else:
            fields.append((name.strip(), value.strip()))
    return fields


def _length(value: str | None) -> int:
    if value is None:
        raise HeaderError("a record header without Content-Length")
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise HeaderError(f"a Content-Length that is no number: {value[:40]!r}")
    return int(value)


def parse_arc(head: bytes) -> Header:
    """An ARC 1 or 2 URL record line: URL, IP address, date, type … length; raises ``HeaderError``."""
    line = head.decode("utf-8", "replace").rstrip("\r\n")
    match = _ARC.fullmatch(line)
    if not match:
        raise HeaderError(f"an ARC header that is not one: {line[:80]!r}")
    url, content_type = match["url"], match["type"]
    kind = "warcinfo" if url.startswith("filedesc:") else "response"
    if kind == "response" and not url.lower().startswith(("http:", "https:")):
        kind = "resource"
    fields = [("WARC-Type", kind), ("WARC-Target-URI", url), ("WARC-IP-Address", match["ip"])]
    fields += [("Content-Type", content_type), ("Content-Length", match["length"])]
    return Header(
        version="arc",
        type=kind,
        url=None if kind == "warcinfo" else url,
        date=parse_date(match["date"]),
        id=None,
        length=_length(match["length"]),
        fields=tuple(fields),
        oddities=(),
    )


def parse_date(text: str) -> datetime | None:
    """A WARC-Date of any precision (WARC 1.1, 5.4), or ARC's fourteen digits; UTC; None if it is none."""
    if text.isascii() and text.isdigit() and len(text) in (12, 14):
        text = (
            f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14] or '00'}"
        )
    if len(text) <= 7 and re.fullmatch(r"\d{4}(-\d\d)?", text):
        text += "-01" if len(text) == 7 else "-01-01"
    try:
        moment = datetime.fromisoformat(text)  # of a fraction's digits it takes the first six
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Form:
    """How records of one file format are told from other bytes.

    ``begin`` matches where one begins, ``anywhere`` finds the next one in damaged bytes, ``end`` the
    end of its header, which ``parse`` reads.
    """

    begin: re.Pattern[bytes]
    anywhere: re.Pattern[bytes]
    end: re.Pattern[bytes]
    parse: Callable[[bytes], Header]


WARC = Form(
    begin=re.compile(rb"WARC/\d+\.\d+[ \t\r]*\n"),
    anywhere=re.compile(
        rb"WARC/[01]\.\d{1,2}[ \t\r]{0,8}\n(?=(?i:warc|content)-[A-Za-z-]{1,40}[ \t]{0,8}:)"
    ),
    end=re.compile(rb"\n\r*\n"),
    parse=parse_warc,
)
ARC = Form(
    begin=re.compile(_ARC_LINE, re.IGNORECASE),
    anywhere=re.compile(rb"(?<=\n)" + _ARC_LINE, re.IGNORECASE),
    end=re.compile(rb"\n"),
    parse=parse_arc,
)
MAX_BEGIN = 1 << 14  # bytes; no match of ``begin`` or ``anywhere`` is longer
