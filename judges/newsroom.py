"""An archive to be judged: the demo newsroom's, crawled twice, so that the second time finds it unchanged."""

from __future__ import annotations

import sys
from pathlib import Path

from judges.install import JudgeError, run, say

CRAWLS = 2


def crawled(data_dir: Path, port: int) -> None:
    """Crawl the newsroom into a folder; the server is gone when this returns."""
    for turn in range(1, CRAWLS + 1):
        say(f"crawling the demo newsroom into {data_dir}, {turn} of {CRAWLS}")
        command = [sys.executable, "-m", "demo", "--port", str(port), "--data-dir", str(data_dir)]
        run(command, "the demo newsroom cannot be crawled")


def warc_files(data_dir: Path) -> list[Path]:
    """The WARC files of a data folder, none of which is being written."""
    folder = data_dir / "warc"
    if being_written := sorted(folder.glob("*.open")):
        raise JudgeError(f"{being_written[0]} is being written; end the crawl first")
    if not (files := sorted(folder.glob("*.warc.gz"))):
        raise JudgeError(f"no WARC files in {folder}")
    return files
