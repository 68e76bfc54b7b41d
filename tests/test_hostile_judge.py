"""The judge of the archive finds nothing in a perfect one, and every way to spoil it."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import uuid
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hostile.cases import CASES
from hostile.judge import is_wanted, judge, payload, report
from hostile.script import PLAIN
from hostile.server import Exchange, HostileServer
from hostile.strict import MalformedError, Record, read

NAMES = ("plain", "chunked-trailers", "103", "cut-body", "surplus-after-204", "ssh-banner", "kept")
INFO = "<urn:uuid:00000000-0000-4000-8000-000000000000>"


@pytest.fixture(scope="module")
def log() -> list[Exchange]:
    """A few exchanges, asked over plain sockets."""
    cases = [replace(case, routes=PLAIN) for case in CASES if case.name in NAMES]
    with HostileServer(cases) as server:
        for target in server.targets():
            port = server.port(f"own {target.case.name}" if target.case.own_port else "plain")
            with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
                for _ in range(target.case.requests):
                    sock.sendall(f"GET /{target.case.name} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    sock.recv(65536)
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
    return server.log


@pytest.fixture
def records(log: list[Exchange]) -> list[Record]:
    """A perfect archive of that log."""
    return [
        _info(),
        *(record for exchange in log if is_wanted(exchange) for record in _pair(exchange)),
    ]


def _info() -> Record:
    fields = (("WARC-Type", "warcinfo"), ("WARC-Record-ID", INFO), ("WARC-Date", _date(1.0)))
    block = b"software: judge\r\n"
    return _record((*fields, ("WARC-Block-Digest", _digest(block))), block)


def _pair(exchange: Exchange) -> tuple[Record, Record]:
    ids = [f"<urn:uuid:{uuid.uuid4()}>" for _ in range(2)]
    blocks = [bytes(exchange.response), exchange.request]
    return _of(exchange, "response", ids, blocks[0]), _of(exchange, "request", ids[::-1], blocks[1])


def _of(exchange: Exchange, kind: str, ids: list[str], block: bytes) -> Record:
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", ids[0]),
        ("WARC-Concurrent-To", ids[1]),
        ("WARC-Warcinfo-ID", INFO),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", _date(exchange.received_at)),
        ("WARC-IP-Address", "127.0.0.1"),
        ("WARC-Protocol", "http/1.1"),
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", f"application/http; msgtype={kind}"),
    ]
    if kind == "response":
        fields.append(("WARC-Payload-Digest", _digest(payload(block))))
        if exchange.answer.truncated:
            fields.append(("WARC-Truncated", exchange.answer.truncated))
    return _record(tuple(fields), block)


def _record(fields: tuple[tuple[str, str], ...], block: bytes) -> Record:
    return Record(file="perfect.warc.gz", offset=0, fields=fields, block=block)


def _date(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def _with(record: Record, name: str, value: str | None) -> Record:
    """The record with another value of that field, or without the field."""
    fields = [(k, value if k == name else v) for k, v in record.fields]
    return replace(record, fields=tuple((k, v) for k, v in fields if v is not None))


def _block(record: Record, block: bytes) -> Record:
    """The record with another block and the digests that go with it."""
    changed = replace(record, block=block)
    for name, data in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", payload(block))):
        changed = _with(changed, name, _digest(data))
    return changed


def _of_case(records: list[Record], name: str, kind: str) -> int:
    return next(
        i
        for i, r in enumerate(records)
        if r.type == kind and f"/{name}" in (r.one("WARC-Target-URI") or "")
    )


def test_a_perfect_archive_has_no_faults(records: list[Record], log: list[Exchange]) -> None:
    assert judge(records, log) == []
    assert report(log, []).endswith(
        f"{(len(records) - 1) // 2} of {len(records) // 2} exchanges exact, 0 faults"
    )


Spoil = Callable[[Record], Record | None]

SPOILT: list[tuple[str, str, str, Spoil, str]] = [
    ("a lost response", "plain", "response", lambda r: None, "no record"),
    ("a lost request", "plain", "request", lambda r: None, "no request record"),
    (
        "a changed byte",
        "plain",
        "response",
        lambda r: _block(r, r.block[:-9] + b"?" + r.block[-8:]),
        "response block",
    ),
    (
        "a missing last byte",
        "plain",
        "response",
        lambda r: _block(r, r.block[:-1]),
        "response block",
    ),
    (
        "a header of other case",
        "plain",
        "response",
        lambda r: _block(r, r.block.replace(b"Content-Type", b"content-type")),
        "response block",
    ),
    (
        "decoded chunks",
        "chunked-trailers",
        "response",
        lambda r: _block(r, _dechunked(r.block)),
        "response block",
    ),
    (
        "a lost trailer",
        "chunked-trailers",
        "response",
        lambda r: _block(r, r.block.replace(b"X-Time: 12\r\n", b"")),
        "response block",
    ),
    (
        "an interim answer",
        "103",
        "response",
        lambda r: _block(r, b"HTTP/1.1 103 Early Hints\r\n\r\n" + r.block),
        "response block",
    ),
    (
        "surplus bytes",
        "surplus-after-204",
        "response",
        lambda r: _block(r, r.block + b"a body where none may be"),
        "response block",
    ),
    (
        "a digest over chunks",
        "chunked-trailers",
        "response",
        lambda r: _with(r, "WARC-Payload-Digest", _digest(r.block.partition(b"\r\n\r\n")[2])),
        "WARC-Payload-Digest",
    ),
    (
        "a wrong block digest",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Block-Digest", _digest(b"")),
        "WARC-Block-Digest",
    ),
    (
        "no block digest",
        "plain",
        "request",
        lambda r: _with(r, "WARC-Block-Digest", None),
        "WARC-Block-Digest",
    ),
    (
        "no payload digest",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Payload-Digest", None),
        "WARC-Payload-Digest",
    ),
    (
        "no truncation",
        "cut-body",
        "response",
        lambda r: _with(r, "WARC-Truncated", None),
        "WARC-Truncated",
    ),
    (
        "another truncation",
        "cut-body",
        "response",
        lambda r: _with(r, "WARC-Truncated", "time"),
        "WARC-Truncated",
    ),
    (
        "a false truncation",
        "plain",
        "response",
        lambda r: replace(r, fields=(*r.fields, ("WARC-Truncated", "length"))),
        "WARC-Truncated",
    ),
    (
        "a changed request",
        "plain",
        "request",
        lambda r: _block(r, r.block.replace(b"Host: x", b"Host: y")),
        "request block",
    ),
    (
        "one-sided concurrence",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Concurrent-To", None),
        "WARC-Concurrent-To",
    ),
    (
        "concurrence with another",
        "plain",
        "request",
        lambda r: _with(r, "WARC-Concurrent-To", INFO),
        "no request record",
    ),
    (
        "no address",
        "plain",
        "response",
        lambda r: _with(r, "WARC-IP-Address", None),
        "WARC-IP-Address",
    ),
    (
        "no protocol",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Protocol", None),
        "WARC-Protocol",
    ),
    (
        "no warcinfo named",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Warcinfo-ID", None),
        "WARC-Warcinfo-ID",
    ),
    (
        "a date in whole seconds",
        "plain",
        "request",
        lambda r: _with(r, "WARC-Date", "2026-01-01T00:00:00Z"),
        "microseconds",
    ),
    (
        "a date of long ago",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Date", "2006-01-01T00:00:00.000000Z"),
        "WARC-Date",
    ),
    (
        "another URL",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Target-URI", "http://x.test/"),
        "never asked",
    ),
    (
        "a wrong content type",
        "plain",
        "response",
        lambda r: _with(r, "Content-Type", "text/html"),
        "Content-Type",
    ),
    (
        "an id used twice",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Record-ID", INFO),
        "not unique",
    ),
    (
        "a revisit",
        "plain",
        "response",
        lambda r: _with(r, "WARC-Type", "revisit"),
        "a revisit record",
    ),
]


def _dechunked(block: bytes) -> bytes:
    head = block.partition(b"\r\n\r\n")[0].replace(b"Transfer-Encoding: chunked\r\n", b"")
    return head + b"\r\n\r\n" + payload(block)


@pytest.mark.parametrize(
    ("how", "name", "kind", "spoil", "word"), SPOILT, ids=[s[0] for s in SPOILT]
)
def test_every_spoiling_is_noticed(
    records: list[Record],
    log: list[Exchange],
    how: str,
    name: str,
    kind: str,
    spoil: Spoil,
    word: str,
) -> None:
    at = _of_case(records, name, kind)
    spoilt = spoil(records[at])
    records[at : at + 1] = [spoilt] if spoilt else []
    faults = judge(records, log)
    assert any(word in fault.what for fault in faults), how
    assert "FAULT" in report(log, faults)


def test_records_of_what_must_leave_none_are_noticed(
    records: list[Record], log: list[Exchange]
) -> None:
    banner = next(exchange for exchange in log if exchange.case.name == "ssh-banner")
    faults = judge([*records, *_pair(banner)], log)
    assert [fault.where for fault in faults] == [banner.url]


def test_answers_that_changed_places_are_noticed(
    records: list[Record], log: list[Exchange]
) -> None:
    kept = [i for i, r in enumerate(records) if r.type == "response" and b"kept-" in r.block]
    first, second = records[kept[0]], records[kept[1]]
    records[kept[0]], records[kept[1]] = _block(first, second.block), _block(second, first.block)
    assert len(judge(records, log)) == 2


def _member(record: Record, version: str = "WARC/1.1") -> bytes:
    lines = [
        version,
        *(f"{k}: {v}" for k, v in record.fields),
        f"Content-Length: {len(record.block)}",
    ]
    head = "\r\n".join(lines).encode()
    packer = zlib.compressobj(wbits=31)
    return packer.compress(head + b"\r\n\r\n" + record.block + b"\r\n\r\n") + packer.flush()


def test_the_strict_reader_reads_what_is_right(records: list[Record], tmp_path: Path) -> None:
    path = tmp_path / "right.warc.gz"
    path.write_bytes(b"".join(_member(record) for record in records))
    found = read(path)
    assert [record.block for record in found] == [record.block for record in records]
    assert [record.fields[:-1] for record in found] == [record.fields for record in records]


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda data: data[:-5], "no end"),
        (lambda data: data + b"no gzip", "incorrect header check"),
        (lambda data: b"\x1f\x8b\x09" + data[3:], "compression method"),
    ],
)
def test_the_strict_reader_stops_at_damage(
    records: list[Record], tmp_path: Path, damage: Callable[[bytes], bytes], word: str
) -> None:
    path = tmp_path / "damaged.warc.gz"
    path.write_bytes(damage(_member(records[0])))
    with pytest.raises(MalformedError, match=re.escape(word)):
        read(path)


def test_the_strict_reader_takes_only_warc_1_1(records: list[Record], tmp_path: Path) -> None:
    path = tmp_path / "old.warc.gz"
    path.write_bytes(_member(records[0], "WARC/1.0"))
    with pytest.raises(MalformedError, match=r"WARC/1\.0"):
        read(path)
