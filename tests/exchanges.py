"""Exchanges of our own making, for the tests of the archive."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from archive.exchange import Exchange, Truncation

BEGIN = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)


def exchange(
    number: int = 0,
    *,
    body: bytes | None = None,
    url: str | None = None,
    truncated: Truncation | None = None,
) -> Exchange:
    """A plain answer with 200; its body does not compress unless one is given."""
    if body is None:
        body = random.Random(number).randbytes(700 + number % 900)
    return Exchange(
        url=url or f"http://kibaru.example/2026/03/{number}",
        request=f"GET /2026/03/{number} HTTP/1.1\r\nHost: kibaru.example\r\n\r\n".encode(),
        response=b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body),
        started=BEGIN + timedelta(seconds=number),
        ip_address="127.0.0.9",
        protocols=("http/1.1", "tls/1.3"),
        cipher_suite="TLS_AES_256_GCM_SHA384",
        truncated=truncated,
    )
