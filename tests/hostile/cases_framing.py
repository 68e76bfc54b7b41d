"""Where a body begins and ends: chunks, lengths, closes, packets that split in the wrong place."""

from __future__ import annotations

import gzip

import brotli

from .script import (
    CLOSE,
    DIRECT,
    EVERYWHERE,
    HTML,
    Case,
    Pause,
    Send,
    answer,
    chunked,
    head,
    length,
    page,
    whole,
)

CHUNKED = b"Transfer-Encoding: chunked"
HTTP10 = b"HTTP/1.0 200 OK"


def _case_chunked(name: str, body: bytes, *fields: bytes, why: str = "") -> Case:
    return Case(name=name, answers=(answer(head(HTML, CHUNKED, *fields) + body),), why=why)


def _sized(line: bytes, name: str) -> bytes:
    """One chunk after that size line (%x stands for the size), and the last chunk."""
    body = page(name)
    return line.replace(b"%x", b"%x" % len(body)) + b"\r\n" + body + b"\r\n0\r\n\r\n"


CHUNKS = (
    Case(
        name="chunked",
        answers=(answer(head(HTML, CHUNKED) + chunked(page("chunked"), b"<p>second</p>")),),
        routes=EVERYWHERE,
    ),
    Case(
        name="chunked-trailers",
        answers=(
            answer(
                head(HTML, CHUNKED, b"Trailer: X-Digest, X-Time")
                + chunked(page("chunked-trailers"), trailers=b"X-Digest: abc\r\nX-Time: 12\r\n")
            ),
        ),
        routes=DIRECT,
    ),
    _case_chunked(
        "chunked-trailer-framing",
        chunked(page("chunked-trailer-framing"), trailers=b"Content-Length: 3\r\nX: 0\r\n"),
        why="the trailers name a length and look like a chunk",
    ),
    _case_chunked("chunked-extension", _sized(b'%x;name=value;quoted="a b"', "chunked-extension")),
    _case_chunked(
        "chunked-upper-hex",
        b"2A\r\n" + page("chunked-upper-hex")[:42] + b"\r\nA\r\n0123456789\r\n0\r\n\r\n",
    ),
    _case_chunked(
        "chunked-zero-padded", _sized(b"0000%x", "padded").replace(b"\r\n0\r\n", b"\r\n000\r\n")
    ),
    _case_chunked("chunked-tiny", chunked(*(bytes([b]) for b in page("chunked-tiny")))),
    _case_chunked("chunked-one-big", chunked(page("chunked-one-big", 300_000))),
    _case_chunked("chunked-empty", chunked()),
    _case_chunked(
        "chunked-in-chunked",
        chunked(chunked(page("chunked-in-chunked")), b"0\r\n\r\n"),
        why="the payload itself looks like chunks",
    ),
    _case_chunked("chunked-and-length", chunked(page("both")), b"Content-Length: 7"),
    _case_chunked(
        "chunked-gzip",
        chunked(gzip.compress(page("chunked-gzip"), mtime=0)),
        b"Content-Encoding: gzip",
    ),
    _case_chunked(
        "chunked-brotli", chunked(brotli.compress(page("chunked-brotli"))), b"Content-Encoding: br"
    ),
    Case(
        name="chunked-odd-case",
        answers=(
            answer(head(HTML, b"tRANSFER-eNCODING:  CHUNKED ") + chunked(page("chunked-odd-case"))),
        ),
    ),
    Case(
        name="chunked-folded",
        answers=(
            answer(
                head(HTML, b"Transfer-Encoding:\r\n\tchunked") + chunked(page("chunked-folded"))
            ),
        ),
    ),
    Case(
        name="chunked-split",
        answers=(
            answer(
                Send(head(HTML, CHUNKED) + b"1"),
                Pause(),
                Send(b"0\r"),
                Pause(),
                Send(b"\n0123456789abcdef\r"),
                Pause(),
                Send(b"\n0\r\n\r"),
                Pause(),
                Send(b"\n"),
            ),
        ),
        why="packets end inside sizes and inside CRLFs",
    ),
    Case(
        name="chunked-http10",
        answers=(answer(head(HTML, CHUNKED, status=HTTP10) + chunked(page("c10")), CLOSE),),
        why="HTTP/1.0 has no chunks; servers send them all the same",
    ),
    Case(
        name="head-chunked",
        method="HEAD",
        answers=(answer(head(HTML, CHUNKED)),),
    ),
)

