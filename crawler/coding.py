"""Content codings off a body: gzip, deflate, br; bounded, and calm about servers that lie."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli

LIMIT = 64 * 1024 * 1024  # bytes decoded of one page; a gzip bomb swells a thousandfold

_GZIP_MAGIC = b"\x1f\x8b\x08"
_NONE = ("identity", "none", "")

Decoded = tuple[bytes, tuple[str, ...]]


def decoded(body: bytes, codings: str) -> Decoded:
    """The body without the codings that Content-Encoding names, and warnings about what was not true."""
    names = [name.strip().lower() for name in codings.split(",")]
    warnings: tuple[str, ...] = ()
    for name in reversed([name for name in names if name not in _NONE]):
        body, new = _without(body, name)
        warnings += new
    if body.startswith(_GZIP_MAGIC):
        body, new = _gunzip(body)
        warnings += ("gzip that no header declared", *new)
    return body, warnings


def _without(body: bytes, name: str) -> Decoded:
    decode = _DECODERS.get(name)
    if decode is None:
        return body, (f"unknown content coding {name[:20]!r}",)
    return decode(body) if body else (body, ())


def _gunzip(body: bytes) -> Decoded:
    """All members, as browsers read them; what is no gzip comes back as it is."""
    if not body.startswith(_GZIP_MAGIC[:2]):
        return body, ("called gzip, but is not",)
    parts: list[bytes] = []
    room = LIMIT
    while body.startswith(_GZIP_MAGIC[:2]) and room > 0:
        stream = zlib.decompressobj(wbits=31)
        part, broken = _inflate(stream, body, room)
        parts.append(part)
        room -= len(part)
        if broken:
            return b"".join(parts), (broken,)
        body = stream.unused_data
    return b"".join(parts), ()


def _deflate(body: bytes) -> Decoded:
    """With the zlib head that the standard asks for, or bare as some servers send it (RFC 9110, 8.4.1.2)."""
    for wbits in (15, -15):
        part, broken = _inflate(zlib.decompressobj(wbits=wbits), body, LIMIT)
        if part:
            return part, ((broken,) if broken else ())
    return body, ("called deflate, but is not",)


def _inflate(stream: zlib._Decompress, body: bytes, room: int) -> tuple[bytes, str | None]:
    """What could be inflated, in steps so that a broken tail does not take the head with it."""
    parts: list[bytes] = []
    for start in range(0, len(body), 65536):
        try:
            part = stream.decompress(body[start : start + 65536], room)
        except zlib.error:
            return b"".join(parts), "compressed body is damaged"
        parts.append(part)
        room -= len(part)
        if stream.eof:
            return b"".join(parts), None
        if room <= 0:
            return b"".join(parts), "compressed body decoded up to the limit only"
    return b"".join(parts), "compressed body ends early"


def _unbrotli(body: bytes) -> Decoded:
    """In bounded steps: brotli alone would hold a bomb in memory whole."""
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size, more = 0, body
    while size < LIMIT and not stream.is_finished():
        try:
            part = stream.process(more, output_buffer_limit=1 << 20)
        except brotli.error:
            what = "compressed body is damaged" if size else "called br, but is not"
            return b"".join(parts) or body, (what,)
        if not part and stream.can_accept_more_data():
            return b"".join(parts), ("compressed body ends early",)
        parts.append(part)
        size += len(part)
        more = b""
    whole = stream.is_finished()
    return b"".join(parts), (() if whole else ("compressed body decoded up to the limit only",))


_DECODERS: dict[str, Callable[[bytes], Decoded]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
}
