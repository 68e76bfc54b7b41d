"""What an extraction knows of each record's host: as the crawl knew it, or learned from the files themselves."""

from __future__ import annotations

import json
import re
import tempfile
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from archive.catalogue import Catalogue
from archive.errors import ArchiveError
from archive.reader import Damage, Record, read_records
from archive.whereabouts import is_stored
from crawler.beside import NOTHING, Announced, Beside
from crawler.commands.beat import Beat
from crawler.fingerprint import Fingerprint, host_of
from crawler.learned import FILE, States
from crawler.optouts import ROBOTS, reserved_in
from crawler.pool import fingerprint_page, outcome, shared_pool

if TYPE_CHECKING:
    from concurrent.futures import Future

    from crawler.recurring import Learned

WINDOW = 64  # records on their way through the workers
_BATCH = 200  # fingerprints in one transaction
_HOSTS = 64  # whose states are held in memory
_KNOWING = (FILE, "catalogue.sqlite")
_UUID = re.compile(r"<?urn:uuid:([0-9a-fA-F-]{36})>?")


class Teacher(Protocol):
    """Knows what recurs on hosts."""

    def of(self, record: Record) -> Learned | None:
        """What a record is to be read with."""

    def beside(self, record: Record) -> Beside:
        """What is known of it elsewhere."""

    def close(self) -> None:
        """Give back what is open."""


def archive_of(path: Path | str, data_dir: Path) -> Path | None:
    """The data folder that knows how a file was read: in whose ``warc`` it lies, or whose index has it elsewhere."""
    if isinstance(path, str):
        return data_dir if is_stored(data_dir, path) else None
    path = path.resolve()
    if path.parent.name == "warc":
        home = path.parent.parent
        if home == data_dir.resolve() or any((home / n).exists() for n in _KNOWING):
            return home
    return data_dir if is_stored(data_dir, str(path)) else None


class Kept:
    """What the crawl knew when it read a record; of records without an article what it knows now."""

    def __init__(self, home: Path) -> None:
        self._states = States(home / FILE) if (home / FILE).exists() else None
        self._catalogue = _catalogue(home / "catalogue.sqlite")
        self._cache: _Cache = OrderedDict()

    def of(self, record: Record) -> Learned | None:
        """The state that the record's article names, or that was noted when it was read."""
        if self._states is None:
            return None
        article, use = self._article(record), self._states.use_of(record.id or "")
        if article is None and use is None:
            host = host_of(record.url or "")
            return self._states.standing(host).learned if host else None
        id_ = article["provenance"].get("learned") if article else use and use.state_id
        return _cached(self._cache, id_, self._states.state) if id_ else None

    def beside(self, record: Record) -> Beside:
        """What was noted when it was read; else what its article took from it."""
        if self._states and (use := self._states.use_of(record.id or "")):
            return use.beside
        article = self._article(record)
        return _beside(article) if article else NOTHING

    def _article(self, record: Record) -> dict[str, Any] | None:
        """Its fields as JSON has them: to make an article of them takes four times as long."""
        match = _UUID.fullmatch((record.id or "").strip())
        line = self._catalogue.json_of(match[1].lower()) if match and self._catalogue else None
        fields: dict[str, Any] | None = json.loads(line) if line else None
        return fields

    def close(self) -> None:
        """Give back what is open."""
        for each in (self._states, self._catalogue):
            if each:
                each.close()


def _beside(article: dict[str, Any]) -> Beside:
    by, moment = article["published_source"], article["published_at"]
    announced = None
    if moment and by in ("feed", "sitemap", "wordpress"):
        announced = Announced(moment, by)
    said = article["provenance"].get("opt_outs", ())
    return Beside(announced, tuple(text for text in said if text.startswith(ROBOTS)))


def _catalogue(path: Path) -> Catalogue | None:
    """None where it is lost or damaged, for it is made again by way of extraction."""
    if not path.exists():
        return None
    try:
        return Catalogue(path)
    except ArchiveError:
        return None


_Cache = OrderedDict[str, "Learned | None"]


def _cached(cache: _Cache, key: str, find: Callable[[str], Learned | None]) -> Learned | None:
    if key not in cache:
        cache[key] = find(key)
        if len(cache) > _HOSTS:
            cache.popitem(last=False)
    cache.move_to_end(key)
    return cache[key]


class Taught:
    """What the files themselves teach: each host's newest articles, read before any is extracted."""

    def __init__(
        self,
        paths: Iterable[Path | str],
        beat: Beat,
        wants: Callable[[str], bool] = lambda url: True,
    ) -> None:
        self._cache: _Cache = OrderedDict()
        self._reserved: dict[str, tuple[str, ...]] = {}
        with ExitStack() as opened:
            folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="djeli-"))
            self._states = States(Path(folder) / FILE)
            opened.callback(self._states.close)
            self._learn(_records(paths, wants), beat)
            self._opened = opened.pop_all()

    def _learn(self, records: Iterable[Record], beat: Beat) -> None:
        batch: list[Fingerprint] = []
        for page in fingerprints(records, beat, self._reserved):
            batch.append(page)
            if len(batch) >= _BATCH:
                self._states.keep(batch)
                batch.clear()
        self._states.keep(batch)

    def of(self, record: Record) -> Learned | None:
        """The state of the record's host."""
        host = host_of(record.url or "")
        return _cached(self._cache, host, self._states.relearned) if host else None

    def beside(self, record: Record) -> Beside:
        """What the robots.txt in these files says of the host."""
        return Beside(None, self._reserved.get(urlsplit(record.url or "").netloc, ()))

    def close(self) -> None:
        """Give back what is open."""
        self._opened.close()


def fingerprints(
    records: Iterable[Record], beat: Beat, reserved: dict[str, tuple[str, ...]]
) -> Iterator[Fingerprint]:
    """Of the articles in these files, in their order; what cannot be read is told when it is extracted."""
    waiting: deque[Future[Fingerprint | None]] = deque()
    for record in records:
        beat.tick("learning what recurs")
        if (found := reserved_in(record)) is not None:
            reserved[urlsplit(record.url or "").netloc] = found
            continue
        waiting.append(shared_pool().submit(fingerprint_page, record, None))
        if len(waiting) >= WINDOW:
            yield from _settled(waiting.popleft())
    while waiting:
        yield from _settled(waiting.popleft())


def _records(places: Iterable[Path | str], wants: Callable[[str], bool]) -> Iterator[Record]:
    for place in places:
        try:
            yield from responses(read_records(place), wants)
        except ArchiveError:
            continue


def responses(found: Iterable[Record | Damage], wants: Callable[[str], bool]) -> Iterator[Record]:
    """The records that may teach something."""
    for record in found:
        if not isinstance(record, Record) or record.type not in ("response", "resource"):
            continue
        if record.url and wants(record.url):
            yield record


def _settled(future: Future[Fingerprint | None]) -> Iterator[Fingerprint]:
    page = outcome(future)
    if isinstance(page, Fingerprint):
        yield page
