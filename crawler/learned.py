"""What was learned of each host, on disk: fingerprints of its newest articles, and every state by its id.

``DATA_DIR/learned.sqlite`` is shared by processes.  A state is durable before anyone is told of it.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.database import opened
from archive.errors import ArchiveError
from archive.groupcommit import GroupCommit
from archive.shared import Shared
from crawler.beside import NOTHING, Beside
from crawler.fingerprint import Fingerprint
from crawler.learning import WINDOW, is_strange, learn
from crawler.recurring import Learned

FILE = "learned.sqlite"
KEPT = 2 * WINDOW  # pages of a host: an article may have several
_SOON = 6  # articles up to which each teaches something
_STEP = 10
_HELD = 64  # states in memory

_SCHEMA = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
DROP TABLE IF EXISTS page;  -- shorter marks, of version 0.1
CREATE TABLE IF NOT EXISTS print(
  number INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, key INTEGER NOT NULL, headline INTEGER NOT NULL,
  marks BLOB NOT NULL, UNIQUE(host, key));
CREATE TABLE IF NOT EXISTS state(id TEXT PRIMARY KEY, host TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used(
  record TEXT PRIMARY KEY, state TEXT REFERENCES state(id), beside TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS host(
  host TEXT PRIMARY KEY, met INTEGER NOT NULL, state TEXT REFERENCES state(id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken(place TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;
"""
_TAKE_STATES = "INSERT OR IGNORE INTO state SELECT id, host, content FROM other.state"
_TAKE_USES = "INSERT OR REPLACE INTO used SELECT record, state, beside FROM other.used"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many articles of a host were met, and what is known of it."""

    met: int
    learned: Learned | None


@dataclass(frozen=True, slots=True)
class Use:
    """A record was read with a state, or without any, and with what was known of it elsewhere."""

    record_id: str
    state_id: str | None
    beside: Beside = NOTHING


_NOTED = Standing(0, None)
_stores: Shared[LearnedStore] = Shared()


def open_learned(data_dir: Path) -> LearnedStore:
    """The store of that folder; every call is to be answered by one ``release``."""
    return _stores.open(data_dir, LearnedStore)


def release(store: LearnedStore) -> None:
    """The last to release a store closes it."""
    _stores.release(store.data_dir)


class LearnedStore:
    """Learns on a thread of its own; ``meet`` may be called from any thread."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._states: States | None = None
        self._commits: GroupCommit[Fingerprint | Use, Standing] = GroupCommit(
            "learned", self._write, self._finish
        )

    def meet(self, page: Fingerprint) -> Future[Standing]:
        """Done once the page is noted, and what follows from it is durable."""
        return self._commits.submit(page)

    def note(self, record_id: str, learned: Learned | None, beside: Beside) -> Future[Standing]:
        """Keep with what a record was read, so that it can be read so again; done once that is durable."""
        return self._commits.submit(Use(record_id, learned.id if learned else None, beside))

    def close(self) -> None:
        """Write what is waiting."""
        self._commits.close()

    def _write(self, jobs: Sequence[Fingerprint | Use]) -> list[Standing]:
        if self._states is None:  # a connection of SQLite belongs to the thread that made it
            self._states = States(self.data_dir / FILE)
        return self._states.write(jobs)

    def _finish(self) -> None:
        if self._states:
            self._states.close()


