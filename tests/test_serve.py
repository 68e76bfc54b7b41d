"""The reading room: search, article, coverage, and the command that serves it."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.articles import ArticleStore
from archive.migrations import MIGRATIONS
from archive.reader import Record, read_records
from archive.upgrade import migrate
from crawler.web.app import application
from crawler.web.asked import query_of
from crawler.web.differences import differences
from crawler.web.room import room_of
from crawler.web.timeline import timeline_of
from tests.asking import ask
from tests.conftest import ROOT, Djeli
from tests.readingroom import (
    BODY,
    ONE,
    PAGE,
    Served,
    made,
    opened_room,
)
from tests.stories import article


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with opened_room(tmp_path_factory.mktemp("room")) as room:
        yield room


def found(served: Served, query: str) -> list[str]:
    page = served(f"/search?{query}")
    assert page.status == 200
    return re.findall(r'<h2[^>]*><a href="/article/([^"]+)"', page.text)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["ar", "a2", "copy", "a", "evil"]),
        ("q=armee", ["copy", "a2", "a"]),
        ("q=" + quote("قتل"), ["ar"]),
        ("q=embus*&site=delta", ["copy"]),
        ("q=armee&unique=1", ["copy"]),
        ("country=ml", ["a"]),
        ("country=ML,NE", ["a"]),
        ("wire=afp", ["a"]),
        ("actor=FAMa", ["a"]),
        ("access=paywalled", ["ar"]),
        ("language=ar&language=so", ["ar"]),
        ("relevance=0.5", ["a"]),
        ("since=2026-03-15&until=2026-03-15", ["copy"]),
        ("until=2026-03-14", ["a2", "a", "evil"]),
        ("q=nowhere", []),
        ("site=nobody", []),
        ("page=2", []),
    ],
)
def test_search(served: Served, query: str, ids: list[str]) -> None:
    assert sorted(found(served, query)) == sorted(ids)


def test_the_newest_come_first_and_facets_count(served: Served) -> None:
    ids = found(served, "q=armee")
    assert ids[0] == "copy"
    text = served("/search?q=armee").text
    assert re.search(r"<bdi>French</bdi> <span class=\"n\">3<", text)
    assert re.search(r"<bdi>Mali</bdi> <span class=\"n\">1<", text)
    assert 'href="/search?q=armee&amp;country=ML"' in text
    assert "<mark>armée</mark>" in text


def test_a_chosen_facet_keeps_its_alternatives_and_can_be_let_go(served: Served) -> None:
    text = served("/search?q=armee&site=delta").text
    assert 'href="/search?q=armee" aria-current="true"' in text
    assert 'href="/search?q=armee&amp;site=delta&amp;site=kibaru"' in text


def test_the_interface_speaks_in_words(served: Served) -> None:
    for path in (
        "/search?q=armee&country=ML&unique=1",
        "/article/a",
        "/coverage",
        "/coverage/kibaru",
        f"/captures/{PAGE}",
    ):
        text = served(path).text
        assert "built-in" not in text
        assert "object at 0x" not in text
    assert ">Clear all</a>" in served("/search?country=ML").text


def test_arabic_is_written_from_right_to_left(served: Served) -> None:
    assert '<h2 lang="ar" dir="rtl"' in served("/search?language=ar").text
    assert '<article class="text" lang="ar" dir="rtl"' in served("/article/ar").text


def test_the_timeline_leads_to_its_days(served: Served) -> None:
    text = served("/search?q=armee").text
    assert 'href="/search?q=armee&amp;since=2026-03-15&amp;until=2026-03-15"' in text


def test_exports(served: Served) -> None:
    lines = served("/export/jsonl?q=armee").text.splitlines()
    assert {json.loads(line)["id"] for line in lines} == {"a", "a2", "copy"}
    table = list(csv.DictReader(io.StringIO(served("/export/csv?country=ML").text)))
    assert [row["id"] for row in table] == ["a"]
    assert served("/export/exe").status == 404


def test_an_article_with_its_evidence_copies_versions_and_captures(served: Served) -> None:
    text = served("/article/a").text
    assert '<mark class="country" title="ML covered: town">Ménaka</mark>' in text
    assert '<mark class="actor" title="FAMa: army">armée</mark>' in text
    assert '<mark class="term"' in text
    assert "/article/copy" in text
    assert "/article/a/compare/a2" in text
    assert f'src="/replay/20260314092653/{PAGE}"' in text
    assert f"/replay/20260316092653/{PAGE}" in text
    assert "<iframe sandbox " in text
    assert json.loads(served("/article/a/json").text)["id"] == "a"
    assert served("/article/none").status == 404


def test_what_changed_between_versions(served: Served) -> None:
    text = served("/article/a/compare/a2").text
    assert "<ins>à</ins>" in text or "<ins>à Ménaka</ins>" in text
    assert "<del>des vivres</del><ins>du carburant</ins>" in text.replace("</ins> ", "</ins>") or (
        "<del>des</del>" in text and "<ins>carburant</ins>" in text
    )
    assert "<ins>Un alinéa de plus.</ins>" in text


def test_differences_lose_nothing() -> None:
    blocks = differences("a b c\n\nd e", "a x c\n\nd e\n\nf")
    changes = [change for block in blocks for change in block.changes]
    assert "".join(c.text for c in changes if c.kind != "added") == "a b cd e"
    assert "".join(c.text for c in changes if c.kind != "removed") == "a x cd ef"
    assert all(block.is_same for block in differences("same", "same"))


def test_verify_now(served: Served) -> None:
    good = ask(served.app, "/article/a/verify", method="POST")
    assert "Verified: the record is whole" in good.text
    assert served("/article/a/verify").status == 405
    forged = ask(served.app, "/article/a/verify", {"origin": "http://evil.example"}, method="POST")
    assert forged.status == 403


def test_verify_now_tells_of_damage(tmp_path: Path) -> None:
    made(tmp_path)
    (warc,) = (tmp_path / "warc").iterdir()
    data = bytearray(warc.read_bytes())
    place = next(r.offset for r in read_records(warc) if isinstance(r, Record) and r.url == PAGE)
    data[(place or 0) + 200] ^= 0xFF
    warc.write_bytes(data)
    room = room_of(tmp_path)
    page = ask(application(room, None), "/article/a/verify", method="POST")
    assert 'class="verdict bad"' in page.text
    room.browser.close()
    room.captured.close()


def test_a_record_to_take_away(served: Served, tmp_path: Path) -> None:
    taken = tmp_path / "a.warc.gz"
    taken.write_bytes(served("/article/a/record.warc.gz").body)
    records = [record for record in read_records(taken) if isinstance(record, Record)]
    assert [record.type for record in records] == ["warcinfo", "response", "request"]
    assert (BODY * 3).encode() in records[1].block
    assert served("/article/copy/record.warc.gz").status == 404


def test_coverage(served: Served) -> None:
    text = served("/coverage").text
    assert "a feed &lt;b&gt;broke&lt;/b&gt;" in text
    assert 'class="day partial"' in text
    assert served("/coverage/kibaru").status == 200
    assert served("/coverage/nobody").status == 404


def test_an_empty_folder_and_a_broken_catalogue_say_so(tmp_path: Path) -> None:
    room = room_of(tmp_path)
    app = application(room, None)
    assert "The catalogue is empty" in ask(app, "/").text
    assert ask(app, "/coverage").status == 200
    assert ask(app, f"/replay/2026/{PAGE}").status == 404
    (tmp_path / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    assert ask(app, "/").status == 502
    room.browser.close()


def test_new_articles_are_found_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ArticleStore(tmp_path)
    store.add(article("one")).result(10)
    room = room_of(tmp_path)
    app = application(room, None)
    assert "/article/one" in ask(app, "/").text
    store.add(article("two")).result(10)
    store.close()
    monkeypatch.setattr("archive.browse._LEAST_REST", 0.0)
    time.sleep(0.1)
    assert "/article/two" in ask(app, "/").text
    room.browser.close()


def test_an_older_catalogue_is_brought_up_to_date_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(f"{MIGRATIONS[0]}; PRAGMA user_version=1")
    found = article("old", text=ONE)
    database.execute(
        "INSERT INTO article(id, url, canonical_url, site, language, moment, json) VALUES(?, ?, ?, ?, ?, ?, ?)",
        ("old", found.url, found.url, "kibaru", "fr", "2026-03-14", found.to_json()),
    )
    database.execute("INSERT INTO article_text(rowid, title, text) VALUES(1, 'titre', 'colonne')")
    database.close()
    room = room_of(tmp_path)
    room.prepare()
    assert "/article/old" in ask(application(room, None), "/search?q=colonne").text
    kept = sqlite3.connect(tmp_path / "catalogue.sqlite.v1")
    assert kept.execute("PRAGMA user_version").fetchone() == (1,)
    assert kept.execute("SELECT id FROM article").fetchall() == [("old",)]
    kept.close()
    assert migrate(path) is None
    room.browser.close()


def test_a_timeline_covers_its_range() -> None:
    days = [("2026-03-01", 2), ("2026-03-10", 8)]
    line = timeline_of(days, "", "")
    assert line
    assert (line.unit, line.most, len(line.bars)) == ("day", 8, 2)
    assert line.bars[1].x == pytest.approx(9 * line.bars[1].width, abs=0.01)
    assert [timeline_of([("2000-01-01", 1), (last, 1)], "", "").unit  # type: ignore[union-attr]
            for last in ("2000-12-01", "2005-01-01", "2020-01-01", "2090-01-01")
            ] == ["day", "week", "month", "year"]  # fmt: skip
    assert timeline_of([], "", "") is None
    assert timeline_of([("0001-01-01", 1), ("9999-12-31", 1)], "", "")


def test_an_address_says_the_same_again() -> None:
    query = query_of("q=a+b&country=ML,NE&since=2026-01-01&sort=best&page=3")
    assert query_of(query.address().partition("?")[2]) == query


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--host", "0.0.0.0"], 2, "everyone who can reach it"),
        (["--host", "0.0.0.0", "--token", "short"], 2, "can be guessed"),
        (["--data-dir", "/nonexistent"], 1, "no such folder"),
        (["--port", "70000"], 2, "no port"),
    ],
)
def test_wrong_calls_say_why(djeli: Djeli, arguments: list[str], status: int, said: str) -> None:
    done = djeli("serve", *arguments)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr


def test_the_command_serves(served: Served) -> None:
    command = [
        sys.executable,
        "-m",
        "crawler",
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(served.data_dir),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            address = re.search(r"http://\S+", process.stdout.readline())
            assert address
            with urllib.request.urlopen(f"{address[0]}search?q=armee", timeout=30) as page:
                assert b"/article/copy" in page.read()
        finally:
            process.terminate()
            process.wait(30)
