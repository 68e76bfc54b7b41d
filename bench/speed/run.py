"""Run one contestant: how long it took, and what of the processors and of memory, its children included."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST = 3600.0  # seconds
_PR_SET_CHILD_SUBREAPER = 36
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run took.  ``reactor`` is the first thread of the process itself; all in seconds, megabytes."""

    began: float  # as of time.time()
    seconds: float
    cpu: float
    reactor: float
    peak: float  # resident, of the process itself
    peak_child: float  # of the largest other one
    status: int
    said: str


def measured(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command to its end, and all that it leaves behind.

    Orphans, such as the workers of a process pool, are given to this process, and what they took counts.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    words = cwd / "said.txt"
    with words.open("wb") as out:
        began, clock = time.time(), time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})},
            start_new_session=True,
        )
        watch = _Watch(process.pid)
        cpu, status = 0.0, -1
        seconds = 0.0
        while True:
            try:
                pid, ended, usage = os.wait4(-process.pid, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                watch.look()
                if time.monotonic() - clock > LONGEST:
                    os.killpg(process.pid, 9)
                time.sleep(0.02)
                continue
            cpu += usage.ru_utime + usage.ru_stime
            if pid == process.pid:
                seconds, status = time.monotonic() - clock, os.waitstatus_to_exitcode(ended)
                process.returncode = status
    return Cost(
        began=began,
        seconds=seconds,
        cpu=cpu,
        reactor=watch.reactor,
        peak=watch.peak,
        peak_child=watch.peak_child,
        status=status,
        said=words.read_text("utf-8", "replace"),
    )


class _Watch:
    """Looks at the processes of a session while they run."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.reactor = self.peak = self.peak_child = 0.0
        self._next = 0.0

    def look(self) -> None:
        """Note what is highest; the last look at a process is at most a tenth of a second old."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + 0.1
        self.peak = max(self.peak, _peak_of(self._pid))
        with suppress(OSError, IndexError):
            stat = Path(f"/proc/{self._pid}/task/{self._pid}/stat").read_text().rpartition(")")[2]
            self.reactor = (int(stat.split()[11]) + int(stat.split()[12])) / _TICKS
        for child in _session(self._pid):
            self.peak_child = max(self.peak_child, _peak_of(child))


def _session(leader: int) -> list[int]:
    """The other processes of its session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != leader:
            with suppress(OSError, IndexError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(stat[3]) == leader:
                    found.append(int(entry.name))
    return found


def _peak_of(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def python(*arguments: str) -> list[str]:
    """A command of this environment."""
    return [sys.executable, *arguments]
