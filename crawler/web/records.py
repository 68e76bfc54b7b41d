"""Records as files to take away: one page's record as WARC, byte for byte as it lies in the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response

from archive.index import Capture
from archive.reader import Record
from crawler.web.article import article_of
from crawler.web.room import Room

_AROUND = 4  # records after a response that may belong to it: its request, its metadata


def download(room: Room, request: Request) -> Response:
    """The article's record with its warcinfo, its request and, for a revisit, the original."""
    article = article_of(room, request.path_params["id"])
    record_id = article.provenance.record_id if article else None
    capture = room.captured.of_record(record_id) if record_id else None
    if article is None or capture is None:
        return room.failure(404, room.words["not_found"], room.words["not_archived"])
    name = f"djeli-{_plain(article.id)[:16]}.warc.gz"
    return Response(
        b"".join(data for _, data in members_of(room, [capture])),
        media_type="application/warc",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def members_of(room: Room, captures: Iterable[Capture]) -> Iterator[tuple[Record, bytes]]:
    """The records of captures and of what belongs to them, each once, as gzip members: warcinfo first."""
    files = room.captured.files
    told: set[tuple[str, int]] = set()
    for capture in captures:
        original = room.captured.original(capture)
        for found in (original, capture) if original else (capture,):
            if (found.file, found.offset) in told:
                continue
            if (found.file, 0) not in told:
                first = islice(files.members(found.file, 0), 1)
                yield from (one for one in first if one[0].type == "warcinfo")
            told |= {(found.file, 0), (found.file, found.offset)}
            for member in islice(files.members(found.file, found.offset, found.length), _AROUND):
                if _belongs(found.record_id, member[0]):
                    yield member


def _belongs(record_id: str | None, record: Record) -> bool:
    return record_id in (record.id, *record.all("WARC-Concurrent-To"))


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "-" for c in name)
