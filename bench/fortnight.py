"""A fortnight of scheduled crawls in minutes: was anything lost or fetched twice, and what did it cost?

``python -m bench.fortnight`` lets ``djeli crawl --due`` tick over a made-up world of outlets that
publish, move, fail and correct themselves, under a clock that leaps from tick to tick and twice is
wrong.  It prints a table; its exit status is 1 if a promise of docs/scheduling.md was broken.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bench import worldjudge
from bench.travel import Traveller, travelling
from bench.world import BEGIN, Outlet, outlets
from bench.worldserver import Hit, World, serving
from crawler.commands.table import table
from crawler.journal import Journal
from crawler.ledger import ledger_of

DRAIN = timedelta(hours=12)  # after the last publication
SILENCE = timedelta(days=9)  # then the last looks for corrections are over
MOST_REQUESTS = 1.05  # of an idle run, a source
MOST_BYTES = 200  # of state, a URL
MOST_GROWTH = 1.25  # of a tick's memory, from the first days to the last
_WRONG = ("lost", "never seen", "given up too early", "correction missed", "twice", "no article")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One call of ``djeli crawl --due``: when in the world, and its peak memory."""

    at: datetime
    megabytes: float


@dataclass(frozen=True, slots=True)
class Promise:
    """What was measured against what is promised; ``faults`` are the breaches."""

    name: str
    measured: str
    is_kept: bool = field(kw_only=True)
    faults: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Fortnight:
    """A simulation: its world, its data folder, and the ticks so far."""

    world: World
    traveller: Traveller
    data_dir: Path
    days: float
    every: timedelta

    def __post_init__(self) -> None:
        """Nothing has happened."""
        self.ticks: list[Tick] = []
        self.joined: list[Outlet] = []
        span = timedelta(days=self.days)
        self.jumps = {  # the clock of a tick is wrong
            self._on_grid(BEGIN + 0.35 * span): timedelta(hours=-1),
            self._on_grid(BEGIN + 0.65 * span): timedelta(days=2),
        }

    @property
    def end(self) -> datetime:
        """Of the ticks; nothing has been published for half a day."""
        return BEGIN + timedelta(days=self.days) + DRAIN

    def run(self) -> None:
        """All ticks at which a site is due, or has a wrong clock's idea of when."""
        now, began = BEGIN, time.monotonic()
        while now <= self.end:
            if self._join(now) or now in self.jumps or self._is_any_due(now):
                self.tick(now)
            following = now + self.every
            if following.date() != now.date():
                took = time.monotonic() - began
                sys.stderr.write(f"{now.date()}: {self._progress()}, {took:.0f} s\n")
            now = following

    def tick(self, now: datetime) -> None:
        """Crawl what is due, in a process of its own."""
        self.world.at(now)
        clock = now + self.jumps.get(now, timedelta())
        names = [outlet.id for outlet in self.joined]
        told = self.traveller.djeli(clock, "crawl", "--due", *names, "--data-dir", self.data_dir)
        if told.status not in (0, 1):
            raise RuntimeError((self.data_dir / "err.txt").read_text())
        self.ticks.append(Tick(at=now, megabytes=told.megabytes))

    def coverage(self, now: datetime) -> list[dict[str, str]]:
        """What ``djeli coverage --csv`` says."""
        self.traveller.djeli(now, "coverage", "--csv", "--data-dir", self.data_dir)
        return list(csv.DictReader((self.data_dir / "out.txt").read_text().splitlines()))

    def hits_of(self, now: datetime) -> list[Hit]:
        """What a tick asked for."""
        return [hit for hit in self.world.hits if hit.at == now]

    def _on_grid(self, moment: datetime) -> datetime:
        return BEGIN + self.every * ((moment - BEGIN) // self.every)

    def _progress(self) -> str:
        hits = self.world.hits
        return (
            f"{len(self.ticks)} ticks, {len(hits)} requests, {len(self.world.named)} stories seen"
        )

    def _join(self, now: datetime) -> bool:
        """Write the files of the outlets whose day has come."""
        new = [o for o in self.world.outlets if o.joins <= now and o not in self.joined]
        for outlet in new:
            write_site_file(outlet, self.world.base(outlet), self.data_dir / "sites")
        self.joined += new
        return bool(new)

    def _is_any_due(self, now: datetime) -> bool:
        return any(self._is_due(outlet, now) for outlet in self.joined)

    def _is_due(self, outlet: Outlet, now: datetime) -> bool:
        with ledger_of(self.data_dir / "state" / f"{outlet.id}.sqlite") as ledger:
            due = ledger.next_due
        return due is None or not now < due < now + worldjudge.REACH


def write_site_file(outlet: Outlet, base: str, folder: Path) -> None:
    """As an operator would."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'name = "{outlet.id}"', f'url = "{base}/"', 'country = "ML"', 'languages = ["fr"]']
    lines += ["delay = 0", "requisites = false"]
    if "feed" in outlet.sources:
        lines.append(f'feeds = ["{base}/feed.xml"]')
    if "posts" in outlet.sources:
        lines.append("wordpress = true")
    files = {"sitemap": "sitemap.xml", "news": "sitemap-news.xml"}
    if sitemaps := [f'"{base}/{files[name]}"' for name in outlet.sources if name in files]:
        lines.append(f"sitemaps = [{', '.join(sitemaps)}]")
    (folder / f"{outlet.id}.toml").write_text("\n".join(lines) + "\n")


def main() -> int:
    """Simulate, print the promises, and tell whether all were kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.fortnight", description=__doc__)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--days", type=float, default=14)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=60, help="minutes between two ticks")
    parser.add_argument("--keep", type=Path, help="a new folder for the archive, to look into")
    options = parser.parse_args()
    made = outlets(range(options.sites), options.days, options.seed)
    every = timedelta(minutes=options.every)
    with (
        tempfile.TemporaryDirectory() as folder,
        simulated(made, options.keep or Path(folder), every, options.days) as fortnight,
    ):
        promises = list(promises_of(fortnight))
    rows = [[p.name, p.measured, "yes" if p.is_kept else "NO"] for p in promises]
    sys.stdout.write(table(["what", "measured", "kept"], rows) + "\n")
    for promise in promises:
        for fault in promise.faults[:10]:
            sys.stdout.write(f"{promise.name}: {fault}\n")
    return int(not all(promise.is_kept for promise in promises))


