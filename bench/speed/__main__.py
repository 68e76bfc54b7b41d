"""Djeli beside others in one run: what it costs to fetch, to archive, to extract, to read and write WARC.

``make bench`` runs all of it, some forty minutes on two cores; ``--only`` some parts, ``--pages`` over more or fewer
pages, ``--rounds`` more often.  Ratios between the rows of one run count, not the figures: machines differ.
"""

from __future__ import annotations

import argparse
import compileall
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.speed import frontier, growth, startup, warcs
from bench.speed.contestants import EXTRACTING, FETCHING, NAIVE, PLAIN, Contestant
from bench.speed.race import ROOT, Entry, median, race
from judges.install import say


@dataclass(frozen=True, slots=True)
class Table:
    """What one part of the bench came to."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """As documents have it."""
        lines = ["| " + " | ".join(row) + " |" for row in (self.columns, *self.rows)]
        return "\n".join(
            [f"**{self.title}**", "", lines[0], "| --- " * len(self.columns) + "|", *lines[1:]]
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000, help="fetched; a third are extracted")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant")
    parser.add_argument("--only", action="append", choices=sorted(PARTS), help="may be given again")
    parser.add_argument(
        "--contestants", help="only those whose name holds this word, and the first"
    )
    parser.add_argument(
        "--grow",
        type=int,
        action="append",
        help="pages of a crawl, in place of a thousand, ten thousand and a hundred thousand",
    )
    parser.add_argument("--plot", type=Path, default=growth.PLOT, help="where the curves are drawn")
    parser.add_argument("--json", action="store_true", help="the tables as JSON")
    options = parser.parse_args(arguments)
    tables = []
    for package in ("archive", "crawler", "spiders"):  # as pip has done with all the others
        compileall.compile_dir(ROOT / package, quiet=1)
    for name in options.only or PARTS:
        say(f"-- {name}")
        tables.append(PARTS[name](options))
        if not options.json:
            sys.stdout.write(tables[-1].markdown() + "\n\n")
            sys.stdout.flush()
    if options.json:
        told = [{"title": t.title, "columns": t.columns, "rows": t.rows} for t in tables]
        sys.stdout.write(json.dumps(told, indent=1) + "\n")
    return 0


def _fetching(options: argparse.Namespace) -> Table:
    entries = race(_chosen(FETCHING, options), options.pages, options.rounds)
    return compared(f"Fetch and archive {options.pages} pages", entries, options.pages, PLAIN)


def _extracting(options: argparse.Namespace) -> Table:
    pages = max(1, options.pages // 3)
    entries = race(_chosen(EXTRACTING, options), pages, options.rounds)
    return compared(f"Fetch, archive and extract {pages} pages", entries, pages, NAIVE)


def _chosen(all_: Sequence[Contestant], options: argparse.Namespace) -> list[Contestant]:
    words = (options.contestants or "").lower().split(",")
    return [c for c in all_ if c is all_[0] or any(word in c.name.lower() for word in words)]


def compared(title: str, entries: Sequence[Entry], pages: int, base: str) -> Table:
    """A row a contestant; pages a second as a ratio to the first one's."""
    first = next(entry for entry in entries if entry.contestant.name == base)
    columns = (
        "contestant", "pages/s, ratio", "pages/s", "CPU s / 1,000", "reactor's share of a core",
        "MB, process", "MB, largest child",
    )  # fmt: skip
    return Table(title, columns, [_row(entry, first, pages) for entry in entries])


def _row(entry: Entry, first: Entry, pages: int) -> list[str]:
    name = entry.contestant.name
    if not entry.runs:
        return [name, f"does not deliver: {entry.error}", "", "", "", "", ""]
    pairs = zip(first.runs, entry.runs, strict=False)
    ratio = median([base.seconds / run.seconds for base, run in pairs]) if first.runs else 0.0
    runs = entry.runs
    return [
        name,
        f"{ratio:.2f}",
        f"{pages / median([run.seconds for run in runs]):.0f}",
        f"{median([run.cpu for run in runs]) * 1000 / pages:.2f}",
        f"{100 * median([run.reactor / run.seconds for run in runs]):.0f} %",
        f"{max(run.peak for run in runs):.0f}",
        f"{max(run.peak_child for run in runs):.0f}" if runs[0].peak_child else "–",
    ]


def _warcs(options: argparse.Namespace) -> Table:
    return Table("Write and read WARC", warcs.COLUMNS, warcs.rows(options.pages))


def _frontier(options: argparse.Namespace) -> Table:
    return Table("Frontier", frontier.COLUMNS, list(frontier.rows()))


def _startup(options: argparse.Namespace) -> Table:
    return Table("Start to first request", startup.COLUMNS, startup.rows(options.rounds))


def _growth(options: argparse.Namespace) -> Table:
    levels = options.grow or growth.LEVELS
    return Table("How the cost grows", growth.COLUMNS, growth.rows(levels, options.plot))


PARTS: dict[str, Callable[[argparse.Namespace], Table]] = {
    "fetch": _fetching,
    "extract": _extracting,
    "warc": _warcs,
    "frontier": _frontier,
    "start": _startup,
    "growth": _growth,
}


if __name__ == "__main__":
    sys.exit(main())
