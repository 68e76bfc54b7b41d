"""Make the derived files again from the WARC files, aside, and put them in place when they are whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.article import Article
from archive.articles import ArticleStore
from archive.errors import ArchiveError
from archive.folders import sync_folder
from archive.index import Index
from archive.keep import index_records
from archive.reader import Record, read_records
from archive.warcfile import open_files

ASIDE = "rebuild"
DERIVED = ("index.sqlite", "catalogue.sqlite", "articles")
BATCH = 1000  # records in one transaction of the index


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What the WARC files gave; ``missing`` articles were there before and did not come again."""

    records: int
    articles: int
    missing: int


def rebuild(data_dir: Path, articles_of: Callable[[Sequence[Path]], Iterator[Article]]) -> Rebuilt:
    """Index, catalogue and articles, from ``warc/`` alone.

    ``articles_of`` gives the articles of files.  Articles that do not come again, since their WARC
    file is gone or rules have changed, are left in ``articles.old``.  Raises ``ArchiveError`` while
    a crawl is writing, or if there is nothing to make them from.
    """
    warcs = sorted((data_dir / "warc").glob("*.warc.gz"))
    writing = open_files(data_dir / "warc")
    if writing:
        raise ArchiveError(f"{writing[0]} is being written: let the crawl end first")
    if not warcs:
        raise ArchiveError(f"no WARC files in {data_dir / 'warc'}")
    aside = data_dir / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    records = _index(warcs, aside / "index.sqlite")
    _articles(warcs, aside, articles_of)
    before, after = _ids(data_dir / "articles"), _ids(aside / "articles")
    missing = len(before - after)
    _put_in_place(aside, data_dir, keep_old=missing > 0)
    return Rebuilt(records=records, articles=len(after), missing=missing)


def _index(warcs: list[Path], path: Path) -> int:
    index, count, batch = Index(path), 0, list[Record]()
    for warc in warcs:
        for found in read_records(warc):
            if not isinstance(found, Record):
                continue
            count += 1
            batch.append(found)
            if len(batch) >= BATCH:
                index_records(index, batch)
                batch.clear()
    index_records(index, batch)
    index.close()
    return count


def _articles(
    warcs: list[Path], aside: Path, articles_of: Callable[[Sequence[Path]], Iterator[Article]]
) -> None:
    store = ArticleStore(aside)
    last = None
    for article in articles_of(warcs):
        last = store.add(article)
    if last:
        last.result()
    store.close()
    (aside / "articles" / ".lock").unlink(missing_ok=True)


def _ids(folder: Path) -> set[str]:
    paths = sorted(folder.glob("*.jsonl"))
    return {
        Article.from_json(line).id
        for path in paths
        for line in path.read_bytes().decode().split("\n")
        if line
    }


def _put_in_place(aside: Path, data_dir: Path, *, keep_old: bool) -> None:
    old = data_dir / "articles.old"
    if (data_dir / "articles").exists():
        shutil.rmtree(old, ignore_errors=True)
        (data_dir / "articles").rename(old)
    for name in DERIVED:
        for log in ("-wal", "-shm"):
            (data_dir / f"{name}{log}").unlink(missing_ok=True)
        (aside / name).rename(data_dir / name)
    sync_folder(data_dir)
    shutil.rmtree(aside)
    if not keep_old:
        shutil.rmtree(old, ignore_errors=True)
