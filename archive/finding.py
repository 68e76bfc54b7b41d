"""What a check says of a record: a fault, or a note on what is odd and still right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``check`` names the check that a record fails; it is None for a note."""

    check: str | None
    message: str


def fault(check: str, message: str) -> Finding:
    """Something that is wrong."""
    return Finding(check, message)


def note(message: str) -> Finding:
    """Something odd that the standard or wide use allows."""
    return Finding(None, message)
