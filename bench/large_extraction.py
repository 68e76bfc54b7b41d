"""What re-extraction and a reading room over many machines cost: ``python -m bench.large_extraction``.

Writes WARC files of made pages, reads them in one process, in the pool and on Dask, compares the bytes, and takes
files and articles into a reading room.  CPU seconds are those of all processes together: they hold on a machine
that does other things as well, wall-clock seconds do not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from archive.exchange import Exchange
from archive.records import exchange_records, gzip_member
from bench.madetext import made_texts

_EVERY = 0.1  # seconds between two looks at the processes
_START = datetime(2026, 3, 1, tzinfo=UTC)
_FURNITURE = "Subscribe to the morning letter of this newspaper and never miss a word of it. "
_MENU = "".join(f'<li><a href="/section/{n}">Section number {n}</a></li>' for n in range(120))


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one command."""

    what: str
    wall: float
    cpu: float


def main() -> int:
    """Print the table; 1 if the bytes differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--pages", type=int, default=250, help="in each file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="djeli-bench-") as folder:
        return _measure(Path(folder), options.files, options.pages)


def _measure(folder: Path, files: int, pages: int) -> int:
    (folder / "warc").mkdir()
    for number in range(files):
        _write(folder / "warc" / f"made-{number:03}.warc.gz", number, pages)
    warcs = sorted((folder / "warc").iterdir())
    size = sum(path.stat().st_size for path in warcs)
    costs, outputs = list[Cost](), dict[str, bytes]()
    common = ("extract", "--relearn", *map(str, warcs), "--data-dir", str(folder / "data"))
    for what, more, environment in _RUNS:
        output = folder / "articles.jsonl"
        costs.append(_run(what, (*common, *more, "-o", str(output)), environment))
        outputs[what] = output.read_bytes()
    out = ("--out", str(folder / "out"))
    costs.append(_run("Dask, --out", (*common, "--engine", "dask", *out), {}))
    outputs["Dask, --out"] = _all_of(folder / "out")
    costs.append(_run("the same again", (*common, "--engine", "dask", *out), {}))
    (folder / "articles").mkdir()
    (folder / "articles" / "all.jsonl").write_bytes(outputs["one process"])
    room = ("rebuild", "--from", str(folder), "--data-dir", str(folder / "room"))
    costs.append(_run("rebuild --from", room, {}))
    costs.append(_run("rebuild --from, nothing new", room, {}))
    _print(costs, files * pages, size)
    same = len(set(outputs.values())) == 1
    sys.stdout.write(f"bytes of the articles: {'the same' if same else 'THEY DIFFER'}\n")
    return int(not same)


_RUNS: tuple[tuple[str, tuple[str, ...], Mapping[str, str]], ...] = (
    ("one process", (), {"DJELI_PROCESSES": "1"}),
    ("the pool", (), {}),
    ("Dask", ("--engine", "dask"), {}),
)


def _write(path: Path, number: int, pages: int) -> None:
    """Pages of four sites in each file, 40 kB each as they are on the wire."""
    with path.open("wb") as file:
        for place, (language, text) in enumerate(made_texts(number * pages + pages)):
            if place < number * pages:
                continue
            url = f"http://site-{number % 2}{place % 4}.example/2026/03/story-{place}.html"
            page = _page(place, language, text)
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
            )
            exchange = Exchange(
                url=url,
                request=b"GET / HTTP/1.1\r\n\r\n",
                response=head.encode() + page,
                started=_START + timedelta(seconds=place),
            )
            for record in exchange_records(exchange, None):
                file.write(gzip_member(record))


def _page(place: int, language: str, text: str) -> bytes:
    sentences = text.split(". ")
    blocks = [". ".join(sentences[n : n + 3]) for n in range(0, len(sentences), 3)]
    body = "".join(f"<p>{block}.</p>" for block in blocks)
    return (
        f'<!doctype html><html lang={language}><head><meta charset="utf-8"><title>{text[:60]}</title></head>'
        f"<body><nav><ul>{_MENU * 4}</ul></nav><article><h1>{text[:60]}</h1>{body}</article>"
        f"<p>{_FURNITURE}</p><footer>{_MENU}</footer></body></html>"
    ).encode()


def _run(what: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Cost:
    began, spent = time.monotonic(), dict[int, float]()
    process = psutil.Popen(
        [sys.executable, "-m", "crawler", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    while process.poll() is None:
        for one in (process, *_below(process)):
            with suppress(psutil.Error):
                spent[one.pid] = sum(one.cpu_times()[:2])
        time.sleep(_EVERY)
    if process.returncode:
        raise SystemExit(f"{what}: djeli ended with {process.returncode}")
    return Cost(what, time.monotonic() - began, sum(spent.values()))


def _below(process: psutil.Process) -> list[psutil.Process]:
    """Workers are children of a fork server: nobody waits for them, so the system adds them up nowhere."""
    try:
        found: list[psutil.Process] = process.children(recursive=True)
    except psutil.Error:
        return []
    return found


def _all_of(out: Path) -> bytes:
    listed = json.loads((out / "run.json").read_text())["files"]
    return b"".join((out / entry["file"]).read_bytes() for entry in listed)


def _print(costs: list[Cost], pages: int, size: int) -> None:
    sys.stdout.write(
        f"{pages} pages, {size / 1e6:.1f} MB of WARC files, {os.cpu_count()} cores\n\n"
    )
    sys.stdout.writelines(_lines(costs, pages))


def _lines(costs: list[Cost], pages: int) -> Iterator[str]:
    yield "| what | seconds | CPU seconds | CPU ms a page |\n| --- | --- | --- | --- |\n"
    for cost in costs:
        each = 1000 * cost.cpu / pages
        yield f"| {cost.what} | {cost.wall:.1f} | {cost.cpu:.1f} | {each:.1f} |\n"


if __name__ == "__main__":
    sys.exit(main())
