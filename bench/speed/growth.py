"""How the cost grows: a crawl of a thousand, ten thousand, a hundred thousand pages, and the frontier's URLs."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.speed import frontier
from bench.speed.contestants import FETCHING
from bench.speed.race import Entry, race

COLUMNS = ("what", "how many", "CPU each, ms", "memory, MB")
PLOT = Path("docs/growth.svg")
LEVELS = (1_000, 10_000, 100_000)
_WIDE, _HIGH, _LEFT, _BELOW = 330, 200, 46, 40


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of x and y under a title."""

    title: str
    points: Sequence[tuple[int, float]]


def rows(levels: Sequence[int], plot: Path) -> list[list[str]]:
    """Crawls of so many pages, and the frontier; drawn into a file."""
    crawls = [_crawl(level) for level in levels]
    fills = [_fill(level) for level in frontier.LEVELS]
    curves = [
        Curve("crawl: CPU ms a page", [(n, cpu) for n, cpu, _ in crawls]),
        Curve("crawl: MB of the process", [(n, memory) for n, _, memory in crawls]),
        Curve("frontier: CPU µs a URL", [(n, 1000 * cpu) for n, cpu, _ in fills]),
        Curve("frontier: MB more", [(n, memory) for n, _, memory in fills]),
    ]
    plot.write_text(svg(curves), "utf-8")
    named = [("pages crawled", *crawl) for crawl in crawls] + [("URLs seen", *f) for f in fills]
    return [[what, f"{n:,}", f"{cpu:.3f}", f"{memory:.0f}"] for what, n, cpu, memory in named]


def _crawl(pages: int) -> tuple[int, float, float]:
    entries: list[Entry] = race([FETCHING[-1]], pages, 1)
    if entries[0].error:
        raise ValueError(entries[0].error)
    (run,) = entries[0].runs
    return pages, 1000 * run.cpu / pages, run.peak


def _fill(urls: int) -> tuple[int, float, float]:
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        told = frontier.told("fill", urls, folder)
    return urls, 1000 / told["enqueued"], told["megabytes"]


def svg(curves: Sequence[Curve]) -> str:
    """A panel a curve, two in a row; x by powers of ten, y from zero."""
    panels = "".join(_panel(curve, n % 2 * _WIDE, n // 2 * _HIGH) for n, curve in enumerate(curves))
    high = (len(curves) + 1) // 2 * _HIGH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _WIDE} {high}" font-family="sans-serif" '
        f'font-size="11"><rect width="100%" height="100%" fill="#fff"/>{panels}</svg>\n'
    )


def _panel(curve: Curve, left: int, top: int) -> str:
    low, high = (math.log10(curve.points[i][0]) for i in (0, -1))
    most = 1.25 * max(y for _, y in curve.points)
    wide, tall = _WIDE - _LEFT - 30, _HIGH - _BELOW - 30

    def at(x: int, y: float) -> tuple[float, float]:
        along = (math.log10(x) - low) / (high - low or 1)
        return left + _LEFT + wide * along, top + 30 + tall * (1 - y / most)

    spots = [at(x, y) for x, y in curve.points]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in spots)
    base = top + 30 + tall
    marks = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="#a33"/><text x="{x:.0f}" y="{y - 8:.0f}" '
        f'text-anchor="middle">{value:.3g}</text><text x="{x:.0f}" y="{base + 16}" text-anchor="middle">{n:,}</text>'
        for (x, y), (n, value) in zip(spots, curve.points, strict=True)
    )
    return (
        f'<text x="{left + _LEFT}" y="{top + 16}" font-weight="bold">{curve.title}</text>'
        f'<path d="M{left + _LEFT},{top + 30} V{base} H{left + _LEFT + wide}" fill="none" stroke="#888"/>'
        f'<polyline points="{line}" fill="none" stroke="#a33" stroke-width="2"/>{marks}'
    )
