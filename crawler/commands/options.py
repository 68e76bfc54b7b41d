"""Options that several commands share, and the Scrapy settings that they stand for."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess

DATA_DIR = "DJELI_DATA_DIR"
MOST_SECONDS = 86400


def add_data_dir(parser: ArgumentParser) -> None:
    """``--data-dir``, by default $DJELI_DATA_DIR or ``data``."""
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(os.environ.get(DATA_DIR, "data")),
        metavar="DIR",
        help=f"where WARC files, articles and your own sites/*.toml are (default: ${DATA_DIR} or data)",
    )


def add_verbose(parser: ArgumentParser) -> None:
    """``-v``: Scrapy's own log as well."""
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show Scrapy's own log on stderr as well"
    )


def add_allow_private(parser: ArgumentParser) -> None:
    """``--allow-private``: see ``crawler.addresses``."""
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="fetch from loopback, link-local and private addresses as well (default: only where the"
        " site file names one)",
    )


@contextmanager
def output_to(path: Path | None) -> Iterator[TextIO]:
    """stdout, or a file; one that cannot be written is an error at once."""
    from archive.errors import ArchiveError

    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as e:
        raise ArchiveError(f"cannot write {path}: {e.strerror or e}") from e


def seconds(text: str) -> float:
    """A time to wait, for argparse."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= MOST_SECONDS:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds up to {MOST_SECONDS}")
    return number


def day(text: str) -> date:
    """A day, for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day like 2026-03-14") from None


def count(text: str) -> int:
    """How many, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def shard(text: str) -> tuple[int, int]:
    """Which of how many machines, for argparse."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise ArgumentTypeError(f"{text!r} is not a machine of several, like 2/5")
    return int(number), int(of)


def scrapy_process(options: Namespace, level: int, **settings: Any) -> AsyncCrawlerProcess:
    """A Scrapy process with the project's settings and those given.

    Its log is ours alone, from ``level`` on; with ``--verbose`` it is Scrapy's, with everything.
    """
    import scrapy.core.downloader.contextfactory  # noqa: F401 - see below
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    # That module looks up the source of every frame on the stack, three times, among all modules
    # there are: a sixth of the time to the first request where Scrapy itself imports it.
    project = Settings()
    project.setmodule("crawler.settings", priority="project")
    project.set("DATA_DIR", str(options.data_dir), priority="cmdline")
    if options.allow_private:
        project.set("ALLOW_PRIVATE", value=True, priority="cmdline")
    for name, value in settings.items():
        project.set(name, value, priority="cmdline")
    if options.verbose:
        project.set("LOG_LEVEL", "DEBUG", priority="cmdline")
        return AsyncCrawlerProcess(project)
    _log_to_stderr(level)
    project.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")
    process = AsyncCrawlerProcess(project)
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    return process


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stderr`` is at the moment: above a live table while there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        """As logging calls it."""
        self.stream = sys.stderr
        super().emit(record)


def _log_to_stderr(level: int) -> None:
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    handler.addFilter(lambda record: record.name.partition(".")[0] not in _OTHERS)
    logging.basicConfig(level=level, handlers=[handler], force=True)


_OTHERS = {"scrapy", "twisted", "asyncio", "py"}
