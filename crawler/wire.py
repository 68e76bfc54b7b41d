"""The download handler: Scrapy's requests over connections of our own, and the bytes of every exchange.

What a connection sends and receives for a request is the exchange, byte for byte: TLS lies below it,
and a tunnel through a proxy is dug before it, so that neither ends up in a record.  Of Scrapy's
internals two private functions are used: the one that reads the settings of TLS, and the one that
lets Twisted ask for host names which are no good IDNA.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.core.downloader._idna_patch import _install_twisted_idna_fallbacks
from scrapy.core.downloader.contextfactory import _load_context_factory_from_settings
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    NotConfigured,
    ResponseDataLossError,
)
from scrapy.responsetypes import responsetypes

from archive import http1
from archive.exchange import Exchange, Truncation
from crawler.connections import Connections
from crawler.download import Download, Limits, StaleError, headers_of
from crawler.requesthead import message_of, place_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.errand import Peer
    from crawler.requesthead import Place

logger = logging.getLogger(__name__)

_UNSAID = 10.0  # seconds for a request that goes around Scrapy's settings


class WireDownloadHandler(BaseDownloadHandler):
    """Override ``keep`` to do something with the exchanges; what it raises fails the download."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if not crawler.settings.getbool("TWISTED_REACTOR_ENABLED"):
            raise NotConfigured(f"{type(self).__name__} requires a Twisted reactor.")
        from twisted.internet import reactor

        _install_twisted_idna_fallbacks()
        self._crawler, settings = crawler, crawler.settings
        self._connections = Connections(
            reactor,
            _load_context_factory_from_settings(crawler),
            settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        )
        self._limits = Limits(
            most=settings.getint("DOWNLOAD_MAXSIZE"),
            warn=settings.getint("DOWNLOAD_WARNSIZE"),
            fails_on_loss=settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS"),
        )
        bind = settings.get("DOWNLOAD_BIND_ADDRESS")
        self._bind = (bind, 0) if isinstance(bind, str) else bind
        self._is_loss_told = False
        self._tells_tls = settings.getbool("DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING")

    async def download_request(self, request: Request) -> Response:
        """Raises Scrapy's exceptions; whatever was received is kept, also when the download fails."""
        place = place_of(request, self._bind)
        timeout = request.meta.get("download_timeout") or _UNSAID
        message = message_of(request, place)
        download = Download(request, message, self._limits_of(request), self._crawler, timeout)
        expiry = asyncio.get_running_loop().call_later(timeout, download.expire)
        try:
            failure = await self._run(download, place)
            if failure:  # what had come by then is kept
                self._tell_of_loss(request, failure)
                await self._keep(download, place, failure)
                raise failure
        finally:
            expiry.cancel()
            download.abandon()
        if self._tells_tls and download.peer and download.peer.cipher_suite:
            _tell_of_tls(request, download.peer)
        response = _response_of(download)
        await self._keep(download, place, None)
        if download.stopped and download.stopped.fail:
            download.stopped.response = response
            raise download.stopped
        return response

    async def _run(self, download: Download, place: Place) -> Exception | None:
        """Why it failed.  A kept connection may have died: once, a request without a body is made again."""
        self._connections.run(download, place)
        failure = await download.answered
        if isinstance(failure, StaleError):
            download.again()
            self._connections.connect(download, place)
            failure = await download.answered
        return failure

    def _limits_of(self, request: Request) -> Limits:
        meta = request.meta
        if not meta.keys() & {"download_maxsize", "download_warnsize", "download_fail_on_dataloss"}:
            return self._limits
        return Limits(
            most=meta.get("download_maxsize", self._limits.most),
            warn=meta.get("download_warnsize", self._limits.warn),
            fails_on_loss=meta.get("download_fail_on_dataloss", self._limits.fails_on_loss),
        )

    def _tell_of_loss(self, request: Request, error: Exception) -> None:
        if isinstance(error, ResponseDataLossError) and not self._is_loss_told:
            self._is_loss_told = True
            logger.warning(
                "Got data loss in %s. If you want to process broken responses set the setting"
                " DOWNLOAD_FAIL_ON_DATALOSS = False"
                " -- This message won't be shown in further requests",
                request.url,
            )

    async def _keep(self, download: Download, place: Place, error: Exception | None) -> None:
        if not download.received:
            return
        if exchange := exchange_of(download, place, truncation_of(download, error)):
            await self.keep(exchange, download.request)
        else:
            self._crawler.stats.inc_value("archive/not_http")

    async def keep(self, exchange: Exchange, request: Request) -> None:
        """Called once an exchange has ended; the host's next request waits for it to return."""
        raise NotImplementedError

    async def close(self) -> None:
        """Called by Scrapy when the engine has stopped."""
        await self._connections.close()


def _tell_of_tls(request: Request, peer: Peer) -> None:
    subject, issuer = peer.certificate.getSubject(), peer.certificate.getIssuer()
    words = "%s: %s, cipher %s, certificate of %s by %s"
    logger.debug(words, request, peer.protocols[-1], peer.cipher_suite, subject, issuer)


def exchange_of(download: Download, place: Place, truncated: Truncation | None) -> Exchange | None:
    """The value to keep; None if no response began, or if what came was not HTTP."""
    received = b"".join(download.received)
    response = http1.skip_interim(received[: len(received) - download.framing.surplus])
    status = http1.status(response)
    if status is None or (status < 200 and status != 101):  # an interim answer, cut
        return None
    peer = download.peer
    assert peer is not None
    return Exchange(
        url=download.request.url.partition("#")[0],
        request=_without_credentials(download.message) if place.proxy else download.message,
        response=response,
        started=download.started,
        ip_address=None if place.proxy else peer.host,
        protocols=peer.protocols,
        cipher_suite=peer.cipher_suite,
        truncated=truncated,
        seconds=(datetime.now(UTC) - download.started).total_seconds(),
    )


def _without_credentials(message: bytes) -> bytes:
    """Those for a proxy are no part of the exchange with the site."""
    head, body = http1.split(message)
    lines = head.splitlines(keepends=True)
    kept = (line for line in lines if not line.lower().startswith(b"proxy-authorization:"))
    return b"".join(kept) + body


def truncation_of(download: Download, error: Exception | None) -> Truncation | None:
    """Why a response is cut short, in the words of WARC-Truncated (WARC 1.1, 5.13); None if it is not."""
    if isinstance(error, DownloadTimeoutError):
        return "time"
    if isinstance(error, DownloadCancelledError):
        return "length"
    if download.stopped:
        return "unspecified"
    if download.is_whole:
        return None
    return "disconnect" if download.lost else "unspecified"


def _response_of(download: Download) -> Response:
    """What a spider sees of it."""
    head, peer, body = download.framing.head, download.peer, download.body
    assert head is not None
    assert peer is not None
    headers, url = headers_of(head), download.request.url.partition("#")[0]
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    response = kind(
        url=url,
        status=head.status,
        body=body,
        flags=download.flags,
        certificate=peer.certificate,
        ip_address=peer.address,
        protocol=head.version,
    )
    response.headers = headers  # given to the constructor they would be copied field by field
    return response
