"""Sort more lines than memory holds."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO

_RUN = 32_000_000  # characters of lines that are sorted in memory


def sorted_lines(lines: Iterable[str], run: int = _RUN) -> Iterator[str]:
    """The lines in the order of their code points, each once.  They hold no line ends.

    Memory does not grow with their number: runs are sorted in memory and merged from temporary files.
    """
    with ExitStack() as files:
        runs: list[Iterable[str]] = []
        waiting: list[str] = []
        size = 0
        for line in lines:
            waiting.append(line)
            size += len(line) + 1
            if size >= run:
                file = files.enter_context(
                    tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")
                )
                runs.append(_spilt(waiting, file))
                waiting, size = [], 0
        waiting.sort()
        last = None
        for line in heapq.merge(*runs, waiting):
            if line != last:
                yield line
            last = line


def _spilt(lines: list[str], file: IO[str]) -> Iterator[str]:
    file.writelines(line + "\n" for line in sorted(lines))
    file.seek(0)
    return (line[:-1] for line in file)
