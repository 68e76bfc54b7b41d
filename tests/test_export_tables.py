"""``djeli export --format sqlite|parquet``: the same articles as the lists, typed and in tables."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from stories import article

from archive.article import Actor, Article, Country, Span, Wire
from archive.articles import catch_up
from tests.conftest import Crawled, Djeli

_SPAN = Span(field="title", start=0, end=5, text="Ménaka", basis="town")
MADE = (
    article(
        "a",
        published_at="2026-03-14T23:30:00-02:00",
        published_precision="minute",
        authors=("A. Maïga", "O. Sidibé"),
        countries=(Country(code="ML", role="covered", score=2.5, evidence=(_SPAN,)),),
        actors=(Actor(name="JNIM", kind="armed group", evidence=(_SPAN,)),),
        wire=Wire(agency="AFP", evidence="(AFP)"),
        title="=1+1 \ud800",
    ),
    article("b", published_at="2026-03-13", published_precision="day", tags=(), images=()),
    article("c", published_at="2026-02", published_precision="month", modified_at="2026-03-01"),
)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles in a catalogue."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "articles").mkdir()
    lines = "".join(each.to_json() + "\n" for each in MADE)
    (folder / "articles" / "2026-03-14.jsonl").write_text(lines, encoding="utf-8")
    catch_up(folder)
    return folder


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def test_sqlite_has_a_row_an_article_and_tables_of_what_it_has_several_of(
    djeli: Djeli, data_dir: Path, tmp_path: Path
) -> None:
    out = tmp_path / "all.sqlite"
    ran = djeli("export", "--out", out, "--data-dir", data_dir)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [p.name for p in tmp_path.iterdir()] == ["all.sqlite"]
    assert rows(out, "SELECT id, published_at, published_utc FROM article ORDER BY id") == [
        ("a", "2026-03-14T23:30:00-02:00", "2026-03-15T01:30:00Z"),
        ("b", "2026-03-13", None),
        ("c", "2026-02", None),
    ]
    assert rows(out, "SELECT title, wire, wire_evidence FROM article WHERE id = 'a'") == [
        ("=1+1 \ufffd", "AFP", "(AFP)")
    ]
    assert rows(out, "SELECT position, name FROM author WHERE article = 'a'") == [
        (0, "A. Maïga"),
        (1, "O. Sidibé"),
    ]
    (country,) = rows(out, "SELECT code, role, score, evidence FROM country")
    assert country[:3] == ("ML", "covered", 2.5)
    assert json.loads(country[3])[0]["basis"] == "town"
    assert rows(out, "SELECT name, kind FROM actor") == [("JNIM", "armed group")]
    assert len(rows(out, "SELECT * FROM image")) == 2
    assert rows(out, "SELECT day, covered, actors FROM overview WHERE id = 'a'") == [
        ("2026-03-14", "ML", "JNIM")
    ]
    assert rows(out, "PRAGMA integrity_check") == [("ok",)]


def test_sqlite_holds_all_that_was_crawled_and_what_is_known_of_it(
    crawled: Crawled, djeli: Djeli, tmp_path: Path
) -> None:
    out, lines = tmp_path / "all.sqlite", tmp_path / "all.jsonl"
    for path in (out, lines):
        assert djeli("export", "--out", path, "--data-dir", crawled.data_dir).returncode == 0
    listed = {a["id"]: a for a in map(json.loads, lines.read_text("utf-8").splitlines())}
    found = rows(out, "SELECT id, text, word_count, versions FROM article")
    assert {r[0]: r[1:] for r in found} == {
        id_: (a["text"], a["word_count"], a["version"]["of"]) for id_, a in listed.items()
    }
    related = {(a["id"], r["kind"], r["id"]) for a in listed.values() for r in a["relations"]}
    assert set(rows(out, "SELECT article, kind, other FROM relation")) == related != set()


def test_filters_choose_and_a_failure_leaves_the_old_file(
    djeli: Djeli, data_dir: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mali.sqlite"
    chosen = ["export", "--out", out, "--data-dir", data_dir]
    assert djeli(*chosen, "--country", "ML").returncode == 0
    before = out.read_bytes()
    assert rows(out, "SELECT id FROM article") == [("a",)]
    none = djeli(*chosen, "--country", "NE")
    assert (none.returncode, "nothing to export" in none.stderr) == (1, True)
    assert out.read_bytes() == before
    lost = djeli("export", "--out", tmp_path / "no" / "x.sqlite", "--data-dir", data_dir)
    assert lost.returncode == 1
    assert len(lost.stderr.splitlines()) == 1
    assert "x.sqlite" in lost.stderr


def test_many_articles_are_written_in_several_transactions(djeli: Djeli, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    made = (article(n, text=f"Alinéa {n}.", title=f"Titre {n}") for n in range(2100))
    lines = "".join(each.to_json() + "\n" for each in made)
    (tmp_path / "articles" / "2026-03-14.jsonl").write_text(lines, encoding="utf-8")
    catch_up(tmp_path)
    out = tmp_path / "all.sqlite"
    ran = djeli("export", "--out", out, "--data-dir", tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert rows(out, "SELECT count(*), count(DISTINCT title) FROM article") == [(2100, 2100)]
    assert rows(out, "SELECT count(*) FROM tag") == [(4200,)]


@pytest.mark.parametrize("form", ["sqlite", "parquet"])
def test_they_need_a_file(djeli: Djeli, data_dir: Path, form: str) -> None:
    ran = djeli("export", "--format", form, "--data-dir", data_dir)
    assert ran.returncode == 2
    assert "--out FILE" in ran.stderr


def test_parquet_names_what_it_lacks(djeli: Djeli, data_dir: Path, tmp_path: Path) -> None:
    """Found before the installed one: a pyarrow that is none."""
    hidden, out = tmp_path / "hidden", tmp_path / "out"
    for folder in (hidden, out):
        folder.mkdir()
    (hidden / "pyarrow.py").write_text("raise ModuleNotFoundError('no pyarrow', name='pyarrow')\n")
    environment = {**os.environ, "PYTHONPATH": str(hidden)}
    ran = djeli("export", "--out", out / "a.parquet", "--data-dir", data_dir, env=environment)
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1, ran.stderr
    assert "requirements-parquet.txt" in ran.stderr
    assert not list(out.iterdir())


def test_parquet_is_typed_and_holds_the_articles(
    djeli: Djeli, data_dir: Path, tmp_path: Path
) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    out = tmp_path / "all.parquet"
    ran = djeli("export", "--out", out, "--data-dir", data_dir)
    assert (ran.returncode, ran.stderr) == (0, "")
    table = parquet.read_table(out)
    assert str(table.schema.field("published_at").type) == "timestamp[us, tz=UTC]"
    found = {row["id"]: row for row in table.to_pylist()}
    assert set(found) == {"a", "b", "c"}
    assert found["a"]["published_at"] == datetime(2026, 3, 15, 1, 30, tzinfo=UTC)
    assert found["a"]["published_on"] == date(2026, 3, 14)
    assert found["a"]["published"] == MADE[0].published_at
    assert (found["b"]["published_at"], found["b"]["published_on"]) == (None, date(2026, 3, 13))
    assert (found["c"]["published_on"], found["c"]["modified"]) == (None, "2026-03-01")
    assert found["a"]["countries"][0]["evidence"][0]["text"] == "Ménaka"
    assert found["a"]["provenance"]["warc_offset"] == 276
    listed = json.loads(Article.from_json(MADE[1].to_json()).to_json())
    assert all(found["b"][name] == listed[name] for name in ("images", "tags", "wire", "text"))
