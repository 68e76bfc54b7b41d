"""Portions of WARC files, small enough for one task; a large file of gzip members has several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import storage
from archive.cuts import first_record, is_divisible
from archive.errors import ArchiveError
from archive.reader import Damage, Record, read_records
from archive.storage import Found, name_of

_LEAST = 1.5  # portions, below which a file is not cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The records of a file that begin in ``begin``..``end``; to the end of the file if that is None.

    ``name`` is what its results are called.  ``start`` is where its first record is known to begin;
    None if that is to be looked for.  ``mark`` changes when the file does.
    """

    name: str
    place: str
    mark: str
    size: int
    begin: int = 0
    end: int | None = None
    start: int | None = 0

    @property
    def is_first(self) -> bool:
        """Whether the file begins with it."""
        return self.begin == 0

    def has(self, offset: int) -> bool:
        """Whether a record that begins there is of this portion."""
        return self.begin <= offset and (self.end is None or offset < self.end)


class Walk:
    """One pass over a portion; afterwards ``began`` and ``next`` are the offsets of its first record and of
    the first one behind it, None where there is none."""

    def __init__(self, portion: Portion) -> None:
        self._portion = portion
        self.began: int | None = None
        self.next: int | None = None

    def records(self) -> Iterator[Record | Damage]:
        """Raises ``ArchiveError`` if the file cannot be read."""
        portion = self._portion
        self.began = portion.start
        if self.began is None:
            end = portion.size if portion.end is None else portion.end
            self.began = first_record(portion.place, portion.begin, end)
        if self.began is None:
            return
        for found in read_records(portion.place, self.began):
            if portion.end is not None and (found.offset or 0) >= portion.end:
                self.next = found.offset
                return
            yield found


def found_at(places: Iterable[Path | str]) -> Iterator[Found]:
    """Each with its size; what is not there has none, and whoever reads it says so."""
    for place in places:
        found = storage.found_by(str(place)) if storage.exists(str(place)) else []
        yield found[0] if len(found) == 1 else Found(str(place), 0, "")


def _is_divisible(place: str) -> bool:
    """What cannot be read is one portion, and whoever reads it says so."""
    try:
        return is_divisible(place)
    except ArchiveError:
        return False


def portions_of(files: Iterable[Found], size: int) -> Iterator[Portion]:
    """Of ``size`` bytes each, in the order of the files; names tell files of the same name by a number."""
    met: dict[str, int] = {}
    for file in files:
        name = name_of(file.place)
        met[name] = met.get(name, 0) + 1
        name = name if met[name] == 1 else f"{name}.{met[name]}"
        whole = Portion(
            name=name, place=file.place, mark=f"{file.size} {file.mark}", size=file.size
        )
        if file.size <= _LEAST * size or not _is_divisible(file.place):
            yield whole
            continue
        for begin in range(0, file.size, size):
            end = begin + size if begin + size < file.size else None
            yield Portion(
                name=f"{name}.{begin:013}",
                place=whole.place,
                mark=whole.mark,
                size=whole.size,
                begin=begin,
                end=end,
                start=None if begin else 0,
            )
