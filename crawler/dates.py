"""Dates as pages write them: ISO, mail dates, words in the region's languages, paths of URLs."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.article import Precision, rfc3339

_FIRST_YEAR = 1990  # no news site is older; smaller numbers are something else

_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{0,2}(?![\d-]))?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"^(20\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z)?)?$")
_EPOCH = re.compile(r"^(\d{10})(\d{3})?$")
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})\s?(?::|h|H|hrs)\s?(\d{2})(?::(\d{2}))?(?!\d)\s*([ap]\.?\s?m\b|[صم](?!\w))?\.?"
    r"(?:\s*\(?(Z\b|UTC|GMT|WAT|CAT|EAT|SAST|CEST|CET|EST|EDT|BST|T\.?U\b)?([+-]\d{1,2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_SUNRISE = re.compile(r"\bsaa\b")  # Swahili hours count from sunrise
_ZONES = {  # hours; TU is French for universal time
    "WAT": 1,
    "CAT": 2,
    "EAT": 3,
    "SAST": 2,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
    "EST": -5,
    "EDT": -4,
    "TU": 0,
}
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-]| \| )(\d{1,2})\2(\d{4})(?![\d/])")
_SHORT_YEAR = re.compile(
    r"(?<![\d/.-])(?:(\d{1,2})\.(\d{1,2})\.([0-3]\d)|(\d\d)/(\d\d)/([0-3]\d))(?![\d/.:])"
)
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(20\d{2})([/.])(\d{1,2})\2(\d{1,2})(?![\d/])")
_IN_URL = (
    re.compile(r"[/_-](20\d{2}|19[9]\d)[/_-](\d{1,2})[/_-](\d{1,2})(?!\d)"),
    re.compile(r"[/_-](20\d{2})(\d{2})(\d{2})(?!\d)"),
)


@dataclass(frozen=True, slots=True)
class When:
    """A date as RFC 3339, a bare date where only the day is known, and how exact it is."""

    value: str
    precision: Precision

    @property
    def day(self) -> date:
        """The day that the page names."""
        return date.fromisoformat(self.value[:10])


def _names(calendar: str) -> dict[str, int]:
    table = tomllib.loads(files("crawler").joinpath("months.toml").read_text("utf-8"))[calendar]
    return {
        plain(name): number
        for months in table.values()
        for number, names in enumerate(months, start=1)
        for name in names
    }


def plain(text: str) -> str:
    """Text as names of months and days are compared: compatible forms, lower case."""
    text = unicodedata.normalize("NFKC", text).lower()
    return text if text.isascii() else "".join(map(_digit, text))


def _digit(char: str) -> str:
    """A digit of any script as 0 to 9; any other character as it is."""
    number = unicodedata.decimal(char, None) if char > "\x7f" else None
    return char if number is None else str(number)


_MONTHS = _names("gregorian")
_ETHIOPIAN = _names("ethiopian")
_NAMES = "|".join(
    re.escape(name) for name in sorted({*_MONTHS, *_ETHIOPIAN}, key=lambda n: (-len(n), n))
)
_TWIN = rf"(?:\s?[/(]\s?(?:{_NAMES})\)?)?"  # يوليو/تموز: the Gulf's name and the Levant's
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|ኛ)?[\s.,/-]*(?:de\s+|of\s+|ga\s+(?:watan\s+)?|من\s+|d[’'])?"
    rf"({_NAMES})(?!\w){_TWIN}[\s.,/፣،-]*(?:de\s+|del\s+|do\s+)?(\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)({_NAMES})(?!\w){_TWIN}[\s.,-]*(\d{{1,2}})(?:st|nd|rd|th|ኛ|\s*ቀን)?[\s.,/፣،-]+(\d{{4}})(?!\d)"
)


def is_month(word: str) -> bool:
    """Whether a word is the name of a month in any of the languages."""
    return plain(word) in _MONTHS or plain(word) in _ETHIOPIAN


def parse(text: str, zone: str | None = None) -> When | None:
    """The first date in ``text``; a time of day without an offset counts only where ``zone`` is known."""
    text = plain(" ".join(text[:300].split()))
    return _iso(text, zone) or _bare_number(text) or _in_words(text, zone) or _numeric(text, zone)


def _iso(text: str, zone: str | None) -> When | None:
    match = _ISO.search(text)
    if not match or not (day := _day(match[1], match[2], match[3])):
        return None
    if match[4] is None:
        return at(day, text[match.end() :], zone)
    return _moment(day, (match[4], match[5], match[6]), _offset(match[7]), zone)


def _bare_number(text: str) -> When | None:
    if match := _EPOCH.match(text):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return When(rfc3339(moment), "second")
    match = _COMPACT.match(text)
    if not match or not (day := _day(match[1], match[2], match[3])):
        return None
    if match[4] and match[7]:
        return _moment(day, (match[4], match[5], match[6]), UTC, None)
    return When(day.isoformat(), "day")


def _in_words(text: str, zone: str | None) -> When | None:
    first = _DAY_FIRST.search(text)
    second = _MONTH_FIRST.search(text)
    if first and (not second or first.start() <= second.start()):
        month, day, end = first[2], _named_day(first[1], first[2], first[3]), first.end()
    elif second:
        month, day, end = second[1], _named_day(second[2], second[1], second[3]), second.end()
    else:
        return None
    if day and month in _ETHIOPIAN:  # whose hours count from sunrise
        return When(day.isoformat(), "day")
    return at(day, text[end:], zone) if day else None


def _named_day(day: str, month: str, year: str) -> date | None:
    if month in _ETHIOPIAN and int(year) > 1900:
        return from_ethiopian(int(year), _ETHIOPIAN[month], int(day))
    return _day(year, str(_MONTHS[month]), day) if month in _MONTHS else None


def from_ethiopian(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a date in the Ethiopian calendar: twelve months of thirty days and a short one."""
    if not (1 <= month <= 13 and 1 <= day <= 30 and 1980 <= year <= 2200):
        return None
    julian_day = 1723856 + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day - 1 + 365
    return date.fromordinal(julian_day - 1721425)


