"""From a worker's disk to the storage, so that a kill at any moment loses no page and doubles no article.

1. A run has a folder of its own under ``work/``, locked while its worker lives.
2. WARC files, CDXJ and what was learned go to the storage; a capture needs nobody's leave.
3. The articles go to ``incoming/<site>/<run>.jsonl``: they are there, and not yet counted.
4. The state is returned, with the name of the run in it.  That one write is the commit.
5. The articles move to ``articles/``; what was taken up is removed, then what lies here.

Whoever has the site next finishes step 5 if it was cut short.  What a dead worker left on its disk it
sends at its next start: its records as they are, its articles to ``incoming/``.  The site's next
crawl takes up what lies there: an article whose page the returned state holds is there already, any
other is new, and its page is noted as held.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive import articles, keep, storage
from archive.article import Article
from archive.cdxj import Line, read_lines
from archive.errors import ArchiveError
from archive.folders import make_folder
from archive.linesort import sorted_lines
from crawler.cluster.leftover import take_up
from crawler.cluster.travel import ledger_to_write, pack, prepare, tables_of, unpack
from crawler.journal import is_held
from crawler.learned import FILE

_TOLD = "run.json"
_RETURNED = "returned.sqlite"
_PATIENCE = 10.0  # seconds for the crawl of a dead worker to end; it is killed with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A machine's data folder, and the storage that it shares with the others."""

    data_dir: Path
    store: str
    keep_local: bool = False

    @property
    def work(self) -> Path:
        """Where the runs are."""
        return self.data_dir / "work"

    def place(self, *names: str) -> str:
        """In the storage."""
        return storage.joined(self.store, *names)


@dataclass(frozen=True, slots=True)
class Run:
    """One job's crawl of one site; its folder is a data folder."""

    name: str
    site: str
    folder: Path

    @property
    def journal(self) -> Path:
        """The site's state while it is here."""
        return self.folder / "state" / f"{self.site}.sqlite"

    def warcs(self) -> list[Path]:
        """The closed files of this run; links are records that came along."""
        found = sorted((self.folder / "warc").glob("*.warc.gz"))
        return [path for path in found if not path.is_symlink()]


