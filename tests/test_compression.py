"""Bodies reach a spider decoded, unless all that it reads is the record; a page that leads on is always decoded."""

from __future__ import annotations

import gzip

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.compression import AS_SENT, TolerantCompressionMiddleware

PAGE = b"<html><head><title>Gossi</title></head><body>" + b"<p>Le pont est ferme.</p>" * 900
REFRESH = b'<html><head><META content="0; url=/ailleurs" HTTP-EQUIV=Refresh></head></html>'


def _passed(body: bytes, *, as_sent: bool, coding: str = "gzip", method: str = "GET") -> Response:
    middleware = TolerantCompressionMiddleware.from_crawler(get_crawler(prevent_warnings=True))
    url, meta = "http://kibaru.example/a", {AS_SENT: True} if as_sent else {}
    headers = {"Content-Encoding": coding, "Content-Type": "text/html"}
    response = Response(url, headers=headers, body=body)
    passed = middleware.process_response(Request(url, meta=meta, method=method), response)
    assert isinstance(passed, Response)
    return passed


def test_a_body_that_nobody_reads_stays_as_it_was_sent() -> None:
    sent = gzip.compress(PAGE)
    assert _passed(sent, as_sent=True).body == sent
    assert _passed(sent, as_sent=False).body == PAGE


def test_a_page_that_leads_elsewhere_is_decoded_for_scrapy_to_follow() -> None:
    for before in (b"", b"<!-- " + b"x" * 3000 + b" -->", "<!-- ጸጥታ".encode() * 400):
        passed = _passed(gzip.compress(before + REFRESH), as_sent=True)
        assert isinstance(passed, HtmlResponse)
        assert passed.body == before + REFRESH


@pytest.mark.parametrize("as_sent", [True, False])
def test_a_body_that_is_not_gzip_goes_on_as_it_came(as_sent: bool) -> None:
    passed = _passed(PAGE, as_sent=as_sent)
    assert passed.body == PAGE
    assert "undecoded" in passed.flags
    assert isinstance(passed, HtmlResponse)


def test_other_codings_are_decoded() -> None:
    import brotli

    assert _passed(brotli.compress(PAGE), as_sent=True, coding="br").body == PAGE
