"""The item pipeline that keeps articles: an item has passed once its line is durable."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import DropItem, NotConfigured

from archive.article import Article
from archive.articles import open_articles, release
from archive.errors import ArchiveError
from crawler.archiving import note_failure, stop_crawl

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ArticlePipeline:
    """Appends articles to ``DATA_DIR/articles`` and the catalogue; other items pass through."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._store = open_articles(Path(crawler.settings["DATA_DIR"]))
        crawler.signals.connect(self._release, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when ``ARCHIVE_ENABLED`` is off: no record, no article."""
        if not crawler.settings.getbool("ARCHIVE_ENABLED", True):
            raise NotConfigured
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Wait until the article is durable; a failure to write closes the crawl."""
        if not isinstance(item, Article):
            return item
        try:
            is_new = await asyncio.wrap_future(self._store.add(item))
        except ArchiveError as e:
            stop_crawl(self._crawler, e)
            raise DropItem(str(e)) from e
        self._crawler.stats.inc_value("article/new" if is_new else "article/known")
        return item

    def _release(self) -> None:
        try:
            release(self._store)
        except ArchiveError as e:
            note_failure(self._crawler, e)
