"""Contestants side by side: in turns, each over the same pages, each asked afterwards what it has delivered."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.speed.contestants import Contestant, Place, fresh
from bench.speed.delivered import Digests, ShortError, check_archive, check_articles, digest
from bench.speed.pages import made_pages
from bench.speed.run import Cost, measured
from judges.install import JudgeError, say

ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class Server:
    """The site in its process."""

    process: subprocess.Popen[str]
    root: str

    def counts(self) -> dict[str, Any]:
        """What it was asked for since the last time, and when the first page was."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def serving(pages: int) -> Iterator[Server]:
    """The site, until the block ends."""
    command = [sys.executable, "-m", "bench.speed.server", str(pages)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        port = json.loads(process.stdout.readline())["port"]
        try:
            yield Server(process, f"http://127.0.0.1:{port}")
        finally:
            process.kill()


@dataclass(slots=True)
class Entry:
    """One contestant's runs; ``error`` is why there are none."""

    contestant: Contestant
    runs: list[Run] = field(default_factory=list)
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One of them: ``start`` is how long it took to the first request for a page."""

    seconds: float
    cpu: float
    reactor: float
    start: float
    peak: float
    peak_child: float


def race(contestants: Sequence[Contestant], pages: int, rounds: int) -> list[Entry]:
    """So many runs of each over so many pages; one that fails is out."""
    entries = [Entry(contestant) for contestant in contestants]
    with serving(pages) as server, tempfile.TemporaryDirectory(prefix="speed-") as folder:
        urls = Path(folder) / "urls.txt"
        wanted: Digests = {}
        for page in made_pages(pages, server.root):
            wanted[page.path] = digest(page.head + page.body)
        urls.write_text("\n".join(server.root + path for path in wanted) + "\n")
        for turn in range(rounds):
            first = turn % len(entries)
            for entry in (*entries[first:], *entries[:first]):
                if entry.error is None:
                    place = Place(server.root, urls, fresh(Path(folder) / "run"))
                    _run(entry, place, server, wanted)
    return entries


def _run(entry: Entry, place: Place, server: Server, wanted: Digests) -> None:
    contestant = entry.contestant
    try:
        commands = contestant.commands(place, contestant.python())
        costs = [_cost(command, place, contestant.cores) for command in commands]
        asked = server.counts()
        if asked.get("gzip", 0) + asked.get("plain", 0) < len(wanted):
            raise ShortError(f"asked for {asked} of {len(wanted)} pages")
        if contestant.archives:
            check_archive(place.folder, place.root, wanted)
        if contestant.extracts:
            check_articles(place.folder, len(wanted))
    except (JudgeError, ShortError) as e:
        entry.error = " ".join(str(e).split())
        say(f"{contestant.name}: {entry.error}")
        return
    run = Run(
        seconds=sum(cost.seconds for cost in costs),
        cpu=sum(cost.cpu for cost in costs),
        reactor=costs[0].reactor,
        start=asked["first"] - costs[0].began,
        peak=max(cost.peak for cost in costs),
        peak_child=max(cost.peak_child for cost in costs),
    )
    per = 1000 / len(wanted)
    say(
        f"{contestant.name}: {len(wanted) / run.seconds:.0f} pages/s, {run.cpu * per:.2f} s CPU/1,000"
    )
    entry.runs.append(run)


def _cost(command: Sequence[str], place: Place, cores: int | None) -> Cost:
    """Of one command; one that fails has lost."""
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    pinned = ["taskset", "-c", ",".join(map(str, allowed)), *command] if cores else command
    cost = measured(pinned, place.folder, {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"})
    if cost.status:
        words = cost.said.strip().splitlines()[-1:] or ["it said nothing"]
        raise ShortError(f"exit status {cost.status}: {words[0][:300]}")
    return cost


def median(values: Sequence[float]) -> float:
    """Of the runs."""
    return statistics.median(values)
