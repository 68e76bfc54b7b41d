"""Listings of a site whose file says where the links are: HTML and CSS selectors to dated links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from lxml import etree
from lxml.cssselect import CSSSelector

from crawler.urls import absolute
from spiders.instants import day
from spiders.link import Link, first_of_each
from spiders.listing import PageLinks, base_of, page_links, tree_of
from spiders.markup import Element, text_in
from spiders.sitevalues import PAGE, Listing

_NEAR = 4  # elements up from a link to the one that holds its date as well


def listing_url(listing: Listing, page: int) -> str | None:
    """The address of a listing's page by its number; None where only the page before can tell it."""
    if PAGE in listing.url:
        return listing.url.replace(PAGE, str(page)) if page <= listing.pages else None
    return listing.url if page == 1 else None


def listing_links(html: bytes, url: str, listing: Listing) -> PageLinks:
    """What a page of a listing leads to: the links that its selector finds, else likely articles."""
    found = page_links(html, url)
    tree = tree_of(html)
    if tree is None:
        return found
    base = base_of(tree, url)
    articles = found.articles
    if listing.links:
        articles = first_of_each(_links(_chosen(tree, listing.links), base))
    next_pages: list[str] = []
    if listing.next:
        anchors = _chosen(tree, listing.next)
        hrefs = (absolute(anchor.get("href", ""), base) for anchor in anchors)
        next_pages = [href for href in hrefs if href and href != url][:1]
    return PageLinks(found.feeds, articles, next_pages, found.wordpress)


def _chosen(tree: Element, selector: str) -> Iterator[Element]:
    """The anchors that a selector means, or that stand in what it means."""
    for element in CSSSelector(selector, translator="html")(tree):  # type: ignore[union-attr]
        if not isinstance(element, etree._Element):
            continue
        if element.get("href"):
            yield element
        else:
            yield from (inner for inner in element.iter("a", "area") if inner.get("href"))


def _links(anchors: Iterable[Element], base: str) -> Iterator[Link]:
    for anchor in anchors:
        if address := absolute(anchor.get("href", ""), base):
            yield Link(url=address, published=_date_near(anchor), title=text_in(anchor) or None)


def _date_near(anchor: Element) -> datetime | None:
    """The one date of the smallest element around the link that has any."""
    for count, around in enumerate(anchor.iterancestors()):
        dates = {time.get("datetime") for time in around.iter("time") if time.get("datetime")}
        if dates or count == _NEAR:
            return day(dates.pop() or "") if len(dates) == 1 else None
    return None
