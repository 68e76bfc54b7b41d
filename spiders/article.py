"""What every spider of ours does with a page: have its record read, keep what came of it, count the rest."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.web.client import ResponseFailed

from archive.article import Article
from crawler.archiving import ArchiveExtension, ArchiveFailed
from crawler.pool import Failed, shared_pool
from crawler.verdict import Reading
from spiders.held import Held
from spiders.site import site_for, sites_in

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

REQUISITE_PRIORITY = -10  # articles first
CSS_DEPTH = 8  # links from a site's source to a style sheet that may import another

_TRANSIENT = {408, 425, 429}  # client errors that say "later"; other 4xx are answers


class ArticleSpider(Spider):
    """A spider whose pages may be articles; what it fetched is extracted from the archived record."""

    async def parse_page(self, response: Response) -> AsyncIterator[Article | Request]:
        """The page's article, if it is one, and what a reader of it sees; counted either way."""
        reading = await self.read(response)
        if article := self.article_in(response, reading):
            yield article
            for request in self.requisites_of(reading):
                yield request

    async def read(self, response: Response) -> Reading | Failed:
        """What a worker makes of the response's record; where it leads is kept beside the record."""
        record = response.meta["record"]
        site = site_for(record.url, sites_in(Path(self.settings["DATA_DIR"])))
        reading = await shared_pool().reading(record, site.rules if site else None)
        keeper = self.crawler.get_extension(ArchiveExtension)
        if keeper and isinstance(reading, Reading):
            await keeper.describe(record, description(response, reading))
        return reading

    def requisites_of(self, reading: Reading | Failed) -> Iterator[Request]:
        """Requests for what a page needs to be seen, unless it is switched off or in the archive."""
        if isinstance(reading, Failed) or not self.wants_requisites or self.held is None:
            return
        for url in reading.requisites:
            if self.held.has_capture(url):
                continue
            yield Request(
                url,
                callback=self.parse_requisite,
                errback=self.requisite_failed,
                priority=REQUISITE_PRIORITY,
                meta={"allow_offsite": True},
            )

    async def parse_requisite(self, response: Response) -> AsyncIterator[Request]:
        """A style sheet names further sheets, pictures and fonts; all else is only archived."""
        self.count("requisite/kept")
        content_type = (response.headers.get("Content-Type") or b"").lower()
        if content_type.startswith(b"text/css") and response.meta["depth"] < CSS_DEPTH:
            for request in self.requisites_of(await self.read(response)):
                yield request

    def requisite_failed(self, failure: Failure) -> None:
        """A page is no less archived for a picture that its own server has not got."""
        kind, reason = why(failure)
        if kind:
            self.count(f"requisite/{kind}")
            self.logger.debug("%s: %s", failure.request.url, reason)  # type: ignore[attr-defined]

    @property
    def wants_requisites(self) -> bool:
        """Whether style sheets, pictures and fonts are fetched in this run."""
        return self.settings.getbool("REQUISITES")

    held: Held | None = None

    def open_held(self) -> None:
        """Connected to ``spider_opened``."""
        if self.settings.getbool("ARCHIVE_ENABLED", True):
            self.held = Held(Path(self.settings["DATA_DIR"]))

    def close_held(self) -> None:
        """Connected to ``spider_closed``."""
        if self.held:
            self.held.close()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.open_held, signals.spider_opened)
        crawler.signals.connect(spider.close_held, signals.spider_closed)
        return spider

    def article_in(self, response: Response, reading: Reading | Failed) -> Article | None:
        """The article of a page; anything else is counted, and a failure named with its record."""
        if isinstance(reading, Failed):
            self.count("article/failed")
            record_id = response.meta["record"].id
            self.logger.error("%s: %s (record %s)", response.url, reading.reason, record_id)
            return None
        if isinstance(reading.result, Article):
            return reading.result
        self.count(f"page/kind/{reading.result.kind}")
        self.logger.debug("%s: %s: %s", response.url, reading.result.kind, reading.result.reason)
        return None

    def page_failed(self, failure: Failure) -> None:
        """Count a page that did not arrive, by what it means: forbidden, gone, or to be tried again."""
        url = failure.request.url  # type: ignore[attr-defined]
        kind, reason = why(failure)
        if kind:
            self.count(f"page/{kind}")
            level = logging.INFO if kind == "forbidden" else logging.WARNING
            self.logger.log(level, "%s: %s", url, reason)

    def count(self, name: str, by: int = 1) -> None:
        """Add to one of Scrapy's stats."""
        self.crawler.stats.inc_value(name, by)


def description(response: Response, reading: Reading) -> list[tuple[str, str]]:
    """The lines of a page's metadata record, in the words that Heritrix uses."""
    meta = response.meta
    referer = response.request.headers.get("Referer") if response.request else None
    came_by = meta["redirect_urls"][-1] if "redirect_urls" in meta else (referer or b"").decode()
    lines = [("via", came_by)] if came_by else []
    lines.append(("hopsFromSeed", "L" * meta.get("depth", 0) + "R" * meta.get("redirect_times", 0)))
    if "fetch_seconds" in meta:
        lines.append(("fetchTimeMs", str(round(1000 * meta["fetch_seconds"]))))
    lines += [("outlink", f"{url} L a/@href") for url in reading.outlinks]
    return lines + [("outlink", f"{url} E =EMBED_MISC") for url in reading.requisites]


def why(failure: Failure) -> tuple[str | None, str]:
    """What a failed download means (``forbidden``, ``gone``, ``failed``; None: said elsewhere), in words."""
    error = failure.value
    if isinstance(error, ArchiveFailed):
        return None, str(error)
    if isinstance(error, IgnoreRequest) and not isinstance(error, HttpError):
        is_forbidden = str(error).startswith("Forbidden by robots.txt")
        return ("forbidden" if is_forbidden else "failed"), str(error) or "ignored"
    if isinstance(error, HttpError):
        status = error.response.status
        definite = 400 <= status < 500 and status not in _TRANSIENT
        return ("gone" if definite else "failed"), f"the server answered {status}"
    cause = error.__cause__ if error else None
    if isinstance(cause, ResponseFailed) and cause.reasons:
        error = cause.reasons[0].value  # Scrapy's own message is a list of Twisted's failures
    return "failed", f"{type(error).__name__}: {error}".rstrip(": ")
