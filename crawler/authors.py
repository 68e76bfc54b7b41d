"""Who wrote an article: persons, a desk or an agency, from JSON-LD, metas, and the byline on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.article import BylineKind
from crawler import signed, wires
from crawler.gazetteer import is_place
from crawler.jsonld import texts, types_of
from crawler.names import is_desk, is_person, parts
from crawler.source import Source
from crawler.title import letters, site_name

_MOST = 12
_SURE = 10  # letters of a site's name that are in no person's


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


def byline(source: Source, around: list[HtmlElement]) -> Byline:
    """The first place that names a person is believed, else the first that names an agency or a desk."""
    publishers = [source.meta(name) for name in _PUBLISHERS]
    own = frozenset(letters(n) for n in (site_name(source), *_hosts(source.url), *publishers) if n)
    own -= frozenset(map(letters, _owners(source)))
    shown = list(signed.shown(source, around))
    metas = _named_metas(source)
    if shown and _is_owner(metas, shown, own):
        metas = []
    places = (_linked(source), metas, shown, signed.below(source), signed.boxed(source))
    kinds: dict[BylineKind, Byline] = {}
    for place in places:
        found = _read(place, own)
        if found.persons or (found.kind == "agency" and not kinds):
            return found
        if found.kind:
            kinds.setdefault(found.kind, found)
    if "desk" in kinds and (found := _read(signed.above(source), own)).persons:
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
    if len(people) > 1:  # "By A. Name, Sokoto"
        people = [people[0], *(name for name in people[1:] if not is_place(name))]
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
