"""What a file is, plain or gzip, WARC or ARC, told by its bytes; and where its next record is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from archive.gzipmembers import MAGIC, GzipFile
from archive.warcheader import ARC, MAX_BEGIN, WARC, Form, is_begun
from archive.window import PIECE, PlainFile

Source = PlainFile | GzipFile

_ZIP = b"PK\x03\x04"  # may hold whole WARC files, which are not to be taken for damaged ones
_FOREIGN = {
    _ZIP: "a ZIP file, such as WACZ",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"\x04\x22\x4d\x18": "compressed with LZ4",
}


@dataclass(frozen=True, slots=True)
class NoRecords:
    """Why a file has none; ``torn`` if it may be the beginning of one that has."""

    reason: str
    torn: bool = False


def detect(file: BinaryIO, start: int, size: int) -> tuple[Source, Form] | NoRecords:
    """The file's bytes and the form of its records, or why it has none."""
    head = _bytes_at(file, start, 1 << 9)
    zipped = bool(head) and MAGIC.startswith(head[:3])
    kinds = (GzipFile, PlainFile) if zipped else (PlainFile, GzipFile)
    for kind in kinds:
        for form in (WARC, ARC):
            if form.begin.match(kind(file, start, size).peek(MAX_BEGIN)):
                return kind(file, start, size), form
    for kind in () if head.startswith(_ZIP) else kinds:
        for form in (WARC, ARC):
            if find(kind(file, start, size), form):
                return kind(file, start, size), form
    return _no_records(GzipFile(file, start, size) if zipped else None, head, start)


def _no_records(zipped: GzipFile | None, head: bytes, start: int) -> NoRecords:
    if zipped and is_begun(zipped.peek(16)) and zipped.broken and zipped.broken.cut:
        return NoRecords(zipped.broken.reason, torn=True)
    if zipped and zipped.broken:
        return NoRecords(f"no WARC or ARC record is found in it: {zipped.broken.reason}")
    if not zipped and (is_begun(head) or not head.strip(b"\0")):
        return NoRecords(f"the file ends before a record does: {head[:20]!r}", torn=True)
    foreign = next((f"it is {_FOREIGN[m]}" for m in _FOREIGN if head.startswith(m)), None)
    what = foreign or f"first bytes are {head[:20]!r}"
    return NoRecords(f"not a WARC or ARC file: {what}")


def _bytes_at(file: BinaryIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(count)


def find(source: Source, form: Form) -> bool:
    """Forward to the next record that can be found; False at the end of the file."""
    while not find_in_reach(source, form):
        if not source.recover():
            return False
    return True


def find_in_reach(source: Source, form: Form) -> bool:
    """Forward to the next record before the bytes end or break; False if there is none."""
    if source.begins_member() and form.begin.match(source.peek(MAX_BEGIN)):
        return True
    while True:
        data = source.peek(PIECE)
        if match := form.anywhere.search(data):
            source.skip(match.start())
            return True
        if len(data) < PIECE:
            source.skip(len(data))
            return False
        source.skip(len(data) - MAX_BEGIN)