LENGTHS = (
    Case(name="plain", answers=(answer(whole(page("plain"))),), routes=EVERYWHERE),
    Case(name="length-zero", answers=(answer(whole(b"")),)),
    Case(
        name="length-twice",
        answers=(answer(whole(page("length-twice"), length(page("length-twice")))),),
    ),
    Case(
        name="length-list",
        answers=(
            answer(
                head(HTML, b"Content-Length: %d, %d" % ((len(page("length-list")),) * 2))
                + page("length-list")
            ),
        ),
    ),
    Case(
        name="length-padded",
        answers=(
            answer(
                head(HTML, b"Content-Length: \t 000%d  " % len(page("length-padded")))
                + page("length-padded")
            ),
        ),
    ),
    Case(
        name="length-blank-before-colon",
        answers=(
            answer(
                head(HTML, b"Content-Length : %d" % len(page("length-blank")))
                + page("length-blank")
            ),
        ),
    ),
    Case(name="big-body", answers=(answer(whole(page("big-body", 8 << 20))),)),
    Case(name="every-byte", answers=(answer(whole(bytes(range(256)) * 40)),)),
    Case(name="body-nul", answers=(answer(whole(b"\0\0" + page("body-nul") + b"\0")),)),
    Case(
        name="body-like-response",
        answers=(answer(whole(b"\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" * 3)),),
    ),
    Case(
        name="body-like-warc",
        answers=(answer(whole(b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n")),),
    ),
)

UNTIL_CLOSE = (
    Case(
        name="http10-until-close",
        answers=(answer(head(HTML, status=HTTP10) + page("http10-until-close"), CLOSE),),
        routes=EVERYWHERE,
    ),
    Case(
        name="http11-until-close",
        answers=(answer(head(HTML), page("http11-until-close"), Pause(), b"<p>late</p>", CLOSE),),
        routes=DIRECT,
    ),
    Case(
        name="http10-keep-alive",
        answers=(
            answer(whole(page("http10-keep-alive"), b"Connection: keep-alive", status=HTTP10)),
        ),
        own_port=True,
        requests=2,
    ),
    Case(name="no-headers", answers=(answer(head() + page("no-headers"), CLOSE),)),
    Case(name="no-headers-no-body", answers=(answer(head(), CLOSE),)),
    Case(
        name="connection-close",
        answers=(answer(whole(page("connection-close"), b"Connection: close"), CLOSE),),
        routes=DIRECT,
    ),
    Case(
        name="close-after-length",
        answers=(answer(whole(page("close-after-length")), CLOSE),),
        why="a connection that was not announced to end",
    ),
)

NO_BODY = (
    Case(name="204", answers=(answer(head(b"X: 1", status=b"HTTP/1.1 204 No Content")),)),
    Case(
        name="204-with-length",
        answers=(answer(head(b"Content-Length: 5", status=b"HTTP/1.1 204 No Content")),),
    ),
    Case(
        name="205",
        answers=(answer(head(b"Content-Length: 0", status=b"HTTP/1.1 205 Reset Content")),),
    ),
    Case(
        name="304",
        answers=(answer(head(b'ETag: "a"', status=b"HTTP/1.1 304 Not Modified")),),
        routes=DIRECT,
    ),
    Case(
        name="304-with-length",
        answers=(answer(head(b"Content-Length: 500", status=b"HTTP/1.1 304 Not Modified")),),
    ),
    Case(
        name="head-length",
        method="HEAD",
        answers=(answer(head(HTML, b"Content-Length: 12345")),),
        routes=DIRECT,
    ),
    Case(name="head-404", method="HEAD", answers=(answer(whole(b"", status=b"HTTP/1.1 404 X")),)),
)

PACKETS = (
    Case(
        name="byte-by-byte",
        answers=(answer(Send(whole(page("byte-by-byte")), piece=1, gap=0.001)),),
        routes=("plain", "tls13"),
    ),
    Case(
        name="split-in-blank-line",
        answers=(
            answer(
                Send(head(HTML, length(page("split")))[:-1]),
                Pause(),
                Send(b"\n" + page("split")),
            ),
        ),
    ),
    Case(
        name="split-in-status-line",
        answers=(
            answer(Send(b"HT"), Pause(), Send(b"TP/1.1 2"), Pause(), Send(whole(page("s"))[10:])),
        ),
    ),
    Case(
        name="split-in-field",
        answers=(
            answer(
                Send(b"HTTP/1.1 200 OK\r\nContent-Le"),
                Pause(),
                Send(b"ngth: 1"),
                Pause(),
                Send(b"0\r\n\r\n012345"),
                Pause(),
                Send(b"6789"),
            ),
        ),
    ),
    Case(
        name="slow-body",
        answers=(answer(Send(whole(page("slow-body", 4000)), piece=500, gap=0.05)),),
        why="pauses, but none as long as the timeout",
    ),
)

CASES = (*CHUNKS, *LENGTHS, *UNTIL_CLOSE, *NO_BODY, *PACKETS)
