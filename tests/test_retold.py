"""The text as feed and WordPress tell it: what the page's text lacks or has beside it, live and from the archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from crawler.retold import Told, checked
from spiders.feeds import feed_links
from tests.conftest import Djeli
from tests.routes import SITE, Answer, Routes, front_page, serving
from tests.treesite import paragraphs_of, title_of

ASIDE = "La maison tient à dire combien ce lecteur de passage compte pour elle aujourd’hui."
FOOT = "Le Carnet paraît quand il a quelque chose à dire, et se tait le reste du temps."
PATH = "/actualite/le-recit-de-la-nuit.html"
URL = "https://x.example/a"


def markup(paragraphs: list[str]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


TELLING = markup(paragraphs_of(7))
NAMES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def rss(fields: str, url: str = URL) -> str:
    item = f"<item><title>x</title><link>{url}</link>{fields}</item>"
    return f'<?xml version="1.0"?><rss version="2.0" {NAMES}><channel>{item}</channel></rss>'


def atom(content: str) -> str:
    entry = f'<entry><title>x</title><link href="{URL}"/>{content}</entry>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'


FEEDS = {
    "encoded": rss(f"<content:encoded><![CDATA[{TELLING}]]></content:encoded>"),
    "description": rss(f"<description>{escape(TELLING)}</description>"),
    "atom": atom(f'<content type="html">{escape(TELLING)}</content>'),
    "xhtml": atom(
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{TELLING}</div></content>'
    ),
    "json": json.dumps({"items": [{"id": "1", "url": URL, "content_html": TELLING}]}),
}


@pytest.mark.parametrize("name", FEEDS)
def test_whole_texts_in_feeds(name: str) -> None:
    (link,) = feed_links(FEEDS[name].encode(), "https://x.example/feed")
    assert link.told is not None
    assert link.told == Told.of(TELLING, "feed")
    assert len(link.told.each()) == len(set(link.told.each())) == 6


@pytest.mark.parametrize(
    "said",
    [
        "Rien de plus qu’une phrase.",
        markup(paragraphs_of(7)[:2]),
        markup([*paragraphs_of(7), "Une suite qui […]"]),
        markup([f"Ligne {n}." for n in range(9)]),
        "",
    ],
)
def test_summaries_tell_no_text(said: str) -> None:
    assert Told.of(said, "feed") is None


def test_what_wordpress_puts_under_an_entry_is_no_paragraph() -> None:
    foot = "<p>L’article X est apparu en premier sur Y.</p>"
    picture = (
        "<figure><img src=x><figcaption>Une place, au petit matin, à Gao.</figcaption></figure>"
    )
    assert Told.of(picture + TELLING + foot, "feed") == Told.of(TELLING, "feed")


SIX = paragraphs_of(7)
CHECKED = [
    # what stands between and behind goes, what the page shows comes
    ([*SIX[:2], ASIDE, *SIX[2:], FOOT], SIX, SIX),
    ([*SIX[:3], *SIX[4:]], SIX, SIX),
    ([*SIX[:5]], SIX, SIX),
    (SIX[1:], SIX, SIX),
    # what the page does not show stays out
    ([*SIX[:3], *SIX[4:]], [*SIX[:3], *SIX[4:]], [*SIX[:3], *SIX[4:]]),
    # rows of a table are never told so
    ([*SIX[:2], "a | b", *SIX[2:]], SIX, [*SIX[:2], "a | b", *SIX[2:]]),
    # another version, and a page that has much more
    (paragraphs_of(8), paragraphs_of(8), paragraphs_of(8)),
    ([*SIX, *paragraphs_of(8)], [*SIX, *paragraphs_of(8)], [*SIX, *paragraphs_of(8)]),
]


@pytest.mark.parametrize(("found", "page", "whole"), CHECKED)
def test_checked(found: list[str], page: list[str], whole: list[str]) -> None:
    told = Told.of(TELLING, "feed")
    assert told is not None
    text, remarks = checked(found, page, told, lambda text: True)
    assert text == whole
    assert bool(remarks) == (text != found)
    assert checked(text, page, told, lambda text: True) == (text, ())


@pytest.fixture
def routes(tmp_path: Path) -> Iterator[Routes]:
    """A page that has a paragraph in a box for teasers, and lines that nothing tells from the text."""
    lost = f'<div class="related-posts"><p>{SIX[3]}</p></div>'
    body = markup([*SIX[:2], ASIDE, SIX[2]]) + lost + markup([*SIX[4:], FOOT])
    page = f"<html lang=fr><head><title>{title_of(7)}</title></head><body><h1>{title_of(7)}</h1><article>{body}</article></body></html>"
    with serving() as routes:
        routes.set(PATH, Answer(page))
        routes.set("/", front_page([]))
        yield routes


def _posts(base: str) -> Answer:
    post = {"id": 1, "link": base + PATH, "date_gmt": "2026-03-01T08:00:00"}
    post |= {"title": {"rendered": title_of(7)}, "content": {"rendered": TELLING}}
    return Answer(json.dumps([post]), headers={"Content-Type": "application/json"})


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("by", ["feed", "wordpress", None])
def test_a_crawl_checks_the_text_and_the_archive_tells_the_same(
    by: str | None, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    fields = f"<content:encoded><![CDATA[{TELLING}]]></content:encoded>" if by == "feed" else ""
    routes.set("/feed", Answer(rss(fields, routes.base + PATH)))
    keys = [f'feeds = ["{routes.base}/feed"]'] if by != "wordpress" else []
    if by == "wordpress":
        asked = "/wp-json/wp/v2/posts?per_page=100&page=1&order=desc&orderby=date&_fields=id,link,date_gmt,modified_gmt,title,content"
        routes.set(asked, _posts(routes.base))
        keys = [f'wordpress = "{routes.base}/wp-json/"']
    routes.write_site_file(tmp_path, *keys)
    outcome = djeli("crawl", SITE, "--data-dir", tmp_path)
    (written,) = (path.read_text() for path in tmp_path.glob("articles/*.jsonl"))
    (article,) = _lines(written)
    if by:
        assert article["text"].split("\n\n") == SIX, outcome.stderr
        assert len(article["warnings"]) == 2
        assert all(by in warning for warning in article["warnings"])
    else:
        assert article["text"].split("\n\n") != SIX
        assert article["warnings"] == []
    files = sorted((tmp_path / "warc").glob("*.warc.gz"))
    again = djeli("extract", *files, "--data-dir", tmp_path)
    assert again.stdout == written
