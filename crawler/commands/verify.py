"""``djeli verify``: read everything again and prove it."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from archive.verify import Progress, Verification

HELP = "check every record's digests and every article's provenance"
EXAMPLES = """\
examples:
  djeli verify                              the archive in data/
  djeli verify --data-dir data/demo
  djeli verify other.warc.gz out.wacz       anybody's WARC and WACZ files
  djeli verify 's3://bucket/warc/*.warc.gz' at any URL that fsspec reads
  djeli verify --json | jq -r .message      one JSON object a fault

Exit status: 0 all as it should be, 1 something does not match (one line each), 2 wrong usage.
"""

_EVERY = 0.2  # seconds between two updates of the progress line


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="WARC",
        help="WARC or WACZ files, globs or URLs, instead of the archive",
    )
    parser.add_argument("--json", action="store_true", help="faults as JSON, one a line")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Verify, name each fault, and tell whether there was any."""
    progress = _progress() if sys.stderr.isatty() else None
    return _report(verifications(options.files, options.data_dir, progress), options)


def verifications(
    files: Sequence[Path | str], data_dir: Path, progress: Progress | None = None
) -> list[Verification]:
    """Of each file or, if there is none, of the archive; each does its work as its faults are drawn."""
    from archive.verify import verify_archive, verify_file
    from archive.wacz import verify_wacz
    from crawler.commands.extract import places_of

    if not files:
        return [verify_archive(data_dir, progress)]
    return [
        verify_wacz(place, progress)
        if str(place).endswith(".wacz")
        else verify_file(place, progress)
        for place in places_of([*map(str, files)])
    ]


def _report(runs: list[Verification], options: Namespace) -> int:
    for verification in runs:
        for fault in verification:
            line = json.dumps(dataclasses.asdict(fault)) if options.json else str(fault)
            sys.stdout.write(line + "\n")
    records = sum(v.records for v in runs)
    articles = sum(v.articles for v in runs)
    faults = sum(v.faults for v in runs)
    sys.stderr.write(
        f"{records} records and {articles} articles checked: {faults or 'no'} faults\n"
    )
    return int(faults > 0)


def _progress() -> Callable[[int, int], None]:
    """A line on the terminal that is written over."""
    last = 0.0

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _EVERY and done < total:
            return
        last = now
        share = 100 * done // max(total, 1)
        end = "\r\033[K" if done >= total else ""
        sys.stderr.write(f"\r{share:3} % of {total / 1e6:.1f} MB{end}")
        sys.stderr.flush()

    return show
