"""Where a page shows who wrote: marked so, in words under the headline, at the end of the text, in a box below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element
from lxml.html import HtmlElement

from crawler import dates, marked
from crawler.gazetteer import is_place
from crawler.names import is_desk, is_led, is_person, parts
from crawler.phrases import is_furniture
from crawler.source import Source, content, finder, line
from crawler.title import letters

_LONGEST = 100  # characters of a byline
_DAY = 40  # characters of a date
_BAR = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+")
_PARAGRAPH = 120  # characters; shorter ones are lines
_TAGS = frozenset(
    ["a", "span", "div", "p", "address", "li", "h4", "h5", "strong", "em", "b", "cite"]
)
_NAMED = marked.named("author Author byline Byline auteur autor signature")


def _is_marked(element: _Element) -> bool:
    """Whether an attribute says that an author is named here."""
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    if element.get("data-testid") == "author-name" or element.get("typeof") == "schema:Person":
        return True
    if element.tag not in _TAGS:
        return False
    is_called = element.get("class") in ("fn", "username") or element.get("id") == "authors"
    return is_called or _NAMED(element)


_MARKED = marked.finder(_is_marked, words="fn username authors", told=True)
_OF_AUTHORS = ("/author/", "/auteur/", "/autor/", "/authors/")
_LINES = finder("//p")
_SET = ("strong", "b", "em", "i")
_ASIDE = re.compile(  # what else stands beside an author's name
    r"(?:^|[\s_-])(?:avatar|image|img|photo|bio|biography|desc|description|social|subtitle|role|position|job|count|follow|more|related|popular|date|time|label|contact"
    r"|pullquote|testimonial|appetizer|teaser|pagination)s?(?:$|[\s_-])",
    re.IGNORECASE,
)
_LED = re.compile(
    r"(?:written|reported|[ée]crit|r[ée]dig[ée]|escrito|geschrieben|verfasst|scritto) (?:by|par|por|von|da)\s",
    re.IGNORECASE,
)
_LABEL = re.compile(  # a heading above a name, and nothing else
    r"^\W*(?:(?:the |this |an? )?(?:article|story|report)s? )?(?:written by|authors?|[ée]crit par|r[ée]dig[ée] par|auteure?s?|escrito por|autora?|verfasst von|geschrieben von|بقلم|كتب|الكاتب|mwandishi|marubuci|qoraaga|ጸሐፊ)\W*$",
    re.IGNORECASE,
)
_MANY = re.compile(r"authors|autores|auteurs|list|comment|related|more", re.IGNORECASE)
_PLAINLY = ("fr", "pt", "es")  # languages of newspapers that sign without any markup
_FILED = re.compile(r"categor|rubrique|/tags?/|section|topic|secao|seccion|/c/", re.IGNORECASE)
_LINE_TAGS = frozenset(
    [
        "p",
        "span",
        "div",
        "strong",
        "em",
        "li",
        "b",
        "i",
        "small",
        "font",
        "td",
        "address",
        "h4",
        "h5",
    ]
)


def shown(source: Source, around: list[HtmlElement]) -> Iterator[str]:
    """What the page shows as a byline: marked so, in words under the headline, a name with the date beside it."""
    called = [e for e in _MARKED(source.marks)[:60] if e not in source.others and _is_name(e)]
    outer = {ancestor for e in called for ancestor in islice(e.iterancestors(), 12)}
    inner = [e for e in called if e not in outer]
    for element in inner:
        if any(map(is_person, parts(content(element)))):
            box = _box(element)
            yield from (
                content(e)
                for e in inner
                if e.get("class") == element.get("class") and _box(e) is box
            )
            return
        yield content(element)
    for element in around:
        text = line(element, _LONGEST) if element.tag in _LINE_TAGS else ""
        if len(text) > 5 and is_led(text) and not text.endswith("."):
            yield text
            return
    for element in around[:20]:
        if _signs(element):
            yield content(element)
            return
        if name := _between_bars(element):
            yield name
            return
    near = {*around}
    for element in islice(_linked_authors(source.tree), 20):
        if element in near:
            yield content(element)
            return


def _linked_authors(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Links to what an author has written."""
    for link in tree.getroottree().iter("a"):
        href = link.get("href") or ""
        if any(part in href for part in _OF_AUTHORS):
            yield link


def _is_name(element: HtmlElement) -> bool:
    """Whether a marked element is as short as a byline, and is no picture, biography or list of links."""
    said = f"{element.get('class') or ''} {element.get('id') or ''}"
    return not _ASIDE.search(said) and len(line(element, _LONGEST)) > 2


def _box(element: HtmlElement) -> _Element | None:
    """The box around a byline, in which further authors stand."""
    outer: _Element = element
    for ancestor in islice(element.iterancestors(), 5):
        if not line(ancestor, 3 * _LONGEST):
            break
        outer = ancestor
    return outer


def _signs(element: HtmlElement) -> bool:
    """Whether a link or a piece of a line under the headline is a name with the date beside it."""
    parent = element.getparent()
    if parent is None or not (element.tag == "a" or (element.tag == "span" and len(element) == 0)):
        return False
    name = content(element).strip(" |,·•–—-")
    if not 2 <= len(name.split()) <= 4:
        return False
    if _FILED.search(element.get("href") or ""):
        return False
    beside = content(parent).replace(content(element), " ")
    is_dated = (len(beside) < 80 and _tells_day(beside)) or _stands_by_day(element)
    return is_dated and _is_full(name)


