"""robots.txt is asked for once a day; one that cannot be had forbids everything until it can (RFC 9309).

Scrapy reads the error page of a 503 as rules, and takes a host that does not answer for one that
allows all.  A 404 allows all here, too: that is an answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares import robotstxt
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser
from twisted.internet.defer import Deferred

from crawler.archiving import Payloads, remember, response_from

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

FRESH = timedelta(hours=24)  # RFC 9309, 2.4: a copy should not be used for longer


class RobotsFromArchive:
    """A robots.txt that was answered within a day comes out of the archive, a 404 as well."""

    def __init__(self, crawler: Crawler) -> None:
        self._payloads = Payloads(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when there is no archive."""
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        """The archived answer, or None to fetch."""
        if not (request.meta.get("dont_obey_robotstxt") and request.url.endswith("/robots.txt")):
            return None
        capture = self._payloads.index.latest(request.url)
        if capture is None or capture.status is None or capture.status >= 500 or capture.truncated:
            return None
        age = datetime.now(UTC) - datetime.fromisoformat(capture.date)
        if not timedelta() <= age <= FRESH:
            return None
        record = self._payloads.record_of(capture)
        if record is None:
            return None
        remember(request, record)
        return response_from(record, request.url)


class Unavailable(RobotParser):
    """Stands for the rules of such a host; ``reason`` says what happened."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        """There is no body to make it from."""
        raise NotImplementedError

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        """Nothing is."""
        return False


class RobotsTxtMiddleware(robotstxt.RobotsTxtMiddleware):
    """Scrapy's, but for servers that fail."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status < 500:
            await super()._parse_robots(response, netloc, request)
        else:
            self._note(netloc, f"the server answered {response.status}")

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, IgnoreRequest):
            super()._robots_error(exc, netloc)
        else:
            self._note(netloc, str(exc).strip() or type(exc).__name__)

    def _note(self, netloc: str, reason: str) -> None:
        waiting, rules = self._parsers[netloc], Unavailable(reason)
        self._parsers[netloc] = rules
        if isinstance(waiting, Deferred):
            waiting.callback(rules)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """As Scrapy's own; says why nothing is allowed."""
        if isinstance(rp, Unavailable):
            raise IgnoreRequest(f"its robots.txt could not be fetched: {rp.reason}")
        super().process_request_2(rp, request)
