"""The spider that takes a look at a site: its sources, and a few of its articles, one request after the other.

What is asked is decided in ``spiders.probe``.  Every exchange is archived, but nothing is read for the
catalogue: a crawl of the site is to find its articles new.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.python.failure import Failure

from crawler.addresses import Refused
from spiders.answers import Answer, Fault, Got, Missed, fault_of, is_article_page
from spiders.failures import meaning
from spiders.manners import obey
from spiders.probe import Seen, home_of_feed, hosts_of, next_wanted
from spiders.site import Site
from spiders.sources import GIVEN, Source, Wanted, best_of, newest_links, source_of

if TYPE_CHECKING:
    from scrapy.http import Response

_NO_REQUESTS: tuple[Request, ...] = ()  # are left to Scrapy's scheduler
_MOST_TRIES = 3  # pages that are asked for, for each article that is wanted
_PERMANENT = (301, 308)
_FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    OSError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to look at: a site's file or only an address, how many of the newest articles, and older ones again."""

    url: str
    site: Site | None = None
    articles: int = 3
    again: tuple[str, ...] = ()

    @property
    def domains(self) -> tuple[str, ...]:
        """The hosts to which there is one connection."""
        hosts = self.site.hosts if self.site else {urlsplit(self.url).netloc}
        return tuple(sorted({urlsplit(f"//{host}").hostname or host for host in hosts}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """All that was asked and answered; ``pages`` are those of the newest articles, then of older ones."""

    seen: Seen
    best: Source | None
    pages: tuple[Answer, ...]


class ProbeSpider(Spider):
    """Leaves what it saw in ``look``; None where it was interrupted."""

    target: Target
    allowed_domains: list[str]
    look: Look | None = None

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """The politeness that the site file asks for, and the private addresses that it names."""
        super().update_settings(settings)
        if cls.target.site is not None:
            obey(settings, cls.target.site)

    async def start(self) -> AsyncIterator[Request]:
        """Asks all by itself, so that one answer can decide on the next request."""
        seen = await self._sources()
        best = best_of(seen.all_sources)
        pages = [await self._ask(url) for url in self.target.again]
        if best:
            pages += await self._newest(best)
        self.look = Look(seen=seen, best=best, pages=tuple(pages))
        for request in _NO_REQUESTS:
            yield request

    async def _newest(self, best: Source) -> list[Answer]:
        """Pages until enough of them may be articles: a front page leads to others as well."""
        wanted = self.target.articles
        most = _MOST_TRIES * wanted
        links = newest_links(best, self.target.url, most, without=self.target.again)
        pages: list[Answer] = []
        for link in links:
            refused = sum(fault_of(page) is not None for page in pages)
            if refused >= wanted or sum(map(is_article_page, pages)) >= wanted:
                break
            pages.append(await self._ask(link.url))
        return pages

    async def _sources(self) -> Seen:
        """robots.txt, the front page, and what ``spiders.probe`` wants to know after that."""
        url, site = self.target.url, self.target.site
        robots = await self._ask(urljoin(url, "/robots.txt"), dont_obey_robotstxt=True)
        if isinstance(robots, Missed) and robots.is_unreachable:
            answer: Answer = Missed(asked=url, fault=robots.fault)
        else:
            answer = await self._ask(url)
        given: tuple[Source, ...] = ()
        if site is None and isinstance(answer, Got) and (home := home_of_feed(answer)):
            wanted = Wanted(kind="feed", url=url, how=GIVEN)
            given = (source_of(wanted, answer, hosts_of(answer, home, None)),)
            url, answer = home, await self._ask(home)
        front = source_of(
            Wanted(kind="front page", url=url, how=GIVEN), answer, hosts_of(answer, url, site)
        )
        seen = Seen(url=url, site=site, robots=robots, front=front, sources=given)
        while wanted_next := next_wanted(seen):
            source = source_of(wanted_next, await self._ask(wanted_next.url), seen.hosts)
            seen = seen.having(source if site is None else _light(source))
        return seen

    async def _ask(self, url: str, **meta: Any) -> Answer:
        engine = self.crawler.engine
        assert engine is not None
        request = Request(url, dont_filter=True, meta={"allow_offsite": True, **meta})
        try:
            response = await engine.download_async(request)
        except _FAILURES as error:
            return _missed(url, error)
        return _got(url, response)


def probe_class(target: Target) -> type[ProbeSpider]:
    """A spider for one site; its name is only for logs."""
    name = target.site.id if target.site else target.domains[0]
    body = {"name": name, "target": target, "allowed_domains": list(target.domains)}
    return type("ProbeSpider", (ProbeSpider,), body | {"__module__": __name__})


def _light(source: Source) -> Source:
    """Without its bytes: a hundred sites are looked at together, and a sitemap may be large."""
    if isinstance(source.answer, Missed):
        return source
    return replace(source, answer=replace(source.answer, body=b"", record=None))


def _got(asked: str, response: Response) -> Got:
    headers: Mapping[str, str] = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Got(
        asked=asked,
        url=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        moved=_moved(response),
        record=response.meta.get("record"),
    )


def _moved(response: Response) -> str | None:
    """Where the first redirects lead that are all meant to last."""
    reasons = response.meta.get("redirect_reasons", [])
    lasting = len(list(takewhile(lambda reason: reason in _PERMANENT, reasons)))
    stations: list[str] = [*response.meta.get("redirect_urls", []), response.url]
    return stations[lasting] if lasting else None


def _missed(url: str, error: Exception) -> Missed:
    meant = meaning(Failure(error), datetime.now(UTC))
    if isinstance(error, Refused):
        return Missed(asked=url, fault=Fault("address", str(error)))
    if meant is None:  # the archive failed, and the crawl is being closed
        raise error
    if str(error).startswith("Forbidden by robots.txt"):
        return Missed(asked=url, fault=Fault("robots", "robots.txt forbids it"))
    return Missed(asked=url, fault=Fault(meant.kind, meant.words))
