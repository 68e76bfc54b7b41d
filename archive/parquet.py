"""Articles as one Parquet file: typed columns, lists and structs; written in row groups of bounded size.

pyarrow is 40 MB and optional: it is imported where it is needed, and missed in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from archive.article import Article
from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.lists import placed
from archive.package import written_aside

_MOST_ROWS, _MOST_BYTES = 10_000, 8 << 20  # of one row group, before compression
_DAY = len("2026-03-14")


def write_parquet() -> Callable[[Path, Catalogue, Iterable[Article]], None]:
    """What writes such a file; ``ArchiveError`` where pyarrow is not installed."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as e:
        raise ArchiveError(
            "parquet needs pyarrow, which is not installed: pip install -r requirements-parquet.txt"
        ) from e

    def write(out: Path, catalogue: Catalogue, articles: Iterable[Article]) -> None:
        schema = _schema(arrow)
        try:
            with (
                written_aside(out) as file,
                parquet.ParquetWriter(file, schema, compression="zstd") as writer,
            ):
                for group in _groups(catalogue, articles):
                    writer.write_table(arrow.Table.from_pylist(group, schema=schema))
        except OSError as e:
            raise ArchiveError(f"cannot write {e.filename or out}: {e.strerror or e}") from e

    return write


def _groups(catalogue: Catalogue, articles: Iterable[Article]) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    size = 0
    for article in articles:
        line = article.to_json()
        rows.append(_row(json.loads(line), placed(catalogue, article)))
        size += len(line)
        if len(rows) >= _MOST_ROWS or size >= _MOST_BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _row(fields: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """As ``_schema`` names it.  The texts of times stay beside the typed columns: they keep the offset."""
    published, modified = fields["published_at"], fields["modified_at"]
    return {
        **fields,
        **known,
        "published": published,
        "published_at": _moment(published),
        "published_on": _day(published),
        "modified": modified,
        "modified_at": _moment(modified),
        "fetched_at": _moment(fields["fetched_at"]),
    }


def _moment(text: str | None) -> datetime | None:
    """Where it is exact; a bare day is no moment."""
    return datetime.fromisoformat(text) if text and "T" in text else None


def _day(text: str | None) -> date | None:
    """The day as the page's own zone has it; a month has none."""
    return date.fromisoformat(text[:_DAY]) if text and len(text) >= _DAY else None


def _schema(pa: Any) -> Any:
    text, number, moment = pa.string(), pa.int32(), pa.timestamp("us", tz="UTC")
    texts = pa.list_(text)
    span = {"field": text, "start": number, "end": number, "text": text, "basis": text}
    spans = pa.list_(_struct(pa, span))
    image = {"url": text, "caption": text, "credit": text}
    country = {"code": text, "role": text, "score": pa.float64(), "evidence": spans}
    actor = {"name": text, "kind": text, "evidence": spans}
    relation = {"kind": text, "id": text, "site": text, "url": text}
    relation |= {"share": pa.float64(), "other_share": pa.float64()}
    source = {"warc_file": text, "warc_offset": pa.int64(), "record_id": text}
    source |= {"payload_digest": text, "extractor": text, "rules_hash": text, "learned": text}
    source |= {"parts": texts, "opt_outs": texts}
    columns = {
        **dict.fromkeys(("schema_version", "id", "url", "canonical_url", "site", "type"), text),
        **dict.fromkeys(("title", "lead", "text"), text),
        "authors": texts,
        "byline_kind": text,
        "published_at": moment,
        "published_on": pa.date32(),
        **dict.fromkeys(("published", "published_precision", "published_source"), text),
        "modified_at": moment,
        "modified": text,
        "fetched_at": moment,
        "section": text,
        "tags": texts,
        "images": pa.list_(_struct(pa, image)),
        "language": text,
        "language_confidence": pa.float64(),
        **dict.fromkeys(("language_source", "access"), text),
        "word_count": number,
        "wire": _struct(pa, {"agency": text, "evidence": text}),
        "countries": pa.list_(_struct(pa, country)),
        "actors": pa.list_(_struct(pa, actor)),
        "relevance": _struct(pa, {"score": pa.float64(), "terms": spans}),
        "story": _struct(pa, {"origin": text, "wire": text, "articles": texts}),
        "version": _struct(pa, {"number": number, "of": number}),
        "relations": pa.list_(_struct(pa, relation)),
        "warnings": texts,
        "provenance": _struct(pa, source),
        "sketch": text,
    }
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


def _struct(pa: Any, fields: dict[str, Any]) -> Any:
    return pa.struct([pa.field(name, kind) for name, kind in fields.items()])
