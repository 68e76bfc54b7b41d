"""Whether a contestant has really got every page, read with warcio, which is nobody's own reader here."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from archive import http1

Digests = dict[str, bytes]  # of each page's HTML, by its path


class ShortError(Exception):
    """A contestant has not delivered; one line says what is missing."""


def check_archive(folder: Path, root: str, wanted: Digests) -> None:
    """Every page is in the WARC files, and is what the server sent, once it is decoded."""
    found = dict(_archived(folder, root))
    if missing := wanted.keys() - found.keys():
        raise ShortError(f"{len(missing)} of {len(wanted)} pages are not in its WARC files")
    if wrong := [path for path in wanted if found[path] != wanted[path]]:
        raise ShortError(f"{len(wrong)} of {len(wanted)} pages are not as they were sent")


def _archived(folder: Path, root: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                if record.rec_type == "response":
                    url = record.rec_headers.get_header("WARC-Target-URI").strip("<>")
                    block = record.raw_stream.read()
                    yield url.removeprefix(root), digest(_html(block))


def _html(block: bytes) -> bytes:
    """The page of an HTTP message, or of one whose writer had it decoded and kept the head as it was."""
    head, body = http1.split(block)
    body = http1.payload(head, body)
    return zlib.decompress(body, 31) if body.startswith(b"\x1f\x8b\x08") else body


def check_articles(folder: Path, wanted: int) -> None:
    """There is an article for nearly every page: extractors may find none on a page or two."""
    lines = sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.jsonl"))
    files = sum(1 for _ in folder.rglob("*.json"))
    found = max(lines, files)
    if found < 0.98 * wanted:
        raise ShortError(f"{found} articles of {wanted} pages")


def digest(html: bytes) -> bytes:
    """Short: there are many."""
    return hashlib.sha1(html, usedforsecurity=False).digest()
