"""Which records of an archive are wanted, and all that belongs to them: requests, warcinfo, originals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from archive.reader import Record, read_records

_EMBEDDED = re.compile(rb"^outlink: (\S+) E\b", re.MULTILINE)
CAPTURES = frozenset({"response", "revisit", "resource", "conversion", "continuation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The captures of URLs that ``wants_url`` likes, from ``since`` up to ``before``; None sets no limit.

    ``pages`` are the ids of the only records that are wanted, and what these pages need to be seen.
    """

    wants_url: Callable[[str], bool] | None = None
    since: datetime | None = None
    before: datetime | None = None
    pages: frozenset[str] | None = None
    requisites: frozenset[str] = frozenset()

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def wants(self, record: Record) -> bool:
        """Whether the record is a capture that was asked for."""
        if record.type not in CAPTURES or record.url is None or record.date is None:
            return False
        if self.since and record.date < self.since:
            return False
        if self.before and record.date >= self.before:
            return False
        if self.pages is not None and record.id not in self.pages:
            return record.url in self.requisites
        return self.wants_url is None or self.wants_url(record.url)


Chosen = dict[Path, set[int] | None]
"""The offsets of the records that are wanted, by file; None for a whole file."""


def choose(paths: Iterable[Path], selection: Selection) -> Chosen:
    """The wanted captures and what belongs to them; files without any are left out."""
    paths = list(paths)
    if selection.is_all:
        return dict.fromkeys(paths)
    if selection.pages is not None:
        selection = replace(selection, requisites=_requisites(paths, selection.pages))
    originals = _Originals()
    chosen: dict[Path, set[int]] = {}
    for path in paths:
        chosen[path] = _offsets(path, selection.wants, originals.note)
    if originals.missing:
        for path in paths:
            chosen[path] |= _offsets(path, originals.are_meant_by, originals.ignore)
    return {path: offsets for path, offsets in chosen.items() if offsets}


def _requisites(paths: Iterable[Path], pages: frozenset[str]) -> frozenset[str]:
    """The URLs of pictures, style sheets and fonts, as the pages' metadata records name them."""
    found: set[str] = set()
    for record in (record for path in paths for record in _members(path)):
        if record.type == "metadata" and pages.intersection(record.all("WARC-Concurrent-To")):
            found.update(match[1].decode() for match in _EMBEDDED.finditer(record.block))
    return frozenset(found)


@dataclass(slots=True)
class _Originals:
    """What revisits refer to, by id or by URL and date, as far as it is not chosen itself."""

    missing: set[str] = field(default_factory=set)
    _there: set[str] = field(default_factory=set)

    def note(self, record: Record) -> None:
        """Take account of a record that was chosen."""
        names = {record.id or "", _place(record)}
        self._there |= names
        self.missing -= names
        if record.type == "revisit":
            url, date = (record.field(f"WARC-Refers-To-{what}") for what in ("Target-URI", "Date"))
            name = record.field("WARC-Refers-To") or (f"{url} {date}" if url and date else None)
            self.missing |= {name} - self._there if name else set()

    def are_meant_by(self, record: Record) -> bool:
        """Whether the record is one of them."""
        return record.type in CAPTURES and bool({record.id, _place(record)} & self.missing)

    def ignore(self, record: Record) -> None:
        """An original refers to nothing."""


def _place(record: Record) -> str:
    return f"{record.url} {record.field('WARC-Date')}"


def _offsets(
    path: Path, wants: Callable[[Record], bool], note: Callable[[Record], None]
) -> set[int]:
    """Where the wanted records begin, those that are concurrent to them, and the file's warcinfo."""
    chosen: set[int] = set()
    infos: set[int] = set()
    ids: set[str] = set()
    others: list[tuple[int, set[str]]] = []
    for record in _members(path):
        offset = record.offset or 0
        names = {name for name in (record.id, *record.all("WARC-Concurrent-To")) if name}
        if record.type == "warcinfo":
            infos.add(offset)
        elif wants(record):
            chosen.add(offset)
            ids |= names
            note(record)
        elif record.type not in CAPTURES:
            others.append((offset, names))
    chosen.update(offset for offset, names in others if names & ids)
    return chosen | infos if chosen else set()


def _members(path: Path) -> Iterator[Record]:
    for found in read_records(path):
        if isinstance(found, Record) and found.length:
            yield found
