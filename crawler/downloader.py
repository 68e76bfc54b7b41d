"""Scrapy's downloader: it keeps to a host's places, and does nothing for a page that need not be done."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydispatch.dispatcher import getAllReceivers  # type: ignore[import-untyped]
from scrapy.core import downloader
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Request, Response
from scrapy.signalmanager import SignalManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

from crawler.durable import DurableMiddleware

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred


class Downloader(downloader.Downloader):
    """Scrapy's, with three of its parts at less cost, and two rules.

    Without a delay Scrapy's own begins all that waits for a host once one place is free.  What waits for
    the disk alone is not under way for ``CONCURRENT_REQUESTS``.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.signals = HeardSignals(crawler)
        self.middleware = PlainMiddlewares(*self.middleware.middlewares, crawler=crawler)

    def needs_backout(self) -> bool:
        """Whether no more requests may be begun; as the engine calls it."""
        waiting = self._durable.waiting if self._durable else 0
        return 0 < self.total_concurrency <= len(self.active) - waiting

    @cached_property
    def _durable(self) -> DurableMiddleware | None:
        return self.crawler.get_downloader_middleware(DurableMiddleware)

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        """As Scrapy calls it for each that is begun; its place was noted only when the task ran."""
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)


class HeardSignals(SignalManager):
    """To send a signal that nobody hears takes ten times as long as to find that out."""

    def send_catch_log(self, signal: Any, **arguments: Any) -> list[tuple[Any, Any]]:
        """As Scrapy's."""
        if next(getAllReceivers(self.sender, signal), None) is None:
            return []
        return super().send_catch_log(signal, **arguments)


class PlainMiddlewares(DownloaderMiddlewareManager):
    """Scrapy's makes a coroutine and a name for what each middleware says, also when it says nothing."""

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        for method in self.methods["process_request"]:
            assert method is not None
            said = self._handle_mw_method(method, request=request)
            if said is not None and (found := await _checked(method, said)) is not None:
                return found
        return await download_func(request)

    async def _process_response(
        self, response: Response | Request, request: Request
    ) -> Response | Request:
        for method in self.methods["process_response"]:
            if isinstance(response, Request):
                break
            assert method is not None
            said = self._handle_mw_method(method, request=request, response=response)
            found = said if isinstance(said, Response) else await _checked(method, said)
            if found is None:
                raise _InvalidOutput(f"{global_object_name(method)} must return an answer")
            response = found
        return response


async def _checked(method: Callable[..., Any], said: Any) -> Response | Request | None:
    """What a middleware has said, if it is anything that it may say."""
    found = await ensure_awaitable(said, _warn=global_object_name(method))
    if found is None or isinstance(found, (Response, Request)):
        return found
    raise _InvalidOutput(f"{global_object_name(method)} must return an answer, got {type(found)}")
