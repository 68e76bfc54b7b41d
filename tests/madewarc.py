"""WARC records made by hand for the tests, so that one thing in them can be made wrong."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass, field, replace

WARCINFO, PAGE, ASKED, CHUNKED, AGAIN = (
    f"<urn:uuid:00000000-0000-4000-8000-00000000000{n}>" for n in range(5)
)
URL = "http://news.example/bamako"
BODY = b"<p>Une patrouille imaginaire.</p>\n" * 20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(BODY)
CHUNKS = b"5\r\nune p\r\nA;x=y\r\nage entier\r\n0\r\nX-Trailer: 1\r\n\r\n"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def sha1(data: bytes) -> str:
    """A digest as WARC files have it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A record; ``fields`` come after type, id and date."""

    kind: str
    id: str
    block: bytes
    fields: dict[str, str] = field(default_factory=dict)
    version: str = "WARC/1.1"
    end: bytes = b"\r\n\r\n"

    def header(self, **changes: str | None) -> Made:
        """With header fields changed, or left out; an underscore stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        merged: dict[str, str | None] = {**self.all_fields(), **named}
        return replace(self, fields={k: v for k, v in merged.items() if v is not None} | {"": ""})

    def all_fields(self) -> dict[str, str]:
        """What the header holds, in order."""
        if "" in self.fields:  # a header that was changed is complete
            return {k: v for k, v in self.fields.items() if k}
        return {
            "WARC-Type": self.kind,
            "WARC-Record-ID": self.id,
            "WARC-Date": "2026-03-14T09:26:53.589793Z",
            **self.fields,
            "WARC-Block-Digest": sha1(self.block),
            "Content-Length": str(len(self.block)),
        }

    def head(self) -> bytes:
        """The header with its blank line."""
        lines = [f"{name}: {value}" for name, value in self.all_fields().items()]
        return "\r\n".join([self.version, *lines, "", ""]).encode()

    def plain(self) -> bytes:
        """The record as it lies in a file that is not compressed."""
        return self.head() + self.block + self.end

    def member(self) -> bytes:
        """The record as one gzip member."""
        return gzip.compress(self.plain(), mtime=0)


def response(id_: str, block: bytes, payload: bytes, **more: str) -> Made:
    """A response of the web, with the payload's digest."""
    fields = {
        "WARC-Target-URI": URL,
        "WARC-IP-Address": "192.0.2.7",
        "WARC-Warcinfo-ID": WARCINFO,
        "WARC-Payload-Digest": sha1(payload),
        "Content-Type": "application/http; msgtype=response",
    }
    return Made(kind="response", id=id_, block=block, fields={**fields, **more})


def info() -> Made:
    """The first record of a file."""
    return Made(
        kind="warcinfo",
        id=WARCINFO,
        block=b"software: made by hand\r\n",
        fields={"WARC-Filename": "made.warc.gz", "Content-Type": "application/warc-fields"},
    )


def page() -> Made:
    """A page of 200 OK that names its request."""
    return response(PAGE, HEAD + BODY, BODY, **{"WARC-Concurrent-To": ASKED})


def asked(method: str = "GET") -> Made:
    """The request for the page."""
    return Made(
        kind="request",
        id=ASKED,
        block=f"{method} /bamako HTTP/1.1\r\nHost: news.example\r\n\r\n".encode(),
        fields={
            "WARC-Target-URI": URL,
            "WARC-Concurrent-To": PAGE,
            "Content-Type": "application/http; msgtype=request",
        },
    )


def chunked() -> Made:
    """A chunked response whose payload digest is over the de-chunked body, as the standard has it."""
    return response(CHUNKED, CHUNKED_HEAD + CHUNKS, b"une page entier")


def again() -> Made:
    """A revisit of the page."""
    made = response(AGAIN, HEAD, BODY, **{"WARC-Refers-To": PAGE, "WARC-Profile": IDENTICAL})
    return replace(made, kind="revisit")


def valid() -> list[Made]:
    """The records of a file with nothing wrong."""
    return [info(), page(), asked(), chunked(), again()]


def members(records: list[Made]) -> bytes:
    """A file of one gzip member a record."""
    return b"".join(record.member() for record in records)
