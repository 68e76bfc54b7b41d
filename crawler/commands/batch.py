"""A large extraction as tasks: learn from every portion, read every portion, join what belongs together, write.

The articles are those of ``djeli extract`` in one process, byte for byte and in its order: what was learned is put
together in the order of the portions, and one pass over the addresses of all pages decides what is joined.  What
a task came to is kept beside the output with a key of all that it was made of; a run that goes on, or a later
one with further files, does the tasks whose keys are not there.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO, TypeVar

from archive import storage
from archive.article import Article
from archive.errors import ArchiveError
from crawler.commands.beat import ELSEWHERE, ON_TERMINAL
from crawler.commands.engines import Engine, Here, on_dask
from crawler.commands.extracting import Tally, counted, new_joiner
from crawler.commands.joining import Joiner, Piece
from crawler.commands.portions import Portion, found_at, portions_of
from crawler.commands.portionwork import (
    Learnt,
    Lesson,
    Pages,
    Publishing,
    Ref,
    heads_of,
    lore,
    pages_in,
)
from crawler.commands.tasks import WORK, Context, Done, Task, put_bytes, version
from crawler.commands.teaching import archive_of
from crawler.learned import FILE, States
from spiders.site import sites_in

LISTED = "run.json"  # which files of articles are of which WARC file, in their order

T = TypeVar("T", bound=Task)
P = TypeVar("P", Lesson, Pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is read, with what, by whom, and where the articles go: ``out``, or else one stream.

    ``portion`` is how many bytes of a file one task reads; ``scheduler`` is the address of a Dask cluster.
    """

    places: Sequence[Path | str]
    data_dir: Path
    relearn: bool = False
    sites_only: bool = False
    dask: bool = False
    scheduler: str | None = None
    out: str | None = None
    portion: int = 256 << 20


def extract_in_tasks(order: Order, tally: Tally, output: TextIO) -> None:
    """Read all; the articles go to ``output`` if the order names no other place."""
    sites = dict(sites_in(order.data_dir))
    context = Context(version=version(), sites=sites, sites_only=order.sites_only, out=order.out)
    progress = _Progress()
    with _engine(order, progress) as engine:
        run = _Run(engine, context, tally, progress)
        pages = _read(order, run)
        if order.out is None:
            output.writelines(f"{article.to_json()}\n" for article in _joined(pages, run))
        else:
            _write(pages, run)


@contextmanager
def _engine(order: Order, progress: _Progress) -> Iterator[Engine]:
    if not order.dask:
        yield Here(progress.tick)
        return
    with on_dask(order.scheduler, progress.tick) as engine:
        yield engine


class _Progress:
    """A word now and then on stderr."""

    def __init__(self) -> None:
        self._every = ON_TERMINAL if sys.stderr.isatty() else ELSEWHERE
        self._last = self._began = time.monotonic()
        self._work, self._done, self._total = "", 0, 0

    def begin(self, work: str, total: int) -> None:
        """Another kind of work, on so many portions."""
        self._work, self._done, self._total = work, 0, total
        self._began = time.monotonic()

    def tick(self, task: Task) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        if now - self._last < self._every or not self._done:
            return
        self._last = now
        left = (now - self._began) / self._done * max(0, self._total - self._done)
        sys.stderr.write(
            f"{self._work}: {self._done} of {self._total} portions, about {left / 60:.0f} min left\n"
        )


