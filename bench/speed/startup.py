"""How long a command takes to its first request: what a desk waits for, and a timer pays each time."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.speed.programs.ours import SITE
from bench.speed.race import ROOT, Server, serving
from bench.speed.run import measured

COLUMNS = ("command", "first request after, s", "CPU of the whole run, s")


def rows(rounds: int) -> list[Sequence[str]]:
    """The commands as a user calls them, over two pages, politeness and all."""
    with serving(2) as server:
        return [_row(what, rounds, server) for what in ("crawl", "scrape")]


def _row(what: str, rounds: int, server: Server) -> list[str]:
    waits, costs = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="speed-") as folder:
            command = [
                sys.executable,
                "-m",
                "crawler",
                *_arguments(what, server.root, Path(folder)),
            ]
            cost = measured(command, Path(folder), {"PYTHONPATH": str(ROOT)})
            waits.append(server.counts()["first"] - cost.began)
            costs.append(cost.cpu)
    return [f"djeli {what}", f"{statistics.median(waits):.2f}", f"{statistics.median(costs):.2f}"]


def _arguments(what: str, root: str, folder: Path) -> list[str]:
    if what == "scrape":
        page = f"{root}/2026/01/01/reportage-de-la-region-0/"
        return ["scrape", page, "--allow-private", "--data-dir", str(folder)]
    (folder / "sites").mkdir()
    site = SITE.format(root=root) + "delay = 0.01\n"
    (folder / "sites" / "relais.toml").write_text(site, "utf-8")
    return ["crawl", "relais", "--no-requisites", "--data-dir", str(folder)]
