"""A robots.txt that cannot be had forbids; one that is missing allows (RFC 9309, 2.3.1)."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import Djeli
from tests.treesite import paragraphs_of, title_of


class _Handler(BaseHTTPRequestHandler):
    robots: bytes | int | None = None  # a body, a status, or None to drop the connection

    def do_GET(self) -> None:
        if self.path != "/robots.txt":
            text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs_of(1))
            self._answer(200, f"<html><body><h1>{title_of(1)}</h1>{text}</body></html>".encode())
        elif self.robots is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif isinstance(self.robots, int):
            self._answer(self.robots, b"User-agent: *\nAllow: /\n")
        else:
            self._answer(200, self.robots)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def finish(self) -> None:
        """A connection that was dropped has nothing to flush."""
        if not self.connection._closed:  # type: ignore[attr-defined]
            super().finish()


@contextmanager
def serving(robots: bytes | int | None) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"robots": robots})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/2026/03/01/un-article.html"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("robots", "words"),
    [
        (b"User-agent: *\nAllow: /\n", None),
        (404, None),
        (403, None),
        (500, "the server answered 500"),
        (503, "the server answered 503"),
        (None, "robots.txt could not be fetched"),
        (b"User-agent: *\nDisallow: /\n", "Forbidden by robots.txt"),
    ],
    ids=["allowed", "404", "403", "500", "503", "dropped", "disallowed"],
)
def test_what_a_robots_txt_means(
    djeli: Djeli, tmp_path: Path, robots: bytes | int | None, words: str | None
) -> None:
    with serving(robots) as url:
        outcome = djeli("scrape", "--allow-private", url, "--timeout", "5", "--data-dir", tmp_path)
    if words is None:
        assert outcome.returncode == 0, outcome.stderr
        return
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert url in line
    assert words in line
