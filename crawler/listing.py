"""Listings that look like articles: every text on them stands beside a link to what it tells of."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml.etree import _Element
from lxml.html import HtmlElement

_BOX = 400  # characters; a larger box is no teaser
_HEADLINE = 20  # characters; shorter links are "more" or a name
_MOST = 0.6  # of the text
_CLIMBED = 12  # ancestors; no teaser is nested deeper


def is_listing(tree: HtmlElement, url: str, blocks: list[str]) -> bool:
    """Whether most of the extracted text is teasers, or the words of links themselves."""
    host = urlsplit(url).netloc
    if _linked(tree, host, " ".join(blocks)) >= _MOST * sum(map(len, blocks)):
        return True
    starts = {block[:40]: len(block) for block in blocks if len(block) >= 40}
    total = sum(starts.values())
    teased = 0
    for element in tree.iter():
        for text in (element.text, element.tail) if isinstance(element.tag, str) else ():
            start = " ".join(text.split())[:40] if text and len(text) >= 40 else ""
            if start in starts and _is_teased(
                element if text is element.text else element.getparent(), host
            ):
                teased += starts.pop(start)
    return total > 0 and teased >= _MOST * total


def _linked(tree: HtmlElement, host: str, text: str) -> int:
    """How many characters of the text are links with a headline."""
    links = (link for link in tree.iter("a") if _is_headline(link, host))
    said = {" ".join("".join(map(str, link.itertext())).split()) for link in links}
    return sum(len(words) for words in said if words in text)


def _is_teased(element: _Element | None, host: str) -> bool:
    """Whether the largest small box around a text has a link with a headline in front of it."""
    box = element
    for _ in range(_CLIMBED):
        if box is None or box.tag == "body":
            return False
        size = sum(len(str(text)) for text in box.itertext())
        if size > _BOX:
            return False
        if _is_headed(box, element, host):
            return True
        box = box.getparent()
    return False


def _is_headed(box: _Element, element: _Element | None, host: str) -> bool:
    """Whether a link with a headline stands in front of the element, or opens it."""
    for node in box.iter():
        if node.tag == "a" and _is_headline(node, host):
            return True
        if node is element and (node.text or "").strip():
            return False
    return False


def _is_headline(link: _Element, host: str) -> bool:
    text = " ".join("".join(map(str, link.itertext())).split())
    return len(text) >= _HEADLINE and is_inside(link.get("href") or "#", host)


def is_inside(href: str, host: str) -> bool:
    """Whether an address leads to another page of the same site, with or without ``www``."""
    if href.startswith("#"):
        return False
    if "://" not in href[:10]:
        return True
    bare = host.removeprefix("www.")
    return f"//{bare}/" in href or f"//www.{bare}/" in href
