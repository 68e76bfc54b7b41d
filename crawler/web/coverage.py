"""The coverage page: each site's days as a calendar, and how the site is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from archive.errors import ArchiveError
from crawler.ledger import Day, ledger_of
from crawler.web.room import Room

_WEEKS = 26
_PAGE = 25  # sites
_RECENT = 30  # days
CELL = 11
_NONE, _UNKNOWN = "not scheduled", "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of a calendar: a column a week, Monday on top."""

    day: str
    status: str
    says: str
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a site is: when it was last crawled and how that went, what came of late, what is missing."""

    site: str
    name: str
    status: str
    why: str
    last_day: str
    first_day: str
    articles: int
    missing: int
    complete: int
    days: int
    next_due: datetime | None
    cells: tuple[Cell, ...]
    months: tuple[tuple[int, str], ...]
    error: str = ""


def coverage(room: Room, request: Request) -> Response:
    """All sites, those that are not well first."""
    paths = _ledgers(room)
    number = request.query_params.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 5 else 1
    today = datetime.now(UTC).date()
    names = sorted(paths)[(max(page, 1) - 1) * _PAGE : max(page, 1) * _PAGE]
    sites = [_health(room, name, paths[name], (today, _WEEKS)) for name in names]
    values: dict[str, Any] = {
        "sites": sites,
        "page": page,
        "pages": -(-len(paths) // _PAGE),
        "weeks": _WEEKS,
        "cell": CELL,
        "single": False,
    }
    return room.page("coverage.html", values)


def site(room: Room, request: Request) -> Response:
    """One site, for two years."""
    name = request.path_params["site"]
    path = _ledgers(room).get(name)
    if path is None:
        return room.failure(404, room.words["not_found"])
    weeks = 53
    found = _health(room, name, path, (datetime.now(UTC).date(), weeks))
    missing = _missing(path) if not found.error else []
    values = {
        "sites": [found], "page": 1, "pages": 1, "weeks": weeks, "cell": CELL, "single": True,
        "missing": missing,
    }  # fmt: skip
    return room.page("coverage.html", values)


def _ledgers(room: Room) -> dict[str, Path]:
    return {path.stem: path for path in sorted((room.data_dir / "state").glob("*.sqlite"))}


def _missing(path: Path) -> list[Any]:
    with ledger_of(path) as ledger:
        return list(ledger.missing())[:200]


def _health(room: Room, name: str, path: Path, span: tuple[date, int]) -> Health:
    today, weeks = span
    days: list[Day] = []
    next_due, error = None, ""
    try:
        with ledger_of(path) as ledger:
            days, next_due = list(ledger.days()), ledger.next_due
    except (ArchiveError, ValueError) as e:
        error = str(e)
    known = {day.day: day for day in days}
    first, last = (days[0], days[-1]) if days else (None, None)
    recent = [day for day in days if day.day > today - timedelta(_RECENT)]
    begin = today - timedelta(today.weekday() + 7 * (weeks - 1))
    cells = tuple(_cells(known, begin, today, first.day if first else today))
    return Health(
        site=name,
        name=room.site_name(name),
        status=last.status if last else _NONE,
        why=(last.why if last else None) or "",
        last_day=last.day.isoformat() if last else "",
        first_day=first.day.isoformat() if first else "",
        articles=sum(day.articles for day in recent),
        missing=sum(day.missing for day in days),
        complete=sum(day.status == "complete" for day in days),
        days=(today - first.day).days + 1 if first else 0,
        next_due=next_due,
        cells=cells,
        months=tuple(_months(begin, today)),
        error=error,
    )


def _cells(known: dict[date, Day], begin: date, today: date, first: date) -> Iterator[Cell]:
    for number in range((today - begin).days + 1):
        when = begin + timedelta(number)
        day = known.get(when)
        status = day.status if day else _UNKNOWN if when < first else _NONE
        told = f"{day.articles} articles" if day else ""
        why = day.why if day and day.why else ""
        yield Cell(
            day=when.isoformat(),
            status=status,
            says=", ".join(filter(None, (f"{when:%-d %B %Y}: {status}", told, why))),
            x=(number // 7) * CELL,
            y=(number % 7) * CELL,
        )


def _months(begin: date, today: date) -> Iterator[tuple[int, str]]:
    for week in range((today - begin).days // 7 + 1):
        monday = begin + timedelta(7 * week)
        if monday.day <= 7:
            yield week * CELL, f"{monday:%b}"
