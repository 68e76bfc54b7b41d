"""``djeli extract --diff``: what today's rules would change, and nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from test_from_archive import contents

from archive.articles import catch_up
from tests.conftest import Crawled, Djeli


@pytest.fixture
def copy(crawled: Crawled, tmp_path: Path) -> Path:
    """The archive of the newsroom, to be changed."""
    return Path(shutil.copytree(crawled.data_dir, tmp_path / "copy"))


def edit(data_dir: Path, change: str) -> dict[str, str]:
    """Make the catalogue hold another reading of one article; its fields as the page gives them."""
    path = sorted((data_dir / "articles").glob("*.jsonl"))[0]
    lines = path.read_text("utf-8").splitlines()
    article: dict[str, str] = json.loads(lines[0])
    first, *rest = article["text"].split("\n\n")
    edited = {
        "text": {**article, "text": "\n\n".join([first, "Abonnez-vous.", *rest]), "title": "Rien"},
        "gone": {**article, "id": "00000000-0000-4000-8000-000000000000"},
    }[change]
    path.write_text("\n".join([json.dumps(edited), *lines[1:]]) + "\n", "utf-8")
    for name in ("catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (data_dir / name).unlink(missing_ok=True)
    catch_up(data_dir)
    return article


def test_an_archive_that_was_just_crawled_would_not_change(crawled: Crawled, djeli: Djeli) -> None:
    before = contents(crawled.data_dir)
    ran = djeli("extract", "--diff", "--data-dir", crawled.data_dir)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert "0 would change, 0 would be new, 0 would be gone" in ran.stdout
    assert contents(crawled.data_dir) == before


def test_a_change_is_shown_by_field_and_paragraph(copy: Path, djeli: Djeli) -> None:
    article = edit(copy, "text")
    before = contents(copy)
    ran = djeli("extract", "--diff", "--data-dir", copy)
    assert ran.returncode == 1
    assert f"changed: {article['id']} {article['url']}" in ran.stdout
    assert "    -Abonnez-vous.\n" in ran.stdout
    assert '    -"Rien"\n    +' in ran.stdout
    assert "1 would change" in ran.stdout.splitlines()[-1]
    assert "title 1" in ran.stdout.splitlines()[-1]
    assert contents(copy) == before
    as_json = djeli("extract", "--diff", "--json", "--data-dir", copy)
    (line,) = as_json.stdout.splitlines()
    found = json.loads(line)
    assert (found["kind"], found["id"]) == ("changed", article["id"])
    assert found["fields"]["title"] == {"before": "Rien", "after": article["title"]}
    assert found["fields"]["text"]["after"] == article["text"]
    assert "-Abonnez-vous." in found["text_diff"]
    assert "1 would change" in as_json.stderr


def test_articles_that_would_come_or_go(copy: Path, djeli: Djeli) -> None:
    article = edit(copy, "gone")
    ran = djeli("extract", "--diff", "--json", "--data-dir", copy)
    assert ran.returncode == 1
    (gone,) = map(json.loads, ran.stdout.splitlines())  # the page's words are held under that id
    assert (gone["kind"], gone["url"]) == ("gone", article["url"])


def test_a_site_file_that_leaves_something_out(copy: Path, djeli: Djeli) -> None:
    site = sorted((copy / "sites").glob("*.toml"))[0]
    site.write_text('remove = ["p:first-of-type"]\n' + site.read_text("utf-8"), "utf-8")
    warcs = sorted((copy / "warc").glob("*.warc.gz"))
    ran = djeli("extract", "--diff", "--json", "--data-dir", copy, *warcs)
    assert ran.returncode == 1, ran.stderr
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    texts = [path.read_text("utf-8") for path in (copy / "articles").glob("*.jsonl")]
    stories = [json.loads(line) for text in texts for line in text.splitlines()]
    own = {article["id"] for article in stories if article["site"] == site.stem}
    assert {each["id"] for each in found} <= own
    assert any(each["kind"] == "changed" and "text" in each["fields"] for each in found)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "name the WARC files"),
        (["--json", "x.warc.gz"], 2, "--diff"),
        (["--diff", "--sites-only"], 2, "--sites-only"),
        (["--diff"], 1, "no archive in"),
    ],
)
def test_wrong_calls_get_one_clear_line(
    tmp_path: Path, djeli: Djeli, arguments: list[str], status: int, words: str
) -> None:
    ran = djeli("extract", *arguments, "--data-dir", tmp_path)
    assert ran.returncode == status
    assert len(ran.stderr.splitlines()) == 1
    assert words in ran.stderr
