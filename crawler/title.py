"""The headline of an article: the visible one, without the name of the site."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.jsonld import texts
from crawler.source import Source, content, finder, squeeze

_LONGEST = 500  # characters of a headline that are looked at
_MOST_PARTS = 20
_MOST_HEADINGS = 6
_KICKER = 40  # characters of a topic that stands before a headline


def site_name(source: Source) -> str | None:
    """The name of the site, as it calls itself."""
    publisher = source.linked.whole(source.article.get("publisher"))
    named = [source.meta("og:site_name", "application-name"), *texts(publisher)[:1]]
    for node in source.linked.of_types(frozenset({"website"})):
        named.extend(texts(node.get("name"))[:1])
    return next((name for name in named if name), None)


def title(source: Source) -> str | None:
    """The headline: what the metadata agree on, else the visible one that they know, else the only one."""
    names = [n for n in (site_name(source), urlsplit(source.url).hostname, _logo(source.tree)) if n]
    linked = texts(source.article.get("headline")) or texts(source.article.get("name"))
    graph = source.meta("og:title") or ""
    if agreed := _agreed(linked[:1], graph, names):
        return agreed
    heads = [head for head in _headings(source.tree, "h1") if _is_headline(head, names)]
    steps = _STEPS(source.tree)
    if len(steps) == 1 and not heads and not linked:
        heads = [content(steps[0])[:_LONGEST]]
    other = source.meta("twitter:title", "parsely-title", "dc.title", "headline") or ""
    page = squeeze(source.tree.findtext(".//title") or "")
    said = [t for t in (without_suffix(t, names) for t in (*linked[:1], graph, other, page)) if t]
    return _shown(source.tree, heads, said) or next(iter(said), heads[0] if heads else None)


def _shown(tree: HtmlElement, heads: list[str], said: list[str]) -> str | None:
    """The heading on the page that the metadata know, word for word if there is such a one."""
    lower = _headings(tree, "h2")
    for head in (*heads, *lower) if said else ():
        if letters(head) == letters(said[0]):
            return _tidy(head, said[0])
    for head in (*heads, *lower):
        for text in said:
            if _alike(head, text):
                return _tidy(head, text)
    return heads[0] if len(heads) == 1 else None


_LOGOS = finder("//a[@href]/img[@alt!='']")


def _logo(tree: HtmlElement) -> str | None:
    """What the first linked picture of the page is called: mostly the site."""
    return next((image.get("alt") for image in _LOGOS(tree)[:1]), None)


_STEPS = finder("//h1[ancestor-or-self::*[self::nav or contains(@class,'breadcrumb')]]")


def _headings(tree: HtmlElement, tag: str) -> list[str]:
    steps = _STEPS(tree)
    found = [element for element in [*tree.iter(tag)][:_MOST_HEADINGS] if element not in steps]
    return [squeeze(content(element))[:_LONGEST] for element in found]


def _agreed(linked: list[str], graph: str, names: list[str]) -> str | None:
    """What JSON-LD and Open Graph both say, word for word."""
    said = without_suffix(graph, names)
    same = [
        text for text in linked if said and letters(without_suffix(text, names)) == letters(said)
    ]
    return said if same else None


def _is_headline(head: str, names: list[str]) -> bool:
    own = letters(head)
    return len(own) > 3 and not any(own == letters(name) for name in names)


def _tidy(head: str, text: str) -> str:
    """The visible headline; without a kicker that stands in the same element."""
    kicker = head.endswith(text) and len(text) * 3 > len(head)
    quoted = f"“{text}”" in head or f"« {text} »" in head
    if kicker or quoted:
        return text
    before, colon, rest = text.partition(": ")
    apart = colon and head.endswith(f" {rest}") and not head.endswith(f": {rest}")
    return rest if apart and len(before) < _KICKER and len(rest) * 2 > len(head) else head


@lru_cache(8192)
def letters(text: str) -> str:
    """Letters and digits only, in lower case: what is left when typography is taken away."""
    return "".join(char for char in text.lower() if char.isalnum())


def _alike(one: str, other: str) -> bool:
    """The same words, or one the beginning or end of the other: cut short, or with a kicker or a site name."""
    a, b = letters(one), letters(other)
    short, long = sorted((a, b), key=len)
    if a == b:
        return bool(a)
    return (
        len(short) >= 12
        and len(short) * 3 > len(long)
        and (long.startswith(short) or long.endswith(short))
    )


_LABELS = frozenset(  # what sites write behind a title, beside their name
    [
        "opinion",
        "editorial",
        "column",
        "analysis",
        "letters",
        "infographic",
        "news",
        "staff",
        "opinião",
        "éditorial",
        "رأي",
    ]
)
_DASH = re.compile(r"\s+[|\-–—•·»:/]+\s+|\s*\|\s*|\s+»\s+")


def _closed(text: str, dash: re.Match[str]) -> str:
    """What stands before the dash; a » that closes a quotation is no dash."""
    head = text[: dash.start()]
    if "»" in dash[0] and head.count("«") > head.count("»"):
        head = text[: text.index("»", dash.start()) + 1]
    return head.strip()


def without_suffix(text: str, names: list[str]) -> str:
    """A title without `` - The Site`` behind it (or before it)."""
    known = {letters(name) for name in names} | {
        letters(n.removeprefix("www.").rsplit(".", 1)[0]) for n in names
    }
    text = text[:_LONGEST]
    parts = list(_DASH.finditer(text))[:_MOST_PARTS]
    for dash in reversed(parts):
        if letters(text[dash.end() :]) in known or letters(text[dash.end() :]) in _LABELS:
            return _closed(text, dash)
    for dash in reversed(parts):
        if letters(text[: dash.start()]) in known:
            return text[dash.end() :].strip()
    return text.strip()
