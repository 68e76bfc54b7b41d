"""No request goes to private addresses, unless the site file or the command line says so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.addresses import kind_of, literal, private_place
from tests.conftest import Djeli


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", None),
        ("2001:4860:4860::8888", None),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.32.0.1", None),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("198.18.0.1", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fd00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:8.8.8.8", None),
        ("2002:7f00:1::", "loopback"),
        ("64:ff9b::a9fe:a9fe", "link-local"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "loopback"),
    ],
)
def test_addresses_that_crawlers_keep_away_from(address: str, kind: str | None) -> None:
    assert kind_of(address) == kind


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("[::1]", "::1"),
        ("localhost", "127.0.0.1"),
        ("db.localhost", "127.0.0.1"),
        ("example.org", None),
        ("localhost.example.org", None),
        ("", None),
    ],
)
def test_hosts_that_are_addresses(host: str, address: str | None) -> None:
    assert literal(host) == address


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.11:8000/feed", "127.0.0.11:8000"),
        ("https://[::1]/", "::1:443"),
        ("http://localhost/", "localhost:80"),
        ("http://8.8.8.8/", None),
        ("https://example.org/", None),
    ],
)
def test_a_site_file_names_a_private_place(url: str, place: str | None) -> None:
    assert private_place(url) == place


class _Inner(BaseHTTPRequestHandler):
    """Counts who comes; ``/away?to=URL`` sends on."""

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.asked.append(self.path)
        away = self.path.partition("?to=")[2]
        self.send_response(302 if away else 404)
        if away:
            self.send_header("Location", away)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    asked: list[str]


def _served(address: str) -> _Server:
    server = _Server((address, 0), _Inner)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def inner() -> Iterator[_Server]:
    server = _served("127.0.0.1")
    with closing(server.socket):
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"],
)
def test_a_scrape_of_the_own_machine_is_refused(
    host: str, inner: _Server, djeli: Djeli, tmp_path: Path
) -> None:
    outcome = djeli("scrape", "--data-dir", tmp_path, f"http://{host}:{inner.server_port}/page")
    assert outcome.returncode == 1
    assert "loopback address" in outcome.stderr
    assert "--allow-private" in outcome.stderr
    assert inner.asked == []


def test_it_is_allowed_when_asked_for(inner: _Server, djeli: Djeli, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{inner.server_port}/page"
    outcome = djeli("scrape", "--allow-private", "--data-dir", tmp_path, url)
    assert "the server answered 404" in outcome.stderr
    assert "/page" in inner.asked


def test_a_redirect_from_a_site_leads_nowhere_inside(
    inner: _Server, djeli: Djeli, tmp_path: Path
) -> None:
    """The site file names its own private address; that allows no other, and no other port."""
    home = _served("127.0.0.1")
    sites = tmp_path / "sites"
    sites.mkdir()
    sites.joinpath("inside.toml").write_text(
        f'name = "Inside"\nurl = "http://127.0.0.1:{home.server_port}/"\ncountry = "ML"\n'
        'languages = ["fr"]\n'
    )
    away = f"http://127.0.0.1:{inner.server_port}/secret"
    url = f"http://127.0.0.1:{home.server_port}/away?to={away}"
    outcome = djeli("scrape", "--data-dir", tmp_path, url)
    home.shutdown()
    home.server_close()
    assert any(path.startswith("/away") for path in home.asked)
    assert "loopback address" in outcome.stderr, outcome.stderr
    assert inner.asked == []


def test_names_are_looked_up_before_they_are_trusted() -> None:
    """What the resolver gives is what is checked: a name of one's own for 127.0.0.1 is refused."""
    assert kind_of(socket.gethostbyname("localhost")) == "loopback"
