"""The site that all contestants fetch, in a process of its own: ``python -m bench.speed.server PAGES``.

Pages are made and compressed before it listens, so that an answer costs it a tenth of a millisecond.  As on
real sites a client that takes gzip gets it, every other answer is chunked, and connections are kept.  It
prints its port and, when its standard input ends, what it was asked for.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import zlib
from collections import Counter
from contextlib import suppress
from xml.sax.saxutils import escape

from bench.speed.pages import Page, made_pages, path_of

_CHUNK = 8192
_HEAD = (
    "HTTP/1.1 {status}\r\nServer: nginx\r\nDate: Tue, 01 Dec 2026 12:00:00 GMT\r\n"
    "Content-Type: {kind}\r\n{framing}Connection: keep-alive\r\nVary: Accept-Encoding\r\n"
    'X-Powered-By: PHP/8.2.20\r\nLink: <https://relais.example/wp-json/>; rel="https://api.w.org/"\r\n{coding}\r\n'
)


class Site:
    """Answers by path; ``asked`` counts them, ``first`` is when anything was asked for first."""

    def __init__(self, pages: list[Page], root: str) -> None:
        self.asked: Counter[str] = Counter()
        self.first: float | None = None
        self._root, self._count = root, len(pages)
        bodies: dict[int, bytes] = {}
        self._pages: dict[str, tuple[int, Page, bytes]] = {}
        for number, page in enumerate(pages):
            if id(page.body) not in bodies:
                deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
                bodies[id(page.body)] = deflate.compress(page.body) + deflate.flush()
            self._pages[page.path] = (number, page, bodies[id(page.body)])

    def answer(self, path: str, takes_gzip: bool) -> bytes:
        """Head and body."""
        self.first = self.first or time.time()
        if path == "/sitemap.xml":
            return _message("200 OK", "text/xml", self._sitemap(), "", chunked=False)
        if path == "/":
            front = (
                b"<!DOCTYPE html><html><head><title>Le Relais</title></head><body></body></html>"
            )
            return _message("200 OK", "text/html", front, "", chunked=False)
        if path not in self._pages:
            return _message("404 Not Found", "text/html", b"<h1>404</h1>", "", chunked=False)
        self.asked["gzip" if takes_gzip else "plain"] += 1
        number, page, deflated = self._pages[path]
        body = _gzip(page, deflated) if takes_gzip else page.head + page.body
        coding = "Content-Encoding: gzip\r\n" if takes_gzip else ""
        return _message("200 OK", "text/html; charset=UTF-8", body, coding, chunked=number % 2 == 0)

    def _sitemap(self) -> bytes:
        urls = (escape(self._root + path_of(number)) for number in range(self._count))
        listed = "".join(f"<url><loc>{url}</loc></url>\n" for url in urls)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?><urlset xmlns="{space}">{listed}</urlset>'.encode()


def _gzip(page: Page, deflated: bytes) -> bytes:
    """One gzip member: the head of the page compressed here, the body as it was compressed before."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
    head = deflate.compress(page.head) + deflate.flush(zlib.Z_FULL_FLUSH)
    check = zlib.crc32(page.body, zlib.crc32(page.head))
    size = len(page.head) + len(page.body)
    trailer = check.to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + head + deflated + trailer


def _message(status: str, kind: str, body: bytes, coding: str, *, chunked: bool) -> bytes:
    framing = "Transfer-Encoding: chunked\r\n" if chunked else f"Content-Length: {len(body)}\r\n"
    head = _HEAD.format(status=status, kind=kind, framing=framing, coding=coding).encode()
    if not chunked:
        return head + body
    pieces = (body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK))
    return head + b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


class _Connection(asyncio.Protocol):
    """Requests without bodies, one after the other."""

    def __init__(self, site: Site) -> None:
        self._site, self._waiting = site, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head, self._waiting = self._waiting[:end].lower(), self._waiting[end + 4 :]
            path = head.split(b" ", 2)[1].decode("latin-1")
            codings = head.partition(b"\r\naccept-encoding:")[2].partition(b"\r\n")[0]
            self._transport.write(self._site.answer(path, b"gzip" in codings))
            if b"\r\nconnection: close" in head:
                self._transport.close()


async def serve(count: int) -> None:
    """Until the standard input ends."""
    loop = asyncio.get_running_loop()
    sites: list[Site] = []
    server = await loop.create_server(lambda: _Connection(sites[0]), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    root = f"http://127.0.0.1:{port}"
    sites.append(Site(list(made_pages(count, root)), root))
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    while await loop.run_in_executor(None, sys.stdin.readline):  # each line asks for the counts
        told = {**sites[0].asked, "first": sites[0].first}
        sites[0].asked.clear()
        sites[0].first = None
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    server.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1])))
