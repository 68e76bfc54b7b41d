"""The catalogue: which articles there are, and full-text search over them.

Made from ``articles/*.jsonl`` and can be made from them again.  Words are indexed folded: without
case, accents, Arabic vowel signs and the variants of Arabic letters that people type for each other.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive.article import Article
from archive.database import opened
from archive.errors import ArchiveError

_MIGRATIONS = (
    """
    CREATE TABLE article(
      rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, canonical_url TEXT NOT NULL,
      site TEXT, language TEXT, moment TEXT NOT NULL, json TEXT NOT NULL);
    CREATE INDEX article_url ON article(url);
    CREATE INDEX article_canonical_url ON article(canonical_url);
    CREATE TABLE file(name TEXT PRIMARY KEY, size INTEGER NOT NULL);
    CREATE VIRTUAL TABLE article_text USING fts5(title, text, content='');
    """,
)

_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_WORDS = re.compile(r"\w+")


def fold(text: str) -> str:
    """The form in which words are compared: ``Armée`` and ``armee`` are one, so are ``قُتِل`` and ``قتل``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.translate(_ARABIC)


class Catalogue:
    """Articles by id, by URL and by their words.  One instance serves one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = opened(path, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
            self._migrate()
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot open the catalogue {path}: {e}") from e

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(_MIGRATIONS):
            raise ArchiveError(f"{self._path} is of a newer version ({version}) than this Djeli")
        for number, script in enumerate(_MIGRATIONS[version:], start=version + 1):
            self._db.executescript(f"BEGIN; {script} PRAGMA user_version={number}; COMMIT;")

    def add(self, articles: Iterable[Article], file: str, size: int) -> None:
        """All or none; ``size`` is how much of the file the catalogue holds from now on.

        An id that is there already keeps what it has.
        """
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                for article in articles:
                    self._insert(article)
                self._db.execute("INSERT OR REPLACE INTO file VALUES(?, ?)", (file, size))
        except sqlite3.Error as e:
            raise ArchiveError(f"cannot write the catalogue {self._path}: {e}") from e

    def _insert(self, article: Article) -> None:
        json = article.to_json()
        article = Article.from_json(json)  # as the file has it
        row = (
            article.id,
            article.url,
            article.canonical_url,
            article.site,
            article.language,
            _moment(article),
            json,
        )
        inserted = self._db.execute(
            "INSERT OR IGNORE INTO article(id, url, canonical_url, site, language, moment, json)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        if inserted.rowcount:
            text = "\n".join(filter(None, (article.lead, article.text)))
            self._db.execute(
                "INSERT INTO article_text(rowid, title, text) VALUES(?, ?, ?)",
                (inserted.lastrowid, fold(article.title), fold(text)),
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

    def size_of(self, file: str) -> int:
        """How many bytes of an articles file the catalogue holds."""
        row = self._db.execute("SELECT size FROM file WHERE name = ?", (file,)).fetchone()
        return int(row[0]) if row else 0

    def search(
        self, query: str, *, site: str | None, language: str | None, limit: int
    ) -> Iterator[Article]:
        """Articles that hold every word of the query, newest first; a word ending in * is a prefix.

        No query is a syntax error: it is taken as words.  An empty one finds everything.
        """
        match = _fts_query(query)
        where = ["article_text MATCH :match"] if match else []
        where += ["site = :site"] if site else []
        where += ["language = :language"] if language else []
        joined = "JOIN article_text ON article_text.rowid = article.rowid" if match else ""
        condition = f"WHERE {' AND '.join(where)}" if where else ""
        rows = self._db.execute(
            f"SELECT json FROM article {joined} {condition} ORDER BY moment DESC, id LIMIT :limit",
            {"match": match, "site": site, "language": language, "limit": limit},
        )
        return (Article.from_json(json) for (json,) in rows)

    def count(self) -> int:
        """How many articles there are."""
        return int(self._db.execute("SELECT count(*) FROM article").fetchone()[0])

    def close(self) -> None:
        """Give the database file back."""
        self._db.close()


def _moment(article: Article) -> str:
    """What articles are sorted by: when published, else when fetched; UTC, or a bare day."""
    text = article.published_at or article.fetched_at
    if "T" not in text:
        return text
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _fts_query(query: str) -> str:
    """Each word in quotes, so that nothing in a query is an operator of FTS5 but a trailing *."""
    terms = []
    for token in query.split():
        words = _WORDS.findall(fold(token))
        if words:
            terms.append(f'"{" ".join(words)}"' + ("*" if token.endswith("*") else ""))
    return " ".join(terms)
