"""One thread writes; whatever gathers while it waits for the disk is made durable together."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from archive.errors import ArchiveError

MAX_BATCH = 500

Job = TypeVar("Job")
Result = TypeVar("Result")
T = TypeVar("T")


@dataclass(slots=True)
class _Pending(Generic[Job, Result]):
    job: Job
    future: Future[Result] = field(default_factory=Future)

    def __post_init__(self) -> None:
        """Nobody can cancel it: who stops waiting for a write does not stop the write."""
        self.future.set_running_or_notify_cancel()


class GroupCommit(Generic[Job, Result]):
    """Hands batches of jobs to ``write`` on a thread of its own; its results go to the futures.

    ``write`` returns one result a job, once they are durable.  What it raises goes, as an
    ``ArchiveError``, to every job of the batch and to all later ones: after a failed write nothing
    more is promised.  ``finish`` is called on the same thread when all is written.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[Job]], Sequence[Result]],
        finish: Callable[[], None],
    ) -> None:
        self._name, self._write, self._finish = name, write, finish
        self._queue: queue.SimpleQueue[_Pending[Job, Result] | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._failure: ArchiveError | None = None
        self._finish_failure: ArchiveError | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def failure(self) -> ArchiveError | None:
        """What ended the writing, if anything did."""
        return self._failure

    def submit(self, job: Job) -> Future[Result]:
        """From any thread; the future is done when the job is durable."""
        pending: _Pending[Job, Result] = _Pending(job)
        with self._closing:
            if self._closed:
                error = ArchiveError(f"the {self._name} writer is closed already")
                pending.future.set_exception(error)
            else:
                self._queue.put(pending)
        return pending.future

    def close(self) -> None:
        """Write what is waiting, then end the thread.  Raises what ``finish`` raised."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        if self._finish_failure:
            raise self._finish_failure

    def _run(self) -> None:
        closing = False
        while not closing:
            gathered = self._gather()
            closing = None in gathered
            batch = [pending for pending in gathered if pending is not None]
            if batch:
                self._commit(batch)
        _, self._finish_failure = self._tried(self._finish, None)

    def _gather(self) -> list[_Pending[Job, Result] | None]:
        gathered = [self._queue.get()]
        while len(gathered) < MAX_BATCH and gathered[-1] is not None:
            try:
                gathered.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return gathered

    def _commit(self, batch: list[_Pending[Job, Result]]) -> None:
        results: Sequence[Result] = ()
        if not self._failure:
            results, self._failure = self._tried(partial(self._written, batch), results)
        for number, pending in enumerate(batch):
            if self._failure:
                pending.future.set_exception(self._failure)
            else:
                pending.future.set_result(results[number])

    def _written(self, batch: list[_Pending[Job, Result]]) -> Sequence[Result]:
        results = self._write([pending.job for pending in batch])
        if len(results) != len(batch):
            raise ValueError(f"{len(results)} results for {len(batch)} jobs")
        return results

    def _tried(self, work: Callable[[], T], instead: T) -> tuple[T, ArchiveError | None]:
        """What some work came to, and why it failed.

        The one place where anything is caught: this thread has nobody above it, and whoever waits for
        it is told, be it a full disk or a fault of ours.
        """
        try:
            return work(), None
        except BaseException as e:  # noqa: BLE001 - not swallowed: callers or ``close`` raise it
            return instead, self._named(e)

    def _named(self, error: BaseException) -> ArchiveError:
        if isinstance(error, ArchiveError):
            return error
        failure = ArchiveError(f"the {self._name} writer broke: {type(error).__name__}: {error}")
        failure.__cause__ = error
        return failure
