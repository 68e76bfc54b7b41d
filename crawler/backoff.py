"""When a page that did not arrive is asked for again: later and later, by what went wrong; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

FailureClass = Literal[
    "dns", "timeout", "connection", "tls", "throttled", "blocked", "server", "gone", "extraction"
]

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# Waits after the first, second, ... failure of a class; after the last of them the page is given up.
WAITS: dict[FailureClass, tuple[timedelta, ...]] = {
    "dns": (15 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 7 * _DAY),
    "timeout": (5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 12 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY),
    "connection": (5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 12 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY),
    "tls": (_HOUR, 6 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY),
    "throttled": (10 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY),
    "blocked": (_HOUR, 6 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY),
    "server": (10 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY),
    "gone": (_HOUR, _DAY),  # a feed may be ahead of its page
    "extraction": (_DAY, 7 * _DAY),  # the page is in the archive; a newer extractor may read it
}
_LONGEST_ASKED = 7 * _DAY  # a Retry-After of more is no promise that anybody keeps


@dataclass(frozen=True, slots=True)
class Retry:
    """Not before this moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Never again, and why."""

    reason: str


def after_failure(
    kind: FailureClass, tries: int, now: datetime, retry_after: timedelta | None = None
) -> Retry | GivenUp:
    """What follows the ``tries``-th failure (1 is the first) of a page; ``retry_after`` is the server's wish."""
    waits = WAITS[kind]
    if tries > len(waits):
        return GivenUp(f"{kind}: tried {tries} times")
    wait = waits[tries - 1]
    if retry_after is not None:
        wait = max(wait, min(retry_after, _LONGEST_ASKED))
    return Retry(now + wait)


def class_of_status(status: int) -> FailureClass:
    """The class of an answer that is an error (RFC 9110, 15)."""
    if status in (408, 425, 429):
        return "throttled"
    if status in (401, 402, 403, 407, 451):
        return "blocked"
    return "server" if status >= 500 else "gone"


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The field Retry-After, seconds or a date (RFC 9110, 10.2.3); None where it says nothing."""
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())
