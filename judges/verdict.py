"""Whether a replayed answer is what the archive holds, and the table of how often it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from judges.captures import Answer, Capture

Outcome = Literal["right", "wrong", "missing", "known"]
OUTCOMES: tuple[Outcome, ...] = ("right", "known", "wrong", "missing")


_TWINS = "answers with another capture of the same second: timestamps have 14 digits"
# Ours, not the judge's: pywb would answer with an empty 304, were it in.
_LEFT_OUT = "our CDXJ leaves 304s out, and a later version of the page is nearer than the original"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one capture was replayed; ``why`` says what differs, and for ``known`` whose fault it is."""

    capture: Capture
    outcome: Outcome
    why: str = ""


def judged(
    capture: Capture, expected: Answer, given: Answer | None, near: Sequence[Answer] = ()
) -> Verdict:
    """The verdict on one answer; None stands for "not in the archive".

    ``near`` is what a replay tool may well take this capture for (see ``are_near``).
    """
    if given == expected:
        return Verdict(capture, "right")
    if given is None:
        return Verdict(capture, "missing", "the judge has no such capture")
    if given in near:
        return Verdict(capture, "known", _LEFT_OUT if _is_304(capture) else _TWINS)
    if known := _known(capture, expected, given):
        return Verdict(capture, "known", known)
    return Verdict(capture, "wrong", difference(expected, given))


def are_near(capture: Capture, other: Capture) -> bool:
    """Whether a replay tool may take one capture for the other, which is then no fault of the archive's.

    Captures of the same URL in the same second cannot be told apart; and for a 304 that is not in
    the index any capture of its URL may be the nearest.
    """
    if capture is other or capture.key != other.key:
        return False
    return capture.timestamp == other.timestamp or _is_304(capture)


def difference(expected: Answer, given: Answer) -> str:
    """What differs between two answers."""
    found = []
    if given.status != expected.status:
        found.append(f"status {given.status}, not {expected.status}")
    if given.location != expected.location:
        found.append(f"Location {given.location}, not {expected.location}")
    if given.payload != expected.payload:
        found.append(
            f"payload of {len(given.payload)} bytes, not {len(expected.payload)}, that differs "
            f"from byte {_common(given.payload, expected.payload)} on"
        )
    return "; ".join(found) or "no difference"


def table(verdicts: Sequence[Verdict]) -> str:
    """How many captures of each kind came out how; one of two kinds counts in both."""
    kinds = sorted({kind for verdict in verdicts for kind in verdict.capture.kinds})
    rows = [("kind", "captures", *OUTCOMES)]
    rows += [(kind, *_counts([v for v in verdicts if kind in v.capture.kinds])) for kind in kinds]
    rows.append(("all", *_counts(verdicts)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def passed(verdicts: Iterable[Verdict]) -> bool:
    """Whether there are verdicts, and none of them is against the archive."""
    outcomes = {verdict.outcome for verdict in verdicts}
    return bool(outcomes) and not outcomes & {"wrong", "missing"}


def _known(capture: Capture, expected: Answer, given: Answer) -> str | None:
    """The judge's own fault, where this is one."""
    if _is_304(capture) and given.status == 304 and not given.payload:
        return "pywb answers with the revisit's own head, an empty 304, not with the original"
    if "revisit, identical" in capture.kinds and "redirect" in capture.kinds:
        if (given.status, given.location) == (expected.status, expected.location):
            return "pywb leaves the payload of a redirect that is a revisit empty"
        return None
    has_surplus = given.payload.startswith(expected.payload) and len(given.payload) > len(
        expected.payload
    )
    if "chunked, trailers" in capture.kinds and has_surplus and given.status == expected.status:
        return "warcio's ChunkedDataReader takes the trailers for data"
    return None


def _is_304(capture: Capture) -> bool:
    return "revisit, 304" in capture.kinds


def _common(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _counts(verdicts: Sequence[Verdict]) -> list[str]:
    outcomes = [verdict.outcome for verdict in verdicts]
    return [str(len(outcomes)), *(str(outcomes.count(outcome)) for outcome in OUTCOMES)]
