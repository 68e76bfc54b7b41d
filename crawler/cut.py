"""trafilatura's answer to what the article is, without asking for a second opinion where that could not change it.

It is what ``bare_extraction`` answers, its cascade gone through here: what readability, justext and its
own rules in recall mode say of a page is found out once, however many steps and questions want it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from copy import copy
from functools import cache, cached_property
from itertools import islice
from typing import Literal, cast

from lxml.etree import Element, SubElement, XPath, _Element, tostring
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.baseline import baseline, basic_cleaning, html2txt
from trafilatura.core import (
    ESCALATION_ACCEPT_RATIO,
    ESCALATION_JUSTEXT_RATIO,
    ESCALATION_MAX_LENGTH,
    ESCALATION_PAGE_SHARE,
    _forum_thread_page,
)
from trafilatura.external import (
    JUSTEXT_OVERRIDE_RATIO,
    SANITIZED_XPATH,
    _prefer_readability,
    sanitize_tree,
    try_readability,
)
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import _COOKIE_CONSENT_RE, BASIC_CLEAN_XPATH, Document, Extractor
from trafilatura.xml import delete_element
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from crawler import marked
from crawler.blocks import Block, blocks
from crawler.boilerplate import prose_of
from crawler.wordy import wordy

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports pages; here warnings do
ENOUGH = 3000  # characters; of a page that says not five times as many this is the article
_FIFTH = 5  # trafilatura itself tries again where it found less than this part of the page
_STORY = 400  # characters of running text in an article; fewer are a teaser
_WHOLE = 0.9  # of what an article says
_MOST = 5000  # paragraphs
_PARAGRAPHS = ("p", "li", "div", "td", "h1", "h2", "h3", "h4", "blockquote", "dd", "dt")
_ODD = XPath(SANITIZED_XPATH)
_TOLD = XPath("boolean(.//p//text())")
_NAMES = [XPath(f"//@{name}", smart_strings=False) for name in ("class", "id")]
_PRUNED = [*RAW_TREE_PRUNE_XPATH, *REMOVE_COMMENTS_AND_LISTS_XPATH]
_PRUNED_NAMES = re.compile(  # the words that they ask for in classes and ids, all in quotes
    "|".join(f"(?:{said})" for path in _PRUNED for said in re.findall("'([^']+)'", path.path))
)
_CLEANED, _, _ = BASIC_CLEAN_XPATH.path.partition("|.//*[re:test")
_CLEAN = XPath(_CLEANED)  # the same but for the expression that asks every class and id
_CONSENT = re.compile(_COOKIE_CONSENT_RE, re.IGNORECASE)
_TEXT = XPath("string()", smart_strings=False)
_TEXTS = XPath(".//text()[not(parent::script or parent::style)]", smart_strings=False)

Focus = Literal["balanced", "precision", "recall"]
_Cut = tuple[_Element, str]  # a body, and its text by which it is measured


class Cutter:
    """A tree that is cut as often as is asked; it stays as it is, and must not change meanwhile."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree

    def cut(self, focus: Focus) -> list[Block]:
        """The blocks that trafilatura takes for the article."""
        if focus == "precision" or self._is_huge:
            return self._asked(focus)
        found = self._balanced() if focus == "balanced" else self._rescued(self._recalled)
        return blocks(found[0])

    @cached_property
    def said(self) -> int:
        """Characters of all text in the tree but scripts and style sheets, blanks collapsed."""
        is_mute = next(self._tree.iter("script", "style"), None) is None
        text = _TEXT(self._tree) if is_mute else "".join(cast("list[str]", _TEXTS(self._tree)))
        return len(" ".join(cast("str", text).split()))

    def _asked(self, focus: Focus) -> list[Block]:
        """What ``bare_extraction`` itself says."""
        document = bare_extraction(
            self._tree,
            include_comments=False,
            favor_precision=focus == "precision",
            favor_recall=focus == "recall",
            fast=self._is_huge,
        )
        return blocks(document.body) if isinstance(document, Document) else []

    def _balanced(self) -> _Cut:
        """What its own rules find; where that is not sure, the best of all that it asks."""
        found = self._own("balanced")
        if self._is_sure(found):
            return found
        found = self._rescued(self._compared(found, "balanced"))
        size = len(found[1])
        if not 0 < size < ESCALATION_MAX_LENGTH or size >= ESCALATION_PAGE_SHARE * self._shown:
            return found
        recalled, paragraphs = self._recalled, _by_justext(copy(self._pruned))
        more, most = len(recalled[1]), len(paragraphs[1])
        if most > more and most > ESCALATION_JUSTEXT_RATIO * size:
            return paragraphs
        return recalled if more >= _LEAST and more > ESCALATION_ACCEPT_RATIO * size else found

    def _is_sure(self, found: _Cut) -> bool:
        """Whether nothing else could be preferred to what its own rules found.

        Readability's text is taken if it is more than twice as long or the own one has hardly
        paragraphs; justext's if the own text is short or has odd elements in it; its own rules' again
        if the text is less than a fifth of the page's.  With half of all that the page says in hand
        nothing of this can come about; with ``ENOUGH``, and a fifth, it hardly ever is for the better,
        nor with all that the page's only article says.
        """
        body, text = found
        if len(text) < enough_of(self.said, 1 / 2) and not self.is_whole(blocks(body)):
            return False
        if len(text) < _LEAST:
            return False
        paragraphs, tables = len(body.findall(".//p")), len(body.findall(".//table"))
        return bool(_TOLD(body)) and tables <= paragraphs and not _ODD(body)

    def is_whole(self, found: list[Block]) -> bool:
        """Whether it is what the page's only article says, nearly all of that and hardly more."""
        homes = [(one, prose_of(one)) for one in self._tree.iter("article")]
        homes = [(one, prose) for one, prose in homes if prose >= _STORY]
        if len(homes) != 1:
            return False
        [(home, prose)] = homes
        said = " ".join("".join(map(str, home.itertext())).split())
        told = sum(len(block.text) for block in found if block.text in said)
        return told >= _WHOLE * max(prose, sum(len(block.text) for block in found))

    @cached_property
    def _is_huge(self) -> bool:
        """Whether it has more paragraphs than can be compared each with all others."""
        return sum(1 for _ in islice(self._tree.iter(*_PARAGRAPHS), _MOST + 1)) > _MOST

    @cached_property
    def _pruned(self) -> HtmlElement:
        return self._prune()

    def _prune(self) -> HtmlElement:
        """A copy without readers' comments, which are the text of a forum, and what no step is to see."""
        tree = copy(self._tree)
        if not _is_called(tree, _is_pruned):
            return tree
        raw = [*RAW_TREE_PRUNE_XPATH]
        return prune_unwanted_nodes(tree, raw if _forum_thread_page(tree) else _PRUNED)

    @property
    def _shown(self) -> int:
        """Characters of text on the page, as trafilatura counts them."""
        page = copy(self._pruned)
        body = page.find(".//body")
        return len(html2txt(_cleaned(page if body is None else body), clean=False))

    def _own(self, focus: Focus) -> _Cut:
        options = _options(focus)
        cleaned = tree_cleaning(self._prune(), options)
        return extract_content(convert_tags(cleaned, options), options)

    @cached_property
    def _recalled(self) -> _Cut:
        return self._compared(self._own("recall"), "recall")

    @cached_property
    def _readable(self) -> tuple[HtmlElement, str]:
        body = try_readability(copy(self._pruned))
        return body, " ".join(tostring(body, method="text", encoding="unicode").split())

    def _compared(self, found: _Cut, focus: Focus) -> _Cut:
        """The text of its own rules, readability's or justext's."""
        (body, text), options = found, _options(focus)
        if focus == "recall" and len(text) > 10 * _LEAST:
            return found
        other, said = self._readable
        is_other = _prefer_readability(body, other, said, len(text), len(said), options)
        body, text = (other, said) if is_other else found
        is_odd = bool(_ODD(body))
        if is_odd or len(text) < _LEAST:
            paragraphs = _by_justext(tree_cleaning(copy(self._pruned), options))
            size = len(paragraphs[1])
            if size and len(text) <= (JUSTEXT_OVERRIDE_RATIO * size if is_odd else size - 1):
                return paragraphs
        return sanitize_tree(copy(other), options) if is_other else (body, text)

    def _rescued(self, found: _Cut) -> _Cut:
        """What was found; all that reads like text, if it is next to nothing."""
        if len(found[1]) >= _LEAST:
            return found
        body, text, size = baseline(self._pruned)
        return (body, text) if size > len(found[1]) else found


