"""More than one exchange: redirects, retries, kept connections; and odd methods, errors and URLs."""

from __future__ import annotations

from .script import (
    CLOSE,
    DIRECT,
    EVERYWHERE,
    HTML,
    RESET,
    Answer,
    Case,
    Pause,
    Send,
    answer,
    head,
    page,
    silent,
    whole,
)


def _moved(name: str, status: bytes, location: bytes) -> Answer:
    fields = (b"Location: " + location,)
    return answer(whole(page(name + "-moved"), *fields, status=b"HTTP/1.1 " + status))


def _redirect(name: str, status: bytes, location: bytes = b"") -> Case:
    """Moved once, to the place under the case's own path."""
    target = location or b"/" + name.encode() + b"/there"
    return Case(name=name, answers=(_moved(name, status, target), answer(whole(page(name)))))


REDIRECTS = (
    Case(
        name="redirect-chain",
        answers=(
            _moved("redirect-chain", b"301 Moved Permanently", b"/redirect-chain/2"),
            _moved("redirect-chain", b"302 Found", b"3?x=1"),
            _moved("redirect-chain", b"303 See Other", b"./four"),
            _moved("redirect-chain", b"307 Temporary Redirect", b"?query-only"),
            _moved("redirect-chain", b"308 Permanent Redirect", b"/redirect-chain/six#fragment"),
            answer(whole(page("redirect-chain"))),
        ),
        routes=EVERYWHERE,
    ),
    _redirect("redirect-spaces", b"302 Found", b"/redirect-spaces/a b  c"),
    _redirect("redirect-utf8", b"302 Found", "/redirect-utf8/sécurité/أمن".encode()),
    _redirect("redirect-latin1", b"302 Found", "/redirect-latin1/sécurité".encode("latin-1")),
    _redirect("redirect-percent", b"302 Found", b"/redirect-percent/%C3%A9%2F%zz%"),
    _redirect("redirect-to-itself", b"302 Found", b"/redirect-to-itself"),
    _redirect("redirect-empty-reason", b"301 "),
    Case(
        name="redirect-no-location",
        answers=(answer(whole(page("redirect-no-location"), status=b"HTTP/1.1 302 Found")),),
    ),
    Case(
        name="redirect-no-body",
        answers=(
            answer(head(b"Location: /redirect-no-body/x", status=b"HTTP/1.1 301 M"), CLOSE),
            answer(whole(page("redirect-no-body"))),
        ),
    ),
    Case(
        name="redirect-103",
        answers=(
            answer(
                Send(head(b"Link: <a>", status=b"HTTP/1.1 103 Early Hints"), "interim"),
                whole(b"", b"Location: /redirect-103/x", status=b"HTTP/1.1 302 Found"),
            ),
            answer(whole(page("redirect-103"))),
        ),
    ),
    Case(
        name="post-303",
        method="POST",
        body=b"q=gao",
        answers=(
            _moved("post-303", b"303 See Other", b"/post-303/result"),
            answer(whole(page("post-303"))),
        ),
    ),
    Case(
        name="post-307",
        method="POST",
        body=b"q=kidal",
        answers=(
            _moved("post-307", b"307 Temporary Redirect", b"/post-307/result"),
            answer(whole(page("post-307"))),
        ),
    ),
)

UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable"

RETRIES = (
    Case(
        name="retry-503",
        answers=(
            answer(whole(page("retry-503-busy"), b"Retry-After: 0", status=UNAVAILABLE)),
            answer(whole(page("retry-503"))),
        ),
        retry=True,
        routes=DIRECT,
    ),
    Case(
        name="retry-429",
        answers=(
            answer(whole(page("retry-429-busy"), status=b"HTTP/1.1 429 Too Many Requests")),
            answer(whole(page("retry-429-still"), status=b"HTTP/1.1 429 Too Many Requests")),
            answer(whole(page("retry-429"))),
        ),
        retry=True,
    ),
    Case(
        name="retry-after-cut",
        answers=(
            answer(b"HTTP/1.1 200 OK\r\nX-Cut: h", Pause(0.15), CLOSE, truncated="disconnect"),
            answer(whole(page("retry-after-cut"))),
        ),
        retry=True,
    ),
    Case(
        name="retry-after-silence",
        answers=(silent(RESET), answer(whole(page("retry-after-silence")))),
        retry=True,
    ),
)


def _error(name: str, status: bytes, *fields: bytes) -> Case:
    return Case(
        name=name, answers=(answer(whole(page(name), *fields, status=b"HTTP/1.1 " + status)),)
    )


ERRORS = (
    _error("error-401", b"401 Unauthorized", b'WWW-Authenticate: Basic realm="x"'),
    _error("error-403", b"403 Forbidden"),
    Case(
        name="error-404",
        answers=(answer(whole(page("error-404"), status=b"HTTP/1.1 404 Not Found")),),
        routes=EVERYWHERE,
    ),
    _error("error-410", b"410 Gone"),
    _error("error-451", b"451 Unavailable For Legal Reasons"),
    _error("error-500", b"500 Internal Server Error"),
    _error("error-504", b"504 Gateway Timeout"),
)

