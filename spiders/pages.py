"""The spider of one-off scrapes: given URLs, no site file needed.

It has no name of its own, so that ``scrapy list`` shows sites only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals

from archive.article import Article
from crawler.compression import AS_SENT
from crawler.fingerprint import host_of
from crawler.pool import Failed
from spiders.article import ArticleSpider
from spiders.failures import meaning

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
        self._awaited = Counter(map(host_of, urls))

    def noted(self, host: str | None) -> None:
        """One page fewer is to come."""
        self._awaited[host] -= 1

    def may_bring(self, host: str) -> bool:
        """Whether not all of the host's URLs have been answered."""
        return self._awaited[host] > 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.item_kept, signals.item_scraped)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """One request a URL."""
        for url in self._urls:
            meta = {"asked": url, AS_SENT: True}
            yield Request(
                url, callback=self.parse, errback=self.page_failed, dont_filter=True, meta=meta
            )

    async def parse(self, response: Response) -> AsyncIterator[Article | Request]:
        """The article, or a word on why there is none."""
        asked = response.meta["asked"]
        reading = await self.read(response)
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
        meant = meaning(failure, datetime.now(UTC))
        self._awaited[host_of(failure.request.meta["asked"])] -= 1  # type: ignore[attr-defined]
        if meant:
            self._missed(failure.request.meta["asked"], meant.words)  # type: ignore[attr-defined]
