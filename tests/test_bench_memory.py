"""The judge of memory: what a worker takes, and when it is said to have grown."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench.memory import READING_MB, fed, has_grown


def test_a_worker_reads_as_in_a_crawl_and_its_peak_is_seen(tmp_path: Path) -> None:
    ((megabytes, _),) = asyncio.run(fed(tmp_path, 10))
    assert 30 < megabytes < READING_MB
    assert (tmp_path / "learned.sqlite").exists()


def test_what_is_loaded_in_the_beginning_is_no_growth() -> None:
    assert not has_grown([100.0])
    assert not has_grown([100.0, 150.0])
    assert not has_grown([100.0, 150.0, 160.0])
    assert has_grown([100.0, 150.0, 160.0, 170.0])
