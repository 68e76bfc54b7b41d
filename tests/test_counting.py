"""The counts of a crawl are Scrapy's, and so are its log lines."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.downloadermiddlewares import stats
from scrapy.http import Response
from scrapy.logformatter import LogFormatter
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawler.counting import DownloaderStats, PlainStats, QuietLogFormatter

SIZES = {"downloader/request_bytes", "downloader/response_bytes"}


def _counted(middleware: type[stats.DownloaderStats], collector: type) -> dict[str, Any]:
    crawler = get_crawler(settings_dict={"STATS_CLASS": collector}, prevent_warnings=True)
    counting = middleware.from_crawler(crawler)
    for method, status in (("GET", 200), ("GET", 404), ("HEAD", 200)):
        request = Request("http://kibaru.example/", method=method)
        counting.process_request(request)
        counting.process_response(request, Response(request.url, status=status))
    counting.process_exception(request, OSError())
    assert crawler.stats is not None
    return dict(crawler.stats.get_stats())


def test_they_are_the_same_but_for_sizes() -> None:
    theirs = _counted(stats.DownloaderStats, MemoryStatsCollector)
    ours = _counted(DownloaderStats, PlainStats)
    assert ours == {name: count for name, count in theirs.items() if name not in SIZES}
    assert ours["downloader/response_status_count/200"] == 2


def test_a_page_that_was_fetched_is_told_of_where_somebody_reads_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    request = Request("http://kibaru.example/")
    given = (request, Response(request.url, request=request), Spider("told"))
    caplog.set_level(logging.INFO, "scrapy.core.engine")
    assert QuietLogFormatter().crawled(*given) is None
    caplog.set_level(logging.DEBUG, "scrapy.core.engine")
    assert QuietLogFormatter().crawled(*given) == LogFormatter().crawled(*given)
