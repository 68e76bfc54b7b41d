"""Where a large file can be cut: a WARC file of gzip members at any member that begins a record."""

from __future__ import annotations

from pathlib import Path

from archive.gzipmembers import MAGIC, GzipFile, next_member
from archive.storage import opened
from archive.warcheader import ARC, MAX_BEGIN, WARC


def is_divisible(place: Path | str) -> bool:
    """Whether it is a gzip file; in plain bytes a record may hold what looks like another."""
    with opened(str(place)) as file:
        return file.read(len(MAGIC)) == MAGIC


def first_record(place: Path | str, begin: int, before: int) -> int | None:
    """Where the first member from ``begin`` on lies that looks like a record, if it begins ``before`` that byte.

    A record may hold a gzip file that holds records: whoever reads up to ``before`` knows whether it is one.
    """
    with opened(str(place)) as file:
        size, offset = file.seek(0, 2), begin
        while (found := next_member(file, offset, before)) is not None:
            head = GzipFile(file, found, size).peek(MAX_BEGIN)
            if WARC.begin.match(head) or ARC.begin.match(head):
                return found
            offset = found + 1
    return None
