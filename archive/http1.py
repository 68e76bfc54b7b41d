"""What an archive must know of HTTP/1.x framing: where the final response begins, its head, its payload."""

from __future__ import annotations

import re
from functools import lru_cache

TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a method, or a field's name (RFC 9110, 5.6.2)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)", re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;[^\n]*)?\r?")
_MAX_LINE = 1 << 16  # bytes; a longer chunk-size line is none

Header = tuple[bytes, bytes]


def status(raw: bytes | bytearray) -> int | None:
    """The status code of the first response in ``raw``; None if it does not begin like HTTP."""
    match = _STATUS.match(raw)
    return int(match[1]) if match else None


def skip_interim(raw: bytes) -> bytes:
    """Without the 1xx answers before the response: readers would take them for it (RFC 9110, 15.2)."""
    begin = 0
    while (match := _STATUS.match(raw, begin)) and match[1][:1] == b"1" and match[1] != b"101":
        end = _HEAD_END.search(raw, begin)
        if not end:
            break
        begin = end.end()
    return raw[begin:]


def split(raw: bytes) -> tuple[bytes, bytes]:
    """The head with its blank line, and the body as it was sent."""
    end = head_length(raw)
    return raw[:end], raw[end:]


def head_length(raw: bytes) -> int:
    """Bytes of the head with its blank line; all of them where there is none."""
    end = raw.find(b"\n\r\n")
    bare = raw.find(b"\n\n", 0, end + 1 if end >= 0 else None)
    if end < 0 and bare < 0:
        return len(raw)
    return bare + 2 if bare >= 0 else end + 3


def headers(head: bytes) -> list[Header]:
    """Names and values in the order sent, unfolded, blanks around them gone; lines without a colon left out."""
    return list(_headers(head))


@lru_cache(16)  # each head is asked for five or more of its fields
def _headers(head: bytes) -> tuple[Header, ...]:
    if b"\n " in head or b"\n\t" in head:
        head = _FOLD.sub(b" ", head)
    pairs = [line.partition(b":") for line in head.split(b"\n")[1:]]
    return tuple([(name.strip(), value.strip()) for name, colon, value in pairs if colon])


def header(head: bytes, name: bytes) -> bytes | None:
    """The first value of that name, which must be given in lower case."""
    return _first(head).get(name)


@lru_cache(16)
def _first(head: bytes) -> dict[bytes, bytes]:
    """The first value of each name in lower case."""
    return {name.lower(): value for name, value in reversed(_headers(head))}


@lru_cache(16)
def is_chunked(head: bytes) -> bool:
    """Whether the body is in chunks: the last transfer coding says so (RFC 9112, 6.1)."""
    codings = [v for k, v in _headers(head) if k.lower() == b"transfer-encoding"]
    return b",".join(codings).lower().rpartition(b",")[2].strip() == b"chunked"


def payload(head: bytes, body: bytes) -> bytes:
    """The entity-body: transfer coding removed, content coding kept (iipc/warc-specifications#22).

    A body that says chunked and is not comes back as it is.
    """
    if not is_chunked(head):
        return body
    dechunker = Dechunker()
    return b"".join([*dechunker.feed(body), dechunker.end()])


class Dechunker:
    """Takes the chunks of a body apart as they come (RFC 9112, 7.1).

    Bare LF is taken for CRLF.  Data ends with the last chunk or where the body breaks off; trailers
    are no part of it.  ``is_chunked`` is False for a body that does not begin with a chunk size,
    which passes as it is; ``is_whole`` once the end of the trailers was seen; ``error`` names a
    broken chunk; ``surplus`` counts bytes after the end.
    """

    def __init__(self) -> None:
        self.is_chunked: bool | None = None
        self.is_whole = False
        self.error: str | None = None
        self.surplus = 0
        self._left = 0
        self._pending = b""
        self._take = self._size_line

    def feed(self, data: bytes) -> list[bytes]:
        """The chunk data in the next bytes of the body."""
        data, self._pending = self._pending + data, b""
        found, position = [], 0
        while position < len(data) and not (self.is_whole or self.error):
            if self._left:
                found.append(data[position : position + self._left])
                position += len(found[-1])
                self._left -= len(found[-1])
                continue
            end = data.find(b"\n", position)
            if end < 0 and len(data) - position <= _MAX_LINE:
                self._pending = data[position:]
                return found
            self._take(data[position:end] if end >= 0 else b"?")
            if self.is_chunked:
                position = end + 1 if end >= 0 else len(data)
        self.surplus += len(data) - position if self.is_whole else 0
        if not self.is_chunked:
            found.append(data[position:])
        return found

    def end(self) -> bytes:
        """What is left when the body ends before it was clear whether it is chunked."""
        return b"" if self.is_chunked or _CHUNK_SIZE.fullmatch(self._pending) else self._pending

    def _size_line(self, line: bytes) -> None:
        match = _CHUNK_SIZE.fullmatch(line)
        if self.is_chunked is None:
            self.is_chunked = match is not None
        if match is None:
            self.error = f"no chunk size: {line[:40]!r}"
            return
        self._left = int(match[1], 16)
        self._take = self._after_data if self._left else self._trailer_line

    def _after_data(self, line: bytes) -> None:
        self._take = self._size_line
        if line not in (b"", b"\r"):
            self.error = f"no line end after a chunk: {line[:40]!r}"

    def _trailer_line(self, line: bytes) -> None:
        self.is_whole = line in (b"", b"\r")
