"""Front pages and listings: HTML to feeds, candidate article links, and the pages that come next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml import etree

from crawler.urls import absolute, identity, in_house
from spiders.link import Link
from spiders.markup import Element, plain_text, text_in
from spiders.shape import is_article_shaped, is_surely_article_shaped, may_be_article

API_REL = "https://api.w.org/"  # how WordPress names its REST API
_FEED_TYPES = ("rss+xml", "atom+xml", "rdf+xml", "feed+json")
_FEED_PATH = re.compile(
    r"/(?:feed|rss|atom)/?$|/(?:rss|atom|feed|index|backend|news)\.(?:xml|rss|rdf|atom)$",
    re.IGNORECASE,
)
_COMMENT_FEED = re.compile(
    r"/comments/(?:feed|default)|page=backend-(?:comment|forum)", re.IGNORECASE
)
_HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:head(?:line|ing)|titles?|titre|titulo|manchete)(?:$|[\s_-])", re.IGNORECASE
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FURNITURE = frozenset({"nav", "header", "footer"})
_PAGE_PATH = re.compile(
    r"/(?:page|pages|pagina|página|ukurasa|shafi|bog|seite|صفحة|ገጽ)[/-]?\d{1,5}/?$", re.IGNORECASE
)
_PAGE_QUERY = re.compile(
    r"(?:^|&)(?:page|paged|pg|pagina|start|offset|limitstart|debut_\w+)=\d{1,6}(?:&|$)",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^[\s«»‹›<>→←]*(?:next(?: page)?|older(?: posts| entries)?|load more|page suivante|suivante?s?"
    r"|articles plus anciens|voir plus|plus d.articles|próxima|proxima|página seguinte|seguinte"
    r"|التالي|الصفحة التالية|المزيد|inayofuata|ukurasa unaofuata|na gaba|shafi na gaba|xiga|bogga xiga"
    r"|ቀጣይ|የሚቀጥለው)[\s«»‹›<>→←]*$",
    re.IGNORECASE,
)
_DEPTH = 50  # how far up an anchor's surroundings are looked at
_LONG_TEXT = 25  # characters: a menu's entries are shorter, headlines hardly ever
_LONG_HEADLINE = 15  # a heading that links to its section is shorter


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page leads to: feeds, candidate articles in the order of the page, further pages.

    ``wordpress`` is the root of the REST API, where the page names one.
    """

    feeds: list[str]
    articles: list[Link]
    next_pages: list[str]
    wordpress: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Anchor:
    url: str
    rel: str
    text: str
    is_headline: bool
    in_furniture: bool


def page_links(html: bytes, url: str) -> PageLinks:
    """The links of an HTML page at `url` that stay in its house; unknown shapes are given a chance."""
    tree = tree_of(html)
    if tree is None:
        return PageLinks([], [], [])
    base = base_of(tree, url)
    anchors = [
        anchor
        for element in tree.iter("a", "area")
        if (anchor := _anchor(element, base)) and in_house(anchor.url, url)
    ]
    further = (link for link in _next_links(tree, base) if in_house(link, url))
    next_pages = [*further, *(a.url for a in anchors if _is_next(a)), *_named_next(anchors)]
    return PageLinks(
        feeds=_unique([*_feeds(tree, base), *(a.url for a in anchors if is_feed(a.url))], url),
        articles=_articles(anchors, {identity(url), *map(identity, next_pages)}),
        next_pages=_unique(next_pages, url),
        wordpress=_wordpress(tree, base),
    )


def tree_of(html: bytes) -> Element | None:
    """The page parsed as a browser would; None when there is nothing in it."""
    text = plain_text(html)
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def base_of(tree: Element, url: str) -> str:
    """What the page's relative links are relative to."""
    href = next((base.get("href") for base in tree.iter("base") if base.get("href")), None)
    return (href and absolute(href, url)) or url


