"""What is sent for a URL and a moment: which capture, and its response as it was; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from archive import http1
from archive.index import Capture
from archive.reader import Record

_STAMP = re.compile(r"\d{4,14}")
_SCHEME = re.compile(r"(https?):/{1,3}(?=[^/])", re.IGNORECASE)
_FIRST = "00000101000000"  # what the digits that a short stamp leaves out mean
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")
_KEPT = frozenset({b"content-type", b"content-language"})
_HIDDEN = frozenset({b"set-cookie", b"set-cookie2"})
_MOST_HEADERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A response as it was archived.

    ``body`` is without transfer coding; ``coding`` is the content coding that it still has.
    ``headers`` are what may be sent again, ``originals`` all others, to be shown under another name.
    """

    status: int
    content_type: str
    coding: str
    location: str | None
    body: bytes
    headers: tuple[tuple[str, str], ...]
    originals: tuple[tuple[str, str], ...]


def moment_of(stamp: str) -> datetime | None:
    """The time of 4 to 14 digits; what is left out is the beginning of the year, month or day."""
    if not _STAMP.fullmatch(stamp) or len(stamp) % 2 or not stamp.isascii():
        return None
    try:
        return datetime.strptime(stamp + _FIRST[len(stamp) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def stamp_of(capture: Capture) -> str:
    """The 14 digits of a capture's time."""
    return re.sub(r"\D", "", capture.date)[:14]


def second_of(stamp: str) -> str:
    """14 digits as the index writes them: 2026-03-14T09:26:53."""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}"


def target_of(text: str) -> str | None:
    """The http(s) URL that stands behind a replay address; None for anything else.

    Proxies and browsers may have taken one of its two slashes, and its scheme may be escaped.
    """
    if re.match(r"https?%3a", text, re.IGNORECASE):
        text = unquote(text)
    match = _SCHEME.match(text)
    if match is None:
        return None
    return f"{match[1].lower()}://{text[match.end() :]}".partition("#")[0]


def replayed(record: Record, original: Record) -> Replayed:
    """The response of a record, with the payload of the record that holds it, often the same.

    The head of a 304 says nothing of the page: the original's is sent.
    """
    own, _ = http1.split(http1.skip_interim(record.block))
    head, body = http1.split(http1.skip_interim(original.block))
    if http1.status(own) in (None, 304):
        own = head
    fields = [(name, value) for name, value in http1.headers(own) if not _CONTROLS.search(value)]
    kept = [(name, value) for name, value in fields if name.lower() in _KEPT]
    rest = [pair for pair in fields if pair not in kept and pair[0].lower() not in _HIDDEN]
    return Replayed(
        status=http1.status(own) or 200,
        content_type=_text(http1.header(own, b"content-type") or b""),
        coding=_text(http1.header(head, b"content-encoding") or b""),
        location=_text(http1.header(own, b"location") or b"") or None,
        body=http1.payload(head, body),
        headers=_texts(kept),
        originals=_texts(rest[:_MOST_HEADERS]),
    )


def _texts(fields: list[http1.Header]) -> tuple[tuple[str, str], ...]:
    named = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")
    return tuple((_text(n), _text(v[:2000])) for n, v in fields if named.fullmatch(n))


def _text(value: bytes) -> str:
    return value.decode("latin-1")
