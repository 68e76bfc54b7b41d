"""Every kind of defect is found and named; what is only odd raises no alarm."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from madewarc import (
    AGAIN,
    ASKED,
    BODY,
    CHUNKED,
    CHUNKED_HEAD,
    CHUNKS,
    HEAD,
    PAGE,
    URL,
    Made,
    again,
    asked,
    chunked,
    info,
    members,
    page,
    response,
    sha1,
    valid,
)

from archive.errors import ArchiveError
from archive.verify import Fault, verify_file

ABSENT = "<urn:uuid:00000000-0000-4000-8000-999999999999>"


def instead(made: Made) -> bytes:
    """The valid file with one record in another form; it is told by its id."""
    ids = [record.id for record in valid()]
    records = valid()
    records[ids.index(made.id)] = made
    return members(records)


def with_body(block: bytes, payload: bytes, **more: str) -> bytes:
    """A valid file with another page, which no revisit refers to."""
    fields = {"WARC-Concurrent-To": ASKED, **more}
    return members([info(), response(PAGE, block, payload, **fields), asked(), chunked()])


def page_member() -> tuple[bytes, bytes, bytes]:
    """What comes before the page's member, it, and what comes after."""
    return info().member(), page().member(), members(valid()[2:])


def around(change: Callable[[bytes], bytes]) -> bytes:
    """The valid file with the bytes of the page's member changed."""
    before, member, after = page_member()
    return before + change(member) + after


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at:][1:]


def swapped(block: bytes) -> bytes:
    """A page whose block changed after its header was made."""
    before, _, after = page_member()
    return before + gzip.compress(page().head() + block + b"\r\n\r\n") + after


def unlike(old: bytes, new: bytes) -> bytes:
    """The valid file with bytes replaced in the page's header."""
    head = page().head()
    assert old in head
    before, _, after = page_member()
    return before + gzip.compress(head.replace(old, new) + page().block + b"\r\n\r\n") + after


def said_longer(by: int) -> bytes:
    head = HEAD.replace(b"%d" % len(BODY), b"%d" % (len(BODY) + by))
    return with_body(head + BODY, BODY)


CUT_CHUNKS = CHUNKED_HEAD + b"5\r\nune p\r\n"

