"""One request on its way, and what has come of it so far: within Scrapy's limits, with Scrapy's signals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from pydispatch.dispatcher import getAllReceivers  # type: ignore[import-untyped]
from scrapy import signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Headers
from twisted.internet.error import ConnectionDone, ConnectionRefusedError, DNSLookupError
from twisted.internet.error import TimeoutError as ConnectTimeoutError
from twisted.python.failure import Failure
from twisted.web.iweb import UNKNOWN_LENGTH

from crawler.framing import BadResponseError, Framing

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.connections import Connection
    from crawler.errand import Peer
    from crawler.framing import Head

logger = logging.getLogger(__name__)

_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "DELETE", "TRACE")
_UNREACHED: tuple[tuple[type[Exception], type[Exception]], ...] = (
    (ConnectionRefusedError, DownloadConnectionRefusedError),
    (DNSLookupError, CannotResolveHostError),
    (ConnectTimeoutError, DownloadTimeoutError),
)


class StaleError(Exception):
    """A kept connection had died before this request: nothing has come, and it may be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes of a body, 0 for none: more than ``most`` fails, more than ``warn`` is said.

    ``fails_on_loss``: a body that breaks off is an error.
    """

    most: int
    warn: int
    fails_on_loss: bool


class Download:
    """An errand for a connection.

    ``answered`` is done when the response has ended: with None, or with Scrapy's exception if it failed.
    ``received`` are all bytes that came for it; ``flags`` are those of the response; ``stopped`` is
    the wish of a signal's receiver; ``lost`` is why the connection went away before the end.
    """

    def __init__(
        self, request: Request, message: bytes, limits: Limits, crawler: Crawler, timeout: float
    ) -> None:
        self.request, self.message, self.timeout = request, message, timeout
        self.answered: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self.cancel: Callable[[], object] = _nothing
        self._limits, self._crawler = limits, crawler
        self._asked_at = monotonic()
        self._reset()

    def _reset(self) -> None:
        self.started = datetime.now(UTC)
        self.framing = Framing(self.request.method)
        self.received: list[bytes] = []
        self.peer: Peer | None = None
        self.flags: list[str] = []
        self.stopped: StopDownload | None = None
        self.lost: Failure | None = None
        self._connection: Connection | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._is_warned = False

    def again(self) -> None:
        """From the start, after ``StaleError``."""
        self.answered = asyncio.get_running_loop().create_future()
        self._reset()

    @property
    def body(self) -> bytes:
        """What has come of it, still content-coded."""
        return self._body[0] if len(self._body) == 1 else b"".join(self._body)

    @property
    def is_whole(self) -> bool:
        """Whether the response has ended in order: not a body that a reset ends, or a cut in TLS (RFC 9112, 9.8)."""
        in_order = self.lost is None or bool(self.lost.check(ConnectionDone))
        return self.framing.is_whole and in_order

    def expire(self) -> None:
        """Its time is over."""
        url = self.request.url.partition("#")[0]
        self._give_up(
            DownloadTimeoutError(f"Getting {url} took longer than {self.timeout} seconds.")
        )

    def abandon(self) -> None:
        """Nobody waits for it any more; nothing happens if it is over."""
        if not self.answered.done() or self.answered.cancelled():
            cancel, self.cancel = self.cancel, _nothing
            self.answered.cancel()
            cancel()

    def begin(self, connection: Connection) -> None:
        """As connections call it."""
        self._connection = connection
        self.started = datetime.now(UTC)

    def receive(self, data: bytes) -> None:
        """As connections call it."""
        connection, framing = self._connection, self.framing
        assert connection is not None
        self.received.append(data)
        if self.peer is None:
            self.peer = connection.peer
        has_head = framing.head is not None
        body = framing.feed(data)
        if framing.head and not has_head:
            self._take_head(framing.head)
        if body and not self.answered.done():
            self._take_body(body)
        if self.answered.done():
            return
        if framing.is_whole:
            assert framing.head is not None
            connection.end(is_kept=framing.head.is_kept and not framing.surplus)
            self._finish()
        elif framing.error:
            connection.abort()
            self._break_off(BadResponseError(framing.error))

    def lose(self, reason: Failure) -> None:
        """As connections call it."""
        connection = self._connection
        if self.answered.done():
            return
        if connection is None:
            self.answered.set_result(_unreached(reason))
        elif connection.is_used and not self.received and self._is_repeatable():
            self.answered.set_result(StaleError())
        else:
            self.lost = reason
            self.framing.close()
            if self.framing.is_whole:
                self._finish("partial")
            else:
                self._break_off(reason.value)

    def _is_repeatable(self) -> bool:
        return self.request.method in _IDEMPOTENT and not self.request.body

    def _take_head(self, head: Head) -> None:
        """Sizes are compared before anything of the body is kept."""
        request, limits = self.request, self._limits
        request.meta["download_latency"] = monotonic() - self._asked_at
        if self._is_heard(signals.headers_received):
            length = UNKNOWN_LENGTH if head.length is None else head.length
            self._tell(signals.headers_received, headers=headers_of(head), body_length=length)
        if head.length and not self.answered.done():
            if limits.most and head.length > limits.most:
                self._refuse(f"Expected to receive {head.length} bytes", limits.most)
            self._warn("Expected to receive", head.length)

    def _take_body(self, data: bytes) -> None:
        self._body.append(data)
        self._size += len(data)
        if self._is_heard(signals.bytes_received):
            self._tell(signals.bytes_received, data=data)
        if self._limits.most and self._size > self._limits.most and not self.answered.done():
            self._body.clear()
            self._refuse(f"Received {self._size} bytes", self._limits.most)
        self._warn("Received", self._size)

    def _is_heard(self, signal: object) -> bool:
        """To send a signal that nobody hears takes ten times as long."""
        return next(getAllReceivers(self._crawler, signal), None) is not None

    def _tell(self, signal: object, **arguments: Any) -> None:
        """End the download where a receiver raises ``StopDownload``."""
        heard = self._crawler.signals.send_catch_log(
            signal, request=self.request, spider=self._crawler.spider, **arguments
        )
        for receiver, result in heard:
            if isinstance(result, Failure) and isinstance(result.value, StopDownload):
                name = getattr(receiver, "__qualname__", receiver)
                logger.debug("Download stopped for %s from signal handler %s", self.request, name)
                self.stopped = result.value
                self.cancel()
                self._finish("download_stopped")
                return

    def _refuse(self, found: str, most: int) -> None:
        words = (
            f"{found} which is larger than download max size ({most}) in request {self.request}."
        )
        logger.warning(words)
        self._give_up(DownloadCancelledError(words))

    def _warn(self, found: str, size: int) -> None:
        least = self._limits.warn
        if least and size > least and not self._is_warned and not self.answered.done():
            self._is_warned = True
            logger.warning(
                "%s %d bytes which is larger than download warn size (%d) in request %s.",
                found, size, least, self.request,
            )  # fmt: skip

    def _finish(self, *flags: str) -> None:
        self.flags += flags
        self.answered.set_result(None)

    def _break_off(self, why: BaseException | None) -> None:
        """There is more to come, and it will not."""
        if self.framing.head is None:
            error: Exception = DownloadFailedError(str(why))
        elif self._limits.fails_on_loss:
            error = ResponseDataLossError(str(why))
        else:
            self._finish("dataloss")
            return
        error.__cause__ = why
        self.answered.set_result(error)

    def _give_up(self, error: Exception) -> None:
        if not self.answered.done():
            self.answered.set_result(error)
            self.cancel()


def headers_of(head: Head) -> Headers:
    """As Scrapy's own handler gives them: in title case, without those of the connection."""
    headers = Headers()
    dict.update(headers, head.fields)  # they are as Headers would make them
    return headers


def _unreached(reason: Failure) -> Exception:
    """Scrapy's exception for a connection that could not be made."""
    error = reason.value
    for kind, ours in _UNREACHED:
        if isinstance(error, kind):
            made = ours(str(error))
            made.__cause__ = error
            return made
    return error if isinstance(error, Exception) else DownloadFailedError(str(error))


def _nothing() -> None:
    """There is nothing to be cancelled."""
