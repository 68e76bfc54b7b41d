"""What trafilatura left out between two paragraphs that it took: lists, subheadings, quotes, short lines."""

from __future__ import annotations

from itertools import islice, takewhile

from lxml.etree import _Element
from lxml.html import HtmlElement

from crawler.blocks import Block, blocks
from crawler.column import COLONS, Line
from crawler.listing import is_inside
from crawler.title import letters

_MENDED = frozenset(["ul", "ol", "h2", "h3", "h4", "h5", "blockquote", "p"])
_BARRIERS = frozenset(["article", "section", "table", "h1"])
_PIECE = 30  # letters of a block that is a piece of a line, because it was parted
_STEPS = 3  # up from the boxes in which two lines hang
_MOST = 30  # blocks in one gap; a longer one is another thing than a gap


def mended(tree: HtmlElement, found: list[Block], host: str) -> list[Block]:
    """The blocks with what stands between neighbours of theirs, in one box of the tree of a page of that host."""
    places = {letters(block.text): place for place, block in enumerate(found)}
    missing: dict[int, list[Block]] = {}
    for box in {
        id(p): p for p in (e.getparent() for e in tree.iter("p")) if p is not None
    }.values():
        _fill(box, host, places, missing)
    if not missing:
        return found
    return [b for place, block in enumerate(found) for b in (block, *missing.get(place, ()))]


def filled(found: list[Block], column: list[tuple[Line, bool]]) -> list[Block]:
    """The blocks with what lines of the article between two of them, or before the first, say and none of them does.

    The column is what stands on the page, and whether it may be the article's.  Behind the last block
    a list goes on that it leads in.
    """
    marks = [letters(block.text) for block in found]
    whole = "\n".join(marks)
    places: dict[str, int] = {}
    for place, mark in enumerate(marks):
        places.setdefault(mark, place)
    missing: dict[int, list[Block]] = {}
    last: int | None = None
    gap: list[Block] = []
    before: list[Line] = []
    for line, is_own in column:
        said = letters(line.text)
        if said in places:
            if last is not None and last < places[said] and 0 < len(gap) <= _MOST:
                missing.setdefault(last, []).extend(gap)
            elif last is None and places[said] == 0:
                gap = [_block(one) for one in before if _is_near(one, line)]
                missing[-1] = gap[-_MOST:]
            last, gap = places[said], []
        elif (
            is_own
            and said not in whole
            and not any(mark in said for mark in marks if len(mark) > _PIECE)
        ):
            gap.append(_block(line))
            before.append(line)
    if last == len(found) - 1 and found[last].text.endswith(COLONS):
        listed = takewhile(lambda block: block.kind == "item", gap)
        missing.setdefault(last, []).extend(listed)
    if not missing:
        return found
    rest = [b for place, block in enumerate(found) for b in (block, *missing.get(place, ()))]
    return [*missing.get(-1, ()), *rest]


def _block(line: Line) -> Block:
    return Block(line.text, "item" if line.tag == "li" else "text")


def _is_near(one: Line, other: Line) -> bool:
    """Whether two lines hang in one box of the page, some steps up, that is not all of it."""
    return not set(_around(one.box)).isdisjoint(_around(other.box))


def _around(box: _Element | None) -> list[_Element]:
    outer = [] if box is None else [box, *islice(box.iterancestors(), _STEPS)]
    return [one for one in outer if one.tag not in ("body", "html")]


def _fill(
    box: _Element, host: str, places: dict[str, int], missing: dict[int, list[Block]]
) -> None:
    """Gaps in one box: children without a place between two that have one."""
    last: int | None = None
    gap: list[Block] = []
    for child in box:
        if child.tag not in _MENDED:
            last, gap = (None, []) if child.tag in _BARRIERS else (last, gap)
            continue
        inner = blocks(child)
        known = [places[key] for key in (letters(block.text) for block in inner) if key in places]
        if known:
            if last is not None and last < known[0] and 0 < len(gap) <= _MOST:
                missing.setdefault(last, []).extend(gap)
            last, gap = known[-1], []
        elif not _is_linked(child, host):
            gap.extend(inner)


def _is_linked(element: _Element, host: str) -> bool:
    """Whether most of its text is links to other pages of the site: teasers, not the article."""
    whole = sum(len(str(text)) for text in element.itertext())
    links = (link for link in element.iter("a") if is_inside(link.get("href") or "#", host))
    linked = sum(len(str(text)) for link in links for text in link.itertext())
    return linked * 2 > whole
