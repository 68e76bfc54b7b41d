"""Records back out of WARC files, damaged ones too.

What a file is, plain or gzip, WARC or ARC, is told by its bytes, not by its name.  Records come in the
order of the file; where the bytes make no record, a ``Damage`` comes instead and the reading goes on at the
next record that can be found: in a gzip file at the next member that inflates, in plain bytes at the
next version line that a header field follows.

Memory: files are read and inflated in pieces of 64 KiB.  A block of up to ``WHOLE_BLOCK`` (64 MiB) is kept
whole; of a larger one ``block`` holds the first ``HEAD_OF_BLOCK`` (1 MiB), ``block_length`` tells what
it has, and ``measures`` were taken while it passed.  Time is linear in the size of the inflated file:
going over damaged bytes again is bounded (``archive.window.REWORK``).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from archive import storage
from archive.detect import NoRecords, Source, detect, find, find_in_reach
from archive.digests import Digest, Measures, meter_of
from archive.errors import ArchiveError, DamagedRecordError
from archive.gzipmembers import GzipFile
from archive.intact import IntactMembers
from archive.record import Record as Record  # who reads records imports it from here
from archive.record import intact_record
from archive.warcheader import MAX_BEGIN, MAX_HEADER, WARC, Form, Header, HeaderError, is_begun
from archive.window import Place

WHOLE_BLOCK = 64 << 20  # bytes
HEAD_OF_BLOCK = 1 << 20  # bytes
_NEWLINES = (b"\r", b"\n")
_MAX_BLANKS = 16


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a file that are not a record.

    ``torn``: the file ends in the middle of them, as a file does that is being written or whose
    writer was killed.
    """

    file: str
    offset: int
    reason: str
    torn: bool = False

    def __str__(self) -> str:
        return f"{self.file} at byte {self.offset}: {self.reason}"


Found = Record | Damage


def read_records(place: Path | str, start: int = 0) -> Iterator[Found]:
    """The records of a WARC or ARC file, at a path or a URL, from byte ``start`` on, where one begins.

    Raises ``ArchiveError`` only for a file that cannot be read or is no WARC or ARC file at all.
    """
    if not storage.is_url(str(place)) and not Path(place).exists():
        raise ArchiveError(f"{place}: no such file")
    with storage.opened(str(place)) as file:
        yield from records_in(file, str(place), start)


def records_in(file: BinaryIO, place: str, start: int = 0) -> Iterator[Found]:
    """The same, of an open file that lies at a path or URL."""
    size = file.seek(0, 2)
    name = storage.name_of(place).removesuffix(".open")
    if size <= start:
        if not size:
            yield Damage(name, 0, "the file is empty", torn=True)
        return
    intact = IntactMembers(file, start)
    yield from _intact(intact, name)
    found = detect(file, start, size) if intact.offset == start else None
    if found is None:
        yield from _careful(intact, file, name, size)
    elif not isinstance(found, NoRecords):
        yield from _Scan(name, *found).records()
    elif found.torn:
        yield Damage(name, start, found.reason, torn=True)
    else:
        raise ArchiveError(f"{place}: {found.reason}")


def _intact(members: IntactMembers, name: str) -> Iterator[Record]:
    """The records that follow one another without a fault."""
    offset = members.offset
    while found := members.next():
        header, block = found
        yield intact_record(header, block, name, offset, members.offset - offset)
        offset = members.offset


def _careful(intact: IntactMembers, file: BinaryIO, name: str, size: int) -> Iterator[Found]:
    """What comes after intact records; after damage to the end, so that one scan counts its rework."""
    is_sound = True
    while is_sound and not intact.is_at_end():
        for found in _Scan(name, GzipFile(file, intact.offset, size), WARC).records():
            yield found
            is_sound = is_sound and isinstance(found, Record) and not found.oddities
            if is_sound and isinstance(found, Record) and found.length is not None:
                intact.offset = (found.offset or 0) + found.length
                break
        else:
            return
        yield from _intact(intact, name)


def record_at(place: Path | str, offset: int) -> Record:
    """The record that begins at that byte of the file; ``DamagedRecordError`` if none does."""
    return first_at(read_records(place, offset), str(place), offset)


