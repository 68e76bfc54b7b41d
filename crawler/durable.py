"""A response goes on once its exchange is durable, and keeps no place of its host's while it waits for the disk.

The download handler gives the exchange to the archive, and the host's next request may begin.  The
middleware nearest to the downloader waits: for a failed download as well, for what came of it is kept
too.  What waits is not under way for ``CONCURRENT_REQUESTS``, unless much waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

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

T = TypeVar("T")

MUCH = 8 << 20  # bytes: a disk that is so far behind holds up what is still to be asked for
KEEPING = "keeping"  # in a request's meta, between the downloader and this middleware


class Keeping(NamedTuple):
    """An exchange on its way to the disk."""

    exchange: Exchange
    written: Future[Record]


class Arrivals:
    """Futures of another thread, awaited in the event loop, which is woken once for all that are done.

    asyncio's own wrapper wakes it for each, and each time the two threads fight for the interpreter.
    """

    def __init__(self) -> None:
        self._done: deque[asyncio.Future[None]] = deque()
        self._is_told = False

    async def wait(self, source: Future[T]) -> T:
        """Its result, or what it raises."""
        if not source.done():
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            source.add_done_callback(partial(self._arrive, waiter))
            await waiter
        return source.result()

    def _arrive(self, waiter: asyncio.Future[None], source: Future[Any]) -> None:
        """On the other thread."""
        self._done.append(waiter)
        if not self._is_told:
            self._is_told = True
            waiter.get_loop().call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_told = False  # before the first is taken: what comes later tells again
        while self._done:
            waiter = self._done.popleft()
            if not waiter.done():  # nobody has given up
                waiter.set_result(None)


class DurableMiddleware:
    """Lets responses and failures on when their records are on the disk, or closes the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._payloads = crawler, Payloads(crawler)
        self._arrivals = Arrivals()
        self._count = self._bytes = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when there is no archive."""
        return cls(crawler)

    @property
    def waiting(self) -> int:
        """How many requests only wait for the disk; 0 where they hold so much that no more may be begun."""
        return self._count if self._bytes < MUCH else 0

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
            record = await self._written(keeping)
        except ArchiveError as e:
            stop_crawl(self._crawler, e)
            raise ArchiveFailed(str(e)) from e
        self._tally(keeping.exchange, record)
        remember(request, self._with_payload(record))

    async def _written(self, keeping: Keeping) -> Record:
        size = len(keeping.exchange.response)
        self._count, self._bytes = self._count + 1, self._bytes + size
        engine = self._crawler.engine
        if engine and engine._slot:
            engine._slot.nextcall.schedule()  # there is room for another request
        try:
            return await self._arrivals.wait(keeping.written)
        finally:
            self._count, self._bytes = self._count - 1, self._bytes - size

    def _tally(self, exchange: Exchange, record: Record) -> None:
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
