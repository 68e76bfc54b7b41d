"""Ask for a page again only if it has changed since it was archived (RFC 9110, 13.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from crawler.archiving import Payloads, remember, response_from

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

UNCHANGED = "unchanged"  # the flag of a response that came out of the archive for a 304


class ConditionalMiddleware:
    """For requests marked ``meta["conditional"]``: their sources of links, every few minutes.

    The 304 is archived as a revisit; the spider gets the archived page, flagged ``unchanged``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._payloads = Payloads(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when there is no archive."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the validators of the newest good capture, if it holds or names its payload."""
        if not request.meta.get("conditional"):
            return
        capture = self._payloads.index.newest_good(request.url)
        if capture is None or self._payloads.index.original(capture) is None:
            return
        if capture.etag:
            request.headers["If-None-Match"] = capture.etag.encode("latin-1")
        if capture.modified:
            request.headers["If-Modified-Since"] = capture.modified.encode("latin-1")

    def process_response(self, request: Request, response: Response) -> Response:
        """The archived page in place of a 304."""
        if response.status != 304 or not request.meta.get("conditional"):
            return response
        capture = self._payloads.index.newest_good(request.url)
        record = self._payloads.record_of(capture) if capture else None
        if record is None:
            return response
        remember(request, record)
        return response_from(record, request.url, UNCHANGED)
