"""newspaper4k in eight threads, no archive: ``… newspaper_threads URLS FOLDER``."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import newspaper


def _article(url: str) -> str | None:
    found = newspaper.Article(url)
    found.download()
    found.parse()
    told = {"url": url, "title": found.title, "authors": found.authors, "text": found.text}
    return json.dumps(told | {"date": str(found.publish_date), "language": found.meta_lang})


def main(urls: str, folder: str) -> None:
    """A line an article."""
    told = {"articles": 0}
    with (
        ThreadPoolExecutor(8) as pool,
        Path(folder, "articles.jsonl").open("w", encoding="utf-8") as out,
    ):
        for line in pool.map(_article, Path(urls).read_text().split()):
            if line:
                told["articles"] += 1
                out.write(line + "\n")
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
