"""``djeli cdxj``: an index that replay tools read."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from crawler.commands.options import add_data_dir

HELP = "print a sorted CDXJ index, of the archive or of WARC files"
EXAMPLES = """\
examples:
  djeli cdxj > index.cdxj                   the archive in data/, from its live index
  djeli cdxj --data-dir data/demo
  djeli cdxj other.warc.gz old.arc.gz       anybody's WARC and ARC files

The lines are those of cdxj-indexer --post-append; a 304 kept as a revisit has none, because replay
tools would answer with it instead of the original.
Exit status: 0 all is in it, 1 a file is missing, damaged or no WARC file, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="WARC", help="instead of the archive"
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Print the lines, and tell whether every file could be read whole."""
    from archive.cdxj import index_lines
    from archive.linesort import sorted_lines

    faults: list[str] = []
    if options.files:
        lines = _lines_of_files(options.files, faults)
    else:
        lines = map(str, index_lines(options.data_dir / "index.sqlite"))
    sys.stdout.writelines(f"{line}\n" for line in sorted_lines(lines))
    return int(bool(faults))


def _lines_of_files(paths: list[Path], faults: list[str]) -> Iterator[str]:
    from archive.cdxj import Line, read_lines
    from archive.errors import ArchiveError

    for path in paths:
        try:
            for found in read_lines(path):
                if isinstance(found, Line):
                    yield str(found)
                else:
                    _complain(f"{path}: offset {found.offset}: {found.reason}", faults)
        except ArchiveError as e:
            _complain(str(e), faults)


def _complain(message: str, faults: list[str]) -> None:
    faults.append(message)
    sys.stderr.write(f"djeli: {message}\n")
