"""Elements by their class, id and other attributes: a page is read once for all that look for some.

Elements with the same tag, class and id are asked once, and what was answered is remembered over pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar, cast

from lxml.etree import XPath, _Element
from lxml.html import HtmlElement

Test = Callable[[_Element], bool]
T = TypeVar("T")
_REMEMBERED = 4096  # answers to each question
_SHORT = 300  # characters
_MOST_ALIKE = 4096  # kinds of elements of which a finder remembers what it found
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


class Marks:
    """The elements of a whole page, of which any element may be given; it must not change any more.

    ``alike`` are those with the same tag, class and id, ``odd`` those with an attribute of ``_TOLD``, each
    with its place in the page.
    """

    __slots__ = ("alike", "odd")

    def __init__(self, tree: _Element) -> None:
        root = tree.getroottree()
        odd = set(cast("list[_Element]", _TOLD(root)))
        self.alike: dict[_Alike, list[tuple[int, _Element]]] = {}
        self.odd: list[tuple[int, _Element]] = []
        for place, one in enumerate(root.iter("*")):
            if one in odd:
                self.odd.append((place, one))
            else:
                like = (one.tag, one.get("class"), one.get("id"))
                self.alike.setdefault(like, []).append((place, one))


_Alike = tuple[str, str | None, str | None]
_TOLD = XPath("//*[@itemprop or @property or @rel or @typeof or @pubdate or @data-testid]")


def finder(test: Test) -> Callable[[Marks], list[HtmlElement]]:
    """What finds the elements of a page that pass a test, in their order.

    The test may ask for tag, class, id and the attributes of ``_TOLD``, and for nothing else.
    """
    answers: dict[_Alike, bool] = {}

    def found(marks: Marks) -> list[HtmlElement]:
        if len(answers) > _MOST_ALIKE:
            answers.clear()
        places = [one for one in marks.odd if test(one[1])]
        for like, ones in marks.alike.items():
            answer = answers.get(like)
            if answer is None:
                answer = answers[like] = test(ones[0][1])
            if answer:
                places += ones
        return [cast("HtmlElement", one) for _, one in sorted(places)]

    return found


def within(boxes: Iterable[_Element], tag: str) -> set[_Element]:
    """The elements with a tag inside some others."""
    return {one for box in boxes for one in box.iterdescendants(tag)}


def remembered(answer: Callable[[str], T]) -> Callable[[str], T]:
    """The same answers, those about short texts kept: long ones seldom come again, and would fill the memory."""
    kept = lru_cache(_REMEMBERED)(answer)
    return lambda said: kept(said) if len(said) <= _SHORT else answer(said)


def apart(name: str) -> str:
    """A class with the words of "detailSummary" parted as in "detail-Summary"."""
    return _HUMP.sub("-", name)


def _parts(words: str) -> Callable[[str], bool]:
    found = re.compile("|".join(map(re.escape, words.split()))).search
    return remembered(lambda said: found(said) is not None)
