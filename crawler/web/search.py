"""The search page, and its result as a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.article import Article
from archive.browse import MOST_PAGES, PAGE, SHOWN, Browser, Found
from archive.catalogue import Catalogue
from archive.copies import Copies
from archive.lists import csv_lines, json_lines
from archive.snippet import Piece, Term, pieces, snippet, terms_of
from crawler.web.asked import Query, query_of
from crawler.web.room import Room, when
from crawler.web.timeline import drawn, timeline_of

_SHOWN = 8  # values of a facet before "more"
_MOST_SHOWN = 60
_LINES = 50  # of an export that are sent together


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An article as the list shows it."""

    id: str
    site: str | None
    language: str | None
    countries: tuple[str, ...]
    wire: str | None
    access: str | None
    date: str
    title: list[Piece]
    snippet: list[Piece]
    copies: int
    version: int
    versions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet: how many articles have it, and where it is chosen or let go."""

    value: str
    label: str
    count: int
    is_chosen: bool
    address: str


def search(room: Room, request: Request) -> Response:
    """What is found, how many, and of what kinds."""
    query = query_of(request.url.query)
    if not room.browser.catalogue.exists:
        return room.page("search.html", _values(room, query, None, []))
    found = room.browser.find(query.asked)
    return room.page("search.html", _values(room, query, found, _results(room, query, found)))


def _values(room: Room, query: Query, found: Found | None, results: list[Result]) -> dict[str, Any]:
    pages = min(-(-found.total // PAGE), MOST_PAGES) if found else 0
    timeline = timeline_of(found.days, query.since, query.until) if found else None
    return {
        "query": query,
        "found": found,
        "results": results,
        "facets": [(facet, _choices(room, query, found, facet)) for facet in SHOWN]
        if found
        else [],
        "shown": _SHOWN,
        "timeline": timeline,
        "bars": drawn(timeline, query.of_days) if timeline else "",
        "pages": pages,
    }


def _results(room: Room, query: Query, found: Found) -> list[Result]:
    terms = terms_of(query.words)
    with room.browser.catalogue.reading() as database:
        copies = Copies(database)
        return [_result(article, terms, copies) for article in found.articles]


def _result(article: Article, terms: list[Term], copies: Copies) -> Result:
    versions = copies.versions_of(article.id)
    story = copies.story_of(article.id)
    own = {version.id for version in versions}
    text = "\n\n".join(filter(None, (article.lead, article.text)))
    return Result(
        id=article.id,
        site=article.site,
        language=article.language,
        countries=tuple(c.code for c in article.countries if c.role == "covered"),
        wire=article.wire.agency if article.wire else None,
        access=article.access,
        date=when(article),
        title=pieces(article.title, terms),
        snippet=snippet(text, terms),
        copies=sum(member.id not in own for member in story.members) if story else 0,
        version=next((v.number for v in versions if v.id == article.id), 1),
        versions=versions[-1].number if versions else 1,
    )


def _choices(room: Room, query: Query, found: Found, facet: Any) -> list[Choice]:
    """Those that are chosen first, even where nothing is found of them."""
    chosen = query.of(facet)
    counts = dict(found.facets[facet])
    values = [*chosen, *(value for value in counts if value not in chosen)][:_MOST_SHOWN]
    return [
        Choice(
            value=value,
            label=room.label(facet, value),
            count=counts.get(value, 0),
            is_chosen=value in chosen,
            address=query.toggled(facet, value).address(),
        )
        for value in values
    ]


Write = Callable[[Catalogue, Iterable[Article]], Iterator[str]]
_FORMS: dict[str, tuple[Write, str]] = {
    "jsonl": (json_lines, "application/jsonl; charset=utf-8"),
    "csv": (csv_lines, "text/csv; charset=utf-8; header=present"),
}


def export(room: Room, request: Request) -> Response:
    """All articles that a search finds, newest first, as they come."""
    form = request.path_params["form"]
    if form not in _FORMS or not room.browser.catalogue.exists:
        return room.failure(404, room.words["not_found"])
    write, media_type = _FORMS[form]
    query = query_of(request.url.query)
    return StreamingResponse(
        _streamed(lambda: _lines(room, query, write)),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="djeli.{form}"'},
    )


def _lines(room: Room, query: Query, write: Write) -> Iterator[bytes]:
    """The lines, some at a time; all in one thread, as SQLite wants it."""
    path = room.browser.catalogue.path
    catalogue, browser = Catalogue(path), Browser(path, room.browser)
    try:
        lines = write(catalogue, browser.all_of(query.asked))
        while part := list(islice(lines, _LINES)):
            yield "".join(part).encode()
    finally:
        catalogue.close()
        browser.close()


async def _streamed(make: Callable[[], Iterator[bytes]]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        parts = make()
        try:
            while (part := await loop.run_in_executor(thread, next, parts, None)) is not None:
                yield part
        finally:
            close: Callable[[], None] = getattr(parts, "close", lambda: None)
            thread.submit(close).result(10)
