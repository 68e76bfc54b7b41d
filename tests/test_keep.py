"""Acknowledged means durable and indexed, whatever happens next."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sqlite3
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.index import Index
from archive.keep import Archive, open_archive, release
from archive.reader import Record, read_records, record_at
from archive.warcfile import final_name, locate, open_files
from tests.exchanges import exchange

INFO = {"software": "test"}
FORKSERVER = multiprocessing.get_context("forkserver")


def rows(data_dir: Path) -> list[tuple[str, str, int]]:
    """Record id, file and offset of every capture in the index."""
    db = sqlite3.connect(data_dir / "index.sqlite")
    found = db.execute("SELECT record_id, file, offset FROM capture ORDER BY offset").fetchall()
    db.close()
    return found


def test_a_kept_exchange_is_on_disk_and_in_the_index(tmp_path: Path) -> None:
    archive = open_archive(tmp_path, INFO)
    record = archive.keep(exchange(7)).result(5)
    (path,) = open_files(tmp_path / "warc")
    assert record.file == path.name.removesuffix(".open")
    assert record.offset is not None
    on_disk = record_at(path, record.offset)
    assert (on_disk.id, on_disk.block) == (record.id, exchange(7).response)
    assert on_disk.length == record.length
    assert rows(tmp_path) == [(record.id, record.file, record.offset)]
    release(archive)
    assert [p.name for p in (tmp_path / "warc").iterdir()] == [record.file]
    assert locate(tmp_path / "warc", record.file) == tmp_path / "warc" / record.file


def test_the_request_follows_its_response(tmp_path: Path) -> None:
    archive = open_archive(tmp_path, INFO)
    futures = [archive.keep(exchange(n)) for n in range(50)]
    kept = [future.result(5) for future in futures]
    release(archive)
    (path,) = (tmp_path / "warc").iterdir()
    found = [record for record in read_records(path) if isinstance(record, Record)]
    assert [record.type for record in found] == ["warcinfo", *["response", "request"] * 50]
    assert [record.id for record in found[1::2]] == [record.id for record in kept]
    assert [r.field("WARC-Concurrent-To") for r in found[2::2]] == [r.id for r in kept]


def test_two_crawls_share_one_archive_and_the_last_closes_it(tmp_path: Path) -> None:
    first = open_archive(tmp_path, INFO)
    second = open_archive(tmp_path / "warc" / "..", {"software": "other"})
    assert first is second
    kept: list[Future[Record]] = []

    def crawl(base: int) -> None:
        kept.extend(first.keep(exchange(base + n)) for n in range(100))

    threads = [threading.Thread(target=crawl, args=(base,)) for base in (0, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    release(first)
    assert second.keep(exchange(5000)).result(5).id
    assert open_files(tmp_path / "warc")
    release(second)
    assert not open_files(tmp_path / "warc")
    release(second)
    ids = {future.result(0).id for future in kept}
    assert len(ids) == 200
    assert len(rows(tmp_path)) == 201
    with pytest.raises(ArchiveError, match="closed"):
        first.keep(exchange(1)).result(5)


def test_an_archive_in_which_nothing_was_kept_holds_no_file(tmp_path: Path) -> None:
    release(open_archive(tmp_path, INFO))
    assert list((tmp_path / "warc").iterdir()) == []


def _keep_and_wait(data_dir: str, count: int, told: Connection) -> None:
    archive = Archive(Path(data_dir), INFO)
    for number in range(count):
        record = archive.keep(exchange(number)).result(5)
        told.send((record.id, record.file, record.offset))
    told.send(None)
    threading.Event().wait()


def killed_after(data_dir: Path, count: int) -> list[tuple[str, str, int]]:
    """What a process had been told was kept, when it was killed."""
    ours, theirs = FORKSERVER.Pipe(duplex=False)
    process = FORKSERVER.Process(target=_keep_and_wait, args=(str(data_dir), count, theirs))
    process.start()
    acknowledged = list(iter(ours.recv, None))
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    ours.close()
    theirs.close()
    return acknowledged


def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    acknowledged = killed_after(tmp_path, 20)
    (left,) = open_files(tmp_path / "warc")
    with left.open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00half a member")
    archive = Archive(tmp_path, INFO)
    record = archive.keep(exchange(99)).result(5)
    archive.close()
    for id_, file_name, offset in acknowledged:
        assert record_at(tmp_path / "warc" / file_name, offset).id == id_
    assert {row[0] for row in rows(tmp_path)} == {id_ for id_, _, _ in acknowledged} | {record.id}
    for path in (tmp_path / "warc").iterdir():
        assert path.name.endswith(".warc.gz")
        assert all(isinstance(found, Record) for found in read_records(path))


@pytest.mark.parametrize("damage", ["DELETE FROM capture WHERE offset > 5000", "gone"])
def test_what_a_crash_left_unindexed_is_indexed(tmp_path: Path, damage: str) -> None:
    acknowledged = killed_after(tmp_path, 20)
    if damage == "gone":
        for path in tmp_path.glob("index.sqlite*"):
            path.unlink()
    else:
        db = sqlite3.connect(tmp_path / "index.sqlite")
        db.execute(damage)
        db.commit()
        db.close()
    Archive(tmp_path, INFO).close()
    assert rows(tmp_path) == acknowledged


def test_the_open_file_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    ours, theirs = FORKSERVER.Pipe(duplex=False)
    process = FORKSERVER.Process(target=_keep_and_wait, args=(str(tmp_path), 3, theirs))
    process.start()
    theirs.close()
    acknowledged = list(iter(ours.recv, None))
    (theirs_path,) = open_files(tmp_path / "warc")
    archive = Archive(tmp_path, INFO)
    record = archive.keep(exchange(50)).result(5)
    assert theirs_path in open_files(tmp_path / "warc")
    assert record.file != acknowledged[0][1]
    archive.close()
    assert open_files(tmp_path / "warc") == [theirs_path]
    process.kill()
    process.join()
    ours.close()
    Archive(tmp_path, INFO).close()
    assert {row[0] for row in rows(tmp_path)} == {a[0] for a in acknowledged} | {record.id}


def _fill(data_dir: str, limit: int) -> tuple[list[tuple[str, str, int]], list[str]]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    archive = Archive(Path(data_dir), INFO)
    futures = [archive.keep(exchange(number)) for number in range(300)]
    acknowledged, messages = [], []
    for future in futures:
        error = future.exception(30)
        if error is None:
            record = future.result()
            acknowledged.append((record.id or "", record.file or "", record.offset or 0))
        else:
            messages.append(str(error))
    archive.close()
    return acknowledged, messages


@pytest.mark.parametrize("limit", [60_000, 120_000])
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, limit: int) -> None:
    with ProcessPoolExecutor(1, mp_context=FORKSERVER) as apart:
        acknowledged, messages = apart.submit(_fill, str(tmp_path), limit).result(60)
    assert messages
    assert len(set(messages)) == 1
    assert str(tmp_path) in messages[0]
    found = {}
    for path in (tmp_path / "warc").iterdir():
        for record in read_records(path):
            assert isinstance(record, Record)
            found[record.id] = (final_name(path), record.offset)
    assert all(found[id_] == (file, offset) for id_, file, offset in acknowledged)
    Archive(tmp_path, INFO).close()
    assert {row[0] for row in rows(tmp_path)} >= {id_ for id_, _, _ in acknowledged}


def test_what_the_index_would_not_take_is_indexed_at_the_next_start(tmp_path: Path) -> None:
    archive = Archive(tmp_path, INFO)
    first = archive.keep(exchange(1)).result(5)
    db = sqlite3.connect(tmp_path / "index.sqlite")
    db.execute("CREATE TRIGGER no BEFORE INSERT ON capture BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert isinstance(archive.keep(exchange(2)).exception(5), ArchiveError)
    archive.close()
    db.execute("DROP TRIGGER no")
    db.close()
    (path,) = open_files(tmp_path / "warc")
    Archive(tmp_path, INFO).close()
    assert not path.exists()
    assert [row[0] == first.id for row in rows(tmp_path)] == [True, False]
    found = [
        r.id
        for r in read_records(tmp_path / "warc" / rows(tmp_path)[0][1])
        if isinstance(r, Record) and r.type == "response"
    ]
    assert found == [row[0] for row in rows(tmp_path)]


def test_an_unwritable_folder_is_named_before_anything_is_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(ArchiveError, match=str(blocked)):
        open_archive(blocked, INFO)
    (tmp_path / "d" / "index.sqlite").mkdir(parents=True)
    with pytest.raises(ArchiveError, match=r"d/index\.sqlite"):
        open_archive(tmp_path / "d", INFO)


def test_a_broken_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"not a database " * 500)
    with pytest.raises(ArchiveError, match=r"index\.sqlite"):
        open_archive(tmp_path, INFO)


def test_the_index_finds_what_was_kept_at_once(tmp_path: Path) -> None:
    archive = open_archive(tmp_path, INFO)
    index = Index(tmp_path / "index.sqlite")
    for number in range(5):
        record = archive.keep(exchange(number)).result(5)
        found = index.latest(f"http://kibaru.example/2026/03/{number}")
        assert found is not None
        assert found.record_id == record.id
    index.close()
    release(archive)
