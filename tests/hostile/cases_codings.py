"""Content codings, honest and not; and interim answers before the response."""

from __future__ import annotations

import gzip
import zlib

import brotli

from .script import (
    CLOSE,
    DIRECT,
    HTML,
    Answer,
    Case,
    Pause,
    Send,
    answer,
    chunked,
    head,
    page,
    silent,
    whole,
)


def _zip(name: str) -> bytes:
    return gzip.compress(page(name), mtime=0)


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def _coded(name: str, coding: bytes, body: bytes, why: str = "") -> Case:
    field = b"Content-Encoding: " + coding
    return Case(name=name, answers=(answer(whole(body, field)),), why=why)


CODINGS = (
    Case(
        name="gzip",
        answers=(answer(whole(_zip("gzip"), b"Content-Encoding: gzip", b"Vary: Accept-Encoding")),),
        routes=DIRECT,
    ),
    _coded("gzip-upper-case", b"GZIP", _zip("gzip-upper-case")),
    _coded("x-gzip", b"x-gzip", _zip("x-gzip")),
    _coded("gzip-members", b"gzip", _zip("gzip-members") + gzip.compress(b"<p>2</p>", mtime=0)),
    _coded("gzip-empty", b"gzip", b""),
    _coded("gzip-of-nothing", b"gzip", gzip.compress(b"", mtime=0)),
    _coded("gzip-lies", b"gzip", page("gzip-lies"), "says gzip, is plain HTML"),
    _coded("gzip-unfinished", b"gzip", _zip("gzip-unfinished")[:-9], "the stream lacks its end"),
    _coded("gzip-garbage-after", b"gzip", _zip("gzip-garbage-after") + b"\0\0garbage"),
    _coded("gzip-twice", b"gzip, gzip", gzip.compress(_zip("gzip-twice"), mtime=0)),
    _coded("deflate", b"deflate", zlib.compress(page("deflate"))),
    _coded("deflate-raw", b"deflate", _raw_deflate(page("deflate-raw"))),
    Case(
        name="brotli",
        answers=(answer(whole(brotli.compress(page("brotli")), b"Content-Encoding: br")),),
        routes=DIRECT,
    ),
    _coded("brotli-lies", b"br", page("brotli-lies")),
    _coded("identity", b"identity", page("identity")),
    _coded("coding-unknown", b"x-unheard-of", page("coding-unknown")),
    _coded("coding-empty", b"", page("coding-empty")),
    Case(
        name="gzip-bomb",
        answers=(answer(whole(gzip.compress(bytes(4 << 20), mtime=0), b"Content-Encoding: gzip")),),
        maxsize=256 << 10,
        delivered=False,
        why="4 KiB on the wire, 4 MiB unpacked: archived whole, and not handed on",
    ),
    Case(
        name="gzip-until-close",
        answers=(answer(head(HTML, b"Content-Encoding: gzip") + _zip("gzip-until-close"), CLOSE),),
    ),
)

EARLY = head(b"Link: </style.css>; rel=preload", status=b"HTTP/1.1 103 Early Hints")
CONTINUE = head(status=b"HTTP/1.1 100 Continue")
PROCESSING = head(b"X-Interim: 1", status=b"HTTP/1.1 102 Processing")


def _after(*interim: bytes, name: str, then: bytes = b"") -> tuple[Answer, ...]:
    """The interim answers and the response in one packet."""
    together = b"".join(interim)
    return (answer(Send(together, "interim"), then or whole(page(name))),)


INTERIM = (
    Case(name="103", answers=_after(EARLY, name="103"), routes=DIRECT),
    Case(
        name="103-apart",
        answers=(answer(Send(EARLY, "interim"), Pause(), whole(page("103-apart"))),),
        own_port=True,
        requests=2,
        why="one by one on a kept connection: must not shift answers to the next URL",
    ),
    Case(name="100-102", answers=_after(CONTINUE, PROCESSING, name="100-102")),
    Case(name="interim-many", answers=_after(*[EARLY, PROCESSING] * 40, name="interim-many")),
    Case(
        name="103-split",
        answers=(
            answer(
                Send(EARLY[:30], "interim"),
                Pause(),
                Send(EARLY[30:-1], "interim"),
                Pause(),
                Send(EARLY[-1:], "interim"),
                whole(page("103-split")),
            ),
        ),
    ),
    Case(
        name="103-lf",
        answers=_after(b"HTTP/1.1 103 Early Hints\nLink: <a>\n\n", name="103-lf"),
    ),
    Case(
        name="103-no-reason",
        answers=_after(b"HTTP/1.1 103\r\n\r\n", name="103-no-reason"),
    ),
    Case(
        name="103-byte-by-byte",
        answers=(
            answer(
                Send(EARLY + CONTINUE, "interim", piece=1, gap=0.001),
                Send(whole(page("103-byte-by-byte")), piece=1, gap=0.001),
            ),
        ),
    ),
    Case(
        name="103-chunked",
        answers=_after(
            EARLY,
            name="103-chunked",
            then=head(HTML, b"Transfer-Encoding: chunked") + chunked(page("103-chunked")),
        ),
    ),
    Case(
        name="103-404",
        answers=_after(
            EARLY, name="103-404", then=whole(page("103-404"), status=b"HTTP/1.1 404 Not Found")
        ),
    ),
    Case(
        name="103-304",
        answers=_after(EARLY, name="103-304", then=head(status=b"HTTP/1.1 304 Not Modified")),
    ),
    Case(
        name="103-head",
        method="HEAD",
        answers=_after(EARLY, name="103-head", then=head(HTML, b"Content-Length: 7")),
    ),
    Case(
        name="103-until-close",
        answers=(answer(Send(EARLY, "interim"), head(HTML) + page("103-until-close"), CLOSE),),
    ),
    Case(
        name="103-cut",
        answers=(
            answer(
                Send(EARLY, "interim"),
                head(HTML, b"Content-Length: 500") + page("103-cut"),
                Pause(),
                CLOSE,
                truncated="disconnect",
            ),
        ),
    ),
    Case(
        name="103-only",
        answers=(silent(Send(EARLY, "interim"), Pause(), CLOSE),),
        delivered=False,
        why="no response ever came: an interim answer must not be recorded as one",
    ),
    Case(
        name="103-unfinished",
        answers=(silent(Send(EARLY[:-2], "interim"), Pause(), CLOSE),),
        delivered=False,
        why="not even the interim answer is whole",
    ),
)

CASES = (*CODINGS, *INTERIM)
