"""``djeli rebuild``: index, catalogue and articles again, from the WARC files alone or from another place."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from archive.article import Article

HELP = (
    "make index, catalogue and articles again from the WARC files, or from those of many machines"
)
EXAMPLES = """\
examples:
  djeli rebuild
  djeli rebuild --data-dir data/demo
  djeli rebuild --from s3://bucket/desk --data-dir room     index and catalogue of what lies there
  djeli rebuild --from /mnt/one /mnt/two --data-dir room

For an index or catalogue that was lost or damaged, and for articles by today's extractor and rules.
What is there is replaced only when all is made; articles that do not come again stay in articles.old.
With --from, WARC files and articles are read where they lie and stay there: `djeli serve` fetches from them
what is asked for.  Run again, it reads only what is new.  Any URL that fsspec knows, or a folder.
Exit status: 0 all came again, 1 something could not be read or did not come again, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--from",
        nargs="+",
        action="extend",
        dest="places",
        default=[],
        metavar="PLACE",
        help="folders or URLs with the WARC files and articles of many machines",
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Rebuild, and say what came of it."""
    return _gather(options) if options.places else _rebuild(options)


def _gather(options: Namespace) -> int:
    from archive.gathering import Gathering
    from crawler.commands.beat import Beat

    def complain(message: str) -> None:
        sys.stderr.write(f"djeli: {message}\n")

    done = Gathering(options.data_dir, complain, Beat().tick).take(options.places)
    sys.stdout.write(
        f"{done.records} records of {done.files} new WARC files indexed,"
        f" {done.articles} articles of {done.lists} new or longer lists\n"
    )
    return int(done.faults > 0)


def _rebuild(options: Namespace) -> int:
    from archive import keep
    from archive.errors import ArchiveError
    from archive.rebuild import rebuild
    from crawler.commands.extracting import Tally, articles_of

    data_dir: Path = options.data_dir
    if not (data_dir / "warc").is_dir():
        raise ArchiveError(f"no archive in {data_dir}: no folder warc")
    _refuse_elsewhere(data_dir / "index.sqlite")
    keep.release(keep.open_archive(data_dir, {}))  # cuts and closes what a crash left open
    tally = Tally()

    def articles(paths: Sequence[Path]) -> Iterator[Article]:
        return articles_of(paths, data_dir, tally)

    made = rebuild(data_dir, articles)
    sys.stdout.write(f"{made.records} records indexed, {made.articles} articles\n")
    if made.missing:
        sys.stderr.write(
            f"djeli: {made.missing} articles did not come again; they are in {data_dir}/articles.old\n"
        )
    return int(bool(tally.faults) or bool(made.missing))


def _refuse_elsewhere(index: Path) -> None:
    """What lies elsewhere would be lost to an index of this folder's files alone."""
    from contextlib import closing

    from archive.errors import ArchiveError
    from archive.index import Index

    if index.exists():
        with closing(Index(index)) as opened:
            if stored := next(iter(opened.stored().values()), None):
                raise ArchiveError(
                    f"{index} has files elsewhere ({stored.place}): name with --from"
                )
