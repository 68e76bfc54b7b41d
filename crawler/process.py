"""Run Scrapy spiders in this process and tell how each ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.errors import DjeliError
from crawler.hosts import sharing

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler

INTERRUPTED = "interrupted; run the same command again to go on"


@dataclass(slots=True)
class Crawl:
    """One spider's run; ``error`` is what kept it from starting, or from ending in order."""

    crawler: Crawler
    error: str | None = None
    task: asyncio.Task[None] | None = None

    @property
    def domains(self) -> set[str]:
        """What its requests may go to, as far as the spider says."""
        return set(getattr(self.crawler.spidercls, "allowed_domains", None) or ())


def run(process: AsyncCrawlerProcess, crawlers: Iterable[Crawler], **arguments: Any) -> list[Crawl]:
    """Run them together until all have ended, or Ctrl-C has been pressed twice.

    Sites that share a host take turns: each spider has a downloader of its own, and two of them
    would have two connections to the host.
    """
    crawls = [Crawl(crawler) for crawler in crawlers]
    for queue in queues(crawls):
        _start(process, queue, arguments)
    process.start()
    for crawl in crawls:
        _note(crawl)
    return crawls


def queues(crawls: Iterable[Crawl]) -> list[list[Crawl]]:
    """Crawls that share a domain in one queue, in their order."""
    return [queue for _, queue in sharing((crawl, crawl.domains) for crawl in crawls)]


def _start(process: AsyncCrawlerProcess, queue: list[Crawl], arguments: dict[str, Any]) -> None:
    crawl, *rest = queue
    crawl.task = process.crawl(crawl.crawler, **arguments)

    def ended(_: asyncio.Task[None]) -> None:
        if rest and crawl.crawler.stats.get_value("finish_reason") != "shutdown":
            _start(process, rest, arguments)

    crawl.task.add_done_callback(ended)


def _note(crawl: Crawl) -> None:
    if crawl.task is None or not crawl.task.done():  # Ctrl-C: before its turn, or twice
        crawl.error = INTERRUPTED
        return
    if crawl.task.cancelled():
        crawl.error = "cancelled"
        return
    error = crawl.task.exception()
    if error is not None:
        crawl.error = _in_words(error)


def _in_words(error: BaseException) -> str:
    """What was first, where it is ours: an engine that did not start fails again when it is closed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DjeliError):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    return f"{type(error).__name__}: {error}"
