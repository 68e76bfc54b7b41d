"""An archived page or style sheet whose addresses lead into the archive and nowhere else; pure.

The text stays as it was but for the values of attributes that hold addresses: nothing is parsed into a
tree and written anew.  Tags are taken apart as browsers do it (HTML, 13.2.5).  What is missed here is
held back by the page's Content-Security-Policy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape, unescape

from crawler.stylesheet import css_addresses
from crawler.urls import absolute

Address = Callable[[str], str]
"""Where in the archive an absolute URL is found."""

_OPEN = re.compile(r"<(?:!--|(/?)([A-Za-z][^\s/>]*))")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)|))?"""
)
_TAG_END = re.compile(r"[\s/]*+>")
_RAW = {"script", "style", "textarea", "title", "xmp", "noembed", "noframes", "iframe"}
_FOREIGN = {"svg", "math"}
_URLS = {
    "href", "src", "poster", "action", "formaction", "background", "data", "cite", "longdesc", "lowsrc",
    "dynsrc", "codebase", "classid", "archive", "usemap", "xlink:href", "manifest", "profile", "icon",
    "data-src", "data-lazy-src", "data-original", "data-lazy", "data-bg",
}  # fmt: skip
_ANIMATED = {"animate", "set"}  # these change attributes without a script, addresses too
_LISTS = {"srcset", "imagesrcset", "data-srcset", "data-lazy-srcset"}
_STYLES = {  # values in CSS; all but the first are SVG's
    "style", "fill", "stroke", "filter", "mask", "clip-path", "cursor",
    "marker", "marker-start", "marker-mid", "marker-end",
}  # fmt: skip
_DROPPED = {"integrity", "crossorigin", "nonce", "ping", "target", "attributionsrc", "srcdoc"}
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy")
_LAZY_LISTS = ("data-srcset", "data-lazy-srcset")
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,]|[^\s,])((?:\s+[\d.]+[wxh])*)\s*(?:,|$)")
_REFRESH = re.compile(
    r"""(\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?)(["']?)(.+?)\2\s*""", re.IGNORECASE | re.DOTALL
)
_LOCAL = ("#", "data:", "about:", "blob:")


@dataclass(frozen=True, slots=True)
class _Attribute:
    """One as it stands in the tag: its name in lower case, its value without references, None if it has none."""

    start: int
    end: int
    name: str
    value: str | None


def rewritten_html(text: str, url: str, address: Address) -> str:
    """The page of a URL as it can be shown from the archive."""
    return "".join(_Page(text, url, address).pieces())


def rewritten_css(text: str, url: str, address: Address) -> str:
    """The style sheet of a URL as it can be used from the archive."""
    parts, end = [], 0
    for place in css_addresses(text):
        found = _css_quoted(_turned(place.href, url, address))
        parts += [text[end : place.start], f'"{found}"']
        end = place.end
    return "".join([*parts, text[end:]])


