"""``djeli rebuild``: index, catalogue and articles again, from the WARC files alone."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from archive.article import Article

HELP = "make index, catalogue and articles again from the WARC files alone"
EXAMPLES = """\
examples:
  djeli rebuild
  djeli rebuild --data-dir data/demo

For an index or catalogue that was lost or damaged, and for articles by today's extractor and rules.
What is there is replaced only when all is made; articles that do not come again stay in articles.old.
Exit status: 0 all came again, 1 something could not be read or did not come again, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Rebuild, and say what came of it."""
    from archive import keep
    from archive.errors import ArchiveError
    from archive.rebuild import rebuild
    from crawler.commands.extracting import Tally, articles_of

    data_dir: Path = options.data_dir
    if not (data_dir / "warc").is_dir():
        raise ArchiveError(f"no archive in {data_dir}: no folder warc")
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
