"""The body as the page tells it to machines, in JSON-LD: what is not in it is beside the article."""

from __future__ import annotations

import html
import re

from lxml.html import HtmlElement

from crawler import jsonld
from crawler.blocks import Block
from crawler.title import letters

_TAG = re.compile(r"<[^>]{1,300}>")
_LEAST = 500  # letters; fewer are a summary
_WHOLE = 0.9  # of what is told was found, or it tells of something else
_MOST = 0.7  # of what was found is told, or it is told in part
_START = 40  # letters by which a paragraph is known again
_LINE = 60  # characters of a line that may be a subheading or an item, which some leave out


def body(tree: HtmlElement) -> str:
    """The letters of what JSON-LD calls the article's body; empty if it says none."""
    if not any("articleBody" in (script.text or "") for script in tree.iter("script")):
        return ""
    said = jsonld.read(tree).article.get("articleBody")
    return letters(_TAG.sub(" ", html.unescape(said))) if isinstance(said, str) else ""


def without_untold(found: list[Block], said: str) -> list[Block]:
    """The blocks that are told, and the short ones between them; all, if too little of the two is the same."""
    if len(said) < _LEAST:
        return found
    marks = [(block, letters(block.text)) for block in found]
    told = [_is_told(own, said) for _, own in marks]
    same = sum(len(own) for (_, own), known in zip(marks, told, strict=True) if known)
    if same < _WHOLE * len(said) or same < _MOST * sum(len(own) for _, own in marks):
        return found
    last = len(told) - told[::-1].index(True)
    if not said.endswith(marks[last - 1][1][-_START // 2 :]):
        last = len(told)
    first = told.index(True)  # a first paragraph is often told apart, as the description
    return [
        block
        for place, block in enumerate(found)
        if told[place] or place < first or (place < last and _is_line(block))
    ]


def _is_told(own: str, said: str) -> bool:
    return bool(own) and (own in said or (len(own) > _START and own[:_START] in said))


def _is_line(block: Block) -> bool:
    return block.kind != "text" or len(block.text) < _LINE
