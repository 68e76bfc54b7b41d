"""Sitemaps and robots.txt as they are served: every link found, no wrong link."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.links import Link, may_list_articles, robots_sitemaps, sitemap_links

SITEMAP = "https://kibaru.example/sitemap.xml"
ONE = "https://kibaru.example/2024/05/attaque-djibo/"
TWO = "https://kibaru.example/?p=12&lang=fr"
POSTS = "https://kibaru.example/post-sitemap1.xml"
NEWS = "https://kibaru.example/news.php?kind=sitemap&n=2"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ESCAPED = TWO.replace("&", "&amp;")


def urlset(*urls: str, attributes: str = NS) -> str:
    entries = "".join(
        url if url.startswith("<") else f"<url><loc>{url}</loc></url>" for url in urls
    )
    return f"{XML}<urlset {attributes}>{entries}</urlset>"


def index(*urls: str) -> str:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"{XML}<sitemapindex {NS}>{entries}</sitemapindex>"


GOOD = urlset(ONE, ESCAPED)
PICTURED = f"""<url><image:image><image:loc>https://kibaru.example/a.jpg</image:loc></image:image>
<loc>{ONE}</loc><video:video><video:player_loc>https://kibaru.example/v</video:player_loc>
<video:title>V</video:title></video:video><xhtml:link rel="alternate" hreflang="en"
 href="https://kibaru.example/en/"/></url>"""
PICTURE_NS = NS + ' xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
NEWS_ENTRY = f"""<url><loc>{ONE}</loc><news:news><news:publication><news:name>Kibaru</news:name>
<news:language>fr</news:language></news:publication>
<news:publication_date>2024-05-01T13:00:00+01:00</news:publication_date>
<news:title>Attaque &agrave; Djibo & alentours</news:title></news:news></url>"""
RSS = f"<rss><channel><item><link>{ONE}</link></item><item><link>{ESCAPED}</link></item></channel></rss>"

ARTICLES: dict[str, str | bytes] = {
    "well-formed": GOOD,
    "no namespace": urlset(ONE, ESCAPED, attributes=""),
    "wrong namespace": urlset(ONE, ESCAPED, attributes='xmlns="https://www.google.com/x/0.84"'),
    "prefixed": f"<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    f"<s:url><s:loc>{ONE}</s:loc></s:url><s:url><s:loc>{ESCAPED}</s:loc></s:url></s:urlset>",
    "stylesheet and comments": GOOD.replace(
        "<urlset", "<?xml-stylesheet href='/x.xsl'?><!-- <html> --><urlset"
    ),
    "bare ampersand": urlset(ONE, TWO),
    "ampersand escaped twice": urlset(ONE, TWO.replace("&", "&amp;amp;")),
    "blank lines before": "\n \r\n" + GOOD,
    "BOM": "\ufeff" + GOOD,
    "PHP warning before": "<br />\n<b>Notice</b>: x in <b>/a.php</b><br />\n" + GOOD,
    "PHP warning within": urlset(ONE, "<br /><b>Warning</b>: y<br />", ESCAPED),
    "control characters": GOOD.replace("attaque", "att\x07aque"),
    "loc among blanks": urlset(*(f"\n   {url}\n  " for url in (ONE, ESCAPED))),
    "loc in CDATA": urlset(*(f"<url><loc><![CDATA[ {url} ]]></loc></url>" for url in (ONE, TWO))),
    "relative loc": urlset("/2024/05/attaque-djibo/", "/?p=12&amp;lang=fr"),
    "loc without scheme": urlset("//kibaru.example/2024/05/attaque-djibo/", ESCAPED),
    "pictures, undeclared namespaces": urlset(PICTURED, ESCAPED),
    "pictures, another prefix": urlset(
        f"<url><i:image><i:loc>https://kibaru.example/a.jpg</i:loc></i:image><loc>{ONE}</loc></url>",
        ESCAPED,
        attributes=PICTURE_NS,
    ),
    "news": urlset(NEWS_ENTRY, ESCAPED),
    "unclosed url": urlset(f"<url><loc>{ONE}</loc>", f"<url><loc>{ESCAPED}</loc></url>"),
    "unclosed lastmod": urlset(f"<url><lastmod>2024-05-01<loc>{ONE}</loc></url>", ESCAPED),
    "cut off in a loc": GOOD.replace("</urlset>", "<url><loc>https://kibaru.example/2024/0"),
    "cut off in a tag": GOOD.replace("</urlset>", "<url><lo"),
    "gzip": gzip.compress(GOOD.encode()),
    "gzip in two members": gzip.compress(GOOD[:90].encode()) + gzip.compress(GOOD[90:].encode()),
    "gzip cut off": gzip.compress((GOOD + "<!-- -->" * 9).encode())[:-9],
    "UTF-16": GOOD.replace("UTF-8", "UTF-16").encode("utf-16"),
    "says UTF-8, is latin-1": GOOD.replace("<urlset", "<!-- été à --><urlset").encode("latin-1"),
    "twice the same": urlset(ONE, ESCAPED, ONE),
    "addresses of other kinds": urlset(
        ONE, "mailto:a@b.example", "ftp://x.example/a", "", "#a", ESCAPED
    ),
    "index that lists pages": GOOD.replace("urlset", "sitemapindex"),
    "plain text": f"{ONE}\n{TWO}\n",
    "plain text, BOM, CRLF, remarks": f"\ufeff{ONE}\r\n\r\n# our pages\r\n  {TWO}  \r\nnot a url\r\n",
    "plain text, gzip": gzip.compress(f"{ONE}\n{TWO}".encode()),
    "rss": RSS,
    "atom": f'<feed><entry><link href="{ONE}"/></entry><entry><link href="{ESCAPED}"/></entry></feed>',
}

INDEXES: dict[str, str | bytes] = {
    "well-formed": index(POSTS, NEWS.replace("&", "&amp;")),
    "bare ampersand": index(POSTS, NEWS),
    "relative": index("/post-sitemap1.xml", "/news.php?kind=sitemap&n=2"),
    "gzip": gzip.compress(index(POSTS, NEWS).encode()),
    "blank lines before": "\n\n" + index(POSTS, NEWS),
    "cut off": index(POSTS, NEWS).replace("</sitemapindex>", "<sitemap><loc>https://kibaru.exam"),
    "in a urlset": index(POSTS, NEWS).replace("sitemapindex", "urlset"),
    "unclosed sitemap": index(POSTS, NEWS).replace("</sitemap>", "", 1),
}

NOTHING: dict[str, str | bytes] = {
    "empty": b"",
    "HTML": f"<!DOCTYPE html><html><body><urlset><url><loc>{ONE}</loc></url></urlset></body></html>",
    "HTML with addresses on lines": f"<html><pre>\n{ONE}\n</pre></html>",
    "prose": f"See {ONE} for more",
    "broken gzip": b"\x1f\x8b\x08" + b"\0" * 30,
    "empty urlset": urlset(),
}


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@pytest.mark.parametrize("name", ARTICLES)
def test_every_article_and_no_other(name: str) -> None:
    found = sitemap_links(as_bytes(ARTICLES[name]), SITEMAP)
    assert [link.url for link in found.articles] == [ONE, TWO]
    assert found.sitemaps == []


@pytest.mark.parametrize("name", INDEXES)
def test_every_sitemap_and_no_other(name: str) -> None:
    found = sitemap_links(as_bytes(INDEXES[name]), SITEMAP)
    assert [link.url for link in found.sitemaps + found.articles] == [POSTS, NEWS]
    assert found.articles == []


@pytest.mark.parametrize("name", NOTHING)
def test_no_sitemap_no_links(name: str) -> None:
    found = sitemap_links(as_bytes(NOTHING[name]), SITEMAP)
    assert (found.sitemaps, found.articles) == ([], [])


def test_a_news_sitemap_tells_when_and_what() -> None:
    found = sitemap_links(urlset(NEWS_ENTRY).encode(), SITEMAP)
    title = "Attaque à Djibo & alentours"
    assert found.articles == [Link(url=ONE, published=NOON, title=title)]


@pytest.mark.parametrize(
    ("lastmod", "wanted"),
    [
        ("2024-05-01T12:00:00+00:00", NOON),
        ("2024-05-01T14:00+02:00", NOON),
        ("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-01 12:00", None),
        ("soon", None),
    ],
)
def test_lastmod_is_no_publication(lastmod: str, wanted: datetime | None) -> None:
    entry = f"<url><loc>{ONE}</loc><lastmod>{lastmod}</lastmod></url>"
    assert sitemap_links(urlset(entry).encode(), SITEMAP).articles == [
        Link(url=ONE, modified=wanted)
    ]


def test_a_sitemap_listed_among_pages_is_a_sitemap() -> None:
    found = sitemap_links(urlset(ONE, "https://kibaru.example/a.xml.gz").encode(), SITEMAP)
    assert [link.url for link in found.articles] == [ONE]
    assert [link.url for link in found.sitemaps] == ["https://kibaru.example/a.xml.gz"]


def test_fifty_thousand_entries() -> None:
    urls = [f"https://kibaru.example/2024/05/article-{n}/" for n in range(50_000)]
    found = sitemap_links(gzip.compress(urlset(*urls).encode()), SITEMAP)
    assert [link.url for link in found.articles] == urls


ROBOTS = [
    ("Sitemap: https://kibaru.example/a.xml", ["https://kibaru.example/a.xml"]),
    ("User-agent: *\nDisallow: /\n\nsitemap:/a.xml\n", ["https://kibaru.example/a.xml"]),
    ("\ufeffSITEMAP : https://x.example/a.xml # all\r\n", ["https://x.example/a.xml"]),
    (
        "Sitemap: /a.xml\rSitemap: /b.xml\rSitemap: /a.xml",
        ["https://kibaru.example/a.xml", "https://kibaru.example/b.xml"],
    ),
    ("  Site-map: /a.xml", ["https://kibaru.example/a.xml"]),
    ("Disallow: /x\n" * 60_000 + "Sitemap: /a.xml", ["https://kibaru.example/a.xml"]),
    ("# Sitemap: /a.xml\nSitemap:\nDisallow: /sitemap: /b", []),
    ("<html><body>Sitemap: /a.xml</body></html>", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "wanted"), ROBOTS, ids=range(len(ROBOTS)))
def test_robots(text: str, wanted: list[str]) -> None:
    assert robots_sitemaps(text.encode(), "https://kibaru.example/robots.txt") == wanted


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (POSTS, True),
        ("https://a.example/sitemap-news.xml", True),
        ("https://a.example/wp-sitemap-posts-post-1.xml", True),
        ("https://a.example/page-sitemap.xml", True),
        ("https://a.example/wp-sitemap-taxonomies-category-1.xml", False),
        ("https://a.example/wp-sitemap-users-1.xml", False),
        ("https://a.example/category-sitemap.xml", False),
        ("https://a.example/post_tag-sitemap2.xml", False),
        ("https://a.example/author-sitemap.xml", False),
    ],
)
def test_sitemaps_of_tags_and_authors_are_left(url: str, wanted: bool) -> None:
    assert may_list_articles(url) == wanted


@given(
    st.binary()
    | st.sampled_from([as_bytes(body) for body in (ARTICLES | INDEXES).values()]).flatmap(
        lambda body: st.integers(0, len(body)).map(lambda cut: body[:cut])
    )
)
@settings(max_examples=300, deadline=2000)
def test_any_bytes_give_true_links_or_none(body: bytes) -> None:
    found = sitemap_links(body, SITEMAP)
    urls = [link.url for link in found.sitemaps + found.articles] + robots_sitemaps(body, SITEMAP)
    assert all(url.startswith(("http://", "https://")) for url in urls)
