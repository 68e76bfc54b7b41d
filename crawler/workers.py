"""Worker processes and what waits for them: a task goes to the worker that it asks for, else to the first that is free.

A process holds the task that it does and the next one, so that it never waits for the parent.  All else waits
here, in order; but what only one worker may do comes before what any may.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from threading import RLock
from typing import Any

from pebble import ProcessPool

_HELD = 2  # tasks


@dataclass(slots=True, eq=False)
class Task:
    """Something to be done in a worker; ``worker`` is who does it, once that is known."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    worker: Worker | None
    future: Future[Any] = field(default_factory=Future)


class Worker:
    """One process at a time: another takes its place when it dies, is ended or has done its share."""

    def __init__(self, made: Callable[[], ProcessPool], seconds: float) -> None:
        self._made, self._seconds = made, seconds
        self._pool = made()
        self.held = 0
        self.waiting: deque[Task] = deque()  # for this one

    def start(self, task: Task) -> Future[Any]:
        """Hand a task over; it is done in so many seconds, or fails."""
        if not self._pool.active:  # its process died when it had nothing to do
            self._pool = self._made()
        self.held += 1
        future: Future[Any] = self._pool.schedule(
            task.work, args=task.arguments, timeout=self._seconds
        )
        return future

    def stop(self) -> None:
        """End the process; what it was doing is dropped."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


class Workers:
    """So many processes, each made by a pool of one; for any thread."""

    def __init__(self, count: int, made: Callable[[], ProcessPool], seconds: float) -> None:
        self._workers = [Worker(made, seconds) for _ in range(count)]
        self._waiting: deque[Task] = deque()
        self._lock = RLock()  # a task may be done before it is told what to do then
        self._closed = False

    def submit(
        self, work: Callable[..., Any], arguments: tuple[Any, ...], worker: Worker | None = None
    ) -> Task:
        """Its future may raise anything."""
        task = Task(work, arguments, worker)
        with self._lock:
            (self._waiting if worker is None else worker.waiting).append(task)
            self._fill()
        return task

    def close(self) -> None:
        """End the processes; what they were doing and what waits is dropped."""
        with self._lock:
            self._closed = True
        for worker in self._workers:
            worker.stop()

    def _fill(self) -> None:
        """Hand on what waits, to those first that have least to do."""
        for held in range(_HELD):
            for worker in self._workers:
                while worker.held <= held and (task := self._next(worker)):
                    task.worker = worker
                    future = worker.start(task)
                    future.add_done_callback(partial(self._done, task))

    def _next(self, worker: Worker) -> Task | None:
        for waiting in (worker.waiting, self._waiting):
            while waiting and not self._closed:
                task = waiting.popleft()
                if task.future.set_running_or_notify_cancel():
                    return task
        return None

    def _done(self, task: Task, future: Future[Any]) -> None:
        with self._lock:
            if task.worker:
                task.worker.held -= 1
            self._fill()
        failure = CancelledError() if future.cancelled() else future.exception()
        if failure:
            task.future.set_exception(failure)
        else:
            task.future.set_result(future.result())
