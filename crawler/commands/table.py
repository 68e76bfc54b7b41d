"""A plain table for terminals."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be; columns of numbers to the right."""
    columns = list(zip(titles, *rows, strict=True))
    widths = [max(map(width, column)) for column in columns]
    right = [all(cell.isdigit() for cell in column[1:]) and bool(rows) for column in columns]
    lines = []
    for row in (titles, ["-" * w for w in widths], *rows):
        cells = zip(row, widths, right, strict=True)
        lines.append("  ".join(_padded(*cell) for cell in cells).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Columns that a terminal needs: marks need none, wide characters two."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
        if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )


def _padded(cell: str, columns: int, to_right: bool) -> str:
    space = " " * (columns - width(cell))
    return space + cell if to_right else cell + space
