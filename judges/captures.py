"""What the captures in WARC files are, and what a right replay of each must give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import http1
from archive.reader import Damage, Record, read_records, record_at
from archive.urlkey import url_key
from crawler.coding import decoded

_NOT_MODIFIED = "server-not-modified"
_TRAILERS = re.compile(rb"(?:^|\n)0+[ \t]*(?:;[^\n]*)?\r?\n[^\r\n]+\r?\n(?:[^\r\n]+\r?\n)*\r?\n?$")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as a reader gets it: transfer and content codings are off the payload."""

    status: int
    location: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies."""

    path: Path
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A capture in the archive.

    Its head is that of the record at ``head``, its payload that of the one at ``payload``: they
    differ for revisits.  ``timestamp`` has 14 digits; ``kinds`` are what is special about it.
    """

    url: str
    timestamp: str
    head: Place
    payload: Place
    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        """How replay tools call it."""
        return f"{self.timestamp}/{self.url}"

    @property
    def key(self) -> str:
        """What replay tools look its URL up by."""
        return url_key(self.url)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something in the archive that no reader can replay."""

    what: str
    reason: str


def captures(paths: Iterable[Path]) -> Iterator[Capture | Unusable]:
    """The captures of WARC files in their order; an original may lie in a later file than its revisit."""
    paths = list(paths)
    originals = {record.id: place for place, record in _responses(paths)}
    for path in paths:
        for found in read_records(path):
            if isinstance(found, Damage):
                yield Unusable(str(path), str(found))
            elif is_web(found) and found.type in ("response", "revisit"):
                yield _capture(path, found, originals)


def is_web(record: Record) -> bool:
    """Whether a record is of an exchange over HTTP."""
    return (record.url or "").startswith(("http://", "https://"))


def truth(capture: Capture) -> Answer:
    """What a right replay gives."""
    head, _ = http1.split(http1.skip_interim(record_at(*_at(capture.head)).block))
    payload_head, body = http1.split(http1.skip_interim(record_at(*_at(capture.payload)).block))
    location = http1.header(head, b"location")
    return Answer(
        http1.status(head) or 0,
        location.decode("latin-1") if location else None,
        without_coding(payload_head, http1.payload(payload_head, body)),
    )


def without_coding(head: bytes, payload: bytes) -> bytes:
    """The payload as a reader sees it."""
    codings = http1.header(head, b"content-encoding") or b""
    return decoded(payload, codings.decode("latin-1"))[0]


def kinds_of(head: bytes, body: bytes) -> tuple[str, ...]:
    """What makes a response harder to replay than plain ones; ``plain`` if nothing does."""
    status = http1.status(head) or 0
    coding = (http1.header(head, b"content-encoding") or b"").decode("latin-1").lower()
    found = [coding] if coding else []
    if http1.is_chunked(head):
        found.append("chunked, trailers" if _TRAILERS.search(body[-4096:]) else "chunked")
    content_type = http1.header(head, b"content-type") or b""
    charset = _CHARSET.search(content_type)
    if charset and charset[1].lower() not in (b"utf-8", b"utf8"):
        found.append("charset")
    if http1.header(head, b"content-length") is None and not http1.is_chunked(head) and body:
        found.append("till close")
    if status in _REDIRECTS:
        found.append("redirect")
    elif status >= 400:
        found.append("404" if status == 404 else "other error")
    if not content_type.lower().startswith((b"text/html", b"application/xhtml")) and status == 200:
        found.append("not HTML")
    return tuple(found) or ("plain",)


def _responses(paths: Iterable[Path]) -> Iterator[tuple[Place, Record]]:
    for path in paths:
        for found in read_records(path):
            if isinstance(found, Record) and found.type == "response" and is_web(found):
                yield Place(path, found.offset or 0), found


def _capture(path: Path, record: Record, originals: dict[str | None, Place]) -> Capture | Unusable:
    here, name = Place(path, record.offset or 0), f"{record.url} at {record.date}"
    if record.url is None or record.date is None:
        return Unusable(str(here), "no URL or no date")
    head, payload = here, here
    kinds: tuple[str, ...]
    block = http1.skip_interim(record.block)
    if record.type == "response":
        kinds = kinds_of(*http1.split(block))
        kinds += ("truncated",) if record.field("WARC-Truncated") else ()
    else:
        original = originals.get(record.field("WARC-Refers-To"))
        if original is None:
            return Unusable(name, "a revisit whose WARC-Refers-To names no response")
        if fault := _misnamed(record, record_at(*_at(original))):
            return Unusable(name, fault)
        is_304 = (record.field("WARC-Profile") or "").endswith(_NOT_MODIFIED)
        head, payload = (original if is_304 else here), original
        kinds = ("revisit, 304" if is_304 else "revisit, identical",)
        kinds += ("redirect",) if http1.status(block) in _REDIRECTS and not is_304 else ()
    stamp = record.date.strftime("%Y%m%d%H%M%S")
    return Capture(url=record.url, timestamp=stamp, head=head, payload=payload, kinds=kinds)


def _misnamed(revisit: Record, original: Record) -> str | None:
    """Replay tools find originals by URL and date, not by record id: both must name the same one."""
    url = revisit.field("WARC-Refers-To-Target-URI")
    date = revisit.field("WARC-Refers-To-Date")
    if url != original.url or date != original.field("WARC-Date"):
        return f"a revisit that names {original.id} by id, but {url} at {date} by URL and date"
    digests = (revisit.field("WARC-Payload-Digest"), original.field("WARC-Payload-Digest"))
    if all(digests) and digests[0] != digests[1]:
        return f"a revisit with another payload digest than its original, {original.id}"
    return None


def _at(place: Place) -> tuple[Path, int]:
    return place.path, place.offset
