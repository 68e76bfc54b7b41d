"""Answers put together: pages, redirects, errors and files, and the many ways in which they are sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from demo import pictures
from demo.outlet import Answer, Header, Masthead, Pages, Post

STATIC = Path(__file__).parent / "static"
EPOCH = datetime.fromisoformat("2026-01-05T06:00:00+00:00")
DELIVERIES: tuple[dict[str, Any], ...] = (
    {"coding": "gzip"},
    {"coding": "br"},
    {"framing": "chunked"},
    {},
    {"coding": "gzip", "framing": "chunked"},
    {"framing": "chunked", "trailers": ((b"X-Render-Time", b"0.042"), (b"x-cache", b"MISS"))},
    {"framing": "close", "version": b"HTTP/1.0"},
    {"coding": "br", "framing": "chunked"},
)


def page(markup: str, *, headers: Sequence[Header] = (), encoding: str = "utf-8") -> Answer:
    """An HTML page whose encoding the header tells truly."""
    content_type = (b"Content-Type", f"text/html; charset={encoding.upper()}".encode())
    return undeclared(markup, headers=(*headers, content_type), encoding=encoding)


def undeclared(markup: str, *, headers: Sequence[Header] = (), encoding: str = "utf-8") -> Answer:
    """An HTML page with just these headers; what the encoding lacks is sent as references."""
    return Answer(headers=tuple(headers), body=markup.encode(encoding, "xmlcharrefreplace"))


def delivered(answer: Answer, turn: int) -> Answer:
    """The same answer in the next of the ways that servers have of sending a body."""
    return replace(answer, **DELIVERIES[turn % len(DELIVERIES)])


def document(body: bytes | str, content_type: str, *, changed: datetime = EPOCH) -> Answer:
    """A feed, sitemap or file that a client may ask for conditionally."""
    data = body.encode() if isinstance(body, str) else body
    headers = (
        (b"Content-Type", content_type.encode()),
        (b"ETag", f'"{sha256(data).hexdigest()[:20]}"'.encode()),
        (b"Last-Modified", format_datetime(changed.astimezone(EPOCH.tzinfo), usegmt=True).encode()),
        (b"Cache-Control", b"max-age=300, must-revalidate"),
    )
    return Answer(headers=headers, body=data)


def moved(location: str) -> Answer:
    """A page that has gone to another address for good."""
    headers = ((b"Content-Type", b"text/html; charset=UTF-8"), (b"Location", location.encode()))
    return Answer(status=301, headers=headers)


def robots(*lines: str) -> Answer:
    """A robots.txt."""
    body = "".join(f"{line}\n" for line in lines).encode()
    return Answer(headers=((b"Content-Type", b"text/plain; charset=utf-8"),), body=body)


def stumbling(answer: Answer) -> tuple[Answer, ...]:
    """An overloaded server: two errors, and then the answer."""
    error = replace(
        page("<html><body><h1>Error establishing a database connection</h1></body></html>"),
        status=500,
    )
    return error, error, answer


def files(masthead: Masthead, stylesheet: str, posts: Iterable[Post]) -> Pages:
    """The stylesheet at its address, the icon, and each post's picture."""
    css = STATIC / f"{masthead.id}.css"
    pages = {
        stylesheet: document(css.read_bytes(), "text/css"),
        "/favicon.ico": document(pictures.icon(masthead.colour), "image/x-icon"),
        "/logo.svg": document(_logo(masthead), "image/svg+xml"),
    }
    pages |= {
        post.picture: document(pictures.landscape(post.story.slug), "image/png") for post in posts
    }
    return once(pages)


def once(pages: dict[str, Answer]) -> Pages:
    """Pages that always answer alike."""
    return {path: (answer,) for path, answer in pages.items()}


def _logo(masthead: Masthead) -> bytes:
    return pictures.logo(masthead.name.removesuffix(" (fiction)"), masthead.colour)