DEFECTS: dict[str, tuple[str, bytes]] = {
    # gzip and the places of records
    "a bit of a member": ("damage", around(lambda m: flipped(m, 60))),
    "a bit of a member's checksum": ("damage", around(lambda m: flipped(m, len(m) - 8))),
    "a bit of a member's size": ("damage", around(lambda m: flipped(m, len(m) - 1))),
    "a member without its end": ("damage", around(lambda m: m[:-30])),
    "a file without its end": ("damage", members(valid())[:-30]),
    "a member's magic": ("damage", around(lambda m: b"\0" + m[1:])),
    "bytes between members": ("damage", around(lambda m: b"garbage" + m)),
    "bytes at the end": ("damage", members(valid()) + b"garbage"),
    "zeros at the end": ("damage", members(valid()) + bytes(100)),
    "a member of no record": ("damage", around(lambda m: gzip.compress(b"no record") + m)),
    "two records in a member": (
        "gzip",
        info().member() + gzip.compress(page().plain() + asked().plain()) + members(valid()[3:]),
    ),
    "a record in two members": (
        "gzip",
        around(lambda _: gzip.compress(page().plain()[:400]) + gzip.compress(page().plain()[400:])),
    ),
    # structure
    "Content-Length too long": ("damage", instead(page().header(Content_Length="99999"))),
    "Content-Length one too long": (
        "block-digest|structure",
        instead(page().header(Content_Length=str(len(page().block) + 1))),
    ),
    "Content-Length too short": ("damage", instead(page().header(Content_Length="9"))),
    "Content-Length missing": ("damage", instead(page().header(Content_Length=None))),
    "Content-Length a word": ("damage", instead(page().header(Content_Length="some"))),
    "one line end after the block": ("structure", instead(replace(page(), end=b"\r\n"))),
    "no line end after the block": ("structure", instead(replace(page(), end=b""))),
    "bare LF in the header": ("structure", unlike(b"\r\nWARC-IP", b"\nWARC-IP")),
    "a header line without colon": ("structure", unlike(b"WARC-IP-Address:", b"WARC-IP-Address")),
    "a header that is not UTF-8": ("structure", unlike(b"bamako", b"bamak\xe9")),
    "no version": ("damage", around(lambda _: gzip.compress(page().plain()[10:]))),
    "an unknown version": ("version", instead(replace(page(), version="WARC/1.7"))),
    # fields
    "WARC-Type missing": ("field", instead(page().header(WARC_Type=None))),
    "WARC-Record-ID missing": ("field", instead(page().header(WARC_Record_ID=None))),
    "WARC-Record-ID without brackets": ("field", instead(page().header(WARC_Record_ID=PAGE[1:-1]))),
    "an id twice": ("id", members([*valid(), page()])),
    "WARC-Date missing": ("field", instead(page().header(WARC_Date=None))),
    "WARC-Date no time": ("field", instead(page().header(WARC_Date="2026-02-30T00:00:00Z"))),
    "WARC-Date not in UTC": (
        "field",
        instead(page().header(WARC_Date="2026-03-14T00:00:00+01:00")),
    ),
    "WARC-Target-URI missing": ("field", instead(page().header(WARC_Target_URI=None))),
    "WARC-Target-URI no URI": ("field", instead(page().header(WARC_Target_URI="news.example"))),
    "WARC-Target-URI of a warcinfo": ("field", instead(info().header(WARC_Target_URI=URL))),
    "WARC-IP-Address none": ("field", instead(page().header(WARC_IP_Address="192.0.2.700"))),
    "WARC-Truncated unknown": ("truncated", instead(page().header(WARC_Truncated="yes"))),
    "WARC-Profile missing": ("field", instead(again().header(WARC_Profile=None))),
    "WARC-Filename of a response": ("field", instead(page().header(WARC_Filename="a.warc"))),
    "a field twice": ("field", unlike(b"WARC-IP", b"WARC-IP-Address: 192.0.2.8\r\nWARC-IP")),
    "WARC-Segment-Number a word": ("field", instead(page().header(WARC_Segment_Number="one"))),
    # digests
    "a byte of the block": ("block-digest", swapped(flipped(HEAD + BODY, len(HEAD + BODY) - 3))),
    "another block digest": ("block-digest", instead(page().header(WARC_Block_Digest=sha1(b"")))),
    "a digest cut": ("block-digest", instead(page().header(WARC_Block_Digest=sha1(b"")[:-1]))),
    "a digest without algorithm": (
        "block-digest",
        instead(page().header(WARC_Block_Digest=sha1(page().block)[5:])),
    ),
    "another payload digest": ("payload-digest", with_body(HEAD + BODY, b"other")),
    "a payload digest over the block": ("payload-digest", with_body(HEAD + BODY, HEAD + BODY)),
    "a payload digest over decoded bytes": (
        "payload-digest",
        with_body(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(BODY), BODY),
    ),
    # HTTP
    "no HTTP response": ("http", with_body(BODY, b"")),
    "no HTTP request": ("http", instead(replace(asked(), block=BODY))),
    "a request called response": (
        "http",
        instead(page().header(Content_Type="application/http; msgtype=request")),
    ),
    "another Content-Type": ("http", instead(page().header(Content_Type="text/html"))),
    "a body cut without flag": ("truncated", said_longer(9)),
    "no body without flag": ("truncated", with_body(HEAD, b"")),
    "a body longer than its head says": ("http-length", said_longer(-9)),
    "a head cut without flag": ("truncated", with_body(HEAD[:-9], b"")),
    "chunks cut without flag": ("truncated", instead(response(CHUNKED, CUT_CHUNKS, b"une p"))),
    "chunked that is not": ("chunks", instead(response(CHUNKED, CHUNKED_HEAD + BODY, BODY))),
    "a chunk with another size": (
        "chunks",
        instead(response(CHUNKED, CHUNKED_HEAD + b"3\r\nabcd\r\n0\r\n\r\n", b"abc")),
    ),
    "bytes after the last chunk": (
        "http-length",
        instead(response(CHUNKED, CHUNKED_HEAD + CHUNKS + b"more", b"une page entier")),
    ),
    # pairing
    "WARC-Concurrent-To dangles": ("pairing", instead(page().header(WARC_Concurrent_To=ABSENT))),
    "WARC-Concurrent-To itself": ("pairing", instead(page().header(WARC_Concurrent_To=PAGE))),
    "WARC-Warcinfo-ID dangles": ("pairing", instead(page().header(WARC_Warcinfo_ID=ABSENT))),
    "WARC-Warcinfo-ID of a page": ("pairing", instead(chunked().header(WARC_Warcinfo_ID=PAGE))),
    "WARC-Refers-To a revisit": (
        "pairing",
        members([*valid(), replace(again(), id=ABSENT).header(WARC_Refers_To=AGAIN)]),
    ),
    "WARC-Refers-To other payload": ("pairing", instead(again().header(WARC_Refers_To=CHUNKED))),
    "no warcinfo": ("pairing", members(valid()[1:])),
}


