"""The text of a page that shows none: what it carries for its scripts to draw, in JSON-LD or in their data."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from crawler import retold
from crawler.source import Source, squeeze
from crawler.title import letters

_LEAST = 400  # letters of a text; fewer are a summary, which pages carry of each other
_LONGEST_TITLE = 300  # characters
_LONGEST = 3_000_000  # characters of a script's data
_MOST = 50_000  # values of it that are looked at
_TITLE = 12  # letters of a headline that is no section's
_DATA = frozenset(["application/json", "application/hal+json"])
_ASSIGNED = re.compile(r"\s*(?:window\.|var |self\.)?[\w.]+\s*=\s*(?=\{)")
_TEXTS = ("content", "text", "html", "body", "value")  # of a piece of a text
_CALLED = frozenset(("title", "headline", "slug"))  # of an article of its own
_IS_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|ul|ol|blockquote)\b", re.IGNORECASE)


def carried(source: Source, title: str) -> list[str]:
    """The paragraphs of the article that ``title`` names; none where the page carries no text of it."""
    said = source.article.get("articleBody")
    if isinstance(said, str) and len(letters(said)) >= _LEAST:
        return _paragraphs(html.unescape(said))
    wanted = letters(title)
    if len(wanted) < _TITLE:
        return []
    told = [text for data in _data(source) for text in _told(data, wanted)]
    return _paragraphs(max(told, key=len)) if told else []


def is_drawn(source: Source) -> bool:
    """Whether there is nothing on the page but scripts that would draw it."""
    body = source.tree.find("body")
    shown = (
        "" if body is None else "".join(map(str, body.xpath(".//text()[not(ancestor::script)]")))
    )
    return len(letters(shown)) < _LEAST and any(e.get("src") for e in source.tree.iter("script"))


def _data(source: Source) -> Iterator[Any]:
    """What the page's scripts read: scripts that are JSON, or that set a variable to some."""
    for script in source.tree.iter("script"):
        text = script.text or ""
        is_data = (script.get("type") or "").strip().lower() in _DATA
        start = 0 if is_data else _begins(text)
        if start is None or not _LEAST < len(text) < _LONGEST:
            continue
        try:
            yield json.JSONDecoder(strict=False).raw_decode(text[start:].lstrip())[0]
        except (ValueError, RecursionError):
            continue


def _begins(script: str) -> int | None:
    found = _ASSIGNED.match(script)
    return found.end() if found else None


def _told(data: Any, wanted: str) -> Iterator[str]:
    """The texts that stand beside the headline; either may be in an object of its own, as ``{"rendered": …}``."""
    for node in _nodes(data):
        inner = [value for value in node.values() if isinstance(value, dict)]
        texts = [_text(value) for value in node.values()]
        called = _is_called(node, wanted)
        if not called:
            named = [one for one in inner if _is_called(one, wanted)]
            called = any(not any(map(_is_long, map(_text, one.values()))) for one in named)
        if called:
            texts += [_text(value) for one in inner for value in one.values()]
            yield from filter(_is_long, texts)


def _is_long(text: str) -> bool:
    return len(letters(text)) >= _LEAST


def _is_called(node: dict[str, Any], wanted: str) -> bool:
    return any(isinstance(value, str) and _names(value, wanted) for value in node.values())


def _names(value: str, wanted: str) -> bool:
    """Whether it is the headline, behind which the site's name may stand."""
    own = letters(value[:_LONGEST_TITLE])
    return len(own) >= _TITLE and wanted.startswith(own)


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """The objects in some data, the outer ones first."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST:
        value = waiting.pop(0)
        seen += 1
        if isinstance(value, dict):
            yield value
            waiting.extend(v for v in value.values() if isinstance(v, dict | list))
        elif isinstance(value, list):
            waiting.extend(v for v in value if isinstance(v, dict | list))


def _text(value: Any) -> str:
    """A text, or the pieces of one."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    pieces = [_piece(piece) for piece in value]
    return "\n\n".join(piece for piece in pieces if piece)


def _piece(value: Any) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or _CALLED & value.keys():
        return ""
    named = map(value.get, _TEXTS)
    return next((text for text in named if isinstance(text, str)), "")


def _paragraphs(told: str) -> list[str]:
    """Markup as it would be shown; else a paragraph a line."""
    if _IS_MARKUP.search(told):
        return retold.paragraphs(told)
    lines: Sequence[str] = re.split(r"\n\s*\n", told) if "\n\n" in told else told.splitlines()
    return [text for text in map(squeeze, lines) if text]