@dataclass(slots=True)
class _Run:
    """Does tasks that have not been done before."""

    engine: Engine
    context: Context
    tally: Tally
    progress: _Progress
    _known: frozenset[str] | None = field(default=None)

    def do(self, tasks: Iterable[T]) -> Iterator[tuple[T, Done | None]]:
        """Each with what it came to, in their order; None for one that failed, which is told."""
        order: deque[tuple[T, Done | None]] = deque()

        def undone() -> Iterator[T]:
            for task in tasks:
                done = self._done_before(task)
                order.append((task, done))
                if done is None:
                    yield task

        for task, outcome in self.engine.map(undone(), self.context):
            while order[0][0] is not task:
                yield order.popleft()
            order.popleft()
            yield task, self._told(outcome)
        yield from order

    def again(self, task: T) -> Done | None:
        """What a task comes to when it is done now."""
        ((_, outcome),) = self.engine.map([task], self.context)
        return self._told(outcome)

    def data(self, done: Done, name: str) -> bytes:
        """A result, wherever it is."""
        if self.context.out is None:
            return done.files[name]
        with storage.opened(storage.joined(self.context.out, name)) as file:
            return file.read()

    def _told(self, outcome: Done | ArchiveError) -> Done | None:
        if isinstance(outcome, Done):
            return outcome
        self.tally.complain(str(outcome))
        return None

    def _done_before(self, task: Task) -> Done | None:
        out = self.context.out
        if out is None:
            return None
        work = storage.joined(out, WORK)
        if self._known is None:
            self._known = frozenset(storage.names_in(work))
        if f"{task.name}.json" not in self._known:
            return None
        with storage.opened(storage.joined(work, f"{task.name}.json")) as file:
            done = Done.from_json(file.read().decode())
        return done if done.key == task.key(self.context) else None


def _read(order: Order, run: _Run) -> Iterator[tuple[Pages, Done]]:
    """The pages of all portions, in their order."""
    files = list(found_at(order.places))
    homes = {
        file.place: _home(place, order) for file, place in zip(files, order.places, strict=True)
    }
    portions = list(portions_of(files, order.portion))
    strangers = [portion for portion in portions if homes[portion.place] is None]
    with ExitStack() as opened:
        school = _School(run, opened)
        begun = school.learn(strangers)
        run.progress.begin("reading", len(portions))
        tasks = _tasks(portions, homes, begun, school)
        for task, done in _chained(tasks, run):
            if done is None:
                continue
            for fault in done.faults:
                run.tally.complain(fault)
            run.tally.kinds.update(done.kinds)
            yield task, done


def _home(place: Path | str, order: Order) -> Path | None:
    """Who knows how a file was read; workers of other machines do not see what this one knows of a URL."""
    if order.relearn or (order.scheduler and isinstance(place, str)):
        return None
    return archive_of(place, order.data_dir)


def _tasks(
    portions: Iterable[Portion],
    homes: Mapping[str, Path | None],
    begun: Mapping[str, int | None],
    school: _School,
) -> Iterator[Pages]:
    for portion in portions:
        if home := homes[portion.place]:
            yield Pages(portion, home)
        elif portion.name not in begun:
            yield Pages(portion, school.lore(portion))
        elif (start := begun[portion.name]) is not None or portion.is_first:
            yield Pages(replace(portion, start=start), school.lore(portion))


def _chained(tasks: Iterable[P], run: _Run) -> Iterator[tuple[P, Done | None]]:
    """Each portion begins where the one before it met the first record that is not its own.

    A portion looks for its first record by itself, and a record may hold what looks like one: then it is
    read again from where it begins.
    """
    expected: dict[str, int | None] = {}
    for task, done in run.do(tasks):
        portion = task.portion
        if portion.place in expected and not portion.is_first:
            offset = expected[portion.place]
            if offset is None or not portion.has(offset):
                continue
            if done and done.began != offset:
                done = run.again(replace(task, portion=replace(portion, start=offset)))
        if done:
            expected[portion.place] = done.next
        else:
            expected.pop(portion.place, None)
        yield task, done


