"""Kill crawls with SIGKILL at random moments, start them again until they are done, count what is lost.

``python -m bench.kill_campaign --kills 200`` prints a table; its exit status is 1 if Djeli lost,
doubled or damaged anything.  Stock Scrapy with JOBDIR does the same work for comparison.  It is also
let live longer, on a larger site: killed early it has not yet written down what it has seen, and
merely does everything again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from archive.errors import ArchiveError
from archive.reader import Record, read_records, record_at
from crawler.commands.table import table
from crawler.journal import ENDED, FINISHED
from crawler.ledger import ledger_of
from tests.treesite import SITE, TreeSite, serving

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds to wait for a process that should end or hit


@dataclass(frozen=True, slots=True)
class Plan:
    """A site's articles, and how long a process lives after its first hit: seconds from, to."""

    articles: int
    life: tuple[float, float]
    chance: random.Random


SHORT = 150, (0.0, 1.2)
LONG = 3000, (6.0, 10.0)


@dataclass(slots=True)
class Tally:
    """What a campaign came to."""

    crawls: int = 0
    pages: int = 0
    kills: int = 0
    pages_lost: int = 0
    acknowledged_lost: int = 0
    articles_lost: int = 0
    records_twice: int = 0
    articles_twice: int = 0
    files_damaged: int = 0
    catalogue_wrong: int = 0
    left_alive: int = 0
    exit_not_0: int = 0

    @property
    def faults(self) -> int:
        """Everything that should be 0."""
        return sum(getattr(self, field.name) for field in fields(self)[3:])

    def add(self, other: Tally) -> None:
        """Sum up."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


@dataclass(frozen=True, slots=True)
class Promise:
    """A record that the archive had acknowledged."""

    file: str
    offset: int
    record_id: str


def command(data_dir: Path) -> list[str]:
    """The crawl of the tree site, as a user starts it."""
    return [sys.executable, "-m", "crawler", "crawl", SITE, "--data-dir", str(data_dir)]


def start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    """A process in a session of its own."""
    return subprocess.Popen(
        arguments,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def wait_for_hit(site: TreeSite, process: subprocess.Popen[str]) -> bool:
    """Until the site is asked for something new; False if the process ended before."""
    before, until = len(site.hits), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if len(site.hits) > before:
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.005)
    raise TimeoutError(f"process {process.pid} neither ended nor asked for anything")


def living(session: int) -> list[int]:
    """The processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields_ = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields_[3]) == session and fields_[0] != "Z":
            found.append(int(path.parent.name))
    return found


def kill(process: subprocess.Popen[str], *, group: bool) -> int:
    """SIGKILL, to the process alone or to all of its group; how many outlived it by 5 seconds."""
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    for pipe in filter(None, (process.stdout, process.stderr)):
        pipe.close()
    until = time.monotonic() + 5
    while (left := living(process.pid)) and time.monotonic() < until:
        time.sleep(0.01)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return len(left)


def promises(data_dir: Path) -> set[Promise]:
    """What the index says now."""
    path = data_dir / "index.sqlite"
    if not path.exists():
        return set()
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        rows = db.execute("SELECT file, offset, record_id FROM capture").fetchall()
    except sqlite3.OperationalError:  # killed before it had made its table
        return set()
    finally:
        db.close()
    return {Promise(*row) for row in rows}


def promised_articles(data_dir: Path) -> set[str]:
    """The ids of the whole lines."""
    return {json.loads(line)["id"] for line in _lines(data_dir) if line.endswith("\n")}


def _lines(data_dir: Path) -> list[str]:
    files = sorted((data_dir / "articles").glob("*.jsonl"))
    return [
        line
        for path in files
        for line in path.read_bytes().decode(errors="replace").splitlines(keepends=True)
    ]


def has_finished(data_dir: Path) -> bool:
    """Whether the crawl was over and only the process was not: the next one would be a new crawl."""
    path = data_dir / "state" / f"{SITE}.sqlite"
    if not path.exists():
        return False
    try:
        with ledger_of(path) as ledger:
            return ledger.note(ENDED) == FINISHED
    except ArchiveError:  # it was killed before it had made the tables
        return False


def crawl(site: TreeSite, data_dir: Path, kills: int, plan: Plan) -> Tally:
    """Kill up to ``kills`` times, then let it end; judged."""
    site.write_site_file(data_dir)
    kept: set[Promise] = set()
    articles: set[str] = set()
    tally = Tally(crawls=1)
    while True:
        process = start(command(data_dir))
        if tally.kills < kills and wait_for_hit(site, process):
            time.sleep(plan.chance.uniform(*plan.life))
            if process.poll() is None:
                tally.left_alive += kill(process, group=plan.chance.random() < 0.5)
                tally.kills += 1
                kept |= promises(data_dir)
                articles |= promised_articles(data_dir)
                if not has_finished(data_dir):
                    continue
                tally.add(judge(site, data_dir, kept, articles))
                return tally
        _, complaints = process.communicate(timeout=PATIENCE)
        if process.returncode:
            sys.stderr.write(complaints)
        tally.exit_not_0 += process.returncode != 0
        tally.add(judge(site, data_dir, kept, articles))
        return tally


