"""Old markup parts paragraphs by doubled line breaks; here they become paragraphs as everyone reads them."""

from __future__ import annotations

from lxml.etree import SubElement, _Element
from lxml.html import HtmlElement

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


def to_paragraphs(tree: HtmlElement) -> None:
    """Make ``one<br><br>two`` two paragraphs, in place."""
    doubled = [br for br in tree.iter("br") if _is_doubled(br)]
    boxes = dict.fromkeys(br.getparent() for br in doubled)
    for box in boxes:
        if box is not None and box.tag in _BOXES:
            _part(box)


def _is_doubled(br: _Element) -> bool:
    after = br.getnext()
    return after is not None and after.tag == "br" and not (br.tail or "").strip()


def _part(box: _Element) -> None:
    """Children and text of a box into paragraphs; what is a block of its own stays one."""
    text = box.text
    children = [(child, child.tail, _is_doubled(child)) for child in box]
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
