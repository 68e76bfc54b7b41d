"""What index and catalogue say that there is: a lost file, or a line that was changed, contradicts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from archive import storage
from archive.catalogue import Catalogue
from archive.finding import Finding, fault
from archive.index import Index
from archive.warcfile import locate


class Derived:
    """The word of a data folder's ``index.sqlite`` and ``catalogue.sqlite``, where they are."""

    def __init__(self, data_dir: Path, opened: ExitStack) -> None:
        index, catalogue = data_dir / "index.sqlite", data_dir / "catalogue.sqlite"
        self._folder = data_dir / "warc"
        self._index = Index(index) if index.is_file() else None
        self._catalogue = Catalogue(catalogue) if catalogue.is_file() else None
        if self._index:
            opened.callback(self._index.close)
        if self._catalogue:
            opened.callback(self._catalogue.close)
        self._met: set[str] = set()

    def check_line(self, article_id: str, line: bytes) -> Iterator[Finding]:
        """Whether an article's line is the only one and is what was written."""
        if article_id in self._met:
            yield fault("article", "the article is there twice")
        self._met.add(article_id)
        written = self._catalogue.json_of(article_id) if self._catalogue else None
        if written is not None and line.rstrip(b"\n") != written.encode():
            yield fault("article", "the line is not what was written: the catalogue has another")

    def missing_articles(self) -> Iterator[tuple[str, Finding]]:
        """Articles of the catalogue that no line was found of."""
        for article_id in self._catalogue.ids() if self._catalogue else ():
            if article_id not in self._met:
                yield article_id, fault("article", "the catalogue has it, but no line does")

    def missing_files(self) -> Iterator[tuple[str, Finding]]:
        """WARC files of the index that are gone, or end before their last record."""
        elsewhere = self._index.stored() if self._index else {}
        for name, end in self._index.ends() if self._index else ():
            path = locate(self._folder, name)
            place = elsewhere[name].place if name in elsewhere and not path.exists() else str(path)
            if not storage.exists(place):
                yield name, fault("file", "the index has captures in it, but the file is gone")
            elif storage.size_of(place) < end:
                yield name, fault("file", f"shorter than the {end} bytes that the index knows")
