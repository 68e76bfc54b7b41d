"""``djeli crawl --from-archive``: a whole crawl out of the archive, without network; articles on stdout."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import output_to, scrapy_process
from crawler.commands.wanted import moment

if TYPE_CHECKING:
    from crawler.process import Crawl


def check(options: Namespace) -> None:
    """Options that only one kind of crawl has; raises ``UsageError``."""
    from archive.errors import UsageError

    if not options.from_archive and (options.as_of or options.output):
        raise UsageError("--as-of and --output are for --from-archive")
    if options.from_archive and (options.due or options.json or options.metrics):
        raise UsageError(
            "--from-archive prints articles: it has no --due, no --json and no --metrics"
        )


def run(options: Namespace, names: Sequence[str]) -> int:
    """Crawl, write the articles in the order of their captures, and tell whether all were read."""
    from archive.errors import ArchiveError
    from crawler.process import run as run_crawls

    home: Path = options.data_dir
    as_of = moment(options.as_of, "--as-of", timedelta(days=1))
    if not (home / "index.sqlite").exists():
        raise ArchiveError(f"no archive in {home}: no index.sqlite; `djeli rebuild` makes one")
    with _stand_in(home) as folder, output_to(options.output) as output:
        asked = Namespace(**{**vars(options), "data_dir": folder})
        process = scrapy_process(
            asked,
            logging.INFO,
            **_SETTINGS,
            FROM_ARCHIVE=str(home),
            FROM_ARCHIVE_AS_OF=as_of.isoformat() if as_of else None,
            CRAWL_SINCE=options.since.isoformat() if options.since else None,
        )
        crawls = run_crawls(process, [process.create_crawler(name) for name in names])
        output.writelines(f"{line}\n" for line in _lines(folder))
    told = [_told(crawl) for crawl in crawls]
    return int(not all(told))


_SETTINGS = {
    "ADDONS": {"crawler.fromarchive.FromArchiveAddon": 100},
    "JOURNAL_ENABLED": False,
    "REQUISITES": False,  # an article is read without them
    "CONCURRENT_REQUESTS": 1,  # one after the other: always in the same order
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
    "PROGRESS_LINES": False,
}


@contextmanager
def _stand_in(home: Path) -> Iterator[Path]:
    """A data folder for a while: the site files of the real one, and a copy of what it has learned."""
    from crawler.learned import FILE

    with tempfile.TemporaryDirectory(prefix="djeli-") as made:
        folder = Path(made)
        if (home / "sites").is_dir():
            (folder / "sites").symlink_to((home / "sites").resolve())
        if (home / FILE).exists():
            copy_database(home / FILE, folder / FILE)
        yield folder


def copy_database(source: Path, target: Path) -> None:
    """An SQLite file as it is at the moment, also while another process writes it."""
    from archive.errors import ArchiveError

    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as e:
        raise ArchiveError(f"cannot read {source}: {e}") from e


def _lines(folder: Path) -> Iterator[str]:
    """By the moment of the capture, then by URL."""
    from archive.linesort import sorted_lines

    for path in sorted((folder / "articles").glob("*.jsonl")):
        with path.open(encoding="utf-8", newline="\n") as file:
            keyed = (
                f"{fields['fetched_at']}\0{fields['url']}\0{line.rstrip()}"
                for line in file
                if (fields := json.loads(line))
            )
            for line in sorted_lines(keyed):
                yield line.rsplit("\0", 1)[1]


def _told(crawl: Crawl) -> bool:
    """Say on stderr what a crawl came to; whether all that the archive has was read."""
    from crawler.fromarchive import MISSED, SERVED
    from crawler.progress import summary

    name = crawl.crawler.spidercls.name
    if crawl.error:
        sys.stderr.write(f"djeli: {name}: {crawl.error}\n")
        return False
    stats = crawl.crawler.stats
    done = summary(name, stats)
    missed = int(stats.get_value(MISSED, 0))
    sys.stderr.write(
        f"{name}: {done.articles} articles, {done.not_articles} other pages;"
        f" {stats.get_value(SERVED, 0)} answers from the archive, {missed} not in it\n"
    )
    broken = stats.get_value("article/failed", 0)
    return done.reason == "finished" and not done.is_dark and not broken
