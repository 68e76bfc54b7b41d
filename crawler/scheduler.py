"""A scheduler that survives kill -9: a request leaves the journal only when all that came of it is safe.

Scrapy's own scheduler takes a request out of its queue before it is downloaded, so that what is in
flight when the process dies is lost (scrapy/scrapy#7978).  Here Scrapy's queues stay in memory, with
their priorities and per-site fairness, and SQLite keeps the truth: a row for each request until it is
settled, and the fingerprints of all that were seen.  The requests that a page led to are written
before the page's own is settled, in one database, in order: no crash can separate them.
"""

from __future__ import annotations

import fcntl
import pickle
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.core.scheduler import Scheduler
from scrapy.dupefilters import BaseDupeFilter
from scrapy.utils.misc import load_object
from scrapy.utils.request import request_from_dict

from archive.errors import ArchiveError, DjeliError
from crawler.archiving import stop_crawl
from crawler.coverage import status_of
from crawler.ledger import SCHEMA, Ledger
from crawler.pickling import pickled, unpickled
from crawler.progress import summary
from crawler.rhythm import next_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.utils.request import RequestFingerprinterProtocol
    from twisted.internet.defer import Deferred

JOURNAL = """
PRAGMA page_size=1024; PRAGMA auto_vacuum=INCREMENTAL;
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
"""
_OF_A_RUN = (  # tables that are there from a run's beginning to its end: each takes a page even if empty
    "CREATE TABLE IF NOT EXISTS pending(id INTEGER PRIMARY KEY,"
    " priority INTEGER NOT NULL, waiting INTEGER NOT NULL, request BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS pending_waiting ON pending(priority DESC, id) WHERE waiting",
    "CREATE TABLE IF NOT EXISTS seen(fingerprint BLOB PRIMARY KEY) WITHOUT ROWID",
)
BEGUN, ENDED = "run_begun", "run_ended"  # the ledger's notes of when, and of how

WINDOW = 2000  # requests in memory; each takes some 3 kB there, the rest wait in the journal
FINISHED = "finished"  # a run that ended in any other way is gone on with by the next


class Journal:
    """What a crawl has still to do and what it has seen, in one SQLite file that one process holds.

    ``ledger`` is what earlier crawls of the site have noted, in the same file and transactions.
    ``resumed_since`` is when the crawl first began, if this run goes on with an unfinished one.
    Raises ``DjeliError`` when another process is crawling with the same journal, and
    ``ArchiveError`` when the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = path.with_suffix(".lock").open("w")
        except OSError as e:
            raise ArchiveError(f"cannot write {e.filename or path}: {e.strerror}") from e
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self._named("open"):
                self._db = sqlite3.connect(path, isolation_level=None)
                self._db.executescript(JOURNAL + SCHEMA)
                self.ledger = Ledger(path, self._db, self.begin)
                self.resumed_since = self._begin_run()
        except BlockingIOError as e:
            self._lock.close()
            raise DjeliError(f"{path.stem} is being crawled by another process ({path})") from e
        except ArchiveError:
            self._lock.close()
            raise

    def _begin_run(self) -> datetime | None:
        self.begin()
        self._take_over_runs()
        begun = self.ledger.note(BEGUN)
        resumes = begun is not None and self.ledger.note(ENDED) != FINISHED
        if not resumes:
            self._drop_run()
            self.ledger.write_note(BEGUN, datetime.now(UTC).isoformat())
        self.ledger.write_note(ENDED, "")
        for statement in _OF_A_RUN:
            self._db.execute(statement)
        self.commit()
        return datetime.fromisoformat(begun) if begun and resumes else None

    def _take_over_runs(self) -> None:
        """From the table in which journals had them at first."""
        if not self._db.execute("PRAGMA table_info(run)").fetchall():
            return
        runs = self._db.execute("SELECT started, reason FROM run ORDER BY rowid").fetchall()
        if runs:
            self.ledger.write_note(BEGUN, runs[0][0])
            self.ledger.write_note(ENDED, runs[-1][1] or "")
        self._db.execute("DROP TABLE run")

    def _drop_run(self) -> None:
        """Nothing of it is gone on with."""
        for table in ("pending", "seen"):
            self._db.execute(f"DROP TABLE IF EXISTS {table}")

    @contextmanager
    def _named(self, verb: str) -> Iterator[None]:
        """SQLite's errors name no file."""
        try:
            yield
        except sqlite3.Error as e:
            raise self._failure(verb, e) from e

    def _failure(self, verb: str, error: sqlite3.Error) -> ArchiveError:
        return ArchiveError(f"cannot {verb} the journal {self.path}: {error}")

    def begin(self) -> None:
        """Start a transaction if none is open."""
        if not self._db.in_transaction:
            with self._named("write"):
                self._db.execute("BEGIN")

    def commit(self) -> None:
        """Make what was noted survive a crash."""
        if self._db.in_transaction:
            with self._named("write"):
                self._db.execute("COMMIT")

    def see(self, fingerprint: bytes) -> bool:
        """Note a fingerprint; True if it was there already."""
        self.begin()
        try:  # for each link of each page: a context manager costs as much as the insertion
            added = self._db.execute("INSERT OR IGNORE INTO seen VALUES(?)", (fingerprint,))
        except sqlite3.Error as e:
            raise self._failure("write", e) from e
        return not added.rowcount

    def forget(self, fingerprint: bytes) -> None:
        """As if it had never been seen."""
        self.begin()
        with self._named("write"):
            self._db.execute("DELETE FROM seen WHERE fingerprint = ?", (fingerprint,))

    def add(self, request: bytes, priority: int, *, waiting: bool) -> int:
        """Note a request that is to be done; its row.  A waiting one is in nobody's memory."""
        self.begin()
        insert = "INSERT INTO pending(priority, waiting, request) VALUES(?, ?, ?)"
        try:
            added = self._db.execute(insert, (priority, waiting, request))
        except sqlite3.Error as e:
            raise self._failure("write", e) from e
        return int(added.lastrowid or 0)

    def let_all_wait(self) -> int:
        """How many there are that were not settled; from now on all of them are waiting."""
        self.begin()
        with self._named("write"):
            return self._db.execute("UPDATE pending SET waiting = 1").rowcount

    def take(self, count: int) -> list[tuple[int, bytes]]:
        """So many of those waiting: by priority, then in the order in which they were added."""
        self.begin()
        with self._named("read"):
            taken = self._db.execute(
                "SELECT id, request FROM pending WHERE waiting ORDER BY priority DESC, id LIMIT ?",
                (count,),
            ).fetchall()
            rows = [(row,) for row, _ in taken]
            self._db.executemany("UPDATE pending SET waiting = 0 WHERE id = ?", rows)
        return taken

    def settle(self, rows: Iterable[int]) -> None:
        """These requests are done, and all that came of them is safe."""
        self.begin()
        with self._named("write"):
            self._db.executemany("DELETE FROM pending WHERE id = ?", [(row,) for row in rows])

    def close(self, reason: str) -> None:
        """Note how the run ended.

        The file stays: a crawl killed between here and its exit must find that it was done.
        """
        try:
            self.begin()
            self.ledger.write_note(ENDED, reason)
            if reason == FINISHED:
                with self._named("write"):
                    self._drop_run()
            self.commit()
            with self._named("write"):  # a crawl's requests would leave their pages in the file;
                self._db.executescript("PRAGMA incremental_vacuum")  # execute() gives one page back
        finally:
            self.release()

    def release(self) -> None:
        """Give the file back as a crash would: the run has not ended."""
        self._db.close()
        self._lock.close()


