"""On a resumed crawl, what was fetched before the interruption is not fetched again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from crawler.archiving import Payloads, remember, response_from

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class ResumeMiddleware:
    """Gives at once what this very crawl had archived before: no second record.

    A middleware, for what is not asked of a server need not wait for that server's turn.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._payloads = crawler, Payloads(crawler)
        self._opened = datetime.now(UTC)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when there is no archive."""
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        """The archived response with its record in ``meta["record"]``; None to fetch."""
        engine = self._crawler.engine
        since = getattr(engine.scheduler, "resumed_since", None) if engine else None
        if since is None or request.method != "GET":
            return None
        url = request.url.partition("#")[0]
        capture = self._payloads.index.whole_between(url, since, self._opened)
        record = self._payloads.record_of(capture) if capture else None
        if record is None:
            return None
        self._crawler.stats.inc_value("archive/resumed")
        remember(request, record)
        return response_from(record, url)
