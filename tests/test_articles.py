"""Articles on disk: durable, each once, whole lines only, and a catalogue that agrees."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Article, Written, rfc3339
from archive.articles import ArticleStore, catch_up, open_articles, release
from archive.errors import ArchiveError
from tests.exchanges import BEGIN
from tests.stories import article

FORKSERVER = multiprocessing.get_context("forkserver")
DAY = "2026-03-14.jsonl"


def lines(data_dir: Path) -> list[str]:
    """Of all files."""
    files = sorted((data_dir / "articles").glob("*.jsonl"))
    return [line for path in files for line in path.read_bytes().decode().split("\n")[:-1]]


def catalogued(data_dir: Path) -> list[str]:
    """What the catalogue holds, in the order in which it came."""
    db = sqlite3.connect(data_dir / "catalogue.sqlite")
    rows = db.execute("SELECT json FROM article ORDER BY rowid").fetchall()
    db.close()
    return [row[0] for row in rows]


def put(data_dir: Path, *articles: Article) -> list[bool]:
    store = ArticleStore(data_dir)
    futures = [store.add(a) for a in articles]
    results = [future.result(5) for future in futures]
    store.close()
    return results


def test_an_article_is_a_line_of_its_days_file_and_in_the_catalogue(tmp_path: Path) -> None:
    store = open_articles(tmp_path)
    assert store.add(article(1)).result(5)
    assert store.add(article(2, fetched_at="2026-03-15T00:00:00.5Z")).result(5)
    assert (tmp_path / "articles" / DAY).read_text() == article(1).to_json() + "\n"
    assert len(lines(tmp_path)) == 2
    assert catalogued(tmp_path) == lines(tmp_path)
    assert open_articles(tmp_path) is store
    release(store)
    assert store.add(article(3)).result(5)
    release(store)
    with pytest.raises(ArchiveError, match="closed"):
        store.add(article(4)).result(5)


def test_an_id_is_written_once(tmp_path: Path) -> None:
    assert put(tmp_path, article(1), article(2), article(1)) == [True, True, False]
    assert put(tmp_path, article(2, title="Again"), article(3)) == [False, True]
    late = article(3, fetched_at="2026-03-20T00:00:00Z")
    assert put(tmp_path, late, late) == [False, False]
    assert [json.loads(line)["id"] for line in lines(tmp_path)] == ["1", "2", "3"]
    assert catalogued(tmp_path) == lines(tmp_path)


@pytest.mark.parametrize("left", [1, 7, 300, -1])
def test_a_half_written_last_line_is_cut_off(tmp_path: Path, left: int) -> None:
    put(tmp_path, article(1), article(2))
    path = tmp_path / "articles" / DAY
    whole = path.read_bytes()
    path.write_bytes(whole + article(3).to_json().encode()[:left])
    assert put(tmp_path, article(3)) == [True]
    assert path.read_bytes() == whole + article(3).to_json().encode() + b"\n"
    assert catalogued(tmp_path) == lines(tmp_path)


def test_the_catalogue_catches_up_with_lines_that_a_crash_kept_from_it(tmp_path: Path) -> None:
    put(tmp_path, article(1))
    path = tmp_path / "articles" / DAY
    with path.open("a") as file:
        file.write(article(2).to_json() + "\n" + article(3).to_json() + "\n{")
    assert put(tmp_path, article(3), article(4)) == [False, True]
    assert [json.loads(line)["id"] for line in lines(tmp_path)] == ["1", "2", "3", "4"]
    assert catalogued(tmp_path) == lines(tmp_path)


def test_a_lost_catalogue_is_made_again(tmp_path: Path) -> None:
    put(tmp_path, *(article(n, fetched_at=f"2026-03-1{n}T00:00:00Z") for n in range(5)))
    before = catalogued(tmp_path)
    for path in tmp_path.glob("catalogue.sqlite*"):
        path.unlink()
    catch_up(tmp_path)
    assert catalogued(tmp_path) == before == lines(tmp_path)


def test_a_file_that_became_shorter_is_read_again_and_not_filled_with_zeros(
    tmp_path: Path,
) -> None:
    put(tmp_path, article(1), article(2))
    path = tmp_path / "articles" / DAY
    path.write_text(article(7).to_json() + "\n")
    catch_up(tmp_path)
    assert path.read_text() == article(7).to_json() + "\n"
    assert put(tmp_path, article(8)) == [True]
    assert [json.loads(line)["id"] for line in lines(tmp_path)] == ["7", "8"]


@pytest.mark.parametrize("text", ["a\u2028b\u2029c\x85d", "a\x0bb\x0cc\x1cd\r\ne", "\ufeff\x00"])
def test_line_ends_that_are_none_of_a_files_tear_no_line(tmp_path: Path, text: str) -> None:
    put(tmp_path, article(1, text=text))
    for path in tmp_path.glob("catalogue.sqlite*"):
        path.unlink()
    assert put(tmp_path, article(1, text=text)) == [False]
    assert Article.from_json(catalogued(tmp_path)[0]).text == text


def test_what_is_catalogued_is_what_the_line_says() -> None:
    plain, broken = article(1), article(2, title="Attaque \ud83d hier")
    assert Written.of(plain).article is plain
    assert Written.of(broken).article.title == "Attaque \ufffd hier"
    for one in (plain, broken, article(3, title="\ufffd")):
        written = Written.of(one)
        assert written.line == one.to_json()
        assert Article.from_json(written.line) == written.article


def test_half_a_surrogate_pair_stops_nothing(tmp_path: Path) -> None:
    broken = article(1, title="Attaque \ud83d hier", text="x\udfff", url="http://x.example/\ud800")
    assert put(tmp_path, broken) == [True]
    assert Article.from_json(lines(tmp_path)[0]).title == "Attaque \ufffd hier"
    assert catalogued(tmp_path) == lines(tmp_path)


def test_a_whole_line_that_is_no_article_is_named_and_left(tmp_path: Path) -> None:
    put(tmp_path, article(1))
    path = tmp_path / "articles" / DAY
    size = path.stat().st_size
    with path.open("a") as file:
        file.write("{}\n" + article(2).to_json() + "\n")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=rf"{DAY} at byte {size}: this line is no article"):
        open_articles(tmp_path)
    assert path.read_bytes() == before


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(ArchiveError, match=str(blocked)):
        open_articles(blocked)
    (tmp_path / "d" / "articles" / DAY).mkdir(parents=True)
    with pytest.raises(ArchiveError, match=DAY):
        open_articles(tmp_path / "d")


def _fill(data_dir: str, limit: int) -> tuple[list[str], list[str]]:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    store = ArticleStore(Path(data_dir))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    acknowledged, messages = [], []
    for number in range(300):
        future = store.add(article(number, text="Un alinéa. " * 40))
        if error := future.exception(30):
            messages.append(str(error))
        else:
            acknowledged.append(str(number))
    store.close()
    return acknowledged, messages


@pytest.mark.parametrize("limit", [2_000, 50_000, 150_000])
def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, limit: int) -> None:
    ArticleStore(tmp_path).close()
    with ProcessPoolExecutor(1, mp_context=FORKSERVER) as apart:
        acknowledged, messages = apart.submit(_fill, str(tmp_path), limit).result(60)
    assert len(set(messages)) == 1
    assert str(tmp_path) in messages[0]
    ids = [json.loads(line)["id"] for line in lines(tmp_path)]
    assert ids[: len(acknowledged)] == acknowledged
    everything = [article(n, text="Un alinéa. " * 40) for n in range(300)]
    put(tmp_path, *everything)
    assert lines(tmp_path) == [a.to_json() for a in everything]
    assert catalogued(tmp_path) == lines(tmp_path)


def _add_one_by_one(data_dir: str, first: int) -> int:
    store = ArticleStore(Path(data_dir))
    new = sum(store.add(article(n)).result(30) for n in range(first, first + 60))
    store.close()
    return new


def test_processes_that_share_a_folder_take_turns(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=FORKSERVER) as apart:
        tasks = [apart.submit(_add_one_by_one, str(tmp_path), first) for first in (0, 30, 60)]
        assert sum(task.result(60) for task in tasks) == 120
    ids = [json.loads(line)["id"] for line in lines(tmp_path)]
    assert sorted(map(int, ids)) == list(range(120))
    assert catalogued(tmp_path) == lines(tmp_path)


def _append_and_die(data_dir: str) -> None:
    """Killed between the line and the catalogue."""
    store = ArticleStore(Path(data_dir))
    store.add(article(1)).result(5)
    with (Path(data_dir) / "articles" / DAY).open("a") as file:
        file.write(article(2).to_json() + "\n")
    os._exit(0)


def test_a_line_that_a_dead_neighbour_left_is_seen_by_the_next_write(tmp_path: Path) -> None:
    store = ArticleStore(tmp_path)
    process = FORKSERVER.Process(target=_append_and_die, args=(str(tmp_path),))
    process.start()
    process.join()
    assert [store.add(article(n)).result(5) for n in (1, 2, 3)] == [False, False, True]
    store.close()
    assert [json.loads(line)["id"] for line in lines(tmp_path)] == ["1", "2", "3"]
    assert catalogued(tmp_path) == lines(tmp_path)


@given(title=st.text(), text=st.text(), tags=st.lists(st.text(), max_size=3).map(tuple))
def test_json_and_back(title: str, text: str, tags: tuple[str, ...]) -> None:
    given_article = article(1, title=title, text=text, tags=tags)
    line = given_article.to_json()
    assert "\n" not in line
    assert Article.from_json(line).to_json() == line
    assert Article.from_json(line.encode().decode()) == given_article


def test_fields_of_a_newer_minor_version_are_left_aside() -> None:
    fields = json.loads(article(1).to_json()) | {"mood": "grim", "schema_version": "1.7"}
    assert Article.from_json(json.dumps(fields)).schema_version == "1.7"


def test_times_are_rfc_3339() -> None:
    assert rfc3339(BEGIN) == "2026-03-14T09:26:53.589793Z"
    assert rfc3339(BEGIN.replace(microsecond=0)) == "2026-03-14T09:26:53Z"
    with pytest.raises(ValueError, match="without a zone"):
        rfc3339(BEGIN.replace(tzinfo=None))
