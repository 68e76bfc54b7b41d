"""A local server told path by path what to answer, first and later; it notes every request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.treesite import paragraphs_of, title_of

SITE = "routes"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, after so many ``seconds``; a body given as text is HTML."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came."""

    path: str
    at: float
    headers: dict[str, str]


@dataclass(slots=True)
class Routes:
    """``answers[path]`` are given one after the other, the last of them for ever; else a 404."""

    base: str
    answers: dict[str, list[Answer]]
    asked: list[Asked] = field(default_factory=list)

    def set(self, path: str, *answers: Answer) -> None:
        """From now on."""
        self.answers[path] = list(answers)

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def times(self, prefix: str) -> list[float]:
        """When paths that begin so were asked for."""
        return [asked.at for asked in self.asked if asked.path.startswith(prefix)]

    def write_site_file(self, data_dir: Path, *lines: str) -> None:
        """For the site, named ``routes``."""
        folder = data_dir / "sites"
        folder.mkdir(parents=True, exist_ok=True)
        text = f'name = "Routes"\nurl = "{self.base}/"\ncountry = "ML"\nlanguages = ["fr"]\ndelay = 0\n'
        folder.joinpath(f"{SITE}.toml").write_text(text + "\n".join(lines) + "\n")

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        """The next one; a request with the validator of the answer gets a 304."""
        self.asked.append(Asked(path, time.monotonic(), headers))
        answers = self.answers.get(path)
        if not answers:
            return Answer("gone", 404)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        etag = answer.headers.get("ETag")
        if etag and headers.get("If-None-Match") == etag:
            return Answer("", 304, {"ETag": etag})
        return answer


def article(number: int, extra: str = "") -> Answer:
    """A news page of its own wording, with a validator."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs_of(number))
    head = f"<title>{title_of(number)}</title>"
    body = f"<html lang=fr><head>{head}</head><body><h1>{title_of(number)}</h1>{text}{extra}</body></html>"
    return Answer(body, headers={"ETag": f'"{number}-{len(extra)}"'})


def feed(base: str, paths: list[str], etag: str | None = None) -> Answer:
    """RSS that names these pages."""
    items = "".join(f"<item><title>{p}</title><link>{base}{p}</link></item>" for p in paths)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    headers = {"Content-Type": "application/rss+xml"} | ({"ETag": etag} if etag else {})
    return Answer(body.encode(), headers=headers)


def front_page(paths: list[str], etag: str | None = None) -> Answer:
    """A listing of these pages."""
    links = "".join(f'<h2><a href="{path}">Un titre qui mène à {path}</a></h2>' for path in paths)
    return Answer(f"<html><body>{links}</body></html>", headers={"ETag": etag} if etag else {})


@contextmanager
def serving(answers: dict[str, list[Answer]] | None = None) -> Iterator[Routes]:
    """On a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = routes.answer(self.path, dict(self.headers.items()))
            time.sleep(answer.seconds)
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for name, value in {
                "Content-Type": "text/html; charset=utf-8",
                **answer.headers,
            }.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    routes = Routes(f"http://127.0.0.1:{server.server_address[1]}", answers or {})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield routes
    finally:
        server.shutdown()
        server.server_close()
