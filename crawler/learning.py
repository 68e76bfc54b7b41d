"""What recurs on the pages of a host, and is furniture: learned from the fingerprints of its articles.

Text recurs as well: the background of a conflict closes a third of the stories, a daily bulletin
repeats half of yesterday's.  What tells furniture apart is how many pages of one layout have it,
whether it stands before, between or behind what is said once only, and in what boxes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, chain
from operator import attrgetter

from crawler.fingerprint import (
    APPEAL,
    CELL,
    HEADING,
    ITEM,
    LINKED,
    SENTENCE,
    TITLE,
    Fingerprint,
    Mark,
    teased,
    unpacked,
)
from crawler.framed import framed, is_framed
from crawler.recurring import Learned

WINDOW = 30  # articles of a host that are looked at, the newest
_ALIKE = 0.6  # of the lines of two pages stand in places that both have: one layout
_SAME = 0.8  # of the characters in sentences of two pages are the same: one article
_OFTEN = 0.75  # of the pages have a sentence that is no article's
_HALF = 0.5  # of the pages have a sentence that speaks to readers
_SOME = 0.2  # of the pages have a short line
_KNOWN = 0.3  # of a page's short lines are known to recur, or the layout is another
_FEW = 3  # pages, below which nothing is known of sentences
_WOVEN = 0.25  # of the text between the first and last own sentence may recur; more, and it is text
_NOTHING, _LITTLE = 0.05, 0.2  # of the page's own sentences stand behind a line that ends articles
_VOICE = 160  # characters of a reader's comment
_VOICES = 0.2  # of a page's own sentences are readers' comments
_TEXT = 0.1  # of a page's own sentences stand in a box of the article
_BUILT = attrgetter("place", "box", "flags")


def learn(host: str, newest_first: Sequence[Fingerprint]) -> Learned | None:
    """What recurs on these pages; None while there is but one article."""
    articles = _articles(newest_first)
    if len(articles) < 2:
        return None
    layouts = [_Layout(pages) for pages in _layouts(articles) if len(pages) > 1]
    keys = {key for layout in layouts for key in layout.furniture}
    lines = keys.union(*(layout.said(keys) for layout in layouts))
    places = {place for layout in layouts for place in layout.places()}
    ends = {said for layout in layouts for said in layout.ends()}
    return Learned.of(host, frozenset(lines), frozenset(places), frozenset(ends))


def is_strange(page: Fingerprint, learned: Learned) -> bool:
    """Whether a page has so little of what its host had until now that it may be of a new layout."""
    short = {mark.said for mark in _page(page.packed).marks if not mark.is_prose}
    return len(short & learned.lines) < _KNOWN * min(len(short), len(learned.lines))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's lines with what is asked of each more than once: its key, and of sentences what they say."""

    marks: list[Mark]
    keys: list[int]
    sentences: dict[int, int]  # their sizes


@lru_cache(2 * WINDOW)
def _page(packed: bytes) -> _Page:
    """Two thirds of the pages were looked at when their host was last learned."""
    marks = [Mark._make(values) for values in unpacked(packed)]
    told = {mark.said: mark.size for mark in marks if mark.is_prose}
    return _Page(marks, [mark.key for mark in marks], told)


def _articles(newest_first: Iterable[Fingerprint]) -> list[_Page]:
    """One page an article, not two captures of it, nor its AMP and print versions; in an order of their own."""
    kept: list[tuple[Fingerprint, _Page]] = []
    for found in newest_first:
        page = _page(found.packed)
        if not any(_is_same(found, page, *other) for other in kept):
            kept.append((found, page))
        if len(kept) == WINDOW:
            break
    return [page for _, page in sorted(kept, key=lambda one: one[0].key)]


def _is_same(one: Fingerprint, page: _Page, other: Fingerprint, their_page: _Page) -> bool:
    if one.key == other.key or one.headline == other.headline:
        return True
    sentences, theirs = page.sentences, their_page.sentences
    shared = sum(sentences[said] for said in sentences.keys() & theirs.keys())
    return shared > _SAME * min(sum(sentences.values()), sum(theirs.values()))


def _layouts(articles: list[_Page]) -> list[list[_Page]]:
    """The pages in groups that are built alike."""
    groups: list[tuple[Counter[int], list[_Page]]] = []
    for page in articles:
        places = Counter(mark.place for mark in page.marks)
        for theirs, pages in groups:
            if _are_alike(places, theirs):
                pages.append(page)
                break
        else:
            groups.append((places, [page]))
    return [pages for _, pages in groups]


