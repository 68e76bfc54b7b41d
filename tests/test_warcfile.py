"""Files that are whole at every moment: places, names, rotation, locks, repair, full disks."""

from __future__ import annotations

import fcntl
import io
import multiprocessing
import os
import random
import re
import resource
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive.errors import ArchiveError
from archive.reader import Record, read_records, record_at
from archive.records import exchange_records
from archive.warcfile import Place, WarcFile, final_name, locate, open_files, repair
from tests.exchanges import exchange

NAME = re.compile(r"djeli-\d{17}-\d{5}-[^/]+\.warc\.gz")


def pair(number: int) -> list[Record]:
    return list(exchange_records(exchange(number)))


def written(folder: Path, count: int = 3) -> tuple[WarcFile, list[tuple[Place, Record]]]:
    """A file being written, and what is in it with its places."""
    file = WarcFile(folder, {"software": "test"})
    records = [record for number in range(count) for record in pair(number)]
    return file, list(zip(file.append(records), records, strict=True))


def kinds(path: Path) -> list[str]:
    return [r.type if isinstance(r, Record) else f"damage: {r}" for r in read_records(path)]


def test_every_reader_finds_each_record_at_its_place(tmp_path: Path) -> None:
    file, kept = written(tmp_path, 20)
    file.close()
    (path,) = tmp_path.iterdir()
    data = path.read_bytes()
    for place, record in kept:
        assert place.file == path.name
        found = record_at(path, place.offset)
        assert (found.id, found.block, found.length) == (record.id, record.block, place.length)
        with path.open("rb") as stream:
            stream.seek(place.offset)
            first = next(iter(ArchiveIterator(stream, no_record_parse=True)))
            assert first.rec_headers.get_header("WARC-Record-ID") == record.id
        member = data[place.offset : place.offset + place.length]
        (fast,) = FastIterator(io.BytesIO(member), parse_http=False)
        assert fast.record_id == record.id
    assert kept[-1][0].offset + kept[-1][0].length == len(data)


def test_the_first_record_is_a_warcinfo_that_the_others_name(tmp_path: Path) -> None:
    file, _ = written(tmp_path)
    file.close()
    (path,) = tmp_path.iterdir()
    info, *others = (found for found in read_records(path) if isinstance(found, Record))
    assert info.type == "warcinfo"
    assert info.field("WARC-Filename") == path.name
    assert info.block == b"software: test\r\n"
    assert {record.field("WARC-Warcinfo-ID") for record in others} == {info.id}


def test_the_name_says_open_until_closed(tmp_path: Path) -> None:
    file, kept = written(tmp_path)
    (path,) = open_files(tmp_path)
    assert path.name.endswith(".warc.gz.open")
    assert NAME.fullmatch(final_name(path))
    assert kept[0][0].file == final_name(path)
    assert locate(tmp_path, final_name(path)) == path
    assert kinds(path) == ["warcinfo", *["response", "request"] * 3]
    file.close()
    file.close()
    assert open_files(tmp_path) == []
    assert [p.name for p in tmp_path.iterdir()] == [final_name(path)]
    assert locate(tmp_path, final_name(path)).exists()


def test_nothing_written_leaves_nothing(tmp_path: Path) -> None:
    WarcFile(tmp_path, {}).close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    file = WarcFile(tmp_path, {}, max_bytes=6000)
    places = [place for number in range(30) for place in file.append(pair(number))]
    file.close()
    paths = sorted(tmp_path.iterdir())
    assert len(paths) > 3
    assert [path.name for path in paths] == sorted({place.file for place in places})
    for path in paths:
        assert NAME.fullmatch(path.name)
        assert kinds(path)[0] == "warcinfo"
        assert path.stat().st_size < 6000 + 4000
    infos = {next(iter(read_records(path))).id for path in paths}  # type: ignore[union-attr]
    assert len(infos) == len(paths)


def test_an_old_file_is_followed_by_another(tmp_path: Path) -> None:
    file = WarcFile(tmp_path, {}, max_seconds=0.05)
    file.append(pair(1))
    threading.Event().wait(0.06)
    file.append(pair(2))
    file.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_what_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    file, _ = written(tmp_path)
    (path,) = open_files(tmp_path)
    path_bytes = path.read_bytes()
    repair(path, 0, _never)
    assert path.read_bytes() == path_bytes
    file.append(pair(9))
    file.close()
    assert len(kinds(tmp_path / final_name(path))) == 9


