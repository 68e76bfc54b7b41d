"""What old and ornate markup parts, as everyone reads it: paragraphs between line breaks, a first letter and its word."""

from __future__ import annotations

import re

from lxml.etree import SubElement, _Element
from lxml.html import HtmlElement

from crawler import phrases
from crawler.marked import remembered

_BOXES = frozenset(
    ["p", "div", "span", "font", "td", "center", "section", "article", "blockquote", "b", "strong"]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "em",
        "font",
        "i",
        "img",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "time",
    ]
)


_LONG = 80  # characters; a verse, an address, a line broken by hand are shorter
_STOPS = (".", "!", "?", "…", "»", "”", '"', "؟", "።", ":", ";")
_INITIAL = re.compile(
    r"(?:^|[\s_-])(?:drop-?caps?|initials?|lettrine|first-?letter|capital|capitular)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WORDS = frozenset("AIÀOYEÉÔ")  # letters that are words of their own
_MOST = 0.5  # of the long lines between breaks end as sentences do
_PART = 0.4  # of what a box says is in those; else it is a list, an address, verse


def join_initials(tree: HtmlElement) -> None:
    """Put a first letter that is set apart, and said to be one, before the rest of its word; in place."""
    for element in tree.iter("span", "strong", "b", "font", "em", "i", "big"):
        if not _is_initial(element):
            continue
        rest = element.tail if (element.tail or "").strip() else _behind(element)
        if rest[:1].isspace() and rest.lstrip()[:1].islower():
            element.tail = (element.tail or "").lstrip() or None


def _behind(element: _Element) -> str:
    """The blanks behind an element and the text of the next one."""
    following = element.getnext()
    return (element.tail or "") + ("" if following is None else (following.text or ""))


@remembered
def _is_named_initial(name: str) -> bool:
    return _INITIAL.search(name) is not None


def _is_initial(element: _Element) -> bool:
    name = element.get("class")
    if not name or not _is_named_initial(name):
        return False
    letter = "".join(map(str, element.itertext())).strip()
    return len(letter) == 1 and letter.isupper() and letter not in _WORDS


def to_paragraphs(tree: HtmlElement) -> None:
    """Make ``one<br><br>two`` two paragraphs, in place; ``one<br>two`` too where both are such."""
    for box in dict.fromkeys(br.getparent() for br in tree.iter("br")):
        if box is not None and box.tag in _BOXES:
            if _is_of_paragraphs(box):
                _part(box, single=True)
            elif any(_is_doubled(br) for br in box.iterchildren("br")):
                _part(box, single=False)


def _is_of_paragraphs(box: _Element) -> bool:
    """Whether single breaks part paragraphs: several long lines, most of which end as sentences do."""
    lines = [line for line in _lines(box) if not phrases.is_furniture(line)]
    told = [line for line in lines if len(line) >= _LONG]
    ended = [line for line in told if line.endswith(_STOPS)]
    if len(ended) < 2 or len(ended) < _MOST * len(told):
        return False
    return sum(map(len, ended)) >= _PART * sum(map(len, lines))


def _lines(box: _Element) -> list[str]:
    """What stands between the breaks of a box."""
    lines = [box.text or ""]
    for child in box:
        if child.tag == "br":
            lines.append("")
        elif child.tag in _INLINE:
            lines[-1] += "".join(map(str, child.itertext()))
        else:
            lines.append("")
        lines[-1] += child.tail or ""
    return [" ".join(line.split()) for line in lines]


def _is_doubled(br: _Element) -> bool:
    after = br.getnext()
    return after is not None and after.tag == "br" and not (br.tail or "").strip()


def _part(box: _Element, *, single: bool) -> None:
    """Children and text of a box into paragraphs, at every break or doubled ones; what is a block of its own stays one."""
    text = box.text
    children = [(child, child.tail, single or _is_doubled(child)) for child in box]
    if box.tag in ("p", "span", "font", "b", "strong"):
        box.tag = "div"
    for child, _, _ in children:
        box.remove(child)
    box.text = None
    paragraph = _begin(box, text)
    ended = False
    for child, tail, doubled in children:
        child.tail = None
        if child.tag == "br" and (doubled or ended):
            paragraph, ended = _begin(box, tail), doubled
            continue
        ended = False
        if child.tag == "br" or child.tag in _INLINE:
            paragraph.append(child)
            child.tail = tail
        else:
            box.append(child)
            paragraph = _begin(box, tail)
    for empty in [p for p in box if p.tag == "p" and not len(p) and not (p.text or "").strip()]:
        box.remove(empty)


def _begin(box: _Element, text: str | None) -> _Element:
    paragraph = SubElement(box, "p")
    paragraph.text = text
    return paragraph
