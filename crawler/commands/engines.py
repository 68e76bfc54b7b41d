"""Where the tasks of a large run are done: in this process and its pool, or by the workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from archive.errors import ArchiveError
from crawler.commands.tasks import Context, Done, Task, accomplish

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 3  # of a task that a worker could not do
_PATIENCE = 15  # seconds for a scheduler to answer
_AHEAD = 4  # tasks on their way for each thread of the cluster

T = TypeVar("T", bound=Task)
Outcome = Done | ArchiveError


class Engine(Protocol):
    """Does tasks."""

    def map(self, tasks: Iterable[T], context: Context) -> Iterator[tuple[T, Outcome]]:
        """What each came to, in their order; a task that failed does not end the others."""


@dataclass(frozen=True, slots=True)
class Here:
    """One portion after the other; their pages in the pool of this process."""

    tick: Callable[[Task], None]

    def map(self, tasks: Iterable[T], context: Context) -> Iterator[tuple[T, Outcome]]:
        """As ``Engine`` has it."""
        for task in tasks:
            outcome: Outcome
            try:
                outcome = accomplish(task, context)
            except ArchiveError as e:
                outcome = e
            self.tick(task)
            yield task, outcome


@dataclass(frozen=True, slots=True)
class OnDask:
    """A portion for each thread of the workers; of one that dies its portion goes to another."""

    client: Client
    scheduler: str
    tick: Callable[[Task], None]

    def map(self, tasks: Iterable[T], context: Context) -> Iterator[tuple[T, Outcome]]:
        """As ``Engine`` has it."""
        waiting: deque[tuple[T, Future[Done]]] = deque()
        with self._reached():
            shared = self.client.submit(_same, context, pure=False)  # made again if its worker dies
        try:
            for task in tasks:
                with self._reached():
                    waiting.append((task, self._submit(task, shared)))
                    most = _AHEAD * max(1, sum(self.client.nthreads().values()))
                if len(waiting) >= most:
                    yield self._settled(*waiting.popleft())
            while waiting:
                yield self._settled(*waiting.popleft())
        finally:
            if self.client.status == "running":
                self.client.cancel([future for _, future in waiting])

    def _submit(self, task: Task, shared: Future[Context]) -> Future[Done]:
        return self.client.submit(accomplish, task, shared, pure=False, retries=RETRIES)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Without its scheduler a run ends."""
        from distributed import CancelledError
        from distributed.comm.core import CommClosedError

        try:
            yield
        except (CancelledError, CommClosedError) as e:
            raise ArchiveError(
                f"the Dask scheduler {self.scheduler} went away ({type(e).__name__}): run again to go on"
            ) from e

    def _settled(self, task: T, future: Future[Done]) -> tuple[T, Outcome]:
        from distributed import KilledWorker

        done: Outcome
        try:
            with self._reached():
                done = future.result()
        except ArchiveError as e:
            if self.client.status != "running" or future.status == "cancelled":
                raise
            done = e
        except KilledWorker as e:
            why = "the workers that read it died, one after the other"
            done = ArchiveError(f"{task.place}: {why} ({e.last_worker.address})")
        except OSError as e:
            done = ArchiveError(f"{task.place}: {e}")
        except ModuleNotFoundError as e:
            raise ArchiveError(f"the Dask workers lack {e.name}: install Djeli there") from e
        self.tick(task)
        return task, done


def _same(context: Context) -> Context:
    return context


@contextmanager
def on_dask(address: str | None, tick: Callable[[Task], None]) -> Iterator[OnDask]:
    """The cluster at an address, or one of processes on this machine while it is needed."""
    try:
        from distributed import Client, LocalCluster

        from crawler.commands.daskworker import Pooled
    except ImportError as e:
        raise ArchiveError(
            f"--engine dask needs further packages ({e.name}): pip install -r requirements-cluster.txt"
        ) from e
    _silence()
    with _closing_quietly(_connected(Client, LocalCluster, address)) as client:
        plugin = Pooled()
        client.register_plugin(plugin)
        try:
            yield OnDask(client, address or "of this machine", tick)
        finally:
            if address and client.status == "running":
                client.unregister_worker_plugin(plugin.name)


def _silence() -> None:
    """What matters is told by us; Dask gives each of its loggers a level of its own."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _connected(client: Any, cluster: Any, address: str | None) -> Client:
    """Raises ``ArchiveError`` where nobody answers."""
    if address is None:
        local = cluster(threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL)
        return client(local)  # type: ignore[no-any-return]
    try:
        found: Client = client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as e:
        why = " ".join(str(e).split())[:200]
        raise ArchiveError(f"no Dask scheduler answers at {address}: {why}") from e
    try:
        found.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError as e:
        found.close()
        raise ArchiveError(f"the Dask scheduler at {address} has no workers") from e
    return found


@contextmanager
def _closing_quietly(client: Client) -> Iterator[Client]:
    cluster = client.cluster
    try:
        yield client
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
