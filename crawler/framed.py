"""Lines of which a part changes from page to page: "By" and a name, "Read also:" and a title, a name and what he is.

They are known by their first or last words, where most pages of a layout have such a line.  A story's sentences
begin alike too: those of a bulletin are left alone, and so is what stands between two sentences of a story.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from crawler.fingerprint import CELL, HEADING, ITEM, TITLE, Mark

_FEW = 3  # pages, below which nothing is known
_OFTEN = 0.75  # of the pages have such a line
_TIMES = 3  # such lines on a page; where there are more it is how the site writes
_LITTLE = 0.15  # of a page's own text
_MOST = 0.25  # of what pages say once only may begin alike; more, and it is text


def framed(pages: Sequence[Sequence[Mark]], once: Iterable[int]) -> frozenset[int]:
    """The keys of first and last words that are furniture's; ``once`` are keys of lines that one page has."""
    alone = frozenset(once)
    seen: defaultdict[int, set[int]] = defaultdict(set)  # pages
    keys: defaultdict[int, set[int]] = defaultdict(set)
    lines: Counter[int] = Counter()
    for number, page in enumerate(pages):
        for mark in page:
            if not (mark.opening or mark.closing):
                continue
            for frame in _frames(mark):
                seen[frame].add(number)
                keys[frame].add(mark.key)
                lines[frame] += 1
    often = {
        frame
        for frame, numbers in seen.items()
        if len(numbers) >= max(_FEW, _OFTEN * len(pages))
        and len(keys[frame]) > 1
        and lines[frame] <= _TIMES * len(numbers)
    }
    return frozenset(often - _told(pages, alone, often))


def is_framed(mark: Mark, known: frozenset[int]) -> bool:
    """Whether a line has first or last words that are known."""
    return any(frame in known for frame in mark.frames)


def _frames(mark: Mark) -> tuple[int, ...]:
    is_part = mark.has(HEADING | TITLE) or (mark.has(ITEM) and not mark.has(CELL))
    return () if is_part else mark.frames


def _told(pages: Sequence[Sequence[Mark]], alone: frozenset[int], often: set[int]) -> set[int]:
    """Of these the first and last words of sentences that stories tell."""
    inside: Counter[int] = Counter()
    beside: Counter[int] = Counter()
    shares: list[float] = []
    for page in pages:
        prose = [(place, mark) for place, mark in enumerate(page) if mark.is_prose]
        alike = [(place, mark) for place, mark in prose if often.intersection(mark.frames)]
        own = [(place, mark.size) for place, mark in prose if mark.key in alone]
        own = [(place, size) for place, size in own if not often.intersection(page[place].frames)]
        shared = sum(mark.size for _, mark in alike)
        shares.append(shared / (shared + sum(size for _, size in own)) if shared else 0.0)
        for place, mark in alike:
            where = inside if _is_inside(place, own) else beside
            where.update(often.intersection(mark.frames))
    if sorted(shares)[len(shares) // 2] > _MOST:
        return {*inside, *beside}
    return {frame for frame, times in inside.items() if times > beside[frame]}


def _is_inside(place: int, own: list[tuple[int, int]]) -> bool:
    """Whether much of a page's own text stands before a line and much behind it; a reader's comment is little."""
    before = sum(size for other, size in own if other < place)
    whole = sum(size for _, size in own)
    return _LITTLE * whole < before < (1 - _LITTLE) * whole
