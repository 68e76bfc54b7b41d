"""What a content block measures: its digests, its payload's, and how HTTP frames it; in one pass."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archive import http1

LENGTHS = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}
_MAX_HEAD = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as a WARC field gives it; ``value`` is None where it is not one of that algorithm."""

    algorithm: str
    value: bytes | None

    @classmethod
    def parse(cls, text: str) -> Digest:
        """``sha1:`` and base32, as most write it; hexadecimal and base64 are told by their length."""
        label, _, value = text.strip().partition(":")
        algorithm = label.lower().replace("-", "")
        length = LENGTHS.get(algorithm)
        return cls(algorithm, _decoded(value.strip(), length) if length else None)


def _decoded(text: str, length: int) -> bytes | None:
    bare = text.rstrip("=")
    try:
        if len(text) == 2 * length:
            return bytes.fromhex(text)
        if len(bare) == (length * 8 + 4) // 5:
            return base64.b32decode(bare.upper() + "=" * (-len(bare) % 8))
        if len(bare) == (length * 8 + 5) // 6:
            return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of one block.  The digests are by algorithm.

    ``head`` is the HTTP head, empty where the block is no HTTP message; the payload is then the
    block.  ``as_sent`` are digests of an HTTP body with its chunks: what old tools took for the
    payload.  ``chunks`` is how dechunking went, None for a body that is not said to be chunked.
    """

    block: Mapping[str, bytes]
    payload: Mapping[str, bytes]
    as_sent: Mapping[str, bytes]
    head: bytes
    has_head: bool
    body_length: int
    chunks: http1.Dechunker | None


def meter_of(fields: Iterable[tuple[str, str]]) -> Meter:
    """A meter for the block of a record with that header, in the algorithms which it names."""
    values = {name.lower(): value for name, value in fields}
    digests = (values.get("warc-block-digest"), values.get("warc-payload-digest"))
    algorithms = [Digest.parse(digest).algorithm for digest in digests if digest]
    return Meter(algorithms, values.get("content-type"))


class Meter:
    """Measures a block that comes in pieces."""

    def __init__(self, algorithms: Iterable[str], content_type: str | None) -> None:
        known = sorted(set(algorithms) & LENGTHS.keys())
        self._block, self._payload, self._as_sent = (
            {name: hashlib.new(name, usedforsecurity=False) for name in known} for _ in range(3)
        )
        self._is_http = (content_type or "").lower().startswith("application/http")
        self._head = b""
        self._has_head = not self._is_http
        self._body_length = 0
        self._chunks: http1.Dechunker | None = None

    def add(self, piece: bytes) -> None:
        """The next bytes of the block."""
        for digest in self._block.values():
            digest.update(piece)
        if self._has_head:
            self._add_body(piece)
        elif len(self._head) < _MAX_HEAD:
            self._head = http1.skip_interim(self._head + piece)
            head, body = http1.split(self._head)
            if len(head) < len(self._head) or head.endswith((b"\n\n", b"\n\r\n")):
                self._head, self._has_head = head, True
                self._chunks = http1.Dechunker() if http1.is_chunked(head) else None
                self._add_body(body)

    def _add_body(self, piece: bytes) -> None:
        self._body_length += len(piece)
        self._add_payload(self._chunks.feed(piece) if self._chunks else (piece,))
        if self._chunks:
            for digest in self._as_sent.values():
                digest.update(piece)

    def _add_payload(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            for digest in self._payload.values():
                digest.update(piece)

    def measures(self) -> Measures:
        """Of all bytes added."""
        if self._chunks:
            self._add_payload((self._chunks.end(),))
        as_sent = self._as_sent if self._chunks else self._payload
        return Measures(
            block={name: d.digest() for name, d in self._block.items()},
            payload={name: d.digest() for name, d in self._payload.items()},
            as_sent={name: d.digest() for name, d in as_sent.items()},
            head=self._head,
            has_head=self._is_http and self._has_head,
            body_length=self._body_length,
            chunks=self._chunks,
        )
