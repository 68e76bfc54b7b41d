"""A header that is to the letter of the standard is read to the same end, line by line or as it is asked."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from madewarc import info, members, page

from archive.reader import Record, read_records
from archive.warcheader import HeaderError, PlainHeader, parse_warc

HEAD = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: <http://a.example/>\r\n"
    b"WARC-Date: 2026-03-14T00:00:00Z\r\nWARC-Protocol: h2\r\nWARC-Protocol: tls/1.3\r\nContent-Length: 12\r\n\r\n"
)
ASKED = ("version", "type", "url", "date", "id", "fields")
NAMES = ("WARC-Type", "warc-type", "WARC-Target-URI", "WARC-Record-ID", "WARC-Date", "WARC-Date ")
VALUES = (
    "response",
    "<http://a.example/>",
    "<>",
    "2026-03",
    "never",
    "a: b",
    " x",
    "x\x1c",
    "é",
    "",
)
LINES = st.tuples(
    st.sampled_from((*NAMES, "Content-Length", "Content-Length:", "\x1cWARC-Type", " folded", "X")),
    st.sampled_from((": ", ": ", ": ", ":", "", ":  ", ":\t")),
    st.one_of(st.sampled_from((*VALUES, "12", "-1", "9" * 19)), st.text(max_size=4)),
    st.sampled_from(("\r\n", "\r\n", "\r\n", "\n", " \r\n", "\r\r\n")),
)


@given(st.lists(LINES.map("".join), max_size=6), st.sampled_from(("", "Content-Length: 7\r\n")))
@example([], HEAD.decode().partition("\r\n")[2].removesuffix("\r\n"))
def test_what_is_asked_of_a_plain_header_is_what_all_its_lines_say(
    lines: list[str], more: str
) -> None:
    head = f"WARC/1.0\r\n{''.join(lines)}{more}\r\n".encode()
    plain = PlainHeader.of(head)
    if plain is None or len(plain) < len(head):
        return
    try:
        whole = parse_warc(head)
    except HeaderError:
        assert plain.length is None
        return
    assert not whole.oddities
    assert plain.length == whole.length
    assert [getattr(plain, name) for name in ASKED] == [getattr(whole, name) for name in ASKED]


def test_an_ordinary_header_is_plain() -> None:
    plain = PlainHeader.of(HEAD + b"HTTP/1.1 ...")
    assert plain is not None
    assert (len(plain), plain.length, plain.type) == (len(HEAD), 12, "response")
    assert (plain.url, plain.id, plain.version) == ("http://a.example/", "<urn:uuid:1>", "1.1")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\n", b"\n"),
        (b": h2", b":h2"),
        (b": h2", b": h\r2"),
        (b": h2", b": h2 "),
        (b": h2", b": h\r\n 2"),
        (b": h2", b": h\xc3\xa9"),
        (b": h2", b": WARC/1.0"),
        (b"WARC-Protocol: h2", b"Protocol h2"),
        (b"WARC/1.1", b"WARC/1.1 "),
        (b"WARC/1.1", b"HTTP/1.1"),
        (b"\r\n\r\n", b"\r\n"),
    ],
)
def test_any_other_is_left_to_the_careful_reader(old: bytes, new: bytes) -> None:
    assert PlainHeader.of(HEAD.replace(old, new)) is None


def test_a_record_that_was_not_asked_yet_is_a_record_like_others(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(members([info(), page()]))
    ((_, first), (_, second), (_, third)) = (list(read_records(path)) for _ in range(3))
    assert isinstance(first, Record)
    assert pickle.loads(pickle.dumps(first)) == second
    assert isinstance(third, Record)
    changed = replace(third, offset=0)
    assert (changed.url, changed.fields, changed.offset) == (second.url, second.fields, 0)
    assert hash(second) == hash(replace(changed, offset=second.offset))
    with pytest.raises(AttributeError, match="no urls"):
        getattr(first, "urls")  # noqa: B009 -- the type checker knows it, too
