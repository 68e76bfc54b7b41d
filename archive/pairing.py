"""Whether the records of an archive find each other: ids are unique, and references resolve."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from archive.blockrules import NO_BODY_SENT, announced_body
from archive.digests import Digest
from archive.finding import Finding, fault, note
from archive.reader import Record

_REFERENCES = ("WARC-Concurrent-To", "WARC-Warcinfo-ID", "WARC-Refers-To", "WARC-Segment-Origin-ID")
_MUST_BE = {"WARC-Warcinfo-ID": {"warcinfo"}, "WARC-Refers-To": {"response", "resource"}}


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that a finding is about, without its block."""

    file: str
    offset: int | None
    id: str | None


@dataclass(frozen=True, slots=True)
class _Reference:
    origin: Origin
    field: str
    target: str
    of_revisit: bool
    digest: str | None  # of a revisit's payload, where it must be its original's


Found = tuple[Origin, Finding]


class Pairing:
    """Fed with every record of what is verified; about 200 bytes of memory a record.

    ``outside`` are reference fields that may well name records elsewhere: an unresolved one is
    a note.
    """

    def __init__(self, outside: frozenset[str] = frozenset()) -> None:
        self._outside = outside
        self._seen: dict[bytes, tuple[str, str | None]] = {}
        self._waiting: defaultdict[bytes, list[_Reference]] = defaultdict(list)
        self._heads: set[bytes] = set()
        self._answered: set[bytes] = set()
        self._bodiless: list[tuple[Origin, set[bytes], str]] = []

    def add(self, record: Record) -> Iterator[Found]:
        """What can be said already when this record has come."""
        origin = Origin(record.file or "", record.offset, record.id)
        if record.id:
            key = _key(record.id)
            if key in self._seen:
                yield origin, fault("id", f"the id {record.id} is there a second time")
            self._seen[key] = (record.type, record.field("WARC-Payload-Digest"))
            for reference in self._waiting.pop(key, ()):
                yield from self._resolved(reference, key)
        for reference in _references(record, origin):
            yield from self._refer(reference, record)
        self._exchange(record, origin)

    def end(self) -> Iterator[Found]:
        """What is left when no more records come."""
        for references in self._waiting.values():
            for reference in references:
                message = f"{reference.field} {reference.target} is not there"
                if reference.field in self._outside:
                    yield reference.origin, note(f"{reference.field} names a record elsewhere")
                else:
                    yield reference.origin, fault("pairing", message)
        for origin, ids, body in self._bodiless:
            if ids & self._heads:
                continue
            if ids & self._answered:
                yield origin, fault("truncated", NO_BODY_SENT.format(body))
            else:
                yield origin, note("a body is announced and none follows; it may answer HEAD")

    def _refer(self, reference: _Reference, record: Record) -> Iterator[Found]:
        key = _key(reference.target)
        if reference.target == record.id:
            yield reference.origin, fault("pairing", f"{reference.field} names the record itself")
        elif key in self._seen:
            yield from self._resolved(reference, key)
        else:
            self._waiting[key].append(reference)

    def _resolved(self, reference: _Reference, key: bytes) -> Iterator[Found]:
        kind, digest = self._seen[key]
        wanted = _MUST_BE.get(reference.field, {kind})
        named = f"{reference.field} {reference.target}"
        free = reference.field == "WARC-Refers-To" and not reference.of_revisit
        if kind not in wanted and not free:
            yield reference.origin, fault("pairing", f"{named} is a {kind} record")
        elif _differ(reference.digest, digest):
            yield (
                reference.origin,
                fault("pairing", f"{named} has payload {digest}, the revisit not"),
            )

    def _exchange(self, record: Record, origin: Origin) -> None:
        ids = {_key(i) for i in (record.id, *record.all("WARC-Concurrent-To")) if i}
        if record.type == "request":
            (self._heads if record.block[:5].upper() == b"HEAD " else self._answered).update(ids)
        elif body := announced_body(record):
            self._bodiless.append((origin, ids, body))


def _differ(one: str | None, other: str | None) -> bool:
    """Whether two digests of one algorithm are of different bytes."""
    if one is None or other is None:
        return False
    digests = Digest.parse(one), Digest.parse(other)
    return digests[0].algorithm == digests[1].algorithm and digests[0] != digests[1]


def _references(record: Record, origin: Origin) -> Iterator[_Reference]:
    same_payload = "identical-payload" in (record.field("WARC-Profile") or "")
    digest = record.field("WARC-Payload-Digest") if same_payload else None
    for field in _REFERENCES:
        for target in record.all(field):
            revisit = record.type == "revisit" and field == "WARC-Refers-To"
            yield _Reference(origin, field, target, revisit, digest if revisit else None)


def _key(record_id: str) -> bytes:
    return hashlib.blake2b(record_id.encode(), digest_size=16).digest()
