"""Several machines on a real PostgreSQL: jobs, their locks, dead workers, and the words for what is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from procrastinate.exceptions import UniqueViolation

from bench.cluster_campaign import Fleet, Plan, play
from crawler.api import crawl_site
from crawler.cluster.jobs import CRAWL, defer_all, free_stalled, open_app
from crawler.cluster.lease import HostTakenError, host_lease
from spiders.site import sites_in
from tests.conftest import Djeli
from tests.postgres import database, postgres
from tests.treesite import SITE, TreeSite, serving


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture
def url(server: str) -> Iterator[str]:
    with database(server) as made:
        yield made


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "DJELI_DATABASE": url, "DJELI_STORE": str(tmp_path / "store")}


@pytest.fixture
def prepared(djeli: Djeli, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    done = djeli("cluster", "init", "lefaso", "--data-dir", tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"ready; 1 sites are crawled, with 0 site files of {tmp_path}/sites\n"
    return environment


async def _dead_worker_with(app: Any, site: str) -> Any:
    """A job that a worker has taken, and the worker is gone: what kill -9 leaves."""
    await defer_all(app, sites_in(Path("none")), [site])
    worker = await app.job_manager.register_worker()
    job = await app.job_manager.fetch_job(queues=None, worker_id=worker)
    assert job is not None
    await app.connector.execute_query_async(
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
    )
    return job


async def _fetched(app: Any) -> Any:
    worker = await app.job_manager.register_worker()
    return await app.job_manager.fetch_job(queues=None, worker_id=worker)


def test_a_stalled_job_whose_successor_waits_blocks_its_host_and_is_freed(
    prepared: dict[str, str],
) -> None:
    """procrastinate#1446: the remedy that its documentation gives cannot be applied."""

    async def scene() -> None:
        async with open_app(prepared["DJELI_DATABASE"]).open_async() as app:
            dead = await _dead_worker_with(app, "lefaso")
            assert await defer_all(app, sites_in(Path("none")), ["lefaso"]) == 1  # the successor
            assert await _fetched(app) is None  # for ever
            (stalled,) = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30)
            with pytest.raises(UniqueViolation):
                await app.job_manager.retry_job(stalled)
            assert await _fetched(app) is None
            assert await free_stalled(app, 30) == ["lefaso"]
            job = await _fetched(app)
            assert (job.task_kwargs, job.lock) == ({"site": "lefaso"}, dead.lock)
            assert await _fetched(app) is None  # one at a time
            assert await free_stalled(app, 30) == []

    asyncio.run(scene())


def test_a_stalled_job_without_successor_is_asked_for_again(prepared: dict[str, str]) -> None:
    async def scene() -> None:
        async with open_app(prepared["DJELI_DATABASE"]).open_async() as app:
            await _dead_worker_with(app, "lefaso")
            assert await free_stalled(app, 30) == ["lefaso"]
            assert (await _fetched(app)).task_kwargs == {"site": "lefaso"}

    asyncio.run(scene())


def test_jobs_carry_the_locks_of_their_hosts(prepared: dict[str, str]) -> None:
    async def scene() -> None:
        async with open_app(prepared["DJELI_DATABASE"]).open_async() as app:
            sites = sites_in(Path("none"))
            assert await defer_all(app, sites, ["lefaso", "bbc-hausa", "bbc-somali"]) == 3
            assert await defer_all(app, sites, ["lefaso", "bbc-hausa"]) == 0  # they wait already
            jobs = await app.job_manager.list_jobs_async(task=CRAWL)
            locks = {job.task_kwargs["site"]: (job.lock, job.queueing_lock) for job in jobs}
            assert locks["lefaso"] == ("lefaso.net", "crawl-lefaso.net")
            host = locks["bbc-hausa"][0]
            assert locks["bbc-hausa"] == (host, f"crawl-{host}/bbc-hausa")
            assert locks["bbc-somali"] == (host, f"crawl-{host}/bbc-somali")

    asyncio.run(scene())


def test_a_host_is_held_by_one_and_free_when_its_holder_is_gone(url: str) -> None:
    async def scene() -> None:
        async with host_lease(url, "a.example", 1) as lease:
            async with host_lease(url, "b.example", 0):
                pass
            with pytest.raises(HostTakenError, match=r"a\.example"):
                async with host_lease(url, "a.example", 0.5):
                    pass
            assert not lease.done()
        async with host_lease(url, "a.example", 0):
            pass

    asyncio.run(scene())


def test_who_loses_the_database_loses_the_host(url: str, server: str) -> None:
    import psycopg

    async def scene() -> None:
        async with host_lease(url, "a.example", 1) as lease:
            async with await psycopg.AsyncConnection.connect(server, autocommit=True) as other:
                await other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (url.rpartition("/")[2],),
                )
            await asyncio.wait([lease], timeout=10)
            assert lease.done()
            assert lease.exception() is not None

    asyncio.run(scene())


def test_a_crawl_dies_with_its_worker(prepared: dict[str, str], tmp_path: Path) -> None:
    with serving(TreeSite(200)) as site:
        fleet = Fleet(prepared["DJELI_DATABASE"], prepared["DJELI_STORE"], tmp_path / "fleet")
        site.write_site_file(fleet.data_dir(0), delay=0.1)
        fleet.djeli("cluster", "init", SITE)
        fleet.start(1)
        try:
            _wait_for_hits(site, 5)
        finally:
            left = fleet.kill(1)
        asked = len(site.hits)
        time.sleep(0.6)
        assert len(site.hits) <= asked
        assert left == 0


