"""The jobs, on Procrastinate: one crawl of one site each, and the tick that asks for those that are due."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status

from archive.errors import DjeliError
from crawler.cluster.child import Asked, crawl_site
from crawler.cluster.gap import gap_before
from crawler.cluster.handing import Desk, Run, beginning, hand_in, recover, send_leftover, take_in
from crawler.cluster.lease import HostTakenError, host_lease
from crawler.cluster.sitefiles import crawled_sites, fetch_sites
from crawler.cluster.timetable import Timetable
from crawler.hosts import turns
from crawler.ledger import ledger_of
from crawler.progress import Summary
from spiders.site import Site, find_site, sites_in

logger = logging.getLogger("crawler.cluster")

QUEUE = "crawl"
CRAWL, TICK = "djeli.crawl", "djeli.tick"
AGAIN = timedelta(minutes=10)  # after a crawl that broke
_OLD_JOBS = 48  # hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How the workers keep time: ``cron`` of the tick, and from when a silent worker is dead."""

    cron: str = "* * * * *"
    heartbeat: float = 10.0  # seconds
    dead_after: float = 60.0
    slice: int = (
        900  # seconds of a crawl after which its state is returned; the rest is another job's
    )


@dataclass(slots=True)
class Worker:
    """What a worker's jobs need."""

    database: str
    desk: Desk
    rhythm: Rhythm = field(default_factory=Rhythm)
    arguments: tuple[str, ...] = ()
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


def open_app(database: str) -> App:
    """Without tasks, for those that only look or defer."""
    return App(connector=PsycopgConnector(conninfo=database, min_size=1, max_size=4))


def worker_app(worker: Worker) -> App:
    """With the tasks that a worker does."""
    app = open_app(worker.database)

    @app.task(name=CRAWL, queue=QUEUE, pass_context=True)
    async def crawl(context: JobContext, site: str) -> None:
        await crawl_job(worker, context, site)

    @app.periodic(cron=worker.rhythm.cron)
    @app.task(name=TICK, queue=QUEUE, queueing_lock="tick", priority=10)
    async def tick(timestamp: int) -> None:
        await asyncio.to_thread(fetch_sites, worker.desk)
        await asyncio.to_thread(recover, worker.desk)
        await free_stalled(app, worker.rhythm.dead_after)
        await defer_due(app, sites_in(worker.desk.data_dir), crawled_sites(worker.desk))
        await app.job_manager.delete_old_jobs(
            nb_hours=_OLD_JOBS, include_failed=True, include_cancelled=True, include_aborted=True
        )

    return app


async def defer(app: App, site: str, host: str, *, is_alone: bool = True) -> bool:
    """Ask for a crawl of a site; False if one is waiting already.

    Jobs of one host have one lock.  Each site of a host that several share waits for itself.
    """
    waiting = f"crawl-{host}" if is_alone else f"crawl-{host}/{site}"
    task = app.configure_task(CRAWL, queue=QUEUE, lock=host, queueing_lock=waiting)
    try:
        await task.defer_async(site=site)
    except AlreadyEnqueued:
        return False
    return True


async def defer_due(app: App, sites: Mapping[str, Site], among: Iterable[str]) -> int:
    """Ask for a crawl of each of these sites whose time has come; how many were asked for."""
    return await defer_all(app, sites, await Timetable(app).due(among))


async def defer_all(app: App, sites: Mapping[str, Site], names: Iterable[str]) -> int:
    """Ask for crawls whenever their time is; ``sites`` are all there are: some share a host."""
    hosts = turns((site.id, set(site.domains)) for site in sites.values())
    times = Counter(hosts.values())
    return sum(
        [
            await defer(app, name, hosts[name], is_alone=times[hosts[name]] == 1)
            for name in sorted(names)
        ]
    )


async def free_stalled(app: App, dead_after: float) -> list[str]:
    """End the jobs of workers that are dead, and ask for the same crawls again; their sites.

    A stalled job holds its host's lock.  Put back into the queue it would meet the queueing lock of a
    successor that waits there already, and stay where it is for ever (procrastinate#1446): so it is
    ended first, whatever waits; then one is asked for, unless there is one.
    """
    manager = app.job_manager
    stalled: list[Job] = list(await manager.get_stalled_jobs(seconds_since_heartbeat=dead_after))
    freed = []
    for job in stalled:
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        site = job.task_kwargs.get("site")
        if job.task_name != CRAWL or not isinstance(site, str):
            continue
        logger.warning("%s: its worker is dead; another crawls it", site)
        task = app.configure_task(
            CRAWL, queue=QUEUE, lock=job.lock, queueing_lock=job.queueing_lock
        )
        with suppress(AlreadyEnqueued):
            await task.defer_async(site=site)
        freed.append(site)
    return freed


async def crawl_job(worker: Worker, context: JobContext, name: str) -> None:
    """Take the site's state, crawl, hand in; the site's next time goes into the timetable."""
    timetable = Timetable(context.app)
    due, summary = datetime.now(UTC) + AGAIN, None
    try:
        await asyncio.to_thread(fetch_sites, worker.desk)
        site = find_site(sites_in(worker.desk.data_dir), name)
        summary, due = await _crawl_alone(worker, context.job.lock or name, site)
    except HostTakenError as e:
        logger.warning("%s", e)
        due = datetime.now(UTC)  # the next tick asks again
    except DjeliError as e:
        if not worker.stopping.is_set():
            logger.error("%s", e)
            raise
        due = datetime.now(UTC)  # asked to end before it had begun
    finally:
        await timetable.note(name, due, summary)
    if summary:
        logger.info("%s: %d new articles, %d records", name, summary.articles, summary.responses)


async def _crawl_alone(worker: Worker, host: str, site: Site) -> tuple[Summary, datetime]:
    """While the host is held; a lost lease ends the crawl."""
    async with host_lease(worker.database, host, worker.rhythm.dead_after) as lease:
        work = asyncio.ensure_future(_crawl(worker, site, lambda: not lease.done()))
        waited: list[asyncio.Future[Any]] = [work, lease]
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        work.cancel()
        await asyncio.wait([work])
    raise DjeliError(f"{site.id}: the connection to PostgreSQL was lost: its crawl was ended")


async def _crawl(
    worker: Worker, site: Site, is_ours: Callable[[], bool]
) -> tuple[Summary, datetime]:
    desk = worker.desk
    machine = socket.gethostname().replace("/", "_")
    with beginning(desk, site.id, machine) as run:
        taken = await asyncio.to_thread(take_in, desk, run)
        await asyncio.sleep(gap_before(site, run.folder))
        asked = Asked(seconds=worker.rhythm.slice, arguments=worker.arguments)
        summary = await _crawled(worker, run, asked)
        due = _due(run)
        await asyncio.to_thread(hand_in, desk, run, taken, is_ours)
    return summary, due


async def _crawled(worker: Worker, run: Run, asked: Asked) -> Summary:
    """A crawl that broke leaves what it has to the next."""
    stop: Awaitable[object] = worker.stopping.wait()
    try:
        return await crawl_site(run.site, run.folder, asked, stop)
    except DjeliError:
        await asyncio.to_thread(send_leftover, worker.desk, run)
        raise


def _due(run: Run) -> datetime:
    """At once, where the crawl was cut short."""
    if not run.journal.exists():
        return datetime.now(UTC) + AGAIN
    with ledger_of(run.journal) as ledger:
        return ledger.next_due or datetime.now(UTC)
