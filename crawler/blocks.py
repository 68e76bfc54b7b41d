"""A tree's text as blocks: paragraphs, subheadings, list items, table cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from lxml.etree import _Element

Kind = Literal["head", "item", "cell", "text"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("head", "h1", "h2", "h3", "h4", "h5", "h6", "summary"), "head"),
    **dict.fromkeys(("item", "li", "dd", "dt"), "item"),
    **dict.fromkeys(("cell", "td", "th"), "cell"),
}
BLOCKS = frozenset(
    [
        "p",
        "quote",
        "row",
        "code",
        "list",
        "table",
        "body",
        "div",
        "section",
        "article",
        "main",
        "figure",
        "blockquote",
        "html",
        "center",
        "ul",
        "ol",
        "pre",
        "tr",
        "dl",
        "tbody",
        "thead",
        "tfoot",
        "header",
        "hr",
        "address",
        "details",
    ]
) | frozenset(_KINDS)
_ANCHOR = re.compile(r"\s[#¶§🔗]+$")  # a heading's link to itself


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, subheading, list item or table cell; ``row`` counts the rows of all tables."""

    text: str
    kind: Kind
    row: int = 0


def blocks(body: _Element) -> list[Block]:
    """Every block in page order, blanks collapsed; a doubled line break parts blocks too."""
    found: list[Block] = []
    kinds: list[Kind] = ["text"]
    pieces: list[str] = []
    row = 0

    def flush() -> None:
        text = " ".join("".join(pieces).split())
        text = _ANCHOR.sub("", text) if kinds[-1] == "head" else text
        pieces.clear()
        if text:
            found.append(Block(text, kinds[-1], row))

    for event, node in _walk(body):
        if event == "break":
            if _is_break(node.getnext()) and not (node.tail or "").strip():
                flush()
            pieces.append("\n")
        elif node.tag in BLOCKS:
            flush()
            row += event == "start" and node.tag in ("row", "tr")
            if event == "start":
                kinds.append(_KINDS.get(str(node.tag), kinds[-1]))
            else:
                kinds.pop()
        if event == "start":
            pieces.append(node.text or "")
        elif node is not body:
            pieces.append(node.tail or "")
    flush()
    return list(_rows(found))


def _rows(found: list[Block]) -> Iterator[Block]:
    """Cells of one row as one block, where several such rows make a table: old pages are laid out in cells."""
    groups = [list(g) for _, g in groupby(found, key=lambda b: b.row if b.kind == "cell" else 0)]
    data = {cells[0].row for cells in groups if cells[0].kind == "cell" and _is_data(cells)}
    for cells in groups:
        row = cells[0].row
        if row in data and cells[0].kind == "cell" and data & {row - 1, row + 1}:
            yield Block(" | ".join(cell.text for cell in cells), "cell", row)
        else:
            yield from cells


def _is_data(cells: list[Block]) -> bool:
    return len(cells) > 1 and max(len(cell.text) for cell in cells) < 80


def _is_break(node: _Element | None) -> bool:
    return node is not None and node.tag in ("lb", "br")


def _walk(element: _Element) -> Iterator[tuple[str, _Element]]:
    """Start and end of every element, without recursion: pages are nested two thousand deep."""
    stack: list[tuple[str, _Element]] = [("start", element)]
    while stack:
        event, node = stack.pop()
        if event == "start" and not isinstance(node.tag, str):
            yield "end", node
        elif event == "start" and node.tag in ("lb", "br"):
            yield "break", node
        else:
            yield event, node
            if event == "start":
                stack.append(("end", node))
                stack.extend(("start", child) for child in reversed(node))