def faults_of(path: Path, data: bytes) -> list[Fault]:
    path.write_bytes(data)
    return list(verify_file(path))


@pytest.mark.parametrize("what", DEFECTS)
def test_every_defect_is_found(tmp_path: Path, what: str) -> None:
    checks, data = DEFECTS[what]
    faults = faults_of(tmp_path / "defect.warc.gz", data)
    assert {fault.check for fault in faults} & set(checks.split("|")), faults
    for fault in faults:
        assert str(fault).startswith("defect.warc.gz")
        assert "\n" not in str(fault)


def hex_sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def coded(coding: str, data: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(data)}\r\n\r\n"
    return with_body(head.encode() + data, data)


HEAD_ANSWER = [info(), response(PAGE, HEAD, b"", **{"WARC-Concurrent-To": ASKED}), asked("HEAD")]
CUT = {"WARC-Truncated": "disconnect"}

FINE = {
    "the valid file": members(valid()),
    "not compressed": b"".join(record.plain() for record in valid()),
    "brotli": coded("br", brotli.compress(BODY)),
    "gzip": coded("gzip", gzip.compress(BODY)),
    "an unknown coding": coded("zstd", b"\x28\xb5\x2f\xfd whatever"),
    "a body cut and flagged": with_body(HEAD + BODY[:99], BODY[:99], **CUT),
    "a head cut and flagged": with_body(HEAD[:-9], b"", **CUT),
    "chunks cut and flagged": instead(response(CHUNKED, CUT_CHUNKS, b"une p", **CUT)),
    "a payload digest over the chunks": instead(response(CHUNKED, CHUNKED_HEAD + CHUNKS, CHUNKS)),
    "fields of others": instead(page().header(X_Crawl_Depth="3", WARC_Page_ID="a", Note="é")),
    "no digests": instead(page().header(WARC_Block_Digest=None, WARC_Payload_Digest=None)),
    "sha256 in hexadecimal": instead(
        page().header(
            WARC_Block_Digest=hex_sha256(page().block), WARC_Payload_Digest=hex_sha256(BODY)
        )
    ),
    "md5": instead(page().header(WARC_Block_Digest="md5:" + hashlib.md5(page().block).hexdigest())),
    "base64": instead(
        page().header(
            WARC_Block_Digest="sha-1:"
            + base64.b64encode(hashlib.sha1(page().block).digest()).decode()
        )
    ),
    "a small-letter digest": instead(page().header(WARC_Block_Digest=sha1(page().block).lower())),
    "a digest nobody knows": instead(page().header(WARC_Block_Digest="blake3:abcdef")),
    "WARC 1.0": members([replace(r, version="WARC/1.0") for r in valid()]),
    "a date by the day": instead(page().header(WARC_Date="2026-03-14")),
    "small letters": unlike(b"WARC-Record-ID", b"warc-record-id"),
    "a folded line": unlike(b"msgtype", b"\r\n msgtype"),
    "spaces in a target": instead(page().header(WARC_Target_URI=URL + "/a b")),
    "brackets around a target": instead(page().header(WARC_Target_URI=f"<{URL}>")),
    "an answer to HEAD": members(HEAD_ANSWER),
    "an answer to HEAD, request first": members([HEAD_ANSWER[n] for n in (0, 2, 1)]),
    "204": with_body(b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "304": with_body(b"HTTP/1.1 304 x\r\nContent-Length: 99\r\n\r\n", b""),
    "until close": with_body(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, BODY),
    "LF in HTTP": with_body(b"HTTP/1.0 200 OK\nA: b\n\n" + BODY, BODY),
    "an early hint": with_body(b"HTTP/1.1 103 x\r\nA: b\r\n\r\n" + HEAD + BODY, BODY),
    "a revisit of another file": members([info(), again()]),
    "an unknown type": members([*valid(), Made(kind="screenshot", id=ABSENT, block=b"?")]),
    "an empty block": members([*valid(), Made(kind="metadata", id=ABSENT, block=b"")]),
    "two protocols": unlike(b"WARC-IP", b"WARC-Protocol: h1\r\nWARC-Protocol: tls/1.3\r\nWARC-IP"),
    "line ends before a record": around(lambda _: gzip.compress(b"\r\n" + page().plain())),
}


@pytest.mark.parametrize("what", FINE)
def test_what_is_only_odd_raises_no_alarm(tmp_path: Path, what: str) -> None:
    assert [str(f) for f in faults_of(tmp_path / "fine.warc.gz", FINE[what])] == []


def test_what_is_odd_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(FINE["a payload digest over the chunks"])
    verification = verify_file(path)
    assert list(verification) == []
    assert verification.notes == {"a payload digest over the chunks, as older tools write it": 1}


def test_a_member_of_many_records_is_one_fault(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(record.plain() for record in valid()))
    assert [f.check for f in faults_of(tmp_path / "whole.warc.gz", whole)] == ["gzip"]


def test_counts_and_progress(tmp_path: Path) -> None:
    path, steps = tmp_path / "made.warc.gz", []
    path.write_bytes(DEFECTS["WARC-Concurrent-To dangles"][1])
    verification = verify_file(path, lambda done, total: steps.append((done, total)))
    assert (verification.records, verification.faults) == (0, 0)
    faults = list(verification)
    assert (verification.records, verification.faults) == (len(valid()), len(faults))
    size = path.stat().st_size
    assert steps[-1] == (size, size)
    assert steps == sorted(steps)


def test_a_fault_says_where_and_what(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path / "made.warc.gz", DEFECTS["another payload digest"][1])
    assert (fault.offset, fault.record_id) == (len(info().member()), PAGE)
    assert str(fault) == (
        f"made.warc.gz at byte {fault.offset}: {PAGE}: "
        f"the payload is not what {sha1(b'other')} was made from"
    )


def test_files_that_are_none(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"<html>")
    with pytest.raises(ArchiveError, match="other: not a WARC or ARC file"):
        list(verify_file(other))
    with pytest.raises(ArchiveError, match="no such file"):
        list(verify_file(tmp_path / "none"))


def test_what_the_table_covers() -> None:
    assert len(DEFECTS) >= 60
    assert {check for checks, _ in DEFECTS.values() for check in checks.split("|")} >= {
        "damage",
        "gzip",
        "structure",
        "version",
        "field",
        "id",
        "block-digest",
        "payload-digest",
        "http",
        "http-length",
        "chunks",
        "truncated",
        "pairing",
    }
