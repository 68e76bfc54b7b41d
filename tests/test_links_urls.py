"""Absolute addresses, and one identity for each."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.urls import absolute, identity
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


ARTICLE = "https://kibaru.example/2024/05/attaque-djibo"
SAME = [
    ARTICLE,
    "http://kibaru.example/2024/05/attaque-djibo",
    "https://www.kibaru.example/2024/05/attaque-djibo/",
    "https://www2.kibaru.example/2024/05/attaque-djibo",
    "HTTPS://WWW.KIBARU.EXAMPLE:443/2024/05/attaque-djibo#comments",
    "http://kibaru.example:80/2024/05/attaque-djibo//",
    "https://kibaru.example//2024/05//attaque-djibo",
    "https://user:pw@kibaru.example/2024/05/attaque-djibo",
    "https://kibaru.example/2024/05/attaque%2Ddjibo",
    "https://kibaru.example/2024/05/attaque-djibo?",
    "https://kibaru.example/2024/05/attaque-djibo?utm_source=x&utm_medium=rss",
    "https://kibaru.example/2024/05/attaque-djibo/?fbclid=Iw0&gclid=3",
    "https://kibaru.example/2024/05/attaque-djibo/?at_medium=RSS&xtor=RSS-1",
    "https://kibaru.example/2024/05/attaque-djibo/?ref=home&source=rss",
    "https://kibaru.example/2024/05/attaque-djibo/?share=facebook&nb=1",
    "https://kibaru.example/2024/05/attaque-djibo/?replytocom=4512#respond",
    "https://kibaru.example/2024/05/attaque-djibo/?print=print",
    "https://kibaru.example/2024/05/attaque-djibo/comment-page-2/#comments",
    "https://kibaru.example/2024/05/attaque-djibo/index.html",
    "https://kibaru.example/2024/05/attaque-djibo/index.php",
    "https://kibaru.example/2024/05/attaque-djibo/amp",
    "https://kibaru.example/2024/05/attaque-djibo/amp/",
    "https://kibaru.example/amp/2024/05/attaque-djibo/",
    "https://kibaru.example/2024/05/attaque-djibo/amp/index.html",
    "https://kibaru.example/2024/05/attaque-djibo?amp",
    "https://kibaru.example/2024/05/attaque-djibo?amp=1",
    "https://kibaru.example/2024/05/attaque-djibo?noamp=mobile",
    "https://kibaru.example/2024/05/attaque-djibo?outputType=amp",
    "https://amp.kibaru.example/2024/05/attaque-djibo",
    "https://kibaru-example.cdn.ampproject.org/c/s/kibaru.example/2024/05/attaque-djibo/amp/",
    "https://www-kibaru-example.cdn.ampproject.org/v/s/www.kibaru.example/2024/05/attaque-djibo"
    "/?amp=1&usqp=mq331&amp_js_v=0.1#amp_tf=From",
    "https://www.google.com/amp/s/www.kibaru.example/2024/05/attaque-djibo/amp/",
    "https://www.google.co.ke/amp/kibaru.example/2024/05/attaque-djibo",
    "https://m.kibaru.example/2024/05/attaque-djibo",
    "https://mobile.kibaru.example/2024/05/attaque-djibo",
    "https://www.m.kibaru.example/2024/05/attaque-djibo",
    "https://kibaru.example/2024/05/attaque-djibo?m=1",
    "https://kibaru.example/2024/05/attaque-djibo;jsessionid=0A1B",
    "https://kibaru.example/2024/05/attaque-djibo?PHPSESSID=0a1b&sid=0123456789abcdef0123",
    " https://kibaru.example/2024/05/attaque-djibo ",
]


@pytest.mark.parametrize("url", SAME)
def test_one_article_has_one_identity(url: str) -> None:
    assert identity(url) == ARTICLE


IDENTITIES = [
    ("https://www.kibaru.example/?p=12", "https://kibaru.example/?p=12"),
    ("http://kibaru.example/index.php?p=12&amp=1", "https://kibaru.example/?p=12"),
    ("https://kibaru.example/?b=2&a=1", "https://kibaru.example/?a=1&b=2"),
    ("https://kibaru.example/?m=202405", "https://kibaru.example/?m=202405"),
    ("https://kibaru.example/a?ref=4512", "https://kibaru.example/a?ref=4512"),
    ("https://kibaru.example/a?sid=45", "https://kibaru.example/a?sid=45"),
    ("https://kibaru.example/a?lang=fr", "https://kibaru.example/a?lang=fr"),
    ("https://kibaru.example/a?page=2", "https://kibaru.example/a?page=2"),
    ("https://kibaru.example/spip.php?article12", "https://kibaru.example/spip.php?article12"),
    ("https://kibaru.example/Ab", "https://kibaru.example/Ab"),
    ("https://kibaru.example/a.html", "https://kibaru.example/a.html"),
    ("https://kibaru.example/amp", "https://kibaru.example/"),
    ("https://kibaru.example/ampoule", "https://kibaru.example/ampoule"),
    ("https://kibaru.example/un-camp", "https://kibaru.example/un-camp"),
    ("https://en.kibaru.example/a", "https://en.kibaru.example/a"),
    ("https://www.co.mz/a", "https://www.co.mz/a"),
    ("https://m.co.mz/a", "https://m.co.mz/a"),
    ("https://amp.example/a", "https://amp.example/a"),
    ("https://m.kibaru.co.mz/a", "https://kibaru.co.mz/a"),
    ("http://kibaru.example:8080/a/", "https://kibaru.example:8080/a"),
    ("http://127.0.0.1:8080/a/", "https://127.0.0.1:8080/a"),
    ("https://www.google.com/amp", "https://google.com/"),
    ("https://kibaru.example/", "https://kibaru.example/"),
    ("mailto:a@kibaru.example", "mailto:a@kibaru.example"),
    ("", ""),
]


@pytest.mark.parametrize(("url", "wanted"), IDENTITIES)
def test_what_identity_keeps(url: str, wanted: str) -> None:
    assert identity(url) == wanted


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


pieces = st.sampled_from(
    ["amp", "index.php", "a", "", "comment-page-1", "www.kibaru.example", "c", "s", "a;sid=1", "é"]
)
journeys = st.builds(
    "{}://{}/{}?{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["www.m.a.example", "x.cdn.ampproject.org", "google.com", "m.co.mz", "[::1]"]),
    st.lists(pieces, max_size=8).map("/".join),
    st.lists(st.sampled_from(["amp", "p=1", "b", "ref=x", "utm_a=1", "", "m=1"])).map("&".join),
)


@given(addresses | journeys | st.text())
@example("http://a.example:443/")
@example("https://a.cdn.ampproject.org/c/b.cdn.ampproject.org/c/m.c.example/amp")
def test_identity_of_identity_is_the_same(url: str) -> None:
    once = identity(url)
    assert identity(once) == once
    assert identity(canonical(url)) == once


@given(st.text(), st.text() | addresses)
def test_absolute_is_a_web_address_or_none(href: str, base: str) -> None:
    found = absolute(href, base)
    assert found is None or found.startswith(("http://", "https://"))
    assert found is None or absolute(found, PAGE) == found
