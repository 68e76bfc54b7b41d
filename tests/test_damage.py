"""What is damaged is named, everything intact is found, and nothing takes for ever."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from madewarc import (
    BODY,
    HEAD,
    Made,
    chunked,
    info,
    members,
    page,
    valid,
)
from warcshapes import SHAPES, plain, read

from archive.errors import ArchiveError, DamagedRecordError
from archive.reader import Record, read_records, record_at


def damaged(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


IN_MEMBERS, FLAT = members(valid()), plain(valid())
AT = len(info().member())  # the page's member
PAGE_LENGTH = len(page().member())
FLAT_AT = len(info().plain())
DAMAGES = {
    # data, lost records, offset, words of the reason
    "deflate data": (damaged(IN_MEMBERS, AT + 40, bytes(30)), [1], AT, "deflate|checksum"),
    "the checksum of other bytes": (
        IN_MEMBERS[:AT]
        + gzip.compress(page().header(WARC_Block_Digest=None).plain())[:-8]
        + bytes(8)
        + IN_MEMBERS[AT + PAGE_LENGTH :],
        [1],
        AT,
        "checksum",
    ),
    "a member's magic": (damaged(IN_MEMBERS, AT, b"XX"), [1], AT, "no gzip member"),
    "a member cut": (IN_MEMBERS[: AT + 60] + IN_MEMBERS[AT + PAGE_LENGTH :], [1], AT, ""),
    "a member cut in its trailer": (
        IN_MEMBERS[: AT + PAGE_LENGTH - 5] + IN_MEMBERS[AT + PAGE_LENGTH :],
        [],
        AT,
        "checksum",
    ),
    "bytes between members": (
        IN_MEMBERS[:AT] + b"garbage" + IN_MEMBERS[AT:],
        [],
        AT,
        "gzip member",
    ),
    "zeros between members": (
        IN_MEMBERS[:AT] + bytes(512) + IN_MEMBERS[AT:],
        [],
        AT,
        "gzip member",
    ),
    "a member of other things": (
        IN_MEMBERS[:AT] + gzip.compress(b"not a record") + IN_MEMBERS[AT:],
        [],
        AT,
        "no record begins",
    ),
    "the first member": (damaged(IN_MEMBERS, 0, b"XXXX"), [0], 0, "no record|gzip"),
    "a version line": (damaged(FLAT, FLAT_AT, b"CRAW"), [1], FLAT_AT, "between records"),
    "the first version line": (damaged(FLAT, 0, b"CRAW"), [0], 0, "no record begins"),
    "Content-Length too long": (
        FLAT.replace(b"Content-Length: %d" % len(HEAD + BODY), b"Content-Length: 99%d" % len(BODY)),
        [1],
        FLAT_AT,
        "Content-Length",
    ),
    "Content-Length too short": (
        FLAT.replace(b"Content-Length: %d" % len(HEAD + BODY), b"Content-Length: 9", 1),
        [1],
        FLAT_AT,
        "Content-Length",
    ),
    "Content-Length a word": (
        FLAT.replace(b"Content-Length: %d" % len(HEAD + BODY), b"Content-Length: many", 1),
        [1],
        FLAT_AT,
        "no number",
    ),
    "no Content-Length": (
        FLAT[:FLAT_AT] + page().header(Content_Length=None).plain() + chunked().plain(),
        [1, 2, 4],
        FLAT_AT,
        "without Content-Length",
    ),
    "Content-Length past the member": (
        info().member() + page().header(Content_Length="99999").member() + chunked().member(),
        [1, 2, 4],
        AT,
        "leads past the gzip member",
    ),
    "bytes between records": (
        FLAT[:FLAT_AT] + b"garbage" + FLAT[FLAT_AT:],
        [],
        FLAT_AT,
        "between records",
    ),
    "a header cut": (
        FLAT[: FLAT_AT + 70] + b"".join(r.plain() for r in valid()[2:]),
        [1],
        FLAT_AT,
        "breaks off",
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_what_is_intact_is_found_again(tmp_path: Path, what: str) -> None:
    data, lost, offset, words = DAMAGES[what]
    records, damages = read(tmp_path / "damaged.warc.gz", data)
    assert [r.block for r in records] == [m.block for n, m in enumerate(valid()) if n not in lost]
    assert [(d.file, d.offset, d.torn) for d in damages] == [("damaged.warc.gz", offset, False)]
    assert any(word in damages[0].reason for word in words.split("|"))
    assert str(damages[0]).startswith(f"damaged.warc.gz at byte {offset}: ")


@pytest.mark.parametrize("kept", [1, 3, 9, 30, 200, -9, -1])
def test_a_file_that_is_being_written_ends_torn(tmp_path: Path, kept: int) -> None:
    whole, last = members(valid()[:-1]), valid()[-1].member()
    path = tmp_path / "made.warc.gz.open"
    records, damages = read(path, whole + last[:kept])
    assert [r.block for r in records if r.length] == [m.block for m in valid()[:-1]]
    assert [(d.offset, d.torn) for d in damages] == [(len(whole), True)]


@pytest.mark.parametrize("kept", [2, 9, 60, 300, -30])
def test_a_plain_file_ends_torn_too(tmp_path: Path, kept: int) -> None:
    whole, last = plain(valid()[:-1]), valid()[-1].plain()
    records, damages = read(tmp_path / "made.warc", whole + last[:kept])
    assert len(records) == len(valid()) - 1
    assert [(d.offset, d.torn) for d in damages] == [(len(whole), True)]


@pytest.mark.parametrize(
    "data", [b"", bytes(600), b"\x1f", b"\x1f\x8b\x08\0", IN_MEMBERS[:14], b"WARC/"]
)
def test_a_file_that_was_only_begun_is_torn(tmp_path: Path, data: bytes) -> None:
    records, damages = read(tmp_path / "made.warc.gz.open", data)
    assert (records, [(d.offset, d.torn) for d in damages]) == ([], [(0, True)])


@pytest.mark.parametrize("offset", [1, AT - 1, AT + 1, 10**9])
def test_no_record_begins_there(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "made.warc.gz"
    path.write_bytes(IN_MEMBERS)
    with pytest.raises(DamagedRecordError, match=rf"made\.warc\.gz at byte {offset}: "):
        record_at(path, offset)


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / "made.warc.gz"
    path.write_bytes(damaged(IN_MEMBERS, AT + 40, bytes(30)))
    with pytest.raises(DamagedRecordError, match=rf"at byte {AT}: "):
        record_at(path, AT)


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A file after one accident, and the blocks that it did not touch."""
    squeeze = draw(st.sampled_from([Made.plain, Made.member]))
    parts = [squeeze(record) for record in valid()]
    data = b"".join(parts)
    at = draw(st.integers(0, len(data) - 1))
    gone, put = draw(
        st.sampled_from([(len(data), b""), (1, b""), (7, b""), (0, b"?"), (0, b"\0" * 40)])
        | st.tuples(st.integers(0, 60), st.binary(max_size=60))
    )
    after = at + gone
    ends = [sum(map(len, parts[: n + 1])) for n in range(len(parts))]
    tail = 4 if squeeze is Made.plain else 0  # the line ends are not the record
    intact = [
        record.block
        for record, part, end in zip(valid(), parts, ends, strict=True)
        if end - tail <= at or (end - len(part) >= after and gone < len(data))
    ]
    spoilt = data[:at] + put + data[after:]
    assume(not spoilt.startswith(b"PK\x03\x04"))  # that is a ZIP file, whatever follows
    return spoilt, intact


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(case=spoiled())
def test_any_accident_leaves_the_other_records(
    tmp_path: Path, case: tuple[bytes, list[bytes]]
) -> None:
    data, intact = case
    path = tmp_path / "spoiled"
    path.write_bytes(data)
    try:
        found = [each.block for each in read_records(path) if isinstance(each, Record)]
    except ArchiveError:
        found = []
    assert [block for block in intact if block not in found] == []


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=st.binary(max_size=300), at=st.integers(0, 3000), squeeze=st.sampled_from(sorted(SHAPES))
)
def test_any_bytes_in_any_shape_never_raise(
    tmp_path: Path, data: bytes, at: int, squeeze: str
) -> None:
    path = tmp_path / "any"
    path.write_bytes(SHAPES[squeeze][:at] + data + SHAPES[squeeze][at + len(data) :])
    try:
        places = [(each.offset, each) for each in read_records(path)]
    except ArchiveError:
        places = []
    assert all(0 <= (offset or 0) <= path.stat().st_size for offset, _ in places)


NESTED = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x00\xff\xff\x00\x00"
LONG = b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: %d\r\n\r\nx\r\n\r\n"
HARD = {
    "headers without end": b"WARC/1.0\r\nWARC-Type: a\r\n" * 40_000,
    "lengths that overlap": b"".join(LONG % (n * 25) for n in range(20_000, 0, -1)),
    "members in members": info().member() + NESTED * 60_000,
    "magics": info().member() + NESTED[:10] * 60_000,
    "line ends": info().plain() + b"\r\n" * 500_000 + info().plain(),
    "wrong lengths in one member": gzip.compress((LONG % 90) * 20_000),
    "a bomb": gzip.compress(info().plain() + bytes(200_000_000)),
}


@pytest.mark.parametrize("what", HARD)
def test_nothing_takes_more_than_linear_time(tmp_path: Path, what: str) -> None:
    path = tmp_path / "hard"
    path.write_bytes(HARD[what])
    began = time.process_time()
    assert sum(1 for _ in read_records(path)) > 0
    assert time.process_time() - began < 10
