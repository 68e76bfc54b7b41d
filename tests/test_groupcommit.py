"""Batches in order, a failure that is final, a close that loses nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from archive.errors import ArchiveError
from archive.groupcommit import MAX_BATCH, GroupCommit


class Disk:
    """Doubles numbers.  Its gate can be shut, so that work gathers; it can be told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fails: BaseException | None = None
        self.fails_to_finish: BaseException | None = None
        self.finished_on: list[str] = []
        self.extra_results = 0

    def write(self, jobs: Sequence[int]) -> list[int]:
        """One result a job."""
        self.batches.append(list(jobs))
        self.gate.wait()
        if self.fails:
            raise self.fails
        return [job * 2 for job in jobs] + [0] * self.extra_results

    def finish(self) -> None:
        """Note the thread."""
        self.finished_on.append(threading.current_thread().name)
        if self.fails_to_finish:
            raise self.fails_to_finish

    def commits(self) -> GroupCommit[int, int]:
        """A writer on this disk."""
        return GroupCommit("disk", self.write, self.finish)


def test_results_go_to_their_jobs_in_order() -> None:
    disk = Disk()
    commits = disk.commits()
    futures = [commits.submit(n) for n in range(2000)]
    assert [future.result(5) for future in futures] == [n * 2 for n in range(2000)]
    commits.close()
    assert [job for batch in disk.batches for job in batch] == list(range(2000))
    assert disk.finished_on == ["disk"]


def test_what_gathers_while_the_disk_is_busy_is_one_batch_of_bounded_size() -> None:
    disk = Disk()
    disk.gate.clear()
    commits = disk.commits()
    futures = [commits.submit(0)]
    while not disk.batches:
        threading.Event().wait(0.001)
    futures += [commits.submit(n) for n in range(1, MAX_BATCH + 100)]
    disk.gate.set()
    assert all(future.result(5) is not None for future in futures)
    commits.close()
    assert [len(batch) for batch in disk.batches] == [1, MAX_BATCH, 99]


def test_a_failure_goes_to_its_batch_and_to_all_later_jobs_and_nothing_more_is_written() -> None:
    disk = Disk()
    commits = disk.commits()
    assert commits.submit(1).result(5) == 2
    disk.fails = ArchiveError("cannot write x: No space left on device")
    assert commits.submit(2).exception(5) is disk.fails
    failure, disk.fails = disk.fails, None
    assert commits.submit(3).exception(5) is failure
    assert commits.failure is failure
    commits.close()
    assert disk.batches == [[1], [2]]
    assert disk.finished_on == ["disk"]


@pytest.mark.parametrize("error", [ZeroDivisionError("oops"), MemoryError(), SystemExit(3)])
def test_whatever_breaks_the_writer_is_an_archive_error_to_its_callers(
    error: BaseException,
) -> None:
    disk = Disk()
    disk.fails = error
    commits = disk.commits()
    failure = commits.submit(1).exception(5)
    commits.close()
    assert isinstance(failure, ArchiveError)
    assert type(error).__name__ in str(failure)
    assert failure.__cause__ is error


def test_a_result_too_many_is_a_failure_and_not_a_dead_thread() -> None:
    disk = Disk()
    disk.extra_results = 1
    commits = disk.commits()
    assert isinstance(commits.submit(1).exception(5), ArchiveError)
    assert isinstance(commits.submit(2).exception(5), ArchiveError)
    commits.close()


def test_close_writes_what_is_waiting_and_then_takes_no_more() -> None:
    disk = Disk()
    disk.gate.clear()
    commits = disk.commits()
    futures = [commits.submit(n) for n in range(1200)]
    threading.Timer(0.05, disk.gate.set).start()
    commits.close()
    assert all(future.done() for future in futures)
    assert futures[-1].result() == 2398
    with pytest.raises(ArchiveError, match="closed"):
        commits.submit(7).result(5)
    commits.close()
    assert disk.finished_on == ["disk"]


@pytest.mark.parametrize("error", [ArchiveError("cannot close x"), OSError(5, "Input/output")])
def test_close_raises_what_finishing_raised(error: BaseException) -> None:
    disk = Disk()
    disk.fails_to_finish = error
    commits = disk.commits()
    assert commits.submit(1).result(5) == 2
    with pytest.raises(ArchiveError):
        commits.close()


def test_who_stops_waiting_does_not_stop_the_writing() -> None:
    disk = Disk()
    disk.gate.clear()
    commits = disk.commits()
    first: list[Future[int]] = []

    async def give_up() -> None:
        first.append(commits.submit(1))
        task = asyncio.ensure_future(asyncio.wait_for(asyncio.wrap_future(first[0]), 0.02))
        with pytest.raises(TimeoutError):
            await task

    asyncio.run(give_up())
    disk.gate.set()
    assert commits.submit(2).result(5) == 4
    assert first[0].result(5) == 2
    commits.close()


def test_many_threads_submit_at_once() -> None:
    disk = Disk()
    commits = disk.commits()
    wrong: list[int] = []

    def submit(base: int) -> None:
        wrong.extend(n for n in range(base, base + 300) if commits.submit(n).result(5) != n * 2)

    threads = [threading.Thread(target=submit, args=(base,)) for base in range(0, 2400, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    commits.close()
    assert not wrong
    assert sorted(job for batch in disk.batches for job in batch) == list(range(2400))
