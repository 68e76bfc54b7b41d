"""A scheduler that survives kill -9: a request leaves the journal only when all that came of it is safe.

Scrapy's own scheduler takes a request out of its queue before it is downloaded, so that what is in
flight when the process dies is lost (scrapy/scrapy#7978).  Here Scrapy's queues stay in memory, with
their priorities and per-site fairness, and SQLite keeps the truth: a row for each request until it is
settled, and the fingerprints of all that were seen.  The requests that a page led to are written
before the page's own is settled, in one database, in order: no crash can separate them.
"""

from __future__ import annotations

import pickle
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
from crawler.journal import FINISHED, Journal
from crawler.pickling import pickled, unpickled
from crawler.progress import summary
from crawler.rhythm import next_due

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.utils.request import RequestFingerprinterProtocol
    from twisted.internet.defer import Deferred

WINDOW = 2000  # requests in memory; each takes some 3 kB there, the rest wait in the journal


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
