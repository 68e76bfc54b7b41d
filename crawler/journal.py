"""A site's journal: what a crawl has still to do and has seen, each in a row until it is settled.

One SQLite file a site, held by one process.  The site's ledger lies in it, too, and shares its transactions.
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import ArchiveError, DjeliError
from crawler.ledger import SCHEMA, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
