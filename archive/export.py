"""Write a WACZ: an archive, or a part of it, in one file that replay tools open.

It is of WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/), with our articles as its pages.  Records are
copied byte for byte, as the gzip members that they are.  Memory does not grow with the archive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archive.article import Article
from archive.cdxj import Line, lines_of
from archive.datapackage import (
    MANIFEST,
    MANIFEST_DIGEST,
    SOFTWARE,
    About,
    manifest,
    manifest_digest,
    sha256,
)
from archive.errors import ArchiveError
from archive.linesort import sorted_lines
from archive.package import PAGES, Measured, Package, written_aside
from archive.reader import Damage, Record, read_records
from archive.selection import Chosen, Selection, choose
from archive.signing import signed_data, signing_key

_PIECE = 1 << 20

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to export from a data folder, where to, and with whose key it is signed, if with any."""

    data_dir: Path
    out: Path
    selection: Selection
    title: str
    description: str | None = None
    key_file: Path | None = None


@dataclass(slots=True)
class Exported:
    """What went into a package; the main page is the newest one, with its time first."""

    files: int = 0
    records: int = 0
    captures: int = 0
    pages: int = 0
    main_page: tuple[str, str] | None = None


def export_wacz(order: Order, report: Report) -> Exported:
    """Write the package; ``report`` is told of damage that was left out.

    Raises ``ArchiveError`` if there is nothing to export or the package cannot be written.
    """
    folder = order.data_dir / "warc"
    paths = sorted(p for end in ("", ".open") for p in folder.glob(f"*.warc.gz{end}"))
    if not paths:
        raise ArchiveError(f"no archive in {order.data_dir}: there are no warc/*.warc.gz")
    chosen = choose(paths, order.selection)
    if not chosen:
        raise ArchiveError(f"nothing to export: no capture in {folder} matches")
    key = signing_key(order.key_file) if order.key_file else None
    created = datetime.now(UTC).replace(microsecond=0)
    stamp = created.isoformat().replace("+00:00", "Z")
    try:
        with written_aside(order.out) as file, closing(Package(file, created)) as package:
            tally = _Filling(package, order, report).fill(chosen)
            inventory = manifest(_about(order, tally, stamp), package.resources)
            digest = sha256(inventory)
            signed = signed_data(key, digest, stamp, SOFTWARE) if key else None
            package.put(MANIFEST, inventory)
            package.put(MANIFEST_DIGEST, manifest_digest(digest, signed))
    except OSError as e:
        raise ArchiveError(f"cannot write {e.filename or order.out}: {e.strerror or e}") from e
    return tally


def _about(order: Order, tally: Exported, created: str) -> About:
    date, url = tally.main_page or (None, None)
    return About(
        created=created,
        title=order.title,
        description=order.description,
        main_page=url,
        main_page_date=date,
    )


class _Filling:
    """Puts records, index and pages into a package."""

    def __init__(self, package: Package, order: Order, report: Report) -> None:
        self._package, self._order, self._report = package, order, report
        self._tally = Exported()

    def fill(self, chosen: Chosen) -> Exported:
        """All of them; what they came to."""
        self._package.put_index(sorted_lines(self._archives(chosen)))
        with self._package.entry_of_unknown_size(PAGES) as out:
            header = {"format": "json-pages-1.0", "id": "pages", "title": "Articles"}
            out.write(_json_line({**header, "hasText": True}))
            for article in self._articles(chosen):
                self._page(article, out)
        return self._tally

    def _archives(self, chosen: Chosen) -> Iterator[str]:
        """Copy the records, and tell the lines of the index as they pass."""
        for path, offsets in chosen.items():
            name = path.name.removesuffix(".open")
            if offsets is not None:
                name = f"{name.removesuffix('.warc.gz')}-selected.warc.gz"
            end = path.stat().st_size  # a file that is being written may grow meanwhile
            with self._package.entry(f"archive/{name}", end) as out, path.open("rb") as source:
                copy = _Copy(source, out, name)
                for line in lines_of(map(copy.record, self._wanted(path, offsets, end))):
                    if isinstance(line, Line):
                        self._tally.captures += 1
                        yield str(copy.with_record_digest(line))
            self._tally.files += 1

    def _wanted(self, path: Path, offsets: set[int] | None, end: int) -> Iterator[Record]:
        for found in read_records(path):
            offset = found.offset or 0
            if isinstance(found, Damage):
                if not (found.torn and path.name.endswith(".open")):
                    self._report(f"{path}: offset {offset}: {found.reason}; left out")
            elif found.length is None:
                self._report(f"{path}: offset {offset}: not a gzip member of its own; left out")
            elif offset + found.length <= end and (offsets is None or offset in offsets):
                self._tally.records += 1
                yield found

    def _articles(self, chosen: Chosen) -> Iterator[Article]:
        files = {path.name.removesuffix(".open"): offsets for path, offsets in chosen.items()}
        for path in sorted((self._order.data_dir / "articles").glob("*.jsonl")):
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    try:
                        article = Article.from_json(line.decode())
                    except (ValueError, KeyError, TypeError) as e:
                        self._report(f"{path}: line {number}: no article: {e}; left out")
                        continue
                    source = article.provenance
                    offsets = files.get(source.warc_file or "", set())
                    if offsets is None or source.warc_offset in offsets:
                        yield article

    def _page(self, article: Article, out: Measured) -> None:
        out.write(
            _json_line(
                {
                    "id": article.id,
                    "url": article.url,
                    "ts": article.fetched_at,
                    "title": article.title,
                    "text": article.text,
                }
            )
        )
        self._tally.pages += 1
        page = (article.fetched_at, article.url)
        self._tally.main_page = max(self._tally.main_page or page, page)


class _Copy:
    """Copies records from one file into one entry, and remembers the digests of the latest."""

    def __init__(self, source: BinaryIO, out: Measured, name: str) -> None:
        self._source, self._out, self._name = source, out, name
        self._digests: dict[str, str] = {}

    def record(self, record: Record) -> Record:
        """The record as it lies in the package, where it now is."""
        offset, left = self._out.size, record.length or 0
        digest = hashlib.sha256()
        self._source.seek(record.offset or 0)
        while left and (piece := self._source.read(min(left, _PIECE))):
            digest.update(piece)
            self._out.write(piece)
            left -= len(piece)
        self._digests[str(offset)] = f"sha256:{digest.hexdigest()}"
        return replace(record, file=self._name, offset=offset)

    def with_record_digest(self, line: Line) -> Line:
        """The line with the digest of the gzip member; those of members before it are forgotten."""
        offset = line.fields["offset"]
        found = self._digests[offset]
        self._digests = {o: d for o, d in self._digests.items() if int(o) > int(offset)}
        return replace(line, fields={**line.fields, "recordDigest": found})


def _json_line(fields: dict[str, str | bool]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
