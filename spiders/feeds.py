"""Feeds: RSS 0.9 to 2.0, RDF, Atom and JSON Feed, whole or broken, to dated links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from crawler.coding import decoded
from crawler.retold import Told
from crawler.urls import absolute
from spiders.instants import instant
from spiders.link import Link, first_of_each
from spiders.markup import (
    Element,
    name_of,
    own_elements,
    plain_text,
    plain_title,
    text_in,
    xml_root,
)

_ENTRIES = frozenset({"item", "entry"})
_PUBLISHED = ("pubdate", "published", "issued", "date", "created")
_MODIFIED = ("updated", "modified", "lastbuilddate")
_TEXTS = ("content:encoded", "content", "encoded", "description", "summary")
_PREFIX = re.compile(r"<(/?)\w+:")
_JSON_ITEMS = re.compile(r'"items"\s*:\s*\[')
_JSON_OBJECT = re.compile(r"[\s,]*\{")
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"


def feed_links(body: bytes, url: str, zone: str | None = None) -> list[Link]:
    """The entries of a feed in its own order, each URL once; [] when the bytes are no feed.

    Hours without a zone are of the one given.
    """
    body, _ = decoded(body, "")
    is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    links = _json_links(body, url, zone) if is_json else _xml_links(body, url, zone)
    return first_of_each(links)


def _xml_links(body: bytes, url: str, zone: str | None) -> Iterator[Link]:
    root = xml_root(body, url)
    if root is None:
        return
    for entry in root.iter():
        if name_of(entry) in _ENTRIES and (link := _entry_link(entry, url, zone)):
            yield link


def _entry_link(entry: Element, url: str, zone: str | None) -> Link | None:
    fields: dict[str, list[Element]] = {}
    for element in own_elements(entry, _ENTRIES):
        fields.setdefault(name_of(element), []).append(element)
    address = _address(entry, fields, url)
    if address is None:
        return None
    titles = [text_in(element) for element in fields.get("title", [])]
    return Link(
        url=address,
        published=_first_instant(fields, _PUBLISHED, zone),
        modified=_first_instant(fields, _MODIFIED, zone),
        title=plain_title(titles[0]) if titles else None,
        told=next((told for markup in _texts(fields) if (told := Told.of(markup, "feed"))), None),
    )


def _texts(fields: dict[str, list[Element]]) -> Iterator[str]:
    """What may be the article's whole text: markup that is escaped, in CDATA, or the feed's own elements."""
    for element in (each for name in _TEXTS for each in fields.get(name, [])):
        if len(element):
            yield _PREFIX.sub(r"<\1", etree.tostring(element, encoding="unicode", with_tail=False))
        elif element.text:
            yield element.text


def _address(entry: Element, fields: dict[str, list[Element]], url: str) -> str | None:
    """The article's URL: its link, else an identifier that is one; never the front page."""
    for href in _hrefs(entry, fields):
        address = absolute(href, entry.base or url)
        if address and not _is_front_page(address):
            return address
    return None


def _hrefs(entry: Element, fields: dict[str, list[Element]]) -> Iterator[str]:
    for origin in fields.get("feedburner:origlink", []):
        yield origin.text or ""
    links = [link for link in fields.get("link", []) if link.get("rel", "alternate") == "alternate"]
    for link in sorted(links, key=lambda link: "html" not in link.get("type", "html")):
        yield (link.text or "").strip() or link.get("href") or _text_after(link)
    for identifier in fields.get("guid", []) + fields.get("id", []):
        if re.match(r"\s*(?:https?://|/)", identifier.text or ""):
            yield identifier.text or ""
    yield entry.get(_RDF_ABOUT) or entry.get("about") or ""


def _text_after(link: Element) -> str:
    """`<link/>https://…`, as HTML serialisers leave it."""
    tail = (link.tail or "").strip()
    return tail if tail.startswith("http") else ""


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path == "/" and not parts.query


def _first_instant(
    fields: dict[str, list[Element]], names: tuple[str, ...], zone: str | None
) -> datetime | None:
    texts = (text_in(element) for name in names for element in fields.get(name, []))
    return next((moment for text in texts if (moment := instant(text, zone))), None)


def _json_links(body: bytes, url: str, zone: str | None) -> Iterator[Link]:
    for item in _json_items(plain_text(body)):
        addresses = (item.get(key) for key in ("url", "external_url", "id"))
        hrefs = [href for href in addresses if isinstance(href, str)]
        address = next(filter(None, (absolute(href, url) for href in hrefs if "/" in href)), None)
        if address is None:
            continue
        title, html = item.get("title"), item.get("content_html")
        yield Link(
            url=address,
            published=instant(str(item.get("date_published") or ""), zone),
            modified=instant(str(item.get("date_modified") or ""), zone),
            title=plain_title(title) if isinstance(title, str) else None,
            told=Told.of(html, "feed") if isinstance(html, str) else None,
        )


def _json_items(text: str) -> Iterator[dict[str, Any]]:
    """The whole items of a JSON Feed, up to where it was cut off."""
    start = _JSON_ITEMS.search(text)
    position = start.end() if start else len(text)
    while (brace := _JSON_OBJECT.match(text, position)) is not None:
        try:
            item, position = json.JSONDecoder().raw_decode(text, brace.end() - 1)
        except (ValueError, RecursionError):
            return
        yield item