def _are_alike(one: Counter[int], other: Counter[int]) -> bool:
    """Whether most lines of either page stand in places that the other has as well."""
    shared = one.keys() & other.keys()
    return all(
        sum(places[place] for place in shared) >= _ALIKE * places.total() for places in (one, other)
    )


def _without_voices(page: list[Mark], own: list[int]) -> list[int]:
    """The places of own sentences without the short ones that stand alone at the end: readers' comments."""
    whole = sum(page[place].size for place in own)
    behind = 0
    while len(own) > 1 and own[-2] < own[-1] - 1 and page[own[-1]].size < _VOICE:
        behind += page[own[-1]].size
        if behind > _VOICES * whole:
            break
        own = own[:-1]
    return own


@dataclass(slots=True)
class _Line:
    """What is known of a line over the pages: on how many it is, and where it stands on them."""

    pages: int = 0
    times: int = 0  # between own sentences
    woven: int = 0  # between own sentences
    headed: int = 0  # an own sentence follows it at once
    apart: int = 0  # no own sentence stands next to it
    after: list[float] = field(default_factory=list)  # parts of the page's own sentences behind it
    marks: list[Mark] = field(default_factory=list)

    @property
    def mark(self) -> Mark:
        return self.marks[0]

    def note(self, mark: Mark, after: float, *, woven: bool) -> None:
        self.pages += 1
        self.woven += woven
        self.after.append(after)
        self.marks.append(mark)


@dataclass(slots=True)
class _Place:
    pages: int = 0
    lines: int = 0
    prose: int = 0
    linked: int = 0
    woven: int = 0
    heads: int = 0
    boxes: set[int] = field(default_factory=set)


