"""A crawl that asks the archive instead of the web: one Scrapy add-on, in place of ``crawler.addon``.

``FROM_ARCHIVE`` is the data folder that answers; it is only read.  ``DATA_DIR`` is another one, for a
while, in which the crawl keeps what every crawl keeps.  No middleware that asks ``DATA_DIR`` for earlier
captures is installed, and nothing is written to a WARC file.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest

from archive.asof import Answer, answer_at
from archive.captured import Captured
from archive.errors import ArchiveError
from archive.index import Index
from crawler.archiving import remember, response_from

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

SERVED, MISSED = "archive/served", "archive/missed"  # stats


class NotInArchive(IgnoreRequest):
    """There is no such capture."""


class FromArchiveAddon:
    """Installs the download handler."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy.  The handler goes in as a class: a path that fails to import would only be logged."""
        for scheme in ("http", "https"):
            settings["DOWNLOAD_HANDLERS"][scheme] = FromArchiveHandler


class FromArchiveHandler(BaseDownloadHandler):
    """Gives each request the newest good capture up to ``FROM_ARCHIVE_AS_OF``; no other is sent anywhere."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._captured = Captured(Path(settings["FROM_ARCHIVE"]))
        as_of = settings.get("FROM_ARCHIVE_AS_OF")
        self._before = datetime.fromisoformat(as_of) if as_of else None
        self._data_dir = Path(settings["DATA_DIR"])
        self._index = Index(self._data_dir / "index.sqlite")
        crawler.signals.connect(self._close, signals.engine_stopped)

    async def download_request(self, request: Request) -> Response:
        """The archived answer with its record in ``meta["record"]``; raises ``NotInArchive``."""
        url = request.url.partition("#")[0]
        answer = self._answer(url) if request.method == "GET" else None
        if answer is None:
            self.crawler.stats.inc_value(MISSED)
            raise NotInArchive("not in the archive")
        self.crawler.stats.inc_value(SERVED)
        self._note(answer)
        remember(request, answer.record)
        return response_from(answer.record, url)

    def _answer(self, url: str) -> Answer | None:
        try:
            return answer_at(self._captured, url, self._before)
        except ArchiveError as e:
            logger.warning("%s: %s", url, e)
            return None

    def _note(self, answer: Answer) -> None:
        """What a crawl looks up of what it fetched: where addresses led, and what robots.txt said."""
        if answer.capture.location is None and not answer.capture.url.endswith("/robots.txt"):
            return
        self._index.add([answer.original, answer.capture])
        lies = answer.original
        self._captured.files.lay_out(lies.file, lies.offset, lies.length, self._data_dir / "warc")

    def _close(self) -> None:
        self._captured.close()
        self._index.close()
