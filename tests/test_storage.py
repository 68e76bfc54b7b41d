"""One set of verbs over a folder and over S3: whole, verified, the same errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive import storage
from archive.errors import ArchiveError


def _file(tmp_path: Path, content: bytes = b"0123456789" * 1000) -> Path:
    path = tmp_path / "here.bin"
    path.write_bytes(content)
    return path


def test_a_file_goes_there_and_back(place: str, tmp_path: Path) -> None:
    there = storage.joined(place, "warc", "a.warc.gz")
    assert not storage.exists(there)
    assert not storage.get(there, tmp_path / "back.bin")
    storage.put(_file(tmp_path), there)
    assert storage.exists(there)
    assert storage.size_of(there) == 10_000
    assert storage.get(there, tmp_path / "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == (tmp_path / "here.bin").read_bytes()
    assert storage.digest_of(there) == storage.digest_of(str(tmp_path / "here.bin"))


def test_a_part_is_read_where_it_lies(place: str, tmp_path: Path) -> None:
    there = storage.joined(place, "a.bin")
    storage.put(_file(tmp_path), there)
    with storage.opened(there) as file:
        file.seek(9_995)
        assert file.read() == b"56789"


def test_files_are_found_by_pattern_and_by_folder(place: str, tmp_path: Path) -> None:
    for name in ("warc/b.gz", "warc/a.gz", "articles/a.jsonl"):
        storage.put(_file(tmp_path), storage.joined(place, name))
    wanted = [storage.joined(place, "warc", name) for name in ("a.gz", "b.gz")]
    assert storage.matching(storage.joined(place, "warc", "*.gz")) == wanted
    assert storage.matching(wanted[0]) == wanted[:1]
    assert storage.names_in(storage.joined(place, "warc")) == ["a.gz", "b.gz"]
    assert storage.names_in(storage.joined(place, "nothing")) == []
    assert storage.matching(storage.joined(place, "nothing", "*")) == []


def test_a_file_moves_and_goes(place: str, tmp_path: Path) -> None:
    first, second = storage.joined(place, "in", "a"), storage.joined(place, "out", "a")
    storage.put(_file(tmp_path), first)
    storage.move(first, second)
    assert (storage.exists(first), storage.exists(second)) == (False, True)
    storage.remove(second)
    storage.remove(second)
    assert not storage.exists(second)


def test_what_is_there_is_sent_once_and_never_replaced(place: str, tmp_path: Path) -> None:
    there = storage.joined(place, "a.bin")
    storage.put_once(_file(tmp_path), there)
    storage.put_once(_file(tmp_path), there)
    with pytest.raises(ArchiveError, match="is there already and differs"):
        storage.put_once(_file(tmp_path, b"another"), there)
    assert storage.size_of(there) == 10_000


def test_what_is_missing_is_named(place: str) -> None:
    there = storage.joined(place, "gone.bin")
    with pytest.raises(ArchiveError, match=r"cannot read .*gone\.bin"):
        storage.digest_of(there)
    with pytest.raises(ArchiveError, match=r"gone\.bin"):
        storage.size_of(there)


def test_a_bucket_that_is_not_there_is_one_line(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as raised:
        storage.put(_file(tmp_path), "s3://nobodys-bucket/a.bin")
    assert "\n" not in str(raised.value)
    assert "s3://nobodys-bucket/a.bin" in str(raised.value)


def test_a_url_of_no_kind_is_an_error() -> None:
    with pytest.raises(ArchiveError, match="cannot look for nothing://a"):
        storage.exists("nothing://a/b")


def test_without_fsspec_the_line_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['fsspec'] = None\n"
        "from archive import storage\n"
        "from archive.errors import ArchiveError\n"
        "try:\n    storage.exists('s3://a/b')\n"
        "except ArchiveError as e:\n    print(e)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "requirements-cluster.txt" in ran.stdout