def _stands_by_day(element: HtmlElement) -> bool:
    """Whether the piece before or behind is a date and nothing else."""
    beside = (element.getprevious(), element.getnext())
    pieces = [line(e, _DAY) for e in beside if e is not None and e.tag in ("span", "time")]
    return element.tag == "span" and any(map(_tells_day, pieces))


def _between_bars(element: HtmlElement) -> str | None:
    """The only name in a line such as ``3 May 2026 | A. Name | 12 comments``."""
    text = line(element, _LONGEST) if element.tag in _LINE_TAGS else ""
    pieces = [piece.strip() for piece in _BAR.split(text)]
    if len(pieces) < 2 or not any(len(p) <= _DAY and _tells_day(p) for p in pieces):
        return None
    names = [p for p in pieces if 2 <= len(p.split()) <= 4 and _is_full(p)]
    return names[0] if len(names) == 1 else None


def _is_full(name: str) -> bool:
    """Whether nothing but full names stands here, none of them a place's: sections are called by one word."""
    names = parts(name)
    first = name.split(None, 1)[0] if names else ""
    if not names or (first.isupper() and is_place(first)):  # a dateline
        return False
    return all(" " in n and is_person(n) and not is_place(n) for n in names)


def _tells_day(text: str) -> bool:
    return dates.parse(text) is not None


def below(source: Source) -> Iterator[str]:
    """A name set apart as the last line of the text, as newspapers sign."""
    signs_plainly = (source.tree.get("lang") or "")[:2].lower() in _PLAINLY
    for name, text in _signatures(source):
        before = name.getprevious()
        is_sure = _is_sure(name, text) or (signs_plainly and _is_last(name))
        if is_sure and before is not None and _is_long(before) and not _goes_on(name):
            yield text
            return


def boxed(source: Source) -> Iterator[str]:
    """The only name that a line below the text is led in by "Written by", else the one that opens a box about the author."""
    lines = (line(e, 60) for e in _LINES(source.tree) if e not in source.others)
    led = {text for text in lines if len(text) > 8 and _LED.match(text)}
    if len(led) == 1:
        yield from led
        return
    for element in _MARKED(source.marks)[:60]:
        said = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element in source.others or _MANY.search(said) or line(element, _LONGEST):
            continue
        first = next(
            (text for piece in islice(element.itertext(), 20) if (text := str(piece).strip())), ""
        )
        if 2 <= len(first.split()) <= 4 and is_person(first):
            yield first
            return
    yield from _labelled(source)


def _labelled(source: Source) -> Iterator[str]:
    """What stands in the box right behind a heading such as "Written by:"."""
    for heading in source.tree.iter("h2", "h3", "h4", "h5", "h6", "dt"):
        behind = heading.getnext()
        if behind is None or heading in source.others or not _LABEL.match(line(heading, 40)):
            continue
        first = next((text for piece in behind.itertext() if (text := str(piece).strip())), "")
        names = parts(first)[:1]
        if len(first) <= _LONGEST and any(" " in name and is_person(name) for name in names):
            yield names[0]
            return


def above(source: Source) -> Iterator[str]:
    """A name in bold as the first line of the text, where the site publishes in its own name."""
    for name, text in _signatures(source):
        if _is_bold(name, text) and _opens(source, name, text):
            yield text
            return


def _signatures(source: Source) -> Iterator[tuple[HtmlElement, str]]:
    for element in _LINES(source.tree):
        text = line(element, 50)
        if len(text) > 5 and element not in source.others and _is_signature(text):
            yield element, text


def _is_long(element: _Element) -> bool:
    return sum(len(str(text)) for text in islice(element.itertext(), 50)) > _PARAGRAPH


def _goes_on(name: HtmlElement) -> bool:
    return any(map(_is_long, islice(name.itersiblings(), 6)))


def _opens(source: Source, name: HtmlElement, text: str) -> bool:
    """Whether a line stands before all paragraphs, and says nothing that the headline says."""
    if any(map(_is_long, islice(name.itersiblings(preceding=True), 6))):
        return False
    title = letters(source.meta("og:title") or source.tree.findtext(".//title") or "")
    return _goes_on(name) and not any(letters(word) in title for word in text.split())


def _is_signature(text: str) -> bool:
    """Whether a line is names of two to four words, and what those are."""
    names = [name for name in parts(text) if not is_desk(name)]
    if text.endswith(":") or not names or is_furniture(text):
        return False
    return all(2 <= len(name.split()) <= 4 and is_person(name) for name in names)


def _is_sure(element: HtmlElement, text: str) -> bool:
    """Whether names are set in bold or italics or with the surname in capitals."""
    words = text.split()
    return _is_bold(element, text) or (words[-1].isupper() and not words[0].isupper())


def _is_last(element: HtmlElement) -> bool:
    """Whether a line without links has nothing to read behind it in its box."""
    if element.find(".//a") is not None:
        return False
    return not any(
        "".join(map(str, e.itertext())).strip() for e in islice(element.itersiblings(), 9)
    )


def _is_bold(element: HtmlElement, text: str) -> bool:
    return len(element) == 1 and element[0].tag in _SET and content(element[0]) == text
