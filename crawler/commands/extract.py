"""``djeli extract``: articles out of WARC files, without any network."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.commands.extracting import Tally
    from crawler.commands.teaching import Teacher

INTERRUPTED = 130  # as shells say of Ctrl-C
HELP = "extract articles from WARC files, ours or anybody's"
EXAMPLES = """\
examples:
  djeli extract data/warc/*.warc.gz > articles.jsonl
  djeli extract CC-NEWS-20260301000000-00001.warc.gz -o articles.jsonl
  curl https://example.org/a.warc.gz | djeli extract -

Articles come in the order of their records, one JSON object a line, on stdout or in the file given.
From our own archive they are the same, byte for byte, that the crawl wrote: each is read with what was
known of its site then, or with --relearn as from anybody's files.  Those are read twice: what recurs
on the pages of a host is learned first.
Exit status: 0 every file was read whole, 1 a file is missing, damaged or no WARC file, 2 wrong usage,
130 interrupted.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="WARC", help="WARC or ARC files, or - for stdin"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    parser.add_argument(
        "--relearn",
        action="store_true",
        help="learn anew from the files what recurs on sites, also from our own archive",
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Extract, and say on stderr what was no article and what could not be read."""
    from crawler.commands.extracting import Tally
    from spiders.site import sites_in

    sites_in(options.data_dir)  # a broken site file is an error before anything is read
    tally = Tally()
    try:
        with _output(options.output) as output:
            _extract(options, tally, output)
    except KeyboardInterrupt:
        sys.stderr.write(f"djeli: interrupted after {tally.articles} articles\n")
        return INTERRUPTED
    others = ", ".join(f"{n} {kind}" for kind, n in sorted(tally.kinds.items()))
    sys.stderr.write(f"{tally.articles} articles; other pages: {others or 'none'}\n")
    return int(tally.faults > 0)


def _extract(options: Namespace, tally: Tally, output: TextIO) -> None:
    from crawler.commands.extracting import Reader, counted, new_joiner, taught_articles

    with ExitStack() as opened:
        files = [_spooled(opened) if str(path) == "-" else path for path in options.files]
        joiner = new_joiner(options.data_dir)
        for path, teacher in _taught(files, options, opened):
            reader = Reader(options.data_dir, teacher, joiner, tally)
            for article in taught_articles(path, reader):
                output.write(article.to_json() + "\n")
        for article in counted(joiner.rest(), tally):
            output.write(article.to_json() + "\n")
        output.flush()


def _taught(
    files: Sequence[Path], options: Namespace, opened: ExitStack
) -> Iterator[tuple[Path, Teacher]]:
    """Each file with who knows of its hosts: all that are nobody's of ours are learned from together."""
    from crawler.commands.beat import Beat
    from crawler.commands.teaching import Kept, Taught, archive_of

    homes = {
        path: None if options.relearn else archive_of(path, options.data_dir) for path in files
    }
    teachers: dict[Path | None, Teacher] = {}
    for path in files:
        home = homes[path]
        if home not in teachers:
            strangers = [path for path in files if homes[path] is None]
            teachers[home] = Kept(home) if home else Taught(strangers, Beat())
            opened.callback(teachers[home].close)
        yield path, teachers[home]


def _spooled(opened: ExitStack) -> Path:
    """What comes on stdin, in a file: it is read twice."""
    folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="djeli-"))
    path = Path(folder) / "-"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


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