def _never(place: Place, record: Record) -> None:
    raise AssertionError(f"{place}: {record.id}")


def test_a_file_that_has_just_been_closed_is_left_alone(tmp_path: Path) -> None:
    file, _ = written(tmp_path)
    (path,) = open_files(tmp_path)
    file.close()
    repair(path, 0, _never)
    assert not path.exists()
    path.symlink_to(tmp_path / "gone")
    repair(path, 0, _never)


def test_a_new_file_that_is_mistaken_for_a_crashs_is_not_written_into_the_void(
    tmp_path: Path,
) -> None:
    """Between its making and its locking an empty file may be taken and removed by a repair."""
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            for path in open_files(tmp_path):
                with suppress(FileNotFoundError):
                    if not path.stat().st_size:
                        repair(path, 0, lambda place, record: None)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    kept = []
    for number in range(60):
        file = WarcFile(tmp_path, {})
        kept += [(place, record) for record in pair(number) for place in file.append([record])]
        file.close()
    stop.set()
    sweeper.join()
    for place, record in kept:
        assert record_at(locate(tmp_path, place.file), place.offset).id == record.id


# What a crash may leave behind the last durable byte.


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _zeros(data: bytes, chance: random.Random) -> bytes:
    return _cut(data, chance) + bytes(chance.randrange(9000))


def _garbage(data: bytes, chance: random.Random) -> bytes:
    return _cut(data, chance) + chance.randbytes(chance.randrange(9000))


def _hole(data: bytes, chance: random.Random) -> bytes:
    """Later pages of a write reached the disk, earlier ones did not."""
    begin = chance.randrange(len(data))
    end = min(len(data), begin + chance.randrange(1, 5000))
    return data[:begin] + bytes(end - begin) + data[end:]


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(data))
    noise = chance.randbytes(min(len(data) - begin, chance.randrange(1, 300)))
    return data[:begin] + noise + data[begin + len(noise) :]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[tuple[Place, Record]]]:
    """A file's bytes, and its records with their places."""
    folder = tmp_path_factory.mktemp("sample")
    file, kept = written(folder, 8)
    file.close()
    (path,) = folder.iterdir()
    return path.read_bytes(), kept


@pytest.mark.parametrize("spoil", [_cut, _zeros, _garbage, _hole, _spoilt])
def test_repair_keeps_every_whole_record_and_no_half_one(
    tmp_path: Path, sample: tuple[bytes, list[tuple[Place, Record]]], spoil: object
) -> None:
    data, kept = sample
    for seed in range(60):
        chance = random.Random(seed)
        durable = chance.choice([0, *(place.offset for place, _ in kept)])
        left = data[:durable] + spoil(data[durable:], chance)  # type: ignore[operator]
        path = tmp_path / f"djeli-{seed}.warc.gz.open"
        path.write_bytes(left)
        told: dict[str | None, Place] = {}
        repair(path, durable, lambda place, record, told=told: told.update({record.id: place}))  # type: ignore[misc]
        wanted = [
            record.id
            for place, record in kept
            if left[place.offset : place.offset + place.length] == _member(data, place)
        ]
        assert not path.exists()
        final = tmp_path / f"djeli-{seed}.warc.gz"
        if not final.exists():
            assert not wanted, seed
            continue
        found = list(read_records(final))
        assert all(isinstance(f, Record) and f.length for f in found), (seed, found)
        records = [f for f in found if isinstance(f, Record)]
        ids = [record.id for record in records if record.type != "warcinfo"]
        assert ids == wanted, seed
        assert records[-1].offset + records[-1].length == final.stat().st_size  # type: ignore[operator]
        for place, record in kept:
            if place.offset >= durable and record.id in ids:
                assert record_at(final, told[record.id].offset).id == record.id, seed
        assert [p.name for p in tmp_path.iterdir() if p.name != final.name] == [], seed
        final.unlink()


def _member(data: bytes, place: Place) -> bytes:
    return data[place.offset : place.offset + place.length]


