"""When each site is due, in a table beside the jobs: every worker's crawls end in it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procrastinate import App

    from crawler.progress import Summary

SCHEMA = """
CREATE TABLE IF NOT EXISTS djeli_site(
  site text PRIMARY KEY, due timestamptz NOT NULL, ended timestamptz NOT NULL, summary jsonb)
"""
_NOTE = """
INSERT INTO djeli_site VALUES(%(site)s, %(due)s, %(ended)s, %(summary)s::jsonb)
ON CONFLICT(site) DO UPDATE SET due = excluded.due, ended = excluded.ended,
  summary = coalesce(excluded.summary, djeli_site.summary)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """When a site's last job ended, what its last crawl came to, and when the next is due."""

    site: str
    due: datetime
    ended: datetime
    summary: dict[str, Any] | None


class Timetable:
    """Over the connection of the jobs."""

    def __init__(self, app: App) -> None:
        self._database = app.connector

    async def due(self, sites: Iterable[str]) -> set[str]:
        """Those whose time has come; a site that was never crawled is due."""
        entries = {entry.site: entry for entry in await self.entries()}
        now = datetime.now(UTC)
        return {site for site in sites if site not in entries or entries[site].due <= now}

    async def entries(self) -> list[Entry]:
        """All of them, the next due first."""
        rows = await self._database.execute_query_all_async(
            "SELECT site, due, ended, summary FROM djeli_site ORDER BY due, site"
        )
        return [Entry(**row) for row in rows]

    async def note(self, site: str, due: datetime, summary: Summary | None) -> None:
        """How a job ended."""
        await self._database.execute_query_async(
            _NOTE,
            site=site,
            due=due,
            ended=datetime.now(UTC),
            summary=json.dumps(dataclasses.asdict(summary)) if summary else None,
        )
