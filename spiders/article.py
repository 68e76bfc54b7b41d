"""What every spider of ours does with a page: have its record read, keep what came of it, count the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, Spider, signals

from archive.article import Article
from archive.errors import ArchiveError
from archive.records import warc_fields
from crawler.archiving import ArchiveExtension, ArchiveFailed, note_failure, stop_crawl
from crawler.beside import Announced, Beside
from crawler.compression import AS_SENT
from crawler.fingerprint import Fingerprint, host_of
from crawler.learned import LearnedStore, open_learned, release
from crawler.pool import Failed, outcome, shared_pool
from crawler.retold import Told
from crawler.verdict import NoArticle, Reading
from spiders.company import Company
from spiders.failures import meaning
from spiders.held import Held
from spiders.site import site_for, sites_in

if TYPE_CHECKING:
    from concurrent.futures import Future

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from archive.reader import Record
    from crawler.learned import Standing
    from crawler.recurring import Learned

REQUISITE_PRIORITY = -10  # articles first
PATIENCE = 10.0  # seconds that a page waits for others of its host; three come in fewer
READ_WITH = "read_with"  # in a response's meta: rules, what recurs, what is known from elsewhere
CSS_DEPTH = 8  # links from a site's source to a style sheet that may import another


class ArticleSpider(Spider):
    """A spider whose pages may be articles; what it fetched is extracted from the archived record."""

    async def read(self, response: Response) -> Reading | Failed:
        """What a worker makes of the response's record; where it leads is kept beside the record."""
        record = response.meta["record"]
        site = site_for(record.url, sites_in(Path(self.settings["DATA_DIR"])))
        learned, beside = await self._learned_of(record), self._beside(response, record)
        noting = None
        if self._learning and record.id:  # with what it is read, so that it can be read so again
            noting = self._learning.note(record.id, learned, beside)
        read_with = response.meta[READ_WITH] = (site.rules if site else None, learned, beside)
        reading = await shared_pool().reading(record, *read_with)
        if noting:
            await self._durable(noting)
        keeper = self.crawler.get_extension(ArchiveExtension)
        if keeper and isinstance(reading, Reading):
            await keeper.describe(record, description(response, reading))
        return reading

    async def read_again(self, record: Record, response: Response) -> Article | NoArticle | None:
        """What an earlier record says, read with what a response was read with; None if that broke."""
        reading = await shared_pool().reading(record, *response.meta[READ_WITH])
        return None if isinstance(reading, Failed) else reading.result

    async def _learned_of(self, record: Record) -> Learned | None:
        """What recurs on the page's host, this page counted; the first of a host wait for the third."""
        if self._learning is None or self._company is None:
            return None
        page = await shared_pool().fingerprint(record)
        if not isinstance(page, Fingerprint):
            self.noted(host_of(record.url or ""))
            return None
        standing = await self._durable(self._learning.meet(page))
        self._company.note(page.host, standing)
        self.noted(page.host)
        return (await self._company.wait(page.host)).learned

    def _beside(self, response: Response, record: Record) -> Beside:
        """What is known of the page elsewhere."""
        announced, told = response.meta.get("announced"), response.meta.get("told")
        return Beside(
            Announced(*announced) if announced else None,
            self.held.reserved(record.url) if self.held and record.url else (),
            Told(*told) if told else None,
        )

    async def _durable(self, writing: Future[Standing]) -> Standing:
        """What the store answers once it is on the disk; a failure to write closes the crawl."""
        try:
            return await asyncio.wrap_future(writing)
        except ArchiveError as e:
            stop_crawl(self.crawler, e)
            raise ArchiveFailed(str(e)) from e

    async def joined(self, parts: Sequence[Article]) -> Article:
        """The parts of an article as one."""
        site = site_for(parts[0].url, sites_in(Path(self.settings["DATA_DIR"])))
        publisher = site.rules.publisher if site else None
        future = asyncio.wrap_future(shared_pool().joined(parts, publisher))
        await asyncio.wait([future])
        made = outcome(future)
        return parts[0] if isinstance(made, Failed) else made

    def noted(self, host: str | None) -> None:
        """A page of that host has taught what it can."""

    def may_bring(self, host: str) -> bool:
        """Whether further pages of a host may come in this crawl."""
        return True

    def requisites_of(self, reading: Reading | Failed) -> Iterator[Request]:
        """Requests for what a page needs to be seen, unless it is switched off or in the archive."""
        if isinstance(reading, Failed) or not self.wants_requisites or self.held is None:
            return
        for url in reading.requisites:
            if self.held.has_capture(url):
                continue
            yield Request(
                url,
                callback=self.parse_requisite,
                errback=self.requisite_failed,
                priority=REQUISITE_PRIORITY,
                meta={"allow_offsite": True, AS_SENT: True},
            )

    async def parse_requisite(self, response: Response) -> AsyncIterator[Request]:
        """A style sheet names further sheets, pictures and fonts; all else is only archived."""
        self.count("requisite/kept")
        content_type = (response.headers.get("Content-Type") or b"").lower()
        if content_type.startswith(b"text/css") and response.meta["depth"] < CSS_DEPTH:
            for request in self.requisites_of(await self.read(response)):
                yield request

    def requisite_failed(self, failure: Failure) -> None:
        """A page is no less archived for a picture that its own server has not got."""
        if meant := meaning(failure, datetime.now(UTC)):
            self.count(f"requisite/{meant.counted}")
            self.logger.debug("%s: %s", failure.request.url, meant.words)  # type: ignore[attr-defined]

    @property
    def wants_requisites(self) -> bool:
        """Whether style sheets, pictures and fonts are fetched in this run."""
        return self.settings.getbool("REQUISITES")

    held: Held | None = None
    _learning: LearnedStore | None = None
    _company: Company | None = None

    def open_held(self) -> None:
        """Connected to ``spider_opened``."""
        if self.settings.getbool("ARCHIVE_ENABLED", True):
            data_dir = Path(self.settings["DATA_DIR"])
            self.held = Held(data_dir)
            self._learning = open_learned(data_dir)
            self._company = Company(self.crawler, self.may_bring, PATIENCE)

    def close_held(self) -> None:
        """Connected to ``spider_closed``."""
        if self.held:
            self.held.close()
        if self._learning:
            try:
                release(self._learning)
            except ArchiveError as e:
                note_failure(self.crawler, e)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.open_held, signals.spider_opened)
        crawler.signals.connect(spider.close_held, signals.spider_closed)
        return spider

    def article_in(self, response: Response, reading: Reading | Failed) -> Article | None:
        """The article of a page; anything else is counted, and a failure named with its record."""
        if isinstance(reading, Failed):
            self.count("article/failed")
            record_id = response.meta["record"].id
            self.logger.error("%s: %s (record %s)", response.url, reading.reason, record_id)
            return None
        if isinstance(reading.result, Article):
            return reading.result
        self.count(f"page/kind/{reading.result.kind}")
        self.logger.debug("%s: %s: %s", response.url, reading.result.kind, reading.result.reason)
        return None

    def count(self, name: str, by: int = 1) -> None:
        """Add to one of Scrapy's stats."""
        self.crawler.stats.inc_value(name, by)


def description(response: Response, reading: Reading) -> str:
    """The block of a page's metadata record, in the words that Heritrix uses."""
    meta = response.meta
    referer = response.request.headers.get("Referer") if response.request else None
    came_by = meta["redirect_urls"][-1] if "redirect_urls" in meta else (referer or b"").decode()
    lines = [("via", came_by)] if came_by else []
    lines.append(("hopsFromSeed", "L" * meta.get("depth", 0) + "R" * meta.get("redirect_times", 0)))
    if "fetch_seconds" in meta:
        lines.append(("fetchTimeMs", str(round(1000 * meta["fetch_seconds"]))))
    return warc_fields(lines) + reading.outlinks
