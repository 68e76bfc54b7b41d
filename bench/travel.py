"""Runs ``djeli`` at any time of the world: a command a line on stdin, each in a fork of one warm process.

The wall clock of the fork is moved, the monotonic one by which event loops wait is not.  Imports
and the server from which workers are forked are shared, for they would cost more than the crawls.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path

_SETTINGS = {  # seconds: the world answers at once or never
    "DOWNLOAD_TIMEOUT": 3.0,
    "AUTOTHROTTLE_MAX_DELAY": 0.05,
}
_WARM = (
    "scrapy.core.downloader",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.crawler",
    "scrapy.extensions.throttle",
    "crawler.addon",
    "crawler.commands.coverage",
    "crawler.commands.crawl",
    "crawler.process",
    "crawler.scheduler",
    "crawler.store",
    "spiders.loader",
    "spiders.news",
    "time_machine",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended: exit status, peak resident megabytes, seconds."""

    status: int
    megabytes: float
    seconds: float


class Traveller:
    """The warm process; what its commands print goes to files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.travel"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def djeli(self, now: datetime, *arguments: object) -> Outcome:
        """Run the command as if it were then; it prints into ``out.txt`` and ``err.txt``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        command = [now.isoformat(), str(self._folder), *map(str, arguments)]
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def travelling(folder: Path) -> Iterator[Traveller]:
    """A traveller, until the block ends."""
    traveller = Traveller(folder)
    try:
        yield traveller
    finally:
        traveller.close()


def main() -> int:
    """Serve commands until stdin ends."""
    _warm_up()
    for line in sys.stdin:
        now, folder, *arguments = json.loads(line)
        began = time.monotonic()
        if (process := os.fork()) == 0:
            return _run(datetime.fromisoformat(now), Path(folder), arguments)
        _, status, usage = os.wait4(process, 0)
        outcome = Outcome(
            status=os.waitstatus_to_exitcode(status),
            megabytes=usage.ru_maxrss / 1024,
            seconds=time.monotonic() - began,
        )
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()
    return 0


def _warm_up() -> None:
    from crawler import settings

    for name, value in _SETTINGS.items():
        setattr(settings, name, value)
    for name in _WARM:
        import_module(name)
    assert "twisted.internet.reactor" not in sys.modules, "a reactor does not survive a fork"
    forkserver.set_forkserver_preload(["crawler.reading"])
    forkserver.ensure_running()


def _is_running() -> None:
    """As the forks are told of the server that their parent has started."""


def _run(now: datetime, folder: Path, arguments: list[str]) -> int:
    """In the fork: to its end as any process."""
    import time_machine

    from crawler.__main__ import main as djeli

    sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123 - the commands are the parent's
    for stream, name in ((1, "out.txt"), (2, "err.txt")):
        with (folder / name).open("wb") as file:
            os.dup2(file.fileno(), stream)
    for server in (
        forkserver,
        forkserver._forkserver,
    ):  # it runs, and only a parent may wait for it
        setattr(server, "ensure_running", _is_running)  # noqa: B010
    time_machine.travel(now, tick=True).start()
    try:
        return djeli(arguments)
    except SystemExit as e:  # of argparse
        return int(e.code or 0)


if __name__ == "__main__":
    sys.exit(main())
