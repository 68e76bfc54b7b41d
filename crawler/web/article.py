"""The article page, what changed between two articles, and the proof of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from archive.article import Article
from archive.blockrules import check_block
from archive.copies import Copies, Related, Version
from archive.errors import ArchiveError
from archive.fieldrules import check_header
from archive.index import Capture
from archive.provenance import check_article
from archive.replay import stamp_of
from archive.shelves import Facet
from crawler.web.asked import Query
from crawler.web.differences import differences
from crawler.web.marks import marked_paragraphs
from crawler.web.room import Room, when

_MOST_CAPTURES = 400  # that a page lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A country or actor, what it is to the article, what shows it, and where others with it are found."""

    label: str
    role: str
    evidence: tuple[str, ...]
    address: str


def article_of(room: Room, article_id: str) -> Article | None:
    """The article of that id."""
    if not room.browser.catalogue.exists:
        return None
    with room.browser.catalogue.reading() as database:
        row = database.execute("SELECT json FROM article WHERE id = ?", (article_id,)).fetchone()
    return Article.from_json(row[0]) if row else None


def show(room: Room, request: Request) -> Response:
    """Everything that is known of one article."""
    article = article_of(room, request.path_params["id"])
    if article is None:
        return room.failure(404, room.words["not_found"])
    return room.page("article.html", _values(room, request, article))


def as_json(room: Room, request: Request) -> Response:
    """The article as the catalogue holds it."""
    article = article_of(room, request.path_params["id"])
    if article is None:
        return room.failure(404, room.words["not_found"])
    return Response(f"{article.to_json()}\n", media_type="application/json")


def verify(room: Room, request: Request) -> Response:
    """Read the record again and prove the article by it."""
    article = article_of(room, request.path_params["id"])
    if article is None:
        return room.failure(404, room.words["not_found"])
    faults = list(_faults(room, article))
    return room.page("article.html", _values(room, request, article) | {"faults": faults})


def compare(room: Room, request: Request) -> Response:
    """What changed from one article to another."""
    older, newer = (article_of(room, request.path_params[name]) for name in ("id", "other"))
    if older is None or newer is None:
        return room.failure(404, room.words["not_found"])
    values = {
        "older": older,
        "newer": newer,
        "title": differences(older.title, newer.title),
        "blocks": differences(older.text, newer.text),
    }
    return room.page("differences.html", values)


def captures_of(room: Room, article: Article) -> list[Capture]:
    """The latest captures of an article's address, oldest first."""
    return [c for c in room.captured.of(article.url) if c.status][-_MOST_CAPTURES:]


def _values(room: Room, request: Request, article: Article) -> dict[str, Any]:
    with room.browser.catalogue.reading() as database:
        copies = Copies(database)
        related, versions = copies.related(article.id), copies.versions_of(article.id)
        titles = dict(_titles(room, related))
    captures = captures_of(room, article)
    own = room.captured.of_record(article.provenance.record_id or "")
    return {
        "article": article,
        "date": when(article),
        "paragraphs": marked_paragraphs(article, "text"),
        "lead": marked_paragraphs(article, "lead"),
        "title": marked_paragraphs(article, "title"),
        "countries": [_country(room, article, number) for number in range(len(article.countries))],
        "actors": [_actor(article, number) for number in range(len(article.actors))],
        "captures": [(capture, stamp_of(capture)) for capture in reversed(captures)],
        "own": own,
        "own_stamp": stamp_of(own) if own else None,
        "versions": list(_versions(versions)),
        "related": [(found, titles.get(found.id, found.url)) for found in related],
        "full": room.full_root(request),
        "faults": None,
    }


def _versions(versions: list[Version]) -> Iterator[tuple[Version, str | None]]:
    """The first capture of each version, and the article that it is to be compared with."""
    before: Version | None = None
    for version in versions:
        if before is None or version.number != before.number:
            yield version, before.id if before else None
            before = version


def _titles(room: Room, related: list[Related]) -> Iterator[tuple[str, str]]:
    with room.browser.catalogue.reading() as database:
        for found in related:
            query = "SELECT json ->> '$.title' FROM article WHERE id = ?"
            row = database.execute(query, (found.id,)).fetchone()
            if row and row[0]:
                yield found.id, row[0]


def _country(room: Room, article: Article, number: int) -> Shown:
    country = article.countries[number]
    facet: Facet = "country" if country.role == "covered" else "mentions"
    return Shown(
        label=room.label("country", country.code),
        role=room.words["roles"].get(country.role, country.role),
        evidence=tuple(dict.fromkeys(span.text for span in country.evidence)),
        address=""
        if country.role == "publisher"
        else Query(values=((facet, country.code),)).address(),
    )


def _actor(article: Article, number: int) -> Shown:
    actor = article.actors[number]
    return Shown(
        label=actor.name,
        role=actor.kind,
        evidence=tuple(dict.fromkeys(span.text for span in actor.evidence)),
        address=Query(values=(("actor", actor.name),)).address(),
    )


def _faults(room: Room, article: Article) -> Iterator[str]:
    """Of the article's provenance, then of its record."""
    for finding in check_article(article, room.captured.files):
        yield finding.message
    capture = room.captured.of_record(article.provenance.record_id or "")
    if capture is None:
        yield "the index does not know its record"
        return
    try:
        record = room.captured.record_of(capture)
    except ArchiveError as e:
        yield str(e)
        return
    for finding in (*check_header(record), *check_block(record)):
        if finding.check is not None:
            yield finding.message
