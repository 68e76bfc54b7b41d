"""What a site's crawls know of it: which pages are held, which are to be tried again and when, day by day.

It lies in the site's journal file and in the journal's transactions: what a page came to is noted
before its request is settled, so that no crash can lose the one without the other.  A page takes some
twenty bytes once it needs no further look.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from archive.errors import ArchiveError
from crawler.backoff import FailureClass, GivenUp, Retry, after_failure
from crawler.rhythm import FARTHEST, LOOKED_AT
from crawler.urls import identity

DayStatus = Literal["complete", "partial", "unreachable", "blocked"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS page(
  key BLOB PRIMARY KEY, state INTEGER NOT NULL, count INTEGER NOT NULL DEFAULT 0, due INTEGER, since INTEGER,
  url TEXT, why TEXT, kind TEXT, streak INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS page_open ON page(state, due) WHERE due IS NOT NULL OR state >= 2;
DROP INDEX IF EXISTS page_due; DROP INDEX IF EXISTS page_failing;
CREATE TABLE IF NOT EXISTS day(
  day TEXT PRIMARY KEY, status TEXT NOT NULL, why TEXT, runs INTEGER NOT NULL, articles INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS published(moment INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS note(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
CHECKS = (  # after an article was fetched it is looked at again, for corrections
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
)
PATIENCE = timedelta(days=45)  # with a page that fails now in this way, now in that
_HELD, _NONE, _FAILING, _GIVEN_UP = range(4)
_LONGEST = timedelta(days=8)  # what is due later than that was noted by a clock that was wrong


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page to ask for now: because it failed, or to see whether it was corrected."""

    url: str
    reason: Literal["retry", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A page that did not arrive: since when, how often it was tried, why, and when it is tried next (None: never)."""

    url: str
    since: datetime
    tries: int
    why: str
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What the runs of one day (UTC) came to; ``missing`` counts its articles that have not arrived since."""

    day: date
    status: DayStatus
    why: str | None
    runs: int
    articles: int
    missing: int


class Ledger:
    """The pages and days of one site.

    Pages are given by an address to fetch; two addresses of one identity (``crawler.urls``) are one
    page.  ``begin`` opens a transaction if none is open; what is written survives the next commit.
    """

    def __init__(self, path: Path, database: sqlite3.Connection, begin: Callable[[], None]) -> None:
        self._path, self._db, self._begin = path, database, begin

    def is_settled(self, url: str) -> bool:
        """Whether nothing is to be fetched for this URL now: held, no article, given up, or waiting its turn."""
        return self._row(url) is not None

    def is_held(self, url: str) -> bool:
        """Whether its article is durable."""
        row = self._row(url)
        return row is not None and row[0] == _HELD

    def is_done(self, url: str) -> bool:
        """Whether its article is durable, or it was read and is none."""
        row = self._row(url)
        return row is not None and row[0] in (_HELD, _NONE)

    def keep(self, url: str, now: datetime) -> None:
        """Its article is durable; it is looked at again when the first check is due, or after a check the next."""
        if self.is_held(url):
            return self.check(url, now)
        return self._write(url, (_HELD, 0, _seconds(now + CHECKS[0]), None, url, None, None, None))

    def keep_unwatched(self, url: str) -> None:
        """Its article is durable, and old: nobody corrects it any more."""
        self._write(url, (_HELD, len(CHECKS), None, None, None, None, None, None))

    def dismiss(self, url: str) -> None:
        """It was read and is no article."""
        self._write(url, (_NONE, 0, None, None, None, None, None, None))

    def check(self, url: str, now: datetime) -> None:
        """It was looked at again; the next check follows, if there is one."""
        row = self._row(url)
        done = (row[1] if row and row[0] == _HELD else 0) + 1
        if done >= len(CHECKS):
            self.keep_unwatched(url)
        else:
            due = _seconds(now + CHECKS[done] - CHECKS[done - 1])
            self._write(url, (_HELD, done, due, None, url, None, None, None))

    def fail(
        self, url: str, kind: FailureClass, why: str, now: datetime, wish: timedelta | None = None
    ) -> Retry | GivenUp:
        """It did not arrive; what follows.  ``wish`` is the server's Retry-After.

        Failures of one class in a row count towards its end.  A held page that fails its check stays
        held, until the next check.
        """
        if self.is_held(url):
            self.check(url, now)
            return Retry(now)
        row = self._row(url)
        before = row if row and row[0] == _FAILING else None
        tries, since = (before[1] + 1, before[2]) if before else (1, _seconds(now))
        streak = 1 + (before[4] or 0) if before and before[3] == kind else 1
        follows = after_failure(kind, streak, now, wish)
        is_waiting = isinstance(follows, Retry) and now - _moment(since or 0) < PATIENCE
        if isinstance(follows, Retry) and not is_waiting:
            follows = GivenUp(f"tried {tries} times in {PATIENCE.days} days")
        state, due = (
            (_FAILING, _seconds(follows.at)) if isinstance(follows, Retry) else (_GIVEN_UP, None)
        )
        self._write(url, (state, tries, due, since, url, why, kind, streak))
        return follows

    def due(self, now: datetime) -> Iterator[DuePage]:
        """Pages to ask for in this run, those that have waited longest first."""
        rows = self._read(
            "SELECT url, state FROM page WHERE state IN (?, ?) AND (due <= ? OR due > ?)"
            " AND url IS NOT NULL ORDER BY due, key",
            (_HELD, _FAILING, _seconds(now), _seconds(now + _LONGEST)),
        )
        for url, state in rows:
            yield DuePage(url, "check" if state == _HELD else "retry")

    def missing(self) -> Iterator[Missing]:
        """What did not arrive, oldest first."""
        rows = self._read(
            "SELECT url, since, count, why, due FROM page WHERE state >= 2 ORDER BY since, url"
        )
        for url, since, tries, why, due in rows:
            yield Missing(
                url=url,
                since=_moment(since),
                tries=tries,
                why=why,
                due=_moment(due) if due else None,
            )

    def failing(self) -> Iterator[DuePage]:
        """Every page that failed and is not given up, whenever its turn is."""
        rows = self._read(
            "SELECT url FROM page WHERE state = ? AND due IS NOT NULL ORDER BY since, url",
            (_FAILING,),
        )
        return (DuePage(url, "retry") for (url,) in rows)

    def note_run(self, now: datetime, status: DayStatus, why: str | None, articles: int) -> None:
        """How a run ended; a day is as its last run left it."""
        self._run(
            "INSERT INTO day VALUES(?, ?, ?, 1, ?) ON CONFLICT(day) DO UPDATE SET status=excluded.status,"
            " why=excluded.why, runs=runs+1, articles=articles+excluded.articles",
            (now.astimezone(UTC).date().isoformat(), status, why, articles),
        )

    def days(self) -> Iterator[Day]:
        """Every day on which there was a run, in order; a complete one that misses a page is partial."""
        missing = self._missing_by_day()
        rows = self._read("SELECT day, status, why, runs, articles FROM day ORDER BY day")
        for day, status, why, runs, articles in rows:
            lost = missing.get(day, 0)
            if lost and status == "complete":
                status, why = "partial", f"not arrived: {lost} of its pages"
            yield Day(
                day=date.fromisoformat(day),
                status=status,
                why=why,
                runs=runs,
                articles=articles,
                missing=lost,
            )

    def _missing_by_day(self) -> dict[str, int]:
        return dict(
            self._read(
                "SELECT date(since, 'unixepoch') d, count(*) FROM page WHERE state >= 2 GROUP BY d"
            )
        )

    def note_published(self, moments: Iterable[datetime], now: datetime) -> None:
        """When articles were published, for the site's rhythm; what is older than that needs is forgotten."""
        oldest = now - LOOKED_AT
        rows = [(_seconds(moment),) for moment in moments if oldest <= moment <= now]
        self._begin()
        with self._named("write"):
            self._db.executemany("INSERT OR IGNORE INTO published VALUES(?)", rows)
            self._db.execute("DELETE FROM published WHERE moment < ?", (_seconds(oldest),))

    def published(self) -> list[datetime]:
        """What was noted, oldest first."""
        return [_moment(s) for (s,) in self._read("SELECT moment FROM published ORDER BY moment")]

    @property
    def next_due(self) -> datetime | None:
        """When the site is due; None if no crawl of it has ended yet, or only under a clock that was wrong."""
        value = self.note("next_due")
        moment = datetime.fromisoformat(value) if value else None
        return moment if moment and moment <= datetime.now(UTC) + FARTHEST else None

    @next_due.setter
    def next_due(self, moment: datetime) -> None:
        self.write_note("next_due", moment.isoformat())

    def note(self, name: str) -> str | None:
        """What was last written under this name."""
        rows = self._read("SELECT value FROM note WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def write_note(self, name: str, value: str) -> None:
        """Of the site as a whole: when it is due, whether its last run has ended."""
        self._run("INSERT OR REPLACE INTO note VALUES(?, ?)", (name, value))

    def _row(self, url: str) -> tuple[int, int, int | None, str | None, int | None] | None:
        rows = self._read(
            "SELECT state, count, since, kind, streak FROM page WHERE key = ?", (_key(url),)
        )
        return rows[0] if rows else None

    def _write(self, url: str, values: Iterable[object]) -> None:
        self._run(
            "INSERT OR REPLACE INTO page(key, state, count, due, since, url, why, kind, streak)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_key(url), *values),
        )

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        self._begin()
        with self._named("write"):
            self._db.execute(statement, values)

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self._named("read"):
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _named(self, verb: str) -> Iterator[None]:
        """SQLite's errors name no file."""
        try:
            yield
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot {verb} the journal {self._path}: {e}") from e


@contextmanager
def ledger_of(path: Path) -> Iterator[Ledger]:
    """The ledger in a journal file that another process may be crawling with; not to be written to.

    Raises ``ArchiveError`` if there is none.
    """
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    except sqlite3.Error as e:
        raise ArchiveError(f"cannot open the journal {path}: {e}") from e
    with closing(database):
        yield Ledger(path, database, _never)


def _never() -> None:
    raise ValueError("this ledger is open for reading only")


def _key(url: str) -> bytes:
    """Eight bytes: among a million pages of a site two share one with a chance of 3 in 100 million."""
    name = identity(url).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(name, digest_size=8).digest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
