"""Who wrote an article: persons, a desk or an agency, from JSON-LD, metas, and the byline on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import _Element
from lxml.html import HtmlElement

from archive.article import BylineKind
from crawler import dates, marked, wires
from crawler.jsonld import texts, types_of
from crawler.names import is_desk, is_led, is_person, parts
from crawler.phrases import is_furniture
from crawler.source import Source, content, finder, line
from crawler.title import letters, site_name

_MOST = 12
_LONGEST = 100  # characters of a byline
_SURE = 10  # letters of a site's name that are in no person's
_PARAGRAPH = 120  # characters; shorter ones are lines


@dataclass(frozen=True, slots=True)
class Byline:
    """Whom an article is by; ``said`` are the names as they stand there, of desks and agencies too."""

    persons: tuple[str, ...] = ()
    kind: BylineKind | None = None
    said: tuple[str, ...] = ()


_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "citation_authors",
    "dc.creator",
    "dc.creator.name",
    "dcterms.creator",
    "byl",
    "citation_author",
    "article:author_name",
    "cxenseparse:author",
    "article.author",
    "twitter:misc:written by",
    "twitter:creator",
)
_PUBLISHERS = ("dc.publisher", "dcterms.publisher", "publisher", "citation_publisher")
_WRITTEN = (
    "written by",
    "écrit par",
    "كتب",
    "escrito por",
    "par",
    "by",
    "publié par",
    "rédigé par",
)
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


_MARKED = marked.finder(_is_marked)
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


def byline(source: Source, around: list[HtmlElement]) -> Byline:
    """The first place that names a person is believed, else the first that names an agency or a desk."""
    publishers = [source.meta(name) for name in _PUBLISHERS]
    own = frozenset(letters(n) for n in (site_name(source), *_hosts(source.url), *publishers) if n)
    own -= frozenset(map(letters, _owners(source)))
    shown = list(_shown(source, around))
    metas = _named_metas(source)
    if shown and _is_owner(metas, shown, own):
        metas = []
    places = (_linked(source), metas, shown, _below(source), _boxed(source))
    kinds: dict[BylineKind, Byline] = {}
    for place in places:
        found = _read(place, own)
        if found.persons or (found.kind == "agency" and not kinds):
            return found
        if found.kind:
            kinds.setdefault(found.kind, found)
    if "desk" in kinds and (found := _read(_above(source), own)).persons:
        return found
    said = tuple(name for found in kinds.values() for name in found.said)
    kind = next((kind for kind in ("agency", "desk") if kind in kinds), None)
    return Byline(kind=kind, said=tuple(dict.fromkeys(said)))


def _is_owner(metas: list[str], shown: list[str], own: frozenset[str]) -> bool:
    """Whether metas name nobody of those whom the page shows as authors: on some sites they name its owner everywhere."""
    told, seen = _read(metas, own).persons, _read(shown, own).persons
    words = {word for name in seen for word in name.lower().split()}
    return bool(told and seen) and not any(
        word in words for n in told for word in n.lower().split()
    )


def _read(place: Iterable[str], own: frozenset[str]) -> Byline:
    """The names in the strings of one place."""
    strings = [parts(said) for said in place]
    names = [name for string in strings for name in string]
    people = [name for string in strings for name in _people(string, own)]
    if len(people) > 1:
        people = [name for name in people if not _is_degree(name)]
    if people:
        return Byline(tuple(dict.fromkeys(people))[:_MOST], "person", tuple(dict.fromkeys(names)))
    kind: BylineKind | None = None
    if any(wires.is_agency(name) for name in names):
        kind = "agency"
    elif any(is_desk(name) or _is_own(name, own) for name in names):
        kind = "desk"
    return Byline(kind=kind, said=tuple(dict.fromkeys(names)) if kind else ())


def _people(names: list[str], own: frozenset[str]) -> list[str]:
    """The persons of one string; single words only where no body is beside them."""
    least = 2 if any(map(is_desk, names)) else 1
    people = [n for n in names if is_person(n) and not wires.is_agency(n) and not _is_own(n, own)]
    return [name for name in people if len(name.split()) >= least or not name.isascii()]


def _is_own(name: str, own: frozenset[str]) -> bool:
    """Whether a name is the site's, or one of its words the site's address."""
    words = [letters(word) for word in name.split()]
    said = letters(name)
    if said in own or any(word in own for word in words):
        return True
    if any(site in said for site in own if len(site) >= _SURE):
        return True
    return len(words[-1]) == 1 and any(site.startswith("".join(words[:-1])) for site in own)


def _is_degree(name: str) -> bool:
    return len(name) < 6 and name.isupper() and name.isascii()


_SECOND = frozenset(["co", "com", "org", "net", "ac", "gov", "gouv", "go", "or", "ne", "info"])


def _hosts(url: str) -> tuple[str, ...]:
    """The host of an address, and its name within the registry's."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ()
    labels = host.split(".")[:-1]
    name = next((label for label in reversed(labels) if label not in _SECOND), "")
    return (host, name) if len(name) > 2 and "-" not in name else (host,)


def _linked(source: Source) -> Iterator[str]:
    """JSON-LD's authors."""
    value = source.article.get("author") or source.article.get("creator")
    for node in value if isinstance(value, list) else [value]:
        yield from texts(source.linked.whole(node))


def _owners(source: Source) -> Iterator[str]:
    """Persons of two or more names who publish under their own: no body on the page is called so."""
    bodies = {letters(t) for n in source.linked.nodes for t in texts(n.get("name")) if _is_body(n)}
    value = source.article.get("author")
    for node in value if isinstance(value, list) else [value]:
        whole = source.linked.whole(node)
        if isinstance(whole, dict) and "person" in types_of(whole):
            named = (name for name in texts(whole) if " " in name and is_person(name))
            yield from (name for name in named if letters(name) not in bodies)


def _is_body(node: dict[str, Any]) -> bool:
    types = types_of(node)
    return "person" not in types and any("organization" in name for name in types)


def _named_metas(source: Source) -> list[str]:
    for name in _METAS:
        if found := [v for v in source.metas.get(name, ()) if any(map(is_person, parts(v)))]:
            return found
    label = (source.meta("twitter:label1") or "").lower()
    data = source.meta("twitter:data1")
    if data and any(word in label for word in _WRITTEN):
        return [data]
    return list(source.metas.get("author", ()))


def _shown(source: Source, around: list[HtmlElement]) -> Iterator[str]:
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
    return len(beside) < 80 and dates.parse(beside) is not None and is_person(name)


def _below(source: Source) -> Iterator[str]:
    """A name set apart as the last line of the text, as newspapers sign."""
    signs_plainly = (source.tree.get("lang") or "")[:2].lower() in _PLAINLY
    for name, text in _signatures(source):
        before = name.getprevious()
        is_sure = _is_sure(name, text) or (signs_plainly and _is_last(name))
        if is_sure and before is not None and _is_long(before) and not _goes_on(name):
            yield text
            return


def _boxed(source: Source) -> Iterator[str]:
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


def _above(source: Source) -> Iterator[str]:
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
