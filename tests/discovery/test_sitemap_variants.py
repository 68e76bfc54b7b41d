"""Sitemaps as servers really send them: every page and part, no other, each with its day."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from spiders.links import sitemap_links
from tests.discovery.sitemapshapes import (
    BOTH,
    LATER,
    NOON,
    PAGES,
    PARTS,
    PLAIN,
    SHAPES,
    SITEMAP,
    TWO,
)

DAYS_WITHIN = [name for name in SHAPES if "open" not in name]


@pytest.mark.parametrize("name", SHAPES)
def test_every_address_and_no_other(name: str) -> None:
    found = sitemap_links(SHAPES[name], SITEMAP)
    is_index = name.startswith("index")
    assert [link.url for link in found.sitemaps] == (PARTS if is_index else [])
    assert [link.url for link in found.articles] == ([] if is_index else BOTH)


@pytest.mark.parametrize("name", DAYS_WITHIN)
def test_each_with_its_day(name: str) -> None:
    found = sitemap_links(SHAPES[name], SITEMAP)
    links = found.sitemaps or found.articles
    if name.startswith("news"):
        assert [link.published for link in links] == [NOON, LATER]
    else:
        assert [link.modified for link in links] == [NOON, LATER]
        assert [link.published for link in links] == [None, None]


@pytest.mark.parametrize("name", [name for name in SHAPES if name.startswith("news")])
def test_news_have_titles(name: str) -> None:
    found = sitemap_links(SHAPES[name], SITEMAP)
    assert [link.title for link in found.articles] == ["Attaque à Djibo", "Trêve"]


@pytest.mark.parametrize("name", PLAIN)
def test_sitemaps_that_are_something_else(name: str) -> None:
    found = sitemap_links(PLAIN[name], SITEMAP)
    assert [link.url for link in found.articles] == BOTH
    assert found.sitemaps == []


def test_there_are_many() -> None:
    assert len(SHAPES) >= 60
    assert len({*SHAPES.values()}) == len(SHAPES)


DAYS = [
    ("2024-05-01T12:00:00+00:00", NOON),
    ("2024-05-01T12:00:00Z", NOON),
    ("2024-05-01T12:00:00.000Z", NOON),
    ("2024-05-01T15:00+03:00", NOON),
    ("2024-05-01T15:00:00+0300", NOON),
    ("2024-05-01 12:00:00 +00:00", NOON),
    ("20240501T120000Z", NOON),
    ("Wed, 01 May 2024 12:00:00 GMT", NOON),
    ("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC)),
    (" 2024-05-01\n", datetime(2024, 5, 1, tzinfo=UTC)),
    ("2024-05-01T12:00:00", None),
    ("2024-05", None),
    ("2024", None),
    ("0000-00-00", None),
    ("1970-01-01T00:00:00+00:00", None),
    ("-0001-11-30T00:00:00+00:00", None),
    ("yesterday", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "wanted"), DAYS)
def test_lastmod_as_servers_write_it(text: str, wanted: datetime | None) -> None:
    body = PAGES.replace("2024-05-01T12:00:00+00:00", text).encode()
    assert sitemap_links(body, SITEMAP).articles[0].modified == wanted


NOTHING = {
    "empty": b"",
    "HTML": f"<!doctype html><body>{PAGES}</body>".encode(),
    "a page not found": b"<html><h1>404</h1><a href='/a'>a</a></html>",
    "JSON": b'{"urls": ["https://kibaru.example/a"]}',
    "zip that is broken": gzip.compress(PAGES.encode())[:12],
    "a bomb's beginning": gzip.compress(b"<urlset>" + b"\0" * 1_000_000),
    "prose": f"see {TWO} and more".encode(),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_sitemap_has_no_links(name: str) -> None:
    found = sitemap_links(NOTHING[name], SITEMAP)
    assert (found.sitemaps, found.articles) == ([], [])
