"""Where every capture lies.  Made from the WARC files, and can be made from them again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from archive import http1, storage
from archive.database import opened
from archive.errors import ArchiveError
from archive.reader import Record
from archive.records import warc_date
from archive.spelling import is_usual, key_number

MAX_REDIRECTS = 10

_SCHEMA = """
CREATE TABLE IF NOT EXISTS capture(
  url TEXT NOT NULL, date TEXT NOT NULL, status INTEGER, mime TEXT, digest TEXT, truncated TEXT,
  record_id TEXT, file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  type TEXT NOT NULL, location TEXT, etag TEXT, modified TEXT, coding TEXT, refers_to TEXT,
  PRIMARY KEY(file, offset)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS capture_url ON capture(url, date);
CREATE INDEX IF NOT EXISTS capture_digest ON capture(digest);
CREATE INDEX IF NOT EXISTS capture_record ON capture(record_id);
CREATE TABLE IF NOT EXISTS described(record_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spelling(key INTEGER, url TEXT, PRIMARY KEY(key, url)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stored(
  name TEXT PRIMARY KEY, place TEXT NOT NULL, size INTEGER NOT NULL, mark TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One response or revisit record: what was asked and answered, when, and where it lies.

    ``date`` is the WARC-Date as written, which sorts by time; ``location`` is where a redirect
    leads, as an absolute URL; ``coding`` names transfer and content coding; ``etag`` and
    ``modified`` are the validators given; ``refers_to`` is the record that a revisit repeats.
    """

    url: str
    date: str
    status: int | None
    mime: str | None
    digest: str | None
    truncated: str | None
    record_id: str | None
    file: str
    offset: int
    length: int
    type: str = "response"
    location: str | None = None
    etag: str | None = None
    modified: str | None = None
    coding: str | None = None
    refers_to: str | None = None


_COLUMNS = ", ".join(Capture.__dataclass_fields__)
_row_of = attrgetter(*Capture.__dataclass_fields__)


def capture_of(record: Record) -> Capture | None:
    """The index line of a written record; None for one that answers nothing."""
    if record.type not in ("response", "revisit") or not record.url or not record.date:
        return None
    if record.file is None or record.offset is None or record.length is None:
        return None
    head, _ = http1.split(http1.skip_interim(record.block))
    content_type = http1.header(head, b"content-type")
    mime = content_type.partition(b";")[0].strip().lower() if content_type else None
    return Capture(
        url=record.url,
        date=warc_date(record.date),
        status=http1.status(head),
        mime=mime.decode("latin-1") if mime else None,
        digest=record.field("WARC-Payload-Digest"),
        truncated=record.field("WARC-Truncated"),
        record_id=record.id,
        file=record.file,
        offset=record.offset,
        length=record.length,
        type=record.type,
        location=_location(head, record.url),
        etag=_text(http1.header(head, b"etag")),
        modified=_text(http1.header(head, b"last-modified")),
        coding=coding_of(head),
        refers_to=record.field("WARC-Refers-To"),
    )


def coding_of(head: bytes) -> str:
    """How the payload is wrapped: a revisit's head must unwrap the original's payload."""
    content = _text(http1.header(head, b"content-encoding")) or "identity"
    return f"{'chunked' if http1.is_chunked(head) else 'plain'}/{content.strip().lower()}"


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1") if value else None


def _location(head: bytes, url: str) -> str | None:
    if not 300 <= (http1.status(head) or 0) < 400:
        return None
    location = http1.header(head, b"location")
    try:
        return urljoin(url, location.decode("utf-8", "replace")) if location else None
    except ValueError:  # such as an unfinished IPv6 address
        return None


class Index:
    """The captures of one archive, in SQLite.  One instance serves one thread.

    What is added survives a crash of the process, and a power cut once ``sync`` was called: until then the
    records of files that are being written are found again by their repair.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            self._db = opened(path, pragmas + _SCHEMA)
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot open the index {path}: {e}") from e

    def add(self, captures: Iterable[Capture], described: Iterable[str] = ()) -> None:
        """All or none; a capture that is there already is replaced.

        ``described`` are the ids of records that a metadata record tells of.
        """
        marks = ", ".join("?" * len(Capture.__dataclass_fields__))
        captures = list(captures)
        rows = [_row_of(capture) for capture in captures]
        ids = [(record_id,) for record_id in described]
        odd = [(key_number(c.url), c.url) for c in captures if not is_usual(c.url)]
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.executemany(f"INSERT OR REPLACE INTO capture VALUES({marks})", rows)
                self._db.executemany("INSERT OR IGNORE INTO described VALUES(?)", ids)
                self._db.executemany("INSERT OR IGNORE INTO spelling VALUES(?, ?)", odd)
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot write the index {self._path}: {e}") from e

    def sync(self) -> None:
        """Return when all that was added is on the disk."""
        log = self._path.with_name(f"{self._path.name}-wal")
        try:
            with log.open("rb") as file:
                os.fsync(file.fileno())
        except FileNotFoundError:
            return  # its content is in the database file, where it was put with an fsync
        except OSError as e:
            raise ArchiveError(f"cannot write the index {self._path}: {e.strerror or e}") from e

    def whole_between(self, url: str, since: datetime, before: datetime) -> Capture | None:
        """The newest good and whole capture of a URL from ``since`` up to ``before``."""
        return self._one(
            "url = ? AND date >= ? AND date < ? AND status < 400 AND status <> 304"
            " AND (type = 'revisit' OR truncated IS NULL)",
            (url, warc_date(since), warc_date(before)),
        )

    def same_payload(self, digest: str, coding: str) -> Capture | None:
        """The oldest whole response with this payload, wrapped in the same way."""
        return self._one(
            "digest = ? AND coding = ? AND type = 'response' AND status = 200"
            " AND truncated IS NULL",
            (digest, coding),
            "date",
        )

    def newest_good(self, url: str) -> Capture | None:
        """The newest whole answer with status 200, response or revisit of one."""
        return self._one(
            "url = ? AND status = 200 AND (type = 'revisit' OR truncated IS NULL)", (url,)
        )

    def original(self, capture: Capture) -> Capture | None:
        """The response whose record holds the payload: itself, or what it is a revisit of."""
        if capture.type == "response":
            return capture
        if capture.refers_to is None:
            return None
        return self._one("record_id = ? AND type = 'response'", (capture.refers_to,))

    def captures(self) -> Iterator[Capture]:
        """All of them, unsorted."""
        try:
            yield from map(_capture, self._db.execute(f"SELECT {_COLUMNS} FROM capture"))
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot read the index {self._path}: {e}") from e

    def is_described(self, record_id: str) -> bool:
        """Whether a metadata record tells of this record."""
        find = "SELECT 1 FROM described WHERE record_id = ?"
        return self._row(find, (record_id,)) is not None

    def destination(self, url: str) -> str:
        """Where a URL led when it was last fetched, redirects followed; the URL itself if nowhere."""
        for _ in range(MAX_REDIRECTS):
            capture = self.latest(url)
            if capture is None or capture.location is None:
                break
            url = capture.location
        return url

    def latest(self, url: str) -> Capture | None:
        """The newest capture of a URL, of whatever kind."""
        return self._one("url = ?", (url,))

    def store(self, file: storage.Found) -> None:
        """Note that a WARC file was read whole, and where it lies; its captures are in the index."""
        row = (storage.name_of(file.place), file.place, file.size, file.mark)
        try:
            self._db.execute("INSERT OR REPLACE INTO stored VALUES(?, ?, ?, ?)", row)
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot write the index {self._path}: {e}") from e

    def forget(self, name: str) -> None:
        """Take the captures of a file out: another one has its name now."""
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for table, column in (("capture", "file"), ("stored", "name")):
                    self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot write the index {self._path}: {e}") from e

    def stored(self) -> dict[str, storage.Found]:
        """The WARC files that lie elsewhere, by their names."""
        try:
            rows = self._db.execute("SELECT name, place, size, mark FROM stored").fetchall()
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot read the index {self._path}: {e}") from e
        return {name: storage.Found(*found) for name, *found in rows}

    def ends(self) -> list[tuple[str, int]]:
        """Each file, and where its last indexed record ends."""
        try:
            return self._db.execute(
                "SELECT file, max(offset + length) FROM capture GROUP BY file ORDER BY file"
            ).fetchall()
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot read the index {self._path}: {e}") from e

    def end_of(self, file: str) -> int:
        """Where the last indexed record of a file ends; 0 for a file not known."""
        row = self._row("SELECT max(offset + length) FROM capture WHERE file = ?", (file,))
        return int((row and row[0]) or 0)

    def _one(self, where: str, values: tuple[str, ...], order: str = "date DESC") -> Capture | None:
        query = f"SELECT {_COLUMNS} FROM capture WHERE {where} ORDER BY {order} LIMIT 1"
        row = self._row(query, values)
        return _capture(row) if row else None

    def _row(self, query: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        try:
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot read the index {self._path}: {e}") from e
        return row

    def close(self) -> None:
        """Give the database file back."""
        self._db.close()


def _capture(row: tuple[Any, ...]) -> Capture:
    return Capture(**dict(zip(Capture.__dataclass_fields__, row, strict=True)))
