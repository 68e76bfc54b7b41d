"""Articles out of the records of a WARC file, through the pool of workers, in the records' order."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.article import Article
from archive.errors import ArchiveError
from archive.reader import Damage, Record, read_records
from crawler.pool import Failed, extract_article, outcome, shared_pool
from spiders.site import site_for, sites_in

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crawler.verdict import NoArticle

WINDOW = 64  # records on their way through the workers: bounds memory, keeps them busy


@dataclass(slots=True)
class Tally:
    """What the records came to."""

    articles: int = 0
    faults: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


def articles_of(path: Path, data_dir: Path, tally: Tally) -> Iterator[Article]:
    """The file's articles; what is none is counted, what cannot be read is told on stderr."""
    waiting: deque[tuple[Record, Future[Article | NoArticle]]] = deque()
    try:
        for record in _responses(path, tally):
            waiting.append((record, _submit(record, data_dir)))
            if len(waiting) >= WINDOW:
                yield from _settled(*waiting.popleft(), tally)
    except ArchiveError as e:
        _complain(str(e), tally)
    while waiting:
        yield from _settled(*waiting.popleft(), tally)


def _responses(path: Path, tally: Tally) -> Iterator[Record]:
    """The records that may hold an article; damage is told and passed over."""
    for found in read_records(path):
        if isinstance(found, Damage):
            _complain(f"{path}: offset {found.offset}: {found.reason}", tally)
        elif found.type in ("response", "resource"):
            yield found
        elif found.type == "revisit":
            tally.kinds["revisit"] += 1


def _submit(record: Record, data_dir: Path) -> Future[Article | NoArticle]:
    site = site_for(record.url, sites_in(data_dir)) if record.url else None
    return shared_pool().submit(extract_article, record, site.rules if site else None)


def _settled(
    record: Record, future: Future[Article | NoArticle], tally: Tally
) -> Iterator[Article]:
    result = outcome(future)
    if isinstance(result, Article):
        tally.articles += 1
        yield result
    elif isinstance(result, Failed):
        _complain(f"{record.url}: {result.reason} (record {record.id})", tally)
    else:
        tally.kinds[result.kind] += 1


def _complain(message: str, tally: Tally) -> None:
    tally.faults += 1
    sys.stderr.write(f"djeli: {message}\n")
