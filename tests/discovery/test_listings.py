"""Listings whose links a site file points at, their pages, and what is new on a front page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spiders.links import Link, listing_links, listing_url, not_among, page_links
from spiders.sitevalues import Listing

URL = "https://kibaru.example/news"
HTML = """<html><head><base href="/fr/"></head><body>
<nav><a class="t" href="/a-propos-de-nous-et-de-nos-amis">Tout sur nous et sur nos amis</a></nav>
<ul><li class="card"><h2><a href="attaque">Attaque à <b>Djibo</b></a></h2>
<time datetime="2024-05-01T12:00:00Z">hier</time></li>
<li class="card"><h2><a href="/treve#a">Trêve</a></h2><time datetime="2024-05-02">jeudi</time></li>
<li class="card"><h2><a href="attaque">encore</a></h2><a href="mailto:a@x.example">écrire</a></li>
<li class="card"><h2><a href="avis">Avis</a></h2><time>hier</time></li></ul>
<a class="next" href="?page=2">Plus</a> <a class="next" href="?page=9">fin</a></body></html>"""
CARDS = [
    Link(
        url="https://kibaru.example/fr/attaque",
        published=datetime(2024, 5, 1, 12, tzinfo=UTC),
        title="Attaque à Djibo",
    ),
    Link(
        url="https://kibaru.example/treve",
        published=datetime(2024, 5, 2, tzinfo=UTC),
        title="Trêve",
    ),
    Link(url="https://kibaru.example/fr/avis", title="Avis"),
]


@pytest.mark.parametrize("selector", [".card h2 a", ".card h2", "li.card > h2 > a[href]", ".card"])
def test_the_selector_s_links_and_no_other(selector: str) -> None:
    found = listing_links(HTML.encode(), URL, Listing(url=URL, links=selector))
    assert found.articles == CARDS


def test_without_a_selector_the_likely_ones() -> None:
    html = "<main><h2><a href='/2024/05/attaque-a-djibo/'>Attaque à Djibo hier</a></h2></main>"
    found = listing_links(html.encode(), URL, Listing(url=URL))
    assert [link.url for link in found.articles] == [
        "https://kibaru.example/2024/05/attaque-a-djibo/"
    ]


@pytest.mark.parametrize(
    ("following", "wanted"),
    [
        ("a.next", ["https://kibaru.example/fr/?page=2"]),
        (".absent", []),
        (None, []),
    ],
)
def test_the_next_page_is_the_selector_s(following: str | None, wanted: list[str]) -> None:
    found = listing_links(HTML.encode(), URL, Listing(url=URL, next=following, pages=3))
    assert found.next_pages == wanted


@pytest.mark.parametrize(
    ("listing", "page", "wanted"),
    [
        (Listing(url=URL), 1, URL),
        (Listing(url=URL), 2, None),
        (Listing(url=URL + "/p/{page}", pages=3), 1, URL + "/p/1"),
        (Listing(url=URL + "/p/{page}", pages=3), 3, URL + "/p/3"),
        (Listing(url=URL + "/p/{page}", pages=3), 4, None),
    ],
)
def test_pages_by_number(listing: Listing, page: int, wanted: str | None) -> None:
    assert listing_url(listing, page) == wanted


@pytest.mark.parametrize("html", [b"", b"\0\0", b"<html></html>"])
def test_nothing_in_nothing(html: bytes) -> None:
    found = listing_links(html, URL, Listing(url=URL, links="a", next="a", pages=2))
    assert (found.articles, found.next_pages) == ([], [])


def test_what_is_new_on_a_front_page() -> None:
    earlier = ["http://www.kibaru.example/a/", "https://kibaru.example/b?utm_source=une"]
    now = [
        Link(url="https://kibaru.example/c", title="C"),
        Link(url="https://kibaru.example/a"),
        Link(url="https://kibaru.example/c/amp/"),
        Link(url="https://m.kibaru.example/b"),
        Link(url="https://kibaru.example/d"),
    ]
    assert not_among(earlier, now) == [now[0], now[4]]
    assert not_among([], []) == []


FEED = "https://kibaru.example/feed/"
NAMED = [
    '<link rel="alternate" type="application/rss+xml" href="/feed/">',
    '<LINK REL="Alternate" TYPE="application/RSS+XML" HREF="/feed/">',
    "<link rel=alternate type=application/atom+xml href=/feed/ >",
    '<link rel="alternate" type="application/rss+xml; charset=UTF-8" href="https://kibaru.example/feed/">',
    '<link rel="home alternate" type="application/feed+json" href="/feed/">',
    '<link rel="alternate" type="application/rdf+xml" href="//kibaru.example/feed/">',
    '<link rel="alternate" type="text/xml" title="RSS .92" href="/feed/">',
    '<link rel="alternate" type="application/xml" href="/feed/">',
    '<base href="https://kibaru.example/fr/"><link rel="alternate" type="application/rss+xml" href="../feed/">',
    '<link rel="alternate" type="application/rss+xml" href="/feed/"><link rel="alternate" type="application/atom+xml" href="/feed/#a">',
    '<link rel="alternate" type="application/rss+xml" href="/feed/"><link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
    '<link rel="alternate" type="application/rss+xml" href="/feed/"><a href="http://www.kibaru.example/feed">RSS</a>',
    '<a href="/feed/"><img src="/rss.png"></a>',
]
UNNAMED = [
    '<link rel="alternate" type="text/xml" href="/xmlrpc.php?rsd">',
    '<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">',
    '<link rel="alternate" hreflang="en" href="/en/feeding-the-displaced/">',
    '<link rel="stylesheet" type="text/css" href="/feed/">',
    '<link rel="alternate" type="application/rss+xml" href="javascript:x()">',
    '<a href="/comments/feed/">Commentaires</a>',
]


@pytest.mark.parametrize("head", NAMED)
def test_a_front_page_names_its_feed(head: str) -> None:
    assert page_links(f"<html>{head}<p>a</p></html>".encode(), "https://kibaru.example/").feeds == [
        FEED
    ]


@pytest.mark.parametrize("head", UNNAMED)
def test_what_is_no_feed(head: str) -> None:
    assert (
        page_links(f"<html>{head}<p>a</p></html>".encode(), "https://kibaru.example/").feeds == []
    )
