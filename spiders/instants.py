"""Points in time as feeds and sitemaps write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_ZONES = {"WAT": "+0100", "CET": "+0100", "CEST": "+0200", "CAT": "+0200", "SAST": "+0200"}
_ZONES |= {"EET": "+0200", "EAT": "+0300", "MSK": "+0300", "WEST": "+0100", "BST": "+0100"}
_ZONES |= {"WET": "+0000", "UTC": "+0000", "GMT": "+0000", "UT": "+0000", "Z": "+0000"}
_ZONE = re.compile(r"\b([A-Z]{1,4})\s*$")
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[T ]+(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*"
    r"(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)$",
    re.IGNORECASE,
)


def instant(text: str) -> datetime | None:
    """RFC 822 or ISO 8601 as aware UTC; None without a zone, or when it is no date at all."""
    text = " ".join(text.split())[:64]
    if match := _ISO.match(text):
        return _iso(match)
    try:
        moment = parsedate_to_datetime(_ZONE.sub(_offset, text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _utc(moment) if moment.tzinfo else None


def day(text: str) -> datetime | None:
    """An instant, or the first moment in UTC of a bare `YYYY-MM-DD`: good for order, not for show."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()):
        return instant(f"{text.strip()}T00:00:00Z")
    return instant(text)


def _offset(match: re.Match[str]) -> str:
    return _ZONES.get(match[1], match[1])


def _iso(match: re.Match[str]) -> datetime | None:
    year, month, date, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
    try:
        zone = timezone(-offset if match[8] == "-" else offset)
        return _utc(datetime(year, month, date, hour, minute, second, tzinfo=zone))
    except ValueError:
        return None


def _utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
