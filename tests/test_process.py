"""Several crawls in one process: together where they may be, in turns where they share a host."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.process import Crawl, queues
from tests.conftest import Djeli
from tests.treesite import paragraphs_of, title_of


@dataclass(frozen=True)
class Named:
    """As much of a crawler as a queue looks at: its spider class."""

    spidercls: type


def _crawl(name: str, *domains: str) -> Crawl:
    return Crawl(Named(type(name, (), {"allowed_domains": list(domains)})))  # type: ignore[arg-type]


def test_crawls_that_share_a_host_are_one_queue() -> None:
    crawls = [
        _crawl("a", "rfi.example"),
        _crawl("b", "bbc.example", "feeds.example"),
        _crawl("c", "rfi.example", "www.rfi.example"),
        _crawl("d", "feeds.example", "www.rfi.example"),
        _crawl("e", "e.example"),
        _crawl("f"),
        _crawl("g"),
    ]
    names = [[c.crawler.spidercls.__name__ for c in queue] for queue in queues(crawls)]
    assert sorted(map(sorted, names)) == [["a", "b", "c", "d"], ["e"], ["f"], ["g"]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        with self.server.answering():
            time.sleep(0.03)
            body = self._page().encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _page(self) -> str:
        match self.path.strip("/").split("/"):
            case [("a" | "b") as half]:
                numbers = range(1, 5) if half == "a" else range(5, 9)
                items = (
                    f'<h2><a href="/{half}/2026/article-{n}">{title_of(n)}</a></h2>'
                    for n in numbers
                )
                return f"<html><body>{''.join(items)}</body></html>"
            case [_, "2026", slug]:
                number = int(slug.removeprefix("article-"))
                text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs_of(number))
                return f"<html><body><h1>{title_of(number)}</h1><div>{text}</div></body></html>"
        return ""

    def log_message(self, format: str, *args: Any) -> None:
        """The server counts."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._lock, self._active, self.peak = threading.Lock(), 0, 0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Counts the requests that are answered at one time."""
        with self._lock:
            self._active += 1
            self.peak = max(self.peak, self._active)
        yield
        with self._lock:
            self._active -= 1


@pytest.fixture
def server() -> Iterator[_Server]:
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_two_sites_on_one_host_never_ask_it_at_once(
    djeli: Djeli, tmp_path: Path, server: _Server
) -> None:
    (tmp_path / "sites").mkdir()
    for half in "ab":
        (tmp_path / "sites" / f"site-{half}.toml").write_text(
            f'name = "{half}"\nurl = "http://127.0.0.1:{server.server_address[1]}/{half}/"\n'
            'country = "ML"\nlanguages = ["fr"]\ndelay = 0\n'
        )
    outcome = djeli("crawl", "site-a", "site-b", "--json", "--data-dir", tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    assert [site["articles"] for site in json.loads(outcome.stdout)] == [4, 4]
    assert server.peak == 1