def test_repair_of_a_file_shorter_than_its_index_makes_it_no_longer(
    tmp_path: Path, sample: tuple[bytes, list[tuple[Place, Record]]]
) -> None:
    data, _ = sample
    path = tmp_path / "djeli-1.warc.gz.open"
    path.write_bytes(data)
    repair(path, len(data) + 5000, _never)
    assert (tmp_path / "djeli-1.warc.gz").read_bytes() == data


def test_bytes_that_cannot_be_read_are_not_cut_off(
    tmp_path: Path, sample: tuple[bytes, list[tuple[Place, Record]]], monkeypatch: object
) -> None:
    data, _ = sample
    path = tmp_path / "djeli-1.warc.gz.open"
    path.write_bytes(data)
    assert isinstance(monkeypatch, pytest.MonkeyPatch)

    def unreadable(path: Path, start: int) -> Iterator[Record]:
        raise ArchiveError(f"cannot read {path}") from OSError(5, "Input/output error")

    monkeypatch.setattr("archive.warcfile.read_records", unreadable)
    with pytest.raises(ArchiveError, match="cannot read"):
        repair(path, 0, _never)
    assert path.read_bytes() == data


# Full disks, in a process of their own: a limit on file sizes cannot be taken back.


def _write_until_full(folder: str, limit: int, batch: int) -> tuple[list[tuple[Place, str]], str]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    file, acknowledged, message = WarcFile(Path(folder), {}), [], ""
    for number in range(0, 400, batch):
        records = [record for n in range(number, number + batch) for record in pair(n)]
        try:
            places = file.append(records)
        except ArchiveError as e:
            message = str(e)
            break
        acknowledged += [(p, r.id or "") for p, r in zip(places, records, strict=True)]
    file.close()
    return acknowledged, message


@pytest.mark.parametrize("batch", [1, 7])
@pytest.mark.parametrize("limit", [100, 5_000, 5_001, 20_000, 65_536])
def test_a_full_disk_ends_at_a_whole_record(tmp_path: Path, limit: int, batch: int) -> None:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context) as apart:
        task = apart.submit(_write_until_full, str(tmp_path), limit, batch)
        acknowledged, message = task.result(30)
    assert re.fullmatch(rf"cannot write {tmp_path}/\S+\.open: File too large", message)
    paths = list(tmp_path.iterdir())
    if limit == 100:
        assert (paths, acknowledged) == ([], [])
        return
    (path,) = paths
    found = [record for record in read_records(path) if isinstance(record, Record)]
    assert len(found) == len(list(read_records(path)))
    assert [record.id for record in found[1:]] == [id_ for _, id_ in acknowledged]
    last = found[-1]
    assert (last.offset or 0) + (last.length or 0) == path.stat().st_size <= limit
    for place, id_ in acknowledged:
        assert record_at(path, place.offset).id == id_


def test_after_a_full_disk_there_may_be_room_again(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context) as apart:
        ids, found = apart.submit(_fill_then_go_on, str(tmp_path)).result(30)
    assert ids == found


def _fill_then_go_on(folder: str) -> tuple[list[str | None], list[str | None]]:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    file, ids = WarcFile(Path(folder), {}), []
    for number in range(40):
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000 if number % 10 == 9 else 10**6, hard))
        records = pair(number)
        try:
            file.append(records)
        except ArchiveError:
            continue
        ids += [record.id for record in records]
    file.close()
    (path,) = Path(folder).iterdir()
    found = [record for record in read_records(path) if isinstance(record, Record)]
    return ids, [record.id for record in found if record.type != "warcinfo"]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(ArchiveError, match=str(blocked)):
        WarcFile(blocked, {}).append(pair(1))
    with pytest.raises(ArchiveError, match=str(tmp_path / "none")):
        WarcFile(tmp_path / "none", {}).append(pair(1))


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    """In a child process, which leaves root's rights behind if it has them."""
    tmp_path.chmod(0o500)
    child = os.fork()
    if not child:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            WarcFile(tmp_path, {}).append(pair(1))
        except ArchiveError as e:
            os._exit(0 if f"{tmp_path}" in str(e) and "Permission denied" in str(e) else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    tmp_path.chmod(0o700)


def test_the_lock_is_held_while_writing(tmp_path: Path) -> None:
    file, _ = written(tmp_path)
    (path,) = open_files(tmp_path)
    with path.open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    file.close()
