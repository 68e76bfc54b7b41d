"""The archive of a crawl: opened with the crawler, read by its middlewares, its failure the crawl's end."""

from __future__ import annotations

import asyncio
import json
import logging
import platform
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Self

import scrapy
from scrapy import signals
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

import archive as archive_package
from archive import http1
from archive.errors import ArchiveError
from archive.index import Capture, Index
from archive.keep import open_archive, release
from archive.reader import Record, record_at
from archive.warcfile import locate

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


logger = logging.getLogger(__name__)

ARCHIVE_FAILED = "archive_failed"  # the reason with which a crawl is closed


class ArchiveFailed(IgnoreRequest):
    """The archive took no record; the crawl is being closed."""


def stop_crawl(crawler: Crawler, error: ArchiveError) -> None:
    """Say once what failed, in one line, and close the spider: nothing more could be kept."""
    if crawler.stats.get_value("archive/failure") or crawler.engine is None:
        return
    note_failure(crawler, error)
    closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=ARCHIVE_FAILED))
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)


def note_failure(crawler: Crawler, error: ArchiveError) -> None:
    """A crawl whose archive failed has not finished, whatever else it did."""
    crawler.stats.set_value("archive/failure", str(error))
    crawler.stats.set_value("finish_reason", ARCHIVE_FAILED)
    logger.critical("%s; the crawl stops here", error)


_closing: set[asyncio.Future[None]] = set()  # the event loop itself keeps only weak references


SHAPING = (  # the settings that decide what a crawl asks for and keeps
    "ROBOTSTXT_OBEY",
    "USER_AGENT",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_DELAY",
    "AUTOTHROTTLE_ENABLED",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_MAXSIZE",
    "RETRY_TIMES",
    "REDIRECT_MAX_TIMES",
    "REQUISITES",
    "ARCHIVE_REVISITS",
    "LISTING_PAGES",
    "SITEMAP_ARTICLES",
)


def warcinfo(settings: BaseSettings) -> dict[str, str]:
    """What the warcinfo records say of a crawl (WARC 1.1, 6.2)."""
    robots = "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"
    shaping = {name: settings[name] for name in SHAPING if settings[name] is not None}
    info = {
        "software": f"Djeli/{archive_package.__version__} Scrapy/{scrapy.__version__}"
        f" Python/{platform.python_version()}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": settings["OPERATOR"],
        "hostname": socket.gethostname(),
        "robots": robots,
        "http-header-user-agent": settings["USER_AGENT"],
        "settings": json.dumps(shaping, sort_keys=True),
    }
    return {name: value for name, value in info.items() if value}


class ArchiveExtension:
    """Opens the archive of ``DATA_DIR`` with the crawler and releases it when the engine has stopped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        data_dir = Path(crawler.settings["DATA_DIR"])
        self.archive = open_archive(
            data_dir,
            warcinfo(crawler.settings),
            revisits=crawler.settings.getbool("ARCHIVE_REVISITS", True),
        )
        self._index = Index(data_dir / "index.sqlite")
        crawler.signals.connect(self._release, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises ``NotConfigured`` when ``ARCHIVE_ENABLED`` is off."""
        if not crawler.settings.getbool("ARCHIVE_ENABLED", True):
            raise NotConfigured
        return cls(crawler)

    async def describe(self, record: Record, block: str) -> None:
        """Write a metadata record about a page, unless there is one; durable when this returns."""
        if record.id is None or self._index.is_described(record.id):
            return
        try:
            await asyncio.wrap_future(self.archive.describe(record, block))
        except ArchiveError as e:
            stop_crawl(self._crawler, e)
            raise ArchiveFailed(str(e)) from e

    def _release(self) -> None:
        self._index.close()
        try:
            release(self.archive)
        except ArchiveError as e:
            note_failure(self._crawler, e)


class Payloads:
    """Reads back the records that hold the payloads of captures; for the reactor's thread."""

    def __init__(self, crawler: Crawler) -> None:
        extension = crawler.get_extension(ArchiveExtension)
        if extension is None:
            raise NotConfigured
        self._folder = extension.archive.folder
        self.index = Index(extension.archive.data_dir / "index.sqlite")
        crawler.signals.connect(self._close, signals.engine_stopped)

    def record_of(self, capture: Capture) -> Record | None:
        """The capture's own record or, for a revisit, its original's; None if it cannot be read."""
        try:
            original = self.index.original(capture)
            if original is None:
                return None
            return record_at(locate(self._folder, original.file), original.offset)
        except ArchiveError as e:
            logger.warning("%s; %s is fetched again", e, capture.url)
            return None

    def _close(self) -> None:
        self.index.close()


def remember(request: Request, record: Record) -> None:
    """Only what may become an article: the record of a redirect would travel on in ``meta``."""
    request.meta.pop("record", None)  # a retried or redirected request carries the old one
    if 200 <= (http1.status(record.block) or 0) < 300:
        request.meta["record"] = record


def response_from(record: Record, url: str, *flags: str) -> Response:
    """The archived response as the downloader would have given it, still content-coded."""
    head, body = http1.split(http1.skip_interim(record.block))
    headers = Headers()
    for name, value in http1.headers(head):
        if name.lower() != b"transfer-encoding":
            headers.appendlist(name, value)
    body = http1.payload(head, body)
    response = responsetypes.from_args(headers=headers, url=url, body=body)
    return response(
        url=url,
        status=http1.status(head) or 200,
        headers=headers,
        body=body,
        flags=["archive", *flags],
    )
