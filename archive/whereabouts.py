"""Where the WARC files of a data folder lie, and their records: in ``warc``, or where an archive of many machines has them.

Of a file at a URL no more is read than a record has bytes, by one request; the latest are kept.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from archive import storage
from archive.errors import ArchiveError
from archive.reader import Damage, Record, first_at, read_records, records_in
from archive.readonly import ReadOnly
from archive.warcfile import locate

_KEPT = 32 << 20  # bytes of records at URLs that are held in memory
_UNKNOWN = 1 << 20  # bytes that are asked for where the index does not know a record's length
_BEHIND = 1 << 16  # bytes after a record in which its request and its metadata lie


class Whereabouts:
    """The files of a data folder, for any number of threads."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "warc"
        self._index = ReadOnly(data_dir / "index.sqlite")
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, name: str) -> Path | str:
        """The path or URL of a file; its name comes from the index, and leads nowhere else."""
        if Path(name).name != name:
            raise ArchiveError(f"{name!r} is no name of a WARC file")
        path = locate(self._folder, name)
        if path.exists():
            return path
        return self.stored(name) or path

    def stored(self, name: str) -> str | None:
        """Where a file lies that is known elsewhere."""
        place = self._value("SELECT place FROM stored WHERE name = ?", (name,))
        return str(place) if place else None

    def record(self, name: str, offset: int, length: int) -> Record:
        """The record of so many bytes; ``DamagedRecordError`` if none begins there."""
        return first_at(self._records(name, offset, length), str(self.of(name)), offset)

    def records(self, name: str, offset: int) -> Iterator[Record | Damage]:
        """The record that begins there, and what the file has behind it; of a file at a URL that one alone."""
        known = "SELECT length FROM capture WHERE file = ? AND offset = ?"
        return self._records(name, offset, int(self._value(known, (name, offset)) or _UNKNOWN))

    def members(self, name: str, offset: int, length: int = 0) -> Iterator[tuple[Record, bytes]]:
        """The record there and those soon behind it, each with its gzip member."""
        place = self.of(name)
        data = self._part(str(place), offset, length + _BEHIND)
        for found in records_in(_Part(data, offset), str(place), offset):
            if isinstance(found, Record) and found.length:
                begin = (found.offset or 0) - offset
                yield found, data[begin : begin + found.length]

    def lay_out(self, name: str, offset: int, length: int, folder: Path) -> None:
        """Let another folder of WARC files have the record, too: by a link to its file or, of a file at a URL, in holes."""
        place, target = self.of(name), folder / name
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(place, Path):
            if not target.exists():
                target.symlink_to(place.resolve())
            return
        with target.open("r+b" if target.exists() else "wb") as file:
            file.seek(offset)
            file.write(self._part(place, offset, length))

    def _records(self, name: str, offset: int, length: int) -> Iterator[Record | Damage]:
        place = self.of(name)
        if isinstance(place, Path):
            return read_records(place, offset)
        return records_in(_Part(self._part(place, offset, length), offset), place, offset)

    def _part(self, place: str, offset: int, length: int) -> bytes:
        if not storage.is_url(place):
            return storage.part_of(place, offset, length)
        key = (place, offset, length)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        data = storage.part_of(place, offset, length)
        with self._lock:
            self._kept[key] = data
            while sum(map(len, self._kept.values())) > _KEPT:
                self._kept.popitem(last=False)
        return data

    def _value(self, query: str, values: tuple[str | int, ...]) -> str | int | None:
        if not self._index.exists:
            return None
        with self._index.reading() as database:
            known = "SELECT 1 FROM sqlite_schema WHERE name = 'stored'"
            if database.execute(known).fetchone() is None:
                return None
            row = database.execute(query, values).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Give the database back."""
        self._index.close()


def is_stored(data_dir: Path, place: str) -> bool:
    """Whether a file at that path or URL was taken into the index of a data folder (``djeli rebuild --from``)."""
    files = Whereabouts(data_dir)
    try:
        return files.stored(storage.name_of(place)) == place
    finally:
        files.close()


class _Part(io.BytesIO):
    """Some bytes of a file, at the places that they have there."""

    def __init__(self, data: bytes, begin: int) -> None:
        super().__init__(data)
        self._begin = begin

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        """To a place of the whole file."""
        if whence == io.SEEK_SET:
            position -= self._begin
        return super().seek(max(position, 0), whence) + self._begin

    def tell(self) -> int:
        """A place of the whole file."""
        return super().tell() + self._begin