def _numeric(text: str, zone: str | None) -> When | None:
    """Day first, as everywhere in the region; month first only where no other reading is left."""
    if match := _YEAR_FIRST.search(text):
        day = _day(match[1], match[3], match[4])
    elif match := _NUMERIC.search(text):
        day = _day(match[4], match[3], match[1]) or _day(match[4], match[1], match[3])
    elif match := _SHORT_YEAR.search(text):
        first, second, year = (
            one or other for one, other in zip(match.groups()[:3], match.groups()[3:], strict=True)
        )
        day = _day(f"20{year}", second, first)
    else:
        return None
    return at(day, text[match.end() :], zone) if day else None


def at(day: date, rest: str, zone: str | None) -> When:
    """A day, with the time of day that stands right behind it, if any."""
    match = _CLOCK.search(rest[:40])
    if not match or _SUNRISE.search(rest[: match.start()]):
        return When(day.isoformat(), "day")
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4][0] in "pPم" else 0)
    offset = _named_offset(match[5], match[6])
    return _moment(day, (str(hour), match[2], match[3]), offset, zone)


def _named_offset(name: str | None, digits: str | None) -> timezone | None:
    if digits:
        return _offset(digits)
    hours = _ZONES.get(name.upper().replace(".", ""), 0) if name else 0
    return (timezone(timedelta(hours=hours)) if hours else UTC) if name else None


def _moment(
    day: date, clock: tuple[str, str, str | None], offset: timezone | None, zone: str | None
) -> When:
    """An instant; the day alone where the offset is known from nowhere or the clock is impossible."""
    hour, minute, second = int(clock[0]), int(clock[1]), int(clock[2] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return When(day.isoformat(), "day")
    tz = offset or zone_of(zone)
    if tz is None:
        return When(day.isoformat(), "day")
    moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=tz)
    return When(rfc3339(moment), "minute" if clock[2] is None else "second")


def zone_of(name: str | None) -> ZoneInfo | None:
    """The time zone of that name; None for none and for names that there are not."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits) * 60 if len(digits) <= 2 else int(digits[:-2]) * 60 + int(digits[-2:])
    if minutes >= 24 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None


def is_after(one: When, other: When) -> bool:
    """Whether one date is later than another, as far as both are known."""
    if "T" in one.value and "T" in other.value:
        return datetime.fromisoformat(one.value) > datetime.fromisoformat(other.value)
    return one.day > other.day


def from_url(url: str) -> When | None:
    """The date in a URL's path, as WordPress and many others put it there."""
    for pattern in _IN_URL:
        if (match := pattern.search(url)) and (day := _day(match[1], match[2], match[3])):
            return When(day.isoformat(), "day")
    return None