def is_held(path: Path) -> bool:
    """Whether a process is crawling with this journal now."""
    try:
        with path.with_suffix(".lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class JournalDupeFilter(BaseDupeFilter):
    """Scrapy's duplicate filter with the journal as its memory."""

    def __init__(self, journal: Journal, fingerprinter: RequestFingerprinterProtocol) -> None:
        super().__init__()
        self._journal, self._fingerprinter = journal, fingerprinter
        self._seen_by_this_process: set[bytes] = set()

    def request_seen(self, request: Request) -> bool:
        """As Scrapy defines it."""
        fingerprint = self._fingerprinter.fingerprint(request)
        return fingerprint in self._seen_by_this_process or self._journal.see(fingerprint)

    def keep_in_memory(self, request: Request) -> None:
        """A request that the journal cannot hold must not be a seen one when the crawl goes on."""
        fingerprint = self._fingerprinter.fingerprint(request)
        self._seen_by_this_process.add(fingerprint)
        self._journal.forget(fingerprint)

    def log(self, request: Request, spider: Spider) -> None:
        """Count what was filtered, as Scrapy's own filter does."""
        spider.crawler.stats.inc_value("dupefilter/filtered")


class JournalScheduler(Scheduler):
    """Scrapy's scheduler, with a journal of each spider in ``DATA_DIR/state/<spider>.sqlite``."""

    journal: Journal
    resumed_since: datetime | None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Without a journal (``JOURNAL_ENABLED`` off) it is Scrapy's own scheduler."""
        settings = crawler.settings
        if not settings.getbool("JOURNAL_ENABLED", True):
            return Scheduler.from_crawler(crawler)  # type: ignore[return-value]
        spider_name = crawler.spidercls.name
        journal = Journal(Path(settings["DATA_DIR"]) / "state" / f"{spider_name}.sqlite")
        assert crawler.request_fingerprinter is not None
        scheduler = cls(
            dupefilter=JournalDupeFilter(journal, crawler.request_fingerprinter),
            jobdir=None,
            mqclass=load_object(settings["SCHEDULER_MEMORY_QUEUE"]),
            pqclass=load_object(settings["SCHEDULER_PRIORITY_QUEUE"]),
            stats=crawler.stats,
            crawler=crawler,
        )
        scheduler.journal, scheduler.resumed_since = journal, journal.resumed_since
        scheduler._rows, scheduler._out, scheduler._waiting = {}, set(), 0
        return scheduler

    _rows: dict[Request, int]  # what is in memory, and its row in the journal
    _out: set[Request]  # what of it is in the engine's hands
    _waiting: int  # how many are in the journal alone

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Queue again what an interrupted run left undone."""
        opened = super().open(spider)
        try:
            self._waiting = self.journal.let_all_wait()
            if self._waiting and self.stats:
                for name in ("journal/resumed", "scheduler/enqueued", "scheduler/enqueued/disk"):
                    self.stats.inc_value(name, self._waiting)
            self._refill()
        except DjeliError:
            self.journal.release()
            raise
        return opened

    def _refill(self) -> None:
        """Take into memory what has waited longest, once half of what is there is done."""
        if not self._waiting or len(self.mqs) > WINDOW // 2:
            return
        taken = self.journal.take(WINDOW - len(self.mqs))
        self._waiting -= len(taken)
        for row, blob in taken:
            request = self._request(blob, self.spider)
            self._rows[request] = row
            self._mqpush(request)

    def __len__(self) -> int:
        """In memory and in the journal."""
        return super().__len__() + self._waiting

    def _dqpush(self, request: Request) -> bool:
        """Scrapy asks whether the disk will do.  What tells of more requests never waits."""
        blob = pickled(request, self.spider)
        if blob is None:
            assert isinstance(self.df, JournalDupeFilter)
            self.df.keep_in_memory(request)
            if self.stats:
                self.stats.inc_value("journal/unserializable")
            return False
        waits = request.priority <= 0 and len(self.mqs) >= WINDOW
        row = self.journal.add(blob, request.priority, waiting=waits)
        if waits:
            self._waiting += 1
        else:
            self._rows[request] = row
        return waits

    def _request(self, blob: bytes, spider: Spider) -> Request:
        """Of another version of the spider or of Scrapy it may be impossible to make."""
        try:
            return request_from_dict(unpickled(blob, spider), spider=spider)
        except (ValueError, TypeError, KeyError, LookupError, AttributeError, ImportError) as e:
            path = self.journal.path
            raise DjeliError(
                f"cannot go on with the interrupted crawl in {path}: {e}; remove it to begin anew"
            ) from e
        except pickle.UnpicklingError as e:
            raise DjeliError(f"the journal {self.journal.path} is damaged: {e}") from e

    def enqueue_request(self, request: Request) -> bool:
        """As Scrapy's own; the request is in the journal from here on."""
        try:
            return self._enqueue(request)
        except ArchiveError as e:
            self._stop(e)
            return False

    def _enqueue(self, request: Request) -> bool:
        if request.dont_filter and request.meta.get("is_start_request"):
            seen = self.df.request_seen(request)
            if seen and self.resumed_since:  # the spider starts as it did before the crash
                return False
        return super().enqueue_request(request)

    def next_request(self) -> Request | None:
        """As Scrapy's own; settles what the engine has let go of."""
        try:
            self._settle()
            self._refill()
        except ArchiveError as e:
            self._stop(e)
            return None
        request = super().next_request()
        if request in self._rows:
            self._out.add(request)
        return request

    def _stop(self, error: ArchiveError) -> None:
        assert self.crawler is not None
        stop_crawl(self.crawler, error)

    def close(self, reason: str) -> Deferred[None] | None:
        """Settle what is done and note how the run ended."""
        try:
            self._settle()
            self._note_run(reason)
        finally:
            self.journal.close(reason)
        return super().close(reason)

    def _note_run(self, reason: str) -> None:
        """In the ledger; a run that was interrupted leaves the site due."""
        assert self.stats is not None
        run = summary(self.journal.path.stem, self.stats, reason)
        if not run.sources + run.sources_failed + run.responses:
            return
        now, ledger = datetime.now(UTC), self.journal.ledger
        status, why = status_of(run)
        ledger.note_run(now, status, why, run.articles)
        if reason == FINISHED:
            ledger.next_due = next_due(run.site, now, ledger.published())

    def _settle(self) -> None:
        """What was handed out and is no longer in progress is done, however it ended.

        A request is in progress until its callback has run, its items have passed the pipelines and
        the requests that it yielded are enqueued.
        """
        if self.stats and self.stats.get_value("archive/failure"):
            return  # what ended because nothing more could be kept is not done
        engine = self.crawler.engine if self.crawler else None
        slot = engine._slot if engine else None
        busy = slot.inprogress if slot else set()
        done = [request for request in self._out if request not in busy]
        if done:
            self.journal.settle(self._rows.pop(request) for request in done)
            self._out.difference_update(done)
        self.journal.commit()
