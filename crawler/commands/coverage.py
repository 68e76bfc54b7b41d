"""``djeli coverage``: for every site and day, whether it was covered, and what is missing."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir, day

if TYPE_CHECKING:
    from crawler.ledger import Day, Missing

HELP = "show which sites were covered on which days"
EXAMPLES = """\
examples:
  djeli coverage                                the last fourteen days, a line a site
  djeli coverage lefaso --since 2026-03-01      one site
  djeli coverage --csv > coverage.csv           every site and day since the site's first
  djeli coverage --missing                      articles that have not arrived, and why

A day is `complete` (every source was read and no page is missing), `partial`, `unreachable`, `blocked`
or `not scheduled`; days are of UTC.  What came before a site's first day is unknown, not quiet.
In the table: # complete, + partial, ! unreachable, x blocked, . not scheduled.
Exit status: 0, also when days are missing; 1 if nothing has been crawled into the folder yet.
"""
_SIGNS = {"complete": "#", "partial": "+", "unreachable": "!", "blocked": "x", "not scheduled": "."}
_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDay:
    """One site on one day, as ``--csv`` and ``--json`` print it."""

    site: str
    day: str
    status: str
    why: str
    runs: int
    articles: int
    missing: int
    first_day: str


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("sites", nargs="*", metavar="SITE", help="ids of sites (default: all)")
    parser.add_argument("--since", type=day, metavar="YYYY-MM-DD", help="from this day on")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="a line for each site and day, as CSV")
    form.add_argument("--json", action="store_true", help="the same as JSON, one object a line")
    form.add_argument("--missing", action="store_true", help="list the pages that have not arrived")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Print what the ledgers say."""
    from archive.errors import ArchiveError, UsageError

    folder = options.data_dir / "state"
    paths = {path.stem: path for path in sorted(folder.glob("*.sqlite"))}
    if not paths:
        raise ArchiveError(f"no ledger in {folder}: nothing has been crawled into it yet")
    for name in options.sites:
        if name not in paths:
            raise UsageError(
                f"{name}: never crawled into {options.data_dir}; it has {', '.join(paths)}"
            )
    names = options.sites or list(paths)
    if options.missing:
        _print_missing({name: paths[name] for name in names})
        return 0
    today = datetime.now(UTC).date()
    since = options.since or (None if options.csv or options.json else today - timedelta(_DAYS - 1))
    days = {name: list(_site_days(name, paths[name], today)) for name in names}
    shown = {
        n: [d for d in ds if since is None or d.day >= since.isoformat()] for n, ds in days.items()
    }
    if options.csv:
        _print_csv(day for found in shown.values() for day in found)
    elif options.json:
        for day in (day for found in shown.values() for day in found):
            sys.stdout.write(json.dumps(asdict(day), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(_calendar(shown, since or today, today))
    return 0


def _site_days(name: str, path: Path, today: date) -> Iterator[SiteDay]:
    """Every day from the first run to today."""
    from crawler.ledger import ledger_of

    with ledger_of(path) as ledger:
        found = {day.day: day for day in ledger.days()}
    if not found:
        return
    first = min(found)
    for number in range((today - first).days + 1):
        when = first + timedelta(number)
        yield _site_day(name, when, found.get(when), first)


def _site_day(name: str, when: date, known: Day | None, first: date) -> SiteDay:
    return SiteDay(
        site=name,
        day=when.isoformat(),
        status=known.status if known else "not scheduled",
        why=(known.why if known else None) or "",
        runs=known.runs if known else 0,
        articles=known.articles if known else 0,
        missing=known.missing if known else 0,
        first_day=first.isoformat(),
    )


def _print_csv(days: Iterable[SiteDay]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(SiteDay.__dataclass_fields__)
    writer.writerows(asdict(day).values() for day in days)


def _calendar(shown: dict[str, list[SiteDay]], since: date, today: date) -> str:
    from crawler.commands.table import table

    rows = []
    for name, days in shown.items():
        signs = {day.day: _SIGNS[day.status] for day in days}
        span = [since + timedelta(n) for n in range((today - since).days + 1)]
        last = days[-1] if days else None
        why = next((f"{day.day[5:]} {day.why}" for day in reversed(days) if day.why), "")
        rows.append(
            [
                name,
                "".join(signs.get(day.isoformat(), " ") for day in span),
                str(sum(day.articles for day in days)),
                str(sum(day.missing for day in days)),
                last.first_day if last else "",
                why,
            ]
        )
    title = f"{since:%m-%d} to {today:%m-%d}"
    lines = table(["site", title, "articles", "missing", "first day", "what was last wrong"], rows)
    legend = ", ".join(f"{sign} {status}" for status, sign in _SIGNS.items())
    return f"{lines}\n{legend}\n"


def _print_missing(paths: dict[str, Path]) -> None:
    from crawler.ledger import ledger_of

    for name, path in paths.items():
        with ledger_of(path) as ledger:
            for page in ledger.missing():
                sys.stdout.write(_missing_line(name, page))


def _missing_line(name: str, page: Missing) -> str:
    next_time = f"next {page.due:%Y-%m-%d %H:%M}" if page.due else "given up"
    times = f"{page.tries} times" if page.tries > 1 else "once"
    return f"{name}  {page.url}\n    {page.why}; tried {times} since {page.since:%Y-%m-%d %H:%M}; {next_time}\n"
