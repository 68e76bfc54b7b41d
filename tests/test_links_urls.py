"""Absolute addresses, and one identity for each."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.urls import absolute
from spiders.links import canonical

PAGE = "https://www.kibaru.example/fr/une/"

ABSOLUTE = [
    ("/a", "https://www.kibaru.example/a"),
    ("a", "https://www.kibaru.example/fr/une/a"),
    ("../a/./b", "https://www.kibaru.example/fr/a/b"),
    ("../../../../a", "https://www.kibaru.example/a"),
    ("?p=12", "https://www.kibaru.example/fr/une/?p=12"),
    ("//x.example", "https://x.example/"),
    ("www.x.example/a", "https://www.x.example/a"),
    (" https://x.example/a b\n", "https://x.example/a%20b"),
    ("https://x.exa\nmple/a", "https://x.example/a"),
    ("\u200bhttps://x.example/a", "https://x.example/a"),
    ("https://x.example/a#top", "https://x.example/a"),
    ("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&b=2"),
    ("https://x.example/?a=1&copy=2", "https://x.example/?a=1&copy=2"),
    ("HTTP://X.example/A", "http://X.example/A"),
    ("http://[::1]:80/a", "http://[::1]:80/a"),
    ("", None),
    ("#top", None),
    ("mailto:a@x.example", None),
    ("javascript:void(0)", None),
    ("tel:+223", None),
    ("data:text/html,a", None),
    ("ftp://x.example/", None),
    ("http://", None),
    ("http://x", None),
    ("http://[::1/", None),
    ("http://x.example:port/", None),
    ("http://a b.example/", None),
    ("http://./", None),
    ("http://<x.example>/", None),
]


@pytest.mark.parametrize(("href", "wanted"), ABSOLUTE)
def test_absolute(href: str, wanted: str | None) -> None:
    assert absolute(href, PAGE) == wanted


CANONICAL = [
    ("HTTPS://WWW.Kibaru.Example:443", "https://www.kibaru.example/"),
    ("http://kibaru.example:80/A#x", "http://kibaru.example/A"),
    ("http://kibaru.example:8080/a/", "http://kibaru.example:8080/a/"),
    ("http://kibaru.example/a?", "http://kibaru.example/a"),
    ("http://kibaru.example/a?b=2&a=1&b=1", "http://kibaru.example/a?b=2&a=1&b=1"),
    ("http://kibaru.example/a?utm_source=x&p=12&UTM_medium=y", "http://kibaru.example/a?p=12"),
    ("http://kibaru.example/a?fbclid=x&gclid=y&mc_cid=z&mc_eid=1", "http://kibaru.example/a"),
    ("http://kibaru.example/a?at_medium=RSS&at_campaign=64&xtor=RSS-1", "http://kibaru.example/a"),
    (
        "http://kibaru.example/?p=12&at=3&format=a&id=7",
        "http://kibaru.example/?p=12&at=3&format=a&id=7",
    ),
    ("http://kibaru.example/spip.php?article12", "http://kibaru.example/spip.php?article12"),
    ("http://kibaru.example/%7euser/%c3%a9t%C3%A9", "http://kibaru.example/~user/%C3%A9t%C3%A9"),
    ("http://kibaru.example/été à/b", "http://kibaru.example/%C3%A9t%C3%A9%20%C3%A0/b"),
    ("http://kibaru.example/هجوم", "http://kibaru.example/%D9%87%D8%AC%D9%88%D9%85"),
    ("http://kibaru.example/a%2Fb?c=d%26e", "http://kibaru.example/a%2Fb?c=d%26e"),
    ("http://kibaru.example/100%", "http://kibaru.example/100%25"),
    ("http://kibaru.example/a%zz", "http://kibaru.example/a%25zz"),
    ("http://été.example/", "http://xn--t-9fab.example/"),
    ("http://user:pw@kibaru.example/", "http://kibaru.example/"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ("  http://kibaru.example/a ", "http://kibaru.example/a"),
    ("http://kibaru.example:99999/", "http://kibaru.example:99999/"),
    ("mailto:a@kibaru.example", "mailto:a@kibaru.example"),
]


@pytest.mark.parametrize(("url", "wanted"), CANONICAL)
def test_canonical(url: str, wanted: str) -> None:
    assert canonical(url) == wanted


addresses = st.builds(
    "{}://{}{}?{}#{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["a.example", "B.example:80", "é.example:443", "[::1]", "127.0.0.1:1"]),
    st.text().map(lambda text: f"/{text}"),
    st.text(),
    st.text(),
)


@given(addresses | st.text())
@example("http://a.example/%25%2541%41")
@example("http://a.example/%%34%31")
@example("http://a.example/?&&a=%")
@example("http://é.example:443//a")
def test_canonical_of_canonical_is_the_same(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once


@given(st.text(), st.text() | addresses)
def test_absolute_is_a_web_address_or_none(href: str, base: str) -> None:
    found = absolute(href, base)
    assert found is None or found.startswith(("http://", "https://"))
    assert found is None or absolute(found, PAGE) == found
