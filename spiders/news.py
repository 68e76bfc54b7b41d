"""The spider that all sites use.  What happens to a page:

1. ``start`` asks for the site's sources: its feeds, its sitemaps, its front page.
2. A source's bytes become links (``spiders.links``, pure).  A front page also tells of feeds, and
   robots.txt of sitemaps, where the site file names none.
3. A link whose page the site's ledger has settled is left; any other becomes a request, in the
   journal.  Pages that failed are asked for again when their time has come, and young articles are
   looked at again for corrections.
4. The download handler fetches it, and the exchange is durable in a WARC file before the response
   arrives here with its record in ``meta["record"]``.
5. The record goes to a worker process: ``article_from(record, rules)`` gives an article, or says
   what the page is instead.
6. What the page links to goes into a metadata record; the style sheets, pictures and fonts that a
   reader of the article sees are asked for, once for all articles.
7. The article goes through the pipeline, which waits until it is durable; the request is settled.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals

from archive.article import Article
from crawler.backoff import class_of_status
from crawler.conditional import UNCHANGED
from spiders import links
from spiders.failures import meaning
from spiders.ledgered import LedgerSpider
from spiders.manners import obey
from spiders.site import Site, site_for, sites_in
from spiders.wordpress import Answer, NoPosts, Query, posts_in

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.beside import AnnouncedBy

_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.I | re.S,
)
_A_WINDOW = 5  # links of a feed; one of fewer can be new altogether
SOURCE_PRIORITY = 10  # what tells of articles comes before articles


class NewsSpider(LedgerSpider):
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
        """The politeness that the site file asks for, and the private addresses that it names."""
        super().update_settings(settings)
        obey(settings, cls.site)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._robots_sitemaps: list[str] = []
        self._listed: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Pages whose time has come again, and the site's sources."""
        for request in self.due_requests():
            yield request
        for url in self.site.feeds:
            yield self._source(url, self.parse_feed)
        for url in self.site.sitemaps:
            yield self._source(url, self.parse_sitemap)
        for number, listing in enumerate(self.site.listing):
            first = links.listing_url(listing, 1) or listing.url
            yield self._source(first, self.parse_listing, listing=number)
        if self.site.wordpress:
            yield self._posts(Query(root=self.site.wordpress, after=self.since))
        yield self._source(self.site.url, self.parse_front_page)

    def links_in(self, response: Response) -> list[links.Link]:
        """What a feed's bytes name; the one hook of odd sites, whose answers are feeds of their own."""
        return links.feed_links(response.body, response.url, self.site.timezone)

    @property
    def since(self) -> datetime | None:
        """How far back the archives are walked; None in an ordinary crawl."""
        day = self.settings.get("CRAWL_SINCE")
        return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None

    def parse_posts(self, response: Response) -> Iterator[Request]:
        """The posts in an answer of WordPress's API, and its next page when the walk is of a time."""
        query = Query(**response.meta["posts"])
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name in response.headers
            if (value := response.headers.get(name))
        }
        answer = Answer(
            status=response.status, headers=headers, body=response.body, url=response.url
        )
        found = posts_in(answer)
        if isinstance(found, NoPosts):
            self._note_failed(response.url, f"{found.why}: {found.message}", response.status)
            return
        at_home = self._at_home([post.link for post in found.posts])
        self._source_read(response, len(at_home))
        yield from self.article_requests(at_home, "wordpress")
        if query.after is None:
            return
        walked = response.meta["walked"] + len(found.posts)
        if following := query.following(found):
            yield self._posts(following, walked)
        elif found.total is not None and walked < found.total:
            self.count("link/left_out", found.total - walked)
            self.logger.warning("%s: %d of %d posts came", query.root, walked, found.total)

    def _posts(self, query: Query, walked: int = 0) -> Request:
        """The answer carries how many posts of the walk came before it."""
        answers = {"handle_httpstatus_list": [400, 401, 403, 404]}  # they say why
        posts = asdict(query)
        return self._source(query.url, self.parse_posts, posts=posts, walked=walked, **answers)

    def parse_feed(self, response: Response) -> Iterator[Request]:
        """The articles that a feed names."""
        found = self.links_in(response)
        if not found and self._is_page(response, "feed"):
            return
        found = self._at_home(found)
        self._source_read(response, len(found))
        if len(found) >= _A_WINDOW and self.books.is_strange(link.url for link in found):
            self.count("source/overflowed")
            self.logger.warning("%s: nothing in it is known; articles may be missing", response.url)
        yield from self.article_requests(found, "feed")

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        """The articles and the further sitemaps that a sitemap names."""
        found = links.sitemap_links(response.body, response.url, self.site.timezone)
        at_home = self._at_home(found.articles)
        if not (found.articles or found.sitemaps) and self._is_page(response, "sitemap"):
            return
        self._source_read(response, len(at_home) + len(found.sitemaps))
        for link in self._young(found.sitemaps):
            if links.may_list_articles(link.url):
                yield self._source(link.url, self.parse_sitemap)
        articles = [
            link for link in at_home if self.site.article_url or links.may_be_article(link.url)
        ]
        yield from self.article_requests(self._within_limit(articles), "sitemap")

    async def parse_front_page(self, response: Response) -> AsyncIterator[Request | Article]:
        """What a listing leads to; the front page also tells of feeds and sitemaps."""
        if not self.is_home(response.url):
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
        if self.since and found.wordpress and not self.site.wordpress:
            yield self._posts(Query(root=found.wordpress, after=self.since))
        async for result in self.parse_listing(response):
            yield result

    async def parse_listing(self, response: Response) -> AsyncIterator[Request | Article]:
        """The articles of a listing, and its next page as long as this one brought any that are new.

        On the way back to a day (``since``) what is held does not end the walk.

        A front page is extracted like any other page: some sites have an article there.
        """
        number, depth = response.meta.get("listing"), response.meta.get("listing_page", 1)
        listing = None if number is None else self.site.listing[number]
        if listing:
            found = links.listing_links(response.body, response.url, listing)
        else:
            found = links.page_links(response.body, response.url)
        at_home = self._at_home(found.articles)
        self._source_read(response, len(at_home))
        is_news = self._has_unlisted(at_home)
        requests = list(self.article_requests(at_home))
        for request in requests:
            yield request
        following = found.next_pages
        if listing and (numbered := links.listing_url(listing, depth + 1)):
            following = [numbered]
        most = listing.pages if listing else self.settings.getint("LISTING_PAGES")
        if self.since:
            goes_on = is_news and bool(self._young(at_home))
        else:
            goes_on = bool(requests) and depth < most
        if goes_on:
            for url in (url for url in following if not self.is_trap(url)):
                meta = {"listing": number} if listing else {}
                yield self._source(url, self.parse_listing, listing_page=depth + 1, **meta)
        if UNCHANGED not in response.flags:
            async for result in self.parse_page(response):
                yield result

    def source_failed(self, failure: Failure) -> None:
        """A feed, sitemap or listing that did not arrive."""
        if (meant := meaning(failure, datetime.now(UTC))) is None:
            return
        url = failure.request.url  # type: ignore[attr-defined]
        if meant.kind in ("blocked", "throttled"):
            self.count("source/blocked")
        self._note_failed(url, meant.words)

    def _note_failed(self, url: str, words: str, status: int = 200) -> None:
        """Count a source that tells nothing; ``status`` is that of an answer which says why."""
        self.count("source/failed")
        if status >= 400 and class_of_status(status) == "blocked":
            self.count("source/blocked")
        self.crawler.stats.set_value("source/why", f"{url}: {words}")
        self.logger.warning("%s: %s", url, words)

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

    def _is_page(self, response: Response, wanted: str) -> bool:
        """Whether a page for people stands in a source's place; the source has failed then."""
        if not _PAGE.match(response.body):
            return False
        self._note_failed(response.url, f"HTML instead of a {wanted}")
        return True

    def is_wanted(self, url: str) -> bool:
        """A page of this site, and not of one that has part of it for itself."""
        site = self.site
        owner = site_for(url, sites_in(Path(self.settings["DATA_DIR"])))
        if owner and owner.id != site.id:
            return False
        if site.ignore_url and site.ignore_url.search(url):
            return False
        if site.article_url:
            return bool(site.article_url.search(url))
        return links.identity(url) != links.identity(site.url)

    def _at_home(self, found: list[links.Link]) -> list[links.Link]:
        """The links that lead to this site's hosts; the others are counted."""
        at_home = [link for link in found if self.is_home(link.url)]
        if away := len(found) - len(at_home):
            self.count("link/offsite", away)
        return at_home

    def is_home(self, url: str) -> bool:
        """Whether this site's requests may go to the URL's host."""
        host = f".{urlsplit(url).hostname}"
        return any(host.endswith(f".{domain}") for domain in self.allowed_domains)

    def _has_unlisted(self, found: list[links.Link]) -> bool:
        """Whether a listing names a page that none before it did: else its pages go in a circle."""
        names = {links.identity(link.url) for link in found} - self._listed
        self._listed |= names
        return bool(names)

    def _young(self, found: Iterable[links.Link]) -> list[links.Link]:
        """Without what is known to be older than the day to which the archives are walked."""
        if (since := self.since) is None:
            return list(found)
        return [link for link in found if (moment := _moment(link)) is None or moment >= since]

    def article_requests(
        self, found: Iterable[links.Link], by: AnnouncedBy | None = None
    ) -> Iterator[Request]:
        """Requests for the pages that are wanted, not settled and young enough."""
        return super().article_requests(self._young(found), by)

    def _within_limit(self, found: list[links.Link]) -> list[links.Link]:
        """The newest of a sitemap's articles; what is beyond the limit of one crawl is counted."""
        if self.since:
            return found
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
    moment = _moment(link)
    return moment.isoformat() if moment else ""


def _moment(link: links.Link) -> datetime | None:
    """When its page was last touched, as far as its source says; without a zone it is taken for UTC."""
    moments = [moment for moment in (link.published, link.modified) if moment]
    return max((m if m.tzinfo else m.replace(tzinfo=UTC) for m in moments), default=None)
