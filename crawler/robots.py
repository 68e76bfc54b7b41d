"""robots.txt that cannot be had forbids everything until it can (RFC 9309, 2.3.1.4).

Scrapy reads the error page of a 503 as rules, and takes a host that does not answer for one that
allows all.  A 404 allows all here, too: that is an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares import robotstxt
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser
from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


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
