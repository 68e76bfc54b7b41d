"""Writing and reading WARC in one process: ours, warcio's, FastWARC's; over gzipped pages and over plain ones."""

from __future__ import annotations

import io
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.exchange import Exchange
from archive.reader import Record, read_records
from archive.records import exchange_records, gzip_member
from bench.speed.pages import made_pages

COLUMNS = ("what", "pages are", "MB/s", "to warcio's", "file, MB", "to warcio's")
PAGES = 500
TIMES = 3
_ROOT = "https://relais.example"
_HEAD = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=UTF-8\r\n{}Vary: Accept-Encoding\r\n\r\n"
_BEGAN = datetime(2026, 3, 14, tzinfo=UTC)


def rows(pages: int) -> list[Sequence[str]]:
    """Writers and readers, each timed by the processor's clock, the best of three; megabytes are of blocks."""
    return [row for coding in ("gzip", "plain") for row in _rows(coding, min(pages, PAGES))]


def _rows(coding: str, pages: int) -> Iterator[list[str]]:
    exchanges = list(_exchanges(coding, pages))
    size = sum(len(e.request) + len(e.response) for e in exchanges) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.warc.gz" for name in ("warcio", "ours")}
        writers = {"warcio": _written_by_warcio, "ours": _written}
        speeds = _speeds({n: _bound(writers[n], exchanges, files[n]) for n in writers}, size)
        sizes = {name: path.stat().st_size / 1e6 for name, path in files.items()}
        for name in writers:
            ratios = speeds[name] / speeds["warcio"], sizes[name] / sizes["warcio"]
            yield _row(f"write, {name}", coding, speeds[name], ratios[0], sizes[name], ratios[1])
        readers = {"warcio": _read_by_warcio, "FastWARC": _read_by_fastwarc, "ours": _read}
        speeds = _speeds({n: _reader(readers[n], files["ours"], pages) for n in readers}, size)
        for name in readers:
            yield _row(f"read, {name}", coding, speeds[name], speeds[name] / speeds["warcio"])


def _row(what: str, coding: str, *figures: float) -> list[str]:
    shown = (f"{figure:.{1 if figure > 10 else 2}f}" for figure in figures)
    return [what, coding, *shown, *[""] * (4 - len(figures))]


def _bound(
    write: Callable[[Sequence[Exchange], Path], None], exchanges: Sequence[Exchange], path: Path
) -> Callable[[], None]:
    return lambda: write(exchanges, path)


def _reader(read: Callable[[Path], int], path: Path, pages: int) -> Callable[[], None]:
    def all_of_it() -> None:
        found = read(path)
        assert found == 2 * pages, f"{found} records of {2 * pages}"

    return all_of_it


def _speeds(works: dict[str, Callable[[], None]], megabytes: float) -> dict[str, float]:
    best = dict.fromkeys(works, float("inf"))
    for _ in range(TIMES):
        for name, work in works.items():
            began = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - began)
    return {name: megabytes / seconds for name, seconds in best.items()}


def _exchanges(coding: str, pages: int) -> Iterator[Exchange]:
    for number, page in enumerate(made_pages(pages, _ROOT)):
        body, head = page.head + page.body, _HEAD.format("")
        if coding == "gzip":
            deflate = zlib.compressobj(6, zlib.DEFLATED, 31)
            body = deflate.compress(body) + deflate.flush()
            head = _HEAD.format("Content-Encoding: gzip\r\n")
        yield Exchange(
            url=_ROOT + page.path,
            request=f"GET {page.path} HTTP/1.1\r\nHost: relais.example\r\n\r\n".encode(),
            response=head.encode() + body,
            started=_BEGAN + timedelta(seconds=number),
            ip_address="192.0.2.7",
            protocols=("http/1.1",),
        )


def _written(exchanges: Sequence[Exchange], path: Path) -> None:
    with path.open("wb") as file:
        for exchange in exchanges:
            for record in exchange_records(exchange):
                file.write(gzip_member(record))


def _written_by_warcio(exchanges: Sequence[Exchange], path: Path) -> None:
    """With the fields that ours writes; its level is 9, and it has no other."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        for exchange in exchanges:
            more = {
                "WARC-Date": exchange.started.isoformat().replace("+00:00", "Z"),
                "WARC-IP-Address": exchange.ip_address,
            }
            for kind, block in (("response", exchange.response), ("request", exchange.request)):
                stream = io.BytesIO(block)
                head = _parsed(stream)
                record = writer.create_warc_record(
                    exchange.url, kind, payload=stream, http_headers=head, warc_headers_dict=more
                )
                writer.write_record(record)


def _parsed(stream: io.BytesIO) -> StatusAndHeaders:
    protocol, _, rest = stream.readline().decode().rstrip().partition(" ")
    headers = []
    while line := stream.readline().decode().rstrip():
        name, _, value = line.partition(": ")
        headers.append((name, value))
    return StatusAndHeaders(rest, headers, protocol)


def _read(path: Path) -> int:
    return sum(isinstance(found, Record) and bool(found.block) for found in read_records(path))


def _read_by_fastwarc(path: Path) -> int:
    with path.open("rb") as file:
        return sum(bool(r.reader.read()) for r in FastIterator(file, parse_http=False))


def _read_by_warcio(path: Path) -> int:
    with path.open("rb") as file:
        records = ArchiveIterator(file, no_record_parse=True)
        return sum(bool(record.raw_stream.read()) for record in records)
