"""What publishers reserve is found where they say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from crawler.optouts import in_headers, in_page, in_robots


def test_in_headers() -> None:
    headers = [
        (b"TDM-Reservation", b"1"),
        (b"Content-Signal", b"search=yes, ai-train=no"),
        (b"X-Robots-Tag", b"noai, noimageai"),
        (b"X-Robots-Tag", b"noindex"),
        (b"Content-Type", b"text/html"),
    ]
    assert list(in_headers(headers)) == [
        "tdm-reservation: 1",
        "content-signal: search=yes, ai-train=no",
        "x-robots-tag: noai, noimageai",
    ]


def test_in_a_page() -> None:
    page = document_fromstring(
        '<html><head><meta name="tdm-reservation" content="1"><meta name="robots" content="index, noai">'
        '<meta name="robots" content="index"></head><body>x</body></html>'
    )
    assert list(in_page(page)) == ["meta tdm-reservation: 1", "meta robots: index, noai"]


@pytest.mark.parametrize(
    ("robots", "found"),
    [
        (b"User-agent: *\nAllow: /\n", []),
        (b"User-agent: GPTBot\nDisallow: /\n", ["robots.txt disallows GPTBot"]),
        (
            b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nDisallow: /wp-admin/\n",
            ["robots.txt disallows GPTBot", "robots.txt disallows CCBot"],
        ),
        (
            b"User-agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /\n",
            ["robots.txt content-signal: search=yes,ai-train=no"],
        ),
        (b"User-agent: *\nDisallow: /\n", []),
        (b"", []),
    ],
)
def test_in_robots(robots: bytes, found: list[str]) -> None:
    assert list(in_robots(robots)) == found


@given(st.binary(max_size=2000))
def test_no_robots_txt_raises(body: bytes) -> None:
    list(in_robots(body))
