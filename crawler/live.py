"""On a terminal: a table of the running crawls, drawn anew twice a second."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from crawler.progress import summary

if TYPE_CHECKING:
    from rich.table import Table
    from scrapy.crawler import Crawler

_COLUMNS = ("site", "queue", "pages", "new articles", "skipped", "errors", "MB", "pages/min")
_MOST = 25  # rows; of more sites those that have something to do are shown


@contextmanager
def live_table(crawlers: Sequence[Crawler]) -> Iterator[None]:
    """While it is entered, what is written to ``sys.stderr`` appears above the table.

    Scrapy's stats are read from a thread of rich's own: they are plain numbers in a dictionary.
    """
    from rich.console import Console
    from rich.live import Live

    started = monotonic()
    console = Console(stderr=True)
    with Live(
        get_renderable=lambda: _table(crawlers, monotonic() - started),
        console=console,
        refresh_per_second=2,
        transient=True,
    ):
        yield


def is_terminal() -> bool:
    """Whether somebody is watching."""
    return sys.stderr.isatty()


def _table(crawlers: Sequence[Crawler], seconds: float) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, name in enumerate(_COLUMNS):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    rows = [_row(crawler, seconds) for crawler in crawlers if _has_begun(crawler)]
    rows.sort(key=lambda row: (-row[2], -row[1], row[0]))  # those at work first
    for row in rows[:_MOST]:
        table.add_row(*(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row))
    if len(rows) > _MOST:
        table.add_row(f"and {len(rows) - _MOST} more")
    return table


def _has_begun(crawler: Crawler) -> bool:
    """Crawls of one host wait for each other."""
    try:
        return crawler.stats is not None
    except RuntimeError:  # Scrapy's word for "not yet"
        return False


def _row(crawler: Crawler, seconds: float) -> tuple[str, int, int, int, int, int, float, int]:
    stats = crawler.stats
    done = summary(crawler.spidercls.name, stats)
    queue = int(stats.get_value("scheduler/enqueued", 0)) - int(
        stats.get_value("scheduler/dequeued", 0)
    )
    return (
        done.site,
        max(queue, 0),
        done.responses,
        done.articles,
        done.known + done.not_articles,
        done.failed + done.sources_failed,
        done.bytes / 1e6,
        round(60 * done.responses / max(seconds, 1)),
    )
