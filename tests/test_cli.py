"""The command line: help, statuses, one clear line for each thing that can be wrong."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

import pytest

from crawler.__main__ import COMMANDS
from demo.server import NewsroomServer, running
from tests.conftest import Djeli


@pytest.fixture(scope="module")
def server() -> NewsroomServer:
    with running() as newsroom:
        yield newsroom


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(djeli: Djeli, command: str) -> None:
    shown = djeli(command, "--help")
    assert shown.returncode == 0
    assert f"djeli {command}" in shown.stdout
    assert "--data-dir" in shown.stdout


BAD_SITE = 'name = "X"\nurl = "https://x.example/"\ncountry = "ML"\nlanguages = ["fr"]\n'


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, ["COMMAND"]),
        (["crawl"], 2, ["--all"]),
        (["crawl", "no-such-site"], 2, ["no-such-site", "sites list"]),
        (["fly"], 2, ["fly"]),
        (["scrape", "ftp://x.example/"], 2, ["ftp://x.example/", "http"]),
        (["extract", "missing.warc.gz"], 1, ["missing.warc.gz"]),
        (["extract", "README.md"], 1, ["README.md", "not a WARC"]),
        (["search", "x"], 1, ["catalogue"]),
        (["search", "x", "--limit", "0"], 2, ["--limit", "whole number"]),
        (["search", "x", "--limit", "some"], 2, ["--limit", "whole number"]),
        (["scrape", "http://x.example/", "--timeout", "0"], 2, ["--timeout", "seconds"]),
        (["scrape", "http://x.example/", "--timeout", "nan"], 2, ["--timeout", "seconds"]),
        (["verify"], 1, ["warc"]),
        (["verify", "missing.warc.gz"], 1, ["missing.warc.gz", "no such file"]),
        (["verify", "tests"], 1, ["tests", "folder"]),
    ],
)
def test_wrong_calls_get_one_clear_line(
    djeli: Djeli, tmp_path: Path, arguments: list[str], status: int, words: list[str]
) -> None:
    extra = ["--data-dir", tmp_path / "none"] if arguments and arguments[0] != "fly" else []
    outcome = djeli(*arguments, *extra)
    assert outcome.returncode == status, outcome.stderr
    assert "Traceback" not in outcome.stderr
    for word in words:
        assert word in outcome.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = = 1", ["bad.toml", "line 1"]),
        (BAD_SITE + "colour = 3\n", ["bad.toml", "colour", "feeds"]),
        (BAD_SITE.replace('"ML"', '"Mali"'), ["bad.toml", "country"]),
        (BAD_SITE + 'feeds = "x"\n', ["bad.toml", "feeds"]),
    ],
)
def test_a_wrong_site_file_is_named_with_its_key(
    djeli: Djeli, tmp_path: Path, text: str, words: list[str]
) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "bad.toml").write_text(text)
    outcome = djeli("crawl", "bad", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
    for word in words:
        assert word in outcome.stderr


def test_sites_list_shows_bundled_and_own_sites(djeli: Djeli, tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "mine.toml").write_text(BAD_SITE)
    shown = djeli("sites", "list", "--json", "--data-dir", tmp_path)
    sites = {row["id"]: row for row in map(json.loads, shown.stdout.splitlines())}
    assert sites["mine"]["url"] == "https://x.example/"
    assert len(sites) > 20


def test_scrape_prints_articles_and_names_what_is_none(
    djeli: Djeli, tmp_path: Path, server: NewsroomServer
) -> None:
    outlet = server.outlets[0]
    true = outlet.truth[0]
    front, missing = outlet.masthead.url(), outlet.masthead.url("/no/such/page")
    outcome = djeli(
        "scrape", "--allow-private", front, true.url, missing, "nonsense", "--data-dir", tmp_path
    )
    assert outcome.returncode == 1
    (article,) = map(json.loads, outcome.stdout.splitlines())
    assert article["text"] == true.text
    assert article["provenance"]["warc_file"] in {p.name for p in (tmp_path / "warc").iterdir()}
    complaints = outcome.stderr.splitlines()
    assert len(complaints) == 3, outcome.stderr
    for url, reason in ((front, "listing"), (missing, "404"), ("nonsense", "http")):
        assert any(url in line and reason in line for line in complaints)


def test_scrape_reads_stdin_and_keeps_nothing_if_asked(
    djeli: Djeli, tmp_path: Path, server: NewsroomServer
) -> None:
    wanted = [true.url for true in server.outlets[0].truth[:3]]
    outcome = djeli(
        "scrape",
        "--allow-private",
        "-",
        "--no-archive",
        "--data-dir",
        tmp_path / "d",
        input="\n".join(wanted),
    )
    assert outcome.returncode == 0, outcome.stderr
    found = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert {article["url"] for article in found} == set(wanted)
    assert {article["provenance"]["warc_file"] for article in found} == {None}
    assert not (tmp_path / "d").exists()


def test_scrape_of_a_dead_server_is_one_line(djeli: Djeli, tmp_path: Path) -> None:
    outcome = djeli("scrape", "--allow-private", "http://127.0.0.1:9/x", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    assert outcome.stdout == ""
    (line,) = outcome.stderr.splitlines()
    assert "http://127.0.0.1:9/x" in line
    assert "refused" in line


def test_an_unwritable_folder_stops_before_anything_is_fetched(
    djeli: Djeli, tmp_path: Path, server: NewsroomServer
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    outcome = djeli(
        "scrape", "--allow-private", server.outlets[0].truth[0].url, "--data-dir", blocked
    )
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert str(blocked) in line


def test_a_crawl_of_a_site_that_is_being_crawled_says_so(djeli: Djeli, tmp_path: Path) -> None:
    for name in ("sites", "state"):
        (tmp_path / name).mkdir()
    (tmp_path / "sites" / "busy.toml").write_text(BAD_SITE)
    with (tmp_path / "state" / "busy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = djeli("crawl", "busy", "--data-dir", tmp_path)
    assert outcome.returncode == 1
    (line,) = outcome.stderr.splitlines()
    assert "being crawled by another process" in line


def test_a_full_disk_behind_stdout_is_one_line(djeli: Djeli, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        outcome = djeli(
            "sites", "list", "--data-dir", tmp_path, capture_output=False, stdout=full, stderr=-1
        )
    assert outcome.returncode == 1
    assert outcome.stderr == "djeli: cannot write the output: No space left on device\n"


def test_scraping_stops_when_its_output_takes_no_more(
    djeli: Djeli, tmp_path: Path, server: NewsroomServer
) -> None:
    wanted = [true.url for true in server.outlets[0].truth]
    with Path("/dev/full").open("w") as full:
        outcome = djeli(
            "scrape",
            "--allow-private",
            *wanted,
            "--no-requisites",
            "--data-dir",
            tmp_path,
            capture_output=False,
            stdout=full,
            stderr=-1,
        )
    assert outcome.returncode == 1
    assert outcome.stderr.endswith("djeli: cannot write the output: No space left on device\n")
    (kept,) = (tmp_path / "articles").glob("*.jsonl")
    assert len(kept.read_text(encoding="utf-8").splitlines()) < len(wanted)


def test_json_is_utf8_in_any_locale(djeli: Djeli, tmp_path: Path, server: NewsroomServer) -> None:
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    true = next(t for o in server.outlets for t in o.truth if t.language == "am")
    outcome = djeli(
        "scrape",
        "--allow-private",
        "-",
        "--no-archive",
        "--data-dir",
        tmp_path,
        input=f"{true.url}\nété\n",
        env={**os.environ, **plain},
        encoding="utf-8",
    )
    assert json.loads(outcome.stdout)["text"] == true.text
    assert outcome.stderr == "djeli: été: not an http:// or https:// URL\n"


def test_countries_and_languages_are_found_in_either_case(djeli: Djeli, tmp_path: Path) -> None:
    found = [
        djeli("sites", "list", "--country", country, "--language", language, "--data-dir", tmp_path)
        for country, language in (("ML", "fr"), ("ml", "FR"))
    ]
    assert found[0].stdout == found[1].stdout
    assert "journaldumali" in found[0].stdout
