"""Lists of feeds as other readers keep them: OPML and plain lists of URLs, in and out; pure."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One line of such a list: a site's front page, its feed or both, and what is said of it."""

    url: str
    feed: str | None = None
    name: str | None = None
    country: str | None = None
    language: str | None = None


def outlines_in(body: bytes) -> list[Outline]:
    """The outlines of an OPML file, or of a list with one URL a line; others are left out."""
    text = plain_text(body)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return list(_of_opml(text))
    return [found for line in text.splitlines() if (found := _of_url(line.strip()))]


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


def _of_opml(text: str) -> Iterator[Outline]:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, encoding="utf-8", huge_tree=True
    )
    root = etree.fromstring(text.lstrip("\ufeff \t\r\n").encode(), parser)
    elements = root.iter("outline", "OUTLINE") if root is not None else ()
    for element in elements:
        said = {str(name).lower(): str(value).strip() for name, value in element.attrib.items()}
        feed = _web(said.get("xmlurl"))
        home = _web(said.get("htmlurl")) or _web(said.get("url")) or (_home(feed) if feed else None)
        if home is None:
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


def _of_url(line: str) -> Outline | None:
    url = _web(line)
    if url is None:
        return None
    return Outline(url=_home(url), feed=url) if is_feed(url) else Outline(url=url)


def _web(text: str | None) -> str | None:
    if not text or not text.lower().startswith(("http://", "https://")) or " " in text:
        return None
    return absolute(text, text)


def _home(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