class _Page:
    """One pass over a page."""

    def __init__(self, text: str, url: str, address: Address) -> None:
        self._text, self._base, self._address = text, url, address
        self._has_base = self._is_foreign = False

    def pieces(self) -> Iterator[str]:
        """The page in parts."""
        text, place = self._text, 0
        while match := _OPEN.search(text, place):
            yield text[place : match.start()]
            if match[2] is None:
                place = _comment_end(text, match.start())
                yield text[match.start() : place]
                continue
            name = match[2].lower()
            found = _attributes(text, match.end())
            if found is None:  # the page ends within a tag: browsers leave it out
                return
            attributes, closing, place = found
            tag = text[match.start() : place]
            yield tag if match[1] else self._tag(match, attributes, closing) + text[closing:place]
            self._is_foreign |= name in _FOREIGN
            if not match[1] and name in _RAW:
                end = _raw_end(text, place, name)
                yield self._raw(name, text[place:end])
                place = end
        yield text[place:]

    def _raw(self, name: str, inside: str) -> str:
        if name == "style":
            inside = rewritten_css(inside, self._base, self._address)
        if self._is_foreign and "<" in inside:  # within SVG it is markup, as far as can be told
            inside = "".join(_Page(inside, self._base, self._address).pieces())
        return inside

    def _tag(self, match: re.Match[str], attributes: list[_Attribute], closing: int) -> str:
        """The tag as far as what closes it."""
        values = {attribute.name: attribute.value or "" for attribute in reversed(attributes)}
        changes = dict(self._changes(match[2].lower(), attributes, values))
        parts, place = [], match.start()
        for attribute in attributes:
            if attribute.name in changes:
                parts.append(self._text[place : attribute.start])
                parts.append(_written(attribute.name, changes.pop(attribute.name)))
                place = attribute.end
        parts.append(self._text[place:closing])
        return "".join([*parts, *(_written(name, value) for name, value in changes.items())])

    def _changes(
        self, name: str, attributes: list[_Attribute], values: dict[str, str]
    ) -> Iterator[tuple[str, str | None]]:
        """New values by attribute; None takes one away."""
        if name == "meta":
            yield from self._meta(values)
            return
        if name == "base" and not self._has_base and values.get("href"):
            self._has_base = True
            self._base = absolute(values["href"], self._base) or self._base
        firsts = {attribute.name: attribute for attribute in reversed(attributes)}
        for attribute in firsts.values():
            if attribute.name in _DROPPED or attribute.name.startswith("on"):
                yield attribute.name, None
            elif attribute.value is not None and attribute.name in _URLS:
                yield attribute.name, _turned(attribute.value, self._base, self._address)
            elif attribute.value is not None and attribute.name in _LISTS:
                yield attribute.name, self._candidates(attribute.value)
            elif attribute.value and attribute.name in _STYLES:
                yield attribute.name, rewritten_css(attribute.value, self._base, self._address)
        if name in ("img", "source"):
            yield from self._awake(name, values)
        elif name in _ANIMATED and values.get("attributename", "").strip().lower() in _URLS:
            yield "attributename", None

    def _awake(self, name: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Pictures that a script would have put in place; there are no scripts here."""
        lazy = next((values[key] for key in _LAZY if values.get(key)), None)
        if lazy and name == "img":
            yield "src", _turned(lazy, self._base, self._address)
        lazy_list = next((values[key] for key in _LAZY_LISTS if values.get(key)), None)
        if lazy_list:
            yield "srcset", self._candidates(lazy_list)

    def _candidates(self, value: str) -> str:
        found = (
            f"{_turned(match[1], self._base, self._address)}{match[2]}"
            for match in _CANDIDATE.finditer(value)
        )
        return ", ".join(found)

    def _meta(self, values: dict[str, str]) -> Iterator[tuple[str, str | None]]:
        kind = values.get("http-equiv", "").strip().lower()
        if kind == "refresh":
            match = _REFRESH.fullmatch(values.get("content", ""))
            if match and not match[3].replace(".", "").strip().isdigit():
                yield "content", f"{match[1]}{_turned(match[3], self._base, self._address)}"
        elif kind == "content-type":
            yield "content", "text/html; charset=utf-8"
        elif kind:
            yield "http-equiv", None
        elif "charset" in values:
            yield "charset", "utf-8"


def _attributes(text: str, place: int) -> tuple[list[_Attribute], int, int] | None:
    """The attributes of a tag, where its closing begins and ends; None if it is not closed."""
    found: list[_Attribute] = []
    while not (end := _TAG_END.match(text, place)):
        match = _ATTRIBUTE.match(text, place)
        if match is None or match.end() == place:
            return None
        value = next((group for group in match.group(2, 3, 4) if group is not None), None)
        found.append(
            _Attribute(
                start=match.start(1),
                end=match.end(),
                name=match[1].lower(),
                value=None if value is None else unescape(value),
            )
        )
        place = match.end()
        if place < len(text) and text[place] in "\"'" and match[0].rstrip().endswith("="):
            return None  # a quote that is never closed
    return found, end.start(), end.end()


def _comment_end(text: str, start: int) -> int:
    """Behind what closes a comment: ``-->``, or ``--!>`` by mistake."""
    ends = ((text.find("-->", start + 2), 3), (text.find("--!>", start + 4), 4))
    return min((place + length for place, length in ends if place >= 0), default=len(text))


def _raw_end(text: str, place: int, name: str) -> int:
    match = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, place)
    return match.start() if match else len(text)


def _written(name: str, value: str | None) -> str:
    """With blanks around: what is beside it may have had none."""
    return "" if value is None else f' {name}="{escape(value)}"'


def _turned(href: str, base: str, address: Address) -> str:
    """An address in the archive; what leads nowhere leads to an empty page."""
    bare = href.strip()
    if not bare or bare.lower().startswith(_LOCAL):
        return bare
    found = absolute(bare, base)
    if found is None:
        return "about:invalid"
    _, mark, fragment = bare.partition("#")
    return f"{address(found)}{mark}{fragment}"


def _css_quoted(text: str) -> str:
    return text.replace("\\", "%5C").replace('"', "%22").replace("\n", "").replace("<", "%3C")
