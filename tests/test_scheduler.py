"""The journal: nothing leaves it before all that came of it is safe, and a crawl goes on from it."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import pickle
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from archive.errors import ArchiveError, DjeliError
from crawler.journal import Journal
from crawler.scheduler import WINDOW, JournalScheduler
from spiders.link import Link
from tests.conftest import ROOT
from tests.treesite import TreeSite, serving


class ASpider(Spider):
    """Has methods to be called back."""

    name = "a"

    def parse(self, response: Any, **_: Any) -> None:
        """Nothing."""

    def parse_other(self, response: Any) -> None:
        """Nothing."""


class Slot:
    """Of the engine: what it has in its hands."""

    def __init__(self) -> None:
        self.inprogress: set[Request] = set()


class Engine:
    """As much of Scrapy's as the scheduler asks for."""

    def __init__(self) -> None:
        self._slot = Slot()
        self.closed_for: list[str] = []

    async def close_spider_async(self, *, reason: str) -> None:
        """Note the reason."""
        self.closed_for.append(reason)


class Run:
    """One process's life with a journal."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        self.path = data_dir / "state" / "a.sqlite"
        crawler = get_crawler(
            ASpider,
            {
                "DATA_DIR": str(data_dir),
                "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
                **settings,
            },
            prevent_warnings=True,
        )
        self.engine = Engine()
        crawler.engine = self.engine  # type: ignore[assignment]
        self.crawler: Crawler = crawler
        self.scheduler = JournalScheduler.from_crawler(crawler)
        spider = ASpider.from_crawler(crawler)
        crawler.spider = spider
        self.spider = spider
        self.scheduler.open(spider)

    def put(self, *urls: str, **options: Any) -> list[bool]:
        """Enqueue requests, as a callback's."""
        made = [Request(url, callback=self.spider.parse, **options) for url in urls]
        return [self.scheduler.enqueue_request(request) for request in made]

    def take(self) -> Request | None:
        """The engine takes the next request into its hands."""
        request = self.scheduler.next_request()
        if request:
            self.engine._slot.inprogress.add(request)
        return request

    def let_go(self, request: Request) -> None:
        """The engine is done with it."""
        self.engine._slot.inprogress.remove(request)

    def work(self) -> list[str]:
        """Take and let go of everything there is."""
        done = []
        while request := self.take():
            done.append(request.url)
            self.let_go(request)
        return done

    def journaled(self) -> int:
        """How many requests a crash now would leave to be done."""
        with closing(sqlite3.connect(self.path)) as db:
            return int(db.execute("SELECT count(*) FROM pending").fetchone()[0])

    def crash(self) -> None:
        """What was not committed is gone, and so is the lock."""
        self.scheduler.journal._db.close()
        self.scheduler.journal._lock.close()


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Any]:
    """Makes runs in one folder; the last is ended."""
    made: list[Run] = []

    def begin(**settings: Any) -> Run:
        made.append(Run(tmp_path, **settings))
        return made[-1]

    yield begin
    for run in made:
        if hasattr(run.scheduler, "journal"):
            run.crash()


A, B, C = (f"http://kibaru.example/{name}" for name in "abc")


def test_a_request_is_settled_only_when_the_engine_has_let_go_of_it(runs: Any) -> None:
    run = runs()
    assert run.put(A) == [True]
    first = run.take()
    assert run.take() is None
    assert run.journaled() == 1
    run.let_go(first)
    assert run.take() is None
    assert run.journaled() == 0


def test_children_are_safe_before_their_parent_is_settled(runs: Any) -> None:
    run = runs()
    run.put(A)
    parent = run.take()
    run.put(B, C)
    run.take()
    assert run.journaled() == 3
    run.let_go(parent)
    run.take()
    assert run.journaled() == 2
    run.crash()
    again = runs()
    assert sorted(again.work()) == [B, C]


def test_a_crash_between_two_commits_loses_neither_parent_nor_child(runs: Any) -> None:
    run = runs()
    run.put(A)
    parent = run.take()
    run.put(B)
    run.let_go(parent)
    run.crash()
    again = runs()
    assert again.put(B) == [True]
    assert sorted(again.work()) == [A, B]


def test_what_was_in_the_engines_hands_is_done_again(runs: Any) -> None:
    run = runs()
    run.put(A, B, C)
    taken = [run.take() for _ in range(3)]
    run.let_go(taken[1])
    run.take()
    run.crash()
    again = runs()
    assert again.scheduler.resumed_since is not None
    assert again.crawler.stats.get_value("journal/resumed") == 2
    assert set(again.work()) == {taken[0].url, taken[2].url}


