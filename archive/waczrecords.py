"""Verify the records in a WACZ, and its index against them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from archive.blockrules import check_block
from archive.cdxj import Line
from archive.cdxjfile import checked_lines, plain_lines, zipped_lines
from archive.errors import ArchiveError
from archive.fieldrules import check_header
from archive.finding import Finding, fault
from archive.indexmatch import match_rows, record_rows, told_row
from archive.pairing import Origin, Pairing
from archive.reader import Damage, Record, read_records
from archive.verify import Progress, Verification
from archive.ziplayout import Entry

Found = tuple[Origin, Finding]


class RecordCheck:
    """One pass over the WARC files and the indexes; origins name the entry of the package."""

    def __init__(self, entries: Mapping[str, Entry], file: BinaryIO, tally: Verification) -> None:
        self._entries, self._file, self._tally = entries, file, tally
        self._pairing = Pairing(outside=frozenset({"WARC-Refers-To"}))

    def found(self, progress: Progress | None) -> Iterator[Found]:
        """What is wrong with them."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as rows:
            for name in self._named("archive/", ".warc", ".warc.gz"):
                yield from self._records(name, rows)
                self._tally.bytes_done += self._entries[name].central.size
                if progress:
                    progress(self._tally.bytes_done, self._tally.bytes_total)
            for origin, finding in self._pairing.end():
                yield _in_archive(origin), finding
            for name in self._named("indexes/", ".cdx.gz", ".cdxj.gz", ".cdx", ".cdxj"):
                for finding in _tell(checked_lines(self._lines(name)), rows):
                    yield Origin(name, None, None), finding
            rows.seek(0)
            for file, offset, finding in match_rows((r[:-1] for r in rows), self._member_digest):
                yield Origin(f"archive/{file}", offset, None), finding
        self._tally.bytes_done = self._tally.bytes_total

    def _named(self, folder: str, *ends: str) -> list[str]:
        return sorted(n for n in self._entries if n.startswith(folder) and n.endswith(ends))

    def _records(self, name: str, rows: IO[str]) -> Iterator[Found]:
        """Check the records of one file, and write down what its index must say."""
        faults: list[Found] = []
        with _unpacked(self._entries[name], self._file) as path:
            try:
                for row in record_rows(self._checked(path, faults)):
                    rows.write(f"{row}\n")
                    yield from faults
                    faults.clear()
            except ArchiveError as e:
                faults.append((Origin(name, None, None), fault("file", str(e))))
        yield from faults

    def _checked(self, path: Path, faults: list[Found]) -> Iterator[Record]:
        for found in read_records(path):
            name = f"archive/{path.name}"
            if isinstance(found, Damage):
                faults.append((Origin(name, found.offset, None), fault("damage", found.reason)))
                continue
            self._tally.records += 1
            origin = Origin(name, found.offset, found.id)
            faults += ((origin, finding) for finding in check_header(found))
            faults += ((origin, finding) for finding in check_block(found))
            faults += ((_in_archive(o), finding) for o, finding in self._pairing.add(found))
            yield found

    def _lines(self, name: str) -> Iterator[bytes | Finding]:
        pieces = self._entries[name].read(self._file)
        if not name.endswith(".gz"):
            return plain_lines(pieces)
        listing = self._entries.get(f"{name.rsplit('.', 2)[0]}.idx")
        places = b"".join(listing.read(self._file)) if listing else None
        return zipped_lines(pieces, places)

    def _member_digest(self, file: str, offset: int, length: int) -> str:
        """SHA-256 of bytes of a WARC file; files in ``archive/`` are stored, not deflated."""
        digest = hashlib.sha256()
        entry = self._entries.get(f"archive/{file}")
        if entry:
            self._file.seek(entry.start + offset)
            while length and (piece := self._file.read(min(length, 1 << 16))):
                digest.update(piece)
                length -= len(piece)
        return f"sha256:{digest.hexdigest()}"


def _in_archive(origin: Origin) -> Origin:
    return Origin(f"archive/{origin.file}", origin.offset, origin.id)


def _tell(lines: Iterable[Line | Finding], rows: IO[str]) -> Iterator[Finding]:
    for found in lines:
        if isinstance(found, Finding):
            yield found
            continue
        try:
            rows.write(f"{told_row(found)}\n")
        except ValueError as e:
            yield fault("cdxj", str(e))


@contextmanager
def _unpacked(entry: Entry, file: BinaryIO) -> Iterator[Path]:
    """The entry as a file, which the reader wants."""
    with tempfile.TemporaryDirectory(prefix="djeli-") as folder:
        path = Path(folder, entry.name.rpartition("/")[2])
        with path.open("wb") as out:
            for piece in entry.read(file):
                out.write(piece)
        yield path
