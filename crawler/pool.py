"""Extraction in worker processes: the reactor never waits for it, and no page can hold up a crawl."""

from __future__ import annotations

import asyncio
import atexit
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import forkserver
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.dying import die_with_parent
from crawler.workers import Worker, Workers

if TYPE_CHECKING:
    from concurrent.futures import Future

    from archive.article import Article
    from archive.reader import Record
    from crawler.beside import Beside
    from crawler.fingerprint import Fingerprint
    from crawler.opened import Kept
    from crawler.recurring import Learned
    from crawler.rules import Rules
    from crawler.verdict import Extract, NoArticle, Reading

SECONDS = 30.0  # a page of the 99.9th percentile takes one
PROCESSES = "DJELI_PROCESSES"  # how many read pages, in the environment; else one a core
TASKS_A_WORKER = 2000  # lxml's arenas never shrink: a worker is replaced before that shows

_COLLECT = (20_000, 20, 20)  # new objects; a page makes some hundred thousand and hardly a circle


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failed:
    """The extractor broke on this page; the page is in the archive all the same."""

    reason: str


class ExtractionPool:
    """Pages are read in ``workers`` processes, for an event loop or for plain futures."""

    def __init__(self, workers: int | None = None) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.ready"])
        with _no_interrupts():
            forkserver.ensure_running()
        made = partial(
            ProcessPool,
            max_workers=1,
            max_tasks=TASKS_A_WORKER,
            initializer=_start_worker,
            context=context,
        )
        count = workers or int(os.environ.get(PROCESSES, "0")) or _cores()
        self._workers = Workers(count, made, SECONDS)
        self._opened: dict[
            str | None, Worker
        ] = {}  # by the id of a record that is still to be read

    def submit(
        self, work: Callable[[Record, Rules | None], T], record: Record, rules: Rules | None
    ) -> Future[T]:
        """A future that may raise anything; ``outcome`` makes a value of it."""
        return self._workers.submit(work, (record, rules)).future

    async def fingerprint(self, record: Record) -> Fingerprint | Failed | None:
        """The lines of a page that may be an article; the worker that opened it is remembered."""
        task = self._workers.submit(fingerprint_page, (record, None))
        found = await _ended(task.future)
        if found and task.worker:
            self._opened[record.id] = task.worker
        return found

    async def reading(
        self, record: Record, rules: Rules | None, learned: Learned | None, beside: Beside
    ) -> Reading | Failed:
        """All that a crawl wants to know of a page."""
        work = partial(read_page, learned=learned, beside=beside)
        task = self._workers.submit(work, (record, rules), self._opened.pop(record.id, None))
        return await _ended(task.future)

    def joined(self, parts: Sequence[Article], publisher: str | None) -> Future[Article]:
        """The parts of an article as one."""
        return self._workers.submit(join_parts, (parts, publisher)).future

    def close(self) -> None:
        """End the workers; what they were doing is dropped."""
        self._workers.close()


async def _ended(future: Future[T]) -> T | Failed:
    wrapped = asyncio.wrap_future(future)
    await asyncio.wait([wrapped])
    return outcome(wrapped)


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """A Ctrl-C meant for the crawl must not hit a server that is only starting."""
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)


@cache
def shared_pool() -> ExtractionPool:
    """The pool of this process, made when first asked for and ended with the interpreter."""
    pool = ExtractionPool()
    atexit.register(pool.close)
    return pool


def outcome(future: Future[T] | asyncio.Future[T]) -> T | Failed:
    """What an extraction came to; waits for a plain future, an event loop's must be done.

    Pages are strangers' bytes, and one that breaks the extractor is counted and named with its record,
    never a reason to end a crawl.
    """
    try:
        failure = future.exception()
    except CancelledError as e:
        failure = e
    if failure is None:
        return future.result()
    if isinstance(failure, FutureTimeoutError):
        return Failed(f"extraction took more than {SECONDS:.0f} s")
    if isinstance(failure, ProcessExpired):
        return Failed(f"the extracting process died ({failure})")
    return Failed(f"{type(failure).__name__}: {failure}")


def extract_page(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside | None = None,
) -> Extract:
    """``crawler.reading.extract``, imported where it runs: the parent never waits for trafilatura."""
    from crawler.beside import NOTHING
    from crawler.reading import extract

    return extract(record, rules, learned, beside or NOTHING)


def extract_article(
    record: Record, rules: Rules | None, learned: Learned | None = None
) -> Article | NoArticle:
    """The article of a page alone."""
    return extract_page(record, rules, learned).result


def read_page(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside | None = None,
) -> Reading:
    """``crawler.reading.read``, imported where it runs; of a page that was opened here for its lines, without that."""
    from crawler.beside import NOTHING
    from crawler.reading import read_opened

    return read_opened(_kept().take(record), rules, learned, beside or NOTHING)


def join_parts(parts: Sequence[Article], publisher: str | None) -> Article:
    """``crawler.reading.whole``, imported where it runs."""
    from crawler.reading import whole

    return whole(parts, publisher)


def fingerprint_page(record: Record, rules: Rules | None) -> Fingerprint | None:
    """``crawler.reading.fingerprint``, imported where it runs; it needs no rules."""
    from crawler.opened import Opened
    from crawler.reading import fingerprint_opened

    opened = Opened(record)
    found = fingerprint_opened(opened)
    if found:
        _kept().keep(opened)
    return found


@cache
def _kept() -> Kept:
    """The pages that this worker has opened for their lines, which it may soon have to read."""
    from crawler.opened import Kept

    return Kept()


def _cores() -> int:
    """The cores that this process may use, which in a container or cpuset are not the machine's."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and never outlive it; what is loaded is never garbage."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    gc.freeze()
    gc.set_threshold(*_COLLECT)
