"""A response goes on once its exchange is durable, and keeps no place of its host's while it waits for the disk.

The download handler gives the exchange to the archive, and the host's next request may begin.  The
middleware nearest to the downloader waits: for a failed download as well, for what came of it is kept
too.  As many wait at most as there are requests under way (``CONCURRENT_REQUESTS``).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, Self

from archive.errors import ArchiveError
from archive.index import capture_of
from crawler.archiving import ArchiveFailed, Payloads, remember, stop_crawl

if TYPE_CHECKING:
    from concurrent.futures import Future

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive.exchange import Exchange
    from archive.reader import Record

KEEPING = "keeping"  # in a request's meta, between the downloader and this middleware


class Keeping(NamedTuple):
    """An exchange on its way to the disk."""

    exchange: Exchange
    written: Future[Record]


class DurableMiddleware:
    """Lets responses and failures on when their records are on the disk, or closes the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._payloads = crawler, Payloads(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when there is no archive."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The same, with its record in ``meta["record"]``; raises ``ArchiveFailed``."""
        await self._wait(request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Nothing but wait for what was received; raises ``ArchiveFailed``."""
        await self._wait(request)

    async def _wait(self, request: Request) -> None:
        keeping: Keeping | None = request.meta.pop(KEEPING, None)
        if keeping is None:
            return
        try:
            record = await asyncio.wrap_future(keeping.written)
        except ArchiveError as e:
            stop_crawl(self._crawler, e)
            raise ArchiveFailed(str(e)) from e
        self._count(keeping.exchange, record)
        remember(request, self._with_payload(record))

    def _count(self, exchange: Exchange, record: Record) -> None:
        stats = self._crawler.stats
        stats.inc_value("archive/exchanges")
        stats.inc_value("archive/bytes", len(exchange.request) + len(exchange.response))
        if record.type == "revisit":
            stats.inc_value("archive/revisits")
        if exchange.truncated:
            stats.inc_value(f"archive/truncated/{exchange.truncated}")

    def _with_payload(self, record: Record) -> Record:
        """The record itself or, for a revisit, the one whose payload it repeats."""
        if record.type != "revisit":
            return record
        capture = capture_of(record)
        return (capture and self._payloads.record_of(capture)) or record
