"""The article's text told a second time, by its feed or by WordPress: the page's text is checked against it.

Only marks of its paragraphs are kept, which tell that two are the same and not what they say: what is
restored is taken from the page, so that nothing comes in that the page does not show.
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal, Self

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler import breaks
from crawler.blocks import blocks
from crawler.title import letters

ToldBy = Literal["feed", "wordpress"]

_LONGEST = 300_000  # characters of markup
_START = 40  # letters by which a paragraph is known again
_MARK = 8  # characters of a mark, six bytes
_LEAST = 3  # paragraphs; fewer are a summary
_LEAST_LETTERS = 500
_WHOLE = 0.8  # of what is told stands on the page, or it tells of something else
_PART = 0.7  # of what was found is told, or it is told in part
_PROSE = 60  # letters of a paragraph that is worth to be restored
_CUT = re.compile(r"(?:…|\.\.\.|\[&hellip;\])\s*\]?\W{0,3}$")
_FOOT = re.compile(  # what WordPress puts under each entry of a feed
    r"\b(?:appeared first on|first appeared on|est apparu en premier sur|appara[iî]t en premier sur|apareceu primeiro em|se publicó primero en"
    r"|appeared on|ظهرت أولاً على|ظهرت المقالة)\b"
)
_BESIDE = ("figure", "figcaption", "script", "style", "noscript", "aside", "form", "iframe")


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells the text, the marks of its paragraphs in order, and how many letters it has."""

    by: ToldBy
    marks: str
    letters: int

    @classmethod
    def of(cls, markup: str, by: ToldBy) -> Self | None:
        """None for a summary, and for a text that says that it is cut short."""
        told = [text for text in paragraphs(markup) if not _FOOT.search(text)]
        size = sum(len(letters(text)) for text in told)
        if len(told) < _LEAST or size < _LEAST_LETTERS or _CUT.search(told[-1]):
            return None
        return cls(by, "".join(map(mark, told)), size)

    def each(self) -> list[str]:
        """Its marks."""
        return [self.marks[at : at + _MARK] for at in range(0, len(self.marks), _MARK)]


def mark(text: str) -> str:
    """What two paragraphs share that begin with the same letters."""
    start = letters(text)[:_START].encode()
    return urlsafe_b64encode(hashlib.blake2b(start, digest_size=6).digest()).decode()


def paragraphs(markup: str) -> list[str]:
    """What a piece of markup shows; nothing of one without any, or too long to be an article's."""
    if len(markup) > _LONGEST or "<" not in markup:
        return []
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(f"<div>{markup}</div>".encode(), parser=parser)
    except ParserError:
        return []
    return shown(tree)


def shown(tree: HtmlElement) -> list[str]:
    """The paragraphs, headings and items of a page or of a piece of one, pictures' captions aside."""
    bare = deepcopy(tree)
    for element in list(bare.iter(*_BESIDE)):
        element.drop_tree()
    breaks.to_paragraphs(bare)
    return [block.text for block in blocks(bare) if letters(block.text)]


def checked(
    found: list[str], page: Sequence[str], told: Told, is_prose: Callable[[str], bool]
) -> tuple[list[str], tuple[str, ...]]:
    """The text without what is told nowhere, and with the page's paragraphs that are told; and what was done.

    ``page`` is what the page shows, ``is_prose`` whether a paragraph of it may belong to an article.
    Nothing is done where the telling is not of the whole article.
    """
    marks = told.each()
    ours, theirs = {mark(text) for text in found}, {mark(text): text for text in page}
    same = sum(len(letters(text)) for text in found if mark(text) in marks)
    here = sum(1 for each in marks if each in ours or each in theirs)
    if here < _WHOLE * len(marks) or same < _PART * sum(len(letters(text)) for text in found):
        return found, ()
    whole = _with_told(found, marks, {m: t for m, t in theirs.items() if is_prose(t)})
    kept = _without_untold(whole, marks)
    come, gone = len(whole) - len(found), len(whole) - len(kept)
    remarks = (
        (come, f"paragraphs restored that the text in the {told.by} has: {come}"),
        (gone, f"lines left out that the text in the {told.by} lacks: {gone}"),
    )
    return kept, tuple(remark for count, remark in remarks if count)


def _without_untold(found: list[str], marks: list[str]) -> list[str]:
    """Without what stands between or behind what is told; all of it behind only if the telling ends here."""
    known = [mark(text) in marks for text in found]
    first, last = known.index(True), len(known) - 1 - known[::-1].index(True)
    end = last if mark(found[last]) == marks[-1] else len(found)
    return [
        text
        for place, text in enumerate(found)
        if known[place] or place < first or last < place < end or " | " in text
    ]


def _with_told(found: list[str], marks: list[str], page: dict[str, str]) -> list[str]:
    """With the paragraphs of the page that are told, each behind the one that it is told behind."""
    whole = list(found)
    at = 0
    for each in dict.fromkeys(marks):
        places = (place for place in range(len(whole)) if mark(whole[place]) == each)
        if (place := next(places, None)) is not None:
            at = place + 1
        elif each in page and len(letters(page[each])) >= _PROSE:
            whole.insert(at, page[each])
            at += 1
    return whole