def first_at(records: Iterator[Found], place: str, offset: int) -> Record:
    """The first of them, if it begins there; else ``DamagedRecordError``."""
    found = next(records, None)
    if isinstance(found, Record) and found.offset == offset:
        return found
    reason = found.reason if isinstance(found, Damage) else "no record begins there"
    raise DamagedRecordError(f"{place} at byte {offset}: {reason}")


@dataclass(frozen=True, slots=True)
class _Block:
    """A content block as far as it could be read."""

    kept: bytes
    length: int
    measures: Measures | None


class _Scan:
    """One pass over a file."""

    def __init__(self, name: str, source: Source, form: Form) -> None:
        self._name, self._source, self._form = name, source, form

    def records(self) -> Iterator[Found]:
        """What ``read_records`` promises."""
        while True:
            place = self._approach()
            if place is not None:
                yield from self._next(place)
            elif broken := self._source.broken:
                yield self._damage(broken.offset, broken.reason, broken.cut)
            else:
                return

    def _approach(self) -> Place | None:
        """To the next record, past blank lines; a member still begins with its record then."""
        place = self._source.place()
        while place and self._source.peek(1) in _NEWLINES:
            self._source.skip(1)
            here = self._source.place()
            if here is None or here.offset != place.offset or place.within:
                place = here
        self._source.forget()
        return place

    def _next(self, place: Place) -> Iterator[Found]:
        try:
            head = self._head()
            header = self._form.parse(head)
        except HeaderError as e:
            self._source.skip(1)
            yield self._damage(place.offset, str(e), e.cut)
            return
        self._source.skip(len(head))
        body = self._source.place()
        block = self._block(header)
        if block.length < header.length:
            yield self._too_short(place, body, header, block.length)
            return
        blanks = self._blanks()
        record = self._record(place, header, block, blanks)
        if broken := self._source.broke_before():
            if _matches(record):
                yield replace(record, length=None)
            yield self._damage(broken.offset, broken.reason, broken.cut)
        elif self._is_followed():
            yield record
        else:
            yield from self._judge(record, body, blanks)

    def _head(self) -> bytes:
        wanted = 1 << 12
        while True:
            data, broken = self._source.peek(wanted), self._source.broken
            ended = len(data) < wanted and not (broken and not broken.cut)
            if not self._form.begin.match(data):
                cut = ended and is_begun(data)
                raise HeaderError(f"no record begins here: {data[:40]!r}", cut)
            end = self._form.end.search(data)
            if other := self._form.anywhere.search(data, 1, end.end() if end else len(data)):
                raise HeaderError(f"a record header that breaks off after {other.start()} bytes")
            if end:
                return data[: end.end()]
            if len(data) < wanted:
                reason = broken.reason if broken else "the file ends inside a header"
                raise HeaderError(reason, ended)
            if wanted >= MAX_HEADER:
                raise HeaderError(f"a record header of more than {MAX_HEADER} bytes")
            wanted *= 4

    def _block(self, header: Header) -> _Block:
        if self._source.lacks(header.length):
            return _Block(b"", 0, None)
        kept, held = io.BytesIO(), 0
        meter = meter_of(header.fields) if header.length > WHOLE_BLOCK else None
        while held < header.length and not self._at_record():
            piece = self._source.some(header.length - held)
            if not piece:
                break
            held += len(piece)
            if meter:
                meter.add(piece)
                piece = piece[: max(0, HEAD_OF_BLOCK - kept.tell())]
            kept.write(piece)
        return _Block(kept.getvalue(), held, meter.measures() if meter else None)

    def _at_record(self) -> bool:
        """In a gzip file a member that begins like a record is one, whatever Content-Length says."""
        at_member = self._source.begins_member()
        return at_member and bool(self._form.begin.match(self._source.peek(MAX_BEGIN)))

    def _blanks(self) -> bytes:
        """The line ends after a block, as far as its gzip member goes."""
        blanks = b""
        while self._source.peek(1) in _NEWLINES and not (blanks and self._source.begins_member()):
            if len(blanks) < _MAX_BLANKS:
                blanks += self._source.peek(1)
            self._source.skip(1)
        return blanks

    def _is_followed(self) -> bool:
        """Whether what comes next is no reason to doubt the record."""
        following = self._source.peek(MAX_BEGIN)
        begins = self._source.begins_member() or self._form.begin.match(following)
        torn = self._source.broken is None and is_begun(following)
        return bool(begins) or not following or torn

    def _record(self, place: Place, header: Header, block: _Block, blanks: bytes) -> Record:
        boundary = None if place.within else self._source.boundary()
        oddities = list(header.oddities)
        if blanks != b"\r\n\r\n" and self._form is WARC:
            oddities.append(f"{blanks!r} after the block in place of two CRLF")
        if boundary is None:
            oddities.append("a gzip member that holds more than one record")
        elif (members := self._source.members_taken()) > 1:
            oddities.append(f"a record spread over {members} gzip members")
        return Record(
            type=header.type,
            url=header.url,
            date=header.date,
            id=header.id,
            fields=header.fields,
            block=block.kept,
            file=self._name,
            offset=place.offset,
            length=None if boundary is None else boundary - place.offset,
            version=header.version,
            within=place.within,
            rest=block.length - len(block.kept),
            measures=block.measures,
            oddities=tuple(oddities),
        )

    def _too_short(self, place: Place, body: Place | None, header: Header, held: int) -> Damage:
        broken = None if self._source.begins_member() else self._source.broken
        reason = broken.reason if broken else f"Content-Length is {header.length}, which leads past"
        if not broken:
            reason += " the gzip member" if self._source.begins_member() else " the end of the file"
        torn = self._source.is_cut() or self._source.lacks(header.length)
        if body and held and not self._source.begins_member():
            self._source.go_back(body)
        return self._damage(place.offset, reason, torn)

    def _judge(self, record: Record, body: Place | None, blanks: bytes) -> Iterator[Found]:
        """What follows is no record: is Content-Length wrong, or are there bytes that belong to none?"""
        garbage = self._source.place() or Place(record.offset or 0)
        reason = f"bytes between records: {self._source.peek(40)!r}"
        matches = _matches(record)
        if not matches and body and self._back_into(record, body, blanks):
            reason = f"Content-Length is {record.block_length}, which leads past the next record"
            yield Damage(self._name, record.offset or 0, reason)
        elif matches is False:
            length = record.block_length
            reason = f"Content-Length is {length}, but neither its digest nor a record agrees"
            yield self._damage(record.offset or 0, reason)
        else:
            yield from self._with_garbage(record, Damage(self._name, garbage.offset, reason))

    def _with_garbage(self, record: Record, garbage: Damage) -> Iterator[Found]:
        """A record with bytes behind it that are none, unless its gzip member is broken anyhow."""
        found = find_in_reach(self._source, self._form)
        broken = None if found else self._source.broken
        if broken and broken.offset == record.offset and not _matches(record):
            yield self._damage(broken.offset, broken.reason, broken.cut)
            return
        yield record
        yield garbage if found else self._damage(garbage.offset, garbage.reason)

    def _back_into(self, record: Record, body: Place, blanks: bytes) -> bool:
        """Back to the record that begins inside the block, if one does."""
        edge = record.block[-MAX_BEGIN:]
        over_edge = self._form.anywhere.search(edge + blanks + self._source.peek(MAX_BEGIN))
        hidden = over_edge is not None and over_edge.start() < len(edge)
        if not (hidden or record.rest or self._form.anywhere.search(record.block)):
            return False
        if not self._source.go_back(body):
            return False
        begin = self._source.position
        found = find_in_reach(self._source, self._form)
        return found and self._source.position - begin < record.block_length

    def _damage(self, offset: int, reason: str, cut: bool = False) -> Damage:
        """The damage, once its end is found; ``cut`` bytes with nothing after them are torn."""
        found = find(self._source, self._form)
        return Damage(self._name, offset, reason, cut and not found)


def _matches(record: Record) -> bool | None:
    """Whether the block is what its digest says; None without a digest to go by."""
    declared = Digest.parse(record.field("WARC-Block-Digest") or "")
    if declared.value is None:
        return None
    return measure(record).block[declared.algorithm] == declared.value


def measure(record: Record) -> Measures:
    """The block's digests in the algorithms that the record itself uses, and its HTTP framing."""
    if record.measures:
        return record.measures
    meter = meter_of(record.fields)
    meter.add(record.block)
    return meter.measures()
