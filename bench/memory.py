"""Peak memory over much work: many pages, one huge body, one huge WARC file, many documents read.

``python -m bench.memory`` prints a table; its exit status is 1 if a process took more than the limit, or
one that reads pages grew.  ``--pages``, ``--gigabytes`` and ``--documents`` make it shorter or longer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Thread

import psutil

from archive.article import Article
from archive.exchange import Exchange
from archive.records import exchange_records, gzip_member
from bench.speed.pages import Page, made_pages
from crawler.beside import NOTHING
from crawler.commands.table import table
from crawler.fingerprint import Fingerprint
from crawler.learned import LearnedStore
from crawler.pool import ExtractionPool
from crawler.verdict import Reading
from tests.treesite import SITE, TreeSite, serving

LIMIT_MB = 300
READING_MB = 250  # of a process that reads pages
GROWTH = 1.1  # at most, of such a process, from the second thousand documents on
AT_ONCE = 8  # documents under way
CHUNK = b"<p>mali</p>\n" * 87_381  # a megabyte


@dataclass(frozen=True, slots=True)
class Peak:
    """What a command did with its memory: resident megabytes at the highest, and seconds."""

    what: str
    megabytes: float
    seconds: float
    status: int  # 0 as expected
    limit: float = LIMIT_MB

    @property
    def is_good(self) -> bool:
        """Done, and below the limit."""
        return self.status == 0 and self.megabytes < self.limit


def main() -> int:
    """Measure all, print, and tell whether all was below the limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000, help="pages of one crawl")
    parser.add_argument("--gigabytes", type=int, default=10, help="size of the WARC file read")
    parser.add_argument("--documents", type=int, default=10_000, help="that one worker reads")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peaks = list(_reading(Path(folder), options.documents))
        peaks += _peaks(Path(folder), options.pages, options.gigabytes)
    rows = [[p.what, f"{p.megabytes:.0f}", f"{p.seconds:.0f}", str(p.status)] for p in peaks]
    sys.stdout.write(table(["work", "peak MB", "seconds", "exit"], rows) + "\n")
    return int(not all(peak.is_good for peak in peaks))


def _peaks(folder: Path, pages: int, gigabytes: int) -> Iterator[Peak]:
    with serving(TreeSite(pages)) as site:
        data_dir = folder / "crawl"
        site.write_site_file(data_dir)
        yield _measured(f"crawl of {pages} pages", "crawl", SITE, "--data-dir", data_dir)
    with _endless_body() as url:
        yield _measured(
            "scrape of an endless body",
            "scrape",
            "--allow-private",
            url,
            "--data-dir",
            folder / "endless",
            good=1,
        )
    warc = folder / "huge.warc.gz"
    _write_huge(warc, gigabytes)
    yield _measured(f"verify of {gigabytes} GB", "verify", warc)
    yield _measured(f"extract of {gigabytes} GB", "extract", warc, "-o", folder / "out.jsonl")
    yield _measured(f"cdxj of {gigabytes} GB", "cdxj", warc)


def _reading(folder: Path, documents: int) -> Iterator[Peak]:
    """One worker of the pool that crawls use, a row a thousand documents."""
    peaks = asyncio.run(fed(folder, documents))
    for number, (megabytes, seconds) in enumerate(peaks):
        what = f"worker, documents {1000 * number + 1} to {min(1000 * (number + 1), documents)}"
        grown = has_grown([megabytes for megabytes, _ in peaks[: number + 1]])
        yield Peak(what, megabytes, seconds, int(grown), READING_MB)


def has_grown(megabytes: Sequence[float]) -> bool:
    """From the second to the last; what is loaded when first asked for is there by the second."""
    return len(megabytes) > 2 and megabytes[-1] > GROWTH * megabytes[1]


async def fed(folder: Path, documents: int) -> list[tuple[float, float]]:
    """The peak of its processes, and seconds, in each thousand."""
    pool, store = ExtractionPool(1), LearnedStore(folder)
    pages = made_pages(documents, "https://relais.example")
    peaks, peak, began, done = list[tuple[float, float]](), 0.0, time.monotonic(), 0
    while batch := list(islice(pages, AT_ONCE)):
        await asyncio.gather(*(_read(pool, store, page) for page in batch))
        own = psutil.Process().children(recursive=True)
        peak, done = max(peak, *(_peak_of(process.pid) for process in own)), done + len(batch)
        if done % 1000 == 0 or done == documents:
            peaks.append((peak, time.monotonic() - began))
            peak, began = 0.0, time.monotonic()
    pool.close()
    store.close()
    return peaks


async def _read(pool: ExtractionPool, store: LearnedStore, page: Page) -> None:
    """As a crawl does: first for what recurs on the site, then for the article."""
    url = f"https://relais.example{page.path}"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n"
    record = exchange_records(_exchange(url, head + page.head + page.body))[0]
    lines = await pool.fingerprint(record)
    assert isinstance(lines, Fingerprint), lines
    standing = await asyncio.wrap_future(store.meet(lines))
    reading = await pool.reading(record, None, standing.learned, NOTHING)
    assert isinstance(reading, Reading), reading
    assert isinstance(reading.result, Article), reading.result


def _measured(what: str, *arguments: object, good: int = 0) -> Peak:
    """Run ``djeli`` with its output thrown away; ``good`` is the status that is expected."""
    began = time.monotonic()
    command = [sys.executable, "-m", "crawler", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak_of(process.pid))
        time.sleep(0.1)
    return Peak(what, peak, time.monotonic() - began, int(process.returncode != good))


def _peak_of(pid: int) -> float:
    """Megabytes; ``ru_maxrss`` would count what the child was before it became another program: this one."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def _endless_body() -> Iterator[str]:
    """A server that never stops sending one page."""
    listener = socket.create_server(("127.0.0.1", 0))
    Thread(target=_send_for_ever, args=(listener,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def _send_for_ever(listener: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            Thread(target=_send, args=(connection,), daemon=True).start()


def _send(connection: socket.socket) -> None:
    with suppress(OSError), connection:
        asked = connection.recv(65536)
        if asked.startswith(b"GET /robots.txt"):
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(1 << 10):  # 1 GB
            connection.sendall(CHUNK)


def _write_huge(path: Path, gigabytes: int) -> None:
    """Records of a megabyte that does not compress."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"
    payload = bytearray(os.urandom(1 << 20))
    with path.open("wb") as file:
        for number in range(gigabytes << 10):
            payload[:8] = number.to_bytes(8, "big")
            exchange = _exchange(f"http://127.0.0.1/{number}", head + payload)
            for record in exchange_records(exchange):
                file.write(gzip_member(record))


def _exchange(url: str, response: bytes) -> Exchange:
    request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    return Exchange(url=url, request=request, response=response, started=datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main())
