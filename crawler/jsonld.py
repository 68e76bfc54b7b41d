"""JSON-LD as news pages carry it: several blocks, graphs, references, and JSON that is broken."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_TYPES = frozenset(
    [
        "article",
        "newsarticle",
        "blogposting",
        "reportagenewsarticle",
        "opinionnewsarticle",
        "analysisnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "askpublicnewsarticle",
        "liveblogposting",
        "report",
        "advertisercontentarticle",
        "satiricalarticle",
        "scholarlyarticle",
        "techarticle",
        "socialmediaposting",
    ]
)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?![\\/"bfnrtu])')
_WITHIN = (
    "liveBlogUpdate",
    "itemListElement",
    "hasPart",
    "isPartOf",
    "comment",
    "review",
    "citation",
    "mentions",
    "relatedLink",
    "isBasedOn",
    "blogPost",
    "subjectOf",
)
_MOST_NODES = 2000


class Linked:
    """The nodes of a page's JSON-LD, in page order."""

    __slots__ = ("_by_id", "_inner", "nodes")

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self._by_id = {
            node["@id"]: node for node in nodes if len(node) > 1 and _is_text(node.get("@id"))
        }
        self._inner = frozenset(id(inner) for node in nodes for inner in _told_within(node))

    def of_types(self, types: frozenset[str]) -> list[Node]:
        """The nodes of any of these types, which are lower-case and without their namespace."""
        return [node for node in self.nodes if types & types_of(node)]

    def whole(self, value: Any) -> Any:
        """What a bare reference ``{"@id": …}`` stands for; anything else as it is."""
        if isinstance(value, dict) and _is_text(value.get("@id")):
            return self._by_id.get(value["@id"], value) if len(value) <= 2 else value
        return value

    @property
    def article(self) -> Node:
        """The page's article: the node of an article type that says most; empty if there is none.

        Entries of a live blog, comments and other articles that a node lists are none.
        """
        found = [node for node in self.of_types(_TYPES) if id(node) not in self._inner]
        return max(found, key=_weight) if found else {}


def _told_within(node: Node) -> Iterator[Node]:
    """The nodes inside a node that tell of something else than it does."""
    for name in _WITHIN:
        yield from _nodes(node.get(name))


def _weight(node: Node) -> int:
    names = ("headline", "datePublished", "author", "articleBody", "image", "mainEntityOfPage")
    return sum(1 for name in names if node.get(name))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def types_of(node: Node) -> frozenset[str]:
    """A node's types in lower case, without ``https://schema.org/``."""
    said = node.get("@type")
    names = said if isinstance(said, list) else [said]
    return frozenset(
        n.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for n in names if isinstance(n, str)
    )


def read(tree: HtmlElement) -> Linked:
    """All nodes of all JSON-LD blocks; a block that no repair helps is left aside."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            for value in _values(script.text):
                nodes.extend(_nodes(value))
    return Linked(nodes[:_MOST_NODES])


def _values(text: str) -> list[Any]:
    """Parsed as it is, else as repaired; several values in a row are several values."""
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text)).strip()
    repaired = _TRAILING_COMMA.sub("", _BAD_ESCAPE.sub(r"\\\\", bare))
    for version in (bare, repaired, html.unescape(repaired)):
        values = _row(version)
        if values:
            return values
    return []


def _row(text: str) -> list[Any]:
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values
        values.append(value)
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return values


def _nodes(value: Any) -> Iterator[Node]:
    """Every object with a type, parents before children, without recursion."""
    stack = [value]
    seen = 0
    while stack and seen < _MOST_NODES:
        item = stack.pop()
        seen += 1
        if isinstance(item, dict):
            if "@type" in item or "@id" in item:
                yield item
            stack.extend(reversed([v for v in item.values() if isinstance(v, dict | list)]))
        elif isinstance(item, list):
            stack.extend(reversed(item))


def texts(value: Any) -> list[str]:
    """The strings in a value that may be a string, a list of them, or an object with a name."""
    if isinstance(value, str):
        text = " ".join(html.unescape(value).split())
        return [text] if text else []
    if isinstance(value, list):
        return [text for item in value[:50] for text in texts(item)]
    return texts(value.get("name")) if isinstance(value, dict) else []
