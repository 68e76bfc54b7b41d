"""A live blog's entries with their times, in the order of the page: what other cutters shuffle or cut away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from copy import deepcopy
from dataclasses import dataclass

from lxml.etree import _Element
from lxml.html import HtmlElement

from crawler import boilerplate, phrases
from crawler.blocks import Block, blocks
from crawler.title import letters

_TIME = re.compile(
    r"(?:[aà]s?\s)?[0-2]?\d\s?(?:[:.hH]\s?[0-5]\d|h\b)(?:\s?(?:[ap]\.?m\.?|GMT|UTC|CET|EST|WAT|CAT|EAT|h))?(?:\s?[:–—-])?",
    re.IGNORECASE,
)
_LONGEST = 16  # characters of a time of day
_ENTRIES = 3
_HEADS = 4  # entries under headings; fewer are the hours of a timetable
_TOLD = 60  # characters of an entry; fewer are a teaser
_MOST = 0.5  # of the running text stands in the entries, or the page is about something else


@dataclass(frozen=True, slots=True)
class Live:
    """A live blog's entries, each behind its time of day as the page writes it; the places of the page's lines by their letters."""

    blocks: tuple[Block, ...]
    places: dict[str, int]

    def around(self, kept: list[Block]) -> list[Block]:
        """The entries, and what was kept of the text above, between and below them, in the page's order."""
        inner = {letters(block.text) for block in self.blocks}
        rest = deque(block for block in kept if letters(block.text) not in inner)
        merged: list[Block] = []
        for block in self.blocks:
            place = self.places.get(letters(block.text), -1)
            while rest and self.places.get(letters(rest[0].text), len(self.places)) < place:
                merged.append(rest.popleft())
            merged.append(block)
        return [*merged, *rest]


@dataclass(frozen=True, slots=True)
class _Entry:
    time: str
    element: _Element


def live(tree: HtmlElement) -> Live | None:
    """The live blog on a page, which is left as it is; None on other pages."""
    found = _entries(tree)
    if not found:
        return None
    told = [[block for block in _blocks(entry) if _is_told(block, entry)] for entry in found]
    places: dict[str, int] = {}
    for block in blocks(tree):
        places.setdefault(letters(block.text), len(places))
    listed = [
        block for entry, some in zip(found, told, strict=True) for block in _timed(entry, some)
    ]
    return Live(tuple(listed), places)


def _timed(entry: _Entry, told: list[Block]) -> list[Block]:
    """The entry behind its time, unless it begins with it."""
    if not told or any(block.text.startswith(entry.time) for block in told):
        return told
    return [Block(entry.time, "text"), *told]


def _blocks(entry: _Entry) -> list[Block]:
    copy = deepcopy(entry.element)
    copy.tail = None
    boilerplate.strip(copy)
    return blocks(copy)


def _entries(tree: HtmlElement) -> list[_Entry]:
    """Boxes beside each other that have a time of day each and tell something; none on other pages."""
    marks = [
        (element, text)
        for element in tree.iter()
        if (text := (element.text or "").strip())
        and len(text) <= _LONGEST
        and isinstance(element.tag, str)
        and element.tag not in ("script", "style", "option")
        and _TIME.fullmatch(text)
    ]
    if len(marks) < _ENTRIES:
        return []
    held = Counter(box for mark, _ in marks for box in mark.iterancestors())
    beside: defaultdict[_Element, list[_Entry]] = defaultdict(list)
    heads: defaultdict[_Element, list[_Entry]] = defaultdict(list)
    for mark, text in marks:
        box = mark
        while (parent := box.getparent()) is not None and held[parent] == 1:
            box = parent
        if parent is not None and _tells(box):
            beside[parent].append(_Entry(text, box))
        elif parent is not None and _size(box) <= _LONGEST:
            heads[parent].append(_Entry(text, box))
    home, found = max(beside.items(), key=lambda item: len(item[1]), default=(None, []))
    if home is None or len(found) < _ENTRIES:
        home, found = max(heads.items(), key=lambda item: len(item[1]), default=(None, []))
        found = _below(found) if len(found) >= _HEADS else []
    if home is None or len(found) < _ENTRIES or _is_of_readers(home):
        return []
    told = sum(boilerplate.prose_of(entry.element) for entry in found)
    return found if told >= _MOST * boilerplate.prose_of(tree) else []


def _below(heads: list[_Entry]) -> list[_Entry]:
    """Of times that stand as headings in one box what follows each, up to the next, in boxes of copies."""
    places = {head.element for head in heads}
    found = []
    for head in heads:
        box = HtmlElement()
        box.tag = "div"
        for other in head.element.itersiblings():
            if other in places:
                break
            box.append(deepcopy(other))
        if _tells(box):
            found.append(_Entry(head.time, box))
    return found


def _size(box: _Element) -> int:
    return len("".join(map(str, box.itertext())).strip())


def _tells(box: _Element) -> bool:
    """Whether there is text in a box, most of it in no link."""
    whole = len(" ".join("".join(map(str, box.itertext())).split()))
    linked = sum(len("".join(map(str, link.itertext()))) for link in box.iter("a"))
    return whole >= _TOLD and linked * 2 < whole


def _is_of_readers(home: _Element) -> bool:
    return any(boilerplate.is_named_comments(box) for box in (home, *home.iterancestors()))


def _is_told(block: Block, entry: _Entry) -> bool:
    return block.text != entry.time and not phrases.is_furniture(block.text)