def test_what_was_seen_stays_seen(runs: Any) -> None:
    run = runs()
    assert run.put(A, A, B) == [True, False, True]
    run.work()
    run.crash()
    again = runs()
    assert again.put(A, B, C) == [False, False, True]
    assert again.crawler.stats.get_value("dupefilter/filtered") == 2


def test_the_request_comes_back_as_it_was(runs: Any) -> None:
    run = runs()
    request = Request(
        A,
        method="POST",
        body=b"\x00x",
        headers={"X-A": "b"},
        priority=7,
        callback=run.spider.parse_other,
        errback=run.spider.parse,
        meta={"depth": 3, "when": ("a", 1)},
        cb_kwargs={"n": 5},
    )
    run.scheduler.enqueue_request(request)
    run.take()
    run.crash()
    again = runs()
    found = again.take()
    assert found.to_dict(spider=again.spider) == request.to_dict(spider=run.spider)


@pytest.mark.parametrize("reason", ["shutdown", "archive_failed", "closespider_timeout", None])
def test_an_unfinished_crawl_goes_on(runs: Any, reason: str | None) -> None:
    run = runs()
    began = run.scheduler.resumed_since
    run.put(A, B)
    request = run.take()
    run.let_go(request)
    if reason:
        run.scheduler.close(reason)
    else:
        run.take()
        run.crash()
    again = runs()
    assert began is None
    first_start = again.scheduler.resumed_since
    assert first_start is not None
    assert len(again.work()) + (reason is None) >= 1
    again.crash()
    assert runs().scheduler.resumed_since == first_start


def test_a_crawl_goes_on_whose_journal_has_a_table_of_runs(runs: Any) -> None:
    """As it had before; of a finished one the next begins anew."""
    run = runs()
    run.put(A)
    run.take()
    run.crash()
    for reason, left in ((None, 1), ("shutdown", 1), ("finished", 0)):
        with closing(sqlite3.connect(run.path)) as db:
            db.executescript(
                "DELETE FROM note; CREATE TABLE run(started TEXT NOT NULL, reason TEXT);"
                "CREATE INDEX page_due ON page(due) WHERE due IS NOT NULL;"
            )
            rows = [
                ("2026-03-14T00:00:00+00:00", "shutdown"),
                ("2026-03-15T00:00:00+00:00", reason),
            ]
            db.executemany("INSERT INTO run VALUES(?, ?)", rows)
            db.commit()
        again = runs()
        since = again.scheduler.resumed_since
        assert since == (datetime(2026, 3, 14, tzinfo=UTC) if left else None)
        assert len(again.scheduler) == left
        again.crash()


def test_after_a_finished_crawl_everything_begins_anew(runs: Any) -> None:
    run = runs()
    run.put(A)
    run.work()
    run.scheduler.close("finished")
    again = runs()
    assert again.scheduler.resumed_since is None
    assert again.put(A) == [True]


def test_start_requests_are_not_started_twice(runs: Any) -> None:
    start = {"dont_filter": True, "meta": {"is_start_request": True}}
    run = runs()
    assert run.put(A, **start) == [True]
    run.work()
    run.crash()
    again = runs()
    assert again.put(A, **start) == [False]
    again.scheduler.close("finished")
    assert runs().put(A, **start) == [True]


def test_a_second_process_is_refused_in_one_line(tmp_path: Path, runs: Any) -> None:
    runs()
    with pytest.raises(DjeliError) as caught:
        Journal(tmp_path / "state" / "a.sqlite")
    assert str(caught.value).startswith("a is being crawled by another process")
    assert str(tmp_path / "state" / "a.sqlite") in str(caught.value)
    other = Journal(tmp_path / "state" / "b.sqlite")
    other.close("finished")


def _hold(path: str, told: Connection) -> None:
    journal = Journal(Path(path))
    journal.add(b"x", 0, waiting=False)
    journal.commit()
    told.send(True)
    threading.Event().wait()


def test_a_killed_process_holds_nothing_any_more(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_hold, args=(str(path), theirs))
    process.start()
    assert ours.poll(20)
    with pytest.raises(DjeliError, match="another process"):
        Journal(path)
    process.kill()
    process.join()
    ours.close()
    theirs.close()
    journal = Journal(path)
    assert journal.let_all_wait() == 1
    assert [blob for _, blob in journal.take(5)] == [b"x"]
    assert journal.take(5) == []
    journal.close("finished")