class _Layout:
    """The pages of one layout."""

    def __init__(self, pages: list[_Page]) -> None:
        self._pages = pages
        self._count = len(pages)
        self._times = Counter(chain.from_iterable(set(page.keys) for page in pages))
        self._recurring = frozenset(key for key, times in self._times.items() if times > 1)
        marks = [page.marks for page in pages]
        self._framed = framed(marks, self._times.keys() - self._recurring)
        self._titles = {mark.said for page in marks for mark in page if mark.flags & TITLE}
        self._own = [self._own_of(page) for page in pages]
        self._text_boxes = self._boxes_of_text()
        self._lines: dict[int, _Line] = defaultdict(_Line)
        self._places: dict[int, _Place] = defaultdict(_Place)
        for page, own in zip(pages, self._own, strict=True):
            self._read(page, own)

    def _own_of(self, page: _Page) -> list[int]:
        """The places of the sentences that no other page has."""
        lines = enumerate(zip(page.marks, page.keys, strict=True))
        return [place for place, (mark, key) in lines if mark.is_prose and self._is_own(mark, key)]

    def _is_own(self, mark: Mark, key: int) -> bool:
        if key in self._recurring or mark.said in self._titles:
            return False
        return not is_framed(mark, self._framed)

    def _boxes_of_text(self) -> frozenset[int]:
        """The boxes that hold a good part of what pages say once only."""
        often: Counter[int] = Counter()
        for page, own in zip(self._pages, self._own, strict=True):
            sizes: Counter[int] = Counter()
            for place in own:
                mark = page.marks[place]
                sizes[mark.box] += mark.size
            most = max(sizes.values(), default=0)
            often.update(
                box
                for box, size in sizes.items()
                if size >= _TEXT * sizes.total() and size >= 0.2 * most
            )
        return frozenset(box for box, times in often.items() if times * 3 >= self._count)

    def _read(self, page: _Page, all_own: list[int]) -> None:
        marks = page.marks
        text = {place for place in all_own if marks[place].box in self._text_boxes}
        own = _without_voices(marks, sorted(text))
        first, last = (own[0], own[-1]) if own else (0, -1)
        self._note_places(marks, first, last)
        sizes = [0] * len(marks)
        for place in own:
            sizes[place] = marks[place].size
        for place in teased(marks, self._recurring):
            sizes[place] = 0
        before = list(accumulate(sizes))
        keyed = [(place, key) for place in range(len(marks)) for key in self._keys(page, place)]
        seen: dict[int, int] = {key: place for place, key in keyed}
        after: dict[int, float] = {}  # the first time
        for place, key in keyed:
            line, is_woven = self._lines[key], first < place < last
            line.times += is_woven
            if key not in after:
                after[key] = 1 - before[place] / before[-1] if before[-1] else 0.0
            if seen[key] == place:
                line.note(marks[place], after[key], woven=is_woven)
                headed = place + 1 in text
                line.headed += headed
                line.apart += not headed and place - 1 not in text

    def _note_places(self, marks: list[Mark], first: int, last: int) -> None:
        """What stands where; ``first`` and ``last`` are the places of own sentences."""
        inside, outside = marks[first : last + 1], marks[:first] + marks[last + 1 :]
        for is_woven, part in ((True, inside), (False, outside)):
            for (place, box, flags), count in Counter(map(_BUILT, part)).items():
                about = self._places[place]
                about.lines += count
                about.prose += count * (flags & (SENTENCE | LINKED) == SENTENCE)
                about.linked += count * bool(flags & LINKED)
                about.woven += count * is_woven
                about.heads += count * bool(flags & (HEADING | ITEM | TITLE))
                about.boxes.add(box)
        for place in {mark.place for mark in marks}:
            self._places[place].pages += 1

    def _keys(self, page: _Page, place: int) -> list[int]:
        """By which a line is known on other pages."""
        key, mark = page.keys[place], page.marks[place]
        whole = [key] if key in self._recurring else []
        if not (self._framed and (mark.opening or mark.closing)):
            return whole
        return [*whole, *self._framed.intersection(mark.frames)]

    def said(self, keys: set[int]) -> set[int]:
        """What the lines of these keys say, wherever they stand."""
        return {self._lines[key].mark.said for key in keys - self._framed if key in self._lines}

    @cached_property
    def furniture(self) -> set[int]:
        """The keys of the lines that are furniture."""
        whole = (item for item in self._lines.items() if item[0] not in self._framed)
        found = {key for key, line in whole if self._is_furniture(line)}
        return found - self._woven(found) | self._framed

    def _is_furniture(self, line: _Line) -> bool:
        share, mark = line.pages / self._count, line.mark
        is_inside = line.woven * 2 > line.pages
        if mark.has(TITLE):
            return False
        if not mark.is_prose:
            return self._is_short_furniture(line, share, is_inside)
        if mark.has(APPEAL):
            return share >= _HALF
        is_beside = not any(m.box in self._text_boxes for m in line.marks)
        if self._count < _FEW:  # the end of two stories may tell of the same conflict
            return not is_inside and (is_beside or line.apart == line.pages)
        return line.pages >= _FEW and share >= (_SOME if is_beside else _OFTEN)

    def _is_short_furniture(self, line: _Line, share: float, is_inside: bool) -> bool:
        mark = line.mark
        if not is_inside:
            return share >= _SOME
        if mark.has(LINKED):
            return share >= _SOME
        if line.times > 1.5 * line.pages:
            return False  # "For" and "against": the parts that stories of a kind have
        if mark.box not in self._text_boxes:
            return share >= _SOME
        if line.pages < _FEW or share < _OFTEN:
            return False
        is_part = mark.has(HEADING) or (mark.has(ITEM) and not mark.has(CELL))
        return not is_part or line.headed * 3 <= line.pages

    def _woven(self, found: set[int]) -> set[int]:
        """Sentences that were taken for furniture though the text is woven of such: a bulletin's."""
        shares = []
        for page, places in zip(self._pages, self._own, strict=True):
            marks = page.marks
            own = sum(marks[p].size for p in places if marks[p].box in self._text_boxes)
            told = (m for m in marks if m.is_prose and m.box in self._text_boxes)
            rest = sum(m.size for m in told if self._is_inner(m, found))
            shares.append(rest / (own + rest) if own + rest else 0.0)
        if sorted(shares)[len(shares) // 2] <= _WOVEN:
            return set()
        return {key for key in found if self._is_textual(self._lines[key].mark)}

    def _is_textual(self, mark: Mark) -> bool:
        return mark.is_prose and mark.box in self._text_boxes

    def _is_inner(self, mark: Mark, found: set[int]) -> bool:
        key = mark.key
        return key in found and self._lines[key].woven * 2 > self._lines[key].pages

    def places(self) -> set[int]:
        """Where no page has a sentence, nor anything else of its article."""
        return {place for place, about in self._places.items() if self._is_aside(about)}

    def _is_aside(self, about: _Place) -> bool:
        if about.pages < _FEW or about.prose or about.heads or about.boxes & self._text_boxes:
            return False
        return about.woven * 5 < about.lines or about.linked * 10 >= about.lines * 9

    def ends(self) -> set[int]:
        """Of the furniture what stands behind the article, if comments and teasers may follow it."""
        return {key for key in self.furniture if self._is_behind(self._lines[key])}

    def _is_behind(self, line: _Line) -> bool:
        if line.headed * 2 >= line.pages:
            return False
        after = sorted(line.after)
        if len(after) < _FEW:
            return after[-1] <= _NOTHING
        return after[len(after) // 2] <= _LITTLE and after[len(after) * 3 // 4] <= 2 * _LITTLE
