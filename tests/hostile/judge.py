"""Holds the WARC files of a crawl against the hostile server's log, exchange by exchange."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .server import Exchange
from .strict import Record

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_ID = re.compile(r"<urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_CODING = re.compile(rb"\ntransfer-encoding[ \t]*:(?:\r?\n[ \t]|[ \t])*chunked", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\r\n]*)?\r?\n")
CLOCK = 1.5  # seconds by which WARC-Date may differ from when the server had the request
LONGEST = 60  # bytes shown of a block that differs


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and of which exchange (case/route#number) or record."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A response record, and the request record that names it."""

    response: Record
    request: Record | None


def judge(records: Sequence[Record], log: Sequence[Exchange]) -> list[Fault]:
    """All faults: records that are missing, not asked for, or not what the server saw."""
    faults = list(_structure(records))
    pairs = _pairs(records)
    for url, exchanges in _by_url(log).items():
        wanted = [exchange for exchange in exchanges if is_wanted(exchange)]
        found = pairs.pop(url, [])
        faults += _count(url, wanted, found)
        for exchange, pair in zip(wanted, found, strict=False):
            faults += [Fault(exchange.label, what) for what in _exchange(exchange, pair)]
    faults += [
        Fault(url, f"{len(found)} records of it; never asked") for url, found in pairs.items()
    ]
    return faults


def is_wanted(exchange: Exchange) -> bool:
    """A record must come of it: some of the response was sent."""
    return exchange.answer.recorded and bool(exchange.response)


def report(log: Sequence[Exchange], faults: Sequence[Fault]) -> str:
    """One line for each exchange, with its faults under it, and the sum."""
    by_place = defaultdict(list)
    for fault in faults:
        by_place[fault.where].append(fault.what)
    lines = []
    for exchange in log:
        what = by_place.pop(exchange.label, [])
        verdict = "FAULT" if what else ("exact" if is_wanted(exchange) else "none wanted")
        lines.append(f"{verdict:12} {exchange.label} ({exchange.ended})")
        lines += [f"{'':12}   {one}" for one in what]
    lines += [f"FAULT        {where}: {one}" for where, what in by_place.items() for one in what]
    wanted = [exchange for exchange in log if is_wanted(exchange)]
    wrong = {fault.where for fault in faults}
    exact = sum(exchange.label not in wrong for exchange in wanted)
    lines.append(f"{exact} of {len(wanted)} exchanges exact, {len(faults)} faults")
    return "\n".join(lines)


def payload(block: bytes) -> bytes:
    """The body of an HTTP message without its transfer coding, its content coding kept."""
    end = _BLANK_LINE.search(block)
    if not end:
        return b""
    head, body = block[: end.end()], block[end.end() :]
    return _unchunk(body) if _CODING.search(head) else body


def _unchunk(body: bytes) -> bytes:
    """The data of all chunks, of the last one as far as it came; a body without chunks as it is.

    Lines may end in LF alone (RFC 9112, 2.2).
    """
    data, position = b"", 0
    while size := _SIZE.match(body, position):
        if not int(size[1], 16):
            return data
        end = size.end() + int(size[1], 16)
        data += body[size.end() : end]
        position = end + (2 if body.startswith(b"\r", end) else 1)
    return data if position else body


def _by_url(log: Sequence[Exchange]) -> dict[str, list[Exchange]]:
    found: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in log:
        found[exchange.url].append(exchange)
    return found


def _pairs(records: Sequence[Record]) -> dict[str, list[Pair]]:
    """Response records in the order of their dates, by URL, each with its request record."""
    requests = {
        target: record
        for record in records
        if record.type == "request"
        for target in record.all("WARC-Concurrent-To")
    }
    responses = [record for record in records if record.type in ("response", "revisit")]
    responses.sort(key=lambda record: record.one("WARC-Date") or "")
    pairs: dict[str, list[Pair]] = defaultdict(list)
    for record in responses:
        url = record.one("WARC-Target-URI") or ""
        pairs[url].append(Pair(record, requests.get(record.id)))
    return pairs


def _count(url: str, wanted: Sequence[Exchange], found: Sequence[Pair]) -> Iterator[Fault]:
    for exchange in wanted[len(found) :]:
        yield Fault(exchange.label, "no record")
    for pair in found[len(wanted) :]:
        yield Fault(url, f"a record too many: {pair.response.block[:LONGEST]!r}")


def _structure(records: Sequence[Record]) -> Iterator[Fault]:
    """What holds for every record, whoever answered."""
    infos: dict[str, str] = {}
    seen: set[str] = set()
    targets = {name for record in records for name in record.all("WARC-Concurrent-To")}
    for record in records:
        where = f"{record.file} at {record.offset}"
        if record.file not in infos:
            infos[record.file] = record.id if record.type == "warcinfo" else ""
            if record.type != "warcinfo":
                yield Fault(where, "the file does not begin with a warcinfo record")
        elif record.one("WARC-Warcinfo-ID") != infos[record.file]:
            yield Fault(where, "WARC-Warcinfo-ID is not that of the file's warcinfo record")
        if not _ID.fullmatch(record.id) or record.id in seen:
            yield Fault(where, f"record id {record.id!r} is malformed or not unique")
        seen.add(record.id)
        if not _DATE.fullmatch(record.one("WARC-Date") or ""):
            yield Fault(where, f"WARC-Date {record.one('WARC-Date')} has no microseconds")
        if not digest_matches(record.one("WARC-Block-Digest"), record.block):
            yield Fault(where, "WARC-Block-Digest is missing or wrong")
        if record.type == "request" and record.id not in targets:
            yield Fault(where, "a request record that no response record names")


