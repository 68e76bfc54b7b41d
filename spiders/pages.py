"""The spider of one-off scrapes: given URLs, no site file needed.

It has no name of its own, so that ``scrapy list`` shows sites only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals

from archive.article import Article
from crawler.pool import Failed
from spiders.article import ArticleSpider, why

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


class PagesSpider(ArticleSpider):
    """Calls ``found`` with each URL and its article once that is durable, else ``missed`` with a reason."""

    def __init__(
        self,
        urls: Sequence[str],
        found: Callable[[str, Article], None],
        missed: Callable[[str, str], None],
    ) -> None:
        super().__init__(name="pages")
        self._urls, self._found, self._missed = urls, found, missed

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_kept, signals.item_scraped)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """One request a URL."""
        for url in self._urls:
            meta = {"asked": url}
            yield Request(
                url, callback=self.parse, errback=self.page_failed, dont_filter=True, meta=meta
            )

    async def parse(self, response: Response) -> AsyncIterator[Article | Request]:
        """The article, or a word on why there is none."""
        reading, asked = await self.read(response), response.meta["asked"]
        if isinstance(reading, Failed):
            self._missed(asked, f"{reading.reason} (record {response.meta['record'].id})")
        elif isinstance(reading.result, Article):
            yield reading.result
            for request in self.requisites_of(reading):
                yield request
        else:
            self._missed(asked, f"no article: {reading.result.reason} ({reading.result.kind})")

    def item_kept(self, item: Article, response: Response) -> None:
        """The pipelines have let the article through."""
        self._found(response.meta["asked"], item)

    def page_failed(self, failure: Failure) -> None:
        """A URL that did not answer, or with an error."""
        kind, reason = why(failure)
        if kind:
            self._missed(failure.request.meta["asked"], reason)  # type: ignore[attr-defined]
