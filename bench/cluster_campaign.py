"""Three workers on one PostgreSQL and one storage, one of them killed with SIGKILL at a random moment, again and again.

``python -m bench.cluster_campaign --rounds 20`` prints a table; its exit status is 1 if a page was lost, an
article came twice, or a host was asked too fast or by two workers at a time.  The last two are read from the
servers' own logs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path

from archive import storage
from archive.reader import Record, read_records
from crawler.commands.table import table
from tests.objectstore import BUCKET, object_store
from tests.postgres import database, postgres
from tests.treesite import TreeSite, serving

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 3
DEAD_AFTER = 6  # seconds
SLICE = 8
PATIENCE = 400.0
DELAY = 1.0  # on a busy machine a request is noted some tenths of a second late


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The work of a round."""

    sites: int = 2
    articles: int = 15
    delay: float = DELAY
    life: tuple[float, float] = (
        0.0,
        8.0,
    )  # of the worker that is killed, from the first request on


@dataclass(slots=True)
class Tally:
    """What a campaign came to."""

    rounds: int = 0
    kills: int = 0
    pages: int = 0
    articles: int = 0
    fetched_again: int = 0
    left_behind: int = 0
    pages_lost: int = 0
    articles_lost: int = 0
    articles_twice: int = 0
    gaps_too_short: int = 0
    overlaps: int = 0
    outlived: int = 0
    not_taken_up: int = 0
    unfinished: int = 0
    shortest_gap: float = math.inf  # seconds

    @property
    def faults(self) -> int:
        """Everything that should be 0."""
        return sum(getattr(self, field.name) for field in fields(self)[6:-1])

    def add(self, other: Tally) -> None:
        """Sum up."""
        for field_ in fields(self)[:-1]:
            name = field_.name
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.shortest_gap = min(self.shortest_gap, other.shortest_gap)


@dataclass(slots=True)
class Fleet:
    """Machines: each has a data folder of its own; the database and the storage are common."""

    database: str
    store: str
    folder: Path
    workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    lives: Counter[int] = field(default_factory=Counter)

    def data_dir(self, number: int) -> Path:
        """Of a machine; number 0 is the operator's."""
        return self.folder / f"machine{number}"

    def environment(self, number: int) -> dict[str, str]:
        """The requests of a machine name it, and which of its lives this is."""
        return {
            **os.environ,
            "DJELI_DATABASE": self.database,
            "DJELI_STORE": self.store,
            "DJELI_OPERATOR": f"machine {number}.{self.lives[number]}",
        }

    def start(self, number: int, *arguments: str) -> None:
        """A worker."""
        self.lives[number] += 1
        command = [
            sys.executable, "-m", "crawler", "worker", "--data-dir", str(self.data_dir(number)),
            "--dead-after", str(DEAD_AFTER), "--slice", str(SLICE), "--jobs", "1", *arguments,
        ]  # fmt: skip
        self.folder.mkdir(exist_ok=True)
        with (self.folder / f"machine{number}.log").open("ab") as log:
            self.workers[number] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(number), stdout=log, stderr=log
            )

    def kill(self, number: int) -> int:
        """SIGKILL to the worker alone; how many of its processes are alive five seconds later."""
        worker = self.workers.pop(number)
        family = _descendants(worker.pid)
        worker.kill()
        worker.wait()
        until = time.monotonic() + 5
        while (left := _living(family)) and time.monotonic() < until:
            time.sleep(0.02)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        return len(left)

    def stop(self) -> None:
        """All of them, in order."""
        for worker in self.workers.values():
            worker.terminate()
        for worker in self.workers.values():
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        self.workers.clear()

    def djeli(self, *arguments: str) -> str:
        """An operator's command."""
        command = [sys.executable, "-m", "crawler", *arguments, "--data-dir", str(self.data_dir(0))]
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment(0), capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {ran.stderr}")
        return ran.stdout

    def is_idle(self, sites: int) -> bool:
        """Whether all sites were crawled to the end and none is due."""
        told = json.loads(self.djeli("cluster", "status", "--json"))
        busy = told["doing"] or told["jobs"].get("todo", 0)
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        rested = [s for s in told["sites"] if s["due"] > now and s["summary"] is not None]
        return not busy and len(rested) == sites

    def wait(self, sites: int) -> bool:
        """Until they are idle; False if they never were."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.is_idle(sites):
                return True
            time.sleep(0.5)
        return False


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _descendants(pid: int) -> list[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        if found := _stat(int(path.name)):
            parents[int(path.name)] = int(found[1])
    family = [pid]
    for one in family:
        family += [child for child, parent in parents.items() if parent == one]
    return family[1:]


def _living(pids: Sequence[int]) -> list[int]:
    return [pid for pid in pids if (found := _stat(pid)) and found[0] != "Z"]


@contextmanager
def serving_sites(plan: Plan, fleet: Fleet) -> Iterator[list[TreeSite]]:
    """Each on a loopback address of its own, with a site file in the operator's folder."""
    with ExitStack() as stack:
        sites = []
        for number in range(plan.sites):
            site = TreeSite(plan.articles, delay=0.002, host=f"127.0.77.{number + 1}")
            stack.enter_context(serving(site))
            site.write_site_file(fleet.data_dir(0), f"tree{number}", plan.delay)
            sites.append(site)
        yield sites


