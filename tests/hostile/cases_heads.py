"""Status lines and header fields as servers in the wild write them."""

from __future__ import annotations

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
    silent,
    whole,
)


def _status(name: str, line: bytes, why: str = "") -> Case:
    return Case(name=name, answers=(answer(whole(page(name), status=line)),), why=why)


def _fields(name: str, *fields: bytes, why: str = "") -> Case:
    return Case(name=name, answers=(answer(whole(page(name), *fields)),), why=why)


STATUS_LINES = (
    _status("reason-empty", b"HTTP/1.1 200 "),
    _status("reason-missing", b"HTTP/1.1 200"),
    _status("reason-latin1", "HTTP/1.1 200 Très bien reçu".encode("latin-1")),
    _status("reason-utf8", "HTTP/1.1 200 حسناً".encode()),
    _status("reason-odd", b"HTTP/1.1 200 \x01\x7f\tO:K; \x00 "),
    _status("reason-long", b"HTTP/1.1 200 " + b"long " * 2000),
    _status("status-299", b"HTTP/1.1 299 Sort Of"),
    _status("status-600", b"HTTP/1.1 600 Beyond"),
    _status("version-1-2", b"HTTP/1.2 200 OK"),
    _status("version-2-0", b"HTTP/2.0 200 OK", "HTTP/2 as text: some proxies write it"),
    _status("version-lower-case", b"http/1.1 200 ok"),
    _status("version-0-9", b"HTTP/0.9 200 OK"),
)

FIELDS = (
    _fields("fields-twice", b"X-A: 1", b"X-B: 2", b"X-A: 3", b"x-a: 1", b"Link: <a>", b"Link: <b>"),
    _fields("fields-odd-case", b"x-lower: 1", b"X-UPPER: 2", b"x-MiXeD-cAsE: 3", b'ETAG: W/"x"'),
    _fields("cookies-twice", b"Set-Cookie: a=1; Path=/", b"set-cookie: b=2; HttpOnly"),
    Case(
        name="fields-latin1",
        answers=(
            answer(whole(page("fields-latin1"), "X-Title: Sécurité à Gao \xa0".encode("latin-1"))),
        ),
        routes=EVERYWHERE,
    ),
    _fields("fields-utf8", "X-Title: الأمن في الساحل – ጸጥታ".encode()),
    _fields("fields-latin1-name", "X-Titré: a".encode("latin-1"), b"X-After: b"),
    _fields("fields-every-byte", b"X-Bytes: " + bytes(b for b in range(256) if b not in b"\r\n")),
    _fields("fields-nul", b"X-Nul: a\0b\0", b"X-\0-Name: c"),
    _fields("fields-folded", b"X-Folded: one\r\n two\r\n  three", b"X-After: 1"),
    _fields("fields-folded-tab", b"X-Folded: one\r\n\ttwo\r\n\t", b"X-After: 1"),
    _fields("fields-blank-before-colon", b"X-Blank : 1", b"X-Tab\t: 2", b"Server  : hostile"),
    _fields("fields-no-blank", b"X-None:1", b"X-Much:     2    ", b"X-Tabs:\t\t3\t"),
    _fields("fields-empty", b"X-Empty:", b"X-Blank: ", b": no name", b" : blank name"),
    _fields("fields-no-colon", b"this line has no colon", b"X-After: 1"),
    _fields("fields-odd-names", b"X(a)[b]{c}: 1", b"X Y Z: 2", b'"quoted": 3', b"@/?=: 4"),
    _fields("fields-many-colons", b"X-Time:: 12:30:45", b":: a", b"X-Url: http://x.test:80/"),
    _fields("fields-long", b"Content-Security-Policy: " + b"img-src x; " * 18_000),
    _fields("fields-300", *(b"X-Field-%03d: value %d" % (i, i * i) for i in range(300))),
    _fields("fields-long-300", *(b"X-%03d: " % i + b"y" * 1000 for i in range(300))),
)

