"""All that a crawl wants to know of a page, from its record: the article, where it leads, what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.article import Article
from archive.reader import Record
from archive.records import warc_fields
from crawler.beside import NOTHING, Beside
from crawler.extract import article_of, findable
from crawler.fingerprint import TITLE, Fingerprint, hashed, host_of, pack
from crawler.opened import Opened
from crawler.parts import continued, joined
from crawler.recurring import Learned
from crawler.requisites import css_requisites, page_requisites
from crawler.rules import Rules
from crawler.urls import absolute
from crawler.verdict import Extract, Reading
from crawler.versions import canonical_version

MAX_OUTLINKS = 5000  # a page with more is a trap or a site map, and its record names them all
_VERSION = re.compile(  # how addresses of AMP, print and further pages differ from the article's
    r"/(?:amp|print|imprimer|imprimir|page/\d+|\d{1,2})?/*$|\.amp(?=\.html?$)|^(?:www|m|amp|mobile)\."
)


def read(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Reading:
    """Pure, like ``article_from``."""
    return read_opened(Opened(record), rules, learned, beside)


def read_opened(
    opened: Opened,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Reading:
    """The same of a record that is open already, whose tree is changed."""
    page = opened.page
    if page.content_type == "text/css":
        needed = tuple(css_requisites(page.body, page.url))
        result = article_of(opened, rules, learned, beside)
        return Reading(
            extract=Extract(result=result), outlinks=_leading((), needed), requisites=needed
        )
    tree = opened.tree if "html" in (page.content_type or "html") else None
    if tree is None:
        result = article_of(opened, rules, learned, beside)
        return Reading(extract=Extract(result=result), outlinks="", requisites=())
    requisites = tuple(page_requisites(tree, page.url))
    outlinks = _leading(_outlinks(tree, page.url), requisites)
    return Reading(
        extract=_extract(opened, rules, learned, beside),
        outlinks=outlinks,
        requisites=requisites,
    )


def extract(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Extract:
    """The article of a page, and how it hangs together with other pages."""
    return _extract(Opened(record), rules, learned, beside)


def _extract(
    opened: Opened, rules: Rules | None, learned: Learned | None, beside: Beside
) -> Extract:
    """Other pages are looked for first: extraction takes things out of the tree."""
    if opened.kind.name != "article" or opened.tree is None:
        return Extract(result=article_of(opened, rules, learned, beside))
    url = opened.page.url
    further, version = continued(opened.tree, url), canonical_version(opened.tree, url)
    result = article_of(opened, rules, learned, beside)
    if not isinstance(result, Article):
        return Extract(result=result)
    return Extract(result=result, continued=further, version=version)


def whole(parts: Sequence[Article], publisher: str | None) -> Article:
    """The parts of an article as one; what its words show is found again."""
    return findable(joined(parts), publisher)


def fingerprint(record: Record) -> Fingerprint | None:
    """The lines of a page that may be an article; None for any other."""
    return fingerprint_opened(Opened(record))


def fingerprint_opened(opened: Opened) -> Fingerprint | None:
    """The same of a record that is open already, whose tree stays as it is."""
    page, host = opened.page, host_of(opened.page.url)
    if opened.record.type not in ("response", "resource") or host is None:
        return None
    tree = opened.tree if opened.kind.name == "article" else None
    if tree is None:
        return None
    found = opened.lines()
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


def _leading(links: Iterable[str], requisites: Iterable[str]) -> str:
    """Where a page leads, in the words that Heritrix uses."""
    followed = (("outlink", f"{url} L a/@href") for url in links)
    seen = (("outlink", f"{url} E =EMBED_MISC") for url in requisites)
    return warc_fields(chain(followed, seen))


def _outlinks(tree: HtmlElement, url: str) -> list[str]:
    found = (absolute(href, url) for href in _hrefs(tree))
    return list(dict.fromkeys(link for link in found if link))[:MAX_OUTLINKS]


def _hrefs(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("a", "area"):
        if href := element.get("href"):
            yield href
