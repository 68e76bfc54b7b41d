"""What a dead run handed in is judged by the site's state: new, or there already."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archive.article import Article
from archive.articles import open_articles, release
from archive.errors import ArchiveError
from crawler.cluster.travel import ledger_to_write, tables_of
from crawler.ledger import Ledger
from crawler.pickling import unpickled
from crawler.urls import identity
from spiders.books import Books
from spiders.held import Held, says_same


def take_up(folder: Path, journal: Path, lines: Path) -> int:
    """Make the articles that are new the run's own, and their pages held; how many they are.

    The articles are durable before their pages are noted: killed in between, the run itself is
    a leftover that has them.
    """
    store, taken = open_articles(folder), 0
    try:
        with ledger_to_write(journal) as (database, ledger), _held(folder) as held:
            for article in _articles(lines):
                if not _is_there(article, ledger, held):
                    store.add(article).result()
                    _note(article, database, ledger)
                    taken += 1
    finally:
        release(store)
    return taken


def _articles(path: Path) -> Iterator[Article]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from map(Article.from_json, lines)


@contextmanager
def _held(folder: Path) -> Iterator[Held]:
    held = Held(folder)
    try:
        yield held
    finally:
        held.close()


def _is_there(article: Article, ledger: Ledger, held: Held) -> bool:
    if any(map(ledger.is_done, _addresses(article))):
        return True
    newest = held.newest(article)
    return newest is not None and says_same(newest, article)


def _addresses(article: Article) -> tuple[str, str]:
    return article.url, article.canonical_url


def _note(article: Article, database: sqlite3.Connection, ledger: Ledger) -> None:
    """As if this run had fetched it: neither a link nor a waiting request asks for it again."""
    for url in dict.fromkeys(_addresses(article)):
        Books(ledger, None).keep(url, article, datetime.now(UTC))
    if "pending" not in tables_of(database):  # the last run has ended
        return
    names = {identity(url) for url in _addresses(article)}
    rows = database.execute("SELECT id, request FROM pending").fetchall()
    try:
        done = [(row,) for row, blob in rows if identity(unpickled(blob)["url"]) in names]
    except pickle.UnpicklingError as e:
        raise ArchiveError(f"the state of {article.site} is damaged: {e}") from e
    database.executemany("DELETE FROM pending WHERE id = ?", done)
