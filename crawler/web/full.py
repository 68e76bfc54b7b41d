"""Archived pages with their scripts, in ReplayWeb.page: on an origin of its own, away from the room's.

ReplayWeb.page (npm ``replaywebpage``, AGPL) is a program that runs in the reader's browser.  It is neither
part of this package nor imported; where somebody has installed it, its two files are handed out.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from archive.article import Article
from crawler.web.article import article_of
from crawler.web.guard import Guard, Key
from crawler.web.package import wacz_of
from crawler.web.room import Room

POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob:;"
    " form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
)
FILES = {
    "/ui.js": "ui.js",
    "/replay/": "index.html",  # until the service worker answers it
    "/replay/ui.js": "ui.js",
    "/replay/sw.js": "sw.js",
}
_OPEN = "-"  # stands for the key where there is no token


def is_player(folder: Path) -> bool:
    """Whether ReplayWeb.page has been installed there."""
    return all((folder / name).is_file() for name in FILES.values())


def key_of(key: Key | None) -> str:
    """What an address must have in it."""
    return key.derived("full") if key else _OPEN


def full_application(room: Room, player: Path, hosts: frozenset[str] | None) -> Starlette:
    """Packages of pages, and the page that plays them; with a token, addresses carry a key of it."""
    routes = [Route(path, partial(_file, player / name)) for path, name in FILES.items()]
    routes += [
        Route("/{key}/article/{id}", partial(_page, room)),
        Route("/{key}/wacz/{id}.wacz", partial(_package, room)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, None, hosts)])


def _file(path: Path, request: Request) -> Response:
    return _held(FileResponse(path))


def _page(room: Room, request: Request) -> Response:
    article = _asked(room, request)
    capture = room.captured.of_record((article and article.provenance.record_id) or "")
    if article is None or capture is None:
        return PlainTextResponse("There is no such page here.\n", 404)
    values = {"article": article, "capture": capture, "key": key_of(room.key)}
    return _held(room.page("full.html", values))


def _package(room: Room, request: Request) -> Response:
    article = _asked(room, request)
    capture = room.captured.of_record((article and article.provenance.record_id) or "")
    if article is None or capture is None:
        return PlainTextResponse("There is no such page here.\n", 404)
    return _ranged(request, wacz_of(room, article, capture))


def _asked(room: Room, request: Request) -> Article | None:
    given = request.path_params["key"]
    allowed = room.key.fits(given, "full") if room.key else given == _OPEN
    return article_of(room, request.path_params["id"]) if allowed else None


def _ranged(request: Request, data: bytes) -> Response:
    """Whole, or the part that is asked for: players read a package from its end."""
    headers = {"Accept-Ranges": "bytes"}
    unit, _, span = request.headers.get("range", "").partition("=")
    first, _, last = span.partition("-")
    if unit != "bytes" or not (first + last).isdecimal() or "," in span:
        return Response(data, 200, headers, "application/wacz")
    size = len(data)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return Response(b"", 416, {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return Response(data[start : end + 1], 206, headers, "application/wacz")


def _held(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response
