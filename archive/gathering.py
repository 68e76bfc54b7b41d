"""Index and catalogue of an archive that lies elsewhere: what many machines have uploaded, read where it lies.

Only what is new is read: of WARC files those that the index does not know, of articles the lines that the
catalogue does not hold.  Killed, it goes on where it was; done again, it changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from archive import storage
from archive.article import Article
from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.folders import make_folder
from archive.index import Index
from archive.keep import index_records
from archive.reader import Record, read_records
from archive.storage import Found, name_of

_WARCS = (".warc.gz", ".warc", ".arc.gz", ".arc")
_SITES = "sites.json"  # as `djeli cluster init` leaves them
_RECORDS = 1000  # in one transaction of the index
_ARTICLES = 500  # in one transaction of the catalogue


@dataclass(slots=True)
class Gathered:
    """What was new: WARC files and their records, lists of articles and what they hold; and what is wrong."""

    files: int = 0
    records: int = 0
    lists: int = 0
    articles: int = 0
    faults: int = 0


class Gathering:
    """Takes in what lies at places; ``complain`` is told what cannot be, ``beat`` of each record or article."""

    def __init__(
        self, data_dir: Path, complain: Callable[[str], None], beat: Callable[[str], None]
    ) -> None:
        self._data_dir, self._say, self._beat = data_dir, complain, beat
        self.done = Gathered()
        self.listed: dict[str, list[Found]] = {}
        make_folder(data_dir)

    def take(self, roots: Iterable[str]) -> Gathered:
        """All that is new in folders and at URLs, ``listed`` by them; an error if one of them is not there."""
        places = [root if storage.is_url(root) else str(Path(root).resolve()) for root in roots]
        self.listed = {root: storage.found_below(root) for root in places}
        for root, found in self.listed.items():
            self._sites(root, found)
        with closing(Index(self._data_dir / "index.sqlite")) as index:
            for root, found in self.listed.items():
                self._warcs(root, found, index)
        with closing(Catalogue(self._data_dir / "catalogue.sqlite")) as catalogue:
            for root, found in self.listed.items():
                for file in (file for file in found if _has_articles(file, root)):
                    with self._told():
                        self._articles(file, catalogue)
        return self.done

    @contextmanager
    def _told(self) -> Iterator[None]:
        """One file that cannot be read leaves the others to be read."""
        try:
            yield
        except ArchiveError as e:
            self._complain(str(e))

    def _complain(self, message: str) -> None:
        self.done.faults += 1
        self._say(message)

    def _sites(self, root: str, found: Iterable[Found]) -> None:
        """Site files give sites their names; one that is here stays as it is."""
        for file in found:
            name = name_of(file.place)
            if file.place == storage.joined(root, "sites", name) and name.endswith(".toml"):
                self._site(name, file.place)
            elif file.place == storage.joined(root, _SITES):
                with storage.opened(file.place) as opened, self._told():
                    for name, text in _site_files(opened.read(), file.place).items():
                        self._site(name_of(name), text.encode())

    def _site(self, name: str, source: str | bytes) -> None:
        path = self._data_dir / "sites" / name
        if path.exists():
            return
        make_folder(path.parent)
        if isinstance(source, bytes):
            path.write_bytes(source)
        else:
            storage.get(source, path)

    def _warcs(self, root: str, found: Iterable[Found], index: Index) -> None:
        known = index.stored()
        warcs = [file for file in found if file.place.endswith(_WARCS)]
        for file in warcs:
            before = known.get(name_of(file.place))
            if before == file or (self._data_dir / "warc" / name_of(file.place)).exists():
                continue
            if before and before.place != file.place:
                if before.size != file.size:
                    self._complain(f"{file.place}: {before.place} has the same name: left out")
                continue
            with self._told():
                self._index(file, index)
                known[name_of(file.place)] = file
        inside, there = storage.joined(root, ""), {file.place for file in warcs}
        for file in known.values():
            if file.place.startswith(inside) and file.place not in there:
                self._complain(f"{file.place} is gone, but the index has captures in it")

    def _index(self, file: Found, index: Index) -> None:
        index.forget(name_of(file.place))
        records = self._records(file)
        while batch := list(islice(records, _RECORDS)):
            index_records(index, batch)
            self.done.records += len(batch)
        index.store(file)
        self.done.files += 1

    def _records(self, file: Found) -> Iterator[Record]:
        for found in read_records(file.place):
            self._beat("indexing")
            if isinstance(found, Record):
                yield found
            else:
                self._complain(f"{file.place}: offset {found.offset}: {found.reason}")

    def _articles(self, file: Found, catalogue: Catalogue) -> None:
        held = catalogue.size_of(file.place)
        if held == file.size:
            return
        self.done.lists += 1
        with storage.opened(file.place) as opened:
            start = held if 0 < held < file.size else 0
            opened.seek(max(start - 1, 0))
            if start and opened.read(1) != b"\n":  # another file has that name now
                start = 0
                opened.seek(0)
            lines = iter(opened.readline, b"")
            while batch := [line for line in islice(lines, _ARTICLES) if line.endswith(b"\n")]:
                articles = [_article(line, file.place) for line in batch]
                start += sum(map(len, batch))
                catalogue.add(articles, file.place, start)
                self.done.articles += len(articles)


def _site_files(data: bytes, place: str) -> dict[str, str]:
    try:
        return dict(json.loads(data)["files"])
    except (ValueError, KeyError, TypeError) as e:
        raise ArchiveError(f"{place}: not what `djeli cluster init` writes: {e!r}") from e


def _has_articles(file: Found, root: str) -> bool:
    """Lists lie in folders ``articles``, or right in the place given, as `djeli extract --out` leaves them."""
    folder = file.place.rpartition("/")[0]
    return file.place.endswith(".jsonl") and (
        name_of(folder) == "articles" or folder == root.rstrip("/")
    )


def _article(line: bytes, place: str) -> Article:
    try:
        return Article.from_json(line.decode())
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise ArchiveError(f"{place}: a line that is no article: {line[:60]!r}") from e
