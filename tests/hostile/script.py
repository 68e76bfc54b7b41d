"""What a hostile server does, as values: steps make an answer, answers make a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["interim", "response", "surplus"]
Ending = Literal["close", "reset", "cut", "stall"]
Route = Literal["plain", "tls12", "tls13", "absolute", "connect"]

PLAIN: tuple[Route, ...] = ("plain",)
DIRECT: tuple[Route, ...] = ("plain", "tls12", "tls13")
EVERYWHERE: tuple[Route, ...] = ("plain", "tls12", "tls13", "absolute", "connect")
ENCRYPTED: tuple[Route, ...] = ("tls12", "tls13")


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes for the client, whole or in pieces of that many bytes with ``gap`` seconds between."""

    data: bytes
    kind: Kind = "response"
    piece: int = 0
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for that many seconds; what was sent has left."""

    seconds: float = 0.06


@dataclass(frozen=True, slots=True)
class Endless:
    """The same bytes over and over until the client goes away."""

    data: bytes
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class End:
    """How the connection ends.

    close: FIN, after TLS's close_notify.  reset: RST.  cut: FIN without close_notify.  stall: nothing
    more is sent until the client goes away.
    """

    how: Ending


Step = Send | Pause | Endless | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server does with one request, and what an archive must then hold.

    ``truncated`` is the WARC-Truncated wanted.  ``recorded`` False: no record may come of it.
    ``at_least``: the client leaves in the middle, so that the block is a beginning of what was sent
    and has at least that many bytes; None: the block is all that was sent.
    """

    steps: tuple[Step, ...]
    truncated: str | None = None
    recorded: bool = True
    at_least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One behaviour: the n-th request for it gets the n-th answer, or the last.

    ``path`` follows ``/name`` in the URL.  ``own_port``: a port on which nothing else is asked, so
    that the case decides which connection is used again.  ``requests``: how often a client asks, one
    after the other.  ``retry``: the client may try again by itself.  ``maxsize`` and ``timeout`` are
    the client's limits (bytes, seconds).  ``delivered``: a client that takes what browsers take must
    hand a page to its caller; False leaves that open.  ``why`` says what is odd where the name does not.
    """

    name: str
    answers: tuple[Answer, ...]
    method: str = "GET"
    body: bytes = b""
    path: str = ""
    routes: tuple[Route, ...] = PLAIN
    own_port: bool = False
    requests: int = 1
    retry: bool = False
    timeout: float = 20.0
    maxsize: int = 64 << 20
    delivered: bool = True
    why: str = ""


CLOSE = End("close")
RESET = End("reset")
CUT = End("cut")
STALL = End("stall")


def page(name: str, size: int = 0) -> bytes:
    """A small HTML page that no other case has, filled up to ``size`` bytes."""
    start = f"<!DOCTYPE html><title>{name}</title><p>The page of the case {name}.</p>\n".encode()
    line = f"<p>{name}: filler of our own.</p>\n".encode()
    return (start + line * (size // len(line) + 1))[: max(size, len(start))]


def head(*fields: bytes, status: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    """A status line, the fields and the blank line."""
    return end.join((status, *fields)) + end + end


HTML = b"Content-Type: text/html; charset=utf-8"


def length(body: bytes) -> bytes:
    """The Content-Length field of that body."""
    return b"Content-Length: %d" % len(body)


def whole(body: bytes, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    """A response with Content-Type, Content-Length, the fields, and the body."""
    return head(HTML, length(body), *fields, status=status) + body


def chunked(*chunks: bytes, trailers: bytes = b"") -> bytes:
    """The chunks with plain size lines, the last chunk, the trailers."""
    lines = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return lines + b"0\r\n" + trailers + b"\r\n"


def answer(*steps: bytes | Step, truncated: str | None = None) -> Answer:
    """An answer of those steps; bytes are sent as they are, for the response."""
    made = tuple(Send(step) if isinstance(step, bytes) else step for step in steps)
    return Answer(steps=made, truncated=truncated)


def silent(*steps: bytes | Step) -> Answer:
    """An answer of which nothing may be recorded."""
    made = tuple(Send(step) if isinstance(step, bytes) else step for step in steps)
    return Answer(steps=made, recorded=False)
