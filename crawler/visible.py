"""What stands around the headline for readers to see: bylines, dates, chips, the standfirst."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element
from lxml.html import HtmlElement

from crawler import marked
from crawler.marked import Test, named, within
from crawler.source import Source, content, finder, line
from crawler.title import letters, showing

_AFTER = finder("following::*[position() < 60]")
_BEFORE = finder("preceding::*[position() < 12]")
_SHOWN = frozenset(
    [
        "a",
        "abbr",
        "address",
        "b",
        "div",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "i",
        "li",
        "p",
        "small",
        "span",
        "strong",
        "td",
        "time",
    ]
)
_SUMMARY = 600  # characters; a longer text is the article's own
_LEADS = re.compile(
    r"(?:^|[\s_-])(?:chapo|chapeau|lead|lede|standfirst|sapo|dek|deck|excerpt|intro\w*|summary|sub-?titles?|sub-?head\w*|strap(?:line)?|utangulizi|teaser-?text|(?:article|page|post|entry|story)-?teaser)(?:$|[\s_-])",
    re.IGNORECASE,
)


def headline(source: Source, title: str) -> HtmlElement | None:
    """The element that shows the title, else the first heading."""
    shown = showing(source, title)
    return next(source.tree.iter("h1"), None) if shown is None else shown


def near(source: Source, head: HtmlElement | None) -> list[HtmlElement]:
    """The elements behind the headline, then those before it; no readers' comments among them."""
    if head is None:
        return []
    around = [*head.iter(), *_AFTER(head), *_BEFORE(head)]
    return [e for e in around if e.tag in _SHOWN and e not in source.others]


def standfirst(around: list[HtmlElement], described: str) -> str | None:
    """The summary between headline and body: said to be one by its markup, and by the description if there is one."""
    wanted = letters(described.rstrip(" .…"))
    for element in around:
        if element.tag not in ("p", "div", "h2", "h3", "h4", "strong"):
            continue
        text = line(element, _SUMMARY)
        if len(text) < 40 or len(element.findall(".//p")) > 1:
            continue
        matched = bool(wanted) and letters(text).startswith(wanted)
        if _is_named_lead(element) and (matched or not wanted):
            return text
        if _is_set_apart(element) and (matched or (not wanted and _is_before_body(element))):
            return text
    return None


def _is_named_lead(element: HtmlElement) -> bool:
    """Whether a class of it, or of a box with nothing else in it, says standfirst."""
    parent = element.getparent()
    boxes = [element] if parent is None or len(parent) > 1 else [element, parent]
    return any(_LEADS.search(marked.apart(box.get("class") or "")) for box in boxes)


def _is_before_body(element: HtmlElement) -> bool:
    """Whether a box with paragraphs follows, and the element is none of them."""
    body = element.getnext()
    return element.tag == "div" and body is not None and len(body.findall("p")) > 1


def _is_set_apart(element: HtmlElement) -> bool:
    """As a heading, or all in bold."""
    if element.tag in ("h2", "h3", "h4"):
        return True
    bold = [child for child in element if child.tag in ("strong", "b")]
    return len(bold) == 1 and len(element) == 1 and content(bold[0]) == content(element)


_TAGGED = marked.finder(named("tags tag-links keywords post-tag"))
_TAG = re.compile(r"\?mot|/mot/|\?tag=")
_SECTIONED = marked.finder(
    named("cat-links post-categor blog-category field-section entry-categor article-section")
)
_TRAILS = marked.finder(named("breadcrumb arbo ariane", ids="breadcrumb"))


def _links(tree: HtmlElement, boxes: list[HtmlElement], is_one: Test) -> list[HtmlElement]:
    """The links in some boxes, and those that are told by themselves, in the page's order."""
    inside = within(boxes, "a")
    return [link for link in tree.iter("a") if link in inside or is_one(link)]


def _is_tag(link: _Element) -> bool:
    rel = link.get("rel") or ""
    is_rel = " tag " in f" {rel} " and "category" not in rel
    return is_rel or bool(_TAG.search(link.get("href") or ""))


def _is_category(link: _Element) -> bool:
    return "category" in (link.get("rel") or "")


def tags(source: Source) -> Iterator[str]:
    """The keywords under an article, as links."""
    for link in _links(source.tree, _TAGGED(source.marks), _is_tag)[:60]:
        if link not in source.others:
            yield content(link).lstrip("#")


def sections(source: Source) -> Iterator[str]:
    """The chips above the headline, then the last step of the breadcrumbs that leads to no front page."""
    for link in _links(source.tree, _SECTIONED(source.marks), _is_category)[:10]:
        if link not in source.others:
            yield content(link)
    crumbs = _links(source.tree, _TRAILS(source.marks), lambda _: False)
    for link in reversed(crumbs[1:6] or _trail(source.tree)):
        yield content(link)


def _trail(tree: HtmlElement) -> list[HtmlElement]:
    """The links behind the first one in a row that nothing but arrows part."""
    for box in tree.iter("div", "p", "td", "span"):
        if len(box) < 2 or not all(link.tag == "a" for link in box):
            continue
        links = list(box)
        between = [box.text or "", *(link.tail or "" for link in links)]
        arrows = {text.strip() for text in between} - {""}
        if arrows and arrows <= _ARROWS:
            return links[1:5]
    return []


_ARROWS = frozenset({"»", "›", ">", "→", "/", "«", "‹", "←"})