@contextmanager
def simulated(
    made: list[Outlet], data_dir: Path, every: timedelta, days: float
) -> Iterator[Fortnight]:
    """The days have passed; the world goes on until the block ends."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with serving(made) as world, travelling(data_dir) as traveller:
        fortnight = Fortnight(
            world=world, traveller=traveller, data_dir=data_dir, days=days, every=every
        )
        fortnight.run()
        yield fortnight


def promises_of(fortnight: Fortnight) -> Iterator[Promise]:
    """Judge, and see what runs cost that can find nothing."""
    yield coverage_promise(fortnight, fortnight.coverage(fortnight.end))
    yield memory_promise(fortnight)
    yield state_promise(fortnight.data_dir)
    yield from idle_promises(fortnight)
    yield host_promise(fortnight.world)
    yield from article_promises(fortnight)


def article_promises(fortnight: Fortnight) -> Iterator[Promise]:
    """What became of every article of the world; in brackets what is no promise."""
    found = worldjudge.judge(fortnight.world, fortnight.data_dir, fortnight.end)
    for name in _WRONG:
        wrong = tuple(found.wrong[name])
        yield Promise(f"articles: {name}", str(len(wrong)), is_kept=not wrong, faults=wrong)
    for name, count in sorted(found.known.items()):
        yield Promise(f"({name})", str(count), is_kept=True)


def coverage_promise(fortnight: Fortnight, rows: list[dict[str, str]]) -> Promise:
    """`djeli coverage` against the world's own knowledge, for every day that is over."""
    days = [(BEGIN + timedelta(days=n)).date() for n in range(int(fortnight.days))]
    wrong = tuple(worldjudge.wrong_days(fortnight.world, rows, days))
    measured = f"{len(wrong)} of {len(rows)}"
    return Promise("coverage: days told wrongly", measured, is_kept=not wrong, faults=wrong)


def idle_promises(fortnight: Fortnight) -> Iterator[Promise]:
    """After a silence in which the last corrections were looked for, a run that can find nothing."""
    excused = {at for at, jump in fortnight.jumps.items() if jump > timedelta()}
    wrong = tuple(worldjudge.needless(fortnight.world.hits, excused))
    name = "articles: fetched again without reason"
    yield Promise(name, str(len(wrong)), is_kept=not wrong, faults=wrong)
    now = fortnight.end + SILENCE
    for _ in range(2):
        fortnight.tick(now)
        hits, now = fortnight.hits_of(now), now + worldjudge.REACH
    sources = sum(len(outlet.sources) for outlet in fortnight.joined)
    asked = sum(hit.what != "page" for hit in hits) / sources
    moved = sum(hit.status == 301 for hit in hits)
    measured = f"{asked:.3f} of {sources} sources, {moved} of which have moved"
    is_kept = 0.9 < asked <= MOST_REQUESTS or asked == 1 + moved / sources  # of a few sites
    yield Promise("idle run: requests a source", measured, is_kept=is_kept)
    pages = tuple(hit.target for hit in hits if hit.what == "page")
    name = "idle run: pages asked for"
    yield Promise(name, str(len(pages)), is_kept=not pages, faults=pages)


def memory_promise(fortnight: Fortnight) -> Promise:
    """The peak of the last third of the days against that of the first third."""
    third = timedelta(days=fortnight.days / 3)
    first = max(t.megabytes for t in fortnight.ticks if t.at < BEGIN + third)
    last = max(t.megabytes for t in fortnight.ticks if t.at >= fortnight.end - third)
    measured = f"{first:.0f} to {last:.0f}"
    is_kept = last <= first * MOST_GROWTH
    return Promise("memory: MB, first to last days", measured, is_kept=is_kept)


def state_promise(data_dir: Path) -> Promise:
    """Bytes of the ledgers, a URL, with what an empty one has; and of the other indexes."""
    paths = sorted(data_dir.glob("state/*.sqlite"))
    urls = sum(_count(path) for path in paths)
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.sqlite"
        Journal(empty).close("finished")
        least = empty.stat().st_size
    a_url = sum(path.stat().st_size for path in paths) / urls
    others = ", ".join(
        f"{name} {(data_dir / f'{name}.sqlite').stat().st_size / urls:.0f}"
        for name in ("index", "learned", "catalogue")
        if (data_dir / f"{name}.sqlite").exists()
    )
    measured = f"{a_url:.0f}, {least} a site among them ({urls} URLs; {others})"
    return Promise("state: bytes a URL", measured, is_kept=a_url < MOST_BYTES)


def _count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM page").fetchone()[0])


def host_promise(world: World) -> Promise:
    """One request at a time."""
    measured = f"{world.at_once} at once, {1000 * world.gap:.0f} ms apart"
    return Promise("hosts: requests", measured, is_kept=world.at_once == 1)


if __name__ == "__main__":
    sys.exit(main())
