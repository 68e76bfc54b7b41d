"""Sitemaps: index, urlset, news and plain text, gzipped or not, whole or broken, to dated links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.urls import absolute
from spiders.feeds import feed_links
from spiders.instants import day, instant
from spiders.link import Link, first_of_each
from spiders.markup import Element, name_of, own_elements, plain_text, text_in, xml_root

_ENTRIES = frozenset({"url", "sitemap"})
_FEEDS = frozenset({"rss", "rdf", "feed", "channel"})
_SITEMAP_FILE = re.compile(r"\.xml(?:\.gz)?(?:\?[^/]*)?$", re.IGNORECASE)
_ROBOTS_LINE = re.compile(
    r"^[ \t\ufeff]*site-?map[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists; `published` only where a news sitemap says so, else `modified`."""

    sitemaps: list[Link]
    articles: list[Link]


def sitemap_links(body: bytes, url: str, zone: str | None = None) -> Sitemap:
    """The sitemaps and the pages that a sitemap lists; empty when the bytes are no sitemap.

    Hours without a zone are of the one given.
    """
    root = xml_root(body, url)
    if root is None:
        return Sitemap([], first_of_each(_text_links(body, url)))
    if name_of(root) in _FEEDS:
        return Sitemap([], feed_links(body, url, zone))
    links = list(_entry_links(root, url, zone))
    return Sitemap(
        sitemaps=first_of_each(link for is_sitemap, link in links if is_sitemap),
        articles=first_of_each(link for is_sitemap, link in links if not is_sitemap),
    )


def robots_sitemaps(body: bytes, url: str) -> list[str]:
    """The `Sitemap:` lines of a robots.txt, wherever they stand, however long it is."""
    text = plain_text(body).replace("\r", "\n")
    found = (absolute(match[1], url) for match in _ROBOTS_LINE.finditer(text))
    return list(dict.fromkeys(address for address in found if address))


def _entry_links(root: Element, url: str, zone: str | None) -> Iterator[tuple[bool, Link]]:
    for entry in root.iter():
        if name_of(entry) in _ENTRIES and (link := _entry_link(entry, url, zone)):
            yield name_of(entry) == "sitemap" or bool(_SITEMAP_FILE.search(link.url)), link


def _entry_link(entry: Element, url: str, zone: str | None) -> Link | None:
    fields: dict[str, Element] = {}
    for element in own_elements(entry, _ENTRIES):
        fields.setdefault(name_of(element), element)
    address = absolute(_address(fields), urljoin(url, "/"))
    if address is None:
        return None
    return Link(
        url=address,
        published=instant(_text(fields, "publication_date"), zone),
        modified=day(_text(fields, "lastmod"), zone),
        title=_text(fields, "title") or None,
    )


def _address(fields: dict[str, Element]) -> str:
    """The text before any other element: a loc that is left open swallows the dates behind it."""
    element = fields.get("loc")
    first = "" if element is None else (element.text or "").strip()
    return first or _text(fields, "loc")


def _text(fields: dict[str, Element], name: str) -> str:
    element = fields.get(name)
    return "" if element is None else text_in(element)


def _text_links(body: bytes, url: str) -> Iterator[Link]:
    """A plain list, one URL a line; a line with anything else on it is not one, nor is HTML."""
    text = plain_text(body)
    if text.lstrip().startswith("<"):
        return
    for line in text.splitlines():
        if re.fullmatch(r"https?://\S+", line.strip()) and (address := absolute(line, url)):
            yield Link(url=address)
