"""A browser's requests to an ASGI application, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp


@dataclass(frozen=True)
class Answered:
    """What came back; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    app: ASGIApp,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
) -> Answered:
    """The answer to one request; ``path`` is sent as it is, with its query."""
    return asyncio.run(_ask(app, path, {"host": "127.0.0.1", **(headers or {})}, (method, body)))


async def _ask(
    app: ASGIApp, path: str, headers: Mapping[str, str], what: tuple[str, bytes]
) -> Answered:
    raw, _, query = path.encode("latin-1").partition(b"?")
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": what[1], "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": what[0],
        "scheme": "http",
        "path": unquote(raw.decode("latin-1"), errors="replace"),
        "raw_path": raw,
        "query_string": query,
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    await app(scope, receive, send)
    begun = next(message for message in sent if message["type"] == "http.response.start")
    return Answered(
        status=begun["status"],
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in begun["headers"]},
        body=b"".join(message.get("body", b"") for message in sent),
    )
