"""What recurs on a site is not the article: lines learned from other pages of the host, and their removal."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What recurs on a host; ``id`` is twelve hex digits that change when it does."""

    host: str
    id: str
    lines: frozenset[int]


def strip(tree: HtmlElement, learned: Learned | None) -> None:
    """Take what recurs out of ``tree`` in place."""


def without(found: list[Block], learned: Learned | None) -> list[Block]:
    """The blocks that do not recur."""
    return found
