"""A page as one column of lines, as it is read from above: what each is made of and where it hangs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from lxml.etree import _Element

from crawler.blocks import BLOCKS
from crawler.listing import is_inside
from crawler.phrases import is_furniture

COLONS = (":", "：", "፦", "፡፡")
_MUTE = frozenset(["script", "style", "noscript", "template", "head", "option"])
_HEADING = re.compile(r"(?:^|\s)heading-h[2-5](?:$|\s)")
_PICTURES = frozenset(["img", "picture", "figure", "graphic"])
_TOGETHER = 0.3  # of the running text hangs in one element, or each paragraph has one of its own
_HOME = 0.1  # of the running text hangs in an element, and more hangs there by right


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the column: ``linked`` counts its characters in links to pages of the same site, ``box`` is what its element hangs in."""

    text: str
    linked: int
    tag: str
    box: _Element | None
    pictured: bool

    @property
    def is_linked(self) -> bool:
        """Whether it is, but for a label in front, one link to somewhere else."""
        return self.linked >= 12 and self.linked * 2 >= len(self.text)


class _Column:
    """Collects pieces of text until a block begins or ends."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._pictured = False
        self._link: _Element | None = None

    def take(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            self._linked += len(text.strip()) if self._link is not None else 0

    def flush(self, node: _Element) -> None:
        text = " ".join("".join(self._pieces).split())
        if text:
            self.lines.append(
                Line(text, self._linked, _tag(node), node.getparent(), self._pictured)
            )
            self._pictured = False
        self._pieces.clear()
        self._linked = 0

    def enter(self, node: _Element) -> None:
        if node.tag in _PICTURES:
            self._pictured = True
        if (
            node.tag == "a"
            and self._link is None
            and is_inside(node.get("href") or "#", self._host)
        ):
            self._link = node
        if node.tag == "br":
            self._pieces.append(" ")
        if node.tag not in _MUTE:
            self.take(node.text)

    def leave(self, node: _Element) -> None:
        if node is self._link:
            self._link = None


def _tag(node: _Element) -> str:
    """What a line is: a paragraph in an item is the item, and what is called a heading is one."""
    parent = node.getparent()
    if node.tag == "p" and parent is not None and parent.tag == "li" and len(parent) == 1:
        return "li"
    is_heading = node.tag == "div" and _HEADING.search(node.get("class") or "")
    return "h3" if is_heading or node.get("role") == "heading" else str(node.tag)


def lines(tree: _Element, host: str) -> list[Line]:
    """The lines of a page of that host, from top to bottom."""
    column = _Column(host)
    boxes: list[_Element] = [tree]
    for event, node in _walk(tree):
        if node.tag in BLOCKS:
            column.flush(boxes[-1])
        if event == "start":
            if node.tag in BLOCKS:
                boxes.append(node)
            column.enter(node)
            continue
        if node.tag in BLOCKS:
            boxes.pop()
        column.leave(node)
        if node is not tree:
            column.take(node.tail)
    column.flush(tree)
    return column.lines


def _walk(tree: _Element) -> Iterator[tuple[str, _Element]]:
    """Start and end of every element, without recursion."""
    stack: list[tuple[str, _Element]] = [("start", tree)]
    while stack:
        event, node = stack.pop()
        if not isinstance(node.tag, str):
            event = "end"
        yield event, node
        if event == "start":
            stack.append(("end", node))
            stack.extend(("start", child) for child in reversed(node))


def homes(told: Iterable[Line]) -> frozenset[_Element]:
    """The elements in which much of the running text hangs, of its lines."""
    sizes: Counter[_Element] = Counter()
    for line in told:
        if line.box is not None:
            sizes[line.box] += len(line.text)
    if sizes and max(sizes.values()) < _TOGETHER * sizes.total():
        return _shared_homes(sizes)
    least = _HOME * sizes.total()
    return frozenset(box for box, size in sizes.items() if size >= least)


def _shared_homes(sizes: Counter[_Element]) -> frozenset[_Element]:
    """Where each paragraph has a box of its own: the boxes beside each other in which much of the text hangs."""
    around: Counter[_Element | None] = Counter()
    for box, size in sizes.items():
        around[box.getparent()] += size
    least = _HOME * sizes.total()
    return frozenset(
        box for box, size in sizes.items() if max(size, around[box.getparent()]) >= least
    )


def led_in(column: list[Line], within: frozenset[_Element]) -> Iterator[int]:
    """The places of items that a line in those elements leads in with a colon, of which none is a link."""
    place = 0
    for box, items in groupby(column, key=lambda line: line.box if line.tag == "li" else None):
        listed = list(items)
        leader = column[place - 1] if place else None
        is_led = leader is not None and leader.box in within and _leads_in(leader.text)
        if box is not None and is_led and not any(line.is_linked for line in listed):
            yield from range(place, place + len(listed))
        place += len(listed)


def _leads_in(text: str) -> bool:
    """Whether a line ends with a colon, and is more than a label."""
    return text.endswith(COLONS) and len(text.split()) > 3 and not is_furniture(text)
