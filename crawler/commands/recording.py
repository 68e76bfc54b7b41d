"""Recordings: a few exchanges of a site in a WARC file of their own, and the articles that are in them."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive import __version__
from archive.article import Article
from archive.errors import ArchiveError
from archive.folders import make_folder
from archive.reader import Record, read_records
from archive.records import gzip_member, warcinfo_record
from archive.warcfile import locate
from crawler.fingerprint import Fingerprint, host_of
from crawler.pool import Failed, fingerprint_page, outcome, read_page, shared_pool

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crawler.recurring import Learned
    from crawler.rules import Rules
    from crawler.verdict import NoArticle, Reading

    Outcome = Article | NoArticle | Failed

_UNTIED = "WARC-Warcinfo-ID"  # names the warcinfo of the file from which a record is taken


def write_recording(path: Path, site: str, records: Iterable[Record], moment: datetime) -> None:
    """The records, each with its request, as a WARC file of their own.

    The records are of the archive's files in ``warc`` of the data folder, and come with their place.
    """
    make_folder(path.parent)
    info = {
        "software": f"Djeli/{__version__}",
        "format": "WARC File Format 1.1",
        "description": f"recorded by djeli sites add for the tests of {site}",
    }
    first = warcinfo_record(path.name, info, moment)
    out = io.BytesIO()
    out.write(gzip_member(first))
    for record in records:
        untied = replace(record, fields=tuple(f for f in record.fields if f[0] != _UNTIED))
        out.write(gzip_member(untied, first.id))
    path.write_bytes(out.getvalue())


def with_requests(records: Iterable[Record], folder: Path) -> Iterator[Record]:
    """Each response and the request that was written behind it in its file."""
    for record in records:
        assert record.file is not None
        assert record.offset is not None
        pair = list(islice(read_records(locate(folder, record.file), record.offset), 2))
        found = [each for each in pair if isinstance(each, Record) and each.url == record.url]
        if not found or found[0].type != "response":
            raise ArchiveError(
                f"{record.file} at byte {record.offset}: no response of {record.url}"
            )
        yield from found


def responses(path: Path) -> list[Record]:
    """The answers that a recording holds; `ArchiveError` for one that is damaged."""
    found = []
    for record in read_records(path):
        if not isinstance(record, Record):
            raise ArchiveError(f"{path}: {record}")
        if record.type == "response":
            found.append(record)
    return found


def extracted(records: Sequence[Record], rules: Rules | None) -> list[Outcome]:
    """What each record holds; what recurs on the pages of a host is learned from these alone."""
    if not records:
        return []  # no workers need be started
    learned = _learned(records)
    futures: list[Future[Reading]] = [
        shared_pool().submit(
            partial(read_page, learned=learned.get(host_of(record.url or "") or "")), record, rules
        )
        for record in records
    ]
    readings = map(outcome, futures)
    return [found if isinstance(found, Failed) else found.result for found in readings]


def articles_in(path: Path, rules: Rules | None) -> list[Article]:
    """The articles of a recording; `ArchiveError` where the extractor breaks on a page."""
    articles = []
    for record, found in zip(records := responses(path), extracted(records, rules), strict=True):
        if isinstance(found, Failed):
            raise ArchiveError(f"{path}: {record.url}: {found.reason}")
        if isinstance(found, Article):
            articles.append(found)
    return articles


def _learned(records: Iterable[Record]) -> dict[str, Learned | None]:
    from crawler.learning import learn

    pool = shared_pool()
    futures = [pool.submit(fingerprint_page, record, None) for record in records]
    pages: defaultdict[str, list[Fingerprint]] = defaultdict(list)
    for future in futures:
        if isinstance(page := outcome(future), Fingerprint):
            pages[page.host].append(page)
    return {host: learn(host, [p for p in found if p.is_full]) for host, found in pages.items()}
