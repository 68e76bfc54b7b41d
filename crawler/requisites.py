"""What a page needs to be seen as it was: its style sheets, pictures and fonts; pure.

Scripts and media files are no part of it: a reader sees the page without them, and replay does not
run strangers' scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.stylesheet import css_addresses
from crawler.urls import absolute

_ONE_URL = ("src", "data-src", "data-lazy-src", "data-original", "data-lazy", "poster")
_MANY_URLS = ("srcset", "data-srcset", "data-lazy-srcset", "imagesrcset")
_LINK_RELS = {"stylesheet", "icon", "apple-touch-icon"}
_PRELOADS = {"style", "font", "image"}
_NAMING = frozenset(  # no other element names anything
    ["link", "style", "img", "source", "input", "video", "amp-img", "image", "use"]
)
_SRCSET = re.compile(r"\s*([^\s,]\S*[^\s,])(?:\s+[\d.]+[wxh])*\s*(?:,|$)")


def page_requisites(tree: HtmlElement, url: str) -> list[str]:
    """The URLs of style sheets, pictures and fonts that an HTML page names, each once, in order."""
    base = _base(tree, url)
    needing = filter(_may_name, tree.iter("*"))
    found = [href for element in needing for href in _of_element(element)]
    return _absolute(found, base)


def _may_name(element: HtmlElement) -> bool:
    get = element.get  # an attribute that is asked for costs less than all of them
    return element.tag in _NAMING or bool(get("style") or get("data-bg") or get("background"))


def css_requisites(css: bytes, url: str) -> list[str]:
    """The URLs of imported sheets, pictures and fonts that a style sheet names, each once, in order."""
    return _absolute(_css_urls(css.decode("utf-8", "replace")), url)


def _base(tree: HtmlElement, url: str) -> str:
    for element in tree.iter("base"):
        if href := element.get("href"):
            return absolute(href, url) or url
    return url


def _of_element(element: HtmlElement) -> Iterator[str]:
    if style := element.get("style"):
        yield from _css_urls(style)
    match element.tag:
        case "link":
            yield from _of_link(element)
        case "style":
            yield from _css_urls(element.text or "")
        case "img" | "source" | "input" | "video" | "amp-img":
            yield from _of_picture(element)
        case "image" | "use":
            yield from (v for k, v in element.items() if k in ("href", "xlink:href"))
        case _:
            yield from (v for k, v in element.items() if k in ("data-bg", "background"))


def _of_link(link: HtmlElement) -> Iterator[str]:
    rels = set((link.get("rel") or "").lower().split())
    is_preload = "preload" in rels and (link.get("as") or "").lower() in _PRELOADS
    if (rels & _LINK_RELS or is_preload) and (href := link.get("href")):
        yield href
        yield from _srcset(link.get("imagesrcset") or "")


def _of_picture(element: HtmlElement) -> Iterator[str]:
    if element.tag == "source" and element.getparent() is not None:
        parent = element.getparent()
        if parent.tag in ("audio", "video"):
            return
    for name in ("poster",) if element.tag == "video" else _ONE_URL:
        if value := element.get(name):
            yield value
    for name in _MANY_URLS:
        if value := element.get(name):
            yield from _srcset(value)


def _srcset(text: str) -> Iterator[str]:
    return (match[1] for match in _SRCSET.finditer(text))


def _css_urls(css: str) -> Iterator[str]:
    return (place.href.strip() for place in css_addresses(css))


def _absolute(found: Iterable[str], base: str) -> list[str]:
    urls = (absolute(href, base) for href in found if not href.startswith(("data:", "#", "about:")))
    return list(dict.fromkeys(url for url in urls if url))
