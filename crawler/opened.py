"""A record opened once for all that ask about it: its page, its text, its tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import ElementDefaultClassLookup, ParserError, _Element
from lxml.html import (
    HtmlComment,
    HtmlElement,
    HtmlEntity,
    HTMLParser,
    HtmlProcessingInstruction,
    document_fromstring,
)

from archive.reader import Record
from crawler import jsonld
from crawler import page as pages
from crawler.charset import Text
from crawler.fingerprint import Row, rows
from crawler.jsonld import Linked
from crawler.kinds import NO_HTML, Kind, kind_of
from crawler.page import Page

LONGEST = 4_000_000  # characters of a page that are looked at; the largest real news page seen has half of it
_LARGE = 300_000  # characters of a page that is not kept
_CONTROL = re.compile(  # references to characters that XML does not allow
    r"&#(?i:x0*(?:[0-8bef]|1[0-9a-f]|7f|d[89a-f][0-9a-f]{2}|fff[ef])(?![0-9a-f])"
    r"|0*(?:[0-8]|1[1245-9]|2\d|3[01]|127|5[5-7]\d{3}|6553[45])(?!\d));?"
)
_CLASSES = (
    ElementDefaultClassLookup(  # in C: lxml.html's own asks Python for each element each time
        element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
    )
)


@dataclass(slots=True)
class _Lined:
    """The lines of a tree that has these elements."""

    elements: list[_Element] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Opened:
    """Each part is made when first asked for; whoever changes the tree changes it for those who ask later."""

    record: Record

    @cached_property
    def page(self) -> Page:
        """What the server answered."""
        return pages.page_from(self.record)

    @cached_property
    def text(self) -> Text:
        """The page as text."""
        return pages.text(self.page)

    @cached_property
    def tree(self) -> HtmlElement | None:
        """The page parsed; None where nothing of it is markup."""
        return self._parsed[0]

    @cached_property
    def elements(self) -> list[_Element]:
        """All of the tree; while they are held, none is wrapped anew for each that asks."""
        return [] if self.tree is None else list(self.tree.iter())

    def lines(self) -> list[Row]:
        """The tree's lines from top to bottom; worked out again where elements came or went since they were."""
        elements = list(self.tree.iter()) if self.tree is not None else []
        if self._lined.elements != elements:
            self._lined.elements = elements
            self._lined.rows = rows(self.tree) if self.tree is not None else []
        return self._lined.rows

    @cached_property
    def _lined(self) -> _Lined:
        return _Lined()

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong about the page, its text and its markup."""
        return (*self.page.warnings, *self.text.warnings, *self._parsed[1])

    @cached_property
    def linked(self) -> Linked:
        """What the page says of itself in JSON-LD."""
        return Linked([]) if self.tree is None else jsonld.read(self.tree)

    @cached_property
    def kind(self) -> Kind:
        """What the page is; it is parsed only where answer and first bytes do not tell."""
        early = kind_of(self.page, None)
        return early if early.reason != NO_HTML else kind_of(self.page, self.tree, self.linked)

    @cached_property
    def _parsed(self) -> tuple[HtmlElement | None, tuple[str, ...]]:
        return _parsed(self.text.text)


class Kept:
    """Pages that were opened for one question and are soon asked the next: the newest ``most``, each once more.

    Nobody may have changed a tree that is kept.
    """

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._pages: dict[str | None, Opened] = {}

    def keep(self, opened: Opened) -> None:
        """Until it is taken or ``most`` others came; a large page is let go, for many would fill the memory."""
        if len(opened.text.text) > _LARGE:
            return
        self._pages.pop(opened.record.id, None)
        self._pages[opened.record.id] = opened
        if len(self._pages) > self._most:
            del self._pages[next(iter(self._pages))]

    def take(self, record: Record) -> Opened:
        """The page of this very record as it was opened; opened now if it is not kept."""
        kept = self._pages.pop(record.id, None)
        return kept if kept and kept.record == record else Opened(record)


def _parsed(text: str) -> tuple[HtmlElement | None, tuple[str, ...]]:
    """The page parsed, and what of it was left out so that no page takes for ever."""
    warnings: tuple[str, ...] = ()
    if len(text) > LONGEST:
        warnings += (f"only the first {LONGEST} characters were looked at",)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = document_fromstring(_CONTROL.sub("", text[:LONGEST]).encode(), parser=parser)
    except ParserError:
        return None, warnings
    if any("depth" in entry.message for entry in parser.error_log[-3:]):
        warnings += ("nested too deep to be read whole",)
    return tree, warnings
