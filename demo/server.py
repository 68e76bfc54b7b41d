"""A small raw HTTP/1.1 server: each outlet on its own loopback address, all on one port.

`with running() as server:` serves the whole newsroom from a thread until the block ends; `server.exchanges` then holds
each request and response as they were on the wire.
"""

import asyncio
import errno
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import repeat
from threading import Thread

from demo.newsroom import ADDRESSES, newsroom
from demo.outlet import Answer, Outlet
from demo.wire import Request, not_modified, parse_request, unchanged, wire_bytes

HEAD_END = b"\r\n\r\n"
FREE_PORT_TRIES = 50
NOWHERE = Answer(
    status=404,
    headers=((b"Server", b"newsroom"), (b"Content-Type", b"text/html; charset=utf-8")),
    body=b"<!DOCTYPE html><html><head><title>404 Not Found</title></head>"
    b"<body><h1>Not Found</h1><p>There is nothing here.</p></body></html>\n",
)
BAD_REQUEST = Answer(status=400, framing="close")
NOT_ALLOWED = Answer(status=405, headers=((b"Allow", b"GET, HEAD"),), framing="close")


class PortTakenError(Exception):
    """The newsroom's addresses cannot be listened on."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response, byte for byte as they were on the wire."""

    address: str
    request: bytes
    response: bytes


@dataclass(slots=True)
class NewsroomServer:
    """The outlets being served, and a log of all that was asked and answered."""

    outlets: tuple[Outlet, ...]
    port: int
    exchanges: list[Exchange] = field(default_factory=list)
    _asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a connection's requests one after the other until one side has had enough."""
        address: str = writer.get_extra_info("sockname")[0]
        try:
            while await self._exchange(address, reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # the client has gone, or sends a head larger than any client's
        finally:
            writer.close()

    async def _exchange(
        self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = await reader.readuntil(HEAD_END)
        response, goes_on = self._respond(address, head)
        # Logged first: whoever has read the response finds it in the log.
        self.exchanges.append(Exchange(address, head, response))
        writer.write(response)
        await writer.drain()
        return goes_on

    def _respond(self, address: str, head: bytes) -> tuple[bytes, bool]:
        date = formatdate(usegmt=True).encode()
        try:
            request = parse_request(head[: -len(HEAD_END)])
        except ValueError:
            return wire_bytes(BAD_REQUEST, Request("GET", "", {}), date), False
        answer = self._answer(address, request)
        closing = request.headers.get("connection", "").lower() == "close"
        return wire_bytes(answer, request, date), not closing and answer.framing != "close"

    def _answer(self, address: str, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            return NOT_ALLOWED
        answers = self._answers(address, request.target)
        seen = self._asked[address, request.target]
        if request.method == "GET":
            self._asked[address, request.target] += 1
        answer = answers[min(seen, len(answers) - 1)]
        return not_modified(answer) if unchanged(answer, request) else answer

    def _answers(self, address: str, target: str) -> Sequence[Answer]:
        outlet = next(o for o in self.outlets if o.masthead.address == address)
        path = target.partition("?")[0]
        return outlet.pages.get(target) or outlet.pages.get(path) or (NOWHERE,)


@contextmanager
def running(port: int = 0) -> Iterator[NewsroomServer]:
    """The newsroom, served from a thread; port 0 takes one that is free on all its addresses."""
    sockets = _listening(port)
    chosen: int = sockets[0].getsockname()[1]
    server = NewsroomServer(newsroom(chosen), chosen)
    loop = asyncio.new_event_loop()
    stopping: Future[asyncio.Event] = Future()
    thread = Thread(target=loop.run_until_complete, args=(_serve(server, sockets, stopping),))
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stopping.result().set)
        thread.join()
        loop.close()


async def _serve(
    server: NewsroomServer, sockets: Sequence[socket.socket], stopping: Future[asyncio.Event]
) -> None:
    stop = asyncio.Event()
    stopping.set_result(stop)
    talks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(server.converse(reader, writer))
        talks.add(talk)
        talk.add_done_callback(talks.discard)

    listeners = [await asyncio.start_server(accept, sock=sock) for sock in sockets]
    await stop.wait()
    for listener in listeners:
        listener.close()
    for talk in talks:
        talk.cancel()
    await asyncio.gather(*talks, return_exceptions=True)


def _listening(port: int) -> list[socket.socket]:
    for _ in repeat(None, FREE_PORT_TRIES if port == 0 else 1):
        sockets: list[socket.socket] = []
        try:
            for address in ADDRESSES:
                wanted = port or (sockets[0].getsockname()[1] if sockets else 0)
                sockets.append(socket.create_server((address, wanted)))
        except OSError as error:
            for opened in sockets:
                opened.close()
            if error.errno != errno.EADDRINUSE:
                raise PortTakenError(f"cannot listen on {address}: {error.strerror}") from error
        else:
            return sockets
    raise PortTakenError(f"port {port} is taken on {address}; choose another with --port")
