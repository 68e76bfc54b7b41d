"""An exchange becomes WARC 1.1 records, and a record becomes one gzip member."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import http1
from archive.exchange import Exchange
from archive.reader import Record

VERSION = "WARC/1.1"
GZIP_LEVEL = 6  # level 9 costs the same bytes within 1 % on HTML and up to twice the time

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

Field = tuple[str, str]


class _Writer(WARCWriter):  # type: ignore[misc]
    """Warcio would digest the chunks of a chunked payload (webrecorder/warcio#74): ours to give."""

    NO_PAYLOAD_DIGEST_TYPES = tuple(WARCWriter.WARC_RECORDS)


def sha1(data: bytes) -> str:
    """A labelled digest as WARC and CDX tools write it: ``sha1:`` and base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


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


def exchange_records(exchange: Exchange, original: Original | None = None) -> tuple[Record, Record]:
    """The response record and the request record, each naming the other as concurrent.

    With an ``original`` the first is a revisit of it: server-not-modified for a 304, else
    identical-payload-digest with the head alone as its block (WARC 1.1, 6.7).
    """
    response_id, request_id = new_id(), new_id()
    common = _common_fields(exchange)
    kind, special, block = _answer(exchange, original)
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


def _answer(exchange: Exchange, original: Original | None) -> tuple[str, list[Field], bytes]:
    """Type, special fields and block of the record that holds the answer."""
    head, body = http1.split(exchange.response)
    if original is None:
        fields = [("WARC-Payload-Digest", sha1(http1.payload(head, body)))]
        if exchange.truncated:
            fields.append(("WARC-Truncated", exchange.truncated))
        return "response", fields, exchange.response
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


def metadata_record(about: Record, lines: Sequence[Field], moment: datetime) -> Record:
    """What is known of a captured page beside its bytes (WARC 1.1, 6.6)."""
    id_ = new_id()
    fields = (
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", id_),
        ("WARC-Target-URI", about.url or ""),
        ("WARC-Date", warc_date(moment)),
        ("WARC-Concurrent-To", about.id or ""),
        ("Content-Type", "application/warc-fields"),
    )
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in lines)
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
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in info.items())
    return Record(
        type="warcinfo", url=None, date=moment, id=id_, fields=fields, block=block.encode()
    )


def gzip_member(record: Record, warcinfo_id: str | None = None) -> bytes:
    """The record as one whole gzip member; the block goes in untouched.

    Raises nothing: what comes from an ``Exchange`` is always writable.
    """
    fields = list(record.fields)
    if warcinfo_id:
        fields.insert(2, ("WARC-Warcinfo-ID", warcinfo_id))
    content_type = record.field("Content-Type")
    plain = io.BytesIO()
    _Writer(plain, gzip=False, warc_version=VERSION).write_record(
        ArcWarcRecord(
            "warc",
            "response"
            if record.type == "revisit"
            else record.type,  # warcio drops a revisit's block
            StatusAndHeaders("", [f for f in fields if f[0] != "Content-Type"], protocol=VERSION),
            io.BytesIO(record.block),
            None,  # parsed HTTP headers would be written anew, not as they came
            content_type,
            len(record.block),
        )
    )
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return compressor.compress(plain.getvalue()) + compressor.flush()
