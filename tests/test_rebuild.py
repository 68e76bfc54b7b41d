"""Index, catalogue and articles from the WARC files alone equal what the crawl left."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Crawled, Djeli


@pytest.fixture
def archive(crawled: Crawled, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(crawled.data_dir, tmp_path / "archive"))


def table(path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as db:
        rows = sorted(db.execute(query), key=str)
    db.close()
    return rows


def derived(data_dir: Path) -> tuple[object, ...]:
    lines = [line for p in (data_dir / "articles").glob("*.jsonl") for line in p.open("rb")]
    articles = "SELECT id, url, canonical_url, site, language, moment, json FROM article"
    return (
        sorted(lines),
        table(data_dir / "catalogue.sqlite", articles),
        table(data_dir / "index.sqlite", "SELECT * FROM capture"),
        table(data_dir / "index.sqlite", "SELECT * FROM described"),
    )


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_what_is_lost_comes_again(archive: Path, djeli: Djeli) -> None:
    before = derived(archive)
    for name in ("index.sqlite", "catalogue.sqlite"):
        (archive / name).unlink()
    shutil.rmtree(archive / "articles")
    outcome = djeli("rebuild", "--data-dir", archive)
    assert outcome.returncode == 0, outcome.stderr
    assert derived(archive) == before
    assert {path.name for path in archive.iterdir()} == {
        "articles",
        "catalogue.sqlite",
        "index.sqlite",
        "learned.sqlite",
        "sites",
        "state",
        "warc",
    }


def test_articles_without_their_warc_file_are_left_aside(archive: Path, djeli: Djeli) -> None:
    for path in (archive / "warc").glob("*.warc.gz"):
        path.unlink()
    nothing = djeli("rebuild", "--data-dir", archive)
    assert nothing.returncode == 1
    assert "no WARC files" in nothing.stderr
    (lines,) = (archive / "articles").glob("*.jsonl")
    kept = lines.read_bytes()
    (archive / "warc" / "other.warc.gz").write_bytes(b"")
    outcome = djeli("rebuild", "--data-dir", archive)
    assert outcome.returncode == 1
    assert "articles.old" in outcome.stderr
    assert (archive / "articles.old" / lines.name).read_bytes() == kept


def test_a_crawl_that_is_writing_is_not_disturbed(archive: Path, djeli: Djeli) -> None:
    from archive.keep import open_archive, release
    from tests.exchanges import exchange

    writer = open_archive(archive, {})
    writer.keep(exchange()).result()
    try:
        outcome = djeli("rebuild", "--data-dir", archive)
    finally:
        release(writer)
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert "is being written" in line


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: _edit(d, b"Bamako", b"Dakar "), "not what was written"),
        (lambda d: _lines(d, lambda lines: lines[1:]), "no line does"),
        (lambda d: _lines(d, lambda lines: [*lines, lines[0]]), "there twice"),
        (lambda d: next((d / "warc").glob("*.gz")).unlink(), "the file is gone"),
    ],
    ids=["a changed text", "a lost line", "a doubled line", "a lost WARC file"],
)
def test_verify_finds_what_was_changed_behind_the_archives_back(
    archive: Path, djeli: Djeli, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(archive)
    outcome = djeli("verify", "--data-dir", archive)
    assert outcome.returncode == 1
    assert words in outcome.stdout


def _edit(data_dir: Path, old: bytes, new: bytes) -> None:
    (path,) = (data_dir / "articles").glob("*.jsonl")
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def _lines(data_dir: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    (path,) = (data_dir / "articles").glob("*.jsonl")
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
