"""The spider that all sites use.  What happens to a page:

1. ``start`` asks for the site's sources: its feeds, its sitemaps, its front page.
2. A source's bytes become links (``spiders.links``, pure).  A front page also tells of feeds, and
   robots.txt of sitemaps, where the site file names none.
3. A link that the catalogue holds already is left; any other becomes a request, in the journal.
4. The download handler fetches it, and the exchange is durable in a WARC file before the response
   arrives here with its record in ``meta["record"]``.
5. The record goes to a worker process: ``article_from(record, rules)`` gives an article, or says
   what the page is instead.
6. What the page links to goes into a metadata record; the style sheets, pictures and fonts that a
   reader of the article sees are asked for, once for all articles.
7. The article goes through the pipeline, which waits until it is durable; the request is settled.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals

from archive.article import Article
from crawler.conditional import UNCHANGED
from spiders import links
from spiders.article import ArticleSpider, why
from spiders.site import Site, site_for, sites_in

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

LEAST_DELAY = 0.01  # seconds; with none at all Scrapy 2.19 sends several requests to a host at once
SOURCE_PRIORITY = 10  # what tells of articles comes before articles


class NewsSpider(ArticleSpider):
    """Crawls one site; ``spiders.loader`` makes a subclass for each site file."""

    site: Site
    allowed_domains: list[str]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._read_robots, signals.robots_parsed)
        return spider

    @property
    def wants_requisites(self) -> bool:
        """The site may do without."""
        return self.site.requisites and super().wants_requisites

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """The politeness that the site file asks for."""
        super().update_settings(settings)
        if (delay := cls.site.delay) is not None:
            delay = max(delay, LEAST_DELAY)
            settings.set("DOWNLOAD_DELAY", delay, "spider")
            settings.set("AUTOTHROTTLE_START_DELAY", delay, "spider")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._robots_sitemaps: list[str] = []
        self._asked: set[str] = set()
        self._met: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """The site's sources."""
        for url in self.site.feeds:
            yield self._source(url, self.parse_feed)
        for url in self.site.sitemaps:
            yield self._source(url, self.parse_sitemap)
        yield self._source(self.site.url, self.parse_front_page)

    def parse_feed(self, response: Response) -> Iterator[Request]:
        """The articles that a feed names."""
        found = self._at_home(links.feed_links(response.body, response.url))
        self._source_read(response, len(found))
        yield from self._article_requests(found)

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        """The articles and the further sitemaps that a sitemap names."""
        found = links.sitemap_links(response.body, response.url)
        at_home = self._at_home(found.articles)
        self._source_read(response, len(at_home) + len(found.sitemaps))
        for link in found.sitemaps:
            if links.may_list_articles(link.url):
                yield self._source(link.url, self.parse_sitemap)
        articles = [
            link for link in at_home if self.site.article_url or links.may_be_article(link.url)
        ]
        yield from self._article_requests(self._within_limit(articles))

    async def parse_front_page(self, response: Response) -> AsyncIterator[Request | Article]:
        """What a listing leads to; the front page also tells of feeds and sitemaps."""
        if not self._is_home(response.url):
            self.count("source/failed")
            self.logger.warning("%s has moved to %s: its file must say so", self.name, response.url)
            return
        found = links.page_links(response.body, response.url)
        if not self.site.feeds:
            for url in found.feeds:
                yield self._source(url, self.parse_feed)
        if not self.site.sitemaps:
            for url in self._robots_sitemaps:
                yield self._source(url, self.parse_sitemap)
        async for result in self.parse_listing(response):
            yield result

    async def parse_listing(self, response: Response) -> AsyncIterator[Request | Article]:
        """The articles of a listing, and its next page as long as this one brought any.

        A front page is extracted like any other page: some sites have an article there.
        """
        found = links.page_links(response.body, response.url)
        at_home = self._at_home(found.articles)
        self._source_read(response, len(at_home))
        requests = list(self._article_requests(at_home))
        for request in requests:
            yield request
        depth = response.meta.get("listing_page", 1)
        if requests and depth < self.settings.getint("LISTING_PAGES"):
            for url in found.next_pages:
                yield self._source(url, self.parse_listing, listing_page=depth + 1)
        if UNCHANGED not in response.flags:
            async for result in self.parse_page(response):
                yield result

    def source_failed(self, failure: Failure) -> None:
        """A feed, sitemap or listing that did not arrive."""
        kind, reason = why(failure)
        if kind:
            self.count("source/failed")
            self.logger.warning("%s: %s", failure.request.url, reason)  # type: ignore[attr-defined]

    def _source(self, url: str, callback: Any, **meta: Any) -> Request:
        return Request(
            url,
            callback=callback,
            errback=self.source_failed,
            priority=SOURCE_PRIORITY,
            meta={"conditional": True, **meta},
        )

    def _source_read(self, response: Response, found: int) -> None:
        self.count("source/read")
        if not found:
            self.count("source/empty")
            self.logger.warning("%s: no links to articles of the site in it", response.url)

    def _article_requests(self, found: Iterable[links.Link]) -> Iterator[Request]:
        for link in found:
            url = links.canonical(link.url)
            if not self._is_wanted(url):
                continue
            if url not in self._asked and self.held and self.held.has(url):
                self._note_held(url)
                continue
            self._asked.add(url)
            yield Request(url, callback=self.parse_page, errback=self.page_failed)

    def _note_held(self, url: str) -> None:
        """Count what earlier crawls brought, each once."""
        if url not in self._met:
            self._met.add(url)
            self.count("link/held")

    def _is_wanted(self, url: str) -> bool:
        site = self.site
        owner = site_for(url, sites_in(Path(self.settings["DATA_DIR"])))
        if owner and owner.id != site.id:
            return False
        if site.ignore_url and site.ignore_url.search(url):
            return False
        if site.article_url:
            return bool(site.article_url.search(url))
        return url != links.canonical(site.url)

    def _at_home(self, found: list[links.Link]) -> list[links.Link]:
        """The links that lead to this site's hosts; the others are counted."""
        at_home = [link for link in found if self._is_home(link.url)]
        if away := len(found) - len(at_home):
            self.count("link/offsite", away)
        return at_home

    def _is_home(self, url: str) -> bool:
        """Whether this site's requests may go to the URL's host."""
        host = f".{urlsplit(url).hostname}"
        return any(host.endswith(f".{domain}") for domain in self.allowed_domains)

    def _within_limit(self, found: list[links.Link]) -> list[links.Link]:
        """The newest of a sitemap's articles; what is beyond the limit of one crawl is counted."""
        room = self.settings.getint("SITEMAP_ARTICLES") - self._from_sitemaps
        newest = sorted(found, key=_when, reverse=True)[: max(room, 0)]
        self._from_sitemaps += len(newest)
        if left := len(found) - len(newest):
            self.count("link/left_out", left)
        return newest

    _from_sitemaps = 0

    def _read_robots(self, robotparser: Any) -> None:
        parsed = getattr(robotparser, "rp", None)  # Protego, Scrapy's default
        self._robots_sitemaps += list(getattr(parsed, "sitemaps", ()))


def _when(link: links.Link) -> str:
    moment = link.published or link.modified
    return moment.isoformat() if moment else ""
