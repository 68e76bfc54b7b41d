"""Articles out of the records of a WARC file, through the pool of workers, in the records' order."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archive.article import Article
from archive.errors import ArchiveError
from archive.reader import Damage, Record, read_records
from crawler.commands.beat import Beat
from crawler.commands.joining import Joiner, Piece
from crawler.commands.teaching import Kept, Taught, Teacher, archive_of
from crawler.parts import lacking
from crawler.pool import Failed, extract_page, outcome, shared_pool
from spiders.site import site_for, sites_in

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crawler.verdict import Extract
    from spiders.site import Site

WINDOW = 64  # records on their way through the workers: bounds memory, keeps them busy


def _to_stderr(message: str) -> None:
    sys.stderr.write(f"djeli: {message}\n")


@dataclass(slots=True)
class Tally:
    """What the records came to."""

    articles: int = 0
    faults: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    beat: Beat = field(default_factory=Beat)
    tell: Callable[[str], None] = _to_stderr

    def complain(self, message: str) -> None:
        """Count a fault and tell it."""
        self.faults += 1
        self.tell(message)


def articles_of(paths: Sequence[Path], data_dir: Path, tally: Tally) -> Iterator[Article]:
    """The articles of files, read as the crawl read them where they are ours."""
    sites = sites_in(data_dir)
    joiner = new_joiner(sites)
    for path in paths:
        home = archive_of(path, data_dir)
        with closing(Kept(home) if home else Taught([path], Beat())) as teacher:
            yield from taught_articles(path, Reader(sites, teacher, tally), joiner)
    yield from counted(joiner.rest(), tally)


def new_joiner(sites: Mapping[str, Site]) -> Joiner[Article]:
    """Joins parts in a worker; what cannot be joined is the first part alone."""

    def join(parts: list[Article], missing: str | None) -> Article:
        return joined(parts, missing, sites)

    return Joiner(join)


def joined(parts: list[Article], missing: str | None, sites: Mapping[str, Site]) -> Article:
    """The parts as one; the first alone where a worker breaks on them."""
    site = site_for(parts[0].url, sites)
    made = outcome(shared_pool().joined(parts, site.rules.publisher if site else None))
    whole = parts[0] if isinstance(made, Failed) else made
    return lacking(whole, missing) if missing else whole


@dataclass(frozen=True, slots=True)
class Reader:
    """What the pages of a file are read with, and who counts what becomes of them."""

    sites: Mapping[str, Site]
    teacher: Teacher
    tally: Tally
    wants: Callable[[str], bool] = lambda url: True


def taught_articles(
    place: Path | str, reader: Reader, joiner: Joiner[Article]
) -> Iterator[Article]:
    """The file's articles; what is none is counted, what cannot be read is told."""
    for piece in pieces_in(read_records(place), place, reader):
        yield from counted(joiner.take(piece), reader.tally)


def pieces_in(
    records: Iterable[Record | Damage], place: Path | str, reader: Reader
) -> Iterator[Piece[Article]]:
    """The pages with an article among a file's records, before those that belong together are joined."""
    waiting: deque[tuple[Record, Future[Extract]]] = deque()
    tally = reader.tally
    try:
        for record in _responses(records, place, reader):
            tally.beat.tick("extracting")
            waiting.append((record, _submit(record, reader)))
            if len(waiting) >= WINDOW:
                yield from _settled(*waiting.popleft(), tally)
    except ArchiveError as e:
        tally.complain(str(e))
    while waiting:
        yield from _settled(*waiting.popleft(), tally)


def counted(articles: Iterable[Article], tally: Tally) -> Iterator[Article]:
    """The same, in the tally."""
    for article in articles:
        tally.articles += 1
        yield article


def _responses(
    records: Iterable[Record | Damage], place: Path | str, reader: Reader
) -> Iterator[Record]:
    """The records that may hold an article; damage is told and passed over."""
    tally = reader.tally
    for found in records:
        if isinstance(found, Damage):
            tally.complain(f"{place}: offset {found.offset}: {found.reason}")
        elif found.type in ("response", "resource"):
            if found.url and not reader.wants(found.url):
                tally.kinds["of other sites"] += 1
                continue
            yield found
        elif found.type == "revisit":
            tally.kinds["revisit"] += 1


def _submit(record: Record, reader: Reader) -> Future[Extract]:
    site = site_for(record.url, reader.sites) if record.url else None
    teacher = reader.teacher
    work = partial(extract_page, learned=teacher.of(record), beside=teacher.beside(record))
    return shared_pool().submit(work, record, site.rules if site else None)


def _settled(record: Record, future: Future[Extract], tally: Tally) -> Iterator[Piece[Article]]:
    page = outcome(future)
    if isinstance(page, Failed):
        tally.complain(f"{record.url}: {page.reason} (record {record.id})")
    elif isinstance(page.result, Article):
        yield Piece(page.result, page.continued, page.version)
    else:
        tally.kinds[page.result.kind] += 1
