"""Scrapy's requests as bytes, and where they go."""

from __future__ import annotations

import pytest
from scrapy import Request

from crawler.requesthead import Place, Proxy, message_of, place_of


@pytest.mark.parametrize(
    ("url", "place", "first"),
    [
        ("http://a.test", Place("http", "a.test", 80), "GET / HTTP/1.1|Host: a.test"),
        ("https://a.test/b?c=d#e", Place("https", "a.test", 443), "GET /b?c=d HTTP/1.1|Host: a.test"),
        ("http://a.test:8080//b;c=1", Place("http", "a.test", 8080), "GET //b;c=1 HTTP/1.1|Host: a.test:8080"),
        ("http://a.test:80/", Place("http", "a.test", 80), "GET / HTTP/1.1|Host: a.test"),
        ("http://a.test:/x", Place("http", "a.test", 80), "GET /x HTTP/1.1|Host: a.test"),
        ("http://a.test?b=c", Place("http", "a.test", 80), "GET /?b=c HTTP/1.1|Host: a.test"),
        ("http://[::1]:81/", Place("http", "::1", 81), "GET / HTTP/1.1|Host: [::1]:81"),
        ("http://user:key@a.test/", Place("http", "a.test", 80), "GET / HTTP/1.1|Host: a.test"),
    ],
)  # fmt: skip
def test_direct(url: str, place: Place, first: str) -> None:
    request = Request(url)
    assert place_of(request, None) == place
    assert message_of(request, place).decode() == first.replace("|", "\r\n") + "\r\n\r\n"


def test_by_a_proxy() -> None:
    request = Request("http://a.test/b", meta={"proxy": "127.0.0.1:3128"})
    request.headers["Proxy-Authorization"] = "Basic x"
    place = place_of(request, None)
    assert place == place_of(
        Request("http://b.test/", meta={"proxy": "http://127.0.0.1:3128"}), None
    )
    assert message_of(request, place) == (
        b"GET http://a.test/b HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic x\r\n\r\n"
    )


def test_through_a_proxy() -> None:
    request = Request("https://a.test/b", meta={"proxy": "http://p.test"})
    request.headers["Proxy-Authorization"] = "Basic x"
    place = place_of(request, None)
    assert place == Place("https", "a.test", 443, Proxy(False, "p.test", 80, b"Basic x"))
    assert message_of(request, place) == b"GET /b HTTP/1.1\r\nHost: a.test\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "body", "field"),
    [
        ("GET", b"", b""),
        ("POST", b"", b"Content-Length: 0\r\n"),
        ("PUT", b"ab", b"Content-Length: 2\r\n"),
        ("DELETE", b"a", b"Content-Length: 1\r\n"),
    ],
)
def test_bodies(method: str, body: bytes, field: bytes) -> None:
    request = Request("http://a.test/", method=method, body=body, headers={"Content-Length": "9"})
    head = b"%b / HTTP/1.1\r\nHost: a.test\r\n" % method.encode()
    assert message_of(request, place_of(request, None)) == head + field + b"\r\n" + body


def test_the_address_that_is_asked_from() -> None:
    asked = Request("http://a.test/", meta={"bindaddress": "127.0.0.2"})
    assert place_of(asked, ("127.0.0.3", 0)).bind == ("127.0.0.2", 0)
    assert place_of(Request("http://a.test/"), ("127.0.0.3", 0)).bind == ("127.0.0.3", 0)


def test_a_host_of_ones_own() -> None:
    request = Request("http://127.0.0.1/", headers={"Host": "a.test"})
    assert message_of(request, place_of(request, None)) == b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [Request("http://a.test/", method="A B"), Request("http://a.test/", headers={"A:": "b"})],
)
def test_what_is_no_request(request_: Request) -> None:
    with pytest.raises(ValueError, match="no "):
        message_of(request_, place_of(request_, None))
