"""What a record's block must be: whole, as its digests say, and an HTTP message where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive import http1
from archive.digests import LENGTHS, Digest, Measures
from archive.finding import Finding, fault, note
from archive.reader import Record, measure

_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\r\n]+ HTTP/\d(?:\.\d)?[ \t]*\r?\n")
_NO_BODY = (204, 304)
NO_BODY_SENT = "the head announces a body of {} and none follows"


def check_block(record: Record) -> Iterator[Finding]:
    """Faults and notes on structure, digests and HTTP framing."""
    yield from _structure(record)
    measures = measure(record)
    yield from _block_digest(record, measures)
    if record.type != "revisit" and not record.field("WARC-Segment-Number"):
        yield from _payload_digest(record, measures)
    yield from _http(record, measures)


def announced_body(record: Record) -> str | None:
    """The body that a response's head announces where there is none: right only as an answer to HEAD."""
    if record.type != "response" or record.field("WARC-Truncated") or record.rest:
        return None
    head, body = http1.split(http1.skip_interim(record.block))
    status = http1.status(head)
    if body or status is None or status in _NO_BODY or status < 200:
        return None
    if http1.is_chunked(head):
        return "chunks"
    longest = max(_content_lengths(head), default=0)
    return f"{longest} bytes" if longest else None


def _structure(record: Record) -> Iterator[Finding]:
    for oddity in record.oddities:
        yield fault("gzip" if "gzip member" in oddity else "structure", oddity)


def _block_digest(record: Record, measures: Measures) -> Iterator[Finding]:
    text = record.field("WARC-Block-Digest")
    if text is None:
        return
    declared = Digest.parse(text)
    if declared.value is None:
        yield _unreadable("block-digest", text, declared)
    elif measures.block[declared.algorithm] != declared.value:
        yield fault("block-digest", f"the block is not what {text} was made from")


def _payload_digest(record: Record, measures: Measures) -> Iterator[Finding]:
    text = record.field("WARC-Payload-Digest")
    if text is None:
        return
    declared = Digest.parse(text)
    if declared.value is None:
        yield _unreadable("payload-digest", text, declared)
    elif measures.payload[declared.algorithm] == declared.value:
        return
    elif measures.as_sent[declared.algorithm] == declared.value:
        yield note("a payload digest over the chunks, as older tools write it")
    else:
        yield fault("payload-digest", f"the payload is not what {text} was made from")


def _unreadable(check: str, text: str, declared: Digest) -> Finding:
    if declared.algorithm and ":" in text and declared.algorithm not in LENGTHS:
        return note(f"a digest of an unknown algorithm: {declared.algorithm[:20]}")
    return fault(check, f"{text[:80]!r} is not a digest with its algorithm")


def _http(record: Record, measures: Measures) -> Iterator[Finding]:
    content_type = (record.field("Content-Type") or "").lower().replace(" ", "")
    is_http = content_type.startswith("application/http")
    web = (record.url or "").lower().startswith(("http:", "https:"))
    if record.type == "response" and web and not is_http and record.version != "arc":
        yield fault("http", f"the response to a web request has Content-Type {content_type!r}")
    if not is_http or not record.block_length or record.type not in ("request", "response"):
        return
    other = "request" if record.type == "response" else "response"
    if f"msgtype={other}" in content_type:
        yield fault("http", f"a {record.type} record says that it holds a {other}")
    yield from (_request if record.type == "request" else _response)(record, measures)


def _request(record: Record, measures: Measures) -> Iterator[Finding]:
    if not _REQUEST_LINE.match(measures.head):
        yield fault("http", f"not an HTTP request: {measures.head[:40]!r}")
    elif not measures.has_head:
        yield fault("http", "the HTTP head has no end")


def _response(record: Record, measures: Measures) -> Iterator[Finding]:
    if http1.status(measures.head) is None:
        yield fault("http", f"not an HTTP response: {measures.head[:40]!r}")
    elif record.field("WARC-Truncated"):
        if _is_complete(measures):
            yield note("WARC-Truncated on a body that is as long as its head says")
    elif not measures.has_head:
        yield fault("truncated", "the HTTP head has no end, and WARC-Truncated is not set")
    elif measures.chunks:
        yield from _chunked(measures, measures.chunks)
    else:
        yield from _length(measures)


def _is_complete(measures: Measures) -> bool:
    if measures.chunks:
        return measures.chunks.is_whole
    return measures.body_length in _content_lengths(measures.head)


def _chunked(measures: Measures, chunks: http1.Dechunker) -> Iterator[Finding]:
    if not measures.body_length:
        return
    if not chunks.is_chunked:
        yield fault("chunks", "the head says chunked and the body is not")
    elif chunks.error:
        yield fault("chunks", chunks.error)
    elif not chunks.is_whole:
        yield fault("truncated", "the last chunk is missing, and WARC-Truncated is not set")
    elif chunks.surplus:
        yield fault("http-length", f"{chunks.surplus} bytes after the last chunk")


def _length(measures: Measures) -> Iterator[Finding]:
    lengths, has = _content_lengths(measures.head), measures.body_length
    if not lengths or not has:
        return
    if len(lengths) > 1:
        yield note("several values of HTTP Content-Length")
    elif has < (said := lengths.pop()):
        yield fault("truncated", f"{has} of {said} bytes of body, and WARC-Truncated is not set")
    elif has > said:
        yield fault("http-length", f"{has} bytes of body where HTTP Content-Length is {said}")


def _content_lengths(head: bytes) -> set[int]:
    values = {v for k, v in http1.headers(head) if k.lower() == b"content-length"}
    return {int(v) for v in values if v.isdigit() and len(v) < 19}
