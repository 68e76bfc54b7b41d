"""Djeli for Python programs: six functions, each of which a command uses.

>>> from crawler.api import Wanted, search
>>> for article in search(Path("data"), Wanted(words="convoi", countries=("ML",))):
...     print(article.title)

Articles are ``archive.article.Article``.  What cannot be read raises ``archive.errors.DjeliError``, in one
line that names the file.  ``articles_of``, ``scrape`` and ``crawl_site`` start processes: call them in a script under
``if __name__ == "__main__":``.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from archive.article import Article
from archive.errors import DjeliError, UsageError
from archive.wanted import Order, Wanted

if TYPE_CHECKING:
    from archive.verify import Fault
    from crawler.progress import Summary

__all__ = ["Page", "Wanted", "articles_of", "capture", "crawl_site", "scrape", "search", "verify"]

_DATA = Path("data")


def articles_of(
    warcs: Iterable[Path], data_dir: Path = _DATA, *, relearn: bool = False
) -> Iterator[Article]:
    """The articles in WARC or ARC files, in the order of their records, as ``djeli extract`` gives them.

    ``data_dir`` is where your own site files are.  A file that is missing, damaged or no WARC file is
    told on stderr and passed over.
    """
    from crawler.commands.extract import Extraction, extracted
    from crawler.commands.extracting import Tally

    return extracted(list(warcs), Extraction(data_dir, relearn), Tally())


def search(
    data_dir: Path, wanted: Wanted, *, order: Order = "newest", unique: bool = False
) -> Iterator[Article]:
    """The articles that are wanted, as ``djeli search`` finds them; with ``unique`` each story once."""
    from crawler.commands.search import Asked, matching, open_catalogue

    with open_catalogue(data_dir) as catalogue:
        yield from matching(catalogue, Asked(wanted, order, unique))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer as it was archived; ``body`` is without any coding.

    ``record_id``, ``file`` and ``offset`` say where the payload lies: of a revisit those of its original.
    """

    url: str
    captured_at: datetime
    status: int
    content_type: str
    body: bytes
    record_id: str | None
    file: str
    offset: int


def capture(data_dir: Path, url: str, when: datetime | None = None) -> Page | None:
    """The newest good answer of a URL that was archived before ``when``; None if there is none.

    The same that ``djeli crawl --from-archive --as-of`` is answered with.
    """
    from archive.asof import answer_at
    from archive.captured import Captured
    from archive.replay import replayed
    from crawler.coding import decoded

    captured = Captured(data_dir)
    try:
        answer = answer_at(captured, url, when)
        if answer is None:
            return None
        sent = replayed(captured.record_of(answer.capture), answer.record)
    finally:
        captured.close()
    return Page(
        url=answer.capture.url,
        captured_at=datetime.fromisoformat(answer.capture.date),
        status=sent.status,
        content_type=sent.content_type,
        body=decoded(sent.body, sent.coding)[0],
        record_id=answer.record.id,
        file=answer.original.file,
        offset=answer.original.offset,
    )


def scrape(
    urls: Iterable[str], data_dir: Path = _DATA, *, arguments: Sequence[str] = ()
) -> Iterator[Article]:
    """The articles at URLs, as they come; ``djeli scrape`` in a process of its own, for Scrapy runs once in one.

    ``arguments`` are further options of that command, such as ``--no-archive``.  Why a URL gave none is told on
    stderr.
    """
    command = [sys.executable, "-m", "crawler", "scrape", "-", "--data-dir", str(data_dir)]
    with tempfile.TemporaryFile("w+") as asked:
        asked.writelines(f"{url}\n" for url in urls)
        asked.seek(0)
        with subprocess.Popen(
            [*command, *arguments], stdin=asked, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as process:
            assert process.stdout is not None
            try:
                yield from map(Article.from_json, process.stdout)
            except GeneratorExit:
                process.terminate()
                raise
    if process.returncode == 2:
        raise UsageError("djeli scrape was called wrongly; it says on stderr how")
    if process.returncode not in (0, 1):
        raise DjeliError(f"djeli scrape ended with status {process.returncode}")


def crawl_site(site: str, data_dir: Path = _DATA, *, arguments: Sequence[str] = ()) -> Summary:
    """One crawl of one site, as ``djeli crawl SITE`` does it; each job of ``djeli worker`` is this.

    ``arguments`` are further options of that command, such as ``--no-requisites``.  Raises ``DjeliError`` if
    there was no crawl.
    """
    from crawler.cluster import child

    asked = child.Asked(is_due=False, arguments=tuple(arguments))
    return asyncio.run(child.crawl_site(site, data_dir, asked))


def verify(files: Sequence[Path | str] = (), data_dir: Path = _DATA) -> Iterator[Fault]:
    """What is wrong with WARC and WACZ files or, if none is named, with the archive, as ``djeli verify`` tells it."""
    from crawler.commands.verify import verifications

    return chain.from_iterable(verifications(files, data_dir))
