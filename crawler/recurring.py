"""What recurs on a site is not the article: lines learned from other pages of the host, and their removal."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from crawler.fingerprint import (
    HEADING,
    ITEM,
    LINKED,
    SENTENCE,
    TITLE,
    Row,
    is_sentence,
    rows,
    said,
    teased,
)
from crawler.framed import is_framed

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

    from crawler.blocks import Block

_LEAST = 120  # characters of sentences that are left, or nothing that recurs was furniture
_PART = 0.12  # of a page's sentences that are left at least
_ENDING = -3.0
_BIO = 320  # characters of what is told of an author
_TEASED = 0.1  # of its weight has the text of a teaser
_BEHIND = 0.6  # of a page's own sentences stand behind the end
_BEFORE = 300  # characters of sentences that stand before the end of an article


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What recurs on a host; ``id`` is twelve hex digits that change when it does.

    ``lines`` are hashes of what lines say and keys of short ones, ``places`` are where no sentence
    stands, ``ends`` keys of lines behind which no article goes on.
    """

    host: str
    id: str
    lines: frozenset[int]
    places: frozenset[int] = frozenset()
    ends: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls, host: str, lines: frozenset[int], places: frozenset[int], ends: frozenset[int]
    ) -> Self:
        """With the id that its content has."""
        id_ = hashlib.sha256(_canonical(host, lines, places, ends).encode()).hexdigest()[:12]
        return cls(host=host, id=id_, lines=lines, places=places, ends=ends)

    def to_json(self) -> str:
        """The canonical form, of which the id is made."""
        return _canonical(self.host, self.lines, self.places, self.ends)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What ``to_json`` wrote."""
        found = json.loads(text)
        sets = (frozenset(int(word, 16) for word in found[name]) for name in _SETS)
        return cls.of(found["host"], *sets)


_SETS = ("lines", "places", "ends")


def _canonical(host: str, *sets: frozenset[int]) -> str:
    named = {
        name: [f"{n:x}" for n in sorted(found)] for name, found in zip(_SETS, sets, strict=True)
    }
    return json.dumps({"host": host, **named}, separators=(",", ":"))


def stripped(
    tree: HtmlElement, learned: Learned | None, lines: list[Row] | None = None
) -> HtmlElement:
    """A copy of the tree without what recurs, or itself where nothing does; ``lines`` are its rows, if at hand."""
    if learned is None:
        return tree
    found = rows(tree) if lines is None else lines
    titles = _titles(tree, found)
    gone = _doomed([row for row in found if row.text not in titles], learned)
    if not gone:
        return tree
    copy = deepcopy(tree)
    twins = dict(zip(tree.iter(), copy.iter(), strict=True))
    pieces = [(twins[element], is_tail) for row in gone for element, is_tail in row.pieces]
    for element, is_tail in pieces:
        if is_tail:
            element.tail = None
        else:
            element.text = None
    for element, is_tail in pieces:
        _prune(element.getparent() if is_tail else element)
    return copy


def _titles(tree: HtmlElement, found: list[Row]) -> set[str]:
    """The lines that are the page's headline: they show where the article begins."""
    title = " ".join((tree.findtext(".//title") or "").split())
    return {
        row.text
        for row in found
        if row.mark.has(TITLE) or (len(row.text) >= 20 and title.startswith(row.text))
    }


def _doomed(found: list[Row], learned: Learned) -> list[Row]:
    """The rows that are not the article; none of its sentences if too little were left of it.

    Short lines stay for now, but between two sentences: they show where an article begins and ends.
    """
    end = _end(found, learned)
    body, gone = found[:end], found[end:]
    away = [
        row
        for place, row in enumerate(body)
        if (
            _is_away(row, learned) and (row.mark.has(LINKED | SENTENCE) or _is_between(body, place))
        )
        or (place > 0 and _tells_of(body, place, learned))
    ]
    left = _sentences(body) - _sentences(away)
    if left < max(_LEAST, _PART * _sentences(body)) and _sentences(away):
        away = [row for row in away if not row.mark.has(SENTENCE)]
    return [*away, *gone]


def _tells_of(found: list[Row], place: int, learned: Learned) -> bool:
    """Whether a sentence behind a name that recurs tells of who bears it, and no text goes on behind it."""
    row, before = found[place], found[place - 1]
    name = before.text.casefold()
    if not _ends(before, learned) or not 2 <= len(name.split()) <= 4 or is_sentence(name):
        return False
    if place + 1 < len(found) and found[place + 1].mark.is_prose:
        return False
    return row.mark.is_prose and len(row.text) < _BIO and name in row.text.casefold()


