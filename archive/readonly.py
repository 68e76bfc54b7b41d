"""SQLite files that are only read, from many threads, and never for longer than allowed."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveError

_STEPS = 5000  # of SQLite's machine between two looks at the clock; about a tenth of a millisecond
_CACHE = "PRAGMA query_only=ON; PRAGMA cache_size=-8000;"  # KiB a connection


class TooSlowError(ArchiveError):
    """A query was cut off because its time was over."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection, and which file the name stood for when it was made."""

    database: sqlite3.Connection
    file: int


class ReadOnly:
    """A database by its path: a connection for each thread that asks, a new one when the file is replaced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []

    @property
    def exists(self) -> bool:
        """Whether there is anything to read."""
        return self.path.is_file() and self.path.stat().st_size > 0

    @contextmanager
    def reading(self, seconds: float = 5) -> Iterator[sqlite3.Connection]:
        """The thread's connection; what takes longer raises ``TooSlowError``."""
        deadline = time.monotonic() + seconds
        database = self._connection()
        database.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            yield database
        except sqlite3.OperationalError as e:
            if "interrupted" in str(e):
                raise TooSlowError(f"{self.path}: no answer within {seconds:g} seconds") from e
            raise ArchiveError(f"cannot read {self.path}: {e}") from e
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot read {self.path}: {e}") from e
        finally:
            database.set_progress_handler(None, 0)

    def _connection(self) -> sqlite3.Connection:
        try:
            file = self.path.stat().st_ino
        except OSError as e:
            raise ArchiveError(f"{self.path}: {e.strerror or e}") from e
        opened: _Opened | None = getattr(self._own, "opened", None)
        if opened is None or opened.file != file:
            opened = _Opened(self._open(), file)
            self._own.opened = opened
        return opened.database

    def _open(self) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        try:
            database = sqlite3.connect(uri, uri=True, timeout=10, check_same_thread=False)
            database.executescript(_CACHE)
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot open {self.path}: {e}") from e
        self._all.append(database)
        return database

    def close(self) -> None:
        """Give all connections back; nothing may be reading."""
        while self._all:
            self._all.pop().close()
