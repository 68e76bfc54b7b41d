"""A site's state as one small SQLite file: its journal and ledger, and what else its next crawl needs.

Of the index that is which addresses the archive holds, with the records of its sources (for a 304); of
the catalogue the words of young articles, which may be corrected; of what was learned its newest pages.
Everything else lies in the storage, and no crawl asks for it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.article import Article, rfc3339
from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.index import Capture, Index
from archive.warcfile import locate
from crawler.journal import JOURNAL
from crawler.learned import FILE, States
from crawler.ledger import SCHEMA, Ledger

MOST_CAPTURES = 1000  # addresses; what is older is fetched again: a style sheet, once in a while
MOST_RECORDS = 60
MOST_BYTES = 256 * 1024  # of a record; a larger source is asked for without conditions
YOUNG = timedelta(days=9)  # corrections are looked for until the eighth day
_TEXTS = "(mime LIKE 'text/%' OR mime LIKE '%xml%' OR mime LIKE '%json%')"
_COLUMNS = ", ".join(Capture.__dataclass_fields__)
_LEARNED = "carried_of_"  # tables of what was learned, whichever there are

_GOOD = (  # what the archive holds; of robots.txt also that there is none
    "(status = 200 AND (type = 'revisit' OR truncated IS NULL)"
    " OR url LIKE '%/robots.txt' AND status BETWEEN 200 AND 499)"
)
_CARRIED = f"""
CREATE TABLE carried_capture({_COLUMNS});
CREATE TABLE carried_record(file TEXT, offset INTEGER, member BLOB);
CREATE TABLE carried_article(id TEXT, url TEXT, canonical_url TEXT, moment TEXT, json BLOB);
"""
_CHOSEN = f"""
INSERT INTO carried_capture SELECT {_COLUMNS} FROM there.capture JOIN (
  SELECT url AS asked, max(date) AS latest FROM there.capture
  WHERE {_GOOD} GROUP BY url ORDER BY latest DESC LIMIT {MOST_CAPTURES})
ON url = asked AND date = latest AND {_GOOD};
INSERT INTO carried_capture SELECT {_COLUMNS} FROM there.capture
WHERE type = 'response' AND record_id IN (SELECT refers_to FROM carried_capture)
AND record_id NOT IN (SELECT record_id FROM carried_capture WHERE record_id IS NOT NULL);
"""


@contextmanager
def ledger_to_write(path: Path) -> Iterator[tuple[sqlite3.Connection, Ledger]]:
    """The ledger of a journal that nobody is crawling with; what was written is kept at the end."""
    with _named(path), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(JOURNAL + SCHEMA)
        database.execute("BEGIN")
        yield database, Ledger(path, database, lambda: None)
        database.execute("COMMIT")


def prepare(folder: Path) -> None:
    """Make what a crawl writes into: without it nothing could be packed."""
    Index(folder / "index.sqlite").close()
    Catalogue(folder / "catalogue.sqlite").close()
    States(folder / FILE).close()


def unpack(folder: Path, site: str) -> None:
    """Lay out what came with ``folder/state/<site>.sqlite`` where a crawl looks for it."""
    path = folder / "state" / f"{site}.sqlite"
    with _named(path), closing(sqlite3.connect(path, isolation_level=None)) as database:
        tables = _carried(database)
        if not tables:
            return
        _copy_in(database, folder / "index.sqlite", {"capture": "carried_capture"})
        _lay_out_records(database, folder)
        _copy_in(
            database,
            folder / FILE,
            {table.removeprefix(_LEARNED): table for table in tables if table.startswith(_LEARNED)},
        )
        _lay_out_articles(database, folder / "catalogue.sqlite")
        for table in tables:
            database.execute(f'DROP TABLE "{table}"')


def pack(folder: Path, site: str, out: Path) -> None:
    """Write the state of a site whose crawl has ended, whole, to ``out``."""
    path = folder / "state" / f"{site}.sqlite"
    out.unlink(missing_ok=True)
    with _named(path), closing(sqlite3.connect(path, isolation_level=None)) as journal:
        journal.execute("VACUUM INTO ?", (str(out),))
    with _named(out), closing(sqlite3.connect(out, isolation_level=None)) as database:
        database.executescript(_CARRIED)
        _attach(database, folder / "index.sqlite")
        database.executescript(_CHOSEN)
        _take_records(database, folder / "warc", Ledger(out, database, lambda: None))
        database.execute("DETACH there")
        _attach(database, folder / FILE)
        _take_learned(database)
        database.execute("DETACH there")
        _take_articles(database, folder / "catalogue.sqlite", datetime.now(UTC) - YOUNG)
        database.execute("VACUUM")


def _take_learned(database: sqlite3.Connection) -> None:
    """Of the states those that hosts have now; which record was read with what is in the storage."""
    for table in tables_of(database, "there"):
        if table != "used":
            kept = "WHERE id IN (SELECT state FROM there.host)" if table == "state" else ""
            database.execute(
                f'CREATE TABLE "{_LEARNED}{table}" AS SELECT * FROM there."{table}" {kept}'
            )


def tables_of(database: sqlite3.Connection, schema: str = "main") -> list[str]:
    """Without SQLite's own."""
    find = f"SELECT name FROM {schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    return [name for (name,) in database.execute(find)]


