"""Scheduled crawls: what is due, what failed, what was corrected, and what an idle run costs."""

from __future__ import annotations

import csv
import json
import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT, Djeli
from tests.routes import SITE, Answer, Routes, article, feed, front_page, serving

PATHS = [f"/actualite/ce-que-disent-les-habitants-{n}.html" for n in range(1, 5)]
Crawl = Callable[..., dict[str, object]]


@pytest.fixture
def routes() -> Iterator[Routes]:
    with serving() as routes:
        routes.set("/robots.txt", Answer(b"User-agent: *\nAllow: /\n"))
        routes.set("/feed", feed(routes.base, PATHS, etag='"f1"'))
        routes.set("/", front_page(PATHS, etag='"h1"'))
        for number, path in enumerate(PATHS):
            routes.set(path, article(number))
        yield routes


@pytest.fixture
def crawl(routes: Routes, djeli: Djeli, tmp_path: Path) -> Crawl:
    """Crawls the site; the summary of the run, with what was said and the exit status."""
    routes.write_site_file(tmp_path, f'feeds = ["{routes.base}/feed"]')

    def run(*arguments: object) -> dict[str, object]:
        del routes.asked[:]
        outcome = djeli("crawl", SITE, "--json", "--data-dir", tmp_path, *arguments)
        (site,) = json.loads(outcome.stdout) or [{}]
        return {**site, "stderr": outcome.stderr, "status": outcome.returncode}

    return run


def _ledger(data_dir: Path, statement: str) -> None:
    """As if time had passed."""
    with sqlite3.connect(data_dir / "state" / f"{SITE}.sqlite") as database:
        database.execute(statement)
    database.close()


