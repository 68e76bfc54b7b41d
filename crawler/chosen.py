"""Of several articles on one page the one that the page is about: endless scrolling shows the next ones below it."""

from __future__ import annotations

from copy import deepcopy

from lxml.etree import _Element
from lxml.html import HtmlElement

from crawler.boilerplate import prose_of
from crawler.title import letters

_LEAST = 400  # characters of running text in an article; fewer are a teaser
_HEADINGS = ("h1", "h2", "h3")


def alone(tree: HtmlElement, headline: str) -> HtmlElement:
    """The tree itself, or a copy without the equals of the article under that headline."""
    articles = list(tree.iter("article"))
    home = _home(articles, letters(headline))
    if home is None or not any(_is_equal(other, home) for other in articles):
        return tree
    copy = deepcopy(tree)
    twins = zip(articles, list(copy.iter("article")), strict=True)
    for other in [twin for article, twin in twins if _is_equal(article, home)]:
        parent = other.getparent()
        if parent is not None:
            parent.remove(other)
    return copy


def _home(articles: list[_Element], wanted: str) -> _Element | None:
    """The innermost article under the headline that has running text of its own."""
    if len(articles) < 2:
        return None
    headed = [article for article in articles if wanted in _headings(article)]
    told = [article for article in headed if prose_of(article) >= _LEAST]
    return told[-1] if told else None


def _headings(article: _Element) -> set[str]:
    return {
        letters("".join(map(str, head.itertext())))
        for tag in _HEADINGS
        for head in article.iter(tag)
    }


def _is_equal(article: _Element, home: _Element) -> bool:
    """Whether an article is built like the one that is wanted, headline and all, and is another."""
    if article is home or article in home.iterancestors() or home in article.iterancestors():
        return False
    return _kind(article) == _kind(home) and bool(_headings(article) - {""})


def _kind(article: _Element) -> str:
    """The first of its classes; those behind it name numbers and topics."""
    return next(iter((article.get("class") or "").split()), "")
