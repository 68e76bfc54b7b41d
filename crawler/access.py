"""Whether an article can be read whole: what the page says, subscriber walls, cut teasers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element

from archive.article import Access
from crawler import marked
from crawler.phrases import plain
from crawler.source import Source, content, element_of, finder, line
from crawler.words import any_of

_LINE = 300  # characters; a longer text is no notice
_NEAR = 40  # elements behind the text in which its wall stands
_BADGE = 8  # elements behind the text in which two words such as "premium article" are about it
_READ = 2500  # characters; so much text is no teaser, whatever a box elsewhere on the page says
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\)|\(\.\.\.\))\s*$")
_AFTER = finder(f"following::*[position() <= {_NEAR}]")
_NAMED = marked.finder(
    marked.named(
        "paywall regwall subscriber premium abonne assinante suscript restricted locked", "paywall"
    )
)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN = frozenset(["hidden", "d-none", "is-hidden", "u-hidden", "hide", "screen-reader-text"])
_BESIDE = frozenset(["nav", "aside", "footer", "template", "noscript", "script", "style"])


@dataclass(frozen=True, slots=True)
class _Table:
    whole: frozenset[str]
    walls: re.Pattern[str]
    meters: re.Pattern[str]
    more: frozenset[str]


def access(source: Source, blocks: list[str]) -> Access | None:
    """Paywalled behind a wall or where the page says so, partial where metered or cut; None if nothing tells.

    ``blocks`` are the text with the wall's own words, if extraction took them along.
    """
    declared = _declared(source)
    last = element_of(source.tree, blocks[-1]) if blocks else None
    behind = [e for e in _AFTER(last) if _is_shown(source, e)] if last is not None else []
    notices = [*blocks, *_notices(source, behind, blocks)]
    if any(map(is_wall, notices)) or any(
        _is_badge(line(element, _LINE)) for element in behind[:_BADGE]
    ):
        return "paywalled"
    if declared in ("paywalled", "partial"):
        return declared
    links = [*last.iter("a"), *behind] if last is not None else []
    if any(_says(text, _table().meters) for text in notices) or _is_cut(source, blocks, links):
        return "partial"
    return declared


@marked.remembered
def is_wall(text: str) -> bool:
    """Whether a line tells the reader that the rest is for subscribers: no part of the article."""
    return _says(text, _table().walls)


def _is_badge(text: str) -> bool:
    return len(text) < 60 and plain(text).strip(" :") in _table().whole


def _says(text: str, phrases: re.Pattern[str]) -> bool:
    if len(text) > _LINE:
        return False
    return phrases.search(f" {plain(text)} ") is not None


def _declared(source: Source) -> Access | None:
    """What JSON-LD and metas say."""
    whole = _is_free(source.article.get("isAccessibleForFree"))
    tier = (source.meta("article:content_tier", "content_tier") or "").lower()
    if whole is False or tier == "locked":
        return "paywalled"
    parts = source.article.get("hasPart")
    inner = [p for p in (parts if isinstance(parts, list) else [parts]) if isinstance(p, dict)]
    if tier == "metered" or any(_is_free(p.get("isAccessibleForFree")) is False for p in inner):
        return "partial"
    return "free" if whole or tier == "free" else None


def _is_free(said: object) -> bool | None:
    word = str(said).strip().lower().rpartition("/")[2]
    return {"true": True, "1": True, "false": False, "0": False}.get(word)


def _notices(source: Source, behind: list[_Element], blocks: list[str]) -> Iterator[str]:
    """Short texts behind the article's last words; of a short article also what markup calls a wall."""
    short = sum(map(len, blocks)) < _READ
    named = [e for e in _NAMED(source.marks)[:20] if _is_shown(source, e)] if short else []
    for element in (*behind, *named):
        yield line(element, _LINE)


def _is_shown(source: Source, element: _Element) -> bool:
    """Whether readers see an element, and it is no teaser of another article."""
    if element in source.others:
        return False
    for box in (element, *islice(element.iterancestors(), 12)):
        names = set((box.get("class") or "").split())
        if box.tag in _BESIDE or box.get("hidden") is not None or names & _HIDDEN:
            return False
        if _UNSEEN.search(box.get("style") or "") or (box.tag == "a" and len(content(box)) > 60):
            return False
    return True


def _is_cut(source: Source, blocks: list[str], links: list[_Element]) -> bool:
    """Whether the text breaks off, and a link to the rest of the same article follows."""
    if not blocks or not _CUT.search(blocks[-1]):
        return False
    return any(
        plain(content(link)).strip(" :") in _table().more and _is_same(source, link.get("href"))
        for link in links
        if link.tag == "a"
    )


def _is_same(source: Source, href: str | None) -> bool:
    """Whether an address is the page's own or one below it."""
    try:
        path = urlsplit(urljoin(source.base, href or "")).path.rstrip("/")
        own = urlsplit(source.url).path.rstrip("/")
    except ValueError:
        return False
    return path == own or (bool(own) and path.startswith(f"{own}/"))


@cache
def _table() -> _Table:
    text = files("crawler").joinpath("access.toml").read_text("utf-8")
    languages = tomllib.loads(text).values()

    def every(name: str) -> list[str]:
        return sorted({plain(said) for words in languages for said in words[name]})

    return _Table(
        whole=frozenset(every("whole")),
        walls=re.compile(f" {any_of(every('walls'))} "),
        meters=re.compile(f" {any_of(every('meters'))} "),
        more=frozenset(every("more")),
    )
