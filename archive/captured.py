"""The captures of a URL, for those who only read: all of them, the nearest to a moment, those of pages around it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import DamagedRecordError
from archive.index import Capture
from archive.reader import Record
from archive.readonly import ReadOnly
from archive.records import warc_date
from archive.spelling import key_number, spellings
from archive.whereabouts import Whereabouts

_COLUMNS = ", ".join(Capture.__dataclass_fields__)
_SHOWN = "status IS NOT NULL AND (type = 'revisit' OR truncated IS NULL) AND status < 400"
_ANY = "status IS NOT NULL"
_IS_THERE = "EXISTS(SELECT 1 FROM capture WHERE url = value)"
_HAS_SPELLINGS = "SELECT 1 FROM sqlite_schema WHERE name = 'spelling'"  # not in older indexes
_MOST = 100  # spellings of one address
_LAST = "\U0010ffff"
MOST_CAPTURES = 50_000  # of one URL: every ten minutes for a year


class Captured:
    """The index of a data folder and the WARC files that it points into, for any number of threads."""

    def __init__(self, data_dir: Path) -> None:
        self.files = Whereabouts(data_dir)
        self._index = ReadOnly(data_dir / "index.sqlite")

    def spellings(self, url: str) -> list[str]:
        """The URLs with captures that mean the same page, the one itself first."""
        if not self._index.exists:
            return []
        usual = json.dumps(spellings(url))
        with self._index.reading() as database:
            rows = database.execute(f"SELECT value FROM json_each(?) WHERE {_IS_THERE}", (usual,))
            found = [row[0] for row in rows]
            if database.execute(_HAS_SPELLINGS).fetchone():
                rows = database.execute(
                    "SELECT url FROM spelling WHERE key = ? LIMIT ?", (key_number(url), _MOST)
                )
                found += [row[0] for row in rows]
        return list(dict.fromkeys(found))

    def of_page(self, url: str) -> list[Capture]:
        """All captures of a URL under all its spellings, oldest first."""
        found = [capture for name in self.spellings(url) for capture in self.of(name)]
        return sorted(found, key=lambda capture: capture.date)

    def of(self, url: str) -> list[Capture]:
        """All captures of exactly this URL, oldest first."""
        return self._all("url = ? ORDER BY date LIMIT ?", (url, MOST_CAPTURES))

    def nearest(self, url: str, moment: datetime) -> Capture | None:
        """The capture nearest in time, under whatever spelling.

        Of those that failed or broke off only if there is no other, and a redirect of another spelling
        only then: it mostly leads to this one.
        """
        names = self.spellings(url)
        for own, others in (
            (_SHOWN, f"{_SHOWN} AND location IS NULL"),
            (_SHOWN, _SHOWN),
            (_ANY, _ANY),
        ):
            around = [
                capture
                for name in names
                for capture in self._around(name, moment, own if name == url else others)
            ]
            if around:
                return min(around, key=lambda found: abs(_moment(found) - moment))
        return None

    def _around(self, url: str, moment: datetime, where: str) -> Iterator[Capture]:
        """The last before a moment and the first after it."""
        day = warc_date(moment)
        for sign, order in (("<=", "DESC"), (">", "ASC")):
            condition = f"url = ? AND date {sign} ? AND {where} ORDER BY date {order} LIMIT 1"
            yield from self._all(condition, (url, day))

    def at(self, url: str, second: str) -> Capture | None:
        """The capture of that second, as 2026-03-14T09:26:53; whole and successful ones come first."""
        found = self._all(
            f"url = ? AND date >= ? AND date < ? ORDER BY NOT ({_SHOWN}), status, date LIMIT 1",
            (url, second, f"{second}{_LAST}"),
        )
        return found[0] if found else None

    def of_record(self, record_id: str) -> Capture | None:
        """The capture that is this record."""
        found = self._all("record_id = ? LIMIT 1", (record_id,))
        return found[0] if found else None

    def original(self, capture: Capture) -> Capture | None:
        """The response whose record holds the payload: itself, or what it is a revisit of."""
        if capture.type == "response":
            return capture
        found = self._all("record_id = ? AND type = 'response' LIMIT 1", (capture.refers_to or "",))
        return found[0] if found else None

    def around(self, url: str, most: int = 20) -> list[tuple[str, int]]:
        """URLs that have captures and stand next to this one, and how many: in its folder, else on its host."""
        for beginning in _beginnings(url) if self._index.exists else ():
            place = max(beginning, min(url, beginning + _LAST))
            before = self._counted("url < ? AND url >= ?", (place, beginning), "DESC", most // 2)
            after = self._counted("url >= ? AND url < ?", (place, beginning + _LAST), "ASC", most)
            rows = [*reversed(before), *after][:most]
            if rows:
                return rows
        return []

    def _counted(
        self, where: str, values: tuple[str, str], order: str, most: int
    ) -> list[tuple[str, int]]:
        with self._index.reading() as database:
            return database.execute(
                f"SELECT url, count(*) FROM capture WHERE {where} AND status IS NOT NULL"
                f" GROUP BY url ORDER BY url {order} LIMIT ?",
                (*values, most),
            ).fetchall()

    def record_of(self, capture: Capture) -> Record:
        """Its record; ``DamagedRecordError`` if another one is there."""
        record = self.files.record(capture.file, capture.offset, capture.length)
        if capture.record_id and record.id != capture.record_id:
            raise DamagedRecordError(
                f"{capture.file} at byte {capture.offset}: not the record {capture.record_id}"
            )
        return record

    def _all(self, where: str, values: tuple[Any, ...]) -> list[Capture]:
        if not self._index.exists:
            return []
        with self._index.reading() as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM capture WHERE {where}", values)
            return [_capture(row) for row in rows]

    def close(self) -> None:
        """Give the database back."""
        self._index.close()
        self.files.close()


def _capture(row: tuple[Any, ...]) -> Capture:
    return Capture(**dict(zip(Capture.__dataclass_fields__, row, strict=True)))


def _moment(capture: Capture) -> datetime:
    return datetime.fromisoformat(capture.date)


def _beginnings(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    if not parts.netloc:
        return
    home = f"{parts.scheme}://{parts.netloc}/"
    yield f"{home}{parts.path.rpartition('/')[0].lstrip('/')}"
    yield home
    yield f"{'http' if parts.scheme == 'https' else 'https'}://{parts.netloc}/"