METHODS = (
    Case(
        name="post",
        method="POST",
        body=b"query=s%C3%A9curit%C3%A9&page=1",
        answers=(answer(whole(page("post"))),),
        routes=EVERYWHERE,
    ),
    Case(
        name="post-binary",
        method="POST",
        body=bytes(range(256)) * 300 + b"\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        answers=(answer(whole(page("post-binary"))),),
    ),
    Case(name="post-empty", method="POST", answers=(answer(whole(page("post-empty"))),)),
    Case(name="put", method="PUT", body=b"{}", answers=(answer(whole(page("put"))),)),
    Case(
        name="options",
        method="OPTIONS",
        answers=(answer(head(b"Allow: GET", b"Content-Length: 0")),),
    ),
    Case(
        name="post-early-answer",
        method="POST",
        body=b"x" * 100,
        answers=(answer(whole(page("early"), b"Connection: close", status=UNAVAILABLE), CLOSE),),
    ),
)

NEXT_RESPONSE = whole(b"<p>I answer a question that nobody asked.</p>")

KEPT = (
    Case(
        name="kept",
        answers=tuple(answer(whole(page(f"kept-{i}", 100 * i))) for i in range(6)),
        own_port=True,
        requests=6,
        why="one connection, six exchanges in their order",
    ),
    Case(
        name="kept-head",
        method="HEAD",
        answers=(answer(head(HTML, b"Content-Length: 900")), answer(head(HTML, b"X-Second: 2"))),
        own_port=True,
        requests=3,
    ),
    Case(
        name="stale-close",
        answers=(
            answer(whole(page("stale-close-1"))),
            silent(CLOSE),
            answer(whole(page("stale-close-3"))),
        ),
        own_port=True,
        requests=2,
        why="the kept connection closes as the second request comes; Twisted asks again by itself",
    ),
    Case(
        name="stale-reset",
        answers=(
            answer(whole(page("stale-reset-1"))),
            silent(RESET),
            answer(
                Send(head(b"X: 1", status=b"HTTP/1.1 103 Early Hints"), "interim"),
                whole(page("stale-reset-3")),
            ),
        ),
        own_port=True,
        requests=2,
    ),
    Case(
        name="stale-while-idle",
        answers=(answer(whole(page("stale-while-idle")), CLOSE),),
        own_port=True,
        requests=3,
        why="each connection closes after one answer, unannounced",
    ),
    Case(
        name="connection-close-odd-case",
        answers=(
            answer(whole(page("close-odd-1"), b"Connection: Close"), CLOSE),
            answer(whole(page("close-odd-2"), b"connection: CLOSE"), CLOSE),
        ),
        own_port=True,
        requests=2,
    ),
    Case(
        name="surplus",
        answers=(
            answer(Send(whole(page("surplus"))), Send(b"<p>too much</p>\r\n", "surplus"), Pause()),
            answer(whole(page("surplus-2")), CLOSE),
        ),
        own_port=True,
        requests=2,
    ),
    Case(
        name="surplus-response",
        answers=(
            answer(whole(page("surplus-response")), Send(NEXT_RESPONSE, "surplus"), Pause()),
            answer(whole(page("surplus-response-2")), CLOSE),
        ),
        own_port=True,
        requests=2,
        why="response splitting: the surplus looks like the answer to the next request",
    ),
    Case(
        name="surplus-late",
        answers=(
            answer(whole(page("surplus-late")), Pause(0.2), Send(NEXT_RESPONSE, "surplus"), CLOSE),
        ),
        own_port=True,
        why="it comes when the connection is idle",
    ),
    Case(
        name="surplus-after-204",
        answers=(
            answer(
                head(b"X: 1", status=b"HTTP/1.1 204 No Content"),
                Send(b"a body where none may be", "surplus"),
                CLOSE,
            ),
        ),
    ),
    Case(
        name="surplus-after-head",
        method="HEAD",
        answers=(answer(head(HTML, b"Content-Length: 9"), Send(b"some body", "surplus"), CLOSE),),
    ),
    Case(
        name="surplus-after-chunks",
        answers=(
            answer(
                head(HTML, b"Transfer-Encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n",
                Send(b"\r\n\r\n", "surplus"),
                CLOSE,
            ),
        ),
    ),
)


def _url(name: str, path: str, why: str = "") -> Case:
    return Case(name=name, path=path, answers=(answer(whole(page(name))),), why=why)


URLS = (
    _url("url-unicode", "/sécurité/الأمن?q=ጸጥታ&r=é"),
    _url("url-percent", "/%73%C3%A9curit%c3%a9%2Fa%20b%25?q=%26%3D%00&e="),
    _url("url-bad-percent", "/%zz/%/%e"),
    _url("url-odd", "//a//../b/./c;p=1,2/~user/(x)/[y]/{z}/|/^/`/\"/<>/'?a?b&&c=%23"),
    _url(
        "url-long",
        "/" + "long/" * 250 + "?" + "q=1&" * 180,
        "Scrapy leaves out URLs beyond 2,083 characters",
    ),
    _url("url-fragment", "/page?x=1#section-2", "a fragment is never sent"),
    Case(
        name="url-query-only",
        path="?only=query",
        own_port=True,
        answers=(answer(whole(page("url-query-only"))),),
    ),
    Case(
        name="url-root",
        path="/",
        own_port=True,
        answers=(answer(whole(page("url-root"))),),
    ),
)

CASES = (*REDIRECTS, *RETRIES, *ERRORS, *METHODS, *KEPT, *URLS)
