"""A download handler that keeps the bytes of every HTTP exchange as they crossed the connection.

Scrapy's own HTTP/1.1 handler does the fetching.  Two things are added at seams that Twisted offers:
a connection pool that knows for which request a connection was asked, and a protocol that keeps what
it sends and receives.  TLS lies below that protocol and a CONNECT tunnel is dug before it, so neither
ends up in a record.  Private names touched: ``HTTP11DownloadHandler._pool``,
``HTTPConnectionPool._factory``, ``HTTP11ClientProtocol._parser`` and ``._finishResponse``; a response
whose bytes did not pass the recorder raises, so that an archive can never be silently empty.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, ResponseDataLossError
from twisted.internet.error import ConnectionClosed, ConnectionDone
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HTTP11ClientProtocol, HTTPClientParser, ParseError
from twisted.web.client import HTTPConnectionPool
from twisted.web.http_headers import InvalidHeaderName

from archive import http1
from archive.exchange import Exchange, Truncation

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

MAX_HEADER_LINE = (
    1 << 18
)  # bytes; Twisted's own 16 KiB loses pages with long Content-Security-Policies


@dataclass(slots=True)
class Recording:
    """What has crossed the connection so far for one request."""

    url: str
    proxied: bool
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ip_address: str | None = None
    protocols: tuple[str, ...] = ()
    cipher_suite: str | None = None
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    surplus: int = 0  # bytes that came after the end of the response
    whole: bool = False
    lost: Failure | None = None  # why the connection went away before the response had ended

    def begin(self, transport: Any) -> None:
        """From the start, also when a kept connection had died and Twisted tries a second time."""
        self.sent.clear()
        self.received.clear()
        self.started, self.surplus, self.whole = datetime.now(UTC), 0, False
        self.lost = None
        self.ip_address = None if self.proxied else getattr(transport.getPeer(), "host", None)
        self.protocols, self.cipher_suite = (), None

    def receive(self, data: bytes, transport: Any) -> None:
        """Bytes of the answer; only now is it certain what a TLS handshake has agreed on."""
        if not self.protocols:
            self.protocols = ("http/1.1",)
            tls = transport.getHandle()
            if hasattr(tls, "get_protocol_version_name"):
                version = tls.get_protocol_version_name().lower().replace("v", "/")  # TLSv1.3
                self.protocols += (version,)
                self.cipher_suite = tls.get_cipher_name()
        self.received.append(data)

    def exchange(self, truncated: Truncation | None) -> Exchange | None:
        """The value to keep; None if no response began, or if what came was not HTTP."""
        received = b"".join(self.received)
        response = http1.skip_interim(received[: len(received) - self.surplus])
        status = http1.status(response)
        if status is None or (status < 200 and status != 101):  # an interim answer, cut
            return None
        return Exchange(
            url=self.url,
            request=self._request(),
            response=response,
            started=self.started,
            ip_address=self.ip_address,
            protocols=self.protocols,
            cipher_suite=self.cipher_suite,
            truncated=truncated,
            seconds=(datetime.now(UTC) - self.started).total_seconds(),
        )

    def _request(self) -> bytes:
        """The request without credentials for a proxy: they are no part of the exchange with the site."""
        request = b"".join(self.sent)
        if not self.proxied:
            return request
        head, body = http1.split(request)
        lines = head.splitlines(keepends=True)
        kept = (line for line in lines if not line.lower().startswith(b"proxy-authorization:"))
        return b"".join(kept) + body


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


class _Tee:
    """A transport that remembers what is written to it."""

    def __init__(self, transport: Any, sent: list[bytes]) -> None:
        self._transport, self._sent = transport, sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._sent.append(data)
        self._transport.write(data)

    def writeSequence(self, data: list[bytes]) -> None:  # noqa: N802 - Twisted's name
        self.write(b"".join(data))


class _RecordingProtocol(HTTP11ClientProtocol):
    """Mixed in front of the protocol class that Scrapy chose."""

    recording: Recording | None = None

    def request(self, request: Any) -> Deferred[Any]:
        recording: Recording | None = getattr(request, "recording", None)
        if recording is not None:
            recording.begin(self.transport)
            write = type(request).writeTo
            request.writeTo = lambda transport: write(request, _Tee(transport, recording.sent))
        self.recording = recording
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _tolerant(cast("Any", type(self._parser)))
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self.recording is not None:
            self.recording.receive(data, self.transport)
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        if self.recording is not None:
            self.recording.lost = reason
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        if self.recording is not None:
            # Twisted takes every end of a close-delimited body for its end: a reset, and TLS that
            # stops without close_notify, too (RFC 9112, 9.8).
            lost = self.recording.lost
            self.recording.whole = lost is None or bool(lost.check(ConnectionDone))
            self.recording.surplus = len(rest)
            self.recording = None
        super()._finishResponse(rest)


class _TolerantParser(HTTPClientParser):
    """Mixed in front of Scrapy's parser: header lines that browsers take must not lose the page."""

    MAX_LENGTH = MAX_HEADER_LINE

    def statusReceived(self, status: bytes) -> None:  # noqa: N802 - Twisted's name
        if http1.status(status) is None:  # it would leave no record, so it must not reach a spider
            raise ParseError("not a status line of HTTP", status)
        super().statusReceived(status)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        raise ParseError(f"a header line of more than {self.MAX_LENGTH} bytes", line[:100])

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's name
        with suppress(InvalidHeaderName):
            super().headerReceived(name.strip(), value)  # type: ignore[no-untyped-call]