def _by_justext(tree: HtmlElement) -> _Cut:
    """The paragraphs that read like text; the tree is used up."""
    body = Element("body")
    for text in wordy(_cleaned(tree)):
        SubElement(body, "p").text = text
    return body, " ".join(cast("list[str]", [*body.itertext()]))


def _cleaned(tree: HtmlElement) -> HtmlElement:
    """The tree after ``basic_cleaning``, which asks whether anything on the page is called a cookie notice."""
    if _is_called(tree, _is_consent):
        return basic_cleaning(tree)
    for element in cast("list[HtmlElement]", _CLEAN(tree)):
        delete_element(element)
    return tree


def enough_of(size: int, share: float) -> float:
    """How many characters found of ``size`` leave no doubt: that share; less on a long page, but a fifth."""
    return min(share * size, max(ENOUGH, size / _FIFTH))


@cache
def _options(focus: Focus) -> Extractor:
    return Extractor(output_format="python", comments=False, recall=focus == "recall")


_LEAST = _options("balanced").min_extracted_size


def _is_called(tree: HtmlElement, is_one: Callable[[str], bool]) -> bool:
    """Whether a class or id of the page is one of those."""
    return any(any(map(is_one, set(cast("list[str]", names(tree))))) for names in _NAMES)


@marked.remembered
def _is_pruned(name: str) -> bool:
    """Whether a class or id is one of those by which trafilatura may prune an element."""
    return _PRUNED_NAMES.search(name) is not None


@marked.remembered
def _is_consent(name: str) -> bool:
    return _CONSENT.search(name) is not None
