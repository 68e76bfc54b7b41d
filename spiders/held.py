"""What earlier crawls have brought, so that it is not fetched again."""

from __future__ import annotations

from pathlib import Path

from archive.catalogue import Catalogue
from archive.index import Index
from crawler.urls import canonical


class Held:
    """The pages of a data folder, looked up by URL; for one thread."""

    def __init__(self, data_dir: Path) -> None:
        self._catalogue = Catalogue(data_dir / "catalogue.sqlite")
        self._index = Index(data_dir / "index.sqlite")

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

    def has_capture(self, url: str) -> bool:
        """Whether the archive holds a good answer of this URL."""
        return self._index.newest_good(url) is not None

    def close(self) -> None:
        """Give the database files back."""
        self._catalogue.close()
        self._index.close()
