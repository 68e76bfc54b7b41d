"""What a site's own pages tell of it: its name, its country and its languages, each with what shows it; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.article import Article
from crawler.urls import is_address, plain_host
from spiders.answers import Got
from spiders.countries import CAPITAL_ZONES, COUNTRIES
from spiders.markup import Element, plain_title, text_in

_SOLD_AS_NAMES = "AC AI CC CO FM GG IO LA ME SH TO TV VC WS"
_SOLD = frozenset(_SOLD_AS_NAMES.split())
_DASH = re.compile(r"\s+[|–—•·»:-]+\s+")
_AFRICAN = ("Africa/", "Indian/", "Atlantic/")
_SHARE = 0.2  # of the articles are in a language that is the site's


@dataclass(frozen=True, slots=True)
class Told:
    """A value, and what says so; ``is_guess`` where that is not certain."""

    value: str
    why: str
    is_guess: bool = False


def name_of_site(pages: Sequence[Got], url: str) -> Told:
    """As it calls itself in Open Graph, or in the titles of its pages (the front page first); else its host."""
    trees = [tree for page in pages if (tree := page.tree) is not None]
    for name in ("og:site_name", "application-name"):
        said = Counter(value for tree in trees if (value := _meta(tree, name)))
        if said:
            return Told(said.most_common(1)[0][0], f"its pages say so ({name})")
    titles = [_parts(tree) for tree in trees]
    counts = Counter(part for parts in titles for part in dict.fromkeys(parts))
    if parts := next(iter(titles), []):
        most = max(parts, key=lambda part: counts[part])  # the first of them where all are alike
        return Told(most, "the titles of its pages", is_guess=True)
    return Told(plain_host(url), "its host", is_guess=True)


def _parts(tree: Element) -> list[str]:
    """What stands between the dashes of a title."""
    title = next((plain_title(text_in(found, 200)) for found in tree.iter("title")), None)
    return [part.strip() for part in _DASH.split(title or "") if part.strip()]


def country_of_site(front: Got | None, url: str) -> Told | None:
    """By the end of its host, or the region of the language that its front page declares."""
    host = plain_host(url)
    ending = host.rpartition(".")[2].upper()
    ending = "GB" if ending == "UK" else ending
    if not is_address(host) and ending in COUNTRIES and ending not in _SOLD:
        return Told(ending, f"the host ends in .{host.rpartition('.')[2]}", is_guess=True)
    for declared in _declared(front):
        region = declared.replace("_", "-").rpartition("-")[2].upper()
        if "-" in declared.replace("_", "-") and CAPITAL_ZONES.get(region, "").startswith(_AFRICAN):
            return Told(region, f"the front page declares {declared}", is_guess=True)
    return None


def languages_of_site(articles: Iterable[Article], front: Got | None) -> list[Told]:
    """Those in which its articles are, the main one first; else what its front page declares."""
    found = list(articles)
    spoken = Counter(article.language for article in found if article.language)
    told = [
        Told(code, f"{times} of {len(found)} articles")
        for code, times in spoken.most_common()
        if times >= _SHARE * len(found)
    ]
    if told:
        return told
    for declared in _declared(front):
        code = re.split("[-_]", declared.lower())[0]
        if re.fullmatch(r"[a-z]{2,3}", code):
            return [Told(code, f"the front page declares {declared}", is_guess=True)]
    return []


def home_of(front: Got | None, url: str) -> str:
    """The address that a site file is to have: the host to which the one given leads, the path as given."""
    if front is None:
        return url
    asked, found = urlsplit(url), urlsplit(front.url)
    return f"{found.scheme}://{found.netloc}{asked.path or '/'}"


def _declared(front: Got | None) -> list[str]:
    """The page's language, as its markup says."""
    tree = front.tree if front else None
    if tree is None:
        return []
    root = [tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
    return [said.strip() for said in (*root, _meta(tree, "og:locale")) if said]


def _meta(tree: Element, name: str) -> str | None:
    for meta in tree.iter("meta"):
        if name in (meta.get("property"), meta.get("name")) and (said := meta.get("content")):
            return " ".join(said.split()) or None
    return None
