"""Lists of feeds as other readers keep them: OPML and plain lists of URLs, in and out; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from lxml import etree

from crawler.urls import absolute
from spiders.countries import COUNTRIES, INTERNATIONAL
from spiders.listing import is_feed
from spiders.markup import plain_text
from spiders.site import Site

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>Djeli</title></head>
  <body>
"""
_FOOT = "  </body>\n</opml>\n"
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?]|$)")  # as people write addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One line of such a list: a site's front page, its feed or both, and what is said of it."""

    url: str
    feed: str | None = None
    name: str | None = None
    country: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Stray:
    """What stands where a URL should, and where: ``line 3``."""

    where: str
    text: str


def outlines_in(body: bytes) -> list[Outline | Stray]:
    """The outlines of an OPML file, or of a list with one URL or host a line; lines from ``#`` on are remarks."""
    text = plain_text(body).lstrip("\ufeff")
    if text.lstrip().startswith("<"):
        return list(_of_opml(text))
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [_of_line(number, line) for number, line in lines if line and line[0] != "#"]


def opml(sites: Iterable[Site]) -> str:
    """The sites' feeds as OPML 2.0, a folder for each country; a site without feed is a link."""
    by_country = sorted(sites, key=lambda site: (site.country, site.id))
    lines = [_HEAD]
    for country, group in groupby(by_country, key=lambda site: site.country):
        lines.append(f"    <outline text={quoteattr(country)}>\n")
        lines += [f"      {line}\n" for site in group for line in _outlines_of(site)]
        lines.append("    </outline>\n")
    return "".join([*lines, _FOOT])


def _outlines_of(site: Site) -> Iterator[str]:
    said = f"text={quoteattr(site.name)} language={quoteattr(site.languages[0])}"
    home = quoteattr(site.url)
    if not site.feeds:
        yield f'<outline type="link" {said} url={home}/>'
    for feed in site.feeds:
        yield f'<outline type="rss" {said} xmlUrl={quoteattr(feed)} htmlUrl={home}/>'


def _of_opml(text: str) -> Iterator[Outline | Stray]:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, encoding="utf-8", huge_tree=True
    )
    root = etree.fromstring(text.lstrip().encode(), parser)
    elements = root.iter("outline", "OUTLINE") if root is not None else ()
    for element in elements:
        said = {str(name).lower(): str(value).strip() for name, value in element.attrib.items()}
        feed = _web(said.get("xmlurl"))
        home = _web(said.get("htmlurl")) or _web(said.get("url")) or (_home(feed) if feed else None)
        if home is None:
            if meant := said.get("xmlurl") or said.get("htmlurl") or said.get("url"):
                yield Stray(f"line {element.sourceline}", meant)
            continue
        yield Outline(
            url=home,
            feed=feed,
            name=said.get("text") or said.get("title") or None,
            country=_folder(element),
            language=said.get("language", "")[:2].lower() or None,
        )


def _folder(element: etree._Element) -> str | None:
    """The country that a folder around an outline is named after."""
    for above in element.iterancestors():
        name = (above.get("text") or above.get("title") or "").strip()
        if name in COUNTRIES or name == INTERNATIONAL:
            return name
    return None


def _of_line(number: int, line: str) -> Outline | Stray:
    url = _web(f"https://{line}" if _HOST.match(line) else line)
    if url is None:
        return Stray(f"line {number}", line)
    return Outline(url=_home(url), feed=url) if is_feed(url) else Outline(url=url)


def _web(text: str | None) -> str | None:
    if not text or not text.lower().startswith(("http://", "https://")) or " " in text:
        return None
    return absolute(text, text)


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
