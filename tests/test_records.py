"""What an exchange looks like as WARC 1.1, and that any bytes at all can be written and read back."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.reader import Record, read_records
from archive.records import exchange_records, gzip_member, new_id, sha1, warc_date, warcinfo_record
from tests.exchanges import BEGIN, exchange


def digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def test_response_and_request_name_each_other() -> None:
    response, request = exchange_records(exchange())
    assert (response.type, request.type) == ("response", "request")
    assert response.field("WARC-Concurrent-To") == request.id
    assert request.field("WARC-Concurrent-To") == response.id
    assert response.id != request.id
    assert response.id is not None
    assert response.id.startswith("<urn:uuid:")


def test_every_field_that_the_wire_told() -> None:
    response, request = exchange_records(exchange(truncated="time"))
    for record in (response, request):
        assert record.url == record.field("WARC-Target-URI") == "http://kibaru.example/2026/03/0"
        assert record.field("WARC-Date") == "2026-03-14T09:26:53.589793Z"
        assert record.field("WARC-IP-Address") == "127.0.0.9"
        assert record.all("WARC-Protocol") == ["http/1.1", "tls/1.3"]
        assert record.field("WARC-Cipher-Suite") == "TLS_AES_256_GCM_SHA384"
        kind = f"application/http; msgtype={record.type}"
        assert record.field("Content-Type") == kind
    assert response.field("WARC-Truncated") == "time"
    assert request.field("WARC-Truncated") is None


def test_what_is_unknown_is_left_out() -> None:
    bare = replace(exchange(), ip_address=None, protocols=(), cipher_suite=None)
    names = {name for record in exchange_records(bare) for name, _ in record.fields}
    absent = {"WARC-IP-Address", "WARC-Protocol", "WARC-Cipher-Suite", "WARC-Truncated"}
    assert not names & absent


@pytest.mark.parametrize(
    ("response", "payload"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", b"abc"),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n",
            b"abc",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n002;x=y\r\nab\r\n0\r\n\r\n",
            b"ab",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", b"abc"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK", b""),
    ],
)
def test_the_payload_digest_is_of_the_body_without_its_chunks(
    response: bytes, payload: bytes
) -> None:
    record, _ = exchange_records(replace(exchange(), response=response))
    assert record.field("WARC-Payload-Digest") == digest(payload) == sha1(payload)
    assert record.block == response


def test_a_member_is_one_whole_gzip_of_one_whole_record() -> None:
    response, _ = exchange_records(exchange())
    plain = gzip.decompress(gzip_member(response, "<urn:uuid:info>"))
    head, _, rest = plain.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "WARC/1.1"
    assert lines[1:4] == [
        "WARC-Type: response",
        f"WARC-Record-ID: {response.id}",
        "WARC-Warcinfo-ID: <urn:uuid:info>",
    ]
    assert f"WARC-Block-Digest: {digest(response.block)}" in lines
    assert f"Content-Length: {len(response.block)}" in lines
    assert rest == response.block + b"\r\n\r\n"


def test_warcinfo_cannot_be_broken_by_a_value() -> None:
    record = warcinfo_record("a.warc.gz", {"operator": "A\r\nB: c", "format": "WARC 1.1"}, BEGIN)
    assert record.block == b"operator: A B: c\r\nformat: WARC 1.1\r\n"
    assert record.field("WARC-Filename") == "a.warc.gz"
    assert record.field("Content-Type") == "application/warc-fields"


def test_dates_are_utc_with_microseconds_and_ids_are_fresh() -> None:
    assert warc_date(BEGIN.replace(microsecond=0)) == "2026-03-14T09:26:53.000000Z"
    assert len({new_id() for _ in range(100)}) == 100


@given(
    response=st.binary(max_size=400).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest),
    request=st.binary(max_size=200),
    path=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=40),
)
def test_any_bytes_come_back_from_three_readers(
    response: bytes, request: bytes, path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given_exchange = replace(
        exchange(), url=f"http://kibaru.example/{path}", request=request, response=response
    )
    records = exchange_records(given_exchange)
    data = b"".join(gzip_member(record) for record in records)
    path_ = tmp_path_factory.getbasetemp() / "any.warc.gz"
    path_.write_bytes(data)
    _same(records, path_, data)


def _same(records: tuple[Record, Record], path: Path, data: bytes) -> None:
    blocks = [record.block for record in records]
    ours = [found for found in read_records(path) if isinstance(found, Record)]
    assert [found.block for found in ours] == blocks
    assert [found.url for found in ours] == [record.url for record in records]
    assert [found.fields for found in ours] != []
    fast = FastIterator(io.BytesIO(data), parse_http=False)
    assert [record.reader.read() for record in fast] == blocks
    warcio = ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    assert [record.raw_stream.read() for record in warcio] == blocks