def play(fleet: Fleet, plan: Plan, chance: random.Random) -> Tally:
    """One round, judged."""
    tally = Tally(rounds=1)
    with serving_sites(plan, fleet) as sites:
        names = [f"tree{number}" for number in range(plan.sites)]
        fleet.djeli("cluster", "init", *names)
        for number in range(1, WORKERS + 1):
            fleet.start(number)
        try:
            tally.outlived += _kill_one(fleet, sites, plan, chance)
            tally.kills += 1
            tally.unfinished += not fleet.wait(plan.sites)
            tally.left_behind += sum(len(_runs(fleet, n)) for n in range(1, WORKERS + 1))
            for number in range(1, WORKERS + 1):
                if number not in fleet.workers:
                    fleet.start(number)  # sends what its last life left
            _wait_for_empty(fleet)
            fleet.djeli("cluster", "defer", *names)  # takes it up
            tally.unfinished += not fleet.wait(plan.sites)
        finally:
            fleet.stop()
        tally.add(judge(fleet, sites, plan))
    return tally


def _kill_one(fleet: Fleet, sites: Sequence[TreeSite], plan: Plan, chance: random.Random) -> int:
    """Of the three whoever is chosen, at some moment; how many of its children outlived it."""
    until = time.monotonic() + PATIENCE
    while not any(site.hits for site in sites) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(chance.uniform(*plan.life))
    busy = [number for number in fleet.workers if _runs(fleet, number)]
    return fleet.kill(chance.choice(busy or list(fleet.workers)))


def _runs(fleet: Fleet, number: int) -> list[Path]:
    return list((fleet.data_dir(number) / "work").glob("*"))


def _wait_for_empty(fleet: Fleet) -> None:
    until = time.monotonic() + PATIENCE
    while any(_runs(fleet, n) for n in range(1, WORKERS + 1)) and time.monotonic() < until:
        time.sleep(0.1)


def judge(fleet: Fleet, sites: Sequence[TreeSite], plan: Plan) -> Tally:
    """What lies in the storage, and what the servers saw."""
    tally = Tally()
    fetched = Counter(
        record.url or ""
        for place in storage.matching(storage.joined(fleet.store, "warc", "*.warc.gz"))
        for record in _records(place, fleet.folder)
        if record.type == "response"
    )
    articles = Counter(
        json.loads(line)["url"]
        for place in storage.matching(storage.joined(fleet.store, "articles", "*.jsonl"))
        for line in _lines(place)
    )
    for number, site in enumerate(sites):
        tally.pages += len(site.urls)
        tally.articles += len(site.article_urls)
        tally.pages_lost += len(site.urls - fetched.keys())
        tally.articles_lost += len(site.article_urls - articles.keys())
        gaps = _gaps(site)
        tally.gaps_too_short += sum(gap < plan.delay for gap in gaps)
        tally.shortest_gap = min(tally.shortest_gap, *gaps)
        tally.overlaps += site.overlaps
        tally.not_taken_up += len(
            storage.names_in(storage.joined(fleet.store, "incoming", f"tree{number}"))
        )
    tally.fetched_again = sum(fetched.values()) - len(fetched)
    tally.articles_twice = sum(articles.values()) - len(articles)
    return tally


def _records(place: str, folder: Path) -> Iterator[Record]:
    path = folder / "judged.warc.gz"
    storage.get(place, path)
    for found in read_records(path):
        if not isinstance(found, Record):
            raise TypeError(f"{place}: {found.reason}")
        yield found


def _lines(place: str) -> list[str]:
    with storage.opened(place) as file:
        return file.read().decode().splitlines()


def _gaps(site: TreeSite) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(site.hits)]


@contextmanager
def storages(*, remote: bool) -> Iterator[str | None]:
    """None for a folder in each round; or a bucket for all of them."""
    if not remote:
        yield None
        return
    with object_store() as environment:
        os.environ.update(environment)
        yield f"s3://{BUCKET}"


def campaign(rounds: int, plan: Plan, *, seed: int, remote: bool) -> Tally:
    """Round after round, each with a fresh database and storage."""
    total, chance = Tally(), random.Random(seed)
    with postgres() as server, storages(remote=remote) as bucket:
        for number in range(rounds):
            with tempfile.TemporaryDirectory() as made, database(server) as url:
                folder = Path(made)
                store = f"{bucket}/round{number}" if bucket else str(folder / "store")
                tally = play(Fleet(url, store, folder), plan, chance)
                total.add(tally)
                if tally.faults:
                    sys.stderr.write(f"round {number + 1}: {tally}\n")
                    for log in sorted(folder.glob("*.log")):
                        sys.stderr.write(f"--- {log.name}\n{log.read_text()}\n")
            sys.stderr.write(f"{number + 1} of {rounds} rounds\n")
    return total


def main() -> int:
    """The campaign and its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--s3", action="store_true", help="a bucket instead of a folder")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally = campaign(options.rounds, Plan(), seed=options.seed, remote=options.s3)
    names = [one.name for one in fields(Tally)]
    rows = [[name.replace("_", " "), f"{getattr(tally, name):.4g}"] for name in names]
    sys.stdout.write(table(["three workers, one killed", "number"], rows) + "\n")
    return int(tally.faults > 0)


if __name__ == "__main__":
    sys.exit(main())
