"""Tasks in worker processes: each where it is asked to be done, in order, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from pebble import ProcessPool

from archive.article import Article
from crawler.ready import READ
from crawler.workers import Task, Workers

SECONDS = 20.0


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = partial(ProcessPool, max_workers=1, context=get_context("forkserver"))
    two = Workers(2, made, SECONDS)
    yield two
    two.close()


def done(task: Task) -> int:
    value: int = task.future.result(SECONDS)
    return value


def test_a_task_goes_to_the_worker_that_it_asks_for(workers: Workers) -> None:
    first = [workers.submit(os.getpid, ()) for _ in range(8)]
    pids = {done(task) for task in first}
    assert len(pids) == 2
    for task in first:
        again = [workers.submit(os.getpid, (), task.worker) for _ in range(3)]
        assert {done(other) for other in again} == {done(task)}


def test_what_one_worker_is_to_do_comes_before_what_any_may(
    workers: Workers, tmp_path: Path
) -> None:
    gate, told = tmp_path / "open", tmp_path / "told"
    held = [workers.submit(wait_for, (gate, number, told)) for number in range(4)]
    later = [workers.submit(tell, (number, told)) for number in (10, 11)]
    home = [workers.submit(tell, (20, told), task.worker) for task in held[:2]]
    gate.touch()
    for task in (*held, *later, *home):
        done(task)
    order = [int(line) for line in told.read_text().split()]
    assert {held[0].worker, held[1].worker} == {task.worker for task in home}
    assert order.index(20) < min(order.index(10), order.index(11))


def test_a_process_that_dies_takes_only_its_own_task_along(workers: Workers) -> None:
    died = workers.submit(os._exit, (3,))
    others = [workers.submit(abs, (-number,)) for number in range(6)]
    assert [done(task) for task in others] == list(range(6))
    with pytest.raises(OSError, match="Abnormal termination"):
        done(died)


def test_a_process_that_dies_idle_is_replaced(workers: Workers) -> None:
    task = workers.submit(os.getpid, ())
    os.kill(done(task), signal.SIGKILL)
    deadline = time.monotonic() + SECONDS
    while True:  # until it is noticed, a task may be lost with it
        again = workers.submit(os.getpid, (), task.worker)
        try:
            assert done(again) != done(task)
        except (OSError, RuntimeError):
            assert time.monotonic() < deadline
            continue
        return


def test_a_task_that_nobody_waits_for_any_more_is_not_begun(
    workers: Workers, tmp_path: Path
) -> None:
    gate, told = tmp_path / "open", tmp_path / "told"
    held = [workers.submit(wait_for, (gate, number, told)) for number in range(4)]
    dropped = workers.submit(tell, (5, told))
    assert dropped.future.cancel()
    gate.touch()
    for task in held:
        done(task)
    assert sorted(told.read_text().split()) == ["0", "1", "2", "3"]


def test_a_task_that_takes_too_long_is_ended_and_what_waits_goes_on() -> None:
    made = partial(ProcessPool, max_workers=1, context=get_context("forkserver"))
    one = Workers(1, made, 1.0)
    endless = one.submit(time.sleep, (600,))
    others = [one.submit(abs, (-number,)) for number in range(3)]
    with pytest.raises(TimeoutError):
        endless.future.result(SECONDS)
    assert [done(task) for task in others] == [0, 1, 2]
    one.close()


def test_what_waits_is_left_when_the_processes_are_ended(tmp_path: Path) -> None:
    made = partial(ProcessPool, max_workers=1, context=get_context("forkserver"))
    one = Workers(1, made, SECONDS)
    tasks: list[Future[int]] = [
        one.submit(wait_for, (tmp_path / "never", number, tmp_path / "told")).future
        for number in range(4)
    ]
    one.close()
    assert not any(future.done() and not future.exception() for future in tasks)
    assert not (tmp_path / "told").exists()


def test_before_workers_are_forked_an_article_was_read() -> None:
    article = READ.result
    assert isinstance(article, Article)
    assert next(country.code for country in article.countries if country.role == "covered") == "ML"
    assert article.relevance
    assert article.language == "fr"


def wait_for(gate: Path, number: int, told: Path) -> int:
    """Tell the number once there is a file."""
    while not gate.exists():
        time.sleep(0.005)
    return tell(number, told)


def tell(number: int, told: Path) -> int:
    """Add a line."""
    with told.open("a") as file:
        file.write(f"{number}\n")
    return number
