"""Elements by their class, id and other attributes: in Python, with a memory of classes, a fifth of what XPath takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from lxml.etree import _Element
from lxml.html import HtmlElement

Test = Callable[[_Element], bool]
T = TypeVar("T")
_REMEMBERED = 4096  # answers to each question
_SHORT = 300  # characters
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


def finder(test: Test, *tags: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    """What finds the elements of a page, or those with some tags, that pass a test, in their order."""
    wanted = tags or ("*",)
    return lambda tree: [one for one in tree.getroottree().iter(*wanted) if test(one)]


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
