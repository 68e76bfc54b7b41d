"""Inside the checkout Scrapy's own commands work as any Scrapy user expects."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.__main__ import write_site_files
from demo.server import NewsroomServer, running
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def server() -> NewsroomServer:
    with running() as newsroom:
        yield newsroom


def scrapy(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DJELI_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False
    )


def test_list_names_each_site(tmp_path: Path, server: NewsroomServer) -> None:
    write_site_files(server.outlets, tmp_path / "sites")
    listed = scrapy("list", data_dir=tmp_path)
    assert listed.returncode == 0, listed.stderr
    names = listed.stdout.split()
    assert {outlet.id for outlet in server.outlets} <= set(names)
    assert len(names) > 20


def test_crawl_archives_and_exports(tmp_path: Path, server: NewsroomServer) -> None:
    write_site_files(server.outlets, tmp_path / "sites")
    outlet = server.outlets[0]
    crawl = scrapy("crawl", outlet.id, "-O", str(tmp_path / "out.jsonl"), data_dir=tmp_path)
    assert crawl.returncode == 0, crawl.stderr
    assert list((tmp_path / "warc").glob("*.warc.gz"))
    exported = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(exported) == len(outlet.truth)


def test_crawl_of_a_dead_site_is_not_a_success(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "dead.toml").write_text(
        'name = "Dead"\nurl = "http://127.0.0.1:9/"\ncountry = "ML"\nlanguages = ["fr"]\n'
    )
    assert scrapy("crawl", "dead", data_dir=tmp_path).returncode == 1
    unknown = scrapy("crawl", "no-such-site", data_dir=tmp_path)
    assert unknown.returncode == 2
    assert "Traceback" not in unknown.stderr


def test_shell_looks_without_leaving_traces(tmp_path: Path, server: NewsroomServer) -> None:
    url = server.outlets[0].truth[0].url
    shell = scrapy(
        "shell", url, "-c", "response.status", "--nolog", "-s", "ALLOW_PRIVATE=1", data_dir=tmp_path
    )
    assert shell.stdout.strip().endswith("200"), shell.stderr
    assert not (tmp_path / "warc").exists()
    assert not (tmp_path / "state").exists()
