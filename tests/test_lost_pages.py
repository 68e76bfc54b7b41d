"""No page is lost without a word: what leads elsewhere, in a circle, or nowhere is counted or named."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Djeli
from tests.treesite import paragraphs_of, title_of

MOVED = "/2026/03/01/un-article-qui-a-demenage.html"
CIRCLE = "/2026/03/02/un-article-qui-tourne-en-rond.html"
PLAIN = "/2026/03/03/un-article-qui-est-la.html"
NEW_HOME = "/2026/03/01/un-article-chez-les-autres.html"


def _article(number: int) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs_of(number))
    return f"<html><body><h1>{title_of(number)}</h1><div>{text}</div></body></html>".encode()


def _listing(*paths: str) -> bytes:
    items = "".join(
        f'<h2><a href="{path}">Un titre assez long pour un article</a></h2>' for path in paths
    )
    return f"<html><body>{items}</body></html>".encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        port = self.server.server_address[1]
        elsewhere = f"http://localhost:{port}"  # the same server, another host
        led_to = {
            MOVED: elsewhere + NEW_HOME,
            CIRCLE: CIRCLE,
            "/moved/": f"{elsewhere}/new/",
            "/circle/": "/circle/",
        }
        pages = {
            "/": _listing(MOVED, CIRCLE, PLAIN),
            "/new/": _listing(PLAIN),
            "/empty/": b"<html><body>Bienvenue</body></html>",
            "/elsewhere/": b'<html><head><link rel="alternate" type="application/rss+xml"'
            b' href="/feed/"></head></html>',
            "/feed/": f"<rss><channel><item><link>{elsewhere}{PLAIN}</link></item></channel></rss>".encode(),
            PLAIN: _article(1),
            NEW_HOME: _article(2),
        }
        if self.path == "/reset":
            self._reset()
        elif self.path in led_to:
            self._answer(302, b"", ("Location", led_to[self.path]))
        else:
            body = pages.get(self.path)
            self._answer(404 if body is None else 200, body or b"", ("Content-Type", "text/html"))

    def _answer(self, status: int, body: bytes, *fields: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*fields, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """The outcome is the log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that it has reset itself."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


Crawl = Callable[[str], tuple[int, dict[str, Any], str]]


@pytest.fixture
def crawl(djeli: Djeli, tmp_path: Path, base: str) -> Crawl:
    """Crawls a site whose front page has that path: exit status, counts, what was said."""

    def run(front_page: str) -> tuple[int, dict[str, Any], str]:
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites" / "site.toml").write_text(
            f'name = "S"\nurl = "{base}{front_page}"\ncountry = "ML"\nlanguages = ["fr"]\ndelay = 0\n'
        )
        outcome = djeli("crawl", "--allow-private", "site", "--json", "--data-dir", tmp_path)
        (counts,) = json.loads(outcome.stdout)
        return outcome.returncode, counts, outcome.stderr

    return run


def test_an_article_is_followed_to_another_host_and_a_circle_is_a_failure(
    crawl: Crawl, tmp_path: Path
) -> None:
    status, counts, said = crawl("/")
    (file,) = (tmp_path / "articles").glob("*.jsonl")
    found = {json.loads(line)["title"] for line in file.read_text().splitlines()}
    assert found == {title_of(1), title_of(2)}
    assert (status, counts["articles"], counts["failed"], counts["forbidden"]) == (1, 2, 1, 0)
    assert "in a circle" in said


@pytest.mark.parametrize(
    ("front_page", "words"),
    [
        ("/moved/", ["has moved to http://localhost", "could be read"]),
        ("/circle/", ["in a circle", "could be read"]),
        ("/empty/", ["name no article"]),
        ("/elsewhere/", ["no links to articles of the site", "name no article"]),
    ],
)
def test_a_site_that_leads_nowhere_is_no_success(
    crawl: Crawl, front_page: str, words: list[str]
) -> None:
    status, counts, said = crawl(front_page)
    assert (status, counts["articles"], counts["done"]) == (1, 0, False)
    for word in words:
        assert word in said


def test_a_broken_connection_is_told_in_words(djeli: Djeli, tmp_path: Path, base: str) -> None:
    outcome = djeli("scrape", "--allow-private", f"{base}/reset", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert "Connection" in line
    assert "<" not in line
