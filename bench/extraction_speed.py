"""How fast pages become articles: every field of ours beside trafilatura, and out of a WARC file on all cores.

``python -m bench.extraction_speed`` prints a table in Markdown.  The extractors read each page in turns,
in one process; seconds are of processor time, and ratios count, for machines differ.  ``--data DIR``
takes the pages of a folder with a ``manifest.jsonl`` in place of the newsroom's long ones.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from trafilatura import bare_extraction
from trafilatura.settings import Document

from archive.article import Article
from archive.exchange import Exchange
from archive.reader import Record, read_records
from archive.records import exchange_records, gzip_member
from bench.extraction_pages import Page, pages_in
from bench.extraction_scores import NOTHING, Answer, score
from bench.long_pages import long_pages
from bench.speed.run import measured
from crawler.extract import article_from
from crawler.page import page_from, text
from crawler.pool import PROCESSES
from crawler.reading import extract, read

_ROOT = Path(__file__).parent.parent
_DAY = datetime(2026, 11, 24, tzinfo=UTC)
_RUN = """
import sys, time, pathlib
from crawler.commands.extracting import Tally, articles_of
from crawler.pool import shared_pool
[shared_pool().submit(print, "", "").result() for _ in range(4)]
began = time.perf_counter()
data = pathlib.Path(sys.argv[1])
print(sum(1 for _ in articles_of(sorted((data / "warc").iterdir()), data, Tally())))
print(time.perf_counter() - began)
"""


@dataclass(slots=True)
class Contestant:
    """A way to read a page, what it found of each, and the seconds that it took."""

    name: str
    find: Callable[[Record], str]
    seconds: float = 0.0
    found: list[str] = field(default_factory=list)

    def run(self, record: Record) -> None:
        """Read one page."""
        began = time.process_time()
        said = self.find(record)
        self.seconds += time.process_time() - began
        self.found.append(said)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if one of ours finds fewer articles than trafilatura."""
    options = _parser().parse_args(arguments)
    logging.disable(logging.ERROR)
    pages = [*(pages_in(options.data) if options.data else long_pages(options.pages))]
    pages = pages[:: max(1, len(pages) // options.pages)]
    records = [_record(page) for page in pages]
    contestants = _contestants()
    _race(contestants, records)
    base = contestants[-2].seconds
    lines = ["| extraction | pages/s | against trafilatura | found | F1 |", "| --- " * 5 + "|"]
    lines += [_row(one, base, pages) for one in contestants]
    sys.stdout.write("\n".join([*lines, "", *_again(records), ""]))
    delivered = [sum(map(bool, one.found)) for one in contestants]
    return int(min(delivered[:-2]) < max(delivered[-2:]) and not options.data)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.extraction_speed", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of pages (default: the newsroom's)")
    parser.add_argument("--pages", type=int, default=300, help="how many (default: 300)")
    return parser


def _contestants() -> list[Contestant]:
    return [
        Contestant("article, every field", _article),
        Contestant("article, links, requisites", _reading),
        Contestant("trafilatura, text and metadata", _trafilatura),
        Contestant("trafilatura fast, text and metadata", _fast),
    ]


def _article(record: Record) -> str:
    found = article_from(record, None)
    return found.text if isinstance(found, Article) else ""


def _reading(record: Record) -> str:
    found = read(record, None).result
    return found.text if isinstance(found, Article) else ""


def _trafilatura(record: Record, *, fast: bool = False) -> str:
    body = record.block.partition(b"\r\n\r\n")[2]
    found = bare_extraction(body, url=record.url, with_metadata=True, fast=fast)
    return found.text or "" if isinstance(found, Document) else ""


def _fast(record: Record) -> str:
    return _trafilatura(record, fast=True)


def _race(contestants: list[Contestant], records: list[Record]) -> None:
    """Every page to each of them before the next; each begins as often as the others."""
    for one in contestants:  # tables are loaded with the first page
        one.find(records[0])
    for number, record in enumerate(records):
        turn = number % len(contestants)
        for one in contestants[turn:] + contestants[:turn]:
            one.run(record)


def _row(one: Contestant, base: float, pages: list[Page]) -> str:
    speed, ratio = len(pages) / one.seconds, base / one.seconds
    answers = zip(one.found, pages, strict=True)
    scores = [score(page.truth, Answer(text=said)).f1 for said, page in answers]
    known = [f1 for f1 in scores if f1 is not None]
    told = sum(f1 > NOTHING for f1 in known)
    return f"| {one.name} | {speed:.1f} | {ratio:.2f} | {told}/{len(known)} | {mean(known):.3f} |"


def _record(page: Page) -> Record:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\n\r\n"
    response = head.encode() + page.html
    answered, _ = exchange_records(
        Exchange(url=page.url, started=_DAY, request=b"GET / HTTP/1.1\r\n\r\n", response=response)
    )
    return answered


def _again(records: list[Record]) -> list[str]:
    """The same pages out of a WARC file: what reading takes, what one and all cores make of it."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "warc").mkdir()
        path = data / "warc" / "long.warc.gz"
        path.write_bytes(b"".join(map(gzip_member, records)))
        reading, bare, made = _alone(path)
        lines = [
            "| out of a WARC file | pages/s | of the ceiling | bare extraction's part of processor time |",
            "| --- " * 4 + "|",
        ]
        share = f"reading and decoding: {100 * reading / bare:.1f} % of one core's time"
        ceiling = len(records) / bare
        lines.append(f"| {share} | {len(records) / reading:.0f} | | |")
        lines.append(f"| extraction alone, one core: the ceiling | {ceiling:.1f} | 1.00 | 1.00 |")
        for cores in sorted({1, len(os.sched_getaffinity(0))}):
            pooled, started = _pooled(data, cores), _pooled(data / "none", cores)
            if pooled.articles != made:
                raise SystemExit(f"{pooled.articles} articles out of the pool, {made} without it")
            speed = pooled.articles / pooled.seconds
            part = bare / (pooled.cpu - started.cpu)
            lines.append(
                f"| `djeli extract`, {cores} of the cores | {speed:.1f} | {speed / ceiling / cores:.2f} | {part:.2f} |"
            )
    return lines


def _alone(path: Path) -> tuple[float, float, int]:
    """Seconds of the processor for reading and decoding, for it with extraction, and how many articles."""
    began = time.process_time()
    records = [one for one in read_records(path) if isinstance(one, Record)]
    for one in records:
        text(page_from(one))
    reading = time.process_time() - began
    began = time.process_time()
    made = sum(isinstance(extract(one, None).result, Article) for one in records)
    return reading, time.process_time() - began, made


@dataclass(frozen=True, slots=True)
class _Pooled:
    """What a run came to; ``cpu`` is that of all its processes from start to end, which other load changes little."""

    articles: int
    seconds: float
    cpu: float


def _pooled(data: Path, cores: int) -> _Pooled:
    """The pool, when it may use so many cores."""
    (data / "warc").mkdir(parents=True, exist_ok=True)
    chosen = ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))
    command = ["taskset", "-c", chosen, sys.executable, "-c", _RUN, str(data)]
    cost = measured(command, data, {PROCESSES: str(cores), "PYTHONPATH": str(_ROOT)})
    if cost.status:
        raise SystemExit(f"the pool failed: {cost.said}")
    count, seconds = cost.said.split()[-2:]
    return _Pooled(int(count), float(seconds), cost.cpu)


if __name__ == "__main__":
    raise SystemExit(main())
