"""Elements by their class, id and other attributes: a page is read once for all that look for some.

Elements with the same tag, class and id are asked once, and what was answered is remembered over pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar, cast

from lxml.etree import XPath, _Element
from lxml.html import HtmlElement

from crawler.answers import Answers
from crawler.words import any_of

Test = Callable[[_Element], bool]
T = TypeVar("T")
_REMEMBERED = 4096  # answers to each question
_MOST_ALIKE = 4096  # kinds of elements of which a finder remembers what it found
_ASKED: list[str] = []  # every word that some test looks for in a class or id
_TAGS: set[str] = set()  # every tag, too
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def named(classes: str, ids: str = "") -> Test:
    """A test whether an element's class holds one of these parts, or its id one of those."""
    in_class, in_id = _parts(classes), _parts(ids) if ids else None

    def is_named(element: _Element) -> bool:
        said = element.get("class")
        if said and in_class(said):
            return True
        said = element.get("id") if in_id else None
        return bool(said and in_id and in_id(said))

    return is_named


_Alike = tuple[str, str | None, str | None]
_Placed = tuple[int, _Element]
_TOLD = XPath("//*[@itemprop or @property or @rel or @typeof or @pubdate or @data-testid]")


class Marks:
    """The elements of a whole page, of which any element may be given; it must not change any more.

    ``called`` are those whose class or id holds a word that some test looks for, by tag, class and id,
    ``plain`` the others with a tag that some test looks for, ``odd`` those with an attribute of ``_TOLD``: they are among the
    others, too.  Each has its place in the page with it.
    """

    __slots__ = ("called", "odd", "plain")

    def __init__(self, tree: _Element) -> None:
        root = tree.getroottree()
        told = set(cast("list[_Element]", _TOLD(root)))
        is_asked = _any_of_first(len(_ASKED))
        self.called: dict[_Alike, list[_Placed]] = {}
        self.plain: dict[str, list[_Placed]] = {}
        self.odd: set[_Placed] = set()
        for place, one in enumerate(root.iter("*")):
            name, mark = one.get("class"), one.get("id")
            if (name and is_asked(name)) or (mark and is_asked(mark)):
                self.called.setdefault((one.tag, name, mark), []).append((place, one))
            elif one.tag in _TAGS:
                self.plain.setdefault(one.tag, []).append((place, one))
            if one in told:
                self.odd.add((place, one))


def finder(
    test: Test, *tags: str, words: str = "", told: bool = False
) -> Callable[[Marks], list[HtmlElement]]:
    """What finds the elements of a page that pass a test, in their order.

    The test may ask for words in class and id, those of ``named`` and these; for these tags; if it is
    ``told``, for the attributes of ``_TOLD``, which may only speak for an element; and for nothing else.
    """
    answers: dict[_Alike, bool] = {}
    _ASKED.extend(words.split())
    _TAGS.update(tags)

    def found(marks: Marks) -> list[HtmlElement]:
        if len(answers) > _MOST_ALIKE:
            answers.clear()
        odd = marks.odd if told else set[_Placed]()
        places = {one for one in odd if test(one[1])}
        for like, ones in marks.called.items():
            if like not in answers and (one := next((o for o in ones if o not in odd), None)):
                answers[like] = test(one[1])
            if answers.get(like):
                places.update(ones)
        for tag in tags:
            ones = marks.plain.get(tag, [])
            places.update(ones if ones and test(ones[0][1]) else ())
        return [cast("HtmlElement", one) for _, one in sorted(places)]

    return found


def within(boxes: Iterable[_Element], tag: str) -> set[_Element]:
    """The elements with a tag inside some others."""
    return {one for box in boxes for one in box.iterdescendants(tag)}


def remembered(answer: Callable[[str], T]) -> Callable[[str], T]:
    """The same answers, those about short texts kept."""
    return Answers(answer, _REMEMBERED).__getitem__


def apart(name: str) -> str:
    """A class with the words of "detailSummary" parted as in "detail-Summary"."""
    return _HUMP.sub("-", name)


def _parts(words: str) -> Callable[[str], bool]:
    _ASKED.extend(words.split())
    found = re.compile("|".join(map(re.escape, words.split()))).search
    return remembered(lambda said: found(said) is not None)


@cache
def _any_of_first(many: int) -> Callable[[str], bool]:
    """Whether a name holds one of the first so many words that are looked for: hardly one in eight does."""
    found = re.compile(any_of(_ASKED[:many])).search
    return remembered(lambda said: found(said) is not None)
