"""The reading room as an ASGI application: a table of addresses, and what answers each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import parse_qs

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from archive.errors import DjeliError
from archive.readonly import TooSlowError
from crawler.web import article, coverage, records, replay, search
from crawler.web.guard import COOKIE, Guard
from crawler.web.room import Room

_THREADS = 6  # each has connections of its own to SQLite, with a cache of 8 MB
_LONGEST_FORM = 2_000  # bytes

Page = Callable[[Room, Request], Response]
_PAGES: tuple[tuple[str, Page], ...] = (
    ("/", search.search),
    ("/search", search.search),
    ("/export/{form}", search.export),
    ("/article/{id}", article.show),
    ("/article/{id}/json", article.as_json),
    ("/article/{id}/record.warc.gz", records.download),
    ("/article/{id}/compare/{other}", article.compare),
    ("/captures/{rest:path}", replay.captures),
    ("/replay/{rest:path}", replay.replay),
    ("/timegate/{rest:path}", replay.gate),
    ("/timemap/{rest:path}", replay.time_maps),
    ("/coverage", coverage.coverage),
    ("/coverage/{site}", coverage.site),
)


def application(room: Room, hosts: frozenset[str] | None) -> Starlette:
    """The room, called by these host names only; None for any."""
    routes = [Route(path, _answering(page, room)) for path, page in _PAGES]
    routes += [
        Route("/article/{id}/verify", _answering(article.verify, room), methods=["POST"]),
        Route("/enter", partial(_enter, room), methods=["GET", "POST"]),
        Route("/robots.txt", _robots),
    ]
    return Starlette(
        routes=[*routes, Mount("/static", StaticFiles(packages=[("crawler.web", "static")]))],
        middleware=[Middleware(Guard, room.key, hosts)],
        exception_handlers={
            HTTPException: partial(_failed, room),
            DjeliError: partial(_broken, room),
        },
        lifespan=_lifespan,
    )


def _answering(page: Page, room: Room) -> Callable[[Request], Response]:
    """A plain function: Starlette runs it in a thread."""

    def answer(request: Request) -> Response:
        return page(room, request)

    return answer


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    yield


def _failed(room: Room, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = room.words["not_found"] if status == 404 else str(getattr(error, "detail", ""))
    return room.failure(status, title)


def _broken(room: Room, request: Request, error: Exception) -> Response:
    """What the archive cannot do just now, in its own words."""
    if isinstance(error, TooSlowError):
        return room.failure(503, room.words["too_slow"])
    return room.failure(502, str(error))


async def _enter(room: Room, request: Request) -> Response:
    """Where a browser gives the token, once."""
    if room.key is None:
        return RedirectResponse("/", 303)
    if request.method == "GET" or request.method == "HEAD":
        return room.page("enter.html", {"is_wrong": False})
    form = b""
    async for part in request.stream():
        form += part
        if len(form) > _LONGEST_FORM:
            return PlainTextResponse("That is too long for a token.\n", 413)
    given = parse_qs(form.decode("utf-8", "replace")).get("token", [""])[0]
    if not room.key.is_token(given.strip()):
        return room.page("enter.html", {"is_wrong": True}, 403)
    response = RedirectResponse("/", 303)
    value = room.key.derived("cookie")
    response.set_cookie(COOKIE, value, max_age=30 * 86400, httponly=True, samesite="strict")
    return response


def _robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
