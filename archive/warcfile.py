"""WARC files that are whole at every moment.

A file carries ``.open`` while it is written.  Records are appended as whole gzip members and made
durable by one fdatasync a batch; only then are they reported.  What a crash left half-written is
cut off when the folder is opened next, so that a file always ends at its last whole record.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveError
from archive.folders import sync_folder
from archive.reader import Record, read_records
from archive.records import gzip_member, warcinfo_record

MAX_BYTES = 1_000_000_000
MAX_SECONDS = 3600.0
SUFFIX = ".warc.gz"
OPEN_SUFFIX = SUFFIX + ".open"


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: a bare file name (never with ``.open``), offset and length in bytes."""

    file: str
    offset: int
    length: int


class WarcFile:
    """The file being written in ``folder``; a new one is begun when it is full or old.

    ``before_finish`` is called before a file gets its final name, with which no repair looks at it.

    Not for use by several threads.  Every failure to write is an ``ArchiveError`` that names the
    file, after the file has been cut back to its last durable record.
    """

    def __init__(
        self,
        folder: Path,
        info: Mapping[str, str],
        *,
        before_finish: Callable[[], None] = _nothing,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        self.folder, self._info, self._before_finish = folder, info, before_finish
        self._max_bytes, self._max_seconds = max_bytes, max_seconds
        self._fd, self._size, self._serial, self._born = -1, 0, 0, 0.0
        self._path, self._is_torn = folder, False
        self._warcinfo_id: str | None = None

    def append(self, records: Sequence[Record]) -> list[Place]:
        """Write the records and make them durable; their places, in the same order."""
        try:
            if self._fd < 0 or self._is_full():
                self._begin()
            members = [gzip_member(record, self._warcinfo_id) for record in records]
            return self._append(members)
        except OSError as e:
            raise ArchiveError(f"cannot write {self._path}: {e.strerror or e}") from e

    def close(self) -> None:
        """Give the file its final name; nothing happens if none is open.

        It has that name before its lock is given back: no other process can take it for a crash's.
        """
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        try:
            if not self._size:  # there was not even room for its warcinfo record
                self._path.unlink()
            elif not self._is_torn:
                self._before_finish()
                _finish(self._path)
        except OSError as e:
            raise ArchiveError(f"cannot close {self._path}: {e.strerror or e}") from e
        finally:
            os.close(fd)

    def leave(self) -> None:
        """Stop writing as a crash would: whoever opens the folder next takes stock of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _is_full(self) -> bool:
        is_old = time.monotonic() - self._born > self._max_seconds
        return self._size >= self._max_bytes or is_old or self._is_torn

    def _begin(self) -> None:
        self.close()
        self._path = self.folder
        self._fd, self._path = self._create()
        self._size, self._born, self._is_torn = 0, time.monotonic(), False
        info = warcinfo_record(final_name(self._path), self._info, datetime.now(UTC))
        try:
            self._append([gzip_member(info)])
            sync_folder(self.folder)
        except OSError:
            self.close()
            raise
        self._warcinfo_id = info.id

    def _create(self) -> tuple[int, Path]:
        host = socket.gethostname().replace("/", "_") or "localhost"
        writer = (
            f"{os.getpid()}~{host}"  # as Heritrix: crawls of one machine may share a millisecond
        )
        while True:
            self._serial += 1
            stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
            path = self.folder / f"djeli-{stamp}-{self._serial:05}-{writer}{OPEN_SUFFIX}"
            if path.with_suffix("").exists():
                continue
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
                fd = os.open(path, flags, 0o644)
            except FileExistsError:
                continue
            if _is_locked(fd, path):
                return fd, path
            os.close(fd)

    def _append(self, members: Sequence[bytes]) -> list[Place]:
        durable, places, name = self._size, [], final_name(self._path)
        for member in members:
            places.append(Place(name, self._size, len(member)))
            self._size += len(member)
        try:
            view = memoryview(b"".join(members))
            while view:
                view = view[os.write(self._fd, view) :]
            os.fdatasync(self._fd)
        except OSError:
            self._size, self._is_torn = durable, True
            os.ftruncate(self._fd, durable)
            os.fsync(self._fd)
            self._is_torn = False
            raise
        return places


def repair(
    path: Path,
    start: int,
    report: Callable[[Place, Record], None],
    before_finish: Callable[[], None] = _nothing,
) -> None:
    """Leave only whole records of an ``.open`` file from ``start`` on, and give it its final name.

    ``report`` is told of each of them, before the file is renamed; of some it may be told twice.  Then
    ``before_finish`` is called.  A file that another process is writing is left alone; one without a whole record is removed.
    """
    name = final_name(path)
    try:
        opened = path.open("r+b")
    except FileNotFoundError:  # its writer has just given it its final name
        return
    with opened as file:
        if not _is_locked(file.fileno(), path):
            return
        start = end = min(start, file.seek(0, os.SEEK_END))
        whole = _whole_records(path, start)
        for record, offset, length in whole:
            if offset > end:
                break
            report(Place(name, offset, length), record)
            end += length
        else:
            file.truncate(end)
            os.fsync(file.fileno())
            if end:
                before_finish()
                _finish(path)
            else:
                path.unlink()
            return
        spans = [(0, end), (offset, length), *((at, size) for _, at, size in whole)]
        _rewrite(path, file, spans)
    repair(path, start, report, before_finish)


def _whole_records(path: Path, start: int) -> Iterator[tuple[Record, int, int]]:
    """The records that are a gzip member each, with offset and length."""
    try:
        for found in read_records(path, start):
            if isinstance(found, Record) and found.offset is not None and found.length:
                yield found, found.offset, found.length
    except ArchiveError as e:
        if isinstance(e.__cause__, OSError):  # unread bytes may be records
            raise


def _rewrite(path: Path, file: BinaryIO, spans: Iterable[tuple[int, int]]) -> None:
    """Replace the file by one with these bytes of it alone; a crash leaves the one or the other.

    Needed where damage lies before whole records: a power cut, unlike a kill, may leave the later
    bytes of a write on the disk without the earlier ones.
    """
    fresh = path.with_name(path.name + ".repaired")
    with fresh.open("wb") as out:
        for offset, length in spans:
            file.seek(offset)
            while length and (piece := file.read(min(length, 1 << 20))):
                out.write(piece)
                length -= len(piece)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def _is_locked(fd: int, path: Path) -> bool:
    """Whether this process now holds the file, and the file still has that name."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(path.stat(), os.fstat(fd))
    except (BlockingIOError, FileNotFoundError):
        return False


def open_files(folder: Path) -> list[Path]:
    """The files of ``folder`` that are being written, or were when a crash came."""
    return sorted(folder.glob(f"*{OPEN_SUFFIX}"))


def final_name(path: Path) -> str:
    """The bare name that a file has, or will have once it is closed."""
    return path.name.removesuffix(".open")


def locate(folder: Path, name: str) -> Path:
    """The file of that final name, whether or not it is still being written."""
    path, growing = folder / name, folder / f"{name}.open"
    return growing if growing.exists() and not path.exists() else path


def _finish(path: Path) -> None:
    path.rename(path.with_name(final_name(path)))
    sync_folder(path.parent)
