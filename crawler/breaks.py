"""Old markup parts paragraphs by line breaks, doubled or not; here they become paragraphs as everyone reads them."""

from __future__ import annotations

from lxml.etree import SubElement, _Element
from lxml.html import HtmlElement

from crawler import phrases

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
_MOST = 0.5  # of the long lines between breaks end as sentences do
_PART = 0.4  # of what a box says is in those; else it is a list, an address, verse


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