def _anchor(element: Element, base: str) -> _Anchor | None:
    address = absolute(element.get("href", ""), base)
    if address is None:
        return None
    above = list(islice(element.iterancestors(), _DEPTH))
    heading = next(element.iterdescendants(*_HEADINGS), None)
    near = [element, *above[:2], *islice(element.iterdescendants("span", "div", "p"), 20)]
    return _Anchor(
        url=address,
        rel=element.get("rel", "").lower(),
        text=text_in(element if heading is None else heading, 300)
        or element.get("title", "").strip(),
        is_headline=heading is not None
        or any(item.tag in _HEADINGS for item in above[:6])
        or any(_HEADLINE.search(item.get("class", "")) for item in near),
        in_furniture=any(
            item.tag in _FURNITURE or item.get("role") == "navigation" for item in above
        )
        and not any(item.tag in ("article", "main") for item in above),
    )


def _articles(anchors: list[_Anchor], known: set[str]) -> list[Link]:
    """Each candidate once, where it first stands, with its headline's text as title."""
    best: dict[str, _Anchor] = {}
    for anchor in anchors:
        key = identity(anchor.url)
        if key in known or is_feed(anchor.url) or not may_be_article(anchor.url):
            continue
        if not _is_candidate(anchor):
            continue
        if key not in best or _tells_more(anchor, best[key]):
            best[key] = anchor
    return [Link(url=anchor.url, title=anchor.text or None) for anchor in best.values()]


def _is_candidate(anchor: _Anchor) -> bool:
    if "next" in anchor.rel or "prev" in anchor.rel or "tag" in anchor.rel.split():
        return False
    if _PAGE_PATH.search(unquote(urlsplit(anchor.url).path)):
        return False
    if anchor.in_furniture and not anchor.is_headline:
        return is_surely_article_shaped(anchor.url)
    is_told = len(anchor.text) >= (_LONG_HEADLINE if anchor.is_headline else _LONG_TEXT)
    return is_told or is_article_shaped(anchor.url)


def _tells_more(anchor: _Anchor, than: _Anchor) -> bool:
    return (anchor.is_headline and bool(anchor.text), len(anchor.text)) > (
        than.is_headline and bool(than.text),
        len(than.text),
    )


def _feeds(tree: Element, base: str) -> Iterator[str]:
    for link in tree.iter("link"):
        if "alternate" not in link.get("rel", "").lower().split():
            continue
        address = absolute(link.get("href", ""), base)
        if address and _names_feed(link, address) and not _COMMENT_FEED.search(address):
            yield address


def _names_feed(link: Element, address: str) -> bool:
    """By its type; text/xml, which older systems say, may be other things as well."""
    kind = link.get("type", "").lower()
    if any(name in kind for name in _FEED_TYPES):
        return True
    is_xml = kind.partition(";")[0].strip() in ("text/xml", "application/xml")
    return is_xml and (is_feed(address) or "rss" in link.get("title", "").lower())


def _wordpress(tree: Element, base: str) -> str | None:
    roots = (link.get("href", "") for link in tree.iter("link") if link.get("rel") == API_REL)
    return next(filter(None, (absolute(href, base) for href in roots)), None)


def is_feed(url: str) -> bool:
    """Whether an address is one that feeds have; those of comments are none."""
    parts = urlsplit(url)
    if _COMMENT_FEED.search(url):
        return False
    return (
        bool(_FEED_PATH.search(parts.path))
        or "page=backend" in parts.query
        or "format=feed" in parts.query
    )


def _next_links(tree: Element, base: str) -> Iterator[str]:
    for link in tree.iter("link"):
        if "next" in link.get("rel", "").lower().split() and (
            url := absolute(link.get("href", ""), base)
        ):
            yield url


def _is_next(anchor: _Anchor) -> bool:
    """Said by rel or by the address."""
    parts = urlsplit(anchor.url)
    if "next" in anchor.rel.split() or _PAGE_PATH.search(unquote(parts.path)):
        return True
    return bool(_PAGE_QUERY.search(parts.query))


def _named_next(anchors: list[_Anchor]) -> list[str]:
    """The one page that a link calls the next; where many are called so, each means "read more"."""
    named = {anchor.url for anchor in anchors if _NEXT.match(anchor.text)}
    return [url for url in named if len(named) == 1 and not is_surely_article_shaped(url)]


def _unique(urls: list[str], own: str) -> list[str]:
    found: dict[str, str] = {}
    for url in urls:
        found.setdefault(identity(url), url)
    found.pop(identity(own), None)
    return list(found.values())