class States:
    """The database.  One instance serves one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: OrderedDict[str, Learned] = OrderedDict()
        with self._named("open"):
            self._db = opened(path, _SCHEMA)

    @contextmanager
    def _named(self, verb: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot {verb} {self._path}: {e}") from e

    def write(self, jobs: Sequence[Fingerprint | Use]) -> list[Standing]:
        """Note pages and uses in their order, all or none; how each page's host stands when all are noted."""
        with self._named("write"), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for job in jobs:
                if isinstance(job, Use):
                    self._db.execute(
                        "INSERT OR REPLACE INTO used VALUES(?, ?, ?)",
                        (job.record_id, job.state_id, job.beside.to_json()),
                    )
                else:
                    self._meet(job)
            hosts = {job.host for job in jobs if isinstance(job, Fingerprint)}
            standings = {host: self.standing(host) for host in hosts}
        return [standings[job.host] if isinstance(job, Fingerprint) else _NOTED for job in jobs]

    def meet(self, pages: Sequence[Fingerprint]) -> Standing:
        """Note pages of one host; how it stands then."""
        return self.write(pages)[-1]

    def _meet(self, page: Fingerprint) -> None:
        if not page.is_full:
            return
        before = self.standing(page.host)
        is_new = self._keep(page)
        met, learned = before.met + is_new, before.learned
        if is_new and (_is_due(met) or (learned and is_strange(page, learned))):
            learned = self._learn(page.host)
        self._db.execute(
            "INSERT OR REPLACE INTO host VALUES(?, ?, ?)",
            (page.host, met, learned.id if learned else None),
        )

    def _keep(self, page: Fingerprint) -> bool:
        """Among the newest of its host, in place of an older capture; whether there was none."""
        gone = self._db.execute(
            "DELETE FROM print WHERE host = ? AND key = ?", (page.host, page.key)
        )
        self._db.execute(
            "INSERT INTO print(host, key, headline, marks) VALUES(?, ?, ?, ?)",
            (page.host, page.key, page.headline, page.packed),
        )
        self._db.execute(
            "DELETE FROM print WHERE number IN"
            " (SELECT number FROM print WHERE host = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
            (page.host, KEPT),
        )
        return not gone.rowcount

    def _learn(self, host: str) -> Learned | None:
        rows = self._db.execute(
            "SELECT key, headline, marks FROM print WHERE host = ? ORDER BY number DESC", (host,)
        )
        learned = learn(
            host,
            [Fingerprint(host=host, key=key, headline=h, packed=marks) for key, h, marks in rows],
        )
        if learned:
            self._db.execute(
                "INSERT OR IGNORE INTO state VALUES(?, ?, ?)",
                (learned.id, host, learned.to_json()),
            )
        return learned

    def standing(self, host: str) -> Standing:
        """What is known of a host."""
        with self._named("read"):
            row = self._db.execute("SELECT met, state FROM host WHERE host = ?", (host,)).fetchone()
        met, id_ = row or (0, None)
        return Standing(met, self.state(id_) if id_ else None)

    def state(self, id_: str) -> Learned | None:
        """The state of that id; it is the same for ever, and each page of a host asks for it twice."""
        if id_ not in self._read:
            with self._named("read"):
                row = self._db.execute("SELECT content FROM state WHERE id = ?", (id_,)).fetchone()
            if row is None:
                return None
            self._read[id_] = Learned.from_json(row[0])
            if len(self._read) > _HELD:
                self._read.popitem(last=False)
        self._read.move_to_end(id_)
        return self._read[id_]

    def use_of(self, record_id: str) -> Use | None:
        """With what a record was read last, if it is known."""
        with self._named("read"):
            row = self._db.execute(
                "SELECT record, state, beside FROM used WHERE record = ?", (record_id,)
            ).fetchone()
        return Use(row[0], row[1], Beside.from_json(row[2])) if row else None

    def keep(self, pages: Sequence[Fingerprint]) -> None:
        """Keep pages without learning from them yet."""
        with self._named("write"), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            for page in pages:
                if page.is_full:
                    self._keep(page)

    def relearned(self, host: str) -> Learned | None:
        """What all the pages kept of a host teach."""
        with self._named("write"), self._db:
            return self._learn(host)

    def has_taken(self, place: str, mark: str) -> bool:
        """Whether a file of another machine was taken in as it is now."""
        with self._named("read"):
            row = self._db.execute("SELECT mark FROM taken WHERE place = ?", (place,)).fetchone()
        return row is not None and row[0] == mark

    def take(self, other: Path, place: str, mark: str) -> None:
        """Take in with what another machine read its records; ``other`` is a copy of its file, which lies at ``place``."""
        try:
            self._db.execute("ATTACH ? AS other", (str(other),))
            try:
                with self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    self._db.execute(_TAKE_STATES)
                    self._db.execute(_TAKE_USES)
                    self._db.execute("INSERT OR REPLACE INTO taken VALUES(?, ?)", (place, mark))
            finally:
                self._db.execute("DETACH other")
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot take {place} into {self._path}: {e}") from e

    def close(self) -> None:
        """Give the database file back."""
        self._db.close()


def _is_due(met: int) -> bool:
    return met <= _SOON or met % _STEP == 0
