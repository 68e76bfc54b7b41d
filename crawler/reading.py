"""All that a crawl wants to know of a page, from its record: the article, where it leads, what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.article import Article
from archive.reader import Record
from crawler import page as pages
from crawler.beside import NOTHING, Beside
from crawler.extract import article_from, findable
from crawler.fingerprint import TITLE, Fingerprint, hashed, host_of, pack, rows
from crawler.page import Page, page_from
from crawler.parts import continued, joined
from crawler.recurring import Learned
from crawler.requisites import css_requisites, page_requisites
from crawler.rules import Rules
from crawler.urls import absolute
from crawler.verdict import Extract, NoArticle, Reading
from crawler.versions import canonical_version

MAX_OUTLINKS = 5000  # a page with more is a trap or a site map, and its record names them all
_LONGEST = 4_000_000  # characters of a page that are looked at
_VERSION = re.compile(  # how addresses of AMP, print and further pages differ from the article's
    r"/(?:amp|print|imprimer|imprimir|page/\d+|\d{1,2})?/*$|\.amp(?=\.html?$)|^(?:www|m|amp|mobile)\."
)


def read(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Reading:
    """Pure, like ``article_from``, which it calls."""
    page, result = page_from(record), article_from(record, rules, learned, beside)
    if page.content_type == "text/css":
        needed = css_requisites(page.body, page.url)
        return Reading(extract=Extract(result=result), outlinks=(), requisites=tuple(needed))
    tree = _tree(page) if "html" in (page.content_type or "html") else None
    if tree is None:
        return Reading(extract=Extract(result=result), outlinks=(), requisites=())
    return Reading(
        extract=_extract(result, tree, page.url),
        outlinks=tuple(_outlinks(tree, page.url)),
        requisites=tuple(page_requisites(tree, page.url)),
    )


def extract(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Extract:
    """The article of a page, and how it hangs together with other pages."""
    result = article_from(record, rules, learned, beside)
    if not isinstance(result, Article):
        return Extract(result=result)
    page = page_from(record)
    tree = _tree(page)
    return Extract(result=result) if tree is None else _extract(result, tree, page.url)


def _extract(result: Article | NoArticle, tree: HtmlElement, url: str) -> Extract:
    if not isinstance(result, Article):
        return Extract(result=result)
    version = canonical_version(tree, url)
    return Extract(result=result, continued=continued(tree, url), version=version)


def whole(parts: Sequence[Article], publisher: str | None) -> Article:
    """The parts of an article as one; what its words show is found again."""
    return findable(joined(parts), publisher)


def fingerprint(record: Record) -> Fingerprint | None:
    """The lines of a page that may be an article; None for any other."""
    page = page_from(record)
    host = host_of(page.url)
    if (
        record.type not in ("response", "resource")
        or host is None
        or pages.kind_of(page, None).reason != pages.NO_HTML
    ):
        return None
    tree = _tree(page)
    if tree is None or pages.kind_of(page, tree).name != "article":
        return None
    found = rows(tree)
    named = [row.text for row in found if row.mark.has(TITLE)]
    title = " ".join((tree.findtext(".//title") or "").split())
    return Fingerprint(
        host=host,
        key=_key(_canonical(tree, page.url)),
        headline=hashed("\n".join([title, *named])) >> 1,
        packed=pack([row.mark for row in found]),
    )


def _canonical(tree: HtmlElement, url: str) -> str:
    """What the page calls its own address, unless it calls the front page so."""
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            named = absolute(link.get("href") or "", url)
            if named and urlsplit(named).path.strip("/"):
                return named
    return url


def _key(url: str) -> int:
    parts = urlsplit(url)
    place = _VERSION.sub("", f"{parts.hostname}{parts.path}")
    return hashed(f"{_VERSION.sub('', place)}?{_asked(parts.query)}") >> 1


def _asked(query: str) -> str:
    """What of a query names the article: its number, not where the reader came from."""
    pairs = (pair for pair in query.split("&") if pair)
    return "&".join(sorted(pair for pair in pairs if not _PASSING.match(pair)))


_PASSING = re.compile(r"(?:utm_|fbclid|gclid|amp|print|page|paged|outputtype|share|ref)\b")


def _tree(page: Page) -> HtmlElement | None:
    html = pages.decode(page)[:_LONGEST].encode()
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        return document_fromstring(html, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _outlinks(tree: HtmlElement, url: str) -> list[str]:
    found = (absolute(href, url) for href in _hrefs(tree))
    return list(dict.fromkeys(link for link in found if link))[:MAX_OUTLINKS]


def _hrefs(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("a", "area"):
        if href := element.get("href"):
            yield href
