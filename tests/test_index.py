"""What the index says of records, and that it takes everything or nothing."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.index import Capture, Index, capture_of
from archive.records import exchange_records, sha1
from tests.exchanges import BEGIN, exchange


def capture(number: int, **changes: object) -> Capture:
    record, _ = exchange_records(exchange(number, url="http://kibaru.example/a"))
    made = capture_of(replace(record, file="a.warc.gz", offset=number * 1000, length=900))
    assert made is not None
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_response_becomes_one_line() -> None:
    response, request = exchange_records(exchange(body=b"abc", truncated="length"))
    assert capture_of(replace(request, file="a", offset=0, length=1)) is None
    assert capture_of(response) is None  # not written yet
    assert capture_of(replace(response, file="a.warc.gz", offset=276, length=450)) == Capture(
        url="http://kibaru.example/2026/03/0",
        date="2026-03-14T09:26:53.589793Z",
        status=200,
        mime="text/html",
        digest=sha1(b"abc"),
        truncated="length",
        record_id=response.id,
        file="a.warc.gz",
        offset=276,
        length=450,
        coding="plain/identity",
    )


@pytest.mark.parametrize(
    ("block", "status", "mime"),
    [
        (b"HTTP/1.1 404 Not Found\r\n\r\n", 404, None),
        (b"HTTP/1.1 200 OK\ncontent-type:TEXT/PLAIN\n\nx", 200, "text/plain"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: caf\xe9/x\r\n\r\n", 200, "café/x"),
        (
            b"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n",
            200,
            "a/b",
        ),
        (b"nonsense", None, None),
        (b"", None, None),
    ],
)
def test_status_and_type_as_the_answer_gives_them(
    block: bytes, status: int | None, mime: str | None
) -> None:
    record, _ = exchange_records(exchange())
    made = capture_of(replace(record, block=block, file="a", offset=0, length=1))
    assert made is not None
    assert (made.status, made.mime) == (status, mime)


def test_the_newest_good_and_whole_capture_of_a_span_of_time(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.add(
        [
            capture(1),
            capture(2),
            capture(3, status=503),
            capture(4, truncated="time"),
            capture(5, url="http://kibaru.example/b"),
            capture(9),
        ]
    )
    at = [BEGIN + timedelta(seconds=n) for n in range(10)]
    url = "http://kibaru.example/a"

    def offset(since: int, before: int) -> int | None:
        found = index.whole_between(url, at[since], at[before])
        return found.offset if found else None

    assert offset(0, 9) == 2000  # not the failure, not the cut one, not the one at the end itself
    assert offset(2, 9) == 2000
    assert offset(3, 9) is None
    assert offset(0, 2) == 1000
    assert index.latest(url) == capture(9, record_id=index.latest(url).record_id)  # type: ignore[union-attr]
    assert index.latest("http://kibaru.example/none") is None
    index.close()


def test_a_place_is_written_once(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.add([capture(1)])
    index.add([capture(1, status=301)])
    latest = index.latest("http://kibaru.example/a")
    assert latest is not None
    assert latest.status == 301
    assert index.end_of("a.warc.gz") == 1900
    assert index.end_of("b.warc.gz") == 0
    index.close()


def test_all_or_none(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    bad = capture(2, file=None)
    with pytest.raises(ArchiveError, match=r"index\.sqlite"):
        index.add([capture(1), bad])
    assert index.latest("http://kibaru.example/a") is None
    index.add([capture(1)])
    assert index.end_of("a.warc.gz") == 1900
    index.close()


def test_a_file_that_is_no_index_is_named(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"no database at all, but long enough to look at" * 100)
    with pytest.raises(ArchiveError, match=str(path)):
        Index(path)
    with pytest.raises(ArchiveError, match="none"):
        Index(tmp_path / "none" / "index.sqlite")


def _add_many(path: str, first: int) -> None:
    index = Index(Path(path))
    for number in range(first, first + 40):
        index.add([capture(number)])
    index.close()


def test_processes_write_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(2, mp_context=context) as apart:
        for task in [apart.submit(_add_many, str(path), first) for first in (0, 1000)]:
            task.result(30)
    index = Index(path)
    assert index.end_of("a.warc.gz") == 1039 * 1000 + 900
    assert all(
        index.whole_between(
            "http://kibaru.example/a",
            BEGIN + timedelta(seconds=n),
            BEGIN + timedelta(seconds=n + 1),
        )
        for n in range(40)
    )
    index.close()


def test_what_was_added_is_on_the_disk_after_a_sync(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.sync()  # nothing to do
    index.close()
    index.sync()  # the log has gone into the file
