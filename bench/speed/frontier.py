"""What a URL costs the frontier as it grows: enqueued, found a second time, taken up again after a kill.

In a process of its own: ``python -m bench.speed.frontier URLS FOLDER``, then with ``resume`` in another one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.utils.reactor import install_reactor
from scrapy.utils.test import get_crawler

from crawler import settings as project
from crawler.scheduler import JournalScheduler


class _Engine:
    """As much of Scrapy's as the scheduler asks for: nothing is under way."""

    _slot = None


COLUMNS = (
    "URLs", "enqueued/s", "found again/s", "MB of memory more", "MB on disk", "resumed in, s",
)  # fmt: skip
BATCH = 1000
LEVELS = (10_000, 100_000, 1_000_000)


class Pages(Spider):
    """Has a method to be called back."""

    name = "pages"

    def parse(self, response: Any, **_: Any) -> None:
        """Nothing."""


def rows(levels: Sequence[int] = LEVELS) -> Iterator[list[str]]:
    """Requests go through the scheduler that crawls use, with its fingerprints, its pickles and its journal."""
    for level in levels:
        with tempfile.TemporaryDirectory(prefix="speed-") as folder:
            filled = told("fill", level, folder)
            resumed = told("resume", level, folder)
        yield [
            f"{level:,}",
            f"{filled['enqueued']:,.0f}",
            f"{filled['again']:,.0f}",
            f"{filled['megabytes']:.0f}",
            f"{filled['disk']:.0f}",
            f"{resumed['seconds']:.2f}",
        ]


def told(what: str, level: int, folder: str) -> dict[str, float]:
    """The figures of ``fill`` or ``resume`` in a process of its own."""
    command = [sys.executable, "-m", "bench.speed.frontier", what, str(level), folder]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    figures: dict[str, float] = json.loads(said)
    return figures


def fill(count: int, folder: Path) -> dict[str, float]:
    """Enqueue so many, then all of them once more, and stop as a kill would."""
    scheduler = _scheduler(folder)
    before = _megabytes()
    enqueued = _rate(scheduler, count, new=True)
    again = _rate(scheduler, count, new=False)
    disk = sum(path.stat().st_size for path in (folder / "state").iterdir()) / 1e6
    return {
        "enqueued": enqueued,
        "again": again,
        "megabytes": _megabytes() - before,
        "disk": disk,
    }


def _rate(scheduler: JournalScheduler, count: int, *, new: bool) -> float:
    """The spider makes its requests beforehand; that is not the frontier's work."""
    seconds, parse = 0.0, scheduler.spider.parse
    for begin in range(0, count, BATCH):
        numbers = range(begin, min(begin + BATCH, count))
        requests = [Request(_url(number), callback=parse) for number in numbers]
        began = time.process_time()
        assert all(scheduler.enqueue_request(request) is new for request in requests)
        scheduler.journal.commit()
        seconds += time.process_time() - began
    return count / seconds


def _url(number: int) -> str:
    return f"https://www.relais.example/2026/03/14/reportage-de-la-region-{number}.html"


def resume(count: int, folder: Path) -> dict[str, float]:
    """Open what the other process has left."""
    began = time.perf_counter()
    scheduler = _scheduler(folder)
    seconds = time.perf_counter() - began
    assert len(scheduler) == count, f"{len(scheduler)} of {count} requests are left"
    return {"seconds": seconds}


def _scheduler(folder: Path) -> JournalScheduler:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    by_priority = (
        "scrapy.pqueues.ScrapyPriorityQueue"  # the other one asks the downloader, which is not here
    )
    settings = {
        "DATA_DIR": str(folder),
        "SCHEDULER_PRIORITY_QUEUE": by_priority,
        "REQUEST_FINGERPRINTER_CLASS": project.REQUEST_FINGERPRINTER_CLASS,
    }
    crawler = get_crawler(Pages, settings)
    crawler.engine = _Engine()  # type: ignore[assignment]
    crawler.spider = Pages.from_crawler(crawler)
    scheduler = JournalScheduler.from_crawler(crawler)
    scheduler.open(crawler.spider)
    return scheduler


def _megabytes() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    work = {"fill": fill, "resume": resume}[sys.argv[1]]
    sys.stdout.write(json.dumps(work(int(sys.argv[2]), Path(sys.argv[3]))))
