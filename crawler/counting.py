"""Scrapy's counts and log lines, at a fraction of what they cost: a tenth of a page's time in the reactor's thread."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import stats
from scrapy.logformatter import LogFormatter
from scrapy.statscollectors import MemoryStatsCollector

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult

_ENGINE = logging.getLogger("scrapy.core.engine")


class PlainStats(MemoryStatsCollector):
    """Scrapy's; but it does not look at every call for an argument that is no longer to be given."""

    __getattribute__ = object.__getattribute__


class DownloaderStats(stats.DownloaderStats):
    """Scrapy's, without the sizes that it works out from parsed headers: ``archive/bytes`` has what was sent."""

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Count it."""
        self.stats.inc_value("downloader/request_count")
        self.stats.inc_value(f"downloader/request_method_count/{request.method}")

    def process_response(self, request: Request, response: Response) -> Response:  # type: ignore[override]
        """Count it."""
        self.stats.inc_value("downloader/response_count")
        self.stats.inc_value(f"downloader/response_status_count/{response.status}")
        return response


class QuietLogFormatter(LogFormatter):
    """Scrapy's, but it puts no line together that nobody will see."""

    def crawled(  # type: ignore[override]  # None is allowed by its documentation
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        """None unless the engine's log is that of a debugger."""
        if not _ENGINE.isEnabledFor(logging.DEBUG):
            return None
        return super().crawled(request, response, spider)
