"""Exchange: one request and its answer, as the bytes that crossed the connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Truncation = Literal["length", "time", "disconnect", "unspecified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What one connection carried for one request.

    ``request`` and ``response`` are exact: no 1xx answers before the response, no bytes after its
    end, nothing of TLS or of a CONNECT tunnel.  ``truncated`` is in the words of WARC-Truncated.
    ``ip_address`` is None behind a proxy.  ``protocols`` is e.g. ``("http/1.1", "tls/1.3")``.
    ``seconds`` is how long it took from the request to the end of the response.
    """

    url: str
    request: bytes
    response: bytes
    started: datetime
    ip_address: str | None = None
    protocols: tuple[str, ...] = ()
    cipher_suite: str | None = None
    truncated: Truncation | None = None
    seconds: float = 0.0
