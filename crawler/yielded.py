"""What spiders yield passes Scrapy's own middlewares in one generator, not in several for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.spidermiddlewares.depth import DepthMiddleware
from scrapy.spidermiddlewares.metacopy import MetaCopyDetectionMiddleware
from scrapy.spidermiddlewares.referer import RefererMiddleware
from scrapy.spidermiddlewares.start import StartSpiderMiddleware
from scrapy.spidermiddlewares.urllength import UrlLengthMiddleware
from scrapy.utils.misc import build_from_crawler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

PARTS: tuple[
    type[BaseSpiderMiddleware], ...
] = (  # in the order in which Scrapy has them, from the spider on
    MetaCopyDetectionMiddleware,
    DepthMiddleware,
    UrlLengthMiddleware,
    RefererMiddleware,
    StartSpiderMiddleware,
)


class YieldedMiddleware(BaseSpiderMiddleware):
    """All of them, with their own settings; none looks at anything but requests."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._parts = list(_configured(crawler))
        self._depth = next((p for p in self._parts if isinstance(p, DepthMiddleware)), None)

    async def process_spider_output_async(  # type: ignore[override]
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """As Scrapy calls it."""
        if self._depth:
            self._depth._init_depth(response)
        async for found in result:
            if (kept := self._get_processed(found, response)) is not None:
                yield kept

    def get_processed_request(self, request: Request, response: Response | None) -> Request | None:
        """As each of them made it; None if one has left it out."""
        kept: Request | None = request
        for part in self._parts:
            if kept is None:
                return None
            kept = part.get_processed_request(kept, response)
        return kept


def _configured(crawler: Crawler) -> Iterator[BaseSpiderMiddleware]:
    for kind in PARTS:
        try:
            yield build_from_crawler(kind, crawler)
        except NotConfigured:
            continue