@pytest.mark.parametrize(
    "options",
    [
        {"callback": lambda response: None},
        {"meta": {"lock": threading.Lock()}},
        {"meta": {"run": subprocess.run}},
        {"meta": {"kind": subprocess.Popen}},
    ],
    ids=["callback that is no method", "no pickle", "a function", "a class"],
)
def test_what_cannot_be_journaled_lives_with_the_process(runs: Any, options: Any) -> None:
    run = runs()
    assert run.scheduler.enqueue_request(Request(A, **options))
    assert not run.scheduler.enqueue_request(Request(A, **options))
    assert run.crawler.stats.get_value("journal/unserializable") == 1
    assert run.journaled() == 0
    assert run.work() == [A]
    run.crash()
    again = runs()
    assert again.scheduler.enqueue_request(Request(A, **options))
    assert again.work() == [A]


class _Runs:
    """Pickled, it is a call of any function."""

    def __init__(self, call: Any, *arguments: object) -> None:
        self._reduced = (call, arguments)

    def __reduce__(self) -> Any:
        return self._reduced


@pytest.mark.parametrize(
    "value",
    [
        _Runs(os.mkdir, "{made}"),
        _Runs(subprocess.Popen, ["mkdir", "{made}"]),
        _Runs(eval, "open('{made}', 'w')"),
        _Runs(getattr, Journal, "take"),
    ],
    ids=["function", "class", "eval", "attribute"],
)
def test_a_journal_that_would_run_something_runs_nothing(
    runs: Any, tmp_path: Path, value: _Runs
) -> None:
    made = tmp_path / "made"
    call, arguments = value._reduced
    filled = json.loads(json.dumps(arguments, default=lambda _: None).replace("{made}", str(made)))
    run = runs()
    run.scheduler.enqueue_request(Request(A))
    run.take()
    run.crash()
    with closing(sqlite3.connect(run.path)) as db:
        blob = pickle.dumps({"url": A, "meta": {"x": _Runs(call, *filled)}})
        db.execute("UPDATE pending SET request = ?", (blob,))
        db.commit()
    with pytest.raises(DjeliError, match=r"is damaged: .* is not kept in a journal"):
        runs()
    assert not made.exists()


def test_what_is_kept_in_a_journal_comes_back(runs: Any) -> None:
    meta = {
        "moment": datetime(2026, 3, 1, tzinfo=UTC),
        "link": Link(url=A, published=datetime(2026, 3, 1, tzinfo=UTC)),
        "path": Path("warc"),
        "many": ({1, 2}, frozenset("ab"), [b"x"], OrderedDict(a=1), deque([1])),
        "number": Decimal("1.5"),
        "id": uuid.uuid4(),
    }
    run = runs()
    run.scheduler.enqueue_request(Request(A, meta=dict(meta)))
    run.take()
    run.crash()
    request = runs().take()
    assert request
    assert {name: request.meta[name] for name in meta} == meta


def test_a_journal_of_another_spider_is_named(runs: Any, tmp_path: Path) -> None:
    run = runs()
    request = Request(A, callback=run.spider.parse_other)
    run.scheduler.enqueue_request(request)
    run.take()
    run.crash()
    with closing(sqlite3.connect(run.path)) as db:
        (blob,) = db.execute("SELECT request FROM pending").fetchone()
        db.execute(
            "UPDATE pending SET request = ?", (blob.replace(b"parse_other", b"parse_older"),)
        )
        db.commit()
    with pytest.raises(DjeliError, match=r"parse_older.*remove it to begin anew") as caught:
        runs()
    assert str(run.path) in str(caught.value)


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"not a database " * 500)
    with pytest.raises(ArchiveError, match=str(path)):
        Journal(path)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match=str(tmp_path / "file")):
        Journal(tmp_path / "file" / "a.sqlite")


def test_without_journal_it_is_scrapys_own(runs: Any, tmp_path: Path) -> None:
    run = runs(JOURNAL_ENABLED=False)
    assert type(run.scheduler) is Scheduler
    assert run.put(A, A) == [True, False]
    assert run.work() == [A]
    assert not (tmp_path / "state").exists()


def test_what_ended_because_nothing_could_be_kept_is_not_done(runs: Any) -> None:
    run = runs()
    run.put(A, B)
    request = run.take()
    run.crawler.stats.set_value("archive/failure", "cannot write x")
    run.let_go(request)
    run.take()
    run.scheduler.close("archive_failed")
    assert len(runs().work()) == 2


