"""All that a crawl wants to know of a page, from its record: the article, where it leads, what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.reader import Record
from crawler.extract import article_from
from crawler.page import page_from
from crawler.requisites import css_requisites, page_requisites
from crawler.rules import Rules
from crawler.urls import absolute
from crawler.verdict import Reading

MAX_OUTLINKS = 5000  # a page with more is a trap or a site map, and its record names them all


def read(record: Record, rules: Rules | None) -> Reading:
    """Pure, like ``article_from``, which it calls."""
    result = article_from(record, rules)
    page = page_from(record)
    if page.content_type == "text/css":
        needed = css_requisites(page.body, page.url)
        return Reading(result=result, outlinks=(), requisites=tuple(needed))
    if "html" not in (page.content_type or "html"):
        return Reading(result=result, outlinks=(), requisites=())
    return Reading(
        result=result,
        outlinks=tuple(_outlinks(page.body, page.url)),
        requisites=tuple(page_requisites(page.body, page.url)),
    )


def _outlinks(html: bytes, url: str) -> list[str]:
    try:
        tree = document_fromstring(html, parser=HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    found = (absolute(href, url) for href in _hrefs(tree))
    return list(dict.fromkeys(link for link in found if link))[:MAX_OUTLINKS]


def _hrefs(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("a", "area"):
        if href := element.get("href"):
            yield href
