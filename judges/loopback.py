"""Two servers of our own for a browser: one that gives it files, and a proxy that lets nothing through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Files:
    """What is at which path: a file, or a page's markup."""

    port: int
    paths: Mapping[str, Path | str]

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """A proxy; ``asked`` is all that went there."""

    port: int
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving_files(paths: Mapping[str, Path | str]) -> Iterator[Files]:
    """Files, served until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _send(self, paths.get(self.path.partition("?")[0]), with_body=True)

        def do_HEAD(self) -> None:
            _send(self, paths.get(self.path.partition("?")[0]), with_body=False)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with _running(Handler) as port:
        yield Files(port, paths)


@contextmanager
def dead_end() -> Iterator[DeadEnd]:
    """A proxy that refuses everything until the block ends."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            line = self.rfile.readline(65536).decode("latin-1").strip()
            if line:
                asked.append(line)
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            self.close_connection = True

    with _running(Handler) as port:
        yield DeadEnd(port, asked)


@contextmanager
def _running(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _send(handler: BaseHTTPRequestHandler, found: Path | str | None, *, with_body: bool) -> None:
    """A file or a part of it: ReplayWeb.page reads archives by Range."""
    if found is None:
        handler.send_error(HTTPStatus.NOT_FOUND)
        return
    is_markup = isinstance(found, str)
    data = found.encode() if isinstance(found, str) else found.read_bytes()
    suffix = ".html" if is_markup else Path(str(found)).suffix
    begin, end, status = 0, len(data), HTTPStatus.OK
    if wanted := handler.headers.get("Range"):
        begin, end = byte_range(wanted, len(data))
        status = HTTPStatus.PARTIAL_CONTENT
    handler.send_response(status)
    handler.send_header("Content-Type", _TYPES.get(suffix, "application/octet-stream"))
    handler.send_header("Content-Length", str(end - begin))
    handler.send_header("Accept-Ranges", "bytes")
    if wanted:
        handler.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(data)}")
    handler.end_headers()
    if with_body:
        handler.wfile.write(data[begin:end])


def byte_range(wanted: str, size: int) -> tuple[int, int]:
    """Where the first range of a Range header begins and ends; the whole if it makes no sense."""
    first, dash, last = wanted.removeprefix("bytes=").partition(",")[0].strip().partition("-")
    if not dash or not (first or last).isdigit():
        return 0, size
    if not first:
        return max(0, size - int(last)), size
    return min(int(first), size), min(int(last) + 1, size) if last.isdigit() else size
