"""A WACZ file being written: its entries one after the other, each measured as it passes."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

from archive.datapackage import Resource
from archive.folders import sync_folder
from archive.ziplayout import STORED, Entry

INDEX, INDEX_BLOCKS = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES = "pages/pages.jsonl"
_ATTRIBUTES = 0o644 << 16
COPY_BYTES = 1 << 20
BLOCK_LINES = 1024  # of the index in one gzip member, as py-wacz and archiveweb.page have it


class Measured:
    """The bytes of one entry; ``size`` of them have been written."""

    def __init__(self, entry: IO[bytes]) -> None:
        self._entry, self._hash, self.size = entry, hashlib.sha256(), 0

    def write(self, data: bytes) -> None:
        """The next bytes."""
        self._entry.write(data)
        self._hash.update(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        """Of what was written."""
        return f"sha256:{self._hash.hexdigest()}"


class Package:
    """A ZIP in which all is stored, nothing deflated: so each of its bytes is under a checksum.

    ``created`` is the time of every entry.  Entries are written one at a time.
    """

    def __init__(self, file: BinaryIO, created: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._moment = created.timetuple()[:6]
        self.resources: list[Resource] = []

    @contextmanager
    def entry(self, path: str, size: int) -> Iterator[Measured]:
        """A new entry of so many bytes; listed in ``resources`` once it is complete.

        Only a size that needs it makes a ZIP64 entry: ReplayWeb.page takes an extra field that the
        local header has and the directory has not for data.
        """
        info = zipfile.ZipInfo(path, self._moment)
        info.external_attr, info.create_system = _ATTRIBUTES, 3
        with self._zip.open(info, "w", force_zip64=size > zipfile.ZIP64_LIMIT) as entry:
            measured = Measured(entry)
            yield measured
        self.resources.append(Resource(path, measured.digest, measured.size))

    @contextmanager
    def entry_of_unknown_size(self, path: str) -> Iterator[Measured]:
        """A new entry, written aside first."""
        with tempfile.TemporaryFile() as aside:
            yield Measured(aside)
            size = aside.tell()
            aside.seek(0)
            with self.entry(path, size) as out:
                while data := aside.read(COPY_BYTES):
                    out.write(data)

    def put(self, path: str, data: bytes) -> None:
        """A new entry of these bytes."""
        with self.entry(path, len(data)) as out:
            out.write(data)

    def put_index(self, lines: Iterator[str]) -> None:
        """The sorted CDXJ in blocks of gzip, and where each block begins."""
        blocks = [f"!meta 0 {json.dumps({'format': 'cdxj-gzip-1.0', 'filename': 'index.cdx.gz'})}"]
        block = list(islice(lines, BLOCK_LINES))
        with self.entry_of_unknown_size(INDEX) as out:
            while block:
                data = _gzip("".join(f"{line}\n" for line in block))
                place = {
                    "offset": out.size,
                    "length": len(data),
                    "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
                }
                blocks.append(f"{block[0].partition('{')[0]}{json.dumps(place)}")
                out.write(data)
                block = list(islice(lines, BLOCK_LINES))
        self.put(INDEX_BLOCKS, "".join(f"{line}\n" for line in blocks).encode())

    def close(self) -> None:
        """Write the ZIP's directory."""
        self._zip.close()


def _gzip(text: str) -> bytes:
    compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)  # no name, no time: always the same
    return compressor.compress(text.encode()) + compressor.flush()


def is_as_written(entry: Entry, created: datetime) -> bool:
    """Whether the headers of an entry are those that ``Package`` gives it, in each of their bytes."""
    central, local = entry.central, entry.local
    versions = [45 if local.extra else 20, 45 if local.extra or central.extra else 20]
    date = (created.year - 1980) << 9 | created.month << 5 | created.day
    time = created.hour << 11 | created.minute << 5 | created.second // 2
    sizes = [central.size, central.packed]
    wide = sizes if max(sizes) > zipfile.ZIP64_LIMIT else []
    wide = [*wide, *([entry.offset] if entry.offset > zipfile.ZIP64_LIMIT else [])]
    return (
        [local.needed, central.needed] == versions
        and entry.made == (versions[1], 3)
        and central.moment == (date, time)
        and (central.flags, central.method, entry.disk) == (0, STORED, 0)
        and (entry.attributes, entry.comment) == ((0, _ATTRIBUTES), b"")
        and local.extra in (b"", _zip64(sizes))
        and central.extra == (_zip64(wide) if wide else b"")
    )


def _zip64(numbers: list[int]) -> bytes:
    return struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers)


@contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name only when it is complete and durable; else nothing is left of it."""
    aside = path.with_name(path.name + ".part")
    try:
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)  # it has its name, or an interrupt or error leaves nothing
