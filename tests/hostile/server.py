"""Does byte for byte what the cases say, on loopback, and logs what each connection saw.

Listeners: plain, TLS 1.2, TLS 1.3, a proxy, and one plain port for each case that wants its own.  The
proxy answers absolute-form requests itself and ends CONNECT tunnels itself, as if it were the site.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

import trustme

from .script import Answer, Case, End, Endless, Pause, Route, Send, Step

GUARD = 30.0  # seconds after which a connection that nobody ends is ended
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_NAME = re.compile(r"/([a-z0-9-]+)")

Ended = Literal["open", "kept", "close", "reset", "cut", "client left"]


@dataclass(slots=True, kw_only=True)
class Exchange:
    """What the server saw of one request and its answer.

    ``response`` holds the bytes of the response that counts, ``interim`` those of the 1xx answers
    before it, ``surplus`` those after its end: all as the kernel took them.
    """

    case: Case
    number: int
    route: Route
    connection: int
    url: str
    method: str
    request: bytes
    answer: Answer
    received_at: float
    protocol: str | None = None
    cipher: str | None = None
    interim: bytearray = field(default_factory=bytearray)
    response: bytearray = field(default_factory=bytearray)
    surplus: bytearray = field(default_factory=bytearray)
    ended: Ended = "open"

    @property
    def label(self) -> str:
        """Case, route and number, for reports."""
        return f"{self.case.name}/{self.route}#{self.number}"

    def sent(self) -> bytes:
        """All bytes sent, in order: interim answers come first, surplus last."""
        return bytes(self.interim + self.response + self.surplus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a client must ask for one case on one route."""

    case: Case
    route: Route
    url: str
    proxy: str | None = None


@dataclass(slots=True)
class _Peer:
    """One client connection: its socket, its number and how its URLs begin."""

    sock: socket.socket
    number: int
    route: Route
    origin: str
    own: Case | None = None
    unread: bytes = b""

    def read_request(self) -> bytes:
        """One request with its body; empty when the client has gone."""
        data = self.unread
        while (end := data.find(b"\r\n\r\n")) < 0:
            data = self._more(data)
            if not data:
                return b""
        size = _LENGTH.search(data, 0, end + 2)
        stop = end + 4 + (int(size[1]) if size else 0)
        while len(data) < stop:
            data = self._more(data)
            if not data:
                return b""
        self.unread = data[stop:]
        return data[:stop]

    def _more(self, data: bytes) -> bytes:
        more = self.sock.recv(65536)
        return data + more if more else b""


