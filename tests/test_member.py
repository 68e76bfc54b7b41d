"""A gzip member is read back by anybody's gzip, whether its body was deflated or stored."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.member import gzip_member_of, is_coded
from bench.madetext import made_texts

HEAD = b"WARC/1.1\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
NOISE = random.Random(1).randbytes(200_000)
TEXT = "".join(text for _, text in made_texts(16, 8000)).encode()


@given(head=st.binary(max_size=300), body=st.binary(max_size=5000))
def test_any_bytes_come_back(head: bytes, body: bytes) -> None:
    assert gzip.decompress(gzip_member_of(head, body)) == head + body


@pytest.mark.parametrize("size", [0, 1, 2047, 2048, 65534, 65535, 65536, 131_070, 200_000])
@pytest.mark.parametrize(
    "of", [NOISE, TEXT, gzip.compress(TEXT, mtime=0)], ids=["noise", "text", "gzip"]
)
def test_bodies_of_every_size_come_back_as_one_member(size: int, of: bytes) -> None:
    body = of[:size]
    inflate = zlib.decompressobj(31)
    assert inflate.decompress(gzip_member_of(HEAD, body)) == HEAD + body
    assert inflate.eof
    assert not inflate.unused_data


def test_text_is_deflated_and_what_is_coded_takes_no_more_than_it_has() -> None:
    assert not is_coded(TEXT)
    assert len(gzip_member_of(HEAD, TEXT)) <= 1.03 * len(gzip.compress(HEAD + TEXT, 9))
    assert is_coded(NOISE)
    assert len(gzip_member_of(HEAD, NOISE)) < len(NOISE) + len(HEAD) + 50


def test_text_with_a_coded_beginning_is_deflated() -> None:
    body = NOISE[:4096] + TEXT
    assert len(gzip_member_of(HEAD, body)) < 0.6 * len(body)
