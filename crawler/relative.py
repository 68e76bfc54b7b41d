"""Dates that count back from the moment of the visit: "3 hours ago", "hier à 14h05", "منذ يومين"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from archive.article import rfc3339
from crawler.dates import When, at, plain, zone_of

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_LONGEST = 60  # characters; a longer line is a sentence that tells of something else
_LEAD = r"(?:[^\W\d]+\W+){0,2}"  # "Publié", "Posted on"
_ISSUED = r"(?:(?:publi\w+|post\w+|mis en ligne|نشر\w*|imechapishwa|imewekwa|la daabacay|የታተመ)\W+)?"
_MOST = 400  # of any unit


@dataclass(frozen=True, slots=True)
class _Form:
    """A pattern of a whole line, and what the words of its language mean."""

    pattern: re.Pattern[str]
    units: dict[str, timedelta]
    counts: dict[str, int]


def parse(text: str, zone: str | None, fetched_at: datetime) -> When | None:
    """The day that a line means; the minute where it counts minutes or tells the time of day."""
    if not text or len(text) > _LONGEST or fetched_at.year == 1970:  # a record without a date
        return None
    line = plain(text)
    local = fetched_at.astimezone(zone_of(zone) or UTC)
    if match := _days().fullmatch(line):
        back = 2 if match["two"] else 1 if match["before"] else 0
        day = local.date() - timedelta(days=back)
        return at(day, match["rest"], zone)
    for form in _forms():
        if match := form.pattern.fullmatch(line):
            return _back(form, match.groupdict(), local)
    return None


def _back(form: _Form, said: dict[str, str], local: datetime) -> When | None:
    count = said.get("n") or ""
    word = form.counts.get(count, form.counts.get(said["unit"], 1))
    number = int(count) if count.isdigit() else word
    unit = form.units[said["unit"]]
    if number > _MOST:
        return None
    then = local - number * unit
    if unit == _UNITS["minute"]:
        return When(rfc3339(then.replace(second=0, microsecond=0)), "minute")
    return When(then.date().isoformat(), "day")


@cache
def _languages() -> list[dict[str, Any]]:
    text = files("crawler").joinpath("relative.toml").read_text("utf-8")
    return list(tomllib.loads(text).values())


@cache
def _forms() -> tuple[_Form, ...]:
    return tuple(form for words in _languages() for form in _forms_of(words))


def _forms_of(words: dict[str, Any]) -> Iterator[_Form]:
    pairs = {plain(w): _UNITS[u] for u, two in words.get("pair", {}).items() for w in two}
    units = {plain(word): _UNITS[unit] for unit in _UNITS for word in words[unit]} | pairs
    few = {plain(w): n for n, said in enumerate(words.get("few", []), start=2) for w in said}
    number = rf"(?P<n>\d{{1,3}}|{_any([*words['one'], *few])})"
    for template in words["ago"]:
        pattern = re.escape(plain(template)).replace(r"\{n\}\ ", rf"{number}\s?")
        pattern = pattern.replace(r"\{n\}", number).replace(r"\{unit\}", f"(?P<unit>{_any(units)})")
        yield _Form(re.compile(rf"{_LEAD}{pattern}\W*"), units, few | dict.fromkeys(pairs, 2))


@cache
def _days() -> re.Pattern[str]:
    today = _any(word for words in _languages() for word in words["today"])
    before = _any(word for words in _languages() for word in words["yesterday"])
    two = _any(word for words in _languages() for word in words.get("two_days", []))
    rest = r"(?P<rest>(?:\W+\w{1,4})?\W+\d.{0,25}|\W*)"
    return re.compile(rf"{_ISSUED}(?:{today}|(?P<two>{two})|(?P<before>{before})){rest}")


def _any(words: Any) -> str:
    plains = {plain(word) for word in words}
    return "|".join(re.escape(word) for word in sorted(plains, key=lambda w: (-len(w), w)))
