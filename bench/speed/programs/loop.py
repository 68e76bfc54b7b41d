"""The least that can be written: aiohttp and warcio, no robots, no journal, no fsync.

``python -m bench.speed.programs.loop URLS FOLDER``
"""

from __future__ import annotations

import asyncio
import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

AT_ONCE = 8


async def _fetch(session: Any, queue: list[str], writer: Any, told: dict[str, int]) -> None:
    while queue:
        url = queue.pop()
        async with session.get(url) as answer:
            body = await answer.read()
        headers = [(k.decode(), v.decode()) for k, v in answer.raw_headers]
        headers = [pair for pair in headers if pair[0].lower() != "transfer-encoding"]
        status = StatusAndHeaders(f"{answer.status} {answer.reason}", headers, "HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", payload=BytesIO(body), http_headers=status
        )
        writer.write_record(record)
        told["pages"] += 1
        told["bytes"] += len(body)


async def main(urls: str, folder: str) -> None:
    """Fetch all and say what came."""
    told = {"pages": 0, "bytes": 0}
    queue = Path(urls).read_text().split()
    with Path(folder, "pages.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            await asyncio.gather(*(_fetch(session, queue, writer, told) for _ in range(AT_ONCE)))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
