"""Archived pages as they were, and time travel between them (RFC 7089).  Nothing here asks the live web."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from archive.errors import ArchiveError
from archive.index import Capture
from archive.memento import http_date, link_header, moment_asked, spelled, time_map, time_map_json
from archive.replay import Replayed, moment_of, replayed, second_of, stamp_of, target_of
from crawler.charset import text_of
from crawler.coding import decoded
from crawler.replaying import rewritten_css, rewritten_html
from crawler.urls import absolute
from crawler.web.guard import ARCHIVED_POLICY
from crawler.web.room import Room

_MOST_REWRITTEN = (
    16 << 20
)  # bytes of a page; a larger one is shown as it is, held back by the policy
_PLACE = re.compile(r"(?:k\.[0-9a-f]+/)?([0-9]{1,14}|\*)(id_)?/(.+)", re.DOTALL)
_HTML = ("text/html", "application/xhtml+xml", "")


def replay(room: Room, request: Request) -> Response:
    """`/replay/<14 digits>/<url>`: that capture, or a redirect to the nearest one."""
    text = _rest(request, "/replay/")
    place = _PLACE.fullmatch(text)
    if place is None:
        return gate(room, request, text)
    stamp, is_raw, url = place[1], bool(place[2]), target_of(place[3])
    if url is None:
        return room.failure(404, room.words["no_capture"], place[3][:500])
    if stamp == "*":
        return RedirectResponse(f"/captures/{spelled(url)}", 302)
    moment = moment_of(stamp)
    if moment is None:
        return room.failure(404, room.words["no_capture"], f"{stamp}: no time of 4 to 14 digits")
    exact = room.captured.at(url, second_of(stamp)) if len(stamp) == 14 else None
    if exact is None:
        return _nearest(room, request, url, moment)
    return _sent(room, request, exact, is_raw=is_raw)


def gate(room: Room, request: Request, text: str | None = None) -> Response:
    """`/timegate/<url>`: a redirect to the capture nearest to ``Accept-Datetime``, else to the newest."""
    url = target_of(_rest(request, "/timegate/") if text is None else text)
    if url is None:
        return room.failure(404, room.words["no_capture"])
    try:
        moment = moment_asked(request.headers.get("accept-datetime"))
    except ValueError:
        return room.failure(400, "Accept-Datetime is not a time as HTTP writes it")
    return _nearest(room, request, url, moment or datetime.now(UTC))


def time_maps(room: Room, request: Request) -> Response:
    """`/timemap/link/<url>` and `/timemap/json/<url>`: all captures."""
    form, _, text = _rest(request, "/timemap/").partition("/")
    if form not in ("link", "json"):
        form, text = "link", _rest(request, "/timemap/")
    url = target_of(text)
    captures = _captures(room, url) if url else []
    if url is None or not captures:
        return missing(room, url or "")
    addresses = room.addresses(request)
    if form == "json":
        return Response(time_map_json(addresses, url, captures), media_type="application/json")
    lines = time_map(addresses, url, captures)
    return StreamingResponse(lines, media_type="application/link-format")


def captures(room: Room, request: Request) -> Response:
    """`/captures/<url>`: all captures, for people."""
    url = target_of(_rest(request, "/captures/"))
    found = _captures(room, url) if url else []
    if url is None or not found:
        return missing(room, url or "")
    shown = [(capture, stamp_of(capture)) for capture in reversed(found[-1000:])]
    return room.page("captures.html", {"url": url, "captures": shown, "total": len(found)})


def missing(room: Room, url: str) -> Response:
    """Which captures there are nearby."""
    around = room.captured.around(url) if url else []
    return room.page("missing.html", {"url": url, "around": around}, 404)


def _captures(room: Room, url: str) -> list[Capture]:
    return [capture for capture in room.captured.of_page(url) if capture.status]


def _nearest(room: Room, request: Request, url: str, moment: datetime) -> Response:
    found = room.captured.nearest(url, moment)
    if found is None:
        return missing(room, url)
    where = f"{room.replay_path}{stamp_of(found)}/{spelled(found.url)}"
    headers = {
        "Vary": "accept-datetime",
        "Link": link_header(room.addresses(request), found.url),
        "Access-Control-Allow-Origin": "*",
    }
    return RedirectResponse(where, 302, headers)


def _sent(room: Room, request: Request, capture: Capture, *, is_raw: bool) -> Response:
    original = room.captured.original(capture)
    if original is None:
        return room.failure(404, room.words["no_capture"], "a revisit whose original is not here")
    record = room.captured.record_of(capture)
    whole = record if original == capture else room.captured.record_of(original)
    if whole.rest:
        raise ArchiveError(f"{capture.url}: too large to be shown here; take its record")
    answer = replayed(record, whole)
    headers = _headers(room, request, capture, answer)
    address = _address(room, stamp_of(capture))
    location = answer.location and absolute(answer.location, capture.url)
    if location and 300 <= answer.status < 400:
        headers["Location"] = address(location)
        return Response(b"", answer.status, headers)
    body, _ = decoded(answer.body, answer.coding)
    status = answer.status if answer.status >= 200 else 200
    if is_raw:
        return _bare(Response(body, status, headers), answer.content_type)
    body, content_type = _rewritten(body, answer, capture.url, address)
    return _bare(Response(body, status, headers), content_type)


def _bare(response: Response, content_type: str) -> Response:
    """Without a type where the server gave none: the browser must not guess a page into a script."""
    response.headers["Content-Type"] = content_type or "text/html"
    return response


def _rewritten(
    body: bytes, answer: Replayed, url: str, address: Callable[[str], str]
) -> tuple[bytes, str]:
    kind, _, parameters = answer.content_type.partition(";")
    kind = kind.strip().lower()
    if len(body) > _MOST_REWRITTEN or kind not in (*_HTML, "text/css", "image/svg+xml"):
        return body, answer.content_type
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
    text = text_of(body, charset[1] if charset else None).text
    rewrite = rewritten_css if kind == "text/css" else rewritten_html
    made = rewrite(text, url, address).encode("utf-8", "replace")
    return made, f"{kind or 'text/html'}; charset=utf-8"


def _headers(room: Room, request: Request, capture: Capture, answer: Replayed) -> dict[str, str]:
    headers = {f"X-Archive-Orig-{name}": value for name, value in answer.originals}
    headers |= {name: value for name, value in answer.headers if name.lower() != "content-type"}
    return headers | {
        "Memento-Datetime": http_date(capture),
        "Link": link_header(room.addresses(request), capture.url),
        "Content-Security-Policy": ARCHIVED_POLICY,
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "private, max-age=3600",
    }


def _address(room: Room, stamp: str) -> Callable[[str], str]:
    return lambda url: f"{room.replay_path}{stamp}/{spelled(url)}"


def _rest(request: Request, beginning: str) -> str:
    """What stands behind a path, as it was asked: its escapes and its query belong to the archived URL."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    path = raw.decode("latin-1").partition("?")[0].removeprefix(beginning)
    query: bytes = request.scope["query_string"]
    text = f"{path}?{query.decode('latin-1')}" if query else path
    return (
        text
        if text.isascii()
        else unquote(text, "latin-1").encode("latin-1").decode("utf-8", "replace")
    )
