"""A parsed page with what it says of itself, gathered once: metas and JSON-LD."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath, _Element, iterwalk
from lxml.html import HtmlElement

from crawler import jsonld, marked
from crawler.jsonld import Linked

_INLINE = frozenset(
    ["a", "abbr", "b", "cite", "em", "font", "i", "mark", "q", "s", "strong", "sub", "sup", "u"]
)
_MOST_PIECES = 1000  # of a short text, mostly empty
_END = 20  # characters by which the end of a block is found again
_SILENT = frozenset(["script", "style", "noscript", "template"])


def finder(path: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    """An XPath expression that gives elements, ready to be asked."""
    found = XPath(path)
    return lambda element: cast("list[HtmlElement]", found(element))


_NAMED = marked.named("comment forum related", ids="comment")


_CALLED_OTHER = marked.finder(
    lambda one: _NAMED(one) or one.get("id") == "forum" or one.tag in ("aside", "footer"),
    "aside",
    "footer",
)


def _is_other(element: _Element) -> bool:
    """Whether readers' comments or teasers stand in an element that is called so, and not the headline."""
    is_foot = element.tag == "footer" and element.get("id") != "forum" and not _NAMED(element)
    if is_foot and next(element.iterancestors("article"), None) is not None:
        return False
    in_body = next(element.iterancestors("body"), None) is not None
    return in_body and next(element.iterdescendants("h1"), None) is None


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed page with its metas (names in lower case, every value in order) and JSON-LD.

    ``base`` is what its relative addresses are relative to.
    ``others`` are the elements that belong to readers' comments or to teasers of other articles;
    ``marks`` finds elements by what they are called.
    """

    tree: HtmlElement
    url: str
    base: str
    metas: dict[str, list[str]]
    linked: Linked
    others: frozenset[_Element]
    marks: marked.Marks

    @property
    def article(self) -> dict[str, Any]:
        """The JSON-LD node of the article; empty if there is none."""
        return self.linked.article

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these metas that is there."""
        return next((value for name in names for value in self.metas.get(name, ())), None)


def read(tree: HtmlElement, url: str, linked: Linked | None = None) -> Source:
    """Gather metas and JSON-LD once, unless that is at hand; all questions below are answered from them."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = squeeze(element.get("content") or "")
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(key) or "").strip().lower()
            if name and value and not (key == "itemprop" and _is_around(element)):
                metas.setdefault(name, []).append(value)
    marks = marked.Marks(tree)
    boxes = filter(_is_other, _CALLED_OTHER(marks))
    others = frozenset(inner for box in boxes for inner in box.iter())
    linked = jsonld.read(tree) if linked is None else linked
    return Source(tree, url, _base(tree, url), metas, linked, others, marks)


def _is_around(element: _Element) -> bool:
    """Whether a property is one of the page's head or foot, which say what the site is."""
    return next(element.iterancestors("footer", "header", "nav", "aside"), None) is not None


def _base(tree: HtmlElement, url: str) -> str:
    """What relative addresses on the page are relative to."""
    said = next((e.get("href") or "" for e in tree.iter("base")), "")
    try:
        base = urljoin(url, said.strip())
        return base if urlsplit(base).scheme in ("http", "https") else url
    except ValueError:
        return url


def squeeze(text: str) -> str:
    """Blanks collapsed; entities that were encoded twice undone."""
    return " ".join(html.unescape(text).split())


def content(element: HtmlElement) -> str:
    """An element's text with blanks collapsed; emphasis and links do not part words, other elements do."""
    if not len(element):
        return _alone(element)
    return " ".join("".join(_pieces(element)).split())


def line(element: HtmlElement, most: int) -> str:
    """The same of an element with at most so many characters; empty for a larger one, which is not read whole."""
    if not len(element):
        text = _alone(element)
        return text if len(text) <= most else ""
    pieces: list[str] = []
    size = 0
    for count, piece in enumerate(_pieces(element)):
        pieces.append(piece)
        size += len(piece.strip())
        if size > most or count > _MOST_PIECES:
            return ""
    text = " ".join("".join(pieces).split())
    return text if len(text) <= most else ""


def _alone(element: HtmlElement) -> str:
    """The text of an element with no other in it."""
    return "" if element.tag in _SILENT else " ".join((element.text or "").split())


def _pieces(element: HtmlElement) -> Iterator[str]:
    for event, node in iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        if node.tag not in _INLINE:
            yield " "
        if event == "start" and node.tag not in _SILENT:
            yield node.text or ""
        if event == "end" and node is not element:
            yield node.tail or ""


def element_of(tree: HtmlElement, block: str) -> HtmlElement | None:
    """The element in which a block of text ends."""
    end = block[-_END:].strip()
    if len(end) < _END // 2:
        return None
    mark = max(end.split(), key=len)
    for element in tree.iter(
        "p", "div", "li", "td", "blockquote", "span", "a", "em", "strong", "br"
    ):
        if (text := element.text) and mark in text and end in " ".join(text.split()):
            return element
        if (tail := element.tail) and mark in tail and end in " ".join(tail.split()):
            return element.getparent()
    return None
