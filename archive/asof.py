"""What the archive answers for a URL as of a moment: the newest good capture until then, revisits resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.captured import Captured
from archive.index import Capture
from archive.reader import Record
from archive.records import warc_date

_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Answer:
    """A capture, and the record that holds its payload: its own or, of a revisit, the original's."""

    capture: Capture
    original: Capture
    record: Record


def newest_until(captures: Sequence[Capture], before: datetime | None = None) -> Capture | None:
    """Of captures in the order of time the last before that moment that went well.

    Redirects went well.  One that failed or broke off is taken only where there is no other; a 304 says
    that what was captured before still held, and is never taken.
    """
    limit = warc_date(before) if before else None
    known = [
        capture
        for capture in captures
        if capture.status not in (None, _NOT_MODIFIED) and (limit is None or capture.date < limit)
    ]
    good = [capture for capture in known if _is_good(capture)]
    found = good or known
    return found[-1] if found else None


def answer_at(captured: Captured, url: str, before: datetime | None = None) -> Answer | None:
    """The newest answer until a moment; None if the archive has none, ``ArchiveError`` if it cannot be read."""
    capture = newest_until(captured.of(url), before)
    original = captured.original(capture) if capture else None
    if capture is None or original is None:
        return None
    return Answer(capture, original, captured.record_of(original))


def _is_good(capture: Capture) -> bool:
    whole = capture.type == "revisit" or capture.truncated is None
    return whole and capture.status is not None and capture.status < 400
