"""The Python API: its examples in the docs run as they stand there, and say what the commands say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import ArchiveError, UsageError
from crawler.api import Wanted, capture, scrape, search, verify
from tests.conftest import ROOT, Crawled, Djeli

DOC = (ROOT / "docs" / "scripts.md").read_text(encoding="utf-8")
EXAMPLES = {
    match[1]: match[2]
    for match in re.finditer(r"^`(\w+)\(.*?^```python\n(.*?)^```", DOC, re.DOTALL | re.MULTILINE)
}


def example(name: str, crawled: Crawled, folder: Path, *arguments: str) -> str:
    """What the example prints, run as a script beside a ``data`` folder."""
    script = folder / f"{name}.py"
    script.write_text(EXAMPLES[name], encoding="utf-8")
    if not (folder / "data").exists():
        (folder / "data").symlink_to(crawled.data_dir)
    ran = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", str(script), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stdout


def kept(crawled: Crawled) -> dict[str, dict[str, str]]:
    """The articles of the crawl by URL."""
    files = sorted((crawled.data_dir / "articles").glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    return {article["url"]: article for article in map(json.loads, lines)}


def test_each_function_has_an_example() -> None:
    assert set(EXAMPLES) == {"articles_of", "search", "capture", "crawl_site", "scrape", "verify"}


def test_crawl_site(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sites").symlink_to(crawled.data_dir / "sites")
    assert example("crawl_site", crawled, tmp_path, "nile-dispatch-ar") == "finished 12 0\n"
    assert len(list((tmp_path / "data" / "warc").glob("*.warc.gz"))) == 1


def test_articles_of(crawled: Crawled, tmp_path: Path) -> None:
    lines = example("articles_of", crawled, tmp_path).splitlines()
    expected = sorted(f"{a['published_at']} {a['title']}" for a in kept(crawled).values())
    assert sorted(lines) == expected != []


def test_search(crawled: Crawled, djeli: Djeli, tmp_path: Path) -> None:
    shown = example("search", crawled, tmp_path)
    command = ["search", "convoi", "--language", "fr", "--sort", "best", "--limit", "10", "--json"]
    said = djeli(*command, "--data-dir", crawled.data_dir)
    found = map(json.loads, said.stdout.splitlines())
    assert shown == "".join(f"{a['site']} {a['title']}\n" for a in found) != ""


def test_capture(crawled: Crawled, tmp_path: Path) -> None:
    assert example("capture", crawled, tmp_path).startswith("200 20")
    for url, article in list(kept(crawled).items())[:10]:
        page = capture(crawled.data_dir, url)
        assert page is not None
        assert page.record_id == article["provenance"]["record_id"]  # type: ignore[index]
        assert page.content_type.startswith("text/html")
        assert b"<html" in page.body.lower()
        assert capture(crawled.data_dir, url, datetime(2001, 1, 1, tzinfo=UTC)) is None
    assert capture(crawled.data_dir, "http://nowhere.example/") is None


def test_scrape(crawled: Crawled, tmp_path: Path) -> None:
    url, article = next(iter(kept(crawled).items()))
    data_dir = tmp_path / "own"
    (found,) = scrape([url], data_dir, arguments=["--allow-private", "--no-requisites"])
    assert (found.title, found.text) == (article["title"], article["text"])
    assert list(verify(data_dir=data_dir)) == []
    with pytest.raises(UsageError):
        list(scrape(["no address"], data_dir))


def test_the_example_of_scrape(crawled: Crawled, tmp_path: Path) -> None:
    (tmp_path / "data" / "sites").mkdir(parents=True)
    for path in (crawled.data_dir / "sites").glob("*.toml"):
        (tmp_path / "data" / "sites" / path.name).write_bytes(path.read_bytes())
    url, article = next(iter(kept(crawled).items()))
    shown = example("scrape", crawled, tmp_path, url)
    assert shown.startswith(f"{article['title']} djeli-")


def test_verify(crawled: Crawled, tmp_path: Path) -> None:
    assert example("verify", crawled, tmp_path) == "0 faults\n"
    warc = next((crawled.data_dir / "warc").glob("*.warc.gz"))
    damaged = bytearray(warc.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    broken = tmp_path / "broken.warc.gz"
    broken.write_bytes(damaged)
    assert {fault.file for fault in verify([broken])} == {"broken.warc.gz"}


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no catalogue"):
        next(search(tmp_path, Wanted(words="convoi")))
    with pytest.raises(ArchiveError, match="no archive"):
        verify(data_dir=tmp_path)
    assert capture(tmp_path, "http://kibaru.example/") is None
