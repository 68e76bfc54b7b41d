"""What earlier crawls have brought, so that it is not fetched again."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from archive.article import Article
from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.index import Index
from archive.reader import Record, record_at
from archive.warcfile import locate
from crawler.optouts import reserved_in
from crawler.title import letters
from crawler.urls import canonical

_COMING = 100  # articles that are not durable yet: more than are ever under way at once


class Held:
    """The pages of a data folder, looked up by URL; for one thread."""

    def __init__(self, data_dir: Path) -> None:
        self._catalogue = Catalogue(data_dir / "catalogue.sqlite")
        self._index = Index(data_dir / "index.sqlite")
        self._folder = data_dir / "warc"
        self._reserved: dict[str, tuple[str, ...]] = {}
        self._coming: dict[str, Article] = {}

    def has(self, url: str) -> bool:
        """Whether an article came from this URL or from where it led, or it was read and is none."""
        if self._catalogue.has_url(url):
            return True
        led_to = canonical(self._index.destination(url))
        return self._catalogue.has_url(led_to) or self._was_read(led_to)

    def _was_read(self, url: str) -> bool:
        """Whether the page was captured whole and the extractor did not break on it."""
        capture = self._index.newest_good(url)
        original = self._index.original(capture) if capture else None
        return bool(
            original and original.record_id and self._index.is_described(original.record_id)
        )

    def newest(self, article: Article) -> Article | None:
        """The newest version of an article that is held, or is about to be."""
        url = article.canonical_url
        return self._coming.get(url) or self._catalogue.newest_at(url)

    def record_of(self, article: Article) -> Record | None:
        """The record that a held article of one page came from; None if it cannot be read here."""
        told = article.provenance
        if told.warc_file is None or told.warc_offset is None or told.parts:
            return None
        try:
            return record_at(locate(self._folder, told.warc_file), told.warc_offset)
        except (ArchiveError, OSError):  # `djeli verify` tells of it
            return None

    def expect(self, article: Article) -> None:
        """It is about to be kept: who comes to it by a second address before it is brings nothing new."""
        self._coming.pop(article.canonical_url, None)
        self._coming[article.canonical_url] = article
        if len(self._coming) > _COMING:
            del self._coming[next(iter(self._coming))]

    def reserved(self, url: str) -> tuple[str, ...]:
        """What the robots.txt of the page's host, as it is archived, says to machines that learn."""
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        if address not in self._reserved:
            self._reserved[address] = self._reserved_at(address)
        return self._reserved[address]

    def _reserved_at(self, address: str) -> tuple[str, ...]:
        capture = self._index.newest_good(address)
        original = self._index.original(capture) if capture else None
        if original is None:
            return ()
        try:
            record = record_at(locate(self._folder, original.file), original.offset)
        except ArchiveError:  # `djeli verify` tells of it
            return ()
        return reserved_in(record) or ()

    def has_capture(self, url: str) -> bool:
        """Whether the archive holds a good answer of this URL."""
        return self._index.newest_good(url) is not None

    def close(self) -> None:
        """Give the database files back."""
        self._catalogue.close()
        self._index.close()


def says_same(one: Article, other: Article) -> bool:
    """Whether two versions of an article have the same words: a new share bar is no correction."""
    return _words(one) == _words(other)


def has_all(one: Article, other: Article) -> bool:
    """Whether each paragraph of the other's text stands in the one's."""
    text = letters(one.text)
    return all(letters(paragraph) in text for paragraph in other.text.split("\n\n"))


def _words(article: Article) -> tuple[str | None, ...]:
    return article.title, article.lead, article.text
