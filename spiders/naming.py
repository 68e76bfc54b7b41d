"""The lines of a site file, as a look at the site and its articles found them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from archive.article import Article
from crawler.addresses import kind_of, private_place
from spiders.answers import Answer, Got
from spiders.drafts import toml_of
from spiders.evidence import Told, country_of_site, home_of, languages_of_site, name_of_site
from spiders.probe import Seen
from spiders.sources import Source, SourceKind, best_of


@dataclass(frozen=True, slots=True)
class Line:
    """A key of a site file with its value; the note says what is a guess."""

    key: str
    value: object
    note: str | None = None

    def __str__(self) -> str:
        note = f"  # {' '.join(self.note.split())}" if self.note else ""
        return f"{self.key} = {toml_of(self.value)}{note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What whoever adds a site says of it."""

    name: str | None = None
    country: str | None = None
    languages: tuple[str, ...] = ()
    delay: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The lines of a site's file, and what is missing for the site to be crawled, in words."""

    lines: tuple[Line, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """The pages that were asked for, and the articles that they gave."""

    pages: Sequence[Answer]
    articles: Sequence[Article]


def site_lines(seen: Seen, read: Read, given: Given, today: date) -> Found:
    """All that a site's file needs to say."""
    front = seen.front.answer if isinstance(seen.front.answer, Got) else None
    url = home_of(front, seen.url)
    country = Told(given.country, "") if given.country else country_of_site(front, url)
    languages = [Told(code, "") for code in given.languages] or languages_of_site(
        read.articles, front
    )
    pages = [answer for answer in (seen.front.answer, *read.pages) if isinstance(answer, Got)]
    name = Told(given.name, "") if given.name else name_of_site(pages, url)
    lines = [Line("name", name.value, _note(name)), Line("url", url)]
    if country:
        lines.append(Line("country", country.value, _note(country)))
    if languages:
        codes = [told.value for told in languages]
        lines.append(Line("languages", codes, _notes(languages)))
    lines += naming(seen, today)
    if given.delay:
        lines.append(Line("delay", given.delay))
    if front and _is_private(front):
        lines.append(Line("allow_private", value=True))
    return Found(lines=tuple(lines), lacks=tuple(_lacks(seen, read.articles, lines)))


def _note(told: Told) -> str | None:
    if not told.why:
        return None
    return f"a guess: {told.why}" if told.is_guess else told.why


def _notes(languages: Sequence[Told]) -> str | None:
    if len(languages) == 1:
        return _note(languages[0])
    return ", ".join(f"{told.value} in {told.why}" for told in languages if told.why) or None


def _is_private(front: Got) -> bool:
    """Whether its host has a private address that its name does not show."""
    address = front.record.field("WARC-IP-Address") if front.record else None
    return bool(address and kind_of(address)) and private_place(front.url) is None


def _lacks(seen: Seen, articles: Sequence[Article], lines: Iterable[Line]) -> Iterator[str]:
    said = {line.key for line in lines}
    if not any(source.works for source in seen.all_sources):
        yield f"nothing tells of its articles: {trouble(seen)}"
    elif not articles:
        yield "none of the pages that were read is an article"
    if "country" not in said:
        yield "nothing shows its country (say --country)"
    if "languages" not in said:
        yield "nothing shows its language (say --language)"


def trouble(seen: Seen) -> str:
    """What is wrong with a site none of whose sources works."""
    faults = [source.fault for source in (seen.front, *seen.sources) if source.fault]
    serious = [fault for fault in faults if fault.name not in ("gone", "empty", "html")]
    return next((fault.words for fault in (*serious, *faults)), "no link leads to an article")


def naming(seen: Seen, today: date) -> list[Line]:
    """What a crawl must be told: its feed, else the API, else a sitemap that robots.txt does not name.

    A front page needs no line: it is always read.
    """
    if feeds := _feeds(seen):
        return [Line("feeds", dict.fromkeys(feeds, f"measured {today.isoformat()}"))]
    if api := _first(seen.sources, "wordpress"):
        return [Line("wordpress", _root(api, seen.url))]
    sitemap = _first(seen.sources, "sitemap")
    if sitemap and sitemap.wanted.how != "named by robots.txt":
        return [Line("sitemaps", [_outermost(sitemap, seen)])]
    return []


def _feeds(seen: Seen) -> list[str]:
    """Those of the file that work, where they are now; else the best that was found."""
    working = [source for source in seen.sources if source.works and source.wanted.kind == "feed"]
    own = [source for source in working if source.wanted.is_own]
    best = best_of(working)
    chosen = own or ([best] if best else [])
    return list(dict.fromkeys(source.moved or source.wanted.url for source in chosen))


def _first(sources: Iterable[Source], kind: SourceKind) -> Source | None:
    return next((s for s in sources if s.works and s.wanted.kind == kind), None)


def _root(api: Source, url: str) -> str | bool:
    parts = urlsplit(url)
    usual = f"{parts.scheme}://{parts.netloc}/wp-json/"
    return True if api.wanted.root == usual else api.wanted.root or True


def _outermost(sitemap: Source, seen: Seen) -> str:
    """The index that names a sitemap: the sitemap itself may be another one tomorrow."""
    for source in seen.sources:
        if any(link.url == sitemap.wanted.url for link in source.sitemaps):
            return source.wanted.url
    return sitemap.wanted.url
