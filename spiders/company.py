"""The first pages of a host wait for each other: what recurs on them is learned before any is read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from crawler.learned import Standing

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ENOUGH = 3  # articles of a host; more teach little more
_PAUSE = 0.05  # seconds


class Company:
    """What is known of each host in this crawl; a page waits ``patience`` seconds at most."""

    def __init__(self, crawler: Crawler, may_bring: Callable[[str], bool], patience: float) -> None:
        self._crawler, self._may_bring, self._patience = crawler, may_bring, patience
        self._known: dict[str, Standing] = {}
        self._waiting = 0

    def note(self, host: str, standing: Standing) -> None:
        """What the store says of a host; an older answer may come later than a newer."""
        known = self._known.get(host)
        if known is None or known.met <= standing.met:
            self._known[host] = standing

    async def wait(self, host: str) -> Standing:
        """How a noted host stands once it has enough articles or no more of it are coming."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        self._waiting += 1
        try:
            while (
                self._known[host].met < ENOUGH
                and loop.time() < deadline
                and self._is_more_coming(host)
            ):
                await asyncio.sleep(_PAUSE)
        finally:
            self._waiting -= 1
        return self._known[host]

    def _is_more_coming(self, host: str) -> bool:
        """Whether the engine is doing anything that may bring a page, but for what waits here."""
        engine = self._crawler.engine
        slot = engine._slot if engine else None
        if engine is None or slot is None or slot.closing is not None or not self._may_bring(host):
            return False
        busy = engine.scraper.slot.active if engine.scraper.slot else ()
        return bool(
            engine._start is not None
            or engine.downloader.active
            or len(busy) > self._waiting
            or slot.scheduler.has_pending_requests()
        )
