"""Whole crawls that are killed, interrupted, run out of disk, or meet a page that breaks the extractor.

The long version is ``python -m bench.kill_campaign``.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from archive.reader import Record, read_records
from archive.warcfile import open_files
from bench.kill_campaign import (
    Plan,
    Tally,
    command,
    crawl,
    judge,
    promised_articles,
    promises,
    start,
    wait_for_hit,
)
from tests.conftest import ROOT
from tests.treesite import SITE, TreeSite, serving

NO_FAULT = 0
PATIENCE = 60


def _killed(seed: int, folder: Path) -> Tally:
    plan = Plan(articles=30, life=(0.0, 0.8), chance=random.Random(seed))
    with serving(TreeSite(plan.articles)) as site:
        return crawl(site, folder, 3, plan)


def test_killed_crawls_lose_double_and_damage_nothing(tmp_path: Path) -> None:
    folders = [tmp_path / str(seed) for seed in range(3)]
    with ThreadPoolExecutor(3) as pool:
        tallies = list(pool.map(_killed, range(3), folders))
    assert sum(tally.kills for tally in tallies) >= 6
    for tally in tallies:
        assert tally.faults == NO_FAULT, tally


def finish(data_dir: Path) -> None:
    """Run the crawl again, undisturbed."""
    outcome = subprocess.run(
        command(data_dir),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr


def interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C in a terminal goes to all processes of the group."""
    os.killpg(process.pid, signal.SIGINT)


def wait_for_articles(data_dir: Path, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(promised_articles(data_dir)) < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_interrupted_once_it_ends_in_order_and_goes_on_when_run_again(tmp_path: Path) -> None:
    with serving(TreeSite(60, delay=0.03)) as site:
        site.write_site_file(tmp_path)
        process = start(command(tmp_path))
        wait_for_articles(tmp_path, 1)
        interrupt(process)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert "interrupted; run the same command again to go on" in stderr
        assert "Traceback" not in stderr
        assert SITE in stdout
        assert not open_files(tmp_path / "warc")
        kept, articles = promises(tmp_path), promised_articles(tmp_path)
        assert {hit.path for hit in site.hits} == {
            (record.url or "").removeprefix(site.base) for record in responses(tmp_path)
        }
        assert len(site.hits) < len(site.urls)
        site.delay = 0.004
        finish(tmp_path)
        tally = judge(site, tmp_path, kept, articles)
        assert tally.faults == NO_FAULT, tally
        assert len(site.hits) == len(site.urls)


def responses(data_dir: Path) -> list[Record]:
    """Those of all files."""
    return [
        found
        for path in (data_dir / "warc").iterdir()
        for found in read_records(path)
        if isinstance(found, Record) and found.type == "response"
    ]


def test_interrupted_twice_it_ends_at_once_and_goes_on_when_run_again(tmp_path: Path) -> None:
    with serving(TreeSite(30, delay=0.03)) as site:
        site.write_site_file(tmp_path)
        process = start(command(tmp_path))
        wait_for_articles(tmp_path, 1)
        site.delay = 20
        wait_for_hit(site, process)
        began = time.monotonic()
        interrupt(process)
        time.sleep(0.3)
        assert process.poll() is None
        interrupt(process)
        _, stderr = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - began < 8
        assert process.returncode == 1
        assert "interrupted" in stderr
        assert "Traceback" not in stderr
        kept, articles = promises(tmp_path), promised_articles(tmp_path)
        for path in (tmp_path / "warc").iterdir():
            assert all(isinstance(found, Record) for found in read_records(path))
        site.delay = 0.004
        finish(tmp_path)
        tally = judge(site, tmp_path, kept, articles)
        assert tally.faults == NO_FAULT, tally


def _filled(folder: Path, limit: int, padding: int) -> str:
    """Crawl until the disk is full, then with room; the line that said what was full."""
    with serving(TreeSite(20, padding=padding)) as site:
        site.write_site_file(folder)
        process = start(["prlimit", f"--fsize={limit}", *command(folder)])
        _, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert "Traceback" not in stderr
        (line,) = [line for line in stderr.splitlines() if str(folder) in line]
        kept, articles = promises(folder), promised_articles(folder)
        assert kept
        for path in (folder / "warc").iterdir():
            assert all(isinstance(found, Record) for found in read_records(path))
        finish(folder)
        tally = judge(site, folder, kept, articles)
        assert tally.faults == NO_FAULT, tally
        return line


def test_a_full_disk_stops_the_crawl_which_is_completed_when_there_is_room(
    tmp_path: Path,
) -> None:
    with ThreadPoolExecutor(2) as pool:
        no_room_for_warc = pool.submit(_filled, tmp_path / "a", 900_000, 400_000)
        no_room_for_sqlite = pool.submit(_filled, tmp_path / "b", 150_000, 0)
    assert "a/warc/djeli-" in no_room_for_warc.result()
    assert ".sqlite" in no_room_for_sqlite.result()


BREAKING = """
import os, sys
import crawler.pool
from crawler.workers import Workers

class Breaking(Workers):
    "Two pages break them: one kills its worker, one makes it raise."

    def submit(self, work, arguments, worker=None):
        url = arguments[0].url
        if url.endswith("-7.html"):
            return super().submit(os._exit, (3,), worker)
        if url.endswith("-8.html"):
            return super().submit(int, ("not a number",), worker)
        return super().submit(work, arguments, worker)

if __name__ == "__main__":
    crawler.pool.Workers = Breaking
    from crawler.__main__ import main
    sys.exit(main(sys.argv[1:]))
"""


def test_pages_that_break_the_extractor_are_kept_and_named(tmp_path: Path) -> None:
    script = tmp_path / "breaking.py"
    script.write_text(BREAKING)
    data_dir = tmp_path / "d"
    with serving(TreeSite(15)) as site:
        site.write_site_file(data_dir)
        process = start([sys.executable, str(script), *command(data_dir)[3:]])
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1, stderr
        assert stdout.splitlines()[2].split()[-1] == "2"
        assert "2 pages failed" in stderr
        assert "Traceback" not in stderr
        ids = {record.url: record.id for record in responses(data_dir)}
        assert ids.keys() == site.urls
        assert len(promised_articles(data_dir)) == 13
        for number in (7, 8):
            url = next(url for url in site.urls if url.endswith(f"-{number}.html"))
            (line,) = [line for line in stderr.splitlines() if url in line]
            assert f"(record {ids[url]})" in line
        finish(data_dir)
        assert len(promised_articles(data_dir)) == 15