def _is_between(found: list[Row], place: int) -> bool:
    around = (found[place - 1], found[place + 1]) if 0 < place < len(found) - 1 else ()
    return bool(around) and all(row.mark.is_prose for row in around)


def _is_away(row: Row, learned: Learned) -> bool:
    mark = row.mark
    if mark.key in learned.lines or is_framed(mark, learned.lines):
        return True
    return mark.place in learned.places and not mark.is_prose


def _sentences(found: list[Row]) -> int:
    return sum(len(row.text) for row in found if row.mark.is_prose)


def _end(found: list[Row], learned: Learned) -> int:
    """How many rows stand before the article's end: what follows weighs against it more than for it."""
    homes = _homes(found, learned)
    result, total, best = len(found), 0.0, 0.0
    gap: list[float] = []
    pairs = teased([row.mark for row in found], learned.lines)
    for place, row in enumerate(found):
        weight = _weight(row, learned) if row.mark.box in homes else _weight(row, learned) / 2
        if weight <= 0:
            gap.append(weight)
            continue
        if place in pairs or _is_teased(found, place):
            weight *= _TEASED
        total += max(sum(gap), _floor(gap)) + weight
        gap.clear()
        if total >= best:
            best, result = total, place + 1
    result = next(
        (place for place in range(result, len(found)) if _ends(found[place], learned)), len(found)
    )
    behind = _sentences([row for row in found[result:] if not _is_away(row, learned)])
    whole = _sentences([row for row in found if not _is_away(row, learned)])
    return result if best >= _BEFORE / 100 and behind <= _BEHIND * whole else len(found)


def _ends(row: Row, learned: Learned) -> bool:
    return row.mark.key in learned.ends or is_framed(row.mark, learned.ends)


def _floor(gap: list[float]) -> float:
    """What a gap weighs at most: an appeal between two paragraphs is none of the article's end."""
    ending = sum(weight <= _ENDING / 2 for weight in gap)
    return _ENDING * ending if ending > 1 else _ENDING / 2


def _is_teased(found: list[Row], place: int) -> bool:
    """Whether a sentence stands among links, behind one of them."""
    around = found[max(0, place - 2) : place + 2]
    behind_link = place > 0 and found[place - 1].mark.has(LINKED)
    return behind_link and sum(row.mark.has(LINKED) for row in around) > 1


def _homes(found: list[Row], learned: Learned) -> frozenset[int]:
    """The boxes in which much of the page's own text hangs."""
    sizes: Counter[int] = Counter()
    for row in found:
        if row.mark.is_prose and not _is_away(row, learned):
            sizes[row.mark.box] += len(row.text)
    return frozenset(box for box, size in sizes.items() if size >= 0.1 * sizes.total())


def _weight(row: Row, learned: Learned) -> float:
    """How much a row speaks for (or against) the article still going on."""
    mark = row.mark
    if _ends(row, learned):
        return _ENDING
    if _is_away(row, learned):
        return 0.0
    if mark.is_prose:
        return min(len(row.text) / 100, 4.0)
    if mark.has(LINKED):
        return -1.0
    return -0.1 if mark.has(HEADING | ITEM) else -0.6


def _prune(element: _Element | None) -> None:
    """Remove elements in which nothing is left."""
    while element is not None and not len(element) and not (element.text or "").strip():
        parent = element.getparent()
        if parent is None or element.tag in ("body", "img", "br"):
            return
        if element.tail and element.tail.strip():
            before = element.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + element.tail
            else:
                parent.text = (parent.text or "") + element.tail
        parent.remove(element)
        element = parent


def without(found: list[Block], learned: Learned | None) -> list[Block]:
    """The blocks that do not recur; all of them if too little were left."""
    if learned is None:
        return found
    kept = list(_between(found, learned))
    size, whole = (sum(len(block.text) for block in blocks) for blocks in (kept, found))
    return kept if size >= max(_LEAST, _PART * whole) else found


def _between(found: list[Block], learned: Learned) -> Iterator[Block]:
    """Without what recurs; subheadings and items that say what a menu says stay inside the text."""
    recur = [said(block.text) in learned.lines for block in found]
    own = [
        place for place, block in enumerate(found) if is_sentence(block.text) and not recur[place]
    ]
    for place, block in enumerate(found):
        is_inside = bool(own) and own[0] < place < own[-1]
        is_part = block.kind != "text" and not is_sentence(block.text)
        if not recur[place] or (is_inside and is_part):
            yield block
