"""A site's ledger as its spider keeps it: what is asked for, what came, what did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.backoff import GivenUp

if TYPE_CHECKING:
    from archive.article import Article
    from crawler.ledger import DuePage, Ledger
    from spiders.failures import Meaning
    from spiders.held import Held

YOUNG = timedelta(days=8)  # an article that is older when it is fetched is not corrected any more


class Books:
    """``ledger`` is None in a run without a journal: then only the archive itself is asked."""

    def __init__(self, ledger: Ledger | None, held: Held | None) -> None:
        self._ledger, self._held = ledger, held

    def is_settled(self, url: str) -> bool:
        """Whether a link to this URL needs no request.

        What the archive holds and the ledger does not know, as after the loss of the ledger, it knows then.
        """
        if self._ledger and self._ledger.is_settled(url):
            return True
        if self._held is None or not self._held.has(url):
            return False
        if self._ledger:
            self._ledger.keep_unwatched(url)
        return True

    def is_strange(self, urls: Iterable[str]) -> bool:
        """Whether none of these is known, at a site that was crawled before."""
        if self._ledger is None or self._ledger.next_due is None:
            return False
        return not any(self._ledger.is_settled(url) for url in urls)

    def due(self, now: datetime, *, all_failing: bool) -> Iterator[DuePage]:
        """Pages to ask for again: those whose time has come and, if asked for, all that failed."""
        if self._ledger is None:
            return
        pages = {page.url: page for page in self._ledger.due(now)}
        if all_failing:
            pages |= {page.url: page for page in self._ledger.failing()}
        yield from pages.values()

    def keep(self, url: str, article: Article, now: datetime) -> None:
        """The article is durable."""
        if self._ledger is None:
            return
        moment = published(article)
        if moment is not None:
            self._ledger.note_published([moment], now)
        if moment is not None and now - moment > YOUNG:
            self._ledger.keep_unwatched(url)
        else:
            self._ledger.keep(url, now)

    def check(self, url: str, now: datetime) -> None:
        """It was looked at again and says the same."""
        if self._ledger:
            self._ledger.check(url, now)

    def dismiss(self, url: str, now: datetime) -> None:
        """It was read and is no article; what was one before stays held."""
        if self._ledger is None:
            return
        if self._ledger.is_held(url):
            self._ledger.check(url, now)
        else:
            self._ledger.dismiss(url)

    def fail(self, url: str, meant: Meaning, now: datetime) -> str:
        """It did not arrive; what follows, in words."""
        if self._ledger is None:
            return ""
        follows = self._ledger.fail(url, meant.kind, meant.words, now, meant.wish)
        if isinstance(follows, GivenUp):
            return f"; given up: {follows.reason}"
        return f"; tried again after {follows.at:%Y-%m-%d %H:%M} UTC" if follows.at > now else ""


def published(article: Article) -> datetime | None:
    """When, if that is known to the day at least; a bare day is its noon, UTC."""
    text = article.published_at or ""
    if len(text) == len("2026-03-14"):
        return datetime.fromisoformat(f"{text}T12:00:00+00:00")
    return datetime.fromisoformat(text) if "T" in text else None
