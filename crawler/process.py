"""Run Scrapy spiders in this process and tell how each ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.errors import DjeliError

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler


@dataclass(slots=True)
class Crawl:
    """One spider's run; ``error`` is what kept it from starting, or from ending in order."""

    crawler: Crawler
    error: str | None = None


def run(process: AsyncCrawlerProcess, crawlers: Iterable[Crawler], **arguments: Any) -> list[Crawl]:
    """Run them together until all have ended, or Ctrl-C has been pressed twice."""
    crawls = [Crawl(crawler) for crawler in crawlers]
    tasks: list[asyncio.Task[None]] = [process.crawl(c.crawler, **arguments) for c in crawls]
    process.start()
    for crawl, task in zip(crawls, tasks, strict=True):
        _note(crawl, task)
    return crawls


def _note(crawl: Crawl, task: asyncio.Task[None]) -> None:
    if not task.done():  # Ctrl-C, twice
        crawl.error = "interrupted; run the same command again to go on"
        return
    if task.cancelled():
        crawl.error = "cancelled"
        return
    error = task.exception()
    if error is None:
        return
    text = str(error) if isinstance(error, DjeliError) else f"{type(error).__name__}: {error}"
    crawl.error = text