def _carried(database: sqlite3.Connection) -> list[str]:
    return [name for name in tables_of(database) if name.startswith("carried_")]


def _attach(database: sqlite3.Connection, path: Path) -> None:
    database.execute("ATTACH ? AS there", (str(path),))


def _copy_in(database: sqlite3.Connection, path: Path, tables: dict[str, str]) -> None:
    """By the names of tables and columns that both have: the file may come from another version."""
    _attach(database, path)
    for table, carried in tables.items():
        own = _columns(database, "there", table)
        if not own:
            continue
        shared = ", ".join(name for name in _columns(database, "main", carried) if name in own)
        database.execute(
            f'INSERT OR REPLACE INTO there."{table}"({shared}) SELECT {shared} FROM "{carried}"'
        )
    database.execute("DETACH there")


def _columns(database: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [row[1] for row in database.execute(f'PRAGMA {schema}.table_info("{table}")')]


def _lay_out_records(database: sqlite3.Connection, folder: Path) -> None:
    """In sparse files, at their offsets; a link in ``warc/`` says that the file is not this crawl's."""
    (folder / "carried").mkdir(exist_ok=True)
    (folder / "warc").mkdir(exist_ok=True)
    for name, offset, member in database.execute("SELECT file, offset, member FROM carried_record"):
        path = folder / "carried" / name
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(offset)
            file.write(member)
        link = folder / "warc" / name
        if not link.is_symlink():
            link.symlink_to(Path("..") / "carried" / name)


def _take_records(database: sqlite3.Connection, warcs: Path, ledger: Ledger) -> None:
    """Of the sources' records the bytes; of all else only that it was fetched: no condition, no revisit."""
    rows = database.execute(
        f"SELECT url, coalesce(refers_to, record_id) FROM carried_capture WHERE {_TEXTS}"
        " ORDER BY date DESC"
    ).fetchall()
    sources = dict.fromkeys(record for url, record in rows if not ledger.is_settled(url))
    for record in sources:
        if _count(database, "carried_record") >= MOST_RECORDS:
            break
        place = database.execute(
            "SELECT file, offset, length FROM carried_capture WHERE record_id = ? AND type = 'response'",
            (record,),
        ).fetchone()
        if place and (member := _member(warcs, *place)):
            database.execute(
                "INSERT INTO carried_record VALUES(?, ?, ?)", (place[0], place[1], member)
            )
    database.execute(
        "UPDATE carried_capture SET digest = NULL, etag = NULL, modified = NULL, refers_to = NULL"
        " WHERE coalesce(refers_to, record_id) NOT IN (SELECT c.record_id FROM carried_capture c"
        " JOIN carried_record r ON c.file = r.file AND c.offset = r.offset)"
    )


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _member(warcs: Path, name: str, offset: int, length: int) -> bytes | None:
    """The record as it lies there; None for one that is too large, or whose file did not come along."""
    if length > MOST_BYTES:
        return None
    try:
        with locate(warcs, name).open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except FileNotFoundError:
        return None


def _take_articles(database: sqlite3.Connection, catalogue: Path, since: datetime) -> None:
    _attach(database, catalogue)
    rows = database.execute(
        "SELECT id, url, canonical_url, moment, json FROM there.article"
        " WHERE json ->> '$.fetched_at' >= ?",
        (rfc3339(since.replace(microsecond=0)),),
    ).fetchall()
    database.executemany(
        "INSERT INTO carried_article VALUES(?, ?, ?, ?, ?)",
        [(*row[:4], zlib.compress(_words_of(row[4]).encode())) for row in rows],
    )
    database.execute("DETACH there")


def _words_of(line: str) -> str:
    """The article without what is no part of its words, for these alone are compared."""
    slim = replace(
        Article.from_json(line),
        tags=(), images=(), countries=(), actors=(), relevance=None, sketch=None,
    )  # fmt: skip
    return json.dumps(json.loads(slim.to_json()), ensure_ascii=False, separators=(",", ":"))


def _lay_out_articles(database: sqlite3.Connection, catalogue: Path) -> None:
    rows: Iterable[tuple[str, str, str, str, bytes]] = database.execute(
        "SELECT id, url, canonical_url, moment, json FROM carried_article"
    ).fetchall()
    _attach(database, catalogue)
    database.executemany(
        "INSERT OR IGNORE INTO there.article(id, url, canonical_url, moment, json) VALUES(?, ?, ?, ?, ?)",
        [(*row[:4], zlib.decompress(row[4]).decode()) for row in rows],
    )
    database.execute("DETACH there")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise ArchiveError(f"cannot read or write the state {path}: {e}") from e
