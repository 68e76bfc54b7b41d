"""Asks a hostile server for everything that a list of jobs names, with the project's own settings.

``python crawl.py JOBS.json DATA_DIR OUTCOMES.jsonl``: run in a process of its own, because a Twisted
reactor starts once.  What the spider got of each request is a line in OUTCOMES.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

RUN = {
    "ALLOW_PRIVATE": True,
    "ARCHIVE_REVISITS": False,  # many cases answer with the same body
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 24,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 24,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "RETRY_PRIORITY_ADJUST": 0,
    "RETRY_TIMES": 2,
    "ROBOTSTXT_OBEY": False,
}


class HostileSpider(Spider):
    """Each job on its own; the jobs that want several requests make them one after the other."""

    name = "hostile"

    def __init__(self, jobs: str, outcomes: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.jobs = json.loads(Path(jobs).read_text("utf-8"))
        self.outcomes = Path(outcomes)

    async def start(self) -> AsyncIterator[Request]:
        for job in self.jobs:
            yield self.request(job, job["requests"] - 1)

    def request(self, job: dict[str, Any], left: int) -> Request:
        """Ask once, and know how often it is to be asked again."""
        meta = {
            "dont_retry": not job["retry"],
            "download_maxsize": job["maxsize"],
            "download_timeout": job["timeout"],
        }
        if job["proxy"]:
            meta["proxy"] = job["proxy"]
        return Request(
            job["url"],
            method=job["method"],
            body=bytes.fromhex(job["body"]),
            meta=meta,
            cb_kwargs={"job": job, "left": left},
            callback=self.answered,
            errback=self.failed,
            dont_filter=True,
        )

    def answered(self, response: Response, job: dict[str, Any], left: int) -> Iterator[Request]:
        return self.ended(job, left, str(response.status))

    def failed(self, failure: Failure) -> Iterator[Request]:
        status = getattr(getattr(failure.value, "response", None), "status", None)
        arguments: dict[str, Any] = failure.request.cb_kwargs  # type: ignore[attr-defined]
        job, left = arguments["job"], arguments["left"]
        return self.ended(job, left, str(status or repr(failure.value)))

    def ended(self, job: dict[str, Any], left: int, outcome: str) -> Iterator[Request]:
        """Note what came of it; ask again if the case wants that."""
        with self.outcomes.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([job["label"], outcome]) + "\n")
        if left:
            yield self.request(job, left - 1)


def main(jobs: str, data_dir: str, outcomes: str) -> None:
    """Crawl; the exit status is 1 when the crawl did not come to its end."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict({**RUN, "DATA_DIR": data_dir}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(HostileSpider)
    process.crawl(crawler, jobs=jobs, outcomes=outcomes)
    process.start()
    finished = crawler.stats and crawler.stats.get_value("finish_reason") == "finished"
    sys.exit(0 if finished else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
