"""HTTP/1.1 on the wire: a request's head read, an answer turned into the bytes to send."""

import gzip
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from itertools import cycle

import brotli

from demo.outlet import Answer, Coding, Header

# Sizes that share no factor with a buffer's, so that no chunk ends where a reader expects it.
CHUNK_SIZES = (1, 1021, 7, 4093, 13, 509)
BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Request:
    """A request's head."""

    method: str
    target: str
    headers: dict[str, str]

    def accepts(self, coding: str) -> bool:
        """Whether the client says that it can read a content coding."""
        offers = (offer.split(";")[0].strip() for offer in self.values("accept-encoding"))
        return coding in offers

    def values(self, name: str) -> list[str]:
        """A comma-separated header's values."""
        return [value.strip() for value in self.headers.get(name, "").split(",")]


def parse_request(head: bytes) -> Request:
    """Read a request's head; ValueError if its first line has not three words."""
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ")
    pairs = (line.partition(":") for line in rest if line)
    return Request(method, target, {name.lower(): value.strip() for name, _, value in pairs})


def unchanged(answer: Answer, request: Request) -> bool:
    """Whether the client's copy is still good, by its entity tag or else its date."""
    etag, modified = answer.header(b"etag"), answer.header(b"last-modified")
    if "if-none-match" in request.headers:
        return etag is not None and etag.decode() in request.values("if-none-match")
    return modified is not None and modified.decode() == request.headers.get("if-modified-since")


def not_modified(answer: Answer) -> Answer:
    """The 304 that stands for an answer which the client has already."""
    kept = (b"etag", b"last-modified", b"cache-control")
    headers = tuple(header for header in answer.headers if header[0].lower() in kept)
    return Answer(status=304, headers=headers)


def wire_bytes(answer: Answer, request: Request, date: bytes) -> bytes:
    """The answer as it goes over the wire, in a coding that the client accepts."""
    coding = answer.coding if request.accepts(answer.coding) else "identity"
    body = _coded(answer.body, coding)
    headers = [(b"Date", date), *answer.headers]
    if coding != "identity":
        headers.append((b"Content-Encoding", coding.encode()))
    if answer.coding != "identity":
        headers.append((b"Vary", b"Accept-Encoding"))
    headers += _framing_headers(answer, len(body))
    head = _status_line(answer) + b"".join(b"%b: %b\r\n" % header for header in headers) + b"\r\n"
    if request.method == "HEAD" or answer.status in BODILESS:
        return head
    return head + (_chunked(body, answer.trailers) if answer.framing == "chunked" else body)


def _status_line(answer: Answer) -> bytes:
    return b"%b %d %b\r\n" % (
        answer.version,
        answer.status,
        HTTPStatus(answer.status).phrase.encode(),
    )


def _framing_headers(answer: Answer, length: int) -> list[Header]:
    if answer.framing == "close":
        return [(b"Connection", b"close")]
    if answer.status in BODILESS:
        return []
    if answer.framing == "length":
        return [(b"Content-Length", b"%d" % length)]
    names = b", ".join(name for name, _ in answer.trailers)
    announced = [(b"Trailer", names)] if names else []
    return [(b"Transfer-Encoding", b"chunked"), *announced]


@cache
def _coded(body: bytes, coding: Coding) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, mtime=0)
    if coding == "br":
        compressed: bytes = brotli.compress(body, quality=5)
        return compressed
    return body


def _chunked(body: bytes, trailers: tuple[Header, ...]) -> bytes:
    chunks, start = [], 0
    for size in cycle(CHUNK_SIZES):
        if start >= len(body):
            break
        chunk = body[start : start + size]
        chunks.append(b"%X\r\n%b\r\n" % (len(chunk), chunk))
        start += size
    last = b"0\r\n" + b"".join(b"%b: %b\r\n" % trailer for trailer in trailers) + b"\r\n"
    return b"".join(chunks) + last
