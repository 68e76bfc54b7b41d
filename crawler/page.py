"""A page out of a WARC record: what a server answered, without its codings."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from archive import http1
from archive.reader import Record
from crawler.charset import Text, text_of
from crawler.coding import decoded
from crawler.kinds import NO_HTML, Kind, KindName, kind_of

__all__ = ["NO_HTML", "Kind", "KindName", "Page", "decode", "kind_of", "page_from", "text"]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server answered, content codings removed.

    ``content_type`` is lower-case without parameters, ``charset`` as HTTP declared it.
    ``payload_digest`` is ``sha1:`` and base32 over the payload with its content coding.
    """

    url: str
    status: int
    content_type: str | None
    charset: str | None
    body: bytes
    fetched_at: datetime
    truncated: bool
    payload_digest: str
    warnings: tuple[str, ...] = ()


def page_from(record: Record) -> Page:
    """The page in a response record, or in a resource record that has no HTTP head."""
    raw = http1.skip_interim(record.block)
    status = http1.status(raw)
    if status is None:
        return _page(record, 200, b"", record.block)
    head, body = http1.split(raw)
    return _page(record, status, head, http1.payload(head, body))


def _page(record: Record, status: int, head: bytes, payload: bytes) -> Page:
    body, warnings = decoded(payload, _header(head, b"content-encoding") or "")
    declared = _header(head, b"content-type") if head else record.field("Content-Type")
    named = _CHARSET.search(declared or "")
    cut = record.field("WARC-Truncated") is not None or record.rest > 0 or _is_short(head, payload)
    if cut:
        warnings += ("the page is cut off",)
    if record.date is None:
        warnings += ("the record has no date",)
    return Page(
        url=(record.url or "").strip("<> "),
        status=status,
        content_type=(declared or "").partition(";")[0].strip().lower() or None,
        charset=named[1].lower() if named else None,
        body=body,
        fetched_at=(record.date or _EPOCH).astimezone(UTC),
        truncated=cut,
        payload_digest=_digest(record, payload),
        warnings=warnings,
    )


def _digest(record: Record, payload: bytes) -> str:
    """Of the whole payload, also where the record's block was too large to be kept whole."""
    sums = record.measures.payload if record.measures else {}
    digest = sums.get("sha1") or hashlib.sha1(payload).digest()
    return "sha1:" + base64.b32encode(digest).decode()


def _header(head: bytes, name: bytes) -> str | None:
    value = http1.header(head, name)
    return value.decode("latin-1") if value is not None else None


def _is_short(head: bytes, payload: bytes) -> bool:
    """Fewer bytes than Content-Length promised, and no chunks that would say otherwise."""
    length = _header(head, b"content-length") or ""
    return (
        length.isascii()
        and length.isdigit()
        and not http1.is_chunked(head)
        and len(payload) < int(length[:15])
    )


def text(page: Page) -> Text:
    """The page as text, with the charset taken and what was wrong about it."""
    return text_of(page.body, page.charset)


def decode(page: Page) -> str:
    """The page as text; bytes that mean nothing in its charset become U+FFFD."""
    return text(page).text
