"""Asks a hostile server for what a list of jobs names, by our handler alone; notes what Scrapy's components see.

``python signalled.py JOBS.json OUTCOMES.jsonl``: each line is a label and what came of it: signals heard,
the exchange that was kept, and the response or the exception.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.exchange import Exchange
from hostile.compare import SETTINGS, Unkept


class Noting(Unkept):
    """Notes exchanges."""

    async def keep(self, exchange: Exchange, request: Request) -> None:
        kept = [exchange.truncated, exchange.response.decode("latin-1"), exchange.ip_address]
        request.meta["seen"]["kept"] = [*kept, exchange.request.decode("latin-1")]


class Listening(Spider):
    """One job after the other; in ``meta["stop"]`` is the signal that is answered by ``StopDownload``."""

    name = "listening"

    def __init__(self, jobs: str, outcomes: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.jobs = json.loads(Path(jobs).read_text("utf-8"))
        self.outcomes = Path(outcomes)

    async def start(self) -> AsyncIterator[Request]:
        self.crawler.signals.connect(self.head_came, signals.headers_received)
        self.crawler.signals.connect(self.bytes_came, signals.bytes_received)
        for job in self.jobs:
            meta = {**job["meta"], "label": job["label"], "seen": {"bytes": ""}}
            yield Request(
                job["url"],
                method=job["method"],
                body=bytes.fromhex(job["body"]),
                headers=job["headers"],
                meta=meta,
                callback=self.answered,
                errback=self.failed,
                dont_filter=True,
            )

    def head_came(self, headers: Any, body_length: Any, request: Request, spider: Any) -> None:
        request.meta["seen"]["head"] = [sorted(map(bytes.decode, headers)), body_length]
        if "head" in request.meta.get("stop", ""):
            raise StopDownload(fail=request.meta["stop"] == "head, failing")

    def bytes_came(self, data: bytes, request: Request, spider: Any) -> None:
        request.meta["seen"]["bytes"] += data.decode("latin-1")
        if "bytes" in request.meta.get("stop", ""):
            raise StopDownload(fail=request.meta["stop"] == "bytes, failing")

    def answered(self, response: Response) -> None:
        self.note(response.request, response, None)

    def failed(self, failure: Failure) -> None:
        error = failure.value
        request = failure.request  # type: ignore[attr-defined]
        self.note(request, getattr(error, "response", None), error)

    def note(self, request: Any, response: Response | None, error: BaseException | None) -> None:
        """A line."""
        seen = {**request.meta["seen"], "error": type(error).__name__ if error else None}
        seen["words"] = str(error)
        seen["latency"] = request.meta.get("download_latency")
        if response is not None:
            seen |= {"body": response.body.decode("latin-1"), "flags": response.flags}
        with self.outcomes.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([request.meta["label"], seen]) + "\n")


def main(jobs: str, outcomes: str) -> None:
    """Ask for everything, one request at a time."""
    settings = {**SETTINGS, "CONCURRENT_REQUESTS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    settings |= {"DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING": True, "LOG_LEVEL": "DEBUG"}
    handlers = {"http": Noting, "https": Noting}
    process = AsyncCrawlerProcess({**settings, "DOWNLOAD_HANDLERS": handlers})
    process.crawl(Listening, jobs=jobs, outcomes=outcomes)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
