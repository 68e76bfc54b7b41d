"""The catalogue: which articles there are, what they share, and search over them.

Made from ``articles/*.jsonl`` and can be made from them again.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Literal

from archive.article import Article, Written
from archive.clusters import Added, Clusters
from archive.copies import Copies, Related, Story, Version
from archive.database import opened
from archive.errors import ArchiveError
from archive.folding import fold
from archive.migrations import MIGRATIONS
from archive.sketch import Sketch
from archive.wanted import Order, Wanted, statements

Named = Literal["site", "language", "wire", "actor"]
_AT_ONCE = 500  # articles of an older catalogue that are filled in together


# Shingles' hashes lie anywhere: each batch writes to most pages of their table, so a page is kept that the next one
# needs (16 MB), and pages go from the log into the file when it holds as many, not each time.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
    " PRAGMA wal_autocheckpoint=4000;"
)


class Catalogue:
    """Articles by id, by URL, by their words and by what they share.  One instance serves one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = opened(path, PRAGMAS)
            self._clusters = Clusters(self._db)
            self._copies = Copies(self._db)
            self._migrate()
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot open the catalogue {path}: {e}") from e

    def _migrate(self) -> None:
        if self._version() == len(MIGRATIONS):
            return
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            version = self._version()  # another process may have been faster
            for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
                for part in script.split(";"):
                    self._db.execute(part)
                self._db.execute(f"PRAGMA user_version={number}")
            if version:
                self._fill(version)

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise ArchiveError(f"{self._path} is of a newer version ({version}) than this Djeli")
        find = "SELECT count(*), sum(name = 'article') FROM sqlite_schema"
        tables, articles = self._db.execute(find).fetchone()
        if tables and not (version and articles):
            raise ArchiveError(f"{self._path} is no catalogue: it has other tables")
        return int(version)

    def _fill(self, version: int) -> None:
        """Give the articles of an older catalogue what came after its version."""
        last = 0
        while True:
            rows = self._db.execute(
                "SELECT rowid, json FROM article WHERE rowid > ? ORDER BY rowid LIMIT ?",
                (last, _AT_ONCE),
            ).fetchall()
            if not rows:
                return
            articles = [(rowid, Article.from_json(json)) for rowid, json in rows]
            if version == 1:
                self._describe(articles)
            for rowid, article in articles:
                self._index_words(rowid, article)
            last = rows[-1][0]

    def _index_words(self, rowid: int, article: Article) -> None:
        text = "\n".join(filter(None, (article.lead, article.text)))
        self._db.execute(
            "INSERT INTO article_text(rowid, title, text) VALUES(?, ?, ?)",
            (rowid, fold(article.title), fold(text)),
        )

    def add(self, articles: Iterable[Article], file: str, size: int) -> None:
        """As ``add_written`` does."""
        self.add_written(map(Written.of, articles), file, size)

    def add_written(self, articles: Iterable[Written], file: str, size: int) -> None:
        """All or none; ``size`` is how much of the file the catalogue holds from now on.

        An id that is there already keeps what it has.
        """
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._describe([row for article in articles for row in self._insert(article)])
                self._db.execute("INSERT OR REPLACE INTO file VALUES(?, ?)", (file, size))
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot write the catalogue {self._path}: {e}") from e

    def _insert(self, written: Written) -> Iterator[tuple[int, Article]]:
        article = written.article
        inserted = self._db.execute(
            "INSERT OR IGNORE INTO article(id, url, canonical_url, site, language, moment, json)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.url,
                article.canonical_url,
                article.site,
                article.language,
                _moment(article),
                written.line,
            ),
        )
        if inserted.rowcount:
            rowid = inserted.lastrowid or 0
            self._index_words(rowid, article)
            yield rowid, article

    def _describe(self, rows: list[tuple[int, Article]]) -> None:
        """What is known of new articles, and what they share with others."""
        added = []
        addresses: dict[int, None] = {}
        for rowid, article in rows:
            moment = _moment(article)
            appeared = moment if "T" in moment else f"{moment}~"  # after all times of the day
            address = _number(article.canonical_url)
            self._state(rowid, article, (moment, appeared, address))
            addresses[address] = None
            sketch = _sketch(article)
            if sketch:
                added.append(Added(rowid=rowid, id=article.id, appeared=appeared, sketch=sketch))
        for address in addresses:
            self._number_versions(address)
        self._clusters.add(added)

    def _state(self, rowid: int, article: Article, placed: tuple[str, str, int]) -> None:
        moment, appeared, address = placed
        said = unicodedata.normalize("NFC", f"{article.title}\n{article.text}")
        self._db.execute(
            "INSERT INTO fact VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, NULL)",
            (
                rowid,
                article.id,
                moment,
                appeared,
                _utc(article.fetched_at),
                address,
                article.site,
                article.language,
                article.access,
                article.wire.agency if article.wire else None,
                article.relevance.score if article.relevance else None,
                _number(" ".join(said.split())),
            ),
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO place VALUES(?, ?, ?, ?)",
            [(country.code, country.role, moment, rowid) for country in article.countries],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO actor VALUES(?, ?, ?)",
            [(actor.name, moment, rowid) for actor in article.actors],
        )

    def _number_versions(self, address: int) -> None:
        """Captures of one address in order: a version ends where title or text change."""
        rows = self._db.execute(
            "SELECT article, edition, version FROM fact WHERE address = ? ORDER BY fetched, id",
            (address,),
        ).fetchall()
        version, last = 0, None
        for article, edition, before in rows:
            version += edition != last
            last = edition
            if version != before:
                self._db.execute(
                    "UPDATE fact SET version = ? WHERE article = ?", (version, article)
                )

    def known(self, ids: Iterable[str]) -> set[str]:
        """Which of these ids are there."""
        find = "SELECT id FROM article WHERE id = ?"
        return {id_ for id_ in ids if self._db.execute(find, (id_,)).fetchone()}

    def json_of(self, article_id: str) -> str | None:
        """The article as it was written."""
        row = self._db.execute("SELECT json FROM article WHERE id = ?", (article_id,)).fetchone()
        return str(row[0]) if row else None

    def ids(self) -> Iterator[str]:
        """Of all articles."""
        return (str(row[0]) for row in self._db.execute("SELECT id FROM article ORDER BY id"))

    def has_url(self, url: str) -> bool:
        """Whether there is an article that was fetched from this URL or calls it canonical."""
        find = "SELECT 1 FROM article WHERE url = ? OR canonical_url = ? LIMIT 1"
        return self._db.execute(find, (url, url)).fetchone() is not None

    def newest_at(self, url: str) -> Article | None:
        """The article that was last fetched from this URL, or last called it canonical."""
        row = self._db.execute(
            "SELECT json FROM article WHERE url = ? OR canonical_url = ?"
            " ORDER BY json ->> '$.fetched_at' DESC, id DESC LIMIT 1",
            (url, url),
        ).fetchone()
        return Article.from_json(row[0]) if row else None

    def size_of(self, file: str) -> int:
        """How many bytes of an articles file the catalogue holds."""
        row = self._db.execute("SELECT size FROM file WHERE name = ?", (file,)).fetchone()
        return int(row[0]) if row else 0

    def files(self) -> dict[str, int]:
        """The files of articles that it knows, and how many bytes of each it holds."""
        return dict(self._db.execute("SELECT name, size FROM file ORDER BY name").fetchall())

    def search(self, wanted: Wanted, order: Order = "newest") -> Iterator[Article]:
        """The articles that are wanted, with every word; a word ending in * is a prefix.

        No query is a syntax error: it is taken as words.
        """
        found = [self._db.execute(s.sql, s.values) for s in statements(wanted, order)]
        rows = found[0] if len(found) == 1 else merge(*found, reverse=True)
        read = "SELECT json FROM article WHERE rowid = ?"
        for (_, _, rowid), _ in groupby(rows):
            yield Article.from_json(self._db.execute(read, (rowid,)).fetchone()[0])

    def once_each(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The first of each story, in their order."""
        return self._copies.once_each(articles)

    def count(self) -> int:
        """How many articles there are."""
        return int(self._db.execute("SELECT count(*) FROM article").fetchone()[0])

    def values_of(self, name: Named) -> list[str]:
        """Which ones there are of what articles are filtered by, in order."""
        column, table = ("name", "actor") if name == "actor" else (name, "fact")
        rows = self._db.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1"
        )
        return [str(row[0]) for row in rows]

    def related(self, article_id: str) -> list[Related]:
        """What shares text with an article, those with most first; other captures of its page are its versions."""
        return self._copies.related(article_id)

    def story_of(self, article_id: str) -> Story | None:
        """The articles that tell the same as this one, itself among them; None for an id that is unknown."""
        return self._copies.story_of(article_id)

    def versions_of(self, article_id: str) -> list[Version]:
        """The captures of an article's page, oldest first."""
        return self._copies.versions_of(article_id)

    def close(self) -> None:
        """Give the database file back."""
        self._db.close()


def _sketch(article: Article) -> Sketch | None:
    """The article's own; made from its text for one of schema 1.0, or whose line somebody has changed."""
    if article.sketch is None:
        return Sketch.of(article.text)
    try:
        return Sketch.from_text(article.sketch)
    except ValueError:
        return Sketch.of(article.text)


def _utc(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat()


def _moment(article: Article) -> str:
    """What articles are sorted by: when published, else when fetched; UTC, or a bare day."""
    text = article.published_at or article.fetched_at
    return _utc(text) if "T" in text else text


def _number(text: str) -> int:
    """64 bits that stand for a text, as SQLite keeps them."""
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
