"""The hostile server's log equals what a plain socket got from it, and its judge misses nothing."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import pytest
from hostile.cases import CASES
from hostile.script import STALL, Case, Pause, Route, Send
from hostile.server import Exchange, HostileServer, Target

CASE = {case.name: case for case in CASES}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer(CASES) as server:
        yield server


class Client:
    """A socket that asks as a simple browser would, directly, through TLS or through the proxy."""

    def __init__(self, server: HostileServer, target: Target) -> None:
        self.server, self.target = server, target
        port = urlsplit(target.proxy or target.url).port or 0
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        if target.route == "connect":
            self._connect()
        if target.route in ("connect", "tls12", "tls13"):
            context = ssl.create_default_context(cadata=server.authority)
            host = "connect.test" if target.route == "connect" else "127.0.0.1"
            self.sock = context.wrap_socket(
                self.sock, server_hostname=host, suppress_ragged_eofs=False
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def _connect(self) -> None:
        self.sock.sendall(
            b"CONNECT connect.test:443 HTTP/1.1\r\nHost: connect.test:443\r\n"
            b"Proxy-Authorization: Basic eDp5\r\n\r\n"
        )
        assert self.sock.recv(1000).startswith(b"HTTP/1.1 200 ")

    def request(self) -> bytes:
        """Send the case's request; its bytes."""
        case, url = self.target.case, urlsplit(self.target.url)
        target = "/" + case.name if not case.own_port else "/"
        if self.target.route == "absolute":
            target = f"{url.scheme}://{url.netloc}{target}"
        body = b"Content-Length: %d\r\n" % len(case.body) if case.body else b""
        line = f"{case.method} {target} HTTP/1.1\r\nHost: {url.netloc}\r\n".encode()
        request = line + body + b"\r\n" + case.body
        self.sock.sendall(request)
        return request

    def read(self, size: int) -> bytes:
        """That many bytes, or what came before the connection ended in whatever way."""
        data = b""
        while len(data) < size:
            try:
                more = self.sock.recv(65536)
            except (ConnectionResetError, ssl.SSLEOFError):
                return data
            if not more:
                return data
            data += more
        return data

    def is_open(self) -> bool:
        """Whether the server has neither ended the connection nor sent more."""
        self.sock.settimeout(0.02)
        try:
            self.sock.recv(1)
        except TimeoutError:
            return True
        except (ConnectionResetError, ssl.SSLEOFError):
            return False
        return False


def _wanted(case: Case, number: int = 0) -> bytes:
    """What that answer says, in the order of its steps."""
    return b"".join(step.data for step in case.answers[number].steps if isinstance(step, Send))


def _first(server: HostileServer, target: Target) -> Exchange:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for exchange in server.log:
            same = (exchange.case.name, exchange.route) == (target.case.name, target.route)
            if same and exchange.ended != "open":
                return exchange
        time.sleep(0.005)
    raise AssertionError(f"no exchange of {target} has ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """What a client sent and got, whether the connection was still open, and the server's log of it."""

    request: bytes
    data: bytes
    still_open: bool
    exchange: Exchange


def _ask(server: HostileServer, target: Target) -> Got:
    answer = target.case.answers[0]
    with Client(server, target) as client:
        request = client.request()
        data = client.read(answer.at_least or len(_wanted(target.case)))
        still_open = client.is_open()
    exchange = _first(server, target)
    return Got(request=request, data=data, still_open=still_open, exchange=exchange)


@pytest.fixture(scope="module")
def answers(server: HostileServer) -> dict[tuple[str, Route], Got]:
    """Every case on every route, asked once; many at a time, for most of them is waiting."""
    targets = server.targets()
    with ThreadPoolExecutor(16) as pool:
        gots = pool.map(lambda target: _ask(server, target), targets)
        return {(t.case.name, t.route): got for t, got in zip(targets, gots, strict=True)}


@pytest.mark.parametrize(
    ("name", "route"), [(case.name, route) for case in CASES for route in case.routes]
)
def test_the_log_is_what_a_client_got(
    answers: dict[tuple[str, Route], Got], name: str, route: Route
) -> None:
    got, answer = answers[name, route], CASE[name].answers[0]
    last = answer.steps[-1]
    assert got.exchange.request == got.request
    if answer.at_least:
        assert len(got.data) >= answer.at_least
        assert got.exchange.sent().startswith(got.data)
    else:
        assert got.data == got.exchange.sent() == _wanted(CASE[name])
    if isinstance(last, Send | Pause) or last == STALL:
        assert got.still_open


@pytest.mark.parametrize(
    ("name", "ended"),
    [
        ("plain", "kept"),
        ("cut-body", "close"),
        ("reset-body", "reset"),
        ("stall-body", "client left"),
        ("endless", "client left"),
    ],
)
def test_the_log_says_how_it_ended(name: str, ended: str) -> None:
    with HostileServer([CASE[name]]) as server:
        with Client(server, server.target(CASE[name])) as client:
            client.request()
            client.read(1 << 30 if ended in ("close", "reset") else 10)
        assert _first(server, client.target).ended == ended


def test_a_reset_is_a_reset(server: HostileServer) -> None:
    with Client(server, server.target(CASE["reset-at-once"])) as client:
        client.request()
        with pytest.raises(ConnectionResetError):
            client.sock.recv(1)


def test_a_cut_says_no_goodbye(server: HostileServer) -> None:
    with Client(server, server.target(CASE["tls-cut-body"], "tls13")) as client:
        client.request()
        client.read(len(_wanted(client.target.case)))
        with pytest.raises(ssl.SSLEOFError):
            client.sock.recv(1)


def test_a_proxy_that_wants_a_password_opens_no_tunnel_without(server: HostileServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port("proxy")), timeout=5) as sock:
        sock.sendall(b"CONNECT connect.test:443 HTTP/1.1\r\n\r\n")
        assert sock.recv(1000).startswith(b"HTTP/1.1 407 ")
        assert sock.recv(1) == b""


@pytest.mark.parametrize(("route", "version"), [("tls12", "TLSv1.2"), ("tls13", "TLSv1.3")])
def test_the_log_knows_the_encryption(server: HostileServer, route: Route, version: str) -> None:
    with Client(server, server.target(CASE["plain"], route)) as client:
        assert isinstance(client.sock, ssl.SSLSocket)
        cipher = client.sock.cipher()
        client.request()
        client.read(10)
    exchange = _first(server, client.target)
    assert cipher
    assert (exchange.protocol, exchange.cipher) == (version, cipher[0])


def test_requests_are_counted_and_answered_in_turn() -> None:
    kept = CASE["kept"]
    with HostileServer([kept]) as server, Client(server, server.target(kept)) as client:
        bodies = []
        for number in range(3):
            client.request()
            bodies.append(client.read(len(_wanted(kept, number))))
    assert bodies == [exchange.sent() for exchange in server.log]
    assert [exchange.number for exchange in server.log] == [0, 1, 2]
    assert len(set(bodies)) == 3


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(CASE) == len(CASES) >= 80
