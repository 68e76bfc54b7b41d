"""Archiving as one Scrapy add-on: every exchange is durable before its response goes to the spider.

``ADDONS = {"crawler.addon.ArchiveAddon": 100}`` switches it on.  A response carries in
``response.meta["record"]`` the record (an ``archive.reader.Record``) that holds its payload.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, NotConfigured

from archive.records import exchange_records
from crawler.addresses import Guard, Refused, current_guard, kind_of, literal
from crawler.archiving import ArchiveExtension, remember
from crawler.conditional import ConditionalMiddleware
from crawler.durable import KEEPING, DurableMiddleware, Keeping
from crawler.politeness import PoliteRetryMiddleware
from crawler.resume import ResumeMiddleware
from crawler.robots import RobotsFromArchive
from crawler.wire import WireDownloadHandler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from archive.exchange import Exchange


class ArchiveAddon:
    """Installs the extension that opens the archive, the download handler and the middlewares."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy; a setting of the project or the command line still wins.

        The handler goes in as a class: a path that fails to import would only be logged.
        """
        for scheme in ("http", "https"):
            settings["DOWNLOAD_HANDLERS"][scheme] = ArchivingDownloadHandler
        settings.set("DOWNLOAD_FAIL_ON_DATALOSS", False, "addon")
        _install(settings, "EXTENSIONS", ArchiveExtension, 0)
        for position, middleware in (
            (930, RobotsFromArchive),
            (940, ConditionalMiddleware),
            (950, ResumeMiddleware),
            (1000, DurableMiddleware),
        ):
            _install(settings, "DOWNLOADER_MIDDLEWARES", middleware, position)


def _install(settings: BaseSettings, name: str, component: type, position: int) -> None:
    """Unless the project says something else of it.

    Scrapy's own method for this imports all components there are, those that are switched off as well:
    aiohttp, requests and tldextract come with them, half a second in all.
    """
    path = f"{component.__module__}.{component.__qualname__}"
    if path not in settings[name] and component not in settings[name]:
        settings[name].set(component, position, "addon")


class ArchivingDownloadHandler(WireDownloadHandler):
    """Fetches, and gives to the archive whatever was received."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        extension = crawler.get_extension(ArchiveExtension)
        self._archive = extension.archive if extension else None
        self._any_address = crawler.settings.getbool("ALLOW_PRIVATE")
        self._allowed = frozenset(crawler.settings.getlist("PRIVATE_PLACES"))

    async def download_request(self, request: Request) -> Response:
        """Raises ``Throttled`` or ``Refused`` where the host, or no address of it, may be asked."""
        polite = self._polite
        if polite:
            polite.check(request)
        try:
            response = await self._guarded(request)
        finally:
            if polite:
                polite.rest(request)
        if polite:
            polite.note(request, response)
        return response

    async def _guarded(self, request: Request) -> Response:
        current_guard.set(None)
        if self._any_address:
            return await super().download_request(request)
        if request.meta.get("proxy"):  # the operator's own; it looks the name up
            _refuse_literal(request.url)
            return await super().download_request(request)
        guard = Guard(self._allowed)
        current_guard.set(guard)
        try:
            return await super().download_request(request)
        except CannotResolveHostError as e:  # no address was left
            if guard.refused:
                raise Refused(*guard.refused) from e
            raise

    async def keep(self, exchange: Exchange, request: Request) -> None:
        """Give it to the archive: ``DurableMiddleware`` waits until it is durable."""
        request.meta["fetch_seconds"] = exchange.seconds
        if self._archive is None:
            response_record, _ = exchange_records(exchange)
            remember(request, response_record)
        elif self._is_awaited:
            request.meta[KEEPING] = Keeping(exchange, self._archive.keep(exchange))
        else:
            raise NotConfigured("nobody waits for the archive: DurableMiddleware is switched off")

    @cached_property
    def _polite(self) -> PoliteRetryMiddleware | None:
        """There is none where ``RETRY_ENABLED`` is off."""
        return self._crawler.get_downloader_middleware(PoliteRetryMiddleware)

    @cached_property
    def _is_awaited(self) -> bool:
        """Whether the middleware is there, without which a page might go on before it is durable."""
        return self._crawler.get_downloader_middleware(DurableMiddleware) is not None


def _refuse_literal(url: str) -> None:
    """What a proxy must not be asked for."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    if address and kind_of(address):
        raise Refused(host, address)
