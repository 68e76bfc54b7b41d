"""Search as people browse: a page of results, how many there are, of what kinds, and on which days.

Numbers are exact up to ``MOST_HITS`` articles that have the words; of more, those that the catalogue got
last are counted and ``Found.is_capped`` says so.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from archive.article import Article
from archive.folding import fts_query
from archive.readonly import ReadOnly
from archive.shelves import FACETS, Facet, Shelves, places_in, shelves_of
from archive.wanted import Order, Wanted

MOST_HITS = 200_000
BEST_OF = 5_000  # the relevance of more would take seconds
PAGE = 20
MOST_PAGES = 500
SHOWN: tuple[Facet, ...] = tuple(facet for facet in FACETS if facet != "mentions")
_SECONDS = 5.0
_LONG = 3600.0  # an export of everything
_KEPT = 48  # queries whose hits are remembered; an eighth of a megabyte each at a million articles
_LEAST_REST = 1.0  # seconds
_REST = 20  # times as long as reading the shelves took, before they are read again
_AT_ONCE = 0.3  # seconds; what takes longer is done beside the requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search, in which order its results come, whether each story comes once, and which page, from 1."""

    wanted: Wanted
    order: Order = "newest"
    unique: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of results and what is known of all of them.

    ``total`` counts articles, or stories where each is asked for once.  A facet's counts are of what
    would be found if nothing were asked of that facet.
    """

    articles: tuple[Article, ...]
    total: int
    is_capped: bool
    is_best_of_some: bool
    facets: dict[Facet, list[tuple[str, int]]]
    days: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Hits:
    articles: int
    is_capped: bool


class Browser:
    """Reads one catalogue, for any number of threads; ``shared`` has read its shelves already."""

    def __init__(self, path: Path, shared: Browser | None = None) -> None:
        self.catalogue = ReadOnly(path)
        self._lock, self._keeping = threading.Lock(), threading.Lock()
        self._shelves: Shelves | None = shared._shelves if shared else None
        self._state: tuple[int, int] = shared._state if shared else (0, 0)
        self._read_at = self._took = 0.0
        self._hits: OrderedDict[tuple[int, str], _Hits] = OrderedDict()

    def find(self, asked: Asked) -> Found:
        """Search; ``TooSlowError`` if it takes longer than five seconds."""
        wanted, shelves = asked.wanted, self.shelves()
        with self.catalogue.reading(_SECONDS) as database:
            hits = self._hits_of(database, shelves, wanted.words)
            found = hits.articles & shelves.wanted(wanted)
            flags = shelves.flags(found)
            places, is_best_of_some = self._places(database, shelves, asked, flags)
            if asked.unique:
                places = _once_each(places, shelves)
            begin = (asked.page - 1) * PAGE
            articles = _articles(database, shelves, islice(places, begin, begin + PAGE))
        return Found(
            articles=tuple(articles),
            total=shelves.stories_in(flags) if asked.unique else found.bit_count(),
            is_capped=hits.is_capped,
            is_best_of_some=is_best_of_some,
            facets={f: shelves.counts(f, hits.articles & shelves.wanted(wanted, f)) for f in SHOWN},
            days=list(shelves.by_day(flags)),
        )

    def all_of(self, asked: Asked) -> Iterator[Article]:
        """Every article that is found, newest first; of more than ``MOST_HITS`` those that came last."""
        shelves = self.shelves()
        with self.catalogue.reading(_SECONDS) as database:
            hits = self._hits_of(database, shelves, asked.wanted.words)
        places = places_in(shelves.flags(hits.articles & shelves.wanted(asked.wanted)))
        if asked.unique:
            places = _once_each(places, shelves)
        with self.catalogue.reading(_LONG) as database:
            yield from _articles(database, shelves, places)

    def shelves(self) -> Shelves:
        """What is known of all articles; read again when there are new ones, but not all the time."""
        current = self._shelves
        if current is None:
            with self._lock:
                return self._shelves or self._read()
        if not self._is_rested() or not self._lock.acquire(blocking=False):
            return current
        if self._took > _AT_ONCE:
            threading.Thread(target=self._read_aside, daemon=True).start()
            return current
        try:
            return self._read()
        finally:
            self._lock.release()

    def _is_rested(self) -> bool:
        """Whether the shelves are old enough, and there is something new."""
        if time.monotonic() - self._read_at < max(_LEAST_REST, self._took * _REST):
            return False
        with self.catalogue.reading(_SECONDS) as database:
            return self._state_of(database) != self._state

    def _read_aside(self) -> None:
        try:
            self._read()
        finally:
            self._lock.release()

    def _read(self) -> Shelves:
        began = time.monotonic()
        with self.catalogue.reading(_LONG) as database:
            state = self._state_of(database)
            shelves = shelves_of(database)
        with self._keeping:
            self._hits.clear()
            self._shelves, self._state = shelves, state
        self._read_at = time.monotonic()
        self._took = self._read_at - began
        return shelves

    def _state_of(self, database: sqlite3.Connection) -> tuple[int, int]:
        (last,) = database.execute("SELECT max(article) FROM fact").fetchone()
        return self.catalogue.path.stat().st_ino, last or 0

    def _hits_of(self, database: sqlite3.Connection, shelves: Shelves, words: str) -> _Hits:
        query = fts_query(words)
        if not query:
            return _Hits(shelves.everything, is_capped=False)
        key = (id(shelves), query)
        with self._keeping:
            known = self._hits.get(key)
        if known is not None:
            return known
        rows = database.execute(
            "SELECT rowid FROM article_text WHERE article_text MATCH ? ORDER BY rowid DESC LIMIT ?",
            (query, MOST_HITS + 1),
        )
        rowids = array("q", chain.from_iterable(rows))
        hits = _Hits(shelves.set_of(rowids[:MOST_HITS]), len(rowids) > MOST_HITS)
        with self._keeping:
            if shelves is self._shelves:
                self._hits[key] = hits
            while len(self._hits) > _KEPT:
                self._hits.popitem(last=False)
        return hits

    def _places(
        self, database: sqlite3.Connection, shelves: Shelves, asked: Asked, flags: str
    ) -> tuple[Iterator[int], bool]:
        query = fts_query(asked.wanted.words)
        if asked.order == "newest" or not query:
            return places_in(flags), False
        least = _least_rowid(database, query)
        rows = database.execute(
            "SELECT rowid FROM article_text WHERE article_text MATCH ? AND rowid >= ?"
            " ORDER BY bm25(article_text, 5.0, 1.0), rowid DESC",
            (query, least),
        )
        ranked = (shelves.places[row[0]] for row in rows if row[0] < len(shelves.places))
        return (place for place in ranked if place >= 0 and flags[place] == "1"), least > 0

    def close(self) -> None:
        """Give the database back."""
        self.catalogue.close()


def _least_rowid(database: sqlite3.Connection, query: str) -> int:
    """From where on there are as many hits as can be ranked; 0 for all."""
    row = database.execute(
        "SELECT rowid FROM article_text WHERE article_text MATCH ?"
        " ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (query, BEST_OF),
    ).fetchone()
    return int(row[0]) if row else 0


def _once_each(places: Iterator[int], shelves: Shelves) -> Iterator[int]:
    met: set[int] = set()
    for place in places:
        if (story := shelves.stories[place]) not in met:
            met.add(story)
            yield place


def _articles(
    database: sqlite3.Connection, shelves: Shelves, places: Iterator[int]
) -> Iterator[Article]:
    read = "SELECT json FROM article WHERE rowid = ?"
    for place in places:
        row = database.execute(read, (shelves.rowids[place],)).fetchone()
        if row:
            yield Article.from_json(row[0])
