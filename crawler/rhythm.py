"""When a site is due again: as often as it publishes, within bounds; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=6)
FIRST = timedelta(hours=1)  # until there is something to learn from
FARTHEST = (
    LONGEST * 1.1
)  # with jitter; a site due later than that was noted by a clock that was wrong
LOOKED_AT = timedelta(days=14)  # what was published before that says nothing of now
_ARTICLES_A_RUN = 1.5  # that a run finds on average: fewer runs would be late, more would be idle
_SILENT = 3  # of the site's longest usual gaps without an article: then it is asked less often


def next_due(site: str, now: datetime, published: Iterable[datetime]) -> datetime:
    """When to crawl a site after a run that ended ``now``; it never depends on ticks that were missed.

    ``published`` are the times of its articles, in any order.  The jitter of a tenth is the site's
    and the moment's own, so that a hundred sites do not fall due together and a test is repeatable.
    """
    wait = interval(now, published)
    return now + wait * (0.9 + 0.2 * _share(f"{site} {now.isoformat()}"))


def interval(now: datetime, published: Iterable[datetime]) -> timedelta:
    """The wait between two runs, from the publications of the last fourteen days."""
    moments = sorted(moment for moment in published if now - LOOKED_AT <= moment <= now)
    if len(moments) < 2:
        return LONGEST if moments else FIRST
    span = max(now - moments[0], timedelta(hours=1))
    wait = span / len(moments) * _ARTICLES_A_RUN
    gaps = sorted(later - earlier for earlier, later in pairwise(moments))
    usual = gaps[-1 - len(gaps) // 20]
    if now - moments[-1] > _SILENT * max(usual, SHORTEST):
        wait *= 2
    return min(max(wait, SHORTEST), LONGEST)


def _share(text: str) -> float:
    """A number from 0 to 1 that is the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 0xFFFFFFFF
