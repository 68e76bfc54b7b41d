"""A page waits for the disk outside its host's turn, and no callback sees it before it is there."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.routes import Answer, Routes, serving

SECONDS = 1.0  # that each write takes, or until it fails

SCRIPT = """
import json, sys, time
from argparse import Namespace
from pathlib import Path
from scrapy import Request, Spider
import archive.keep
import crawler.durable
from archive.errors import ArchiveError
from archive.reader import record_at
from archive.warcfile import WarcFile, locate
from crawler.commands.options import scrapy_process

folder, settings, paths = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
broken = "BROKEN" in settings
crawler.durable.MUCH = settings.get("MUCH", crawler.durable.MUCH)

class SlowFile(WarcFile):
    def append(self, records):
        time.sleep(SECONDS)
        if broken:
            raise ArchiveError("no room")
        return super().append(records)

archive.keep.WarcFile = SlowFile

class Pages(Spider):
    name = "pages"

    async def start(self):
        for path in paths:
            yield Request(path, callback=self.parse, errback=self.failed, dont_filter=True)

    def parse(self, response):
        self.note(response.request, str(response.status))

    def failed(self, failure):
        self.note(failure.request, type(failure.value).__name__)

    def note(self, request, outcome):
        record = request.meta.get("record")
        stored = record_at(locate(folder / "warc", record.file), record.offset) if record else None
        held = stored.id == record.id if stored else None
        told = {"url": request.url, "at": time.monotonic(), "outcome": outcome, "held": held}
        print(json.dumps(told), flush=True)

process = scrapy_process(Namespace(data_dir=folder, allow_private=True, verbose=False), 30, **settings)
process.crawl(process.create_crawler(Pages))
process.start()
""".replace("SECONDS", str(SECONDS))


def _asked(folder: Path, urls: list[str], **settings: Any) -> tuple[list[dict[str, Any]], str]:
    """What callbacks and errbacks were told, one host's place for all; and what was logged."""
    given = {
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        **settings,
    }
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), json.dumps(given), *urls],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in ran.stdout.splitlines()], ran.stderr


def _pages(routes: Routes) -> list[str]:
    for number in range(3):
        routes.set(f"/{number}", Answer(f"page {number}", seconds=0.1))
    return [f"{routes.base}/{number}" for number in range(3)]


def test_the_next_request_begins_while_a_page_waits_for_the_disk(tmp_path: Path) -> None:
    with serving() as routes:
        told, _ = _asked(tmp_path, _pages(routes))
        times = routes.times("/")
        assert len(told) == len(times) == 3
        assert all(page["held"] for page in told)
        assert min(page["at"] for page in told) > times[0] + SECONDS
        assert times[2] < times[0] + SECONDS
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert min(gaps) >= 0.1, gaps  # one after the other, though there is no delay


def test_what_waits_for_the_disk_is_not_under_way_unless_it_is_much(tmp_path: Path) -> None:
    for much, least, most in ((1 << 20, 0.0, SECONDS), (0, SECONDS, 30.0)):
        with serving() as routes:
            told, _ = _asked(tmp_path / str(much), _pages(routes), CONCURRENT_REQUESTS=1, MUCH=much)
            times = routes.times("/")
            assert len(told) == len(times) == 3
            assert all(page["held"] for page in told)
            assert least < times[1] - times[0] < times[2] - times[0]
            assert times[1] - times[0] < most


def test_what_failed_waits_for_what_was_received_of_it(tmp_path: Path) -> None:
    with serving() as routes:
        url = _pages(routes)[0]
        (told,), _ = _asked(tmp_path, [url], DOWNLOAD_MAXSIZE=3, RETRY_ENABLED=False)
        assert told["outcome"] == "DownloadCancelledError"
        assert told["at"] > routes.times("/")[0] + SECONDS
        assert told["held"]


def test_no_page_goes_on_that_could_not_be_written(tmp_path: Path) -> None:
    with serving() as routes:
        told, logged = _asked(tmp_path, _pages(routes), BROKEN=1)
        assert {page["outcome"] for page in told} == {"ArchiveFailed"}
        assert logged.count("no room; the crawl stops here") == 1


def test_no_page_goes_on_where_nobody_waits(tmp_path: Path) -> None:
    with serving() as routes:
        without = {"DOWNLOADER_MIDDLEWARES": {"crawler.durable.DurableMiddleware": None}}
        told, _ = _asked(tmp_path, _pages(routes), **without)
        assert {page["outcome"] for page in told} == {"NotConfigured"}
