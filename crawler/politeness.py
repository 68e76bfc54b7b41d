"""What a host asks for is what it gets: Crawl-delay in robots.txt, Retry-After in answers."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle

from crawler.backoff import retry_after

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

LONGEST_DELAY = 120.0  # seconds; at more a site of fifty articles a day cannot be followed
PATIENCE = timedelta(seconds=60)  # what is asked for longer is left for a later crawl
UNASKED = timedelta(seconds=10)  # after a 429 that says nothing


class Throttled(IgnoreRequest):
    """The host has asked not to be asked for longer than a crawl waits."""

    def __init__(self, host: str, until: datetime) -> None:
        self.until = until
        super().__init__(f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC")


class PoliteThrottle(AutoThrottle):
    """Scrapy's, but never faster than the Crawl-delay of the host's robots.txt."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asked: dict[str, float] = {}
        crawler.signals.connect(self._read_robots, signals.robots_parsed)

    def _read_robots(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(self.crawler.settings["USER_AGENT"])
        engine = self.crawler.engine
        if not delay or engine is None:
            return
        if delay > LONGEST_DELAY:
            logger.warning(
                "%s asks for %g s between requests; it gets %g", request.url, delay, LONGEST_DELAY
            )
        key = engine.downloader.get_slot_key(request)
        self._asked[key] = delay = min(delay, LONGEST_DELAY)
        engine.downloader.per_slot_settings[key] = {"delay": max(delay, self._start_delay())}
        if slot := engine.downloader.slots.get(key):
            slot.delay = max(slot.delay, delay)

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if slot is not None and key is not None:
            slot.delay = max(slot.delay, self._asked.get(key, 0.0))


class PoliteRetryMiddleware(RetryMiddleware):
    """Scrapy's, but waits as long as a 429 or 503 asks for, or leaves the host for this crawl."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._closed: dict[str, datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PoliteRetryMiddleware:
        """As Scrapy makes its components."""
        return cls(crawler)

    def check(self, request: Request) -> None:
        """Raises ``Throttled`` for a host that has asked for more time than a crawl has.

        To be called when the request's turn has come: it may have waited while the host asked.
        """
        host = self._host(request)
        until = self._closed.get(host)
        if until and datetime.now(UTC) < until:
            raise Throttled(host, until)

    def rest(self, request: Request) -> None:
        """Let the host's delay begin anew: its answer has ended.

        Scrapy counts from when a request was sent, so that a server which took longer than the delay to
        answer would have none.
        """
        if slot := self._slot(request):  # Scrapy waits until lastseen + delay
            slot.lastseen = max(slot.lastseen, monotonic())

    def note(self, request: Request, response: Response) -> None:
        """Hold the host's requests, or close it, before another of them has its turn."""
        if response.status not in (429, 503):
            return
        now = datetime.now(UTC)
        wish = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), now)
        if wish is None and response.status == 429:
            wish = UNASKED
        if wish and wish > PATIENCE:
            self._closed[self._host(request)] = now + wish
        elif wish:
            self._hold(request, wish)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Of a closed host nothing is tried again."""
        if self._host(request) in self._closed:
            return response
        return super().process_response(request, response)

    def _hold(self, request: Request, wait: timedelta) -> None:
        engine = self.crawler.engine
        assert engine is not None
        if slot := self._slot(request):
            slot.lastseen = monotonic() + wait.total_seconds()
            if slot.latercall:
                slot.latercall.cancel()
                slot.latercall = None
            engine.downloader._process_queue(slot)  # or what waits would wait for the next request

    def _slot(self, request: Request) -> Slot | None:
        engine = self.crawler.engine
        assert engine is not None
        return engine.downloader.slots.get(self._host(request))

    def _host(self, request: Request) -> str:
        engine = self.crawler.engine
        assert engine is not None
        return str(engine.downloader.get_slot_key(request))
