"""A short run of the bench: whoever takes part must have every page, as it was sent; and its drawing is one."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.speed.contestants import FETCHING, NAIVE, PLAIN, Contestant, Place
from bench.speed.delivered import ShortError, check_archive, digest
from bench.speed.growth import Curve, svg
from bench.speed.pages import made_pages
from bench.speed.race import race
from bench.speed.warcs import rows as warc_rows

PAGES = 24


def _stock(mode: str) -> Contestant:
    """Plain Scrapy in this environment: no other is made for a test."""

    def commands(at: Place, python: str) -> Sequence[Sequence[str]]:
        module = "bench.speed.programs.stock"
        return [[sys.executable, "-m", module, mode, str(at.urls), str(at.folder)]]

    return Contestant(name=mode, commands=commands, archives=mode != "plain")


def test_every_contestant_delivers_every_page_and_costs_something() -> None:
    ours = FETCHING[-1]
    entries = race([_stock("plain"), _stock("warcio"), ours], PAGES, 1)
    assert [entry.error for entry in entries] == [None] * 3
    for entry in entries:
        (run,) = entry.runs
        assert run.cpu > 0
        assert 0 < run.start < run.seconds
        assert run.peak > 10


def test_a_contestant_that_leaves_pages_out_is_out() -> None:
    idle = Contestant(name="idle", commands=lambda at, python: [[sys.executable, "-c", "pass"]])
    (entry,) = race([idle], 3, 1)
    assert entry.error
    assert entry.error.startswith("asked for")


def test_an_archive_that_lacks_a_page_or_changed_it_is_noticed(tmp_path: Path) -> None:
    (entry,) = race([FETCHING[-1]], 3, 1)
    assert entry.error is None
    with pytest.raises(ShortError, match="1 of 1 pages are not in"):
        check_archive(tmp_path, "http://127.0.0.1", {"/a": digest(b"a")})


def test_pages_are_as_large_as_real_ones_and_all_differ() -> None:
    pages = list(made_pages(40, "https://relais.example"))
    sizes = [len(page.head) + len(page.body) for page in pages]
    assert min(sizes) > 80_000
    assert max(sizes) < 150_000
    assert len({page.head + page.body for page in pages}) == 40
    assert PLAIN != NAIVE


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_readers_and_writers_of_warc_are_compared_over_the_same_records() -> None:
    found = warc_rows(6)
    gc.collect()  # warcio's writer leaves its spool files to the collector
    assert [row[0] for row in found[:5]] == [
        "write, warcio",
        "write, ours",
        "read, warcio",
        "read, FastWARC",
        "read, ours",
    ]


def test_the_curves_are_drawn() -> None:
    drawn = ElementTree.fromstring(
        svg([Curve("a", [(10, 1.0), (100, 1.5)]), Curve("b", [(10, 2)])])
    )
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"a", "b", "1.5", "100"} <= set(texts)
