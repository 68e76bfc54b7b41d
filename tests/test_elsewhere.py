"""A reading room over what many machines have uploaded: read where it lies, only what is new, by range."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import sqlite3
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from s3fs import S3FileSystem

from archive import storage
from crawler.web.app import application
from crawler.web.guard import loopback_names
from crawler.web.room import room_of
from tests.asking import ask
from tests.conftest import Crawled, Djeli
from tests.madewarc import members, valid
from tests.readingroom import Served
from tests.test_rebuild import table

ARTICLES = "SELECT id, url, canonical_url, site, language, moment, json FROM article"
CAPTURES = "SELECT * FROM capture"


def _upload(data_dir: Path, place: str) -> None:
    texts = {path.name: path.read_text() for path in data_dir.glob("sites/*.toml")}
    told = data_dir.parent / f"sites-{uuid.uuid4()}.json"
    told.write_text(json.dumps({"crawl": [], "files": texts}))
    storage.put(told, storage.joined(place, "sites.json"))
    told.unlink()
    for part in ("warc/*.warc.gz", "articles/*.jsonl"):
        for path in data_dir.glob(part):
            storage.put(path, storage.joined(place, path.parent.name, path.name))


def _derived(data_dir: Path) -> tuple[object, ...]:
    return (
        table(data_dir / "catalogue.sqlite", ARTICLES),
        table(data_dir / "index.sqlite", CAPTURES),
    )


def test_what_lies_elsewhere_is_taken_in_once(
    crawled: Crawled, place: str, tmp_path: Path, djeli: Djeli
) -> None:
    room = tmp_path / "room"
    _upload(crawled.data_dir, place)
    first = djeli("rebuild", "--from", place, "--data-dir", room)
    assert first.returncode == 0, first.stderr
    assert _derived(room) == _derived(crawled.data_dir)
    again = djeli("rebuild", "--from", place, "--data-dir", room)
    assert again.returncode == 0, again.stderr
    assert "0 records of 0 new WARC files indexed, 0 articles of 0 new" in again.stdout
    assert _derived(room) == _derived(crawled.data_dir)
    assert not (room / "warc").exists()
    own = {path.name: path.read_bytes() for path in crawled.data_dir.glob("sites/*.toml")}
    assert {path.name: path.read_bytes() for path in room.glob("sites/*.toml")} == own


def test_only_what_is_new_is_read(crawled: Crawled, tmp_path: Path, djeli: Djeli) -> None:
    (lines,) = (crawled.data_dir / "articles").glob("*.jsonl")
    whole = lines.read_bytes().splitlines(keepends=True)
    one, two, room = tmp_path / "one", tmp_path / "two", tmp_path / "room"
    for machine in (one, two):
        (machine / "articles").mkdir(parents=True)
    (one / "articles" / "day.jsonl").write_bytes(b"".join(whole[:10]) + whole[10][:50])
    (two / "articles" / "day.jsonl").write_bytes(b"".join(whole[20:30]))
    first = djeli("rebuild", "--from", one, two, "--data-dir", room)
    assert "20 articles of 2 new" in first.stdout, first.stderr
    (one / "articles" / "day.jsonl").write_bytes(b"".join(whole[:20]))
    shutil.copytree(crawled.data_dir / "warc", two / "warc")
    second = djeli("rebuild", "--from", one, "--from", two, "--data-dir", room)
    assert "10 articles of 1 new or longer lists" in second.stdout, second.stderr
    assert " records of 1 new WARC files" in second.stdout
    assert table(room / "catalogue.sqlite", ARTICLES) == [
        row
        for row in table(crawled.data_dir / "catalogue.sqlite", ARTICLES)
        if _is_in(row, whole[:30])
    ]


def _is_in(row: tuple[object, ...], lines: list[bytes]) -> bool:
    return any(str(row[0]) in line.decode()[:120] for line in lines)


def test_what_is_wrong_is_named(crawled: Crawled, tmp_path: Path, djeli: Djeli) -> None:
    store, room = tmp_path / "store", tmp_path / "room"
    _upload(crawled.data_dir, str(store))
    (store / "warc" / "broken.warc.gz").write_bytes(b"no WARC file at all, of any kind")
    (store / "articles" / "broken.jsonl").write_bytes(b'{"id": 3}\n')
    (store / "b").mkdir()
    (name,) = [path.name for path in (crawled.data_dir / "warc").glob("*.gz")]
    (store / "b" / name).write_bytes(members(valid()))
    outcome = djeli("rebuild", "--from", store, "--data-dir", room)
    assert outcome.returncode == 1
    told = outcome.stderr
    assert f"{store}/warc/broken.warc.gz: not a WARC or ARC file" in told
    assert f"{store}/articles/broken.jsonl: a line that is no article" in told
    assert f"{store}/warc/{name}: {store}/b/{name} has the same name" in told
    missing = djeli("rebuild", "--from", tmp_path / "nowhere", "--data-dir", room)
    assert missing.returncode == 1
    assert missing.stderr == f"djeli: cannot list {tmp_path}/nowhere: no such folder\n"
    refused = djeli("rebuild", "--data-dir", room)
    assert refused.returncode == 1
    assert "no folder warc" in refused.stderr


def test_a_bucket_that_is_not_there(bucket: str, tmp_path: Path, djeli: Djeli) -> None:
    outcome = djeli("rebuild", "--from", "s3://nobodys-bucket/x", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("djeli: cannot list s3://nobodys-bucket/x: ")


@contextmanager
def _room(data_dir: Path) -> Iterator[Served]:
    room = room_of(data_dir)
    yield Served(data_dir, room, application(room, loopback_names("127.0.0.1")))
    room.browser.close()
    room.captured.close()


def _an_article(data_dir: Path) -> tuple[str, str]:
    with sqlite3.connect(data_dir / "catalogue.sqlite") as database:
        row = database.execute("SELECT id, url FROM article ORDER BY id").fetchone()
    database.close()
    return row[0], row[1]


class _Counting(http.server.BaseHTTPRequestHandler):
    """Between S3 and its reader: counts the bytes of objects that are read."""

    behind = ""
    reads: list[tuple[str | None, int]]

    def do_GET(self) -> None:
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host",)}
        asked = urllib.request.Request(f"{self.behind}{self.path}", headers=headers)
        with urllib.request.urlopen(asked) as answer:
            body = answer.read()
            if self.path.split("?")[0].endswith(".gz"):
                self.reads.append((self.headers.get("Range"), len(body)))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("transfer-encoding", "connection", "server", "date"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@contextmanager
def _counted(behind: str) -> Iterator[tuple[str, list[tuple[str | None, int]]]]:
    reads: list[tuple[str | None, int]] = []
    handler = type("Counting", (_Counting,), {"behind": behind, "reads": reads})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", reads
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_room_reads_records_by_range(
    crawled: Crawled, bucket: str, tmp_path: Path, djeli: Djeli, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, room = f"{bucket}/{uuid.uuid4()}", tmp_path / "room"
    _upload(crawled.data_dir, place)
    assert djeli("rebuild", "--from", place, "--data-dir", room).returncode == 0
    id_, url = _an_article(room)
    (length,) = (
        row[0]
        for row in table(room / "index.sqlite", f"SELECT length FROM capture WHERE url = '{url}'")
    )
    with _counted(os.environ["AWS_ENDPOINT_URL"]) as (base, reads), _room(room) as served:
        monkeypatch.setenv("AWS_ENDPOINT_URL", base)
        S3FileSystem.clear_instance_cache()
        page = served(f"/replay/2026/{url}")
        shown = served(page.headers["location"])
        assert shown.status == 200
        assert [size for _, size in reads] == [length]
        assert served(page.headers["location"]).body == shown.body
        assert len(reads) == 1  # it is remembered
    S3FileSystem.clear_instance_cache()
    monkeypatch.undo()
    with _room(crawled.data_dir) as local, _room(room) as far:
        where = f"/article/{id_}/record.warc.gz"
        assert far(where).body == local(where).body
        assert far(f"/article/{id_}/json").body == local(f"/article/{id_}/json").body
        proved = ask(far.app, f"/article/{id_}/verify", method="POST")
        assert far.room.words["verified"] in proved.text
        storage.remove(f"{place}/warc/{_warc(crawled.data_dir).name}")
    with _room(room) as far:
        broken = ask(far.app, f"/article/{id_}/verify", method="POST")
        assert far.room.words["verified"] not in broken.text
        assert f"cannot read {place}/warc/" in broken.text


def _warc(data_dir: Path) -> Path:
    (path,) = (data_dir / "warc").glob("*.warc.gz")
    return path


def test_an_archive_in_a_bucket_is_verified_and_crawled_where_it_lies(
    crawled: Crawled, bucket: str, tmp_path: Path, djeli: Djeli
) -> None:
    place, room = f"{bucket}/{uuid.uuid4()}", tmp_path / "room"
    _upload(crawled.data_dir, place)
    assert djeli("rebuild", "--from", place, "--data-dir", room).returncode == 0
    here = djeli("verify", "--data-dir", crawled.data_dir)
    far = djeli("verify", "--data-dir", room)
    assert (far.returncode, far.stdout, far.stderr) == (0, "", here.stderr)
    files = djeli("verify", f"{place}/warc/*.warc.gz")
    assert files.returncode == 0
    assert files.stderr.split()[0] == here.stderr.split()[0]

    shutil.copy(crawled.data_dir / "learned.sqlite", room)
    asked = ("crawl", "sahel-demain", "--from-archive", "--data-dir")
    again = djeli(*asked, room)
    assert (again.returncode, again.stdout) == (0, djeli(*asked, crawled.data_dir).stdout)
    assert again.stdout.count("\n") > 10
    assert not (room / "warc").exists()

    warc, (lines,) = _warc(crawled.data_dir), (crawled.data_dir / "articles").glob("*.jsonl")
    changed = tmp_path / "changed"
    changed.write_bytes(lines.read_bytes().replace(b'"title": "', b'"title": "Un ', 1))
    storage.put(changed, f"{place}/articles/{lines.name}")
    cut = tmp_path / "cut"
    cut.write_bytes(warc.read_bytes()[:-3000])
    storage.put(cut, f"{place}/warc/{warc.name}")
    broken = djeli("verify", "--data-dir", room)
    assert broken.returncode == 1
    assert "the line is not what was written: the catalogue has another" in broken.stdout
    assert f"{warc.name}: shorter than the" in broken.stdout
    storage.remove(f"{place}/warc/{warc.name}")
    storage.remove(f"{place}/articles/{lines.name}")
    gone = djeli("verify", "--data-dir", room)
    assert gone.returncode == 1
    assert f"{warc.name}: the index has captures in it, but the file is gone" in gone.stdout
    assert "the catalogue has it, but no line does" in gone.stdout


def test_what_lies_elsewhere_is_read_again_as_it_was(
    crawled: Crawled, tmp_path: Path, djeli: Djeli
) -> None:
    place, room = str(tmp_path / "store"), tmp_path / "room"
    _upload(crawled.data_dir, place)
    storage.put(crawled.data_dir / "learned.sqlite", storage.joined(place, "learned", "one.sqlite"))
    (tmp_path / "noise").write_bytes(b"no database, of any kind" * 100)
    assert djeli("rebuild", "--from", place, "--data-dir", room).returncode == 0
    here = djeli("extract", _warc(crawled.data_dir), "--data-dir", crawled.data_dir)
    far = djeli("extract", f"{place}/warc/*.warc.gz", "--data-dir", room)
    assert (far.returncode, far.stdout) == (0, here.stdout)
    assert '"learned": "' in here.stdout
    out = ("--out", tmp_path / "out")
    tasks = djeli("extract", f"{place}/warc/*.warc.gz", "--data-dir", room, *out)
    assert tasks.returncode == 0, tasks.stderr
    lists = sorted((tmp_path / "out").glob("*.jsonl"))
    assert b"".join(path.read_bytes() for path in lists).decode() == here.stdout
    storage.put(tmp_path / "noise", storage.joined(place, "learned", "two.sqlite"))
    broken = djeli("rebuild", "--from", place, "--data-dir", room)
    assert broken.returncode == 1
    assert f"{place}/learned/two.sqlite" in broken.stderr