def _articles(data_dir: Path) -> list[dict[str, str]]:
    files = sorted(data_dir.glob("articles/*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def test_an_idle_run_costs_one_conditional_request_a_source(crawl: Crawl, routes: Routes) -> None:
    assert crawl()["articles"] == 4
    again = crawl()
    assert again["status"] == 0
    assert (again["articles"], again["known"]) == (0, 4)
    assert sorted(routes.paths()) == ["/", "/feed"]
    assert all("If-None-Match" in asked.headers for asked in routes.asked)


def test_a_site_is_due_when_its_time_has_come(
    crawl: Crawl, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    assert crawl("--due")["articles"] == 4
    idle = djeli("crawl", SITE, "--due", "--data-dir", tmp_path)
    assert (idle.returncode, idle.stdout, idle.stderr) == (0, "", "nothing is due\n")
    _ledger(tmp_path, "UPDATE note SET value = '2020-01-01T00:00:00+00:00' WHERE name = 'next_due'")
    assert crawl("--due")["sources"] == 2


def test_a_page_that_failed_is_fetched_when_it_can_be(
    crawl: Crawl, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    routes.set(PATHS[0], Answer("no", 503))
    first = crawl()
    assert (first["articles"], first["failed"], first["status"]) == (3, 1, 1)
    told = djeli("coverage", "--missing", "--data-dir", tmp_path).stdout
    assert PATHS[0] in told
    assert "the server answered 503; tried once" in told
    routes.set("/feed", feed(routes.base, PATHS[1:]))  # the feed has moved on
    routes.set("/", front_page(PATHS[1:]))
    _ledger(tmp_path, "UPDATE note SET value = '2020-01-01T00:00:00+00:00' WHERE name = 'next_due'")
    waiting = crawl("--due")
    assert waiting["articles"] == 0
    assert PATHS[0] not in routes.paths()
    routes.set(PATHS[0], article(0))
    second = crawl()
    assert (second["articles"], second["status"]) == (1, 0)
    assert djeli("coverage", "--missing", "--data-dir", tmp_path).stdout == ""


def test_a_page_that_is_gone_is_given_up_and_says_so(
    crawl: Crawl, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    routes.set(PATHS[0], Answer("no", 404))
    assert [crawl()["gone"] for _ in range(4)] == [1, 1, 1, 0]
    assert "given up" in djeli("coverage", "--missing", "--data-dir", tmp_path).stdout


def test_a_correction_is_a_new_version_and_furniture_is_none(
    crawl: Crawl, routes: Routes, tmp_path: Path
) -> None:
    crawl()
    routes.set(
        PATHS[0],
        article(0, "<p>Correction : le nombre de camions est de quarante, et non trente.</p>"),
    )
    routes.set(PATHS[1], article(1, "<div class='share'><a href='/x'>Partager 12</a></div>"))
    _ledger(tmp_path, "UPDATE page SET due = 1 WHERE due IS NOT NULL")
    checked = crawl()
    assert checked["status"] == 0, checked["stderr"]
    assert sorted(p for p in routes.paths() if p in PATHS) == PATHS
    texts = [a["text"] for a in _articles(tmp_path) if a["url"].endswith(PATHS[0])]
    assert len(texts) == 2
    assert "Correction" in texts[1]
    assert len(_articles(tmp_path)) == 5
    assert sorted(p for p in (crawl(), routes.paths())[1] if p in PATHS) == []


def test_what_was_read_otherwise_in_its_time_is_no_correction(
    crawl: Crawl, routes: Routes, tmp_path: Path
) -> None:
    crawl()
    with closing(sqlite3.connect(tmp_path / "catalogue.sqlite")) as catalogue, catalogue:
        catalogue.execute(
            "UPDATE article SET json = json_set(json, '$.text', json ->> '$.text' || ' Partager')"
        )
        catalogue.execute(
            "UPDATE article SET json = json_set(json, '$.text', 'Partager') WHERE url LIKE ?",
            (f"%{PATHS[2]}",),
        )
    routes.set(
        PATHS[0], article(0, "<p>Correction : les camions sont quarante, et non trente.</p>")
    )
    for number in (1, 2):
        share = "<div class='share'><a href='/x'>Partager 12</a></div>"
        routes.set(PATHS[number], article(number, share))
    _ledger(tmp_path, "UPDATE page SET due = 1 WHERE due IS NOT NULL")
    checked = crawl()
    assert checked["status"] == 0, checked["stderr"]
    assert sorted(p for p in routes.paths() if p in PATHS) == PATHS
    again = sorted(urlsplit(a["url"]).path for a in _articles(tmp_path)[4:])
    assert again == [PATHS[0], PATHS[2]]  # corrected; of the other more was found than was held


def test_coverage_tells_the_days(
    crawl: Crawl, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    crawl()
    _ledger(
        tmp_path, "INSERT INTO day VALUES('2026-01-01', 'blocked', 'the server answered 403', 2, 0)"
    )
    told = djeli("coverage", "--csv", "--data-dir", tmp_path)
    assert told.returncode == 0, told.stderr
    days = list(csv.DictReader(told.stdout.splitlines()))
    assert (days[0]["day"], days[0]["status"]) == ("2026-01-01", "blocked")
    assert (days[1]["day"], days[1]["status"]) == ("2026-01-02", "not scheduled")
    assert (days[-1]["status"], days[-1]["articles"]) == ("complete", "4")
    assert {day["first_day"] for day in days} == {"2026-01-01"}
    table = djeli("coverage", "--data-dir", tmp_path).stdout
    assert SITE in table
    assert "# complete" in table


@pytest.mark.parametrize(
    ("status", "expected"), [(403, "blocked"), (503, "unreachable"), (404, "unreachable")]
)
def test_a_day_without_a_source_says_why(
    status: int, expected: str, crawl: Crawl, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    for path in ("/", "/feed"):
        routes.set(path, Answer("no", status))
    assert crawl()["status"] == 1
    (day,) = map(
        json.loads, djeli("coverage", "--json", "--data-dir", tmp_path).stdout.splitlines()
    )
    assert day["status"] == expected
    assert f"the server answered {status}" in day["why"]


def test_metrics_are_for_prometheus(crawl: Crawl, tmp_path: Path) -> None:
    crawl("--metrics", tmp_path / "djeli.prom")
    lines = (tmp_path / "djeli.prom").read_text().splitlines()
    assert f'djeli_run_articles{{site="{SITE}"}} 4' in lines
    assert f'djeli_run_done{{site="{SITE}"}} 1' in lines


@pytest.mark.parametrize("kind", ["--systemd", "--cron", "--kubernetes"])
def test_what_to_install_is_printed(kind: str, djeli: Djeli, tmp_path: Path) -> None:
    told = djeli("schedule", kind, "--data-dir", tmp_path / "a b")
    assert told.returncode == 0
    assert "--due" in told.stdout
    assert djeli("schedule").returncode == 2


def test_a_terminal_shows_a_live_table(routes: Routes, tmp_path: Path) -> None:
    routes.write_site_file(tmp_path, f'feeds = ["{routes.base}/feed"]')
    command = [sys.executable, "-m", "crawler", "crawl", SITE, "--data-dir", str(tmp_path)]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "LINES": "40"}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=environment
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # Linux says EIO when the last writer has gone
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert process.wait() == 0, shown.decode()
    text = shown.decode()
    assert "pages/min" in text
    assert "new articles" in text.rpartition("pages/min")[2]  # the summary stands at the end
