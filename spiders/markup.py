"""Feeds and sitemaps as they really are, repaired until libxml2 can read them: bytes in, tree out."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from itertools import islice

from lxml import etree

from crawler.charset import text_of
from crawler.coding import decoded

Element = etree._Element

_ROOTS = "rss|rdf|feed|channel|urlset|sitemapindex"
_ROOT = re.compile(rf"<(?:!doctype\s+html|(?:[\w.-]+:)?({_ROOTS})|html|head|body)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FOREIGN = frozenset(
    {"media", "itunes", "googleplay", "content", "georss", "thr", "wfw", "slash", "image", "video"}
    | {"xhtml", "feedburner", "podcast", "sy", "yt", "snf"}
)
_FOREIGN_NAMESPACE = re.compile(r"sitemap-(?:image|video)|mrss|itunes|podcast")
_OTHERS = frozenset({"source", "author", "contributor"})  # with links and titles of their own
_MOST_PARTS = 100  # of a text; a title or an address has a few
_TAGS = re.compile(r"<[^<>]*>")
_UNQUOTED = re.compile(r"""(\s(?:href|rel|type)=)([^\s"'<>]+)(?=[\s>])""")


def xml_root(body: bytes, url: str) -> Element | None:
    """The root of a feed or sitemap; None when the bytes hold neither (HTML instead, say).

    Gzip is known by its content.  What comes before the root is dropped: blank lines, warnings of
    PHP, and the DOCTYPE with its entities, so that no document can swell or reach for a file.
    """
    text = plain_text(body)
    root = _ROOT.search(_COMMENT.sub(lambda comment: " " * len(comment[0]), text))
    if root is None or root[1] is None:
        return None
    whole = text[root.start() : text.rfind(">") + 1]  # cut off within a word, a URL would be wrong
    source = "".join(
        part if part.startswith("<![CDATA[") else _repaired(part) for part in _CDATA.split(whole)
    )
    parser = etree.XMLParser(
        recover=True, huge_tree=True, resolve_entities=False, no_network=True, encoding="utf-8"
    )
    try:
        return etree.fromstring(source.encode(), parser, base_url=url)
    except etree.XMLSyntaxError:
        return None


def plain_text(body: bytes) -> str:
    """The bytes as text, unzipped if they are gzip, without characters that XML forbids."""
    body, _ = decoded(body, "")
    declared = "utf-16-le" if body.startswith(b"<\0") else None
    return _CONTROL.sub("", text_of(body, declared).text)


def name_of(element: Element) -> str:
    """`pubDate` and `dc:date` as `pubdate` and `date`; what is a picture's stays `media:title`."""
    if not isinstance(element.tag, str):
        return ""
    namespace, _, tag = element.tag.rpartition("}")
    prefix, _, local = tag.rpartition(":")  # an undeclared prefix stays part of the tag
    prefix = (prefix or element.prefix or "").lower()
    if prefix in _FOREIGN or _FOREIGN_NAMESPACE.search(namespace):
        return f"{prefix}:{local}".lower()
    return local.lower()


def own_elements(entry: Element, entries: frozenset[str]) -> Iterator[Element]:
    """What belongs to an entry, nearest first.

    An unclosed tag makes libxml2 nest the rest of the feed below it: a field may sit deeper than
    it should, and what another entry holds is not ours.
    """
    queue = deque(entry)
    while queue:
        element = queue.popleft()
        name = name_of(element)
        if name and name not in entries and name not in _OTHERS:
            yield element
            queue.extend(element)


def text_in(element: Element, limit: int = 500) -> str:
    """The text within an element, blanks folded; an unclosed one would go on to the end."""
    parts: list[str] = []
    size = 0
    for part in islice(element.itertext(), _MOST_PARTS):
        parts.append(str(part)[:limit])
        size += len(parts[-1])
        if size >= limit:
            break
    return " ".join("".join(parts).split())[:limit]


def plain_title(title: str) -> str | None:
    """A title without the tags and entities that feeds and APIs escape into it."""
    return " ".join(unescape(_TAGS.sub("", title)).split()) or None


def _repaired(text: str) -> str:
    """Bare ampersands escaped, HTML's entities turned into characters, attributes quoted."""
    return _UNQUOTED.sub(r'\1"\2"', _AMPERSAND.sub(_ampersand, text))


def _ampersand(match: re.Match[str]) -> str:
    """As a character or by number: once it has met an error, libxml2 drops references by name."""
    name = match[1]
    if name is None:
        return "&#38;"
    if name.startswith("#"):
        return match[0] if _is_character(name[1:]) else ""
    chars = html5.get(f"{name};")
    if chars is None:
        return f"&#38;{name};"
    return "".join(f"&#{ord(char)};" if char in "&<>\"'" else char for char in chars)


def _is_character(number: str) -> bool:
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return 0x1F < code < 0x110000 and not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)
