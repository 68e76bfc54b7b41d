"""An archive of our own making, and the reading room over it, for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.types import ASGIApp

from archive.article import Actor, Article, Country, Provenance, Relevance, Span, Wire
from archive.articles import ArticleStore
from archive.exchange import Exchange
from archive.keep import open_archive, release
from archive.reader import Record
from crawler.duplicate import sketch_of
from crawler.journal import Journal
from crawler.web.app import application
from crawler.web.guard import loopback_names
from crawler.web.room import Room, room_of
from tests.asking import Answered, ask
from tests.stories import article

HOME = "http://kibaru.example"


PAGE = f"{HOME}/a"


FIRST, SECOND = (datetime(2026, 3, day, 9, 26, 53, tzinfo=UTC) for day in (14, 16))


BODY = (
    '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/s.css"><title>A</title>'
    '<script src="http://live.example/x.js"></script><img src="/p.png"><p>Colonne <a href="/b">b</a>'
)


ONE = "Une colonne de l'armée est tombée dans une embuscade près de Ménaka, où elle escortait des vivres."


ARABIC = "انتشر الجيش في المدينة بعد أن قُتل جنديان في هجوم على نقطة تفتيش."


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def exchange(
    url: str, body: bytes | str, moment: datetime, head: str = "Content-Type: text/html"
) -> Exchange:
    raw = body.encode() if isinstance(body, str) else body
    status = "301 Moved" if "Location" in head else "200 OK"
    response = f"HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw
    request = b"GET / HTTP/1.1\r\nHost: kibaru.example\r\n\r\n"
    return Exchange(url=url, request=request, response=response, started=moment)


def span(field: str, whole: str, text: str) -> Span:
    start = whole.index(text)
    return Span(field=field, start=start, end=start + len(text), text=text, basis="town")  # type: ignore[arg-type]


def articles(record: Record) -> Iterator[Article]:
    provenance = Provenance(
        warc_file=record.file,
        warc_offset=record.offset,
        record_id=record.id,
        payload_digest=record.field("WARC-Payload-Digest") or "",
        extractor="test",
    )
    facts = {
        "countries": (
            Country(code="ML", role="covered", score=1, evidence=(span("text", ONE, "Ménaka"),)),
        ),
        "actors": (Actor(name="FAMa", kind="army", evidence=(span("text", ONE, "armée"),)),),
        "relevance": Relevance(score=0.9, terms=(span("text", ONE, "embuscade"),)),
    }
    yield article(
        "a", url=PAGE, canonical_url=PAGE, text=ONE, provenance=provenance, site="kibaru",
        published_at="2026-03-14T08:00:00Z", wire=Wire(agency="AFP", evidence="AFP"), sketch=sketch_of(ONE), **facts,
    )  # fmt: skip
    yield article("copy", text=ONE, site="delta", published_at="2026-03-15", sketch=sketch_of(ONE))
    yield article(
        "ar", text=ARABIC, title="الجيش ينتشر", language="ar", site="nil", published_at="2026-04-01",
        sketch=sketch_of(ARABIC), access="paywalled",
    )  # fmt: skip
    later = ONE.replace("des vivres", "du carburant") + "\n\nUn alinéa de plus."
    yield article(
        "a2", url=PAGE, canonical_url=PAGE, text=later, title="Une patrouille attaquée à Ménaka",
        fetched_at="2026-03-16T09:00:00Z", published_at="2026-03-14T08:00:00Z", site="kibaru", sketch=sketch_of(later),
    )  # fmt: skip
    yield article("evil", title=EVIL, text=f"{EVIL} méchant", site=EVIL, section=EVIL, lead=EVIL)


def made(data_dir: Path) -> None:
    """An archive with two captures of a page, what it needs, a redirect, and articles."""
    (data_dir / "state").mkdir()
    archive = open_archive(data_dir, {"software": "test"})
    first = archive.keep(exchange(PAGE, BODY * 3, FIRST)).result(10)
    for url, body, head in (
        (f"{HOME}/s.css", "p{background:url(p.png)}", "Content-Type: text/css"),
        (f"{HOME}/p.png", b"\x89PNG\r\n\x1a\n" + bytes(600), "Content-Type: image/png"),
        (f"{HOME}/old", "", "Location: /a"),
        (f"{HOME}/raw", EVIL, "X-Nothing: 1"),
    ):
        archive.keep(exchange(url, body, FIRST, head)).result(10)
    again = archive.keep(exchange(PAGE, BODY * 3, SECOND)).result(10)
    release(archive)
    assert (first.type, again.type) == ("response", "revisit")
    store = ArticleStore(data_dir)
    for found in articles(first):
        store.add(found).result(10)
    store.close()
    journal = Journal(data_dir / "state" / "kibaru.sqlite")
    journal.ledger.note_run(datetime.now(UTC), "partial", "a feed <b>broke</b>", 3)
    journal.commit()
    journal.release()


@dataclass
class Served:
    data_dir: Path
    room: Room
    app: ASGIApp

    def __call__(self, path: str, **headers: str) -> Answered:
        return ask(self.app, path, {k.replace("_", "-"): v for k, v in headers.items()})


@contextmanager
def opened_room(data_dir: Path) -> Iterator[Served]:
    """The room over an archive that is made there."""
    made(data_dir)
    room = room_of(data_dir)
    yield Served(data_dir, room, application(room, loopback_names("127.0.0.1")))
    room.browser.close()
    room.captured.close()