def judge(site: TreeSite, data_dir: Path, kept: set[Promise], articles: set[str]) -> Tally:
    """What a crawl that says it is done has left."""
    tally = Tally(pages=len(site.urls))
    found: Counter[str] = Counter()
    for path in sorted((data_dir / "warc").glob("*")):
        whole = path.name.endswith(".warc.gz")
        for record in read_records(path):
            if not isinstance(record, Record):
                whole = False
            elif record.type == "response":
                found[record.url or ""] += 1
        tally.files_damaged += not whole
    tally.pages_lost = len(site.urls - found.keys())
    tally.records_twice = sum(found.values()) - len(found)
    tally.acknowledged_lost = sum(not _is_kept(data_dir, promise) for promise in kept)
    lines = [json.loads(line) for line in _lines(data_dir)]
    urls = Counter(line["url"] for line in lines)
    tally.articles_lost = len(site.article_urls - urls.keys())
    tally.articles_lost += len(articles - {line["id"] for line in lines})
    tally.articles_twice = sum(urls.values()) - len(urls)
    db = sqlite3.connect(data_dir / "catalogue.sqlite")
    held = sorted(json_ for (json_,) in db.execute("SELECT json FROM article"))
    db.close()
    tally.catalogue_wrong = int(held != sorted(line.rstrip("\n") for line in _lines(data_dir)))
    return tally


def _is_kept(data_dir: Path, promise: Promise) -> bool:
    try:
        record = record_at(data_dir / "warc" / promise.file, promise.offset)
    except ArchiveError:
        return False
    return record.id == promise.record_id


def stock_crawl(site: TreeSite, data_dir: Path, kills: int, plan: Plan) -> Tally:
    """The same with stock Scrapy; a feed's lines are its articles."""
    tally = Tally(crawls=1, pages=len(site.urls))
    while True:
        process = start([sys.executable, "-m", "bench.stock_crawl", site.base, str(data_dir)])
        if tally.kills < kills and wait_for_hit(site, process):
            time.sleep(plan.chance.uniform(*plan.life))
            if process.poll() is None:
                tally.left_alive += kill(process, group=True)
                tally.kills += 1
                continue
        process.communicate(timeout=PATIENCE)
        tally.exit_not_0 += process.returncode != 0
        break
    responses = Counter((data_dir / "responses.txt").read_text().split())
    responses[site.base + "/"] = responses.pop(site.base, 0)  # as Scrapy writes the front page
    tally.pages_lost = len(site.urls - {f"{site.base}/robots.txt"} - (+responses).keys())
    tally.records_twice = sum(responses.values()) - len(responses)
    items = Counter(_urls_of(data_dir / "items.jsonl"))
    tally.articles_lost = len(site.article_urls - items.keys())
    tally.articles_twice = sum(items.values()) - len(items)
    return tally


def _urls_of(path: Path) -> list[str]:
    """Of the lines that are whole JSON."""
    urls = []
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            urls.append(json.loads(line)["url"])
        except ValueError:
            continue
    return urls


Crawl = Callable[[TreeSite, Path, int, Plan], Tally]


def campaign(crawl: Crawl, kills: int, plan: Plan) -> Tally:
    """Crawl after crawl, each of a fresh site into a fresh folder, until so many were killed."""
    total = Tally()
    while total.kills < kills:
        with tempfile.TemporaryDirectory() as folder, serving(TreeSite(plan.articles)) as site:
            total.add(crawl(site, Path(folder), kills - total.kills, plan))
        sys.stderr.write(f"{crawl.__name__}: {total.kills} of {kills} kills\n")
    return total


def main() -> int:
    """The campaigns and their table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of Djeli (default: 200)")
    parser.add_argument("--long", type=int, default=8, help="kills after 6 to 10 s (default: 8)")
    parser.add_argument("--stock", type=int, default=20, help="kills of stock Scrapy (default: 20)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    work: list[tuple[str, Crawl, int, tuple[int, tuple[float, float]]]] = [
        ("Djeli", crawl, options.kills, SHORT),
        ("Djeli, after 6-10 s", crawl, options.long, LONG),
        ("Scrapy JOBDIR", stock_crawl, options.stock, SHORT),
        ("Scrapy JOBDIR, after 6-10 s", stock_crawl, min(options.stock, options.long), LONG),
    ]
    names = [field.name for field in fields(Tally)]
    cells, faults = [], 0
    for name, crawler, kills, (articles, life) in work:
        plan = Plan(articles, life, random.Random(options.seed))
        tally = campaign(crawler, kills, plan)
        cells.append([name, *(str(getattr(tally, field)) for field in names)])
        faults += tally.faults if crawler is crawl else 0
    sys.stdout.write(table(["crawler", *(n.replace("_", " ") for n in names)], cells) + "\n")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
