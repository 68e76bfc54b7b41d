"""The paragraphs that jusText takes for running text: long, full of little words, hardly linked; each measured once.

``justext`` works a paragraph's text out ten times and asks for each element's attributes; its answers
are kept to, as trafilatura puts the question: all languages' little words, headings like anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from lxml.etree import _Element, iterwalk
from trafilatura.external import jt_stoplist_init

Class = Literal["good", "neargood", "short", "bad"]

_PARTING = frozenset(
    [
        "body",
        "blockquote",
        "caption",
        "center",
        "col",
        "colgroup",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "form",
        "legend",
        "optgroup",
        "option",
        "p",
        "pre",
        "table",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_SPACE = re.compile(r"\s+")
_SHORT = 50  # characters; of fewer only the neighbours tell
_LONG = 150
_FEW, _MANY = 0.1, 0.2  # of the words are little ones
_LINKED = 0.25  # of the characters stand in links; more is a menu


@dataclass(slots=True)
class _Paragraph:
    """Pieces of text between two elements that part paragraphs, how many characters of it are linked."""

    is_chosen: bool = False
    pieces: list[str] = field(default_factory=list)
    linked: int = 0

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def wordy(tree: _Element) -> list[str]:
    """The texts of those paragraphs, blanks collapsed."""
    told = [(one, text) for one in _paragraphs(tree) if (text := one.text)]
    judged = _judged([_class(one, text) for one, text in told])
    return [text for (_, text), said in zip(told, judged, strict=True) if said == "good"]


def _paragraphs(tree: _Element) -> list[_Paragraph]:
    """What stands between the starts and ends of elements that part paragraphs, and doubled line breaks."""
    found = [_Paragraph()]
    is_linked = is_broken = False
    choices = 0
    for event, node in iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start" or event == "end":
            choices += ("select" in tag) * (1 if event == "start" else -1)
            is_link = tag == "a"
            if tag in _PARTING or (event == "start" and tag == "br" and is_broken):
                found.append(_Paragraph(choices > 0))
            elif event == "start":
                is_broken = tag == "br"
                found[-1].pieces += [" "] * is_broken
            is_linked = (is_linked or is_link) if event == "start" else is_linked and not is_link
        text = node.text if event == "start" else node.tail
        if text and not text.isspace():
            found[-1].pieces.append(text)
            found[-1].linked += len(_SPACE.sub(" ", text)) if is_linked else 0
            is_broken = False
    return found


def _class(paragraph: _Paragraph, text: str) -> Class:
    """What a paragraph is by itself."""
    size = len(text)
    if size and paragraph.linked > _LINKED * size:
        return "bad"
    if "\xa9" in text or "&copy" in text or paragraph.is_chosen:
        return "bad"
    if size < _SHORT:
        return "bad" if paragraph.linked else "short"
    words = text.lower().split()
    share = sum(map(_little_words().__contains__, words)) / len(words)
    if share >= _MANY:
        return "good" if size > _LONG else "neargood"
    return "neargood" if share >= _FEW else "bad"


@cache
def _little_words() -> frozenset[str]:
    return frozenset(word.lower() for word in jt_stoplist_init())


def _judged(classes: list[Class]) -> list[Class]:
    """What paragraphs are beside their neighbours: each good or bad."""
    sure: tuple[Class, ...] = ("good", "bad")
    near: tuple[Class, ...] = ("good", "bad", "neargood")
    before, behind = _last(classes, sure), _last(classes[::-1], sure)[::-1]
    close = _last(classes, near), _last(classes[::-1], near)[::-1]
    judged = [
        _short(one, (before[at], behind[at]), (close[0][at], close[1][at]))
        for at, one in enumerate(classes)
    ]
    behind = _last(judged[::-1], sure)[::-1]
    last: Class = "bad"
    for at, one in enumerate(judged):
        if one == "neargood":
            judged[at] = "bad" if last == behind[at] == "bad" else "good"
        last = judged[at]
    return judged


def _short(one: Class, sure: tuple[Class, Class], close: tuple[Class, Class]) -> Class:
    """What a short paragraph is between those next to it that are good or bad, and those nearly so."""
    if one != "short":
        return one
    if sure[0] == sure[1]:
        return sure[0]
    nearly = zip(sure, close, strict=True)
    return "good" if any(far == "bad" and by == "neargood" for far, by in nearly) else "bad"


def _last(classes: Iterable[Class], wanted: tuple[Class, ...]) -> list[Class]:
    """For each place the last class before it that is one of those; "bad" before the first."""
    found: list[Class] = []
    last: Class = "bad"
    for one in classes:
        found.append(last)
        last = one if one in wanted else last
    return found
