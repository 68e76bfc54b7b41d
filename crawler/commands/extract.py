"""``djeli extract``: articles out of WARC files, without any network."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    pass

HELP = "extract articles from WARC files, ours or anybody's"
EXAMPLES = """\
examples:
  djeli extract data/warc/*.warc.gz > articles.jsonl
  djeli extract CC-NEWS-20260301000000-00001.warc.gz -o articles.jsonl

Articles come in the order of their records, one JSON object a line, on stdout or in the file given.
From our own archive they are the same, byte for byte, that the crawl wrote.
Exit status: 0 every file was read whole, 1 a file is missing, damaged or no WARC file, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="WARC", help="WARC or ARC files")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Extract, and say on stderr what was no article and what could not be read."""
    from crawler.commands.extracting import Tally, articles_of
    from spiders.site import sites_in

    sites_in(options.data_dir)  # a broken site file is an error before anything is read
    tally = Tally()
    with _output(options.output) as output:
        for path in options.files:
            for article in articles_of(path, options.data_dir, tally):
                output.write(article.to_json() + "\n")
    others = ", ".join(f"{n} {kind}" for kind, n in sorted(tally.kinds.items()))
    sys.stderr.write(f"{tally.articles} articles; other pages: {others or 'none'}\n")
    return int(tally.faults > 0)


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
