"""Keep exchanges: a folder of WARC files and the index of what is in them.

An exchange is acknowledged once its records are durable and indexed, in that order.  One process
has one ``Archive`` for a folder, however many crawls share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from archive import http1
from archive.errors import ArchiveError
from archive.exchange import Exchange
from archive.folders import make_folder
from archive.groupcommit import GroupCommit
from archive.index import Capture, Index, capture_of, coding_of
from archive.reader import Record
from archive.records import Original, exchange_records, metadata_record, sha1
from archive.shared import Shared
from archive.warcfile import Place, WarcFile, final_name, open_files, repair

LEAST_REVISIT = 512  # bytes; a revisit record of less would be larger than what it saves

_archives: Shared[Archive] = Shared()


def open_archive(data_dir: Path, info: Mapping[str, str], *, revisits: bool = True) -> Archive:
    """The archive of that folder, opened if it is not yet; ``info`` goes into its warcinfo records.

    ``revisits`` off stores every payload again.  Every call is to be answered by one ``release``.
    Raises ``ArchiveError`` if it cannot be written.
    """
    return _archives.open(data_dir, lambda folder: Archive(folder, info, revisits=revisits))


def release(archive: Archive) -> None:
    """The last to release an archive closes it."""
    _archives.release(archive.data_dir)


class Archive:
    """Writes on a thread of its own; ``keep`` may be called from any thread."""

    def __init__(self, data_dir: Path, info: Mapping[str, str], *, revisits: bool = True) -> None:
        self.data_dir, self._revisits = data_dir, revisits
        self.folder = data_dir / "warc"
        try:
            make_folder(self.folder)
            _repair_all(self.folder, data_dir / "index.sqlite")
        except OSError as e:
            raise ArchiveError(f"cannot write {e.filename or self.folder}: {e.strerror}") from e
        self._file = WarcFile(self.folder, info, before_finish=self._sync_index)
        self._index: Index | None = None
        self._commits: GroupCommit[Exchange | Record, Record] = GroupCommit(
            "warc", self._write, self._finish
        )

    @property
    def failure(self) -> ArchiveError | None:
        """What ended the writing, if anything did."""
        return self._commits.failure

    def keep(self, exchange: Exchange) -> Future[Record]:
        """The response or revisit record with its place, once it is durable and indexed."""
        return self._commits.submit(exchange)

    def describe(self, about: Record, block: str) -> Future[Record]:
        """The metadata record that tells of another record in ``warc_fields``; durable when it is there."""
        return self._commits.submit(metadata_record(about, block, datetime.now(UTC)))

    def close(self) -> None:
        """Write what is waiting and give the file its final name."""
        self._commits.close()

    def _sync_index(self) -> None:
        if self._index:
            self._index.sync()

    def _finish(self) -> None:
        self._file.close()
        if self._index:
            self._index.close()

    def _write(self, jobs: Sequence[Exchange | Record]) -> list[Record]:
        groups = [self._records(job) for job in jobs]
        places = self._file.append([record for group in groups for record in group])
        firsts = accumulate((len(group) for group in groups[:-1]), initial=0)
        written = [_at(group[0], places[at]) for group, at in zip(groups, firsts, strict=True)]
        try:
            index_records(self._index_of_this_thread(), written)  # it knows of no requests
        except ArchiveError:
            self._file.leave()  # with its final name it would never be indexed
            raise
        return written

    def _records(self, job: Exchange | Record) -> Sequence[Record]:
        if isinstance(job, Record):
            return (job,)
        head, body = http1.split(job.response)
        payload = http1.payload(head, body)
        digest = sha1(payload)
        original = self._original(job, head, len(payload), digest) if self._revisits else None
        return exchange_records(job, original, digest)

    def _original(self, exchange: Exchange, head: bytes, size: int, digest: str) -> Original | None:
        """What the answer repeats, if it is worth a revisit; never a cut answer or a tiny one."""
        status = http1.status(head)
        if exchange.truncated or not exchange.request.startswith(b"GET "):
            return None
        index = self._index_of_this_thread()
        found: Capture | None = None
        if status == 304 and (good := index.newest_good(exchange.url)):
            found = index.original(good)
        elif status == 200 and size >= LEAST_REVISIT:
            found = index.same_payload(digest, coding_of(head))
        if found is None or found.record_id is None or found.digest is None:
            return None
        return Original(
            record_id=found.record_id, url=found.url, date=found.date, digest=found.digest
        )

    def _index_of_this_thread(self) -> Index:
        """A connection of SQLite belongs to the thread that made it."""
        if self._index is None:
            self._index = Index(self.data_dir / "index.sqlite")
        return self._index


def _at(record: Record, place: Place) -> Record:
    return replace(record, file=place.file, offset=place.offset, length=place.length)


def index_records(index: Index, records: Iterable[Record]) -> None:
    """Tell the index of captures, and of what has been described."""
    captures, described = [], []
    for record in records:
        if capture := capture_of(record):
            captures.append(capture)
        elif record.type == "metadata" and (about := record.field("WARC-Concurrent-To")):
            described.append(about)
    index.add(captures, described)


def _repair_all(folder: Path, index_path: Path) -> None:
    index = Index(index_path)

    def report(place: Place, record: Record) -> None:
        index_records(index, [_at(record, place)])

    try:
        for path in open_files(folder):
            repair(path, index.end_of(final_name(path)), report, index.sync)
    finally:
        index.close()
