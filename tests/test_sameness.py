"""Our fingerprints are Scrapy's, whatever the URL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.utils.request import fingerprint

from crawler.sameness import PlainFingerprinter

URLS = (
    "https://relais.example/2026/03/14/reportage-de-la-region/",
    "https://relais.example/a//b/~c/d.html",
    "https://relais.example/a/../b/./c",
    "https://relais.example/.hidden",
    "https://relais.example",
    "https://relais.example/?p=12&a=3",
    "https://relais.example/a#part",
    "https://RELAIS.example/A",
    "https://relais.example:443/a",
    "https://relais.example./a",
    "https://127.0.0.1/a",
    "http://127.0.0.1:8011/2026/a",
    "http://127.0.0.01/a",
    "http://127.1/a",
    "http://300.0.0.1/a",
    "http://1.2.3.4.example:8080/a",
    "https://relais.example:80/a",
    "http://relais.example:80/a",
    "http://relais.example:080/a",
    "http://relais.example:/a",
    "http://relais.example:0/a",
    "http://relais.example:65535/a",
    "https://xn--dmocratie-b4a.example/a",
    "https://relais.example/%7Ea/%c3%a9",
    "https://relais.example/élections",
    "ftp://relais.example/a",
)


def _same(request: Request) -> bool:
    return PlainFingerprinter().fingerprint(request) == fingerprint(request.copy())


@pytest.mark.parametrize("url", URLS)
def test_fingerprints_are_those_of_scrapy(url: str) -> None:
    assert _same(Request(url))
    assert _same(Request(url, meta={"verbatim_url": True}))
    assert _same(Request(url, method="HEAD"))
    assert _same(Request(url, method="POST", body=b"a=1"))


@given(
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", fullmatch=True),
    st.from_regex(r"(:[0-9]{0,5})?", fullmatch=True),
    st.booleans(),
)
def test_of_any_address_and_port(host: str, port: str, verbatim: bool) -> None:
    try:
        request = Request(f"http://{host}{port}/a", meta={"verbatim_url": verbatim})
    except ValueError:
        return
    assert _same(request)


@given(
    st.text("ab0-.x", min_size=1, max_size=8),
    st.text("aZ0/.-_~%:?&=;# é", max_size=12),
)
def test_of_any_host_and_path(host: str, path: str) -> None:
    try:
        request = Request(f"http://{host}.example/{path}")
    except ValueError:
        return  # Scrapy makes no request of it
    assert _same(request)
