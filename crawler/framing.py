"""Where the answer to an HTTP/1.1 request begins and ends, as its bytes come; pure.

Reads what browsers read: header lines that are none are left out, a bare LF ends a line, and a body
ends where its length, its last chunk or the connection says (RFC 9112, 6.3).  However the bytes are
cut into pieces, the outcome is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive import http1

MAX_HEADER_LINE = 1 << 18  # bytes; Content-Security-Policies are known of more than 16 KiB
MAX_HEAD = 1 << 20  # bytes of all heads, those of interim answers too
_MAX_IDLE = 1 << 20  # bytes of chunk sizes and trailers, beside 16 for each byte of data
_BLANK_LINE = re.compile(rb"\n\r?\n")
_NUMBER = re.compile(rb"[ \t]*([0-9]{1,18})[ \t]*")
_OLD = ("HTTP/0.9", "HTTP/1.0")
_BODILESS = (204, 304)
_OF_THE_CONNECTION = (
    b"Connection", b"Content-Length", b"Keep-Alive", b"Proxy-Connection", b"Te", b"Trailers",
    b"Transfer-Encoding", b"Upgrade",
)  # fmt: skip


class BadResponseError(Exception):
    """What makes bytes no answer that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a final response.

    ``fields`` are values by their names in title case, in order, without those that concern the
    connection alone; ``length`` is how long the body will be, None if nobody has said.  ``is_kept``:
    the connection may be used again, as far as the head says.
    """

    status: int
    version: str
    fields: dict[bytes, list[bytes]]
    length: int | None
    is_chunked: bool
    is_kept: bool


class Framing:
    """The answer to one request.

    ``head`` is None until it is whole.  ``is_whole``: the end has come.  ``error`` says why the bytes
    are no head, or no body; after it nothing more is read.  ``surplus`` counts bytes after the end.
    """

    def __init__(self, method: str) -> None:
        self.head: Head | None = None
        self.is_whole = False
        self.error: str | None = None
        self.surplus = 0
        self._method = method
        self._waiting = bytearray()  # of a head
        self._looked_at = 0  # bytes of them in which no head ends
        self._heads = 0  # bytes of interim answers
        self._left = 0
        self._idle = 0
        self._chunks: http1.Dechunker | None = None

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; what they hold of the body, without chunks, still content-coded."""
        if self.error:
            return b""
        if self.head is None:
            data = self._read_heads(data)
        if self.is_whole:
            self.surplus += len(data)
            return b""
        if self.head is None or not data:
            return b""
        if self._chunks:
            return self._read_chunks(self._chunks, data)
        return data if self.head.length is None else self._read_length(data)

    def close(self) -> None:
        """The connection has ended, and with it a body that nothing else ends."""
        self.is_whole = self.is_whole or self.is_until_close

    @property
    def is_until_close(self) -> bool:
        """Whether the body ends with the connection."""
        return self.head is not None and self.head.length is None and not self.head.is_chunked

    def _read_heads(self, data: bytes) -> bytes:
        """What follows the final head; nothing as long as that is not whole."""
        buffer: bytes | bytearray = data
        if self._waiting:
            self._waiting += data
            buffer = self._waiting
        begin, look = 0, max(self._looked_at - 2, 0)
        while found := _BLANK_LINE.search(buffer, look):
            self._read_head(bytes(buffer[begin : found.end()]))
            begin = look = found.end()
            if self.head or self.error:
                return bytes(buffer[begin:])
        if buffer is self._waiting:
            del self._waiting[:begin]
        else:
            self._waiting = bytearray(buffer[begin:])
        self._looked_at = len(self._waiting)
        self._check_begun_head()
        return b""

    def _check_begun_head(self) -> None:
        """It may be known already that it never will be one."""
        line = len(self._waiting) - self._waiting.rfind(b"\n") - 1
        if line > MAX_HEADER_LINE or self._heads + len(self._waiting) > MAX_HEAD:
            self.error = "a head that is too long"
        elif line < len(self._waiting) and http1.status(self._waiting) is None:
            self.error = "not a status line of HTTP"

    def _read_head(self, raw: bytes) -> None:
        self._heads += len(raw)
        status = http1.status(raw)
        if status is None:
            self.error = "not a status line of HTTP"
        elif self._heads > MAX_HEAD or _longest_line(raw) > MAX_HEADER_LINE:
            self.error = "a head that is too long"
        elif not 100 <= status < 200:
            try:
                self.head = _head_of(raw, status, self._method)
            except BadResponseError as e:
                self.error = str(e)
            else:
                self._left = self.head.length or 0
                self.is_whole = self.head.length == 0
                self._chunks = http1.Dechunker() if self.head.is_chunked else None

    def _read_length(self, data: bytes) -> bytes:
        if len(data) < self._left:
            self._left -= len(data)
            return data
        self.is_whole, self.surplus = True, len(data) - self._left
        return data[: self._left]

    def _read_chunks(self, chunks: http1.Dechunker, data: bytes) -> bytes:
        pieces = chunks.feed(data)
        self.is_whole, self.surplus, self.error = chunks.is_whole, chunks.surplus, chunks.error
        if not chunks.is_chunked:
            return b""
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._idle += len(data) - 17 * len(body)
        if self._idle > _MAX_IDLE and not self.is_whole:
            self.error = "chunks with next to no data in them"
        return body


