"""A WARC record in memory.

Most readers ask a record for one or two fields of its header, and taking all of them apart costs more than
finding and inflating it: a record that was read whole keeps its header's bytes until it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from archive.digests import Measures
from archive.warcheader import PlainHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record as it lies in its file.

    ``fields`` are the WARC header's names and values in order; ``block`` is the content block,
    byte for byte.  ``file`` is a bare name, without the ``.open`` of a file being written; ``offset``
    and ``length`` are bytes in that file (of the gzip member where there is one).  ``file`` and
    ``offset`` are None for what was never written.

    ``length`` is None where the record is not one whole gzip member; ``within`` is then its place in
    the member's inflated bytes.  ``rest`` is how many bytes of the block ``block`` does not hold;
    only then there are ``measures``.  ``oddities`` are departures from the standard that the
    reader put up with.
    """

    type: str
    url: str | None
    date: datetime | None
    id: str | None
    fields: tuple[tuple[str, str], ...]
    block: bytes
    file: str | None = None
    offset: int | None = None
    length: int | None = None
    version: str = "1.1"
    within: int = 0
    rest: int = 0
    measures: Measures | None = None
    oddities: tuple[str, ...] = ()
    _header: PlainHeader | None = field(default=None, init=False, repr=False, compare=False)

    if not TYPE_CHECKING:  # which would let misspelt names pass

        def __getattr__(self, name: str) -> object:
            """What is in the header, when it is asked for first."""
            if name not in _IN_HEADER:
                raise AttributeError(f"a record has no {name}")
            value = getattr(self._header, name)
            object.__setattr__(self, name, value)
            return value

    def field(self, name: str) -> str | None:
        """The first value of a WARC header field; names compare without case."""
        wanted = name.lower()
        for key, value in self.fields:
            if key == name or key.lower() == wanted:
                return value
        return None

    def all(self, name: str) -> list[str]:
        """Every value of a WARC header field that may be repeated."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    @property
    def block_length(self) -> int:
        """Bytes of the whole content block, whether or not ``block`` holds them all."""
        return len(self.block) + self.rest


_IN_HEADER = frozenset(("type", "url", "date", "id", "fields", "version"))


def _setter(name: str) -> Callable[[Record, object], None]:
    setter: Callable[[Record, object], None] = getattr(Record, name).__set__
    return setter


_set_header, _set_block, _set_file = _setter("_header"), _setter("block"), _setter("file")
_set_offset, _set_length, _set_within = _setter("offset"), _setter("length"), _setter("within")
_set_rest, _set_measures, _set_oddities = _setter("rest"), _setter("measures"), _setter("oddities")


def intact_record(header: PlainHeader, block: bytes, file: str, offset: int, length: int) -> Record:
    """A record that is one gzip member and has no oddities; in a third of the constructor's time."""
    record = Record.__new__(Record)
    _set_header(record, header)
    _set_block(record, block)
    _set_file(record, file)
    _set_offset(record, offset)
    _set_length(record, length)
    _set_within(record, 0)
    _set_rest(record, 0)
    _set_measures(record, None)
    _set_oddities(record, ())
    return record
