"""A host is held by one worker of all: by a lock of PostgreSQL's that is free the moment its holder is gone.

The jobs' own lock keeps two jobs of a host from being handed out.  It is given up when a worker is
taken for dead, which may be wrong: a machine that was cut off for a while still crawls.  This lock
belongs to a connection, so nobody gets it while its holder lives; and who loses the connection ends
the crawl at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from archive.errors import DjeliError

_TRY = 0.25  # seconds
_LOOK = 2.0
_SILENCE = 10.0  # without an answer the connection is taken for lost
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class HostTakenError(DjeliError):
    """Another worker still crawls the host."""


@asynccontextmanager
async def host_lease(
    database: str, host: str, patience: float
) -> AsyncIterator[asyncio.Future[None]]:
    """Hold the host while entered; the future fails when the lease is lost.

    Raises ``HostTakenError`` if another worker holds it for longer than ``patience`` seconds.
    """
    place = make_conninfo(database, **_KEEPALIVES)
    connection = await psycopg.AsyncConnection.connect(place, autocommit=True)
    async with connection:
        await _take(connection, host, patience)
        watch = asyncio.ensure_future(_watch(connection))
        try:
            yield watch
        finally:
            watch.cancel()
            await asyncio.wait([watch])


async def _take(connection: psycopg.AsyncConnection[Any], host: str, patience: float) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        cursor = await connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 5281))", (f"djeli {host}",)
        )
        row = await cursor.fetchone()
        if row and row[0]:
            return
        if loop.time() > until:
            raise HostTakenError(f"{host} is being crawled by another worker")
        await asyncio.sleep(_TRY)


async def _watch(connection: psycopg.AsyncConnection[Any]) -> None:
    while True:
        await asyncio.sleep(_LOOK)
        async with asyncio.timeout(_SILENCE):
            await connection.execute("SELECT 1")