@cache
def _tolerant(parser: Any) -> Any:
    return type(f"Tolerant{parser.__name__}", (_TolerantParser, parser), {})


@cache
def _recording(protocol: Any) -> Any:
    return type(f"Recording{protocol.__name__}", (_RecordingProtocol, protocol), {})


class _Claimed:
    """A connection lent for one request."""

    def __init__(self, connection: Any, recording: Recording | None) -> None:
        self._connection, self._recording = connection, recording

    def request(self, request: Any) -> Any:
        request.recording = self._recording
        return self._connection.request(request)


class RecordingPool(HTTPConnectionPool):
    """Makes recording connections, and tells each which request it was asked for."""

    def __init__(self, reactor: Any, stock: HTTPConnectionPool) -> None:
        super().__init__(reactor, persistent=stock.persistent)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = stock.maxPersistentPerHost
        stock_factory = stock._factory

        class Factory(stock_factory):  # type: ignore[misc, valid-type]
            def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
                protocol = super().buildProtocol(addr)
                protocol.__class__ = _recording(cast("Any", type(protocol)))
                return protocol

        self._factory = Factory

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802 - Twisted's
        connection = super().getConnection(key, endpoint)
        return connection.addCallback(_Claimed, _current.get())


class WireDownloadHandler(HTTP11DownloadHandler):
    """Override ``keep`` to do something with the exchanges; what it raises fails the download."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        self._pool = RecordingPool(reactor, self._pool)

    async def download_request(self, request: Request) -> Response:
        """Fetch as Scrapy does; whatever was received is kept, also when the download fails."""
        recording = Recording(
            url=request.url.partition("#")[0], proxied=bool(request.meta.get("proxy"))
        )
        _current.set(recording)
        try:
            response = await super().download_request(request)
        except Exception as e:
            await self._keep(recording, request, _reason(e))
            raise
        if not recording.received or not recording.sent:
            raise RuntimeError(
                f"the bytes of {request} passed the recorder by: wrong Scrapy version?"
            )
        await self._keep(recording, request, _cut(recording, response))
        return response

    async def _keep(
        self, recording: Recording, request: Request, truncated: Truncation | None
    ) -> None:
        if not recording.received:
            return
        if exchange := recording.exchange(truncated):
            await self.keep(exchange, request)
        else:
            self._crawler.stats.inc_value("archive/not_http")

    async def keep(self, exchange: Exchange, request: Request) -> None:
        """Called once an exchange has ended, before its response goes to the spider."""
        raise NotImplementedError


def _cut(recording: Recording, response: Response) -> Truncation | None:
    """A response that was delivered may still be incomplete."""
    if "download_stopped" in response.flags:
        return "unspecified"
    if recording.whole and "dataloss" not in response.flags:
        return None
    return "disconnect" if recording.lost else "unspecified"


def _reason(failure: Exception) -> Truncation:
    """Why a response is cut short, in the words of WARC-Truncated (WARC 1.1, 5.13)."""
    if isinstance(failure, DownloadTimeoutError):
        return "time"
    if isinstance(failure, DownloadCancelledError):
        return "length"
    reasons = getattr(failure.__cause__, "reasons", ())
    lost = any(reason.check(ConnectionClosed) for reason in reasons)
    return "disconnect" if lost or isinstance(failure, ResponseDataLossError) else "unspecified"
