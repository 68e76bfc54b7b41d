"""What index and catalogue say that there is: a lost file, or a line that was changed, contradicts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from archive import storage
from archive.catalogue import Catalogue
from archive.finding import Finding, fault
from archive.index import Index
from archive.storage import Found
from archive.warcfile import locate


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was taken in from other places (``djeli rebuild --from``), as it was then."""

    warcs: Sequence[Found]
    lists: Sequence[Found]


def elsewhere(data_dir: Path) -> Elsewhere:
    """What index and catalogue know outside of the data folder; nothing where they are not there."""
    with ExitStack() as opened:
        derived = Derived(data_dir, opened)
        return Elsewhere(derived.stored(), derived.lists())


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

    def stored(self) -> list[Found]:
        """WARC files that lie elsewhere, and not here too."""
        known = self._index.stored() if self._index else {}
        return [found for name, found in known.items() if not locate(self._folder, name).exists()]

    def lists(self) -> list[Found]:
        """Files of articles that lie elsewhere: those of the data folder itself are known by name alone."""
        known = self._catalogue.files() if self._catalogue else {}
        return [Found(place, size, "") for place, size in known.items() if "/" in place]

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
        away = {storage.name_of(found.place): found.place for found in self.stored()}
        for name, end in self._index.ends() if self._index else ():
            place = away.get(name) or str(locate(self._folder, name))
            if not storage.exists(place):
                yield name, fault("file", "the index has captures in it, but the file is gone")
            elif storage.size_of(place) < end:
                yield name, fault("file", f"shorter than the {end} bytes that the index knows")
