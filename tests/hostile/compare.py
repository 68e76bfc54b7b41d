"""Asks a hostile server for everything, and notes what a spider is given: by Scrapy's handler or by ours.

``python compare.py stock|ours JOBS.json OUTCOMES.jsonl``: without an archive, redirects, retries, or decoding.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.exchange import Exchange
from crawler.wire import WireDownloadHandler
from hostile.crawl import HostileSpider

SETTINGS: dict[str, Any] = {
    "COMPRESSION_ENABLED": False,
    "CONCURRENT_REQUESTS": 24,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 24,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_FAIL_ON_DATALOSS": False,
    "HTTPERROR_ALLOW_ALL": True,
    "LOG_LEVEL": "ERROR",
    "METAREFRESH_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
}


class Unkept(WireDownloadHandler):
    """Ours alone."""

    async def keep(self, exchange: Exchange, request: Request) -> None:
        """It is not what is compared."""


class Comparing(HostileSpider):
    """Notes all that a callback or an errback can see."""

    name = "comparing"

    def answered(self, response: Response, job: dict[str, Any], left: int) -> Iterator[Request]:
        return self.ended(job, left, json.dumps(_seen(response), sort_keys=True))

    def failed(self, failure: Failure) -> Iterator[Request]:
        arguments: dict[str, Any] = failure.request.cb_kwargs  # type: ignore[attr-defined]
        told = json.dumps({"error": type(failure.value).__name__})
        return self.ended(arguments["job"], arguments["left"], told)


def _seen(response: Response) -> dict[str, Any]:
    fields = {
        name.decode("latin-1"): [value.decode("latin-1") for value in values]
        for name, values in response.headers.items()
    }
    return {
        "status": response.status,
        "headers": fields,
        "body": [len(response.body), hashlib.sha1(response.body).hexdigest()],
        "flags": response.flags,
        "protocol": response.protocol,
        "address": str(response.ip_address),
        "certificate": response.certificate is not None,
        "class": type(response).__name__,
    }


def main(which: str, jobs: str, outcomes: str) -> None:
    """Ask for everything."""
    handler = HTTP11DownloadHandler if which == "stock" else Unkept
    handlers = {"http": handler, "https": handler}
    process = AsyncCrawlerProcess({**SETTINGS, "DOWNLOAD_HANDLERS": handlers})
    process.crawl(Comparing, jobs=jobs, outcomes=outcomes)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
