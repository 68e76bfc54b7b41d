"""One site's crawl in a process of its own, for Scrapy runs once in one; it ends with the process that asked."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable
from dataclasses import dataclass, fields
from pathlib import Path

from archive.errors import DjeliError
from crawler.progress import Summary

_PATIENCE = 120.0  # seconds for a crawl that was asked to end; what is under way is let end


class CrawlError(DjeliError):
    """A crawl gave no summary; with what it said last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a site is to be crawled; after ``seconds`` it stops, and the next run goes on."""

    seconds: int = 0
    is_due: bool = True
    arguments: tuple[str, ...] = ()


async def crawl_site(
    site: str, data_dir: Path, asked: Asked, stop: Awaitable[object] | None = None
) -> Summary:
    """What ``djeli crawl SITE`` does and says, in that very command.

    When ``stop`` is done the crawl ends in order; when this is cancelled it is killed.
    """
    process = await asyncio.create_subprocess_exec(
        *_command(site, data_dir, asked),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    output = asyncio.ensure_future(_output(process))
    stopping = asyncio.ensure_future(stop) if stop else None
    try:
        if stopping:
            await asyncio.wait([output, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not output.done():
                process.send_signal(signal.SIGINT)
        out, said = await asyncio.wait_for(
            output, None if not stopping or output.done() else _PATIENCE
        )
    finally:
        if stopping:
            stopping.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _summary(site, out, said, process.returncode)


async def _output(process: Process) -> tuple[bytes, bytes]:
    """``communicate`` would close stdin, by which the child knows that we live."""
    assert process.stdout is not None
    assert process.stderr is not None
    out, said = await asyncio.gather(process.stdout.read(), process.stderr.read())
    await process.wait()
    return out, said


def _command(site: str, data_dir: Path, asked: Asked) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "crawler",
        "crawl",
        site,
        "--json",
        "--data-dir",
        str(data_dir),
    ]
    command += ["--ends-with", str(os.getpid()), *asked.arguments]
    if asked.is_due:
        command.append("--only-due-pages")
    return [*command, "--stop-after", str(asked.seconds)] if asked.seconds else command


def _summary(site: str, out: bytes, said: bytes, status: int | None) -> Summary:
    words = said.decode(errors="replace").strip().splitlines()
    last = words[-1] if words else f"ended with status {status}"
    try:
        (row,) = json.loads(out)
    except ValueError:
        raise CrawlError(f"{site}: the crawl broke: {last}") from None
    return Summary(**{field.name: row[field.name] for field in fields(Summary)})
