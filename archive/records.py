"""An exchange becomes WARC 1.1 records, and a record becomes one gzip member."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from archive import http1
from archive.exchange import Exchange
from archive.member import gzip_member_of
from archive.reader import Record

VERSION = "WARC/1.1"
_END = b"\r\n\r\n"  # of a record
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]  # of ten bits each

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

Field = tuple[str, str]


def sha1(data: bytes | memoryview) -> str:
    """A labelled digest as WARC and CDX tools write it: ``sha1:`` and base32."""
    digest = int.from_bytes(hashlib.sha1(data).digest(), "big")
    return "sha1:" + "".join([_PAIRS[digest >> shift & 1023] for shift in range(150, -1, -10)])


def new_id() -> str:
    """A fresh WARC-Record-ID."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(moment: datetime) -> str:
    """WARC-Date in UTC with microseconds (WARC 1.1, 5.4)."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The response record that holds the payload which a revisit does not repeat."""

    record_id: str
    url: str
    date: str  # WARC-Date as written
    digest: str


def payload_digest(exchange: Exchange) -> str:
    """Of what was answered, as it is content-coded."""
    response = exchange.response
    size = http1.head_length(response)
    head, body = response[:size], memoryview(response)[size:]
    return sha1(http1.payload(head, bytes(body)) if http1.is_chunked(head) else body)


def exchange_records(
    exchange: Exchange, original: Original | None = None, digest: str | None = None
) -> tuple[Record, Record]:
    """The response record and the request record, each naming the other as concurrent.

    ``digest`` is the ``payload_digest``, where it is known already.
    With an ``original`` the first is a revisit of it: server-not-modified for a 304, else
    identical-payload-digest with the head alone as its block (WARC 1.1, 6.7).
    """
    response_id, request_id = new_id(), new_id()
    common = _common_fields(exchange)
    digest = digest or payload_digest(exchange)
    kind, special, block = _answer(exchange, original, digest)
    response = [
        *common,
        ("WARC-Concurrent-To", request_id),
        *special,
        ("Content-Type", "application/http; msgtype=response"),
    ]
    request = [
        *common,
        ("WARC-Concurrent-To", response_id),
        ("Content-Type", "application/http; msgtype=request"),
    ]
    return (
        _record(kind, response_id, response, block, exchange),
        _record("request", request_id, request, exchange.request, exchange),
    )


def _answer(
    exchange: Exchange, original: Original | None, digest: str
) -> tuple[str, list[Field], bytes]:
    """Type, special fields and block of the record that holds the answer."""
    if original is None:
        fields = [("WARC-Payload-Digest", digest)]
        if exchange.truncated:
            fields.append(("WARC-Truncated", exchange.truncated))
        return "response", fields, exchange.response
    head, _ = http1.split(exchange.response)
    is_unmodified = http1.status(head) == 304
    fields = [
        ("WARC-Profile", NOT_MODIFIED if is_unmodified else IDENTICAL_PAYLOAD),
        ("WARC-Refers-To", original.record_id),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        ("WARC-Payload-Digest", original.digest),
    ]
    if is_unmodified:
        return "revisit", fields, exchange.response
    return "revisit", [*fields, ("WARC-Truncated", "length")], head


def _common_fields(exchange: Exchange) -> list[Field]:
    fields = [("WARC-Target-URI", exchange.url), ("WARC-Date", warc_date(exchange.started))]
    if exchange.ip_address:
        fields.append(("WARC-IP-Address", exchange.ip_address))
    fields += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    if exchange.cipher_suite:
        fields.append(("WARC-Cipher-Suite", exchange.cipher_suite))
    return fields


def _record(kind: str, id_: str, fields: list[Field], block: bytes, exchange: Exchange) -> Record:
    return Record(
        type=kind,
        url=exchange.url,
        date=exchange.started,
        id=id_,
        fields=(("WARC-Type", kind), ("WARC-Record-ID", id_), *fields),
        block=block,
    )


def warc_fields(lines: Iterable[Field]) -> str:
    """As a block of application/warc-fields has them, each on one line."""
    return "".join([f"{name}: {' '.join(value.split())}\r\n" for name, value in lines])


def metadata_record(about: Record, block: str, moment: datetime) -> Record:
    """What is known of a captured page beside its bytes, in ``warc_fields`` (WARC 1.1, 6.6)."""
    id_ = new_id()
    fields = (
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", id_),
        ("WARC-Target-URI", about.url or ""),
        ("WARC-Date", warc_date(moment)),
        ("WARC-Concurrent-To", about.id or ""),
        ("Content-Type", "application/warc-fields"),
    )
    return Record(
        type="metadata", url=about.url, date=moment, id=id_, fields=fields, block=block.encode()
    )


def warcinfo_record(filename: str, info: Mapping[str, str], moment: datetime) -> Record:
    """The first record of a file: who wrote it, with what, and how (WARC 1.1, 6.2)."""
    id_ = new_id()
    fields = (
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", id_),
        ("WARC-Date", warc_date(moment)),
        ("WARC-Filename", filename),
        ("Content-Type", "application/warc-fields"),
    )
    block = warc_fields(info.items()).encode()
    return Record(type="warcinfo", url=None, date=moment, id=id_, fields=fields, block=block)


def gzip_member(record: Record, warcinfo_id: str | None = None) -> bytes:
    """The record as one whole gzip member; the block goes in untouched.

    Raises nothing: what comes from an ``Exchange`` is always writable.
    """
    lines = [f"{name}: {value}" for name, value in record.fields if name != "Content-Type"]
    if warcinfo_id:
        lines.insert(2, f"WARC-Warcinfo-ID: {warcinfo_id}")
    told = (
        f"WARC-Block-Digest: {sha1(record.block)}",
        f"Content-Type: {record.field('Content-Type') or ''}",
        f"Content-Length: {len(record.block)}",
    )
    header = "\r\n".join((VERSION, *lines, *told, "", "")).encode()
    size = http1.head_length(record.block)
    body = memoryview(record.block)[size:]
    return gzip_member_of(header + record.block[:size], b"".join((body, _END)))
