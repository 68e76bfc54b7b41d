"""Points in time as feeds and sitemaps write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from crawler.dates import parse, zone_of

_ZONES = {"WAT": "+0100", "CET": "+0100", "CEST": "+0200", "CAT": "+0200", "SAST": "+0200"}
_ZONES |= {"EET": "+0200", "EAT": "+0300", "MSK": "+0300", "WEST": "+0100", "BST": "+0100"}
_ZONES |= {"WET": "+0000", "UTC": "+0000", "GMT": "+0000", "UT": "+0000", "Z": "+0000"}
_ZONE = re.compile(r"(?:\b([A-Za-z]{1,4})|\b(?:GMT|UTC)\s?([+-])(\d{1,2})(?::?(\d\d))?)\s*$")
_COLON = re.compile(r"([+-]\d\d):(\d\d)$")
_NOUGHT = re.compile(r"\s-\d{4}\s+\d")  # the year -0001, which is MySQL's zero date in PHP
_UNKNOWN = re.compile(r"\s-0000$")  # RFC 5322, 3.3: universal time, of a clock that knows no other
_FIRST_YEAR = 1990  # no feed is older: before it are the noughts of a database and of Unix
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[T ]+(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*"
    r"(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)$",
    re.IGNORECASE,
)


def instant(text: str, zone: str | None = None) -> datetime | None:
    """RFC 822, ISO 8601 or words as aware UTC; None when it is no date at all.

    A time that names no zone is of the one given, without one it is no instant.
    """
    text = " ".join(text.split())[:64]
    if match := _ISO.match(text):
        return _iso(match)
    if _NOUGHT.search(text):
        return None
    text = _COLON.sub(r"\1\2", _ZONE.sub(_offset, text))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _in_words(text, zone)
    clock = UTC if _UNKNOWN.search(text) else zone_of(zone)
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=clock))


def day(text: str, zone: str | None = None) -> datetime | None:
    """An instant, or the first moment in UTC of a bare `YYYY-MM-DD`: good for order, not for show."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):
        return instant(f"{text.strip()}T00:00:00Z")
    return instant(text, zone)


def _offset(match: re.Match[str]) -> str:
    if match[1]:
        return _ZONES.get(match[1].upper(), match[1])
    return f"{match[2]}{int(match[3]):02}{match[4] or '00'}"


def _in_words(text: str, zone: str | None) -> datetime | None:
    """`mer., 01 mai 2024 12:00:00 +0000`, as servers write whose clock speaks French or Arabic."""
    found = parse(text, zone)
    if found is None or found.precision not in ("minute", "second"):
        return None
    return _utc(datetime.fromisoformat(found.value))


def _iso(match: re.Match[str]) -> datetime | None:
    year, month, date, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
    try:
        zone = timezone(-offset if match[8] == "-" else offset)
        return _utc(datetime(year, month, date, hour, minute, second, tzinfo=zone))
    except ValueError:
        return None


def _utc(moment: datetime) -> datetime | None:
    if moment.tzinfo is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment.year >= _FIRST_YEAR else None
