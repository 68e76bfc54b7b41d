"""Where a site tells of its articles, as far as a look at it shows; which source is the best; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from crawler.urls import in_house, plain_host
from spiders.answers import Answer, Fault, Got, fault_of, html_fault, wall_of
from spiders.feeds import feed_links
from spiders.link import Link, not_among
from spiders.listing import page_links
from spiders.markup import name_of, xml_root
from spiders.selected import listing_links
from spiders.shape import may_be_article
from spiders.sitemaps import sitemap_links
from spiders.sitevalues import Listing
from spiders.wordpress import Answer as ApiAnswer
from spiders.wordpress import NoPosts, posts_in

SourceKind = Literal["feed", "wordpress", "sitemap", "listing", "front page"]
KINDS: tuple[SourceKind, ...] = ("feed", "wordpress", "sitemap", "listing", "front page")
_HEADLINE = 25  # characters; the name of a section has fewer
_ABREAST = timedelta(days=2)  # behind the newest of all; a source that is further behind is stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A source to be asked; ``how`` tells who named it, ``root`` is that of a WordPress API."""

    kind: SourceKind
    url: str
    how: str
    root: str | None = None
    listing: Listing | None = None

    @property
    def is_own(self) -> bool:
        """Whether the site's file names it."""
        return self.how == SITE_FILE


SITE_FILE = "named by the site file"
GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source that was asked: its links to articles of the site, and what is wrong with it.

    ``sitemaps`` are those that it names.
    """

    wanted: Wanted
    answer: Answer
    links: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()
    fault: Fault | None = None

    @property
    def works(self) -> bool:
        """Whether it names articles of the site."""
        return bool(self.links) and self.fault is None

    @property
    def moved(self) -> str | None:
        """Where it has gone for good."""
        moved = self.answer.moved if isinstance(self.answer, Got) else None
        return moved if moved and moved != self.wanted.url else None

    @property
    def dated(self) -> list[datetime]:
        """When the articles appeared (of a sitemap: were touched), newest first."""
        moments = (link.published or link.modified for link in self.links)
        return sorted((_aware(moment) for moment in moments if moment), reverse=True)

    @property
    def newest(self) -> datetime | None:
        """The last of these moments."""
        return max(self.dated, default=None)


@dataclass(frozen=True, slots=True)
class _Found:
    links: Iterable[Link]
    sitemaps: Iterable[Link] = ()
    fault: Fault | None = field(default=None)


def source_of(wanted: Wanted, answer: Answer, hosts: frozenset[str]) -> Source:
    """What an answer is as a source; articles on other hosts than these are not the site's."""
    found = _found(wanted, answer)
    links = tuple(link for link in found.links if is_at_home(link.url, hosts))
    fault = found.fault
    if fault is None and not links:
        away = sorted({plain_host(link.url) for link in found.links})
        if away:
            fault = Fault("away", f"its articles are on {', '.join(away[:3])}")
    return Source(
        wanted=wanted, answer=answer, links=links, sitemaps=tuple(found.sitemaps), fault=fault
    )


def is_at_home(url: str, hosts: frozenset[str]) -> bool:
    """Whether a URL is on one of the hosts (``host`` or ``host:port``) or a subdomain of it."""
    return any(in_house(url, f"http://{host}/") for host in hosts)


def best_of(sources: Iterable[Source]) -> Source | None:
    """The source that tells most of what is new: fresh first, then dated, then by its kind."""
    working = [source for source in sources if source.works]
    last = max((source.newest for source in working if source.newest), default=None)

    def rank(source: Source) -> tuple[bool, bool, int]:
        stale = last is not None and (source.newest is None or last - source.newest > _ABREAST)
        return stale, not source.dated, KINDS.index(source.wanted.kind)

    return min(working, key=rank, default=None)


def newest_links(
    source: Source, home: str, count: int, *, without: Iterable[str] = ()
) -> list[Link]:
    """The newest articles, each once; without dates in the source's own order, headlines first.

    Those below the path of ``home`` are the site's, if there are any: it may be a part of a host.
    """
    likely = [link for link in source.links if may_be_article(link.url)] or list(source.links)
    path = f"{urlsplit(home).path.rstrip('/')}/"
    likely = [link for link in likely if urlsplit(link.url).path.startswith(path)] or likely
    if source.dated:
        likely.sort(
            key=lambda link: _aware(link.published or link.modified or _NEVER), reverse=True
        )
    else:
        likely.sort(key=lambda link: len(link.title or "") < _HEADLINE)
    return not_among(without, likely)[:count]


_NEVER = datetime.min.replace(tzinfo=UTC)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _found(wanted: Wanted, answer: Answer) -> _Found:
    if wanted.kind == "wordpress" and isinstance(answer, Got):
        return _posts(answer)
    fault = fault_of(answer)
    if fault or not isinstance(answer, Got):
        return _Found((), fault=fault)
    if wanted.kind == "feed":
        return _feed(answer)
    if wanted.kind == "sitemap":
        return _sitemap(answer)
    return _page(answer, wanted.listing)


def _feed(answer: Got) -> _Found:
    if links := feed_links(answer.body, answer.url):
        return _Found(links)
    return _Found((), fault=_nothing(answer, "feed"))


def _sitemap(answer: Got) -> _Found:
    found = sitemap_links(answer.body, answer.url)
    if found.articles or found.sitemaps:
        return _Found(found.articles, found.sitemaps)
    return _Found((), fault=_nothing(answer, "sitemap"))


def _nothing(answer: Got, wanted: str) -> Fault:
    root = xml_root(answer.body, answer.url)
    if root is not None:
        return Fault("empty", f"an empty {wanted} (<{name_of(root)}>)")
    return html_fault(answer, wanted)


def _posts(answer: Got) -> _Found:
    headers, url = dict(answer.headers), answer.url
    found = posts_in(ApiAnswer(status=answer.status, headers=headers, body=answer.body, url=url))
    if not isinstance(found, NoPosts):
        links: Sequence[Link] = [post.link for post in found.posts]
        return _Found(links, fault=None if links else Fault("empty", "the API has no posts"))
    if fault := fault_of(answer):
        said = f": {found.message}" if found.message != str(answer.status) else ""
        return _Found((), fault=Fault(fault.name, fault.words + said))
    return _Found((), fault=html_fault(answer, "list of posts"))


def _page(answer: Got, listing: Listing | None) -> _Found:
    if wall := wall_of(answer):
        return _Found((), fault=wall)
    if listing:
        links = listing_links(answer.body, answer.url, listing).articles
    else:
        links = page_links(answer.body, answer.url).articles
    return _Found(links, fault=None if links else Fault("empty", "no links to articles on it"))
