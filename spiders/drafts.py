"""Site files out of lists: what can be said of each site, or what is missing to say it; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawler.urls import identity, is_address, plain_host
from spiders.outlines import Outline
from spiders.site import Site, site_for

_NO_WORD = re.compile(r"[^a-z0-9]+")
_SECOND = frozenset({"ac", "co", "com", "gov", "gouv", "info", "net", "or", "org", "go"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A site file that may be written: its id, and its text in TOML."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A site for which there is no draft; ``is_known`` where one of the sites has it already."""

    url: str
    why: str
    is_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What whoever imports a list says of all its sites."""

    country: str | None = None
    languages: tuple[str, ...] = ()


def drafts(
    outlines: Iterable[Outline], sites: Mapping[str, Site], said: Said
) -> list[Draft | Left]:
    """A draft for each site of the outlines, its feeds together; a file is never replaced."""
    grouped: dict[str, list[Outline]] = {}
    for outline in outlines:
        grouped.setdefault(identity(outline.url), []).append(outline)
    taken = set(sites)
    made: list[Draft | Left] = []
    for group in grouped.values():
        draft = _draft(group, sites, said, taken)
        if isinstance(draft, Draft):
            taken.add(draft.id)
        made.append(draft)
    return made


def _draft(
    group: list[Outline], sites: Mapping[str, Site], said: Said, taken: Collection[str]
) -> Draft | Left:
    url = group[0].url
    if known := site_for(url, sites):
        return Left(url=url, why=f"is {known.id} already", is_known=True)
    country = said.country or _first(outline.country for outline in group)
    language = _first(outline.language for outline in group)
    languages = said.languages or ((language,) if language else ())
    if country is None or not languages:
        lacking = [
            *(["its country (--country)"] if country is None else []),
            *([] if languages else ["its language (--language)"]),
        ]
        return Left(url=url, why=f"nobody says {' and '.join(lacking)}")
    values: dict[str, object] = {
        "name": _first(outline.name for outline in group) or plain_host(url),
        "url": url,
        "country": country,
        "languages": list(languages),
    }
    if feeds := list(dict.fromkeys(outline.feed for outline in group if outline.feed)):
        values["feeds"] = feeds
    lines = (f"{key} = {toml_of(value)}\n" for key, value in values.items())
    return Draft(id=site_id(url, taken), text="".join(lines))


def _first(texts: Iterable[str | None]) -> str | None:
    return next(filter(None, texts), None)


def site_id(url: str, taken: Collection[str]) -> str:
    """`https://www.bbc.com/hausa` is `bbc-hausa`; a number makes it another one's."""
    host = plain_host(url)
    labels = host.split(".")
    if not is_address(host) and len(labels) > 1:
        labels = labels[:-1]
        if len(labels) > 1 and labels[-1] in _SECOND:
            labels = labels[:-1]
    words = _NO_WORD.sub("-", "-".join([*labels, unquote(urlsplit(url).path)]).lower()).strip("-")
    name, number = words or "site", 1
    while (found := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return found


def toml_of(value: object) -> str:
    """A value as TOML: JSON's strings and lists are TOML's, but for the one control character it lets by.

    A table is written on the line of its key.
    """
    if isinstance(value, Mapping):
        inner = ", ".join(f"{toml_of(key)} = {toml_of(item)}" for key, item in value.items())
        return f"{{ {inner} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")
