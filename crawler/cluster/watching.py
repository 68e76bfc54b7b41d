"""What ``djeli cluster`` does: each action gives the text that is printed."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from procrastinate import App

from archive.errors import SiteError, UsageError
from crawler.cluster.handing import Desk
from crawler.cluster.jobs import defer_all, defer_due, free_stalled, open_app
from crawler.cluster.sitefiles import crawled_sites, fetch_sites, send_sites
from crawler.cluster.timetable import SCHEMA, Entry, Timetable
from crawler.cluster.working import connected
from spiders.site import Site, find_site, sites_in

_MOST = 20  # lines of sites

_JOBS = """
SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = 'djeli.crawl' GROUP BY status
"""
_DOING = """
SELECT j.args ->> 'site' AS site, j.lock AS host, j.worker_id AS worker,
  extract(epoch FROM now() - w.last_heartbeat) AS silent
FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND j.task_name = 'djeli.crawl' ORDER BY j.id
"""
_WORKERS = (
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 s'"
)


@asynccontextmanager
async def _opened(options: Namespace) -> AsyncIterator[App]:
    app = open_app(options.database)
    async with connected(app, options.database):
        yield app


def _desk(options: Namespace) -> Desk:
    data_dir: Path = options.data_dir
    return Desk(data_dir=data_dir, store=options.store)


async def init(options: Namespace) -> str:
    """Tables, site files, and which sites are crawled."""
    names = _named(options, sites_in(options.data_dir))
    async with _opened(options) as app:
        has = await app.connector.execute_query_one_async(
            "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS made"
        )
        if not has["made"]:
            await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async(SCHEMA)
        number = send_sites(_desk(options), names)
    which = f"{len(names)} sites" if names else "all sites"
    return f"ready; {which} are crawled, with {number} site files of {options.data_dir}/sites\n"


async def defer(options: Namespace) -> str:
    """Crawls of the sites named, or of those that are due."""
    desk = _desk(options)
    fetch_sites(desk)
    sites = sites_in(options.data_dir)
    names = _named(options, sites)
    async with _opened(options) as app:
        if names:
            number = await defer_all(app, sites, names)
        else:
            number = await defer_due(app, sites, crawled_sites(desk))
    return f"{number} crawls were queued\n"


def _named(options: Namespace, sites: Mapping[str, Site]) -> list[str]:
    try:
        return [find_site(sites, name).id for name in options.sites]
    except SiteError as e:
        raise UsageError(str(e)) from None


async def retry(options: Namespace) -> str:
    """What dead workers had in hand."""
    async with _opened(options) as app:
        freed = await free_stalled(app, float(options.dead_after))
    return "".join(f"{site}: queued again\n" for site in freed) or "no job is stalled\n"


async def status(options: Namespace) -> str:
    """A few lines, or all of it as JSON."""
    async with _opened(options) as app:
        query = app.connector.execute_query_all_async
        jobs = {row["status"]: row["count"] for row in await query(_JOBS)}
        doing = [{**row, "silent": float(row["silent"] or 0)} for row in await query(_DOING)]
        (workers,) = await query(_WORKERS)
        entries = await Timetable(app).entries()
    if options.json:
        told = {"workers": workers["count"], "jobs": jobs, "doing": doing}
        return json.dumps({**told, "sites": [_row(entry) for entry in entries]}, indent=1) + "\n"
    lines = [
        f"workers: {workers['count']}",
        f"crawls:  {jobs.get('todo', 0)} waiting, {len(doing)} under way, {jobs.get('failed', 0)} failed lately",
        *(f"  {row['site']} on {row['host']}, worker {row['worker']}" for row in doing),
        f"sites:   {len(entries)} crawled; due next:",
        *map(_line, entries[:_MOST]),
    ]
    return "\n".join(lines) + "\n"


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "site": entry.site,
        "due": entry.due.astimezone(UTC).isoformat(),
        "ended": entry.ended.astimezone(UTC).isoformat(),
        "summary": entry.summary,
    }


def _line(entry: Entry) -> str:
    wait = entry.due - datetime.now(UTC)
    when = f"in {wait.total_seconds() / 60:.0f} min" if wait.total_seconds() > 0 else "now"
    brought = f"{entry.summary['articles']} new articles" if entry.summary else "the crawl broke"
    return f"  {entry.site}: {when}; last {entry.ended:%Y-%m-%d %H:%M} UTC: {brought}"