class HostileServer:
    """A context manager; ``log`` is complete once it is left."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.log: list[Exchange] = []
        self.cases = {case.name: case for case in cases}
        self._counts: Counter[tuple[Route, str]] = Counter()
        self._lock = threading.Lock()
        self._listeners: dict[str, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._peers: list[socket.socket] = []
        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert("127.0.0.1", "connect.test")

    def __enter__(self) -> Self:
        for name in ("plain", "tls12", "tls13", "proxy"):
            self._listen(name)
        for case in self.cases.values():
            if case.own_port:
                self._listen(f"own {case.name}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            sockets = [*self._listeners.values(), *self._peers]
        for sock in sockets:
            _shut(sock)
        for thread in list(self._threads):
            thread.join(timeout=GUARD)

    @property
    def authority(self) -> str:
        """The certificate authority in PEM, for clients that verify."""
        return self._authority.cert_pem.bytes().decode()

    def targets(self) -> list[Target]:
        """Every case on every route that it wants."""
        return [self.target(case, route) for case in self.cases.values() for route in case.routes]

    def target(self, case: Case, route: Route = "plain") -> Target:
        """Where a client finds that case on that route."""
        path = "/" + case.name + case.path
        if case.own_port:
            own = f"http://127.0.0.1:{self.port(f'own {case.name}')}"
            return Target(case=case, route=route, url=own + (case.path or path))
        if route in ("absolute", "connect"):
            origin = "http://absolute.test" if route == "absolute" else "https://connect.test"
            proxy = f"http://user:secret@127.0.0.1:{self.port('proxy')}"
            return Target(case=case, route=route, url=origin + path, proxy=proxy)
        scheme = "http" if route == "plain" else "https"
        url = f"{scheme}://127.0.0.1:{self.port(route)}{path}"
        return Target(case=case, route=route, url=url)

    def port(self, listener: str) -> int:
        """The TCP port of that listener."""
        port: int = self._listeners[listener].getsockname()[1]
        return port

    def _listen(self, name: str) -> None:
        self._listeners[name] = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._start(self._accept, name)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _accept(self, name: str) -> None:
        listener = self._listeners[name]
        number = 0
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return  # the listener was closed: the test is over
            sock.settimeout(GUARD)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number += 1
            with self._lock:
                self._peers.append(sock)
            self._start(self._connection, name, sock, number)

    def _connection(self, name: str, sock: socket.socket, number: int) -> None:
        peer = None
        try:
            peer = self._peer(name, sock, number)
            if peer:
                self._talk(peer)
        except OSError:
            pass  # the client went away, or the test is over; the log says what was sent until then
        finally:
            _shut(peer.sock if peer else sock)

    def _peer(self, name: str, sock: socket.socket, number: int) -> _Peer | None:
        if name == "proxy":
            return self._proxy_peer(sock, number)
        scheme: Literal["http", "https"] = "http"
        route: Route = "plain"
        if name in ("tls12", "tls13"):
            scheme, route = "https", "tls12" if name == "tls12" else "tls13"
            sock = self._encrypt(sock, route)
        own = self.cases[name.removeprefix("own ")] if name.startswith("own ") else None
        return _Peer(sock, number, route, f"{scheme}://127.0.0.1:{self.port(name)}", own)

    def _proxy_peer(self, sock: socket.socket, number: int) -> _Peer | None:
        peer = _Peer(sock, number, "absolute", "")
        first = peer.read_request()
        if not first.startswith(b"CONNECT "):
            peer.unread = first + peer.unread
            return peer
        host = first.split(b" ")[1].decode().removesuffix(":443")
        if b"\r\nProxy-Authorization: Basic " not in first:
            sock.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return None
        sock.sendall(b"HTTP/1.1 200 Connection established\r\nX-Proxy: hostile\r\n\r\n")
        return _Peer(self._encrypt(sock, "connect"), number, "connect", f"https://{host}")

    def _encrypt(self, sock: socket.socket, route: Route) -> ssl.SSLSocket:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if route == "tls12":
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["h2", "http/1.1"])  # an archive must not accept the offer of h2
        self._certificate.configure_cert(context)
        # Python would answer a TCP end without close_notify by an error; here it is the client's affair.
        wrapped = context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True)
        with self._lock:
            self._peers.append(wrapped)
        return wrapped

    def _talk(self, peer: _Peer) -> None:
        while request := peer.read_request():
            exchange = self._begin(peer, request)
            try:
                exchange.ended = _perform(peer.sock, exchange)
            except OSError:
                exchange.ended = "client left"
            if exchange.ended != "kept":
                return

    def _begin(self, peer: _Peer, request: bytes) -> Exchange:
        method, target, _ = request.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        url = target if peer.route == "absolute" else peer.origin + target
        found = _NAME.match(urlsplit(url).path)
        case = peer.own or self.cases[found[1] if found else ""]
        tls = peer.sock if isinstance(peer.sock, ssl.SSLSocket) else None
        cipher = tls.cipher() if tls else None
        with self._lock:
            number = self._counts[peer.route, case.name]
            self._counts[peer.route, case.name] += 1
            exchange = Exchange(
                case=case,
                number=number,
                route=peer.route,
                connection=peer.number,
                url=url,
                method=method,
                request=request,
                answer=case.answers[min(number, len(case.answers) - 1)],
                received_at=time.time(),
                protocol=tls.version() if tls else None,
                cipher=cipher[0] if cipher else None,
            )
            self.log.append(exchange)
        return exchange


def _perform(sock: socket.socket, exchange: Exchange) -> Ended:
    together: list[Send] = []  # neighbours leave in one packet, so that a client reads them at once
    for step in exchange.answer.steps:
        if isinstance(step, Send) and not step.piece:
            together.append(step)
            continue
        _send(sock, exchange, together)
        together = []
        ended = _step(sock, exchange, step)
        if ended:
            return ended
    _send(sock, exchange, together)
    return "kept"


def _step(sock: socket.socket, exchange: Exchange, step: Step) -> Ended | None:
    match step:
        case Send():
            for start in range(0, len(step.data), step.piece):
                piece = step.data[start : start + step.piece]
                _send(sock, exchange, [Send(piece, step.kind)])
                time.sleep(step.gap)
        case Pause():
            time.sleep(step.seconds)
        case Endless():
            while True:
                _send(sock, exchange, [Send(step.data)])
                time.sleep(step.gap)
        case End():
            return _end(sock, step)
    return None


def _send(sock: socket.socket, exchange: Exchange, sends: Sequence[Send]) -> None:
    """Send them as one, and log each under its kind as far as the kernel took it."""
    logs = {"interim": exchange.interim, "response": exchange.response, "surplus": exchange.surplus}
    data = memoryview(b"".join(send.data for send in sends))
    taken = 0
    try:
        while taken < len(data):
            taken += sock.send(data[taken:])
    finally:
        for send in sends:
            logs[send.kind].extend(send.data[:taken])
            taken = max(0, taken - len(send.data))


def _end(sock: socket.socket, end: End) -> Ended:
    if end.how == "stall":
        while sock.recv(65536):
            pass
        return "client left"
    if end.how == "reset":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        return "reset"
    if end.how == "close" and isinstance(sock, ssl.SSLSocket):
        _say_goodbye(sock)
    _shut(sock)
    return "cut" if end.how == "cut" else "close"


def _say_goodbye(sock: ssl.SSLSocket) -> None:
    sock.settimeout(2)
    try:
        sock.unwrap()
    except (OSError, ValueError):
        return  # the client has left without its own close_notify; ours was sent


def _shut(sock: socket.socket) -> None:
    """Close so that a thread that waits in that socket wakes up."""
    with suppress(OSError):  # not connected any more
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
