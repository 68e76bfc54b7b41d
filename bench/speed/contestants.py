"""Who runs, and how each is called."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from judges.install import JudgeError, installed_venv, program

PEERS = Path(__file__).parent.with_name("speed-peers.txt")
JUDGES = Path(".judges")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contestant finds its work, and where it puts what it has done."""

    root: str
    urls: Path
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """``commands`` are run one after the other and cost together; ``environment`` is a line of the peers' list.

    ``archives`` and ``extracts`` say what it must have delivered; ``cores`` how many it may use.
    """

    name: str
    commands: Callable[[Place, str], Sequence[Sequence[str]]]
    environment: str | None = None
    archives: bool = True
    extracts: bool = False
    cores: int | None = None

    def python(self) -> str:
        """Of its environment, made if there is none; raises ``JudgeError``."""
        if self.environment is None:
            return sys.executable
        wanted = next((p for name, p in _peers() if name == self.environment), None)
        if wanted is None:
            raise JudgeError(f"{self.environment} is not listed in {PEERS.name}")
        JUDGES.mkdir(exist_ok=True)
        requirements = JUDGES / f"speed-{self.environment}.txt"
        requirements.write_text("\n".join(wanted) + "\n", "utf-8")
        return str(installed_venv(f"speed-{self.environment}", requirements) / "python")


def _peers() -> list[tuple[str, list[str]]]:
    lines = (line.partition("#")[0].strip() for line in PEERS.read_text("utf-8").splitlines())
    pairs = (line.partition(": ") for line in lines if line)
    return [(name, packages.split()) for name, _, packages in pairs]


def _stock(mode: str) -> Callable[[Place, str], Sequence[Sequence[str]]]:
    module = "bench.speed.programs.stock"
    return lambda at, python: [[python, "-m", module, mode, str(at.urls), str(at.folder)]]


def _ours(mode: str) -> Callable[[Place, str], Sequence[Sequence[str]]]:
    module = "bench.speed.programs.ours"

    def commands(at: Place, python: str) -> Sequence[Sequence[str]]:
        where = at.root if mode == "full" else str(at.urls)
        return [[python, "-m", module, mode, where, str(at.folder)]]

    return commands


def _wget(*options: str) -> Callable[[Place, str], Sequence[Sequence[str]]]:
    def commands(at: Place, python: str) -> Sequence[Sequence[str]]:
        wget = program("wget", "wget", "/usr/bin/wget")
        warc = ["--warc-file", str(at.folder / "pages"), "-O", "/dev/null"]
        return [[wget, "-q", *warc, *options, "-i", str(at.urls)]]

    return commands


def _wget_then_pool(at: Place, python: str) -> Sequence[Sequence[str]]:
    warc, folder = str(at.folder / "pages.warc.gz"), str(at.folder)
    (fetch,) = _wget("--compression=auto")(at, python)
    return [fetch, [python, "-m", "bench.speed.programs.afterwards", warc, folder]]


def _trafilatura(at: Place, python: str) -> Sequence[Sequence[str]]:
    """Its own downloader refuses loopback, so that wget fetches for it."""
    wget, pages = program("wget", "wget", "/usr/bin/wget"), at.folder / "html"
    out = at.folder / "json"
    trafilatura = str(Path(python).with_name("trafilatura"))
    fetch = [wget, "-q", "--compression=auto", "-x", "-P", str(pages), "-i", str(at.urls)]
    options = ["--json", "--with-metadata", "--parallel", "2"]
    return [fetch, [trafilatura, "--input-dir", str(pages), "-o", str(out), *options]]


def _threads(at: Place, python: str) -> Sequence[Sequence[str]]:
    module = "bench.speed.programs.newspaper_threads"
    return [[python, "-m", module, str(at.urls), str(at.folder)]]


PLAIN = "plain Scrapy, no archive"
FETCHING = (
    Contestant(name=PLAIN, commands=_stock("plain"), environment="stock", archives=False),
    Contestant(name="Scrapy, warcio in a pipeline", commands=_stock("warcio"), environment="stock"),
    Contestant(name="scrapy-warc", commands=_stock("scrapy-warc"), environment="scrapy-warc"),
    Contestant(name="scrapy-warcio", commands=_stock("scrapy-warcio"), environment="scrapy-warcio"),
    Contestant(name="wget --warc-file", commands=_wget()),
    Contestant(name="wget --compression=auto", commands=_wget("--compression=auto")),
    Contestant(
        name="aiohttp, warcio in a loop",
        commands=lambda at, python: [
            [python, "-m", "bench.speed.programs.loop", str(at.urls), str(at.folder)]
        ],
        environment="aiohttp",
    ),
    Contestant(name="Djeli", commands=_ours("fetch")),
)
NAIVE = "Scrapy, warcio, trafilatura inline"
_FULL = Contestant(name="Djeli, two cores", commands=_ours("full"), extracts=True, cores=2)
EXTRACTING = (
    Contestant(name=NAIVE, commands=_stock("naive"), environment="stock", extracts=True),
    Contestant(
        name="trafilatura's command, two processes",
        commands=_trafilatura,
        environment="stock",
        archives=False,
        extracts=True,
    ),
    Contestant(
        name="wget, then warcio and a pool of two",
        commands=_wget_then_pool,
        environment="stock",
        extracts=True,
    ),
    Contestant(
        name="newspaper4k, eight threads",
        commands=_threads,
        environment="newspaper4k",
        archives=False,
        extracts=True,
    ),
    replace(_FULL, name="Djeli, one core", cores=1),
    _FULL,
)


def fresh(folder: Path) -> Path:
    """The same folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
