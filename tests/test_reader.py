"""Records out of files of any make, with their places, and no more memory than is right."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastWarcIterator
from fastwarc.warc import WarcRecordType
from madewarc import (
    BODY,
    HEAD,
    PAGE,
    URL,
    Made,
    asked,
    chunked,
    info,
    members,
    page,
    valid,
)
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcshapes import SHAPES, read

from archive.errors import ArchiveError
from archive.reader import read_records, record_at

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_file_gives_the_same_records(tmp_path: Path, shape: str) -> None:
    records, damages = read(tmp_path / "named.badly", SHAPES[shape])
    assert [r.block for r in records] == [m.block for m in valid()]
    assert [dict(r.fields) for r in records] == [m.all_fields() for m in valid()]
    assert damages == []


def test_a_record_and_its_place(tmp_path: Path) -> None:
    path = tmp_path / "made.warc.gz.open"
    records, _ = read(path, members(valid()))
    first, second = len(info().member()), len(page().member())
    found = records[1]
    assert (found.file, found.offset, found.length) == ("made.warc.gz", first, second)
    assert (found.type, found.url, found.id, found.version) == ("response", URL, PAGE, "1.1")
    assert found.date == datetime(2026, 3, 14, 9, 26, 53, 589793, UTC)
    assert found.field("warc-ip-address") == "192.0.2.7"
    assert (found.block_length, found.rest, found.within, found.oddities) == (
        len(HEAD + BODY),
        0,
        0,
        (),
    )
    assert record_at(path, first) == found
    assert next(iter(read_records(path, first))) == found


@pytest.mark.parametrize("shape", ["plain", "a member a record", "EXTRA fields", "stored members"])
def test_the_places_tile_the_file(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "made"
    records, _ = read(path, SHAPES[shape])
    end = 0
    for record in records:
        assert record.offset == end
        assert record_at(path, end) == record
        end += record.length or 0
    assert end == path.stat().st_size


def test_records_that_share_a_member_have_no_length(tmp_path: Path) -> None:
    records, _ = read(tmp_path / "made", SHAPES["one member"])
    assert {(r.offset, r.length) for r in records} == {(0, None)}
    assert [r.within for r in records] == [
        sum(len(m.plain()) for m in valid()[:n]) for n in range(len(valid()))
    ]


def test_other_readers_agree(tmp_path: Path) -> None:
    path = tmp_path / "made.warc.gz"
    records, _ = read(path, members(valid()))
    blocks = [record.block for record in records]
    with path.open("rb") as file:
        assert blocks == [r.raw_stream.read() for r in WarcioIterator(file, no_record_parse=True)]
    with path.open("rb") as file:
        every = FastWarcIterator(file, parse_http=False, record_types=WarcRecordType.any_type)
        assert blocks == [record.reader.read() for record in every]


ARC = (
    b"filedesc://a.arc 192.0.2.1 20080430204825 text/plain 71\n"
    b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-le\n\n"
)
ARC_PAGE = b"HTTP/1.1 200 OK\r\n\r\n<p>salut</p>"
ARC_RECORD = b"http://news.example/a b 192.0.2.7 20080430204830 text/html %d\n" % len(ARC_PAGE)
ARC_FILE = ARC + ARC_RECORD + ARC_PAGE + b"\n" + ARC_RECORD + ARC_PAGE + b"\n"


@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_arc_files_are_read_too(tmp_path: Path, squeeze: type) -> None:
    records, damages = read(tmp_path / "old.arc", squeeze(ARC_FILE))
    assert [r.type for r in records] == ["warcinfo", "response", "response"]
    assert (records[1].url, records[1].version) == ("http://news.example/a b", "arc")
    assert records[2].block == ARC_PAGE
    assert records[1].date == datetime(2008, 4, 30, 20, 48, 30, tzinfo=UTC)
    assert damages == []


def test_a_damaged_arc_record_is_passed_over(tmp_path: Path) -> None:
    data = ARC_FILE.replace(b"text/html 31", b"text/html -1", 1)
    assert data != ARC_FILE
    records, damages = read(tmp_path / "old.arc", data)
    assert ([r.type for r in records], len(damages)) == (["warcinfo", "response"], 1)


TOLERATED = {
    "LF in the header": page().plain().replace(b"\r\n", b"\n", 11),
    "CR CR LF": page().head().replace(b"\r\n", b"\r\r\n") + page().block + b"\r\n\r\n",
    "lower-case names": page().plain().replace(b"WARC-Target-URI", b"warc-target-uri"),
    "angle brackets": page().header(WARC_Target_URI=f"<{URL}>").plain(),
    "a folded line": page().plain().replace(b"msgtype", b"\r\n msgtype"),
    "no id": page().header(WARC_Record_ID=None).plain(),
    "no date": page().header(WARC_Date=None).plain(),
    "a date that is none": page().header(WARC_Date="yesterday").plain(),
    "no line end after": replace(page(), end=b"").plain(),
    "one line end after": replace(page(), end=b"\n").plain(),
    "many line ends after": replace(page(), end=b"\r\n" * 9).plain(),
    "line ends before": b"\r\n\r\n" + page().plain(),
    "a line without colon": page().plain().replace(b"WARC-IP-Address: ", b"WARC-IP-Address "),
    "Latin-1": page().plain().replace(b"192.0.2.7", b"192.0.2.7\xe9"),
    "WARC 0.17": replace(page(), version="WARC/0.17").plain(),
    "WARC 1.0": replace(page(), version="WARC/1.0").plain(),
}


@pytest.mark.parametrize("what", TOLERATED)
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_odd_records_are_read(tmp_path: Path, what: str, squeeze: type) -> None:
    data = squeeze(TOLERATED[what]) + squeeze(chunked().plain())
    records, damages = read(tmp_path / "odd", data)
    assert [r.block for r in records] == [page().block, chunked().block]
    assert records[0].url == URL
    assert damages == []


def test_spaces_in_a_target_uri_stay(tmp_path: Path) -> None:
    spaced = page().header(WARC_Target_URI="http://news.example/a b c").plain()
    records, _ = read(tmp_path / "odd", spaced)
    assert records[0].url == "http://news.example/a b c"


def test_a_record_without_block(tmp_path: Path) -> None:
    empty = Made(kind="metadata", id=PAGE, block=b"")
    records, damages = read(tmp_path / "made", empty.member() + empty.plain()[:0])
    assert ([r.block for r in records], damages) == ([b""], [])


FOREIGN = {
    b"<html>a page</html>": "first bytes are b'<html>a page</html>'",
    gzip.compress(b"a page"): "not a WARC or ARC file",
    b"PK\x03\x04 and so on": "ZIP",
    b"\x28\xb5\x2f\xfd and so on": "zstd",
}


@pytest.mark.parametrize("data", FOREIGN)
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ArchiveError, match="other: not a WARC or ARC file") as caught:
        read(tmp_path / "other", data)
    assert FOREIGN[data] in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"none\.warc\.gz: no such file"):
        list(read_records(tmp_path / "none.warc.gz"))
    with pytest.raises(ArchiveError, match="cannot read"):
        list(read_records(tmp_path))


def test_a_block_that_is_too_large_to_keep(tmp_path: Path) -> None:
    """300 MB in a process of less than 200 MB; its digest is known all the same."""
    path = tmp_path / "large.warc.gz"
    size = 300 << 20
    zeros = zlib.compressobj(1, wbits=31)
    digest = "sha1:" + "A" * 32
    made = Made(kind="resource", id=PAGE, block=b"").header(
        Content_Length=str(size), WARC_Block_Digest=digest
    )
    expected = hashlib.sha1()
    with path.open("wb") as file:
        file.write(zeros.compress(made.head()))
        for _ in range(300):
            expected.update(bytes(1 << 20))
            file.write(zeros.compress(bytes(1 << 20)))
        file.write(zeros.compress(b"\r\n\r\n") + zeros.flush() + asked().member())
    script = (
        "import re, sys; from pathlib import Path; from archive.reader import read_records\n"
        "large, small = read_records(Path(sys.argv[1]))\n"
        "print(large.block_length, len(large.block), large.measures.block['sha1'].hex(),"
        " small.type, re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    length, kept, digest, following, kilobytes = done.stdout.split()
    assert (int(length), int(kept), following) == (size, 1 << 20, "request")
    assert digest == expected.hexdigest()
    assert int(kilobytes) < 200 << 10


def test_a_large_record_among_small_ones_is_read_like_them(tmp_path: Path) -> None:
    large = replace(page(), block=HEAD + bytes(range(256)) * (36 << 10))
    made = [info(), large, page(), large, page()]
    records, damages = read(tmp_path / "large.warc.gz", members(made))
    assert [r.block for r in records] == [m.block for m in made]
    assert [r.length for r in records] == [len(m.member()) for m in made]
    assert damages == []
