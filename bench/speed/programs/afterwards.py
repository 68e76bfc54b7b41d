"""wget writes a WARC file; warcio reads it and two processes extract: ``… afterwards WARC FOLDER``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.speed.programs.naive import article


def _pages(path: str) -> Iterator[tuple[bytes, str]]:
    from warcio.archiveiterator import ArchiveIterator

    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                yield record.content_stream().read(), url.strip("<>")


def _extract(page: tuple[bytes, str]) -> str | None:
    return article(*page)


def main(path: str, folder: str) -> None:
    """A line an article."""
    told = {"articles": 0}
    with (
        ProcessPoolExecutor(2) as pool,
        Path(folder, "articles.jsonl").open("w", encoding="utf-8") as out,
    ):
        for line in pool.map(_extract, _pages(path), chunksize=8):
            if line:
                told["articles"] += 1
                out.write(line + "\n")
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