class _School:
    """What all portions of other people's files teach of each host."""

    def __init__(self, run: _Run, opened: ExitStack) -> None:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="djeli-"))
        self._states = States(Path(folder) / FILE)
        opened.callback(self._states.close)
        self._run = run
        self._reserved: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, dict[str, str | None]] = {}
        self._texts: dict[str, str | None] = {}

    def learn(self, portions: Sequence[Portion]) -> dict[str, int | None]:
        """Where each portion begins that could be learned from."""
        begun: dict[str, int | None] = {portion.name: None for portion in portions}
        if portions:
            self._run.progress.begin("learning what recurs", len(portions))
        for task, done in _chained(map(Lesson, portions), self._run):
            if done is None:
                del begun[task.portion.name]
                continue
            begun[task.portion.name] = done.began
            learnt = Learnt.of(self._run.data(done, f"{WORK}/{task.name}.gz"))
            self._states.keep(learnt.pages)
            self._reserved.update(learnt.reserved)
            self._places[task.portion.name] = learnt.places
        return begun

    def lore(self, portion: Portion) -> bytes:
        """What is known of the hosts of a portion."""
        places = self._places.get(portion.name, {})
        hosts = {host for host in places.values() if host}
        states = {host: text for host in sorted(hosts) if (text := self._text(host))}
        return lore(states, {p: self._reserved[p] for p in places if p in self._reserved})

    def _text(self, host: str) -> str | None:
        if host not in self._texts:
            learned = self._states.relearned(host)
            self._texts[host] = learned.to_json() if learned else None
        return self._texts[host]


def _joined(pages: Iterable[tuple[Pages, Done]], run: _Run) -> Iterator[Article]:
    """The articles in the order of their records."""
    joiner = new_joiner(run.context.sites)
    for task, done in pages:
        lines = pages_in(run.data(done, f"{WORK}/{task.name}.gz"))
        for line, piece in zip(lines, _heads(task, done, run), strict=True):
            whole = Piece(Article.from_json(line), piece.continued, piece.version)
            yield from counted(joiner.take(whole), run.tally)
    yield from counted(joiner.rest(), run.tally)


def _heads(task: Pages, done: Done, run: _Run) -> Iterator[Piece[Ref]]:
    return heads_of(task.portion.name, run.data(done, f"{WORK}/{task.name}.heads.gz"))


def _write(pages: Iterable[tuple[Pages, Done]], run: _Run) -> None:
    """A file of articles for each portion."""
    read = list(pages)
    run.progress.begin("writing", len(read))
    listed = []
    sources = {task.portion.name: task.place for task, _ in read}
    for task, done in run.do(_publishings(read, run)):
        if done:
            run.tally.articles += done.articles
            source = sources[task.portion]
            listed.append({"file": task.place, "articles": done.articles, "source": source})
    _list(listed, frozenset(sources.values()), run.context.out or "")


def _publishings(read: Sequence[tuple[Pages, Done]], run: _Run) -> Iterator[Publishing]:
    joiner: Joiner[Ref] = Joiner(_one)
    keys = {task.portion.name: done.key for task, done in read}
    for number, (task, done) in enumerate(read, start=1):
        name = task.portion.name
        refs = [ref for piece in _heads(task, done, run) for ref in joiner.take(piece)]
        if number == len(read):
            refs += joiner.rest()
        made_of = sorted({name, *(portion for ref in refs for portion, _ in ref.lines)})
        own = [(((name, line),), None) for line in range(done.articles)]
        is_all = [(ref.lines, ref.missing) for ref in refs] == own
        yield Publishing(name, None if is_all else tuple(refs), tuple(keys[n] for n in made_of))


def _one(parts: list[Ref], missing: str | None) -> Ref:
    lines = tuple(line for part in parts for line in part.lines)
    return replace(parts[0], lines=lines, missing=missing)


def _list(listed: list[dict[str, object]], sources: frozenset[str], out: str) -> None:
    """Note which files there are; of what was written of these sources before nothing else stays."""
    place, kept = storage.joined(out, LISTED), []
    written = {entry["file"] for entry in listed}
    if storage.exists(place):
        with storage.opened(place) as file:
            before = json.loads(file.read())["files"]
        kept = [entry for entry in before if entry["source"] not in sources]
        for entry in before:
            if entry["source"] in sources and entry["file"] not in written:
                storage.remove(storage.joined(out, entry["file"]))
    put_bytes(json.dumps({"files": kept + listed}, indent=1).encode(), place)
