"""Whether an article's provenance holds: its record is where it says, and has that payload."""

from __future__ import annotations

from collections.abc import Iterator

from archive.article import Article, Provenance
from archive.digests import Digest, Meter
from archive.errors import ArchiveError
from archive.finding import Finding, fault, note
from archive.reader import Record
from archive.whereabouts import Whereabouts


def check_article(article: Article, files: Whereabouts) -> Iterator[Finding]:
    """Faults of the provenance; a note for an article that was never archived."""
    source = article.provenance
    if source.warc_file is None:
        yield note("an article that was not archived")
        return
    if "/" in source.warc_file or source.warc_offset is None:
        yield fault("article", f"no place in a WARC file: {source.warc_file!r}")
        return
    name = source.warc_file
    try:
        record = _record(files, name, source)
    except ArchiveError as e:
        yield fault("article", str(e))
        return
    if record is None:
        yield fault("article", f"{name} at byte {source.warc_offset}: no record begins there")
    elif record.id != source.record_id:
        yield fault("article", f"its record is {source.record_id}, but {record.id} is there")
    elif record.url != article.url:
        yield fault("article", f"its record is of {record.url}, not of {article.url}")
    else:
        yield from _payload(record, source)


def _record(files: Whereabouts, name: str, source: Provenance) -> Record | None:
    """The record of that id at that offset, where a gzip member may hold several; else the first."""
    first = None
    for found in files.records(name, source.warc_offset or 0):
        if not isinstance(found, Record) or found.offset != source.warc_offset:
            break
        first = first or found
        if found.id == source.record_id:
            return found
    return first


def _payload(record: Record, source: Provenance) -> Iterator[Finding]:
    declared = Digest.parse(source.payload_digest)
    if declared.value is None:
        yield fault("article", f"no payload digest: {source.payload_digest!r}")
        return
    meter = Meter([declared.algorithm], record.field("Content-Type"))
    meter.add(record.block)
    if record.rest or meter.measures().payload[declared.algorithm] != declared.value:
        yield fault("article", f"its record's payload is not what {source.payload_digest} says")
