"""Addresses that a server makes up without end: calendars, parameters in every order, paths that repeat; pure."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

LONGEST = 1000  # characters; the longest address of a real article seen has 300
_DEEPEST = 15  # parts of a path
_MOST_PARAMETERS = 8
_REPEATS = 3
_AHEAD = timedelta(days=400)  # of now: no newsroom announces more
_CALENDAR = re.compile(
    r"(?:^|[/?&=_-])(?:calendar|calendrier|calendario|agenda|events?|evenements?|ical|tribe[-_]\w+)(?=[/?&=._-]|$)",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)((?:19|20|21)\d\d)[-/](0?[1-9]|1[0-2])(?:[-/](\d{1,2}))?(?!\d)")
_SORTING = frozenset(
    [
        "sort",
        "order",
        "orderby",
        "sortby",
        "dir",
        "direction",
        "filter",
        "filters",
        "view",
        "display",
        "limit",
        "perpage",
        "per_page",
    ]
)


def trap(url: str, now: datetime) -> str | None:
    """Why an address is not followed, in words; None for one that may lead to an article."""
    if len(url) > LONGEST:
        return f"an address of {len(url)} characters"
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no address"
    names = [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if len(names) > _MOST_PARAMETERS:
        return f"{len(names)} parameters"
    if len(_SORTING.intersection(names)) > 1 or any(n > 1 for n in _counts(names)):
        return "a listing sorted and filtered"
    return _of_path(parts.path) or _of_calendar(f"{parts.path}?{parts.query}", now)


def _counts(names: list[str]) -> list[int]:
    return [n for name, n in Counter(names).items() if not name.endswith("[]")]


def _of_path(path: str) -> str | None:
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > _DEEPEST:
        return f"a path of {len(segments)} parts"
    if any(n >= _REPEATS for n in Counter(segments).values() if n):
        return "a path that repeats itself"
    return None


def _of_calendar(address: str, now: datetime) -> str | None:
    dated = _DAY.search(address)
    if dated is None:
        return None
    if _CALENDAR.search(address):
        return "a page of a calendar"
    year, month = int(dated[1]), int(dated[2])
    ahead = now + _AHEAD
    return "a day to come" if (year, month) > (ahead.year, ahead.month) else None