def test_a_worker_that_is_stopped_hands_in_what_it_has(
    prepared: dict[str, str], tmp_path: Path
) -> None:
    with serving(TreeSite(200)) as site:
        fleet = Fleet(prepared["DJELI_DATABASE"], prepared["DJELI_STORE"], tmp_path / "fleet")
        site.write_site_file(fleet.data_dir(0), delay=0.1)
        fleet.djeli("cluster", "init", SITE)
        fleet.start(1)
        try:
            _wait_for_hits(site, 8)
            worker = fleet.workers[1]
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
        finally:
            fleet.stop()
        assert not list((fleet.data_dir(1) / "work").glob("*"))
        store = tmp_path / "store"
        assert [path.name for path in (store / "state").iterdir()] == [f"{SITE}.sqlite"]
        assert list((store / "articles").glob("*.jsonl"))
        status = fleet.djeli("cluster", "status")
        assert f"{SITE}: now" in status


def _wait_for_hits(site: TreeSite, number: int) -> None:
    until = time.monotonic() + 60
    while len(site.hits) < number:
        assert time.monotonic() < until, "the worker asked for nothing"
        time.sleep(0.02)


def test_three_workers_one_killed(url: str, tmp_path: Path) -> None:
    """A round of ``make clustercampaign``."""
    fleet = Fleet(url, str(tmp_path / "store"), tmp_path / "fleet")
    tally = play(fleet, Plan(articles=6, delay=0.6, life=(0.5, 2.0)), random.Random(5))
    assert tally.faults == 0, tally
    assert (tally.kills, tally.articles) == (1, 12)


@pytest.mark.parametrize("command", [["worker"], ["cluster", "status"], ["cluster", "init"]])
def test_a_database_that_is_not_there_is_one_line(
    djeli: Djeli, tmp_path: Path, command: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    called = djeli(
        *command, "--database", f"postgresql://djeli@127.0.0.1:{port}/djeli",
        "--store", tmp_path / "store", "--data-dir", tmp_path,
    )  # fmt: skip
    assert called.returncode == 1
    (line,) = called.stderr.splitlines()
    assert line.startswith("djeli: PostgreSQL: ")
    assert f'"127.0.0.1", port {port}' in line
    assert "refused" in line


def test_a_database_without_tables_says_what_to_do(
    djeli: Djeli, environment: dict[str, str], tmp_path: Path
) -> None:
    for command in (["worker"], ["cluster", "status"], ["cluster", "defer"], ["cluster", "retry"]):
        called = djeli(*command, "--data-dir", tmp_path, env=environment)
        assert called.returncode == 1
        (line,) = called.stderr.splitlines()
        assert "run `djeli cluster init` first" in line


@pytest.mark.parametrize("module", ["procrastinate", "psycopg"])
def test_without_the_packages_one_line_says_how_to_install_them(
    tmp_path: Path, module: str
) -> None:
    program = (
        f"import sys; sys.modules['{module}'] = None\n"
        "from crawler.__main__ import main\n"
        "sys.exit(main(['worker', '--database', 'x', '--store', 'y', '--data-dir', 'z']))"
    )
    called = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    assert called.returncode == 1
    (line,) = called.stderr.splitlines()
    assert "pip install -r requirements-cluster.txt" in line


def test_what_is_missing_is_wrong_usage(djeli: Djeli, tmp_path: Path) -> None:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("DJELI_")}
    for command, words in (
        (["worker"], "--database"),
        (["cluster", "status", "--database", "x"], "--store"),
        (["cluster"], "ACTION"),
    ):
        called = (
            djeli(*command, env=plain, cwd=tmp_path)
            if command == ["cluster"]
            else djeli(*command, "--data-dir", tmp_path, env=plain)
        )
        assert called.returncode == 2
        assert words in called.stderr


def _words_of(folder: Path) -> list[dict[str, Any]]:
    """The articles without what differs from capture to capture."""
    found = []
    for path in (folder / "articles").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            for name in ("id", "fetched_at", "provenance"):
                del article[name]
            found.append(article)
    return sorted(found, key=lambda article: str(article["url"]))


def test_the_three_ways_have_one_output(
    djeli: Djeli, prepared: dict[str, str], tmp_path: Path
) -> None:
    with serving(TreeSite(6)) as site:
        one, shards = tmp_path / "one", tmp_path / "shards"
        for folder in (one, shards):
            site.write_site_file(folder)
        assert crawl_site(SITE, one).articles == 6
        for number in (1, 2):
            djeli("crawl", "--due", SITE, "--shard", f"{number}/2", "--data-dir", shards)
        fleet = Fleet(prepared["DJELI_DATABASE"], prepared["DJELI_STORE"], tmp_path / "fleet")
        site.write_site_file(fleet.data_dir(0))
        fleet.djeli("cluster", "init", SITE)
        fleet.start(1)
        try:
            assert fleet.wait(1)
        finally:
            fleet.stop()
    wanted = _words_of(one)
    assert len(wanted) == 6
    assert _words_of(shards) == wanted
    assert _words_of(tmp_path / "store") == wanted
