"""A crawl of the whole newsroom, judged by its generator and by the server's own log."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from archive.article import Article
from demo.outlet import TrueArticle
from tests.conftest import Crawled, Djeli


def articles(data_dir: Path) -> list[Article]:
    files = sorted((data_dir / "articles").glob("*.jsonl"))
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return [Article.from_json(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def found(crawled: Crawled) -> dict[str, Article]:
    return {article.url: article for article in articles(crawled.data_dir)}


@pytest.fixture(scope="module")
def truth(crawled: Crawled) -> dict[str, TrueArticle]:
    return {true.url: true for outlet in crawled.server.outlets for true in outlet.truth}


def test_the_crawl_says_what_it_did(crawled: Crawled) -> None:
    assert crawled.outcome.returncode == 0, crawled.outcome.stderr
    assert str(crawled.data_dir / "warc") in crawled.outcome.stdout
    for outlet in crawled.server.outlets:
        assert outlet.id in crawled.outcome.stdout
    assert "Traceback" not in crawled.outcome.stderr


def test_every_article_is_found_once_and_nothing_else(
    crawled: Crawled, found: dict[str, Article], truth: dict[str, TrueArticle]
) -> None:
    assert len(truth) >= 60
    assert set(found) == set(truth)
    assert len(found) == len(articles(crawled.data_dir))


def test_text_is_the_article_and_nothing_else(
    found: dict[str, Article], truth: dict[str, TrueArticle]
) -> None:
    wrong = [url for url, true in truth.items() if found[url].text != true.text]
    assert not wrong, f"{len(wrong)} of {len(truth)}: {wrong}"


def test_titles_languages_authors_and_dates(
    found: dict[str, Article], truth: dict[str, TrueArticle]
) -> None:
    for url, true in truth.items():
        article = found[url]
        assert article.title == true.title, url
        assert article.language == true.language, url
        assert set(article.authors) == set(true.authors), url
        assert (article.published_at or "")[:10] == true.published.isoformat()[:10], url


def test_extracting_the_archive_again_gives_the_same_bytes(crawled: Crawled, djeli: Djeli) -> None:
    warcs = sorted((crawled.data_dir / "warc").glob("*.warc.gz"))
    again = djeli("extract", "--data-dir", crawled.data_dir, *warcs)
    assert again.returncode == 0, again.stderr
    files = sorted((crawled.data_dir / "articles").glob("*.jsonl"))
    kept = "".join(path.read_text(encoding="utf-8") for path in files)
    assert sorted(again.stdout.splitlines()) == sorted(kept.splitlines())


def test_every_article_names_the_record_it_came_from(
    crawled: Crawled, found: dict[str, Article]
) -> None:
    from archive.reader import record_at

    for article in found.values():
        source = article.provenance
        assert source.warc_file
        assert source.warc_offset is not None
        record = record_at(crawled.data_dir / "warc" / source.warc_file, source.warc_offset)
        assert record.id == source.record_id
        assert record.url == article.url
        assert record.field("WARC-Payload-Digest") == source.payload_digest


def test_the_archive_verifies(crawled: Crawled, djeli: Djeli) -> None:
    outcome = djeli("verify", "--data-dir", crawled.data_dir)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_a_second_crawl_fetches_no_article_again(
    crawled: Crawled, djeli: Djeli, tmp_path: Path
) -> None:
    ids = [outlet.id for outlet in crawled.server.outlets]
    data_dir = tmp_path / "data"
    shutil.copytree(crawled.data_dir, data_dir)
    again = djeli("crawl", *ids, "--json", "--data-dir", data_dir)
    assert again.returncode == 0, again.stderr
    assert sum(site["articles"] for site in json.loads(again.stdout)) == 0
    assert len(articles(data_dir)) == len(articles(crawled.data_dir))


def test_search_finds_what_was_crawled(crawled: Crawled, djeli: Djeli) -> None:
    seed = djeli("search", "mercenaires", "touaregs", "--data-dir", crawled.data_dir)
    assert seed.returncode == 0
    assert "Les rebelles Maliens affirment avoir tué 131 soldats" in seed.stdout
    nothing = djeli("search", "xyzzy", "--data-dir", crawled.data_dir)
    assert nothing.returncode == 0
    assert "none of" in nothing.stderr
