"""Small pages as extraction sees them, for tests of what they say of themselves."""

from __future__ import annotations

import json
from typing import Any

from lxml.html import document_fromstring

from crawler import visible
from crawler.authors import Byline, byline
from crawler.source import Source, read
from crawler.title import title

URL = "https://sahel.example/mali/tessit/"
PARAGRAPH = "<p>La route de Gao a été rouverte mardi, neuf jours après la destruction du pont par des hommes armés venus du nord du cercle.</p>"


def source(body: str, head: str = "", url: str = URL) -> Source:
    """A page of a site called Sahel Infos."""
    named = '<meta property="og:site_name" content="Sahel Infos">'
    return read(
        document_fromstring(f"<html><head>{named}{head}</head><body>{body}</body></html>"), url
    )


def story(head: str = "", before: str = "", after: str = "", url: str = URL) -> Source:
    """The same with a headline, and text before and behind three paragraphs."""
    body = f"<article><h1>La route de Gao est rouverte</h1>{before}<div>{PARAGRAPH * 3}{after}</div></article>"
    return source(body, head, url)


def linked(**fields: Any) -> str:
    """JSON-LD of an article."""
    node = {"@type": "NewsArticle", "headline": "La route de Gao est rouverte", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def byline_of(page: Source) -> Byline:
    """The byline, found as extraction finds it."""
    return byline(page, visible.near(page, visible.headline(page, title(page) or "")))
