"""SQLite files that several processes open at the same moment."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

SECONDS = 30.0  # how long another process may hold the file


def opened(path: Path, script: str) -> sqlite3.Connection:
    """A connection that has run the script.

    Switching a new file to WAL answers "database is locked" at once, whatever the timeout says, while
    another process does the same: it is tried again.
    """
    deadline = time.monotonic() + SECONDS
    while True:
        database = sqlite3.connect(path, timeout=SECONDS, isolation_level=None)
        try:
            database.executescript(script)
        except sqlite3.Error as e:
            database.close()
            if "locked" not in str(e) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return database
