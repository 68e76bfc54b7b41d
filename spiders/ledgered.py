"""A spider that keeps the ledger of its site: each page once, again when it failed or may be corrected."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals

from archive.article import Article, rfc3339
from crawler.compression import AS_SENT
from crawler.conditional import UNCHANGED
from crawler.parts import MOST, lacking
from crawler.pool import Failed
from spiders import links
from spiders.article import ArticleSpider
from spiders.books import Books
from spiders.failures import Meaning, meaning
from spiders.held import has_all, says_same
from spiders.traps import trap

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.beside import AnnouncedBy
    from crawler.verdict import Extract, Reading


AT_ONCE = 200  # links; looking them up takes a tenth of a second at most


class LedgerSpider(ArticleSpider):
    """Where its links come from is a subclass's business."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked: set[str] = set()
        self._met: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """As Scrapy makes its spiders."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.article_kept, signals.item_scraped)
        crawler.signals.connect(spider.page_broke, signals.spider_error)
        return spider

    @cached_property
    def books(self) -> Books:
        """The site's ledger; made when the scheduler is there."""
        engine = self.crawler.engine
        scheduler = engine._slot.scheduler if engine and engine._slot else None
        journal = getattr(scheduler, "journal", None)
        return Books(journal.ledger if journal else None, self.held)

    def due_requests(self) -> Iterator[Request]:
        """Pages whose time has come again; without --due also all others that failed."""
        only_due = self.settings.getbool("CRAWL_DUE")
        for page in list(self.books.due(datetime.now(UTC), all_failing=not only_due)):
            self._asked.add(links.identity(page.url))
            yield self._article_request(page.url, conditional=page.reason == "check")

    def article_requests(
        self, found: Iterable[links.Link], by: AnnouncedBy | None = None
    ) -> Iterator[Request]:
        """Requests for the pages that are wanted and not settled; ``by`` tells who says when they appeared.

        Many at once are marked as asked for before the first is yielded: Scrapy takes them one by one, and
        which of two sources comes first for a page must not hang on that.
        """
        waiting = iter(found)
        while some := list(islice(waiting, AT_ONCE)):
            for link in [link for link in some if self._is_to_ask(link.url)]:
                request = self._article_request(link.url, conditional=False)
                if by and link.published and link.published.tzinfo:
                    request.meta["announced"] = (rfc3339(link.published), by)
                if link.told:
                    request.meta["told"] = astuple(link.told)
                yield request

    def _is_to_ask(self, url: str) -> bool:
        """Whether a page is wanted, not settled and not asked for in this run; from now on it is asked for."""
        name = links.identity(url)
        if name in self._asked or not self.is_wanted(url) or self.is_trap(url):
            return False
        if self.books.is_settled(url):
            self._note_held(name)
            return False
        self._asked.add(name)
        return True

    def _article_request(self, url: str, *, conditional: bool) -> Request:
        meta: dict[str, Any] = {"page": url, AS_SENT: True}
        if conditional:
            meta["conditional"] = True
        return Request(url, callback=self.parse_page, errback=self.page_failed, meta=meta)

    def is_trap(self, url: str) -> bool:
        """Whether an address leads nowhere; counted, with the reason in the log."""
        reason = trap(url, datetime.now(UTC))
        if reason:
            self.count("link/trap")
            self.logger.info("%s: not followed: %s", url[:200], reason)
        return reason is not None

    def is_wanted(self, url: str) -> bool:
        """Whether a link is to be followed."""
        return True

    def _note_held(self, url: str) -> None:
        """Count what earlier crawls brought, each once."""
        if url not in self._met:
            self._met.add(url)
            self.count("link/held")

    async def parse_page(self, response: Response) -> AsyncIterator[Article | Request]:
        """The page's article, unless it is held and says the same as before.

        Another version of an article's page leads to that, and the first of several parts to the next.
        """
        asked, now = response.meta.get("page"), datetime.now(UTC)
        if UNCHANGED in response.flags and asked:
            self.count("article/unchanged")
            self.books.check(asked, now)
            return
        reading = await self.read(response)
        article = self.article_in(response, reading)
        if article is None or isinstance(reading, Failed):
            self._note_none(asked, reading, now)
        elif further := self._further(article, reading.extract, asked):
            yield further
        elif await self._is_new(article, response):
            yield article
        if article and not isinstance(reading, Failed):
            for request in self.requisites_of(reading):
                yield request

    def _note_none(self, asked: str | None, reading: Reading | Failed, now: datetime) -> None:
        if asked and isinstance(reading, Failed):
            self.books.fail(asked, Meaning.of_extractor(reading.reason), now)
        elif asked:
            self.books.dismiss(asked, now)

    async def _is_new(self, article: Article, response: Response) -> bool:
        """Whether it is not held, or says something else than it did."""
        if self.held is None:
            return True
        seen = None
        while (held := self.held.newest(article)) and held != seen:
            if await self._says(held, article, response):
                self.count("article/unchanged")
                if asked := response.meta.get("page"):
                    self.books.keep(asked, article, datetime.now(UTC))
                return False
            seen = held  # meanwhile another may have come by a second address
        self.held.expect(article)
        return True

    async def _says(self, held: Article, article: Article, response: Response) -> bool:
        """Whether a held article has the same words, or would have if it were read as this one was.

        Since it was kept more may have been learned of its site, or another Djeli reads it: that takes
        furniture off.  Where the text has gained, though the page has not, it is kept as it is read now.
        """
        if says_same(held, article):
            return True
        if not has_all(held, article):
            return False
        record = None if article.provenance.parts or not self.held else self.held.record_of(held)
        again = record and await self.read_again(record, response)
        return isinstance(again, Article) and says_same(again, article)

    def _further(self, article: Article, page: Extract, asked: str | None) -> Request | None:
        """The request that an article waits for: its next part, or its own page; None if it is whole."""
        if asked is None:  # a listing that reads like an article
            return None
        if (version := page.version) and self.is_home(version.url):
            name = links.identity(version.url)
            if name != links.identity(asked) and name in self._asked:
                self.books.dismiss(asked, datetime.now(UTC))
            self._asked.add(name)
            return self._part_request(version.url, self.parse_own_page, [article], asked)
        if (then := page.continued) and self.is_home(then.url):
            return self._part_request(then.url, self.parse_part, [article], asked)
        return None

    def _part_request(self, url: str, callback: Any, parts: list[Article], asked: str) -> Request:
        meta = {"page": asked, "parts": [part.to_json() for part in parts], AS_SENT: True}
        return Request(url, callback=callback, errback=self.part_failed, meta=meta, priority=1)

    async def parse_own_page(self, response: Response) -> AsyncIterator[Article | Request]:
        """The page of which an AMP, print or mobile version was found; that is kept if this is no article."""
        reading = await self.read(response)
        article = self.article_in(response, reading)
        if article is None or isinstance(reading, Failed):
            for part in _parts(response.meta):
                yield part
            return
        asked = response.meta["page"]
        if (then := reading.extract.continued) and self.is_home(then.url):
            yield self._part_request(then.url, self.parse_part, [article], asked)
        elif await self._is_new(article, response):
            yield article
        for request in self.requisites_of(reading):
            yield request

    async def parse_part(self, response: Response) -> AsyncIterator[Article | Request]:
        """A further part; the article is whole when there is none after it."""
        parts, asked = _parts(response.meta), response.meta["page"]
        reading = await self.read(response)
        article = self.article_in(response, reading)
        then = None
        if article and not isinstance(reading, Failed):
            parts.append(article)
            then = reading.extract.continued
        if then and not then.is_whole and len(parts) < MOST and self.is_home(then.url):
            yield self._part_request(then.url, self.parse_part, parts, asked)
            return
        whole = await self.joined(parts)
        if await self._is_new(whole, response):
            yield whole

    async def part_failed(self, failure: Failure) -> AsyncIterator[Article]:
        """What there is of an article is kept; of several parts the one that did not arrive is named."""
        request = failure.request  # type: ignore[attr-defined]
        meant = meaning(failure, datetime.now(UTC))
        if meant is None:
            return
        self.count(f"page/{meant.counted}")
        self.logger.warning("%s: %s", request.url, meant.words)
        whole = await self.joined(_parts(request.meta))
        yield whole if request.callback == self.parse_own_page else lacking(whole, request.url)

    def is_home(self, url: str) -> bool:
        """Whether this spider's requests may go to the URL's host."""
        return True

    def article_kept(self, item: Any, response: Response) -> None:
        """The pipelines have let an article through: it is durable."""
        if isinstance(item, Article) and (asked := response.meta.get("page")):
            self.books.keep(asked, item, datetime.now(UTC))

    def page_broke(self, failure: Failure, response: Response) -> None:
        """Reading a page ended in an error of our own: it is tried again, as one that broke the extractor."""
        if asked := response.meta.get("page"):
            error = failure.value
            meant = Meaning.of_extractor(f"{type(error).__name__}: {error}")
            self.books.fail(asked, meant, datetime.now(UTC))

    def page_failed(self, failure: Failure) -> None:
        """A page that did not arrive is counted, and tried again when its class of failure says so."""
        now = datetime.now(UTC)
        request = failure.request  # type: ignore[attr-defined]
        if (meant := meaning(failure, now)) is None:
            return
        self.count(f"page/{meant.counted}")
        follows = self.books.fail(request.meta.get("page", request.url), meant, now)
        level = logging.INFO if meant.counted == "forbidden" else logging.WARNING
        self.logger.log(level, "%s: %s%s", request.url, meant.words, follows)


def _parts(meta: dict[str, Any]) -> list[Article]:
    """As JSON in the journal: what lies there outlives a version of Djeli."""
    return [Article.from_json(line) for line in meta["parts"]]
