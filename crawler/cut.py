"""trafilatura's answer to what the article is, without asking for a second opinion where that could not change it."""

from __future__ import annotations

import logging
import re
from copy import copy
from functools import cache
from itertools import islice
from typing import Literal, cast

from lxml.etree import XPath, _Element, tostring
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.external import SANITIZED_XPATH
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Document, Extractor
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from crawler import marked
from crawler.blocks import Block, blocks

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports pages; here warnings do
ENOUGH = 3000  # characters; of a page that says not five times as many this is the article
_FIFTH = 5  # trafilatura itself tries again where it found less than this part of the page
_MOST = 5000  # paragraphs
_PARAGRAPHS = ("p", "li", "div", "td", "h1", "h2", "h3", "h4", "blockquote", "dd", "dt")
_ODD = XPath(SANITIZED_XPATH)
_TOLD = XPath("boolean(.//p//text())")
_NAMES = XPath("//@class | //@id", smart_strings=False)
_PRUNED = [*RAW_TREE_PRUNE_XPATH, *REMOVE_COMMENTS_AND_LISTS_XPATH]
_PRUNED_NAMES = re.compile(  # the words that they ask for in classes and ids, all in quotes
    "|".join(f"(?:{said})" for path in _PRUNED for said in re.findall("'([^']+)'", path.path))
)

Focus = Literal["balanced", "precision", "recall"]


def cut(tree: HtmlElement, url: str, focus: Focus) -> list[Block]:
    """The blocks that trafilatura takes for the article; the tree stays as it is."""
    is_huge = _is_huge(tree)
    if focus == "balanced" and not is_huge and (sure := _surely(tree, url)) is not None:
        return blocks(sure)
    document = bare_extraction(
        tree,
        url=url or None,
        include_comments=False,
        favor_precision=focus == "precision",
        favor_recall=focus == "recall",
        fast=is_huge,
    )
    return blocks(document.body) if isinstance(document, Document) else []


def said_on(tree: HtmlElement) -> int:
    """Characters of all text in a tree, scripts too, blanks collapsed."""
    return len(" ".join(tostring(tree, method="text", encoding="unicode").split()))


def enough_of(size: int, share: float) -> float:
    """How many characters found of ``size`` leave no doubt: that share; less on a long page, but a fifth."""
    return min(share * size, max(ENOUGH, size / _FIFTH))


def _surely(tree: HtmlElement, url: str) -> _Element | None:
    """What its own rules find, if that is what ``bare_extraction`` would come to.

    That asks readability too, whose text it takes if it is more than twice as long or the own one has
    hardly paragraphs; justext if the own text is short or has odd elements in it; its own rules again
    if the text is less than a fifth of the page's.  With half of all that the page says in hand
    nothing of this can come about; with ``ENOUGH``, and a fifth, it hardly ever is for the better.
    Scripts may say that the page is a forum, which is read otherwise.
    """
    if next(tree.iter("script"), None) is not None:
        return None
    options, size = _options(url or None), said_on(tree)
    pruned = copy(tree)
    if any(map(_is_pruned, set(cast("list[str]", _NAMES(pruned))))):
        pruned = prune_unwanted_nodes(pruned, _PRUNED)
    body, text = extract_content(
        convert_tags(tree_cleaning(pruned, options), options, url), options
    )
    if len(text) < max(options.min_extracted_size, enough_of(size, 1 / 2)):
        return None
    paragraphs, tables = len(body.findall(".//p")), len(body.findall(".//table"))
    return body if _TOLD(body) and tables <= paragraphs and not _ODD(body) else None


@cache
def _defaults() -> Extractor:
    return Extractor(output_format="python", comments=False)


def _options(url: str | None) -> Extractor:
    options = copy(_defaults())
    options.url = url
    return options


@marked.remembered
def _is_pruned(name: str) -> bool:
    """Whether a class or id is one of those by which trafilatura may prune an element."""
    return _PRUNED_NAMES.search(name) is not None


def _is_huge(tree: HtmlElement) -> bool:
    """Whether it has more paragraphs than can be compared each with all others."""
    return sum(1 for _ in islice(tree.iter(*_PARAGRAPHS), _MOST + 1)) > _MOST
