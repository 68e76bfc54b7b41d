"""What was learned of a host: kept, shared, found again, and used by crawl, scrape and extraction alike."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from archive.article import Article
from archive.errors import ArchiveError
from crawler.fingerprint import Fingerprint
from crawler.learned import FILE, KEPT, States, open_learned, release
from crawler.reading import fingerprint
from tests.conftest import ROOT, Djeli
from tests.furnishedsite import APPEAL, BANNER, FurnishedSite, text_of
from tests.sitepages import Site
from tests.treesite import SITE, article_path, serving


def prints(site: Site, count: int) -> list[Fingerprint]:
    found = [fingerprint(site.record(number)) for number in range(count)]
    return [each for each in found if each]


def test_states_survive_reopening_and_are_found_by_their_ids(tmp_path: Path) -> None:
    path = tmp_path / FILE
    pages = prints(Site("fr", "bare"), 6)
    states = States(path)
    met = [states.meet([page]) for page in pages]
    states.close()
    assert [standing.met for standing in met] == [1, 2, 3, 4, 5, 6]
    assert met[0].learned is None
    again = States(path)
    for standing in met[1:]:
        assert standing.learned
        assert again.state(standing.learned.id) == standing.learned
    assert again.standing(pages[0].host) == met[-1]
    assert again.standing("elsewhere.example").learned is None
    assert again.state("000000000000") is None
    again.close()


def test_the_same_page_again_teaches_nothing(tmp_path: Path) -> None:
    states = States(tmp_path / FILE)
    pages = prints(Site("en", "bare"), 3)
    first = states.meet(pages)
    again = states.meet([*pages, *pages])
    assert again == first
    states.close()


def test_only_the_newest_pages_of_a_host_are_kept(tmp_path: Path) -> None:
    states = States(tmp_path / FILE)
    (page,) = prints(Site("en", "bare"), 1)
    many = [
        Fingerprint(host=page.host, key=key, headline=key, packed=page.packed)
        for key in range(KEPT + 9)
    ]
    states.keep(many)
    states.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        (first, count) = database.execute("SELECT min(key), count(*) FROM print").fetchone()
    assert (first, count) == (9, KEPT)


_MEETING = """
import sys
from pathlib import Path
from crawler.learned import open_learned, release
from crawler.reading import fingerprint
from tests.sitepages import Site
store = open_learned(Path(sys.argv[1]))
site = Site(sys.argv[2], "bare")
for number in range(5):
    store.meet(fingerprint(site.record(number))).result()
release(store)
"""


def test_processes_share_a_store(tmp_path: Path) -> None:
    def meet(language: str) -> int:
        command = [sys.executable, "-c", _MEETING, str(tmp_path), language]
        return subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(meet, ("fr", "en", "fr"))) == [0, 0, 0]
    states = States(tmp_path / FILE)
    for language in ("fr", "en"):
        standing = states.standing(Site(language, "bare").host)
        assert standing.met == 5
        assert standing.learned
    states.close()


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    store = open_learned(tmp_path)
    (page,) = prints(Site("fr", "bare"), 1)
    with pytest.raises(ArchiveError, match=FILE):
        store.meet(page).result()
    release(store)


def articles(data_dir: Path) -> dict[str, Article]:
    files = sorted((data_dir / "articles").glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    return {article.url: article for article in map(Article.from_json, lines)}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, djeli: Djeli) -> tuple[str, Path]:
    """A crawl of twelve articles: the server's address and the data folder."""
    data_dir = tmp_path_factory.mktemp("furnished")
    with serving(FurnishedSite(12)) as site:
        site.write_site_file(data_dir)
        crawl = djeli("crawl", SITE, "--data-dir", data_dir)
        assert crawl.returncode == 0, crawl.stderr
        return site.base, data_dir


def test_a_crawl_of_a_new_host_is_clean_from_its_first_page(furnished: tuple[str, Path]) -> None:
    base, data_dir = furnished
    found = articles(data_dir)
    assert len(found) == 12
    for number in range(12):
        article = found[base + article_path(number)]
        assert article.text == text_of(number)
        assert article.provenance.learned


def test_extraction_reads_each_record_as_the_crawl_did(
    furnished: tuple[str, Path], djeli: Djeli
) -> None:
    _, data_dir = furnished
    warcs = sorted((data_dir / "warc").glob("*.warc.gz"))
    again = djeli("extract", "--data-dir", data_dir, *warcs)
    assert again.returncode == 0, again.stderr
    kept = [p.read_text("utf-8") for p in sorted((data_dir / "articles").glob("*.jsonl"))]
    assert sorted(again.stdout.splitlines()) == sorted("".join(kept).splitlines())
    elsewhere = djeli("extract", *warcs, "--data-dir", data_dir / "none")  # the folder tells whose
    assert _known_and_told(elsewhere.stdout) == _known_and_told(again.stdout)


def _known_and_told(lines: str) -> list[tuple[str | None, str]]:
    found = map(Article.from_json, lines.splitlines())
    return [(article.provenance.learned, article.text) for article in found]


def test_what_was_lost_is_read_again_as_it_was(
    furnished: tuple[str, Path], djeli: Djeli, tmp_path: Path
) -> None:
    _, data_dir = furnished
    again = tmp_path / "again"
    shutil.copytree(data_dir, again)
    before = articles(again)
    shutil.rmtree(again / "articles")
    (again / "catalogue.sqlite").unlink()
    assert djeli("rebuild", "--data-dir", again).returncode == 0
    assert articles(again) == before


@pytest.mark.parametrize("way", ["moved", "relearn", "stdin"])
def test_extraction_from_anybody_learns_before_it_reads(
    furnished: tuple[str, Path], djeli: Djeli, tmp_path: Path, way: str
) -> None:
    base, data_dir = furnished
    (warc,) = (data_dir / "warc").glob("*.warc.gz")
    moved = tmp_path / warc.name
    moved.write_bytes(warc.read_bytes())
    home = ("--data-dir", tmp_path)
    if way == "stdin":
        with moved.open("rb") as file:
            again = djeli("extract", "-", *home, stdin=file)
    else:
        again = (
            djeli("extract", moved, *home)
            if way == "moved"
            else djeli("extract", "--relearn", warc)
        )
    assert again.returncode == 0, again.stderr
    found = {a.url: a for a in map(Article.from_json, again.stdout.splitlines())}
    assert {found[base + article_path(n)].text for n in range(12)} == {
        text_of(n) for n in range(12)
    }
    assert len({article.provenance.learned for article in found.values()}) == 1


def test_a_scrape_learns_from_its_pages_and_uses_what_is_known(
    djeli: Djeli, tmp_path: Path
) -> None:
    with serving(FurnishedSite(6)) as site:
        urls = [site.base + article_path(number) for number in range(6)]
        private = ("--allow-private", "--no-requisites")
        alone = djeli("scrape", urls[0], *private, "--data-dir", tmp_path)
        assert APPEAL in json.loads(alone.stdout)["text"]
        together = djeli("scrape", *urls[:3], *private, "--data-dir", tmp_path)
        later = djeli("scrape", urls[5], *private, "--data-dir", tmp_path)
    found = [json.loads(line)["text"] for line in together.stdout.splitlines()]
    assert sorted(found) == sorted(text_of(number) for number in range(3))
    assert json.loads(later.stdout)["text"] == text_of(5)
    assert BANNER not in later.stdout
