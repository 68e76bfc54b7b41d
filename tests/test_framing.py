"""Answers to HTTP/1.1 requests: whole, in pieces of any size, and with bytes that follow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hostile.cases import CASES
from hostile.script import Send
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.framing import MAX_HEAD, MAX_HEADER_LINE, Framing

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def read(pieces: list[bytes], method: str = "GET") -> tuple[Framing, bytes]:
    """What is made of the pieces, and the body."""
    framing = Framing(method)
    return framing, b"".join(framing.feed(piece) for piece in pieces)


def outcome(pieces: list[bytes], method: str = "GET") -> tuple[Any, ...]:
    """All that may not depend on how the bytes are cut."""
    framing, body = read(pieces, method)
    open_ = (framing.head, body, framing.is_whole, framing.error is None, framing.surplus)
    framing.close()
    return (*open_, framing.is_whole)


@pytest.mark.parametrize(
    ("raw", "body", "is_whole", "surplus"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True, 0),
        (OK + b"Content-Length: 3\r\n\r\nabcde", b"abc", True, 2),
        (OK + b"Content-Length: 3\r\n\r\nab", b"ab", False, 0),
        (OK + b"Content-Length: 0\r\n\r\nab", b"", True, 2),
        (OK + b"Content-Length: 3, 3\r\ncontent-length: 03\r\n\r\nabc", b"abc", True, 0),
        (OK + b"\r\nabc", b"abc", False, 0),
        (OK + b"A: b\n\nabc", b"abc", False, 0),
        (b"HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc", b"", True, 3),
        (b"HTTP/1.1 304 No\r\nTransfer-Encoding: odd\r\n\r\n", b"", True, 0),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", b"abc", True, 0),
        (CHUNKED + b"3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\nmore", b"abc", True, 4),
        (CHUNKED + b"3\r\nab", b"ab", False, 0),
        (b"HTTP/1.1 103 Early\r\nA: b\r\n\r\n" * 3 + OK + b"\r\nab", b"ab", False, 0),
        (b"HTTP/1.1 101 Odd\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", b"a", True, 0),
    ],
)
def test_bodies(raw: bytes, body: bytes, is_whole: bool, surplus: int) -> None:
    framing, found = read([raw])
    assert (found, framing.is_whole, framing.surplus) == (body, is_whole, surplus)
    assert framing.error is None


def test_a_head_has_no_body_when_asked_for_alone() -> None:
    framing, body = read([OK + b"Content-Length: 9\r\n\r\nabc"], "HEAD")
    assert (body, framing.is_whole, framing.surplus) == (b"", True, 3)
    assert framing.head is not None
    assert framing.head.fields == {b"Content-Length": [b"9"]}


def test_fields_as_a_spider_sees_them() -> None:
    raw = (
        b"HTTP/1.1 200 OK\r\ncontent-type: a\r\nSET-COOKIE: 1\r\nConnection: x\r\nKeep-Alive: 5\r\n"
        b"no colon\r\n: no name\r\nX Y: z\r\nEtag : \t e \r\nset-cookie:2\r\nF: a\r\n\tb\r\n"
        b"C: a\rb\r\nContent-Length: 007\r\n\r\n"
    )
    framing, _ = read([raw])
    assert framing.head is not None
    assert list(framing.head.fields.items()) == [
        (b"Content-Length", [b"7"]),
        (b"Content-Type", [b"a"]),
        (b"Set-Cookie", [b"1", b"2"]),
        (b"Etag", [b"e"]),
        (b"F", [b"a b"]),
        (b"C", [b"a b"]),
    ]


@pytest.mark.parametrize(
    ("line", "fields", "is_kept"),
    [
        (b"HTTP/1.1 200", b"", True),
        (b"HTTP/1.1 200", b"Connection: Close\r\n", False),
        (b"HTTP/1.1 200", b"Connection: keep-alive\r\nconnection: x, CLOSE\r\n", False),
        (b"HTTP/1.0 200", b"", False),
        (b"http/1.0 200", b"Connection: Keep-Alive\r\n", True),
        (b"HTTP/1.0 200", b"Connection: keep-alive, close\r\n", False),
    ],
)
def test_whether_the_connection_is_kept(line: bytes, fields: bytes, is_kept: bool) -> None:
    framing, _ = read([line + b"\r\n" + fields + b"Content-Length: 0\r\n\r\n"])
    assert framing.head is not None
    assert framing.head.is_kept is is_kept


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"\r\n" + OK + b"\r\n", "status line"),
        (b"SSH-2.0-OpenSSH\r\n", "status line"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "status line"),
        (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length"),
        (OK + b"Content-Length: -1\r\n\r\n", "Content-Length"),
        (OK + b"Content-Length:\r\n\r\n", "Content-Length"),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "transfer coding"),
        (OK + b"Transfer-Encoding: identity\r\n\r\n", "transfer coding"),
        (OK + b"A: " + b"x" * MAX_HEADER_LINE, "too long"),
        (OK + b"A: " + b"x" * MAX_HEADER_LINE + b"\r\n\r\n", "too long"),
        (OK + b"A: xxxxxxxx\r\n" * (MAX_HEAD // 12), "too long"),
        (b"HTTP/1.1 103 Early\r\n\r\n" * (MAX_HEAD // 20), "too long"),
        (CHUNKED + b"zz\r\n", "chunk size"),
        (CHUNKED + b"1\r\nab\r\n", "line end"),
        (CHUNKED + b"1;" + b"x" * 5000 + b"\r\na\r\n", ""),
        (CHUNKED + (b"1;" + b"x" * 5000 + b"\r\na\r\n") * 300, "next to no data"),
        (CHUNKED + b"0\r\n" + b"X: yyyyyyyy\r\n" * 100_000, "next to no data"),
    ],
)
def test_what_is_no_answer(raw: bytes, word: str) -> None:
    framing, _ = read([raw[at : at + 65536] for at in range(0, len(raw), 65536)])
    assert word in (framing.error or "")
    assert (framing.error is None) is (word == "")
    assert not framing.is_whole


RESPONSES = [
    (case.method, b"".join(step.data for step in answer.steps if isinstance(step, Send))[:6000])
    for case in CASES
    for answer in case.answers
]


@given(st.sampled_from(RESPONSES), st.lists(st.integers(0, 6000), max_size=12))
def test_pieces_do_not_matter_to_hostile_answers(
    response: tuple[str, bytes], cuts: list[int]
) -> None:
    method, raw = response
    places = sorted({0, *(cut % (len(raw) + 1) for cut in cuts)})
    pieces = [raw[a:b] for a, b in zip(places, [*places[1:], len(raw)], strict=True)]
    assert outcome(pieces, method) == outcome([raw], method)


@pytest.mark.parametrize("response", RESPONSES)
def test_bytes_one_by_one(response: tuple[str, bytes]) -> None:
    method, raw = response[0], response[1][:1500]
    assert outcome([raw[at : at + 1] for at in range(len(raw))], method) == outcome([raw], method)


def test_heads_that_trickle_in_take_linear_time() -> None:
    raw = OK + b"X-Trickle: drop by drop\r\n" * 9000 + b"Content-Length: 1\r\n\r\na"
    began = time.perf_counter()
    framing, body = read([raw[at : at + 2] for at in range(0, len(raw), 2)])
    assert (body, framing.is_whole) == (b"a", True)
    assert time.perf_counter() - began < 5


_LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 103 Early", b"HTTP/1.1 304 No", b"A: b", b"",
        b"Content-Length: 3", b"Content-Length: 0", b"Transfer-Encoding: chunked", b" folded", b"\r",
        b"3", b"abc", b"0", b"2;x=y", b"no colon", b":", b"Connection: close", b"zz",
    ]
)  # fmt: skip
_ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r", b"\r\r\n"])


@given(
    st.lists(st.tuples(_LINES, _ENDS), max_size=12),
    st.binary(max_size=8),
    st.lists(st.integers(0, 200), max_size=6),
)
@example([(b"HTTP/1.1 200 OK", b"\r\n"), (b"", b"\n")], b"\r\n", [])
def test_pieces_do_not_matter_to_nonsense(
    lines: list[tuple[bytes, bytes]], after: bytes, cuts: list[int]
) -> None:
    raw = b"".join(line + end for line, end in lines) + after
    places = sorted({0, *(cut % (len(raw) + 1) for cut in cuts)})
    pieces = [raw[a:b] for a, b in zip(places, [*places[1:], len(raw)], strict=True)]
    assert outcome(pieces) == outcome([raw])


@given(st.binary(max_size=300), st.lists(st.binary(min_size=1, max_size=40)), st.booleans())
def test_what_is_sent_is_read(body: bytes, chunks: list[bytes], is_chunked: bool) -> None:
    if is_chunked:
        body = b"".join(chunks)
        sent = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
    else:
        sent = OK + b"Content-Length: %d\r\n\r\n" % len(body) + body
    framing, found = read([sent])
    assert (found, framing.is_whole, framing.error) == (body, True, None)
