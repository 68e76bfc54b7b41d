"""How many articles there are over time, as bars; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from markupsafe import Markup, escape

Unit = Literal["day", "week", "month", "year"]
MOST_BARS = 400
LEAST_BARS = 30  # so that a single one is no wall
HEIGHT = 56.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The articles of some days, and where the bar stands: in hundredths of the width, from the bottom up."""

    since: str
    until: str
    count: int
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Bars of one unit from the first day to the last; ``ticks`` are labels and where they stand."""

    unit: Unit
    first: str
    last: str
    bars: tuple[Bar, ...]
    most: int
    ticks: tuple[tuple[float, str], ...]


def drawn(timeline: Timeline, of_days: str) -> Markup:
    """The bars as SVG, each a link to its days; a template would take longer than the search."""
    return Markup("\n").join(Markup(_drawn(bar, escape(of_days))) for bar in timeline.bars)


def _drawn(bar: Bar, of_days: str) -> str:
    days = bar.since if bar.since == bar.until else f"{bar.since} to {bar.until}"
    inset, inner = round(bar.x + bar.width * 0.08, 3), round(bar.width * 0.84, 3)
    return (
        f'<a href="{of_days}since={bar.since}&amp;until={bar.until}" tabindex="-1">'
        f"<title>{days}: {bar.count:,}</title>"
        f'<rect class="reach" x="{bar.x}" y="0" width="{bar.width}" height="56"/>'
        f'<rect class="bar" x="{inset}" y="{bar.y}" width="{inner}" height="{bar.height}"/></a>'
    )


def timeline_of(days: Sequence[tuple[str, int]], since: str, until: str) -> Timeline | None:
    """The bars of these days, over the range asked for; None where there is nothing to draw."""
    known = [(found, count) for text, count in days if (found := _day(text))]
    if not known:
        return None
    first, last = _day(since) or known[0][0], _day(until) or known[-1][0]
    last = max(last, first)
    unit = _unit(first, last)
    counts: dict[date, int] = {}
    for found, count in known:
        begin = _begin(found, unit)
        counts[begin] = counts.get(begin, 0) + count
    most = max(counts.values())
    begins = list(_begins(first, last, unit))
    width = 100 / max(len(begins), LEAST_BARS)
    bars = tuple(
        _bar(begin, (first, last), unit, (counts[begin], most, number * width, width))
        for number, begin in enumerate(begins)
        if begin in counts
    )
    return Timeline(
        unit=unit,
        first=first.isoformat(),
        last=last.isoformat(),
        bars=bars,
        most=most,
        ticks=_ticks(begins, unit, width),
    )


def _bar(
    begin: date, span: tuple[date, date], unit: Unit, drawn: tuple[int, int, float, float]
) -> Bar:
    count, most, x, width = drawn
    height = max(1.5, HEIGHT * count / most)
    return Bar(
        since=max(begin, span[0]).isoformat(),
        until=min(_next(begin, unit) - timedelta(1), span[1]).isoformat(),
        count=count,
        x=round(x, 3),
        width=round(width, 3),
        y=round(HEIGHT - height, 2),
        height=round(height, 2),
    )


def _unit(first: date, last: date) -> Unit:
    days = (last - first).days + 1
    if days <= MOST_BARS:
        return "day"
    if days <= MOST_BARS * 7:
        return "week"
    return "month" if days <= MOST_BARS * 30 else "year"


def _begins(first: date, last: date, unit: Unit) -> Iterable[date]:
    begin = _begin(first, unit)
    while begin <= last:
        yield begin
        begin = _next(begin, unit)


def _begin(day: date, unit: Unit) -> date:
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next(begin: date, unit: Unit) -> date:
    if unit == "year":
        return begin.replace(year=begin.year + 1)
    if unit == "month":
        return (begin + timedelta(31)).replace(day=1)
    return begin + timedelta(7 if unit == "week" else 1)


def _ticks(begins: Sequence[date], unit: Unit, width: float) -> tuple[tuple[float, str], ...]:
    """Where a year, a month or a day begins, at most eight of them."""
    is_short = unit == "day" and len(begins) <= 45
    form = "%-d %b" if is_short else "%b %Y"
    marks = [
        (number, begin)
        for number, begin in enumerate(begins)
        if is_short
        or begin.day == 1
        or unit in ("year", "month")
        or (unit == "week" and begin.day <= 7)
    ]
    if unit != "day":
        marks = [(number, begin) for number, begin in marks if begin.month == 1] or marks
        form = "%Y" if len(marks) > 1 else form
    step = max(1, -(-len(marks) // 8))
    return tuple(
        (round(number * width, 2), begin.strftime(form)) for number, begin in marks[::step]
    )


def _day(text: str) -> date | None:
    """The last year of the calendar has no next one: what is dated so is not drawn."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found and found.year < date.max.year else None