def _longest_line(raw: bytes) -> int:
    return max(map(len, raw.split(b"\n"))) if len(raw) > MAX_HEADER_LINE else 0


def _head_of(raw: bytes, status: int, method: str) -> Head:
    """Raises ``BadResponseError`` where it does not say how long the body is, or not one thing."""
    fields: dict[bytes, list[bytes]] = {}
    for name, value in http1.headers(raw):
        if key := _title(name):
            fields.setdefault(key, []).append(
                b" ".join(value.splitlines()) if b"\r" in value else value
            )
    own = {name: fields.pop(name) for name in _OF_THE_CONNECTION if name in fields}
    version = raw.split(maxsplit=1)[0].decode("latin-1")
    length: int | None = 0
    is_chunked = False
    if method != "HEAD" and status not in _BODILESS:
        is_chunked = _is_chunked(own.get(b"Transfer-Encoding"))
        length = None if is_chunked else _length(own.get(b"Content-Length"))
    if length is not None:
        told = own.get(b"Content-Length") if method == "HEAD" else None
        fields = {b"Content-Length": told or [b"%d" % length], **fields}
    return Head(
        status=status,
        version=version,
        fields=fields,
        length=length,
        is_chunked=is_chunked,
        is_kept=_is_kept(version, own.get(b"Connection", ())),
    )


@lru_cache(1024)
def _title(name: bytes) -> bytes | None:
    """A field's name as Scrapy writes it; None for what is no name."""
    return name.title() if http1.TOKEN.fullmatch(name) else None


def _is_chunked(codings: list[bytes] | None) -> bool:
    if codings is None:
        return False
    if any(c.strip().lower() != b"chunked" for c in b",".join(codings).split(b",")):
        raise BadResponseError(f"a transfer coding that nobody knows: {b', '.join(codings)[:60]!r}")
    return True


def _length(told: list[bytes] | None) -> int | None:
    if told is None:
        return None
    matches = [_NUMBER.fullmatch(number) for number in b",".join(told).split(b",")]
    numbers = {int(match[1]) if match else -1 for match in matches}
    if len(numbers) > 1 or -1 in numbers:
        raise BadResponseError(f"Content-Length that is no length: {b', '.join(told)[:60]!r}")
    return numbers.pop()


def _is_kept(version: str, told: Iterable[bytes]) -> bool:
    """RFC 9112, 9.3."""
    options = {option.strip() for option in b",".join(told).lower().split(b",")}
    if version.upper() in _OLD:
        return b"keep-alive" in options and b"close" not in options
    return b"close" not in options
