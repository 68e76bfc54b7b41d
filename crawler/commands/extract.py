"""``djeli extract``: articles out of WARC files, without any network."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from concurrent.futures import Future

    from archive.article import Article
    from archive.reader import Record
    from crawler.verdict import NoArticle

HELP = "extract articles from WARC files, ours or anybody's"
EXAMPLES = """\
examples:
  djeli extract data/warc/*.warc.gz > articles.jsonl
  djeli extract CC-NEWS-20260301000000-00001.warc.gz -o articles.jsonl

Articles come in the order of their records, one JSON object a line, on stdout or in the file given.
From our own archive they are the same, byte for byte, that the crawl wrote.
Exit status: 0 every file was read whole, 1 a file is missing, damaged or no WARC file, 2 wrong usage.
"""

WINDOW = 64  # records on their way through the workers: bounds memory, keeps them busy


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="WARC", help="WARC or ARC files")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Extract, and say on stderr what was no article and what could not be read."""
    from spiders.site import sites_in

    sites_in(options.data_dir)  # a broken site file is an error before anything is read
    tally = Tally()
    with _output(options.output) as output:
        for path in options.files:
            _extract_file(path, options.data_dir, output, tally)
    others = ", ".join(f"{n} {kind}" for kind, n in sorted(tally.kinds.items()))
    sys.stderr.write(f"{tally.articles} articles; other pages: {others or 'none'}\n")
    return int(tally.faults > 0)


@dataclass(slots=True)
class Tally:
    """What the records came to."""

    articles: int = 0
    faults: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    from archive.errors import ArchiveError

    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as e:
        raise ArchiveError(f"cannot write {path}: {e.strerror}") from e


def _extract_file(path: Path, data_dir: Path, output: TextIO, tally: Tally) -> None:
    from archive.errors import ArchiveError

    waiting: deque[tuple[Record, Future[Article | NoArticle]]] = deque()
    try:
        for record in _responses(path, tally):
            waiting.append((record, _submit(record, data_dir)))
            if len(waiting) >= WINDOW:
                _put(*waiting.popleft(), output, tally)
    except ArchiveError as e:
        _complain(str(e), tally)
    while waiting:
        _put(*waiting.popleft(), output, tally)


def _responses(path: Path, tally: Tally) -> Iterator[Record]:
    """The records that may hold an article; damage is told and passed over."""
    from archive.reader import Damage, read_records

    for found in read_records(path):
        if isinstance(found, Damage):
            _complain(f"{path}: offset {found.offset}: {found.reason}", tally)
        elif found.type in ("response", "resource"):
            yield found
        elif found.type == "revisit":
            tally.kinds["revisit"] += 1


def _submit(record: Record, data_dir: Path) -> Future[Article | NoArticle]:
    from crawler.pool import extract_article, shared_pool
    from spiders.site import site_for, sites_in

    site = site_for(record.url, sites_in(data_dir)) if record.url else None
    return shared_pool().submit(extract_article, record, site.rules if site else None)


def _put(record: Record, future: Future[Article | NoArticle], output: TextIO, tally: Tally) -> None:
    from archive.article import Article
    from crawler.pool import Failed, outcome

    result = outcome(future)
    if isinstance(result, Article):
        output.write(result.to_json() + "\n")
        tally.articles += 1
    elif isinstance(result, Failed):
        _complain(f"{record.url}: {result.reason} (record {record.id})", tally)
    else:
        tally.kinds[result.kind] += 1


def _complain(message: str, tally: Tally) -> None:
    tally.faults += 1
    sys.stderr.write(f"djeli: {message}\n")
