"""The catalogue's tables, and how a catalogue of an older version comes by them."""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE article(
      rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, canonical_url TEXT NOT NULL,
      site TEXT, language TEXT, moment TEXT NOT NULL, json TEXT NOT NULL);
    CREATE INDEX article_url ON article(url);
    CREATE INDEX article_canonical_url ON article(canonical_url);
    CREATE TABLE file(name TEXT PRIMARY KEY, size INTEGER NOT NULL);
    CREATE VIRTUAL TABLE article_text USING fts5(title, text, content='');
    """,
    # fact: what search selects and sorts by, without the JSON that would have to be read past.
    # text: one of each, whatever number of articles has it; parent: the earlier one that it repeats.
    # shingle: by which hash a text is found.  overlap: both ways round.
    """
    CREATE TABLE fact(
      article INTEGER PRIMARY KEY, id TEXT NOT NULL, moment TEXT NOT NULL, appeared TEXT NOT NULL,
      fetched TEXT NOT NULL, address INTEGER NOT NULL, site TEXT, language TEXT, access TEXT, wire TEXT COLLATE NOCASE, relevance REAL,
      edition INTEGER NOT NULL, version INTEGER NOT NULL, text INTEGER);
    CREATE INDEX fact_moment ON fact(moment, id);
    CREATE INDEX fact_site ON fact(site, moment, id);
    CREATE INDEX fact_language ON fact(language, moment, id);
    CREATE INDEX fact_wire ON fact(wire, moment, id) WHERE wire IS NOT NULL;
    CREATE INDEX fact_address ON fact(address, fetched, id);
    CREATE INDEX fact_text ON fact(text, appeared, id);
    CREATE TABLE place(
      code TEXT, role TEXT, moment TEXT, article INTEGER, PRIMARY KEY(code, role, moment, article)
    ) WITHOUT ROWID;
    CREATE TABLE actor(
      name TEXT COLLATE NOCASE, moment TEXT, article INTEGER, PRIMARY KEY(name, moment, article)
    ) WITHOUT ROWID;
    CREATE TABLE text(
      id INTEGER PRIMARY KEY, key INTEGER NOT NULL UNIQUE, sketch BLOB NOT NULL,
      appeared TEXT NOT NULL, first TEXT NOT NULL, article INTEGER NOT NULL,
      parent INTEGER, story INTEGER NOT NULL);
    CREATE INDEX text_story ON text(story);
    CREATE TABLE shingle(hash INTEGER, text INTEGER, PRIMARY KEY(hash, text)) WITHOUT ROWID;
    CREATE TABLE overlap(
      text INTEGER, other INTEGER, share REAL NOT NULL, other_share REAL NOT NULL,
      numbers INTEGER NOT NULL, woven INTEGER NOT NULL, PRIMARY KEY(text, other)) WITHOUT ROWID;
    """,
    # The words are folded further; the catalogue writes them anew.
    """
    INSERT INTO article_text(article_text) VALUES('delete-all')
    """,
)
