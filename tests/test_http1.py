"""HTTP/1.x framing: whole, byte by byte, and with bytes that follow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import http1

FINAL = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", 200),
        (b"HTTP/1.0 404\r\n\r\n", 404),
        (b"http/1.1 301 x", 301),
        (b"HTTP/2 200", 200),
        (b"HTTP/1.1  200 OK", 200),
        (b"HTTP/1.1 2000 OK", None),
        (b"HTTP/1.1 20", None),
        (b"ICY 200 OK", None),
        (b"GET / HTTP/1.1", None),
        (b"", None),
    ],
)
def test_status(raw: bytes, expected: int | None) -> None:
    assert http1.status(raw) == expected


@pytest.mark.parametrize(
    ("before", "stays"),
    [
        (b"", False),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\n\n", False),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_interim_answers_are_skipped(before: bytes, stays: bool) -> None:
    assert http1.skip_interim(before + FINAL) == (before if stays else b"") + FINAL


def test_an_interim_answer_without_end_stays() -> None:
    assert http1.skip_interim(b"HTTP/1.1 103 x\r\nLink: <") == b"HTTP/1.1 103 x\r\nLink: <"


def test_many_interim_answers_take_linear_time() -> None:
    began = time.perf_counter()
    assert http1.skip_interim(b"HTTP/1.1 103 x\r\n\r\n" * 100_000 + FINAL) == FINAL
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("raw", "head", "body"),
    [
        (FINAL, FINAL[:-4], b"body"),
        (b"HTTP/1.1 200 OK\nA: b\n\nx\r\n\r\ny", b"HTTP/1.1 200 OK\nA: b\n\n", b"x\r\n\r\ny"),
        (b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n", b""),
        (b"HTTP/1.0 200 OK\r\nA: b\r\n", b"HTTP/1.0 200 OK\r\nA: b\r\n", b""),
        (b"", b"", b""),
    ],
)
def test_split(raw: bytes, head: bytes, body: bytes) -> None:
    assert http1.split(raw) == (head, body)


def test_headers_keep_order_and_repetition() -> None:
    head = b"HTTP/1.1 200 OK\r\nB: 1\r\na : 2\r\nB:3\r\nno colon\r\nF: x\r\n\t y\r\nL: \xe9\r\nE:\r\n\r\n"
    assert http1.headers(head) == [
        (b"B", b"1"),
        (b"a", b"2"),
        (b"B", b"3"),
        (b"F", b"x y"),
        (b"L", b"\xe9"),
        (b"E", b""),
    ]
    assert http1.header(head, b"b") == b"1"
    assert http1.header(head, b"missing") is None


@pytest.mark.parametrize(
    ("coding", "expected"),
    [
        (b"Transfer-Encoding: chunked", True),
        (b"transfer-encoding:CHUNKED", True),
        (b"Transfer-Encoding: gzip, chunked", True),
        (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", True),
        (b"Transfer-Encoding: chunked, gzip", False),
        (b"Transfer-Encoding: identity", False),
        (b"Content-Encoding: chunked", False),
    ],
)
def test_is_chunked(coding: bytes, expected: bool) -> None:
    assert http1.is_chunked(b"HTTP/1.1 200 OK\r\n" + coding + b"\r\n\r\n") is expected


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BODIES = [
    # body, payload, is_whole, wrong, surplus
    (b"3\r\nabc\r\n0\r\n\r\n", b"abc", True, False, 0),
    (b"3\nabc\n0\n\n", b"abc", True, False, 0),
    (b"0003;name=value\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", b"abc0123456789", True, False, 0),
    (b" 3 \r\nabc\r\n0\r\nX: y\r\nZ: w\r\n\r\n", b"abc", True, False, 0),
    (b"3\r\nabc\r\n0\r\n\r\nHTTP/1.1", b"abc", True, False, 8),
    (b"4\r\na\r\nb\r\n0\r\n\r\n", b"a\r\nb", True, False, 0),
    (b"5\r\nabc", b"abc", False, False, 0),
    (b"3\r\nabc\r\n", b"abc", False, False, 0),
    (b"3\r\nabc\r\n0\r\nX: y\r\n", b"abc", False, False, 0),
    (b"3\r\nabc\r\nzz\r\nmore", b"abc", False, True, 0),
    (b"3\r\nabcdef\r\n0\r\n\r\n", b"abc", False, True, 0),
    (b"3", b"", False, False, 0),
    (b"", b"", False, False, 0),
    (b"0\r\n\r\n", b"", True, False, 0),
    (b"<html>not in chunks</html>\n3\r\n", b"<html>not in chunks</html>\n3\r\n", False, True, 0),
    (b"<html>no line end", b"<html>no line end", False, False, 0),
    (b"-3\r\nabc\r\n", b"-3\r\nabc\r\n", False, True, 0),
]


@pytest.mark.parametrize(("body", "payload", "is_whole", "wrong", "surplus"), BODIES)
@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
def test_chunks_in_pieces_of_any_size(
    body: bytes, payload: bytes, is_whole: bool, wrong: bool, surplus: int, size: int
) -> None:
    dechunker = http1.Dechunker()
    found = b"".join(
        b"".join(dechunker.feed(body[at : at + size])) for at in range(0, len(body), size)
    )
    assert found + dechunker.end() == payload
    assert (dechunker.is_whole, dechunker.error is not None) == (is_whole, wrong)
    assert dechunker.surplus == surplus
    assert http1.payload(CHUNKED, body) == payload


def test_a_body_without_chunks_is_its_own_payload() -> None:
    assert (
        http1.payload(b"HTTP/1.1 200 OK\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n")
        == b"3\r\nabc\r\n0\r\n\r\n"
    )


@given(st.lists(st.binary(min_size=1, max_size=50)), st.binary(max_size=9))
def test_chunking_and_dechunking_round_trip(chunks: list[bytes], surplus: bytes) -> None:
    body = b"".join(b"%X\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    assert http1.payload(CHUNKED, body + b"0\r\n\r\n" + surplus) == b"".join(chunks)


@given(st.binary(max_size=200))
def test_any_bytes_have_a_payload(body: bytes) -> None:
    assert len(http1.payload(CHUNKED, body)) <= len(body)


def test_a_chunk_size_line_without_end_is_not_kept_for_ever() -> None:
    dechunker = http1.Dechunker()
    dechunker.feed(b"3\r\nabc\r\n")
    for _ in range(40):
        assert dechunker.feed(b"1" * 65536) == []
    assert dechunker.error is not None