@contextmanager
def beginning(desk: Desk, site: str, machine: str) -> Iterator[Run]:
    """A folder for the run, with the site's state as it was last returned; it stays unless handed in."""
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
    name = f"{stamp}-{site}-{machine}"
    run = Run(name, site, desk.work / name)
    make_folder(run.folder / "state")
    with (run.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (run.folder / _TOLD).write_text(json.dumps({"site": site}))
        (run.folder / "sites").symlink_to((desk.data_dir / "sites").resolve())
        prepare(run.folder)
        if storage.get(desk.place("state", f"{site}.sqlite"), run.journal):
            unpack(run.folder, site)
        yield run


def take_in(desk: Desk, run: Run) -> list[str]:
    """Finish what the site's last run began, and take up what dead ones left; the places taken from."""
    incoming = desk.place("incoming", run.site)
    waiting = storage.names_in(incoming)
    last = handed_in(run.journal)
    taken = []
    for name in waiting:
        place = storage.joined(incoming, name)
        if name == f"{last}.jsonl":
            _publish(desk, place)
        else:
            aside = run.folder / "leftover.jsonl"
            storage.get(place, aside)
            take_up(run.folder, run.journal, aside)
            taken.append(place)
    return taken


def handed_in(journal: Path) -> str | None:
    """The last run whose articles count."""
    if not journal.exists():
        return None
    with closing(sqlite3.connect(journal)) as database:
        row = database.execute("SELECT value FROM note WHERE name = 'handed_in'").fetchone()
    return str(row[0]) if row else None


def hand_in(desk: Desk, run: Run, taken: Iterable[str], is_ours: Callable[[], bool]) -> None:
    """All that the run brought; when this returns it counts, and lies here no more.

    A worker that has lost its lease returns no state: another may have the site.
    """
    _send_captures(desk, run)
    incoming = desk.place("incoming", run.site, f"{run.name}.jsonl")
    has_articles = _send_lines(_own_lines(run), run.folder / "articles.jsonl", incoming)
    with ledger_to_write(run.journal) as (_, ledger):
        ledger.write_note("handed_in", run.name)
    returned = run.folder / _RETURNED
    pack(run.folder, run.site, returned)
    if not is_ours():
        raise ArchiveError(f"{run.site}: its host is no longer held; the state is not returned")
    storage.put(returned, desk.place("state", f"{run.site}.sqlite"))
    if has_articles:
        _publish(desk, incoming)
    for place in taken:
        storage.remove(place)
    _drop(desk, run)


def recover(desk: Desk) -> list[str]:
    """Send what the dead runs of this machine left; the names of their sites."""
    sites = []
    for folder in sorted(desk.work.glob("*")):
        with (folder / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # its worker lives
                continue
            sites += _recover(desk, folder)
    return sites


def _recover(desk: Desk, folder: Path) -> list[str]:
    told = folder / _TOLD
    if (
        not told.exists() or not (folder / "warc").is_dir()
    ):  # killed before it had asked for anything
        shutil.rmtree(folder, ignore_errors=True)
        return []
    try:
        site = str(json.loads(told.read_text())["site"])
    except (ValueError, KeyError):
        shutil.rmtree(folder, ignore_errors=True)
        return []
    run = Run(folder.name, site, folder)
    send_leftover(desk, run)
    return [site]


def send_leftover(desk: Desk, run: Run) -> None:
    """Of a run that has ended without being handed in: its records, and articles for the next to judge."""
    until = time.monotonic() + _PATIENCE
    while is_held(run.journal) and time.monotonic() < until:
        time.sleep(0.1)
    keep.release(keep.open_archive(run.folder, {}))  # cuts and closes what was being written
    _send_captures(desk, run)
    articles.release(articles.open_articles(run.folder))  # cuts a line that was being written
    incoming = desk.place("incoming", run.site, f"{run.name}.recovered.jsonl")
    _send_lines(_all_lines(run), run.folder / "recovered.jsonl", incoming)
    _drop(desk, run)


def _send_captures(desk: Desk, run: Run) -> None:
    for path in run.warcs():
        storage.put_once(path, desk.place("warc", path.name))
        name = path.name.removesuffix(".warc.gz") + ".cdxj"
        cdxj = run.folder / name
        lines = (str(line) for line in read_lines(path) if isinstance(line, Line))
        cdxj.write_text("".join(f"{line}\n" for line in sorted_lines(lines)), encoding="utf-8")
        storage.put(cdxj, desk.place("cdxj", name))
    learned = run.folder / "learned-in-this-run.sqlite"
    if _uses(run.folder / FILE, learned):
        storage.put(learned, desk.place("learned", f"{run.name}.sqlite"))


def _uses(source: Path, out: Path) -> bool:
    """With what each record was read, and the states; False if nothing was read."""
    if not source.exists():
        return False
    out.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, isolation_level=None)) as database:
        if not database.execute("SELECT 1 FROM used LIMIT 1").fetchone():
            return False
        database.execute("VACUUM INTO ?", (str(out),))
    with closing(sqlite3.connect(out, isolation_level=None)) as database:
        for table in tables_of(database):
            if table not in ("used", "state"):
                database.execute(f'DELETE FROM "{table}"')
        database.execute("VACUUM")
    return True


def _own_lines(run: Run) -> Iterator[str]:
    for path in sorted((run.folder / "articles").glob("*.jsonl")):
        with path.open(encoding="utf-8", newline="\n") as lines:
            yield from lines


def _all_lines(run: Run) -> Iterator[str]:
    """The articles that were made, then those of pages that were archived and not yet read."""
    met = set()
    for line in _own_lines(run):
        met.add(Article.from_json(line).id)
        yield line
    for line in _extracted(run):
        if Article.from_json(line).id not in met:
            yield line


def _extracted(run: Run) -> Iterator[str]:
    """By the command, with what the run had learned."""
    warcs = [str(path) for path in run.warcs()]
    if not warcs:
        return
    command = [sys.executable, "-m", "crawler", "extract", *warcs, "--data-dir", str(run.folder)]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if ran.returncode not in (0, 1):
        raise ArchiveError(f"{run.folder}: djeli extract ended with {ran.returncode}: {ran.stderr}")
    yield from ran.stdout.splitlines(keepends=True)


def _send_lines(lines: Iterable[str], aside: Path, place: str) -> bool:
    with aside.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(lines)
    if not aside.stat().st_size:
        return False
    storage.put(aside, place)
    return True


def _publish(desk: Desk, incoming: str) -> None:
    """Articles that count, where everybody reads them."""
    target = desk.place("articles", storage.name_of(incoming))
    if storage.exists(target):  # cut short between copy and removal
        storage.remove(incoming)
    else:
        storage.move(incoming, target)


def _drop(desk: Desk, run: Run) -> None:
    if desk.keep_local:
        for path in run.warcs():
            _keep(path, desk.data_dir / "warc" / path.name)
        for name in ("articles.jsonl", "recovered.jsonl"):
            path = run.folder / name
            if path.exists() and path.stat().st_size:
                _keep(path, desk.data_dir / "articles" / f"{run.name}.jsonl")
    shutil.rmtree(run.folder)


def _keep(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
