"""What a site file says of how its pages are built, done to a page's tree; pure."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import cast

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, document_fromstring

from crawler.rules import Layout
from crawler.source import Source


def take_out(tree: HtmlElement, layout: Layout) -> None:
    """Drop what is not the article's, with all that is in it; the text behind it stays."""
    for element in _found(tree, layout.remove):
        if element.getparent() is not None:
            element.drop_tree()


def narrowed(tree: HtmlElement, layout: Layout) -> HtmlElement:
    """A page that has the body's element alone; the page itself where the selector finds none.

    A selector may find several elements, one behind the other: together they are the body.
    """
    chosen = _found(tree, (layout.select,) if layout.select else ())
    outer = [e for e in chosen if not any(above in chosen for above in e.iterancestors())]
    if not outer:
        return tree
    page = document_fromstring("<html><body><article></article></body></html>")
    for element in outer:
        copy = deepcopy(element)
        copy.tail = None
        page[0][0].append(copy)
    return page


def for_dates(
    about: Source, around: list[HtmlElement], layout: Layout
) -> tuple[Source, list[HtmlElement]]:
    """The page and the elements around its headline without those whose dates are not the article's.

    Metas and JSON-LD count on: a trap is something that the page shows.
    """
    if not layout.date_trap:
        return about, around
    traps = set(_found(about.tree, layout.date_trap))
    free = [e for e in around if e not in traps and not traps.intersection(e.iterancestors())]
    tree = deepcopy(about.tree)
    take_out(tree, Layout(remove=layout.date_trap))
    return replace(about, tree=tree), free


def is_walled(tree: HtmlElement, layout: Layout) -> bool:
    """Whether the page shows what its site puts where an article is not shown whole."""
    return bool(_found(tree, layout.paywall))


def _found(tree: HtmlElement, selectors: tuple[str, ...]) -> list[HtmlElement]:
    return [element for selector in selectors for element in _finder(selector)(tree)]


@cache
def _finder(selector: str) -> Callable[[HtmlElement], list[HtmlElement]]:
    return cast(
        "Callable[[HtmlElement], list[HtmlElement]]", CSSSelector(selector, translator="html")
    )
