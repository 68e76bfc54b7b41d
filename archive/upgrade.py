"""A catalogue of an older version is brought up to date, and what it was is kept beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.migrations import MIGRATIONS


def migrate(path: Path) -> Path | None:
    """The copy that was made, ``catalogue.sqlite.v1``; None where there was nothing to do."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if not 0 < version < len(MIGRATIONS):
                return None
            copy = path.with_name(f"{path.name}.v{version}")
            if not copy.exists():
                with closing(sqlite3.connect(copy)) as target:
                    database.backup(target)
    except sqlite3.Error as e:
        raise ArchiveError(f"cannot read {path}: {e}") from e
    Catalogue(path).close()
    return copy
