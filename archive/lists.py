"""Articles as lists for other programs: JSON Lines and CSV, with what the catalogue knows of their copies."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from archive.article import Article
from archive.catalogue import Catalogue
from archive.copies import Related, Version

COLUMNS = (
    "id", "url", "canonical_url", "site", "type", "title", "lead", "text", "authors", "byline_kind",
    "published_at", "published_precision", "published_source", "modified_at", "fetched_at",
    "section", "tags", "language", "language_confidence", "access", "word_count", "wire",
    "publisher", "covered", "mentioned", "actors", "relevance", "story", "origin", "copies",
    "story_wire", "version", "versions", "relations", "warc_file", "warc_offset", "record_id",
    "payload_digest", "warnings",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets would run


def json_lines(catalogue: Catalogue, articles: Iterable[Article]) -> Iterator[str]:
    """The article's own JSON with ``story``, ``version`` and ``relations`` after it."""
    for article in articles:
        whole = json.loads(article.to_json()) | placed(catalogue, article)
        yield json.dumps(whole, ensure_ascii=False) + "\n"


def csv_lines(catalogue: Catalogue, articles: Iterable[Article]) -> Iterator[str]:
    """A header and a row an article; several values in one cell are parted by ``; ``.

    A cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    yield _row(COLUMNS)
    for article in articles:
        values = cells(article, placed(catalogue, article))
        yield _row(tuple(_cell(values[column]) for column in COLUMNS))


def placed(catalogue: Catalogue, article: Article) -> dict[str, Any]:
    """What the catalogue knows of an article beside its own fields: its story, version and relations."""
    story = catalogue.story_of(article.id)
    versions = catalogue.versions_of(article.id)
    return {
        "story": {
            "origin": story.origin.id,
            "wire": story.wire,
            "articles": [member.id for member in story.members],
        }
        if story
        else None,
        "version": {"number": _number(versions, article.id), "of": _last(versions)},
        "relations": [_relation(related) for related in catalogue.related(article.id)],
    }


def _relation(related: Related) -> dict[str, Any]:
    return {
        "kind": related.kind,
        "id": related.id,
        "site": related.site,
        "url": related.url,
        "share": round(related.share, 3),
        "other_share": round(related.other_share, 3),
    }


def _number(versions: list[Version], article_id: str) -> int:
    return next((version.number for version in versions if version.id == article_id), 1)


def _last(versions: list[Version]) -> int:
    return versions[-1].number if versions else 1


def cells(article: Article, known: dict[str, Any]) -> dict[str, Any]:
    """An article in columns, with ``placed``; several values are a list."""
    fields = json.loads(article.to_json())
    story = known["story"] or {"origin": article.id, "wire": None, "articles": [article.id]}
    roles: dict[str, list[str]] = {"publisher": [], "covered": [], "mentioned": []}
    for country in article.countries:
        roles[country.role].append(country.code)
    return {
        **fields,
        **fields["provenance"],
        **roles,
        "wire": article.wire.agency if article.wire else None,
        "actors": [actor.name for actor in article.actors],
        "relevance": article.relevance.score if article.relevance else None,
        "story": story["origin"],
        "origin": story["origin"] == article.id,
        "copies": len(story["articles"]) - 1,
        "story_wire": story["wire"],
        "version": known["version"]["number"],
        "versions": known["version"]["of"],
        "relations": [f"{related['kind']} {related['id']}" for related in known["relations"]],
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "; ".join(value) if isinstance(value, list) else str(value)
    is_number = isinstance(value, int | float)
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text


def _row(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)  # RFC 4180
    return line.getvalue()
