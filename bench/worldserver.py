"""The made-up world on loopback addresses, each outlet on its own; it notes every request under its own clock."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bench.world import BEGIN, Outlet
from bench.worldpages import Reply, reply, what


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A request and what it was answered; ``version`` is that of the story that was sent, 0 for none."""

    at: datetime
    outlet: int
    what: str
    target: str
    status: int
    story: int | None
    version: int


class World:
    """The outlets as servers; ``now`` is the world's clock, moved by ``at``.

    ``named`` tells when an answer first led to a story, ``at_once`` how many requests a host had to
    answer at the same time, ``gap`` the shortest pause between two of a host, in real seconds.
    """

    def __init__(self, outlets: list[Outlet]) -> None:
        self.outlets, self.now = outlets, BEGIN
        self.hits: list[Hit] = []
        self.named: dict[int, datetime] = {}
        self.at_once, self.gap = 0, float("inf")
        self.port = _free_port()
        self._busy: dict[int, int] = defaultdict(int)
        self._last: dict[int, float] = {}
        self._listening: dict[int, asyncio.Server] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def base(self, outlet: Outlet) -> str:
        """Where it is."""
        return f"http://{outlet.address}:{self.port}"

    def at(self, now: datetime) -> None:
        """It is so late in the world; who is out of order does not listen."""
        self.now = now
        self._wait(self._listen())

    def start(self) -> None:
        """From now on there is somebody at home."""
        self._thread.start()
        self.at(self.now)

    def stop(self) -> None:
        """No more."""
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        for outlet in self.outlets:
            server = self._listening.get(outlet.number)
            if outlet.has("refused", self.now):
                if server:
                    self._listening.pop(outlet.number).close()
            elif not server:
                serve = partial(self._serve, outlet)
                server = await asyncio.start_server(serve, outlet.address, self.port)
                self._listening[outlet.number] = server

    async def _close(self) -> None:
        for server in self._listening.values():
            server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(
        self, outlet: Outlet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await self._answer(outlet, head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(
        self, outlet: Outlet, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        number, began = outlet.number, time.monotonic()
        self.gap = min(self.gap, began - self._last.get(number, 0.0))
        self._busy[number] += 1
        self.at_once = max(self.at_once, self._busy[number])
        try:
            lines = head.split("\r\n")
            fields = dict(line.lower().partition(": ")[::2] for line in lines[1:])
            target = lines[0].split(" ")[1]
            answer = reply(outlet, target, self.now, fields.get("if-none-match"))
            self._note(outlet, target, answer)
            if answer.hangs:
                await reader.read()  # until the client has had enough
            writer.write(_message(answer, self.base(outlet)))
            await writer.drain()
        finally:
            self._busy[number] -= 1
            self._last[number] = time.monotonic()

    def _note(self, outlet: Outlet, target: str, answer: Reply) -> None:
        story = answer.story
        is_sent = story is not None and answer.status in (200, 304) and not answer.hangs
        self.hits.append(
            Hit(
                at=self.now,
                outlet=outlet.number,
                what=what(target),
                target=target,
                status=0 if answer.hangs else answer.status,
                story=story.number if story else None,
                version=story.version(self.now) if story and is_sent else 0,
            )
        )
        for number in answer.names:
            self.named.setdefault(number, self.now)


def _message(answer: Reply, base: str) -> bytes:
    body = answer.body.replace("{base}", base).encode()
    headers = {name: value.replace("{base}", base) for name, value in answer.headers.items()}
    fields = {"Content-Type": answer.kind, "Content-Length": str(len(body)), **headers}
    if answer.status == 304:
        del fields["Content-Length"]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {answer.status} Answer\r\n{head}\r\n".encode("latin-1") + body


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def serving(outlets: list[Outlet]) -> Iterator[World]:
    """The world, until the block ends."""
    world = World(outlets)
    world.start()
    try:
        yield world
    finally:
        world.stop()
