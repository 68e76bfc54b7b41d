"""A worker process: what it sends first, its jobs until it is told to stop, and its words for what fails."""

from __future__ import annotations

import asyncio
import logging
import signal
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from archive.errors import DjeliError
from crawler.cluster.handing import Desk, recover
from crawler.cluster.jobs import QUEUE, Rhythm, Worker, free_stalled, worker_app
from crawler.cluster.sitefiles import fetch_sites

logger = logging.getLogger("crawler.cluster")


def run_worker(options: Namespace) -> int:
    """Until SIGTERM or Ctrl-C."""
    _log(options)
    desk = Desk(data_dir=options.data_dir, store=options.store, keep_local=options.keep_local)
    desk.work.mkdir(parents=True, exist_ok=True)
    fetch_sites(desk)
    for site in recover(desk):
        logger.info("%s: what an earlier worker had left was sent", site)
    asyncio.run(_work(options, desk))
    return 0


async def _work(options: Namespace, desk: Desk) -> None:
    dead_after = float(options.dead_after)
    fast = dead_after < 60  # the tick is as often as a dead worker may be found
    rhythm = Rhythm(
        cron="* * * * * */1" if fast else "* * * * *",
        heartbeat=dead_after / 6,
        dead_after=dead_after,
        slice=options.slice,
    )
    arguments = [
        argument
        for argument, wanted in (
            ("--no-requisites", options.no_requisites),
            ("--allow-private", options.allow_private),
        )
        if wanted
    ]
    worker = Worker(options.database, desk, rhythm, tuple(arguments))
    app = worker_app(worker)
    async with connected(app, options.database):
        await free_stalled(app, dead_after)
        loop = asyncio.get_running_loop()
        working = asyncio.ensure_future(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=options.jobs + 1,  # the tick must not wait for a crawl to end
                install_signal_handlers=False,
                update_heartbeat_interval=rhythm.heartbeat,
                stalled_worker_timeout=dead_after,
                fetch_job_polling_interval=1.0,
                delete_jobs="successful",
            )
        )
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, _stop, worker, working)
        await asyncio.wait([working])
        if not working.cancelled():
            working.result()


def _stop(worker: Worker, working: asyncio.Future[None]) -> None:
    """Crawls end in order, then the worker; the second time at once."""
    if worker.stopping.is_set():
        working.cancel()
    worker.stopping.set()
    working.cancel()


@asynccontextmanager
async def connected(app: App, database: str) -> AsyncIterator[App]:
    """The app with its connections; what is wrong with PostgreSQL in one line."""
    try:
        connection = await psycopg.AsyncConnection.connect(database, connect_timeout=10)
        await connection.close()  # the pool of the app would try for half a minute
        async with app.open_async():
            yield app
    except (psycopg.Error, ConnectorException) as e:
        raise DjeliError(f"PostgreSQL: {_why(e)}") from e


def _why(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, psycopg.errors.UndefinedTable):
            return "its tables are not there: run `djeli cluster init` first"
        if isinstance(cause, psycopg.Error):
            return " ".join(str(cause).split())
        cause = cause.__cause__
    return " ".join(str(error).split())


def _log(options: Namespace) -> None:
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.WARNING,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
        force=True,
    )
    logger.setLevel(logging.INFO)
    logging.getLogger("procrastinate.worker.worker").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """An error of ours was told in one line; of any other the traceback is wanted."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, DjeliError)
