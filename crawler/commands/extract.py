"""``djeli extract``: articles out of WARC files, without any network."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from crawler.commands.options import add_data_dir, count, output_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.article import Article
    from crawler.commands.extracting import Tally
    from crawler.commands.teaching import Teacher

INTERRUPTED = 130  # as shells say of Ctrl-C
HELP = "extract articles from WARC files, ours or anybody's"
EXAMPLES = """\
examples:
  djeli extract data/warc/*.warc.gz > articles.jsonl
  djeli extract CC-NEWS-20260301000000-00001.warc.gz --sites-only -o articles.jsonl
  curl https://example.org/a.warc.gz | djeli extract -
  djeli extract 's3://bucket/2026/*.warc.gz' --engine dask --out s3://bucket/articles
  djeli extract --diff                      what `djeli rebuild` would change, before anything is written
  djeli extract --diff data/warc/djeli-20260301*.warc.gz --json

Articles come in the order of their records, one JSON object a line, on stdout or in the file given.
From our own archive they are the same, byte for byte, that the crawl wrote: each is read with what was
known of its site then, or with --relearn as from anybody's files.  Those are read twice: what recurs
on the pages of a host is learned first.
Files are paths, globs or any URLs that fsspec knows.  With --out each file, or portion of a large one, has a
file of articles of its own there, the same in that order as the one stream; a run that was interrupted goes
on with what is not done.  --engine dask gives the portions to the workers of a cluster: of the one at
--scheduler, or of one on this machine for the while.  docs/scale.md has more.
--diff reads our own archive, or some of its files, with today's rules and what is known of its sites
today, and compares with the catalogue; with --relearn what recurs on sites is learned from the files.
Exit status: 0 every file was read whole, 1 a file is missing, damaged or no WARC file, 2 wrong usage,
130 interrupted; of --diff: 0 nothing would change, 1 something would, or could not be read.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files", nargs="*", metavar="WARC", help="WARC or ARC files, globs or URLs, or - for stdin"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: stdout")
    parser.add_argument(
        "--out", metavar="PLACE", help="a folder or URL for one file of articles a portion"
    )
    parser.add_argument(
        "--engine",
        choices=("local", "dask"),
        default="local",
        help="who reads the pages: processes of this machine (local), or a Dask cluster",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of the Dask cluster, such as tcp://10.0.0.5:8786"
    )
    parser.add_argument(
        "--portion",
        type=count,
        default=256,
        metavar="MB",
        help="of a larger file that one task reads (default: 256)",
    )
    parser.add_argument(
        "--relearn",
        action="store_true",
        help="learn anew from the files what recurs on sites, also from our own archive",
    )
    parser.add_argument(
        "--sites-only",
        action="store_true",
        help="only pages of sites that `djeli sites list` shows",
    )
    parser.add_argument(
        "--diff", action="store_true", help="show which articles of the archive would change"
    )
    parser.add_argument("--json", action="store_true", help="differences as JSON, one a line")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Extract, and say on stderr what was no article and what could not be read."""
    from crawler.commands.extracting import Tally
    from spiders.site import sites_in

    _check(options)
    sites_in(options.data_dir)  # a broken site file is an error before anything is read
    options.files = places_of(options.files)
    tally = Tally()
    try:
        with output_to(options.output) as output:
            if options.diff:
                return _differ(options, tally, output)
            if options.out or options.engine == "dask":
                _extract_in_tasks(options, tally, output)
            else:
                _extract(options, tally, output)
    except KeyboardInterrupt:
        goes_on = "; run again to go on" if options.out else ""
        sys.stderr.write(f"djeli: interrupted after {tally.articles} articles{goes_on}\n")
        return INTERRUPTED
    others = ", ".join(f"{n} {kind}" for kind, n in sorted(tally.kinds.items()))
    sys.stderr.write(f"{tally.articles} articles; other pages: {others or 'none'}\n")
    return int(tally.faults > 0)


def _check(options: Namespace) -> None:
    from archive.errors import UsageError

    if not options.diff and not options.files:
        raise UsageError("name the WARC files to read; only --diff reads the archive by itself")
    if options.json and not options.diff:
        raise UsageError("--json is for --diff: articles are JSON anyway")
    if options.diff and options.sites_only:
        raise UsageError("--diff compares all articles: it has no --sites-only")
    _check_tasks(options)


def _check_tasks(options: Namespace) -> None:
    """What does not go together where files are read in tasks."""
    from archive.errors import UsageError

    in_tasks = options.out or options.engine == "dask"
    if options.scheduler and options.engine != "dask":
        raise UsageError("--scheduler is for --engine dask")
    if options.diff and in_tasks:
        raise UsageError("--diff reads our own archive: it has neither --out nor --engine dask")
    if options.out and options.output:
        raise UsageError("give --out for many files or -o for one")
    if in_tasks and "-" in options.files:
        raise UsageError("stdin is read once, by one process: give it neither --out nor --engine")


def places_of(names: Sequence[str]) -> list[Path | str]:
    """The files that paths, globs and URLs name; a URL stays a text."""
    from archive import storage
    from archive.errors import ArchiveError

    places: list[Path | str] = []
    for name in names:
        is_glob = any(sign in name for sign in "*?[") and not Path(name).exists()
        found = storage.matching(name) if is_glob else [name]
        if not found:
            raise ArchiveError(f"{name}: there is no such file")
        places += [place if storage.is_url(place) else Path(place) for place in found]
    return places


def _differ(options: Namespace, tally: Tally, output: TextIO) -> int:
    from crawler.commands.differing import differences, in_words

    found = differences(_of_this_machine(options.files), options, tally)
    for difference in found:
        line = difference.to_json() if options.json else in_words(difference)
        output.write(f"{line}\n")
    counts = found.summary() + "\n"
    if options.json:
        sys.stderr.write(counts)
    else:
        output.write(counts)
    return int(found.counts.total() > 0 or tally.faults > 0)


def _of_this_machine(places: Sequence[Path | str]) -> list[Path]:
    from archive.errors import UsageError

    for place in places:
        if isinstance(place, str):
            raise UsageError(f"--diff reads our own archive, not {place}")
    return [Path(place) for place in places]


def _extract_in_tasks(options: Namespace, tally: Tally, output: TextIO) -> None:
    from crawler.commands.batch import Order, extract_in_tasks

    order = Order(
        places=options.files,
        data_dir=options.data_dir,
        relearn=options.relearn,
        sites_only=options.sites_only,
        dask=options.engine == "dask",
        scheduler=options.scheduler,
        out=options.out,
        portion=options.portion << 20,
    )
    extract_in_tasks(order, tally, output)
    output.flush()


def _extract(options: Namespace, tally: Tally, output: TextIO) -> None:
    order = Extraction(options.data_dir, options.relearn, options.sites_only)
    with ExitStack() as opened:
        files = [_spooled(opened) if str(path) == "-" else path for path in options.files]
        for article in extracted(files, order, tally):
            output.write(article.to_json() + "\n")
        output.flush()


@dataclass(frozen=True, slots=True)
class Extraction:
    """Whose site files and archive are used, whether all is learned anew, and whether other sites are left out."""

    data_dir: Path
    relearn: bool = False
    sites_only: bool = False


def extracted(files: Sequence[Path | str], order: Extraction, tally: Tally) -> Iterator[Article]:
    """The articles of files in the order of their records; what is none is counted."""
    from crawler.commands.extracting import Reader, counted, new_joiner, taught_articles
    from spiders.site import sites_in

    sites, wants = sites_in(order.data_dir), _wants(order)
    joiner = new_joiner(sites)
    with ExitStack() as opened:
        for path, teacher in _taught(files, order, opened):
            reader = Reader(sites, teacher, tally, wants)
            yield from taught_articles(path, reader, joiner)
        yield from counted(joiner.rest(), tally)


def _taught(
    files: Sequence[Path | str], order: Extraction, opened: ExitStack
) -> Iterator[tuple[Path | str, Teacher]]:
    """Each file with who knows of its hosts: all that are nobody's of ours are learned from together."""
    from crawler.commands.beat import Beat
    from crawler.commands.teaching import Kept, Taught, archive_of

    homes = {path: None if order.relearn else archive_of(path, order.data_dir) for path in files}
    teachers: dict[Path | None, Teacher] = {}
    for path in files:
        home = homes[path]
        if home not in teachers:
            strangers = [path for path in files if homes[path] is None]
            teachers[home] = Kept(home) if home else Taught(strangers, Beat(), _wants(order))
            opened.callback(teachers[home].close)
        yield path, teachers[home]


def _wants(order: Extraction) -> Callable[[str], bool]:
    """Which addresses are read."""
    from spiders.site import site_for, sites_in

    if not order.sites_only:
        return lambda url: True
    sites = sites_in(order.data_dir)
    return lambda url: site_for(url, sites) is not None


def _spooled(opened: ExitStack) -> Path:
    """What comes on stdin, in a file: it is read twice."""
    folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="djeli-"))
    path = Path(folder) / "-"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path