def digest_matches(labelled: str | None, data: bytes) -> bool:
    """Whether a labelled digest (sha1 or sha256, base32 or hexadecimal) is that of the data."""
    algorithm, _, value = (labelled or "").partition(":")
    if algorithm not in ("sha1", "sha256"):
        return False
    digest = hashlib.new(algorithm, data).digest()
    return value in (
        digest.hex(),
        base64.b32encode(digest).decode().rstrip("="),
        base64.b32encode(digest).decode(),
    )


def _exchange(exchange: Exchange, pair: Pair) -> Iterator[str]:
    yield from _response(exchange, pair.response)
    if not pair.request:
        yield "no request record names the response record"
        return
    yield from _request(exchange, pair.request)
    if pair.request.id not in pair.response.all("WARC-Concurrent-To"):
        yield "WARC-Concurrent-To of the response record does not name the request record"
    for name in ("WARC-Date", "WARC-Target-URI"):
        if pair.request.one(name) != pair.response.one(name):
            yield f"{name} differs between request and response record"


def _response(exchange: Exchange, record: Record) -> Iterator[str]:
    if record.type != "response":
        yield f"a {record.type} record instead of a response record"
    if record.one("Content-Type") not in (
        "application/http; msgtype=response",
        "application/http;msgtype=response",
    ):
        yield f"Content-Type {record.one('Content-Type')}"
    yield from _response_block(exchange, record.block)
    if record.one("WARC-Truncated") != exchange.answer.truncated:
        yield f"WARC-Truncated {record.one('WARC-Truncated')}, not {exchange.answer.truncated}"
    body = payload(record.block) if exchange.method != "HEAD" else b""
    labelled = record.one("WARC-Payload-Digest")
    if not digest_matches(labelled, body) and (body or labelled):
        yield f"WARC-Payload-Digest {labelled} is missing or wrong"
    yield from _circumstances(exchange, record)


def _response_block(exchange: Exchange, block: bytes) -> Iterator[str]:
    sent = bytes(exchange.response)
    least = exchange.answer.at_least
    if least is None and block != sent:
        yield "response block: " + _difference(block, sent)
    elif least is not None and not (sent.startswith(block) and len(block) >= least):
        yield "response block is not the beginning: " + _difference(block, sent)


def _request(exchange: Exchange, record: Record) -> Iterator[str]:
    wanted = exchange.request
    if exchange.route == "absolute":  # what is meant for the proxy is no part of the exchange
        wanted = re.sub(rb"(?mi)^proxy-authorization:.*\r\n", b"", wanted, count=1)
    if record.block != wanted:
        yield "request block: " + _difference(record.block, wanted)
    if b"c2VjcmV0" in record.block or b"roxy-Auth" in record.block:
        yield "the request record tells the proxy's password"
    if record.one("Content-Type") not in (
        "application/http; msgtype=request",
        "application/http;msgtype=request",
    ):
        yield f"Content-Type of the request {record.one('Content-Type')}"
    if record.one("WARC-Truncated"):
        yield "WARC-Truncated on the request record"
    labelled = record.one("WARC-Payload-Digest")
    if labelled and not digest_matches(labelled, payload(record.block)):
        yield "WARC-Payload-Digest of the request record is wrong"
    yield from _circumstances(exchange, record)


def _circumstances(exchange: Exchange, record: Record) -> Iterator[str]:
    """Address, protocols, cipher and time, as the server knows them."""
    proxied = exchange.route in ("absolute", "connect")
    if record.one("WARC-IP-Address") != (None if proxied else "127.0.0.1"):
        yield f"WARC-IP-Address {record.one('WARC-IP-Address')}"
    protocols = ["http/1.1"]
    if exchange.protocol:
        protocols.append(exchange.protocol.lower().replace("v", "/"))
    if record.all("WARC-Protocol") != protocols:
        yield f"WARC-Protocol {record.all('WARC-Protocol')}, not {protocols}"
    if record.one("WARC-Cipher-Suite") != exchange.cipher:
        yield f"WARC-Cipher-Suite {record.one('WARC-Cipher-Suite')}, not {exchange.cipher}"
    moment = datetime.fromisoformat(record.one("WARC-Date") or "").timestamp()
    if abs(moment - exchange.received_at) > CLOCK:
        yield f"WARC-Date is {moment - exchange.received_at:+.1f} s from when the server had it"


def _difference(block: bytes, wanted: bytes) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(block, wanted, strict=False)) if a != b),
        min(len(block), len(wanted)),
    )
    shown = f"{block[at : at + LONGEST]!r} instead of {wanted[at : at + LONGEST]!r}"
    return f"{len(block)} bytes, not {len(wanted)}; differs at {at}: {shown}"
