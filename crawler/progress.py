"""What a crawl has done so far: a log line now and then, and a summary at its end."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from scrapy import signals
from twisted.internet.task import LoopingCall

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)

SECONDS = 10.0  # between two lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The outcome of one crawl of one site, counted.

    ``failed`` pages could not be fetched or extracted and are tried again by the next crawl.
    """

    site: str
    reason: str  # Scrapy's finish reason; "finished" is the only good one
    responses: int
    articles: int
    known: int  # articles that were held before
    not_articles: int
    requisites: int  # style sheets, pictures and fonts
    forbidden: int  # by robots.txt
    gone: int  # answered 4xx
    failed: int
    sources: int  # feeds, sitemaps and listings that answered
    sources_empty: int  # ... and named no article
    sources_failed: int
    sources_blocked: int  # ... of which the site shuts out
    sources_overflowed: int  # feeds in which nothing was known: articles may have come and gone
    why: str | None  # what was last wrong with a source
    corrected: int  # articles that had changed since they were fetched
    left_out: int  # links beyond the limits of one crawl
    bytes: int
    seconds: float

    @property
    def is_done(self) -> bool:
        """Whether all the work was done."""
        return self.reason == "finished" and not self.failed and not self.is_dark

    @property
    def is_dark(self) -> bool:
        """Whether sources were asked and none could be read, or none of them named an article.

        A resumed crawl may have no source left to ask; a front page may be an article itself.
        """
        asked = self.sources + self.sources_failed
        return asked > 0 and self.sources == self.sources_empty and not self.articles + self.known


def summary(site: str, stats: StatsCollector, reason: str | None = None) -> Summary:
    """The counts of a crawl, from Scrapy's stats; ``reason`` is why it ends, where they do not say yet."""

    def count(name: str) -> int:
        return int(stats.get_value(name, 0))

    def total(prefix: str) -> int:
        return sum(v for k, v in stats.get_stats().items() if k.startswith(prefix))

    return Summary(
        site=site,
        reason=str(reason or stats.get_value("finish_reason") or "never started"),
        responses=count("archive/exchanges"),
        articles=count("article/new"),
        known=count("article/known") + count("link/held"),
        not_articles=total("page/kind/"),
        requisites=count("requisite/kept"),
        forbidden=count("page/forbidden"),
        gone=count("page/gone"),
        failed=count("page/failed") + count("article/failed") + total("spider_exceptions/"),
        sources=count("source/read"),
        sources_empty=count("source/empty"),
        sources_failed=count("source/failed"),
        sources_blocked=count("source/blocked"),
        sources_overflowed=count("source/overflowed"),
        why=stats.get_value("source/why"),
        corrected=count("article/corrected"),
        left_out=count("link/left_out"),
        bytes=count("archive/bytes"),
        seconds=float(stats.get_value("elapsed_time_seconds") or 0.0),
    )


class Progress:
    """A Scrapy extension that logs how far a long crawl is."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._last = -1
        self._loop = LoopingCall(self._log)
        crawler.signals.connect(self._start, signals.spider_opened)
        crawler.signals.connect(self._stop, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes its components."""
        return cls(crawler)

    def _start(self) -> None:
        self._loop.start(SECONDS, now=False)

    def _stop(self, spider: Spider) -> None:
        if self._loop.running:
            self._loop.stop()

    def _log(self) -> None:
        stats = self._crawler.stats
        pages = int(stats.get_value("response_received_count", 0))
        if pages == self._last or not self._crawler.settings.getbool("PROGRESS_LINES", True):
            return
        self._last = pages
        queued = int(stats.get_value("scheduler/enqueued", 0)) - int(
            stats.get_value("scheduler/dequeued", 0)
        )
        articles = int(stats.get_value("article/new", 0))
        name = self._crawler.spider.name if self._crawler.spider else ""
        logger.info(
            "%s: %d pages fetched, %d new articles, %d in queue", name, pages, articles, queued
        )
