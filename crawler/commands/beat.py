"""A word now and then on stderr, so that long work does not look like none."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

ON_TERMINAL, ELSEWHERE = 3.0, 30.0  # seconds


@dataclass(slots=True)
class Beat:
    """Counts records."""

    seconds: float = field(
        default_factory=lambda: ON_TERMINAL if sys.stderr.isatty() else ELSEWHERE
    )
    _count: int = 0
    _last: float = field(default_factory=time.monotonic)

    def tick(self, work: str) -> None:
        """One record more; said if it is time."""
        self._count += 1
        now = time.monotonic()
        if now - self._last >= self.seconds:
            self._last = now
            sys.stderr.write(f"{work}: {self._count} records so far\n")
