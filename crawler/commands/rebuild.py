"""``djeli rebuild``: index, catalogue and articles again, from the WARC files alone or from another place."""

from __future__ import annotations

import re
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.fromarchive import copy_database
from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from archive.article import Article
    from archive.storage import Found

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

_LEARNED = re.compile(r"/learned/[^/]+\.sqlite$")  # as workers leave them


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

    gathering = Gathering(options.data_dir, complain, Beat().tick)
    done = gathering.take(options.places)
    for root, found in gathering.listed.items():
        done.faults += _take_learned(options.data_dir, root, found, complain)
    sys.stdout.write(
        f"{done.records} records of {done.files} new WARC files indexed,"
        f" {done.articles} articles of {done.lists} new or longer lists\n"
    )
    return int(done.faults > 0)


def _take_learned(
    data_dir: Path, root: str, found: Iterable[Found], complain: Callable[[str], None]
) -> int:
    """With what the machines read each record, so that it can be read so again; how many files were none."""
    from archive import storage
    from archive.errors import ArchiveError
    from crawler.learned import FILE, States

    faults = 0
    whole = storage.joined(root, FILE)
    with (
        closing(States(data_dir / FILE)) as states,
        tempfile.TemporaryDirectory(prefix="djeli-") as folder,
    ):
        for file in found:
            if file.place != whole and not _LEARNED.search(file.place.removeprefix(root)):
                continue
            if states.has_taken(file.place, file.mark):
                continue
            copy = Path(folder) / FILE
            try:
                if storage.is_url(file.place):
                    storage.get(file.place, copy)
                else:
                    copy_database(Path(file.place), copy)
                states.take(copy, file.place, file.mark)
            except ArchiveError as e:
                faults += 1
                complain(str(e))
            copy.unlink(missing_ok=True)
    return faults


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
    from archive.errors import ArchiveError
    from archive.index import Index

    if index.exists():
        with closing(Index(index)) as opened:
            if stored := next(iter(opened.stored().values()), None):
                raise ArchiveError(
                    f"{index} has files elsewhere ({stored.place}): name with --from"
                )
