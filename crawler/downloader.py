"""Scrapy's downloader, which gives a host's places away only as long as there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core import downloader

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class Downloader(downloader.Downloader):
    """Without a delay Scrapy's own begins all requests that wait for a host once one place is free."""

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        """As Scrapy calls it for each that is begun; its place was noted only when the task ran."""
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
