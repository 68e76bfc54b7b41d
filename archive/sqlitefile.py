"""Articles as one SQLite file for other programs: flat columns, and tables of what an article has several of."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.article import Article, rfc3339
from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.folders import sync_folder
from archive.lists import cells, placed

_AT_ONCE = 1000  # articles in one transaction

_SCHEMA = """
PRAGMA page_size=8192; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE article(
  id TEXT PRIMARY KEY, url TEXT NOT NULL, canonical_url TEXT NOT NULL, site TEXT, type TEXT NOT NULL,
  title TEXT NOT NULL, lead TEXT, text TEXT NOT NULL, byline_kind TEXT, published_at TEXT, published_utc TEXT,
  published_precision TEXT, published_source TEXT, modified_at TEXT, fetched_at TEXT NOT NULL, section TEXT,
  language TEXT, language_confidence REAL, language_source TEXT, access TEXT, word_count INTEGER NOT NULL,
  wire TEXT, wire_evidence TEXT, relevance REAL, story TEXT NOT NULL, copies INTEGER NOT NULL, story_wire TEXT,
  version INTEGER NOT NULL, versions INTEGER NOT NULL, warnings TEXT NOT NULL, warc_file TEXT,
  warc_offset INTEGER, record_id TEXT, payload_digest TEXT NOT NULL, extractor TEXT NOT NULL, rules_hash TEXT,
  learned TEXT, schema_version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE author(article TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY(article, position)) WITHOUT ROWID;
CREATE TABLE tag(article TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY(article, position)) WITHOUT ROWID;
CREATE TABLE country(
  article TEXT NOT NULL, position INTEGER NOT NULL, code TEXT NOT NULL, role TEXT NOT NULL, score REAL NOT NULL,
  evidence TEXT NOT NULL, PRIMARY KEY(article, position)) WITHOUT ROWID;
CREATE TABLE actor(
  article TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  evidence TEXT NOT NULL, PRIMARY KEY(article, position)) WITHOUT ROWID;
CREATE TABLE image(
  article TEXT NOT NULL, position INTEGER NOT NULL, url TEXT NOT NULL, caption TEXT, credit TEXT,
  PRIMARY KEY(article, position)) WITHOUT ROWID;
CREATE TABLE relation(
  article TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, other TEXT NOT NULL, site TEXT,
  url TEXT NOT NULL, share REAL NOT NULL, other_share REAL NOT NULL, PRIMARY KEY(article, position)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX article_published ON article(published_at);
CREATE INDEX article_site ON article(site, published_at);
CREATE INDEX author_name ON author(name);
CREATE INDEX tag_name ON tag(name);
CREATE INDEX country_code ON country(code, role);
CREATE INDEX actor_name ON actor(name);
CREATE VIEW overview AS SELECT
  id, substr(coalesce(published_at, fetched_at), 1, 10) AS day, site, language, title, url,
  (SELECT group_concat(code, ', ') FROM country WHERE article = article.id AND role = 'covered') AS covered,
  (SELECT group_concat(name, ', ') FROM actor WHERE article = article.id) AS actors,
  (SELECT group_concat(name, ', ') FROM author WHERE article = article.id) AS authors,
  wire, relevance, copies, text
FROM article;
"""
_COLUMNS = (
    "id", "url", "canonical_url", "site", "type", "title", "lead", "text", "byline_kind", "published_at",
    "published_utc", "published_precision", "published_source", "modified_at", "fetched_at", "section",
    "language", "language_confidence", "language_source", "access", "word_count", "wire", "wire_evidence",
    "relevance", "story", "copies", "story_wire", "version", "versions", "warnings", "warc_file",
    "warc_offset", "record_id", "payload_digest", "extractor", "rules_hash", "learned", "schema_version",
)  # fmt: skip

Row = tuple[Any, ...]


def write_sqlite(out: Path, catalogue: Catalogue, articles: Iterable[Article]) -> None:
    """The file gets its name only when it is complete and durable; ``ArchiveError`` if it cannot be written."""
    aside = out.with_name(out.name + ".part")
    try:
        aside.unlink(missing_ok=True)
        with closing(sqlite3.connect(aside, isolation_level=None)) as database:
            _fill(database, catalogue, articles)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(out)
        sync_folder(out.parent)
    except OSError as e:
        raise ArchiveError(f"cannot write {e.filename or out}: {e.strerror or e}") from e
    except sqlite3.Error as e:
        raise ArchiveError(f"cannot write {out}: {e}") from e
    finally:
        aside.unlink(missing_ok=True)


def _fill(database: sqlite3.Connection, catalogue: Catalogue, articles: Iterable[Article]) -> None:
    database.executescript(_SCHEMA)
    database.execute("BEGIN")
    for number, article in enumerate(articles, start=1):
        known = placed(catalogue, article)
        fields = json.loads(article.to_json())
        _insert(database, "article", [_row(cells(article, known), fields)])
        for table, rows in _several(fields, known).items():
            _insert(database, table, [(article.id, place, *row) for place, row in enumerate(rows)])
        if number % _AT_ONCE == 0:
            database.execute("COMMIT")
            database.execute("BEGIN")
    database.execute("COMMIT")
    database.executescript(_INDEXES)


def _insert(database: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} VALUES({marks})", rows)


def _row(values: dict[str, Any], fields: dict[str, Any]) -> Row:
    moment = fields["published_at"] or ""
    whole = {
        **values,
        "published_utc": utc(moment) if "T" in moment else None,
        "wire_evidence": fields["wire"] and fields["wire"]["evidence"],
        "warnings": _json(fields["warnings"]),
    }
    return tuple(whole[column] for column in _COLUMNS)


def _several(fields: dict[str, Any], known: dict[str, Any]) -> dict[str, list[Row]]:
    """The rows of each further table, without article and place."""
    return {
        "author": [(name,) for name in fields["authors"]],
        "tag": [(name,) for name in fields["tags"]],
        "country": [
            (c["code"], c["role"], c["score"], _json(c["evidence"])) for c in fields["countries"]
        ],
        "actor": [(a["name"], a["kind"], _json(a["evidence"])) for a in fields["actors"]],
        "image": [(i["url"], i["caption"], i["credit"]) for i in fields["images"]],
        "relation": [
            (r["kind"], r["id"], r["site"], r["url"], r["share"], r["other_share"])
            for r in known["relations"]
        ],
    }


def utc(moment: str) -> str:
    """The same moment in UTC, so that moments compare as texts."""
    return rfc3339(datetime.fromisoformat(moment).astimezone(UTC))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