def test_a_journal_that_cannot_be_written_stops_the_crawl(runs: Any) -> None:
    run = runs()
    run.put(A)
    run.take()

    async def write_on() -> None:
        run.scheduler.journal._db.execute("PRAGMA query_only=ON")
        assert run.put(B) == [False]
        assert run.put(C) == [False]
        await asyncio.sleep(0)

    asyncio.run(write_on())
    assert run.engine.closed_for == ["archive_failed"]
    failure = run.crawler.stats.get_value("archive/failure")
    assert failure.startswith(f"cannot write the journal {run.path}")


REAL_RUN = """
import asyncio, json, sqlite3, sys
from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess

data_dir, url = sys.argv[1:]
notes, left = [], []

def journaled():
    with sqlite3.connect(f"{data_dir}/state/real.sqlite") as db:
        return [row[0] for row in db.execute("SELECT request FROM pending")]

def holds(url):
    return any(url.encode() + b"\\x94" in blob for blob in journaled())

class SlowPipeline:
    async def process_item(self, item):
        await asyncio.sleep(0.15)
        notes.append(["pipeline", holds(item["url"])])
        return item

class RealSpider(Spider):
    name = "real"
    custom_settings = {"ITEM_PIPELINES": {SlowPipeline: 1}, "AUTOTHROTTLE_ENABLED": False,
                       "DOWNLOAD_DELAY": 0.01, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    start_urls = [url]

    @classmethod
    def from_crawler(cls, crawler):
        spider = super().from_crawler(crawler)
        crawler.signals.connect(spider.count_left, signals.spider_idle)
        return spider

    def count_left(self):
        left.append(len(journaled()))

    async def parse(self, response):
        for n, link in enumerate(response.css("h2 a")[:6]):
            yield response.follow(link, self.parse_page, errback=self.failed)
            await asyncio.sleep(0.05)
            notes.append(["front", holds(response.url)])
        yield response.follow("/gone-for-ever", self.parse_page, errback=self.failed)

    async def parse_page(self, response):
        await asyncio.sleep(0.1)
        notes.append(["callback", holds(response.url)])
        yield {"url": response.url}

    async def failed(self, failure):
        await asyncio.sleep(0.05)
        notes.append(["errback", holds(failure.request.url)])

from scrapy.settings import Settings
settings = Settings()
settings.setmodule("crawler.settings", priority="project")
settings.set("DATA_DIR", data_dir, "cmdline")
settings.set("SPIDER_LOADER_CLASS", "scrapy.spiderloader.SpiderLoader", "cmdline")
settings.set("SPIDER_MODULES", [], "cmdline")
settings.set("ALLOW_PRIVATE", True, "cmdline")
settings.set("LOG_LEVEL", "ERROR", "cmdline")
process = AsyncCrawlerProcess(settings)
process.crawl(RealSpider)
process.start()
print(json.dumps({"notes": notes, "left": left[-1]}))
"""


def test_in_a_real_crawl_callbacks_items_and_errbacks_come_before_settling(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(REAL_RUN)
    with serving(TreeSite(6)) as site:
        outcome = subprocess.run(
            [sys.executable, str(script), str(tmp_path / "d"), f"{site.base}/"],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert outcome.returncode == 0, outcome.stderr
    said = json.loads(outcome.stdout.splitlines()[-1])
    kinds = [kind for kind, _ in said["notes"]]
    assert _counts(kinds) == {"front": 6, "callback": 6, "pipeline": 6, "errback": 1}
    assert all(held for _, held in said["notes"]), said["notes"]
    assert said["left"] == 0


def _counts(kinds: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in kinds:
        found[kind] = found.get(kind, 0) + 1
    return found


def test_a_large_frontier_waits_in_the_journal(runs: Any) -> None:
    """Every request once, what has priority first, and never more than a window of them in memory."""
    run = runs()
    many = [f"http://127.0.0.1/{number}" for number in range(2 * WINDOW + 500)]
    assert all(run.put(*many))
    assert run.put("http://127.0.0.1/first", priority=10) == [True]
    assert len(run.scheduler) == len(many) + 1
    assert len(run.scheduler._rows) == WINDOW + 1
    first = run.take()
    assert first.url == "http://127.0.0.1/first"
    run.crash()

    last = runs()
    assert len(last.scheduler) == len(many) + 1
    seen = []
    while request := last.take():
        seen.append(request.url)
        last.let_go(request)
        assert len(last.scheduler._rows) <= WINDOW + 1
    assert seen[0] == first.url
    assert sorted(seen[1:]) == sorted(many)
    last.take()
    assert last.journaled() == 0
