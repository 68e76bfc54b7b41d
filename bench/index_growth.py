"""Does finding a capture cost more when there are more of them?

``python -m bench.index_growth`` fills an index and prints, at each power of ten, what it costs to add one
capture durably, and to find one by URL and by payload.  ``--lines`` says how far it goes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.index import Capture, Index
from archive.records import sha1, warc_date
from crawler.commands.table import table

FIRST = 10_000
BATCH = 10_000
ROUNDS = 200
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.index_growth", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="captures at the end")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = list(_rows(Path(folder) / "index.sqlite", options.lines))
    titles = ["captures", "add, ms", "find by URL, ms", "find by payload, ms", "bytes a capture"]
    sys.stdout.write(table(titles, rows) + "\n")
    return 0


def _rows(path: Path, lines: int) -> Iterator[list[str]]:
    index, count, level = Index(path), 0, FIRST
    while level <= lines:
        while count < level:
            index.add(_capture(number) for number in range(count, count + BATCH))
            count += BATCH
        costs = _costs(index, count)
        yield [str(count), *(f"{cost:.3f}" for cost in costs), str(path.stat().st_size // count)]
        level *= 10
    index.close()


def _costs(index: Index, count: int) -> list[float]:
    some = random.Random(count)

    def a_number() -> int:
        return some.randrange(count)

    return [
        _median(lambda: index.add([_capture(10**12 + some.randrange(10**9))])),
        _median(lambda: index.newest_good(_url(a_number()))),
        _median(lambda: index.same_payload(_digest(a_number()), "plain/gzip")),
    ]


def _median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def _capture(number: int) -> Capture:
    return Capture(
        url=_url(number),
        date=warc_date(BEGIN + timedelta(seconds=number % 10**8)),
        status=200,
        mime="text/html",
        digest=_digest(number),
        truncated=None,
        record_id=f"<urn:uuid:{number:032x}>",
        file=f"djeli-{number // 20_000:017}-00001-desk.warc.gz",
        offset=number * 20_000,
        length=18_000,
        coding="plain/gzip",
    )


def _url(number: int) -> str:
    return f"https://www.kibaru{number % 100}.example/2026/03/{number}-convoi-attaque.html"


def _digest(number: int) -> str:
    return sha1(str(number).encode())


if __name__ == "__main__":
    sys.exit(main())
