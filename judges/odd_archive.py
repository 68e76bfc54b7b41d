"""A small archive made by hand of captures that replay tools stumble over: the judges' own test."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli

from archive import http1
from archive.reader import Record
from archive.records import new_id, sha1, warc_date, warcinfo_record

SITE = "http://desk.example"
BEGIN = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"


@dataclass(slots=True)
class _Clock:
    """Hands out moments a minute apart: two captures in one second cannot be told apart."""

    now: datetime = BEGIN

    def next(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def write_odd_archive(folder: Path) -> Path:
    """The archive's only file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "odd-captures.warc.gz"
    info = warcinfo_record(path.name, {"software": "made by hand"}, BEGIN)
    path.write_bytes(b"".join(_member(record) for record in (info, *_records())))
    return path


def page(word: str) -> bytes:
    """A page of about 3 kB that says a word."""
    paragraph = f"<p>Une {word} imaginaire, près de la frontière.</p>\n"
    return f"<html><body><h1>{word}</h1>{paragraph * 60}</body></html>\n".encode()


def _records() -> Iterator[Record]:
    clock = _Clock()
    yield from _responses(clock)
    yield from _unchanged(clock)
    yield from _changed_and_back(clock)


def _member(record: Record) -> bytes:
    """Written without the archive's own writer, which is judged elsewhere."""
    fields = [*record.fields, ("Content-Length", str(len(record.block)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return gzip.compress(b"WARC/1.1\r\n" + head.encode() + b"\r\n" + record.block + b"\r\n\r\n")


def _responses(clock: _Clock) -> Iterator[Record]:
    """Every framing and coding once."""
    yield _response("/plain", clock, _sent(page("plain")))
    yield _response("/gzip", clock, _sent(gzip.compress(page("gzip")), "gzip"))
    yield _response("/br", clock, _sent(brotli.compress(page("br")), "br"))
    yield _response("/chunked", clock, _chunked(page("chunked")))
    yield _response("/trailers", clock, _chunked(page("trailers"), trailer=b"X-Cache: MISS\r\n"))
    both = _chunked(gzip.compress(page("both")), "gzip", trailer=b"X-Cache: MISS\r\n")
    yield _response("/gzip-trailers", clock, both)
    yield _response("/br-chunked", clock, _chunked(brotli.compress(page("br chunked")), "br"))
    arabic = "<h1>دورية خيالية قرب الحدود</h1>".encode("windows-1256")
    yield _response("/charset", clock, _sent(arabic, charset="windows-1256"))
    yield _response("/moved", clock, _moved("/plain"))
    yield _response("/gone", clock, _sent(page("gone"), status="404 Not Found"))
    yield _response("/broken", clock, _sent(page("broken"), status="503 Service Unavailable"))
    cut = _sent(page("cut"))[:-700]
    yield _response("/cut", clock, cut, {"WARC-Truncated": "disconnect"})
    cut = _chunked(page("cut"))[:-700]
    yield _response("/cut-chunked", clock, cut, {"WARC-Truncated": "disconnect"})


def _unchanged(clock: _Clock) -> Iterator[Record]:
    """Captures of what was captured before, of both profiles."""
    for name, sent in _UNCHANGED.items():
        original = _response(f"/again/{name}", clock, sent)
        yield original
        yield _identical(f"/again/{name}", clock, original)
        yield _identical(f"/elsewhere/{name}", clock, original)
        yield _not_modified(clock, original)
    moved = _response("/again/moved", clock, _moved("/plain"))
    yield moved
    yield _identical("/again/moved", clock, moved)


def _changed_and_back(clock: _Clock) -> Iterator[Record]:
    """A page that changed an hour before a 304 says it is as it was, and again a minute after."""
    first = _response("/changing", clock, _sent(page("first")))
    yield first
    clock.now += timedelta(hours=1)
    yield _not_modified(clock, first)
    yield _response("/changing", clock, _sent(page("second")))


def _response(path: str, clock: _Clock, block: bytes, more: Mapping[str, str] = {}) -> Record:
    return _record("response", SITE + path, clock.next(), block, more)


def _identical(path: str, clock: _Clock, original: Record) -> Record:
    head, _ = http1.split(original.block)
    more = {"WARC-Truncated": "length", **_refers(original)}
    fields = {"WARC-Profile": PROFILE + "identical-payload-digest", **more}
    return _record("revisit", SITE + path, clock.next(), head, fields)


def _not_modified(clock: _Clock, original: Record) -> Record:
    head = b'HTTP/1.1 304 Not Modified\r\nETag: "made-by-hand"\r\n\r\n'
    fields = {"WARC-Profile": PROFILE + "server-not-modified", **_refers(original)}
    return _record("revisit", original.url or "", clock.next(), head, fields)


def _refers(original: Record) -> dict[str, str]:
    names = {"Record-ID": "", "Target-URI": "-Target-URI", "Date": "-Date"}
    refers = {
        f"WARC-Refers-To{end}": original.field(f"WARC-{name}") or "" for name, end in names.items()
    }
    return {**refers, "WARC-Payload-Digest": original.field("WARC-Payload-Digest") or ""}


def _record(kind: str, url: str, date: datetime, block: bytes, more: Mapping[str, str]) -> Record:
    id_ = new_id()
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": id_,
        "WARC-Target-URI": url,
        "WARC-Date": warc_date(date),
        "WARC-Payload-Digest": sha1(http1.payload(*http1.split(block))),
        "Content-Type": "application/http; msgtype=response",
        **more,
    }
    return Record(type=kind, url=url, date=date, id=id_, fields=tuple(fields.items()), block=block)


def _sent(
    body: bytes, coding: str = "", *, status: str = "200 OK", charset: str = "utf-8"
) -> bytes:
    length = f"Content-Length: {len(body)}\r\n"
    return _head(status, charset, coding, length) + body


def _chunked(body: bytes, coding: str = "", *, trailer: bytes = b"") -> bytes:
    size = len(body) // 3 + 1
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    head = _head("200 OK", "utf-8", coding, "Transfer-Encoding: chunked\r\n")
    return head + chunks + b"0\r\n" + trailer + b"\r\n"


def _moved(path: str) -> bytes:
    body = page("moved")
    more = f"Location: {SITE}{path}\r\nContent-Length: {len(body)}\r\n"
    return _head("301 Moved Permanently", "utf-8", "", more) + body


def _head(status: str, charset: str, coding: str, more: str) -> bytes:
    coded = f"Content-Encoding: {coding}\r\n" if coding else ""
    content_type = f"Content-Type: text/html; charset={charset}\r\n"
    return f"HTTP/1.1 {status}\r\n{content_type}{coded}{more}\r\n".encode()


_UNCHANGED = {
    "plain": _sent(page("plain again")),
    "gzip": _sent(gzip.compress(page("gzip again")), "gzip"),
    "br": _sent(brotli.compress(page("br again")), "br"),
    "chunked": _chunked(page("chunked again")),
}