LINE_ENDS = (
    Case(
        name="lf-only",
        answers=(
            answer(head(HTML, length(page("lf-only")), b"X-A: 1", end=b"\n") + page("lf-only")),
        ),
        routes=DIRECT,
    ),
    Case(
        name="lf-only-until-close",
        answers=(answer(head(HTML, end=b"\n") + page("lf-only-until-close"), CLOSE),),
    ),
    Case(
        name="lf-only-chunked",
        answers=(
            answer(
                head(HTML, b"Transfer-Encoding: chunked", end=b"\n")
                + chunked(page("lf-only-chunked"))
            ),
        ),
        why="the head in LF, the chunks in CRLF",
    ),
    Case(
        name="lf-chunks",
        answers=(answer(head(HTML, b"Transfer-Encoding: chunked") + b"4\nabcd\n0\nX: 1\n\n"),),
        requests=2,
        own_port=True,
        timeout=2.0,
        why="chunk lines that end in LF alone, as browsers take them",
    ),
    Case(
        name="lf-and-crlf",
        answers=(
            answer(
                b"HTTP/1.1 200 OK\nX-A: 1\r\nContent-Length: 20\nX-B: 2\r\n\n01234567890123456789"
            ),
        ),
    ),
    Case(
        name="crlf-and-lf-blank",
        answers=(
            answer(
                b"HTTP/1.1 200 OK\r\nX-A: 1\nContent-Length: 20\r\nX-B: 2\n\r\n\n1234567890123456789"
            ),
        ),
        why="the body begins with a LF",
    ),
    Case(
        name="lf-folded",
        answers=(answer(b"HTTP/1.1 200 OK\nX-F: 1\n 2\n\t3\nContent-Length:\n 10\n\n0123456789"),),
    ),
)

TYPES = (
    Case(
        name="type-none",
        answers=(answer(head(length(page("type-none"))) + page("type-none")),),
    ),
    Case(
        name="type-twice",
        answers=(
            answer(
                whole(page("type-twice"), b"Content-Type: text/plain", b"Content-Type: image/png")
            ),
        ),
    ),
    Case(
        name="type-nonsense",
        answers=(answer(head(b"Content-Type: ;;;=\xff/", b"Content-Length: 4") + b"\xff\xfe\0<"),),
    ),
    Case(
        name="charset-wrong",
        answers=(
            answer(
                head(b"Content-Type: text/html; charset=no-such", b"Content-Length: 6")
                + "Sécré".encode("latin-1")
                + b"!"
            ),
        ),
    ),
)


def _not_http(name: str, line: bytes) -> Case:
    return Case(
        name=name,
        answers=(silent(whole(page(name), status=line), CLOSE),),
        delivered=False,
        why="not RFC 9112's status line, which Twisted takes; no record, so no spider may see it",
    )


NOT_HTTP = (
    _not_http("version-zeros", b"HTTP/1.01 200 OK"),
    _not_http("status-short", b"HTTP/1.1 20 OK"),
    _not_http("status-long", b"HTTP/1.1 1000 OK"),
    _not_http("status-zeros", b"HTTP/1.1 0200 OK"),
    _not_http("status-plus", b"HTTP/1.1 +200 OK"),
    _not_http("rtsp", b"RTSP/1.0 200 OK"),
    Case(
        name="ssh-banner",
        answers=(silent(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", Pause(), CLOSE),),
        delivered=False,
    ),
    Case(
        name="no-status-line",
        answers=(silent(page("no-status-line"), CLOSE),),
        delivered=False,
        why="HTTP/0.9: a body alone; no client takes it any more",
    ),
    Case(
        name="blank-line-first",
        answers=(silent(b"\r\n" + whole(page("blank-line-first")), CLOSE),),
        delivered=False,
        why="Twisted takes the blank line for the status line; no reader of WARC reads such a block",
    ),
    Case(
        name="random-bytes",
        answers=(silent(Send(bytes(range(255, 0, -1)) * 9), CLOSE),),
        delivered=False,
    ),
)

CASES = (*STATUS_LINES, *FIELDS, *LINE_ENDS, *TYPES, *NOT_HTTP)
