"""``djeli crawl --from-archive``: the crawl again, with no server there, and nothing written."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from archive.asof import newest_until
from archive.index import Capture
from demo.__main__ import write_site_files
from demo.server import running
from tests.conftest import Djeli

SITES = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, djeli: Djeli) -> Path:
    """An archive of some outlets whose server has gone."""
    data_dir = tmp_path_factory.mktemp("home")
    with running() as server:
        write_site_files(server.outlets[:SITES], data_dir / "sites")
        ids = [outlet.id for outlet in server.outlets[:SITES]]
        assert djeli("crawl", *ids, "--data-dir", data_dir).returncode == 0
    return data_dir


def ids_of(home: Path) -> list[str]:
    return sorted(path.stem for path in (home / "sites").glob("*.toml"))


def contents(folder: Path) -> dict[str, str]:
    """Of every file, but for what SQLite lays beside a database while it is read."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def kept(line: str) -> dict[str, object]:
    """An article but for what was known of its site when it was read."""
    fields: dict[str, object] = json.loads(line)
    return {**fields, "provenance": {**fields["provenance"], "learned": None}}  # type: ignore[dict-item]


def test_the_crawl_comes_again_without_its_server_and_writes_nothing(
    home: Path, djeli: Djeli, tmp_path: Path
) -> None:
    before = contents(home)
    out = tmp_path / "again.jsonl"
    ran = djeli("crawl", *ids_of(home), "--from-archive", "-o", out, "--data-dir", home)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count("answers from the archive") == SITES
    assert contents(home) == before
    again = [kept(line) for line in out.read_text("utf-8").splitlines()]
    files = sorted((home / "articles").glob("*.jsonl"))
    first = [kept(line) for path in files for line in path.read_text("utf-8").splitlines()]
    by_id = {article["id"]: article for article in again}
    assert by_id == {article["id"]: article for article in first}
    assert len(again) == len(first) > 0


def test_it_comes_in_the_same_order_each_time(home: Path, djeli: Djeli) -> None:
    command = ["crawl", ids_of(home)[0], "--from-archive", "--data-dir", home]
    first, second = djeli(*command), djeli(*command)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout != ""
    moments = [json.loads(line)["fetched_at"] for line in first.stdout.splitlines()]
    assert moments == sorted(moments)


def test_a_file_that_cannot_be_written_is_named(home: Path, djeli: Djeli, tmp_path: Path) -> None:
    out = tmp_path / "no" / "x.jsonl"
    ran = djeli("crawl", ids_of(home)[0], "--from-archive", "-o", out, "--data-dir", home)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (1, 1)
    assert str(out) in ran.stderr


def test_as_of_a_day_before_there_is_nothing(home: Path, djeli: Djeli) -> None:
    command = ["crawl", ids_of(home)[0], "--from-archive", "--data-dir", home]
    ran = djeli(*command, "--as-of", "2001-01-01")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "0 answers from the archive" in ran.stderr
    assert "not in the archive" in ran.stderr


def test_a_page_that_is_not_in_the_archive_is_counted(
    home: Path, djeli: Djeli, tmp_path: Path
) -> None:
    import sqlite3
    from contextlib import closing

    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    name = ids_of(home)[0]
    files = sorted((home / "articles").glob("*.jsonl"))
    lines = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    lost = next(article["url"] for article in lines if article["site"] == name)
    with closing(sqlite3.connect(copy / "index.sqlite")) as database, database:
        database.execute("DELETE FROM capture WHERE url = ?", (lost,))
    ran = djeli("crawl", name, "--from-archive", "--data-dir", copy)
    assert ran.returncode == 0, ran.stderr
    assert f"{lost}: not in the archive" in ran.stderr
    assert lost not in {json.loads(line)["url"] for line in ran.stdout.splitlines()}


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--as-of", "2026-03-14"], 2, "--from-archive"),
        (["--from-archive", "--due"], 2, "--due"),
        (["--from-archive", "--json"], 2, "--json"),
        (["--from-archive", "--as-of", "lately"], 2, "--as-of"),
        (["--from-archive"], 1, "no archive in"),
    ],
)
def test_wrong_calls_get_one_clear_line(
    tmp_path: Path, djeli: Djeli, arguments: list[str], status: int, words: str
) -> None:
    ran = djeli("crawl", "radiookapi", *arguments, "--data-dir", tmp_path)
    assert ran.returncode == status
    assert len(ran.stderr.splitlines()) == 1
    assert words in ran.stderr


_CAPTURE = Capture(
    url="http://kibaru.example/", date="", status=200, mime=None, digest=None,
    truncated=None, record_id=None, file="a.warc.gz", offset=0, length=1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("2026-03-20", 3),
        ("2026-03-13", 1),
        ("2026-03-12", 1),
        ("2026-03-11", 0),
        ("2026-03-10", None),
    ],
)
def test_the_newest_good_capture_until_then(before: str, expected: int | None) -> None:
    """A 200 that broke off, a redirect, a 503, a revisit, a 304, a 404, a 200 that broke off."""
    kinds: list[dict[str, object]] = [
        {"truncated": "time"},
        {"status": 301, "location": "http://kibaru.example/b"},
        {"status": 503},
        {"type": "revisit"},
        {"status": 304, "type": "revisit"},
        {"status": 404},
        {"truncated": "length"},
    ]
    captures = [
        replace(_CAPTURE, date=f"2026-03-{10 + day}T06:00:00Z", **kind)  # type: ignore[arg-type]
        for day, kind in enumerate(kinds)
    ]
    moment = datetime.fromisoformat(before).replace(tzinfo=UTC)
    found = newest_until(captures, moment)
    assert (captures.index(found) if found else None) == expected
