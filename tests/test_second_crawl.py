"""What a crawl keeps beside its pages, and what a second one of an unchanged newsroom adds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from archive import http1
from archive.reader import Record, read_records
from archive.records import IDENTICAL_PAYLOAD, NOT_MODIFIED
from demo.__main__ import write_site_files
from demo.server import NewsroomServer, running
from tests.conftest import Crawled, Djeli


def records(path: Path) -> list[Record]:
    found = list(read_records(path))
    assert all(isinstance(record, Record) for record in found)
    return found  # type: ignore[return-value]


@pytest.fixture(scope="module")
def twice(
    crawled: Crawled, djeli: Djeli, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Record], list[Record]]:
    """The records of a first crawl, and those that a second one of the same newsroom added."""
    data_dir = tmp_path_factory.mktemp("twice") / "d"
    shutil.copytree(crawled.data_dir, data_dir)
    (first,) = sorted((data_dir / "warc").glob("*.warc.gz"))[:1]
    before = {path.name for path in (data_dir / "warc").iterdir()}
    ids = [outlet.id for outlet in crawled.server.outlets]
    outcome = djeli("crawl", *ids, "--json", "--data-dir", data_dir)
    assert outcome.returncode == 0, outcome.stderr
    assert sum(site["articles"] for site in json.loads(outcome.stdout)) == 0
    (second,) = (p for p in (data_dir / "warc").iterdir() if p.name not in before)
    assert second.stat().st_size < 0.05 * first.stat().st_size
    assert djeli("verify", "--data-dir", data_dir).returncode == 0
    return records(first), records(second)


def test_every_revisit_names_a_response_with_its_payload(
    twice: tuple[list[Record], list[Record]],
) -> None:
    first, second = twice
    originals = {record.id: record for record in first if record.type == "response"}
    revisits = [record for record in second if record.type == "revisit"]
    profiles = {record.field("WARC-Profile") for record in revisits}
    assert profiles == {IDENTICAL_PAYLOAD, NOT_MODIFIED}
    for revisit in revisits:
        original = originals[revisit.field("WARC-Refers-To")]
        assert revisit.field("WARC-Refers-To-Target-URI") == original.url
        assert revisit.field("WARC-Refers-To-Date") == original.field("WARC-Date")
        digest = original.field("WARC-Payload-Digest")
        assert revisit.field("WARC-Payload-Digest") == digest
        status = http1.status(revisit.block)
        assert status == (304 if revisit.field("WARC-Profile") == NOT_MODIFIED else 200)


def test_nothing_of_size_is_stored_again(twice: tuple[list[Record], list[Record]]) -> None:
    _, second = twice
    again = [record for record in second if record.type == "response"]
    assert all(len(r.block) < 1500 or http1.status(r.block) == 404 for r in again)


def test_each_page_has_a_metadata_record(
    crawled: Crawled, twice: tuple[list[Record], list[Record]]
) -> None:
    first, _ = twice
    responses = {record.id: record for record in first if record.type == "response"}
    told = {}
    for record in first:
        if record.type == "metadata":
            about = responses[record.field("WARC-Concurrent-To")]
            assert record.url == about.url
            told[about.url] = record.block.decode()
    for outlet in crawled.server.outlets:
        for true in outlet.truth:
            lines = told[true.url].splitlines()
            assert any(line.startswith("via: http") for line in lines), true.url
            assert "hopsFromSeed: L" in told[true.url]
            assert any(line.startswith("fetchTimeMs: ") for line in lines)
            assert any(line.startswith("outlink: http") and " L " in line for line in lines)


def test_what_a_reader_sees_is_archived_once(
    crawled: Crawled, twice: tuple[list[Record], list[Record]]
) -> None:
    first, _ = twice
    answers = [record for record in first if record.type in ("response", "revisit")]
    kept = [record.url for record in answers if http1.status(record.block) == 200]
    for outlet in crawled.server.outlets:
        home = outlet.masthead.url()
        for true in outlet.truth:
            for image in true.images:
                assert kept.count(image.url) == 1, image.url
        sheets = [url for url in kept if url.startswith(home) and ".css" in url]
        assert sheets, outlet.id


def test_the_first_record_says_how_the_crawl_was_made(
    twice: tuple[list[Record], list[Record]],
) -> None:
    info = dict(line.split(": ", 1) for line in twice[0][0].block.decode().splitlines())
    assert info["software"].startswith("Djeli/")
    assert info["robots"] == "obey"
    assert info["format"] == "WARC File Format 1.1"
    assert json.loads(info["settings"])["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert all(r.field("WARC-Warcinfo-ID") == twice[0][0].id for r in twice[0][1:])


@pytest.fixture
def server() -> NewsroomServer:
    with running() as newsroom:
        yield newsroom


def test_requisites_can_be_left_out_by_site_or_by_run(
    djeli: Djeli, tmp_path: Path, server: NewsroomServer
) -> None:
    write_site_files(server.outlets, tmp_path / "sites")
    first, second = (outlet.id for outlet in server.outlets[:2])
    site_file = tmp_path / "sites" / f"{first}.toml"
    site_file.write_text(site_file.read_text() + "requisites = false\n")
    by_site = djeli("crawl", first, "--json", "--data-dir", tmp_path)
    by_run = djeli("crawl", second, "--json", "--no-requisites", "--data-dir", tmp_path)
    for outcome in (by_site, by_run):
        (site,) = json.loads(outcome.stdout)
        assert site["done"]
        assert site["articles"] > 10
        assert site["requisites"] == 0
