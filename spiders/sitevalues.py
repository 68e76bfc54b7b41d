"""What each key of a site file may hold: TOML's value in, ours out, or a ValueError in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.cssselect import CSSSelector, SelectorError

from crawler.rules import Layout, Until
from crawler.urls import absolute
from spiders.countries import COUNTRIES, INTERNATIONAL

KINDS = ("news", "agency", "radio", "ngo", "state", "research")
SCALES = ("local", "national", "regional", "international")
OWNERSHIPS = ("state", "public", "private", "nonprofit", "intergovernmental")
STATUSES = ("measured", "documented", "guess", "failing")
PAGE = "{page}"
MOST_PAGES = 1000
_KNOWN = re.compile(rf"(?:{'|'.join(STATUSES)})(?: \d{{4}}(?:-\d\d){{0,2}})?")
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's address and how it is known: `measured 2026-08`, `guess`; None when nobody said."""

    url: str
    known: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page that lists articles: where its `links` and its `next` page are (CSS selectors).

    The URL may hold `{page}` where the number of the page stands; `pages` is how many are walked.
    """

    url: str
    pages: int = 1
    links: str | None = None
    next: str | None = None


def text(value: object) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not text in quotes")
    return value.strip()


def texts(value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f'{value!r} is not a list of texts, like ["a", "b"]')
    return tuple(value)


def url(value: object) -> str:
    """An absolute http or https URL."""
    found = text(value)
    if not re.match(r"https?://", found, re.IGNORECASE) or absolute(found, found) is None:
        raise ValueError(f"{found!r} is not an absolute http or https URL")
    return found


def urls(value: object) -> tuple[str, ...]:
    """A list of them."""
    return tuple(url(item) for item in texts(value))


def feeds(value: object) -> tuple[Feed, ...]:
    """A list of URLs, or a table of URLs with how each is known."""
    if not isinstance(value, dict):
        return tuple(Feed(url=address) for address in urls(value))
    for known in value.values():
        if not isinstance(known, str) or not _KNOWN.fullmatch(known):
            allowed = f"{', '.join(STATUSES)}, with a day if one is known"
            raise ValueError(f"{known!r} is not how a feed is known: {allowed}")
    return tuple(Feed(url=url(address), known=known) for address, known in value.items())


def wordpress(value: object) -> str | bool:
    """The root of the REST API, or true for the usual one."""
    return value if isinstance(value, bool) else url(value)


def listings(value: object) -> tuple[Listing, ...]:
    """One table, or a list of them."""
    items = value if isinstance(value, list) else [value]
    return tuple(_listing(item) for item in items)


def _listing(value: object) -> Listing:
    readers: dict[str, Callable[[object], Any]] = {
        "url": _paged_url,
        "pages": lambda v: whole(v, 1, MOST_PAGES),
        "links": selector,
        "next": selector,
    }
    found = Listing(**_of_table(value, readers, ("url",)))
    if PAGE in found.url and found.next:
        raise ValueError(f"the URL numbers its pages ({PAGE}): next is not needed")
    if found.pages > 1 and PAGE not in found.url and not found.next:
        raise ValueError(f"pages = {found.pages} needs {PAGE} in the URL, or next = a selector")
    return found


def _paged_url(value: object) -> str:
    found = text(value)
    url(found.replace(PAGE, "1"))
    return found


def country(value: object) -> str:
    """An ISO 3166-1 code, or INT."""
    found = text(value)
    if found not in COUNTRIES and found != INTERNATIONAL:
        raise ValueError(f"{found!r} is not an ISO 3166-1 code like ML, or {INTERNATIONAL}")
    return found


def languages(value: object) -> tuple[str, ...]:
    """ISO 639 codes, the main one first."""
    codes = texts(value)
    if not codes or not all(re.fullmatch(r"[a-z]{2,3}", code) for code in codes):
        raise ValueError(f'{value!r} is not a list of ISO 639 codes, like ["fr", "ha"]')
    return codes


def hosts(value: object) -> tuple[str, ...]:
    """Host names without scheme and path."""
    found = tuple(host.lower() for host in texts(value))
    for host in found:
        if not _HOST.fullmatch(host):
            raise ValueError(f"{host!r} is not a host name like example.org")
    return found


def pattern(value: object) -> re.Pattern[str]:
    """A regular expression."""
    found = text(value)
    try:
        return re.compile(found)
    except re.error as error:
        raise ValueError(f"{found!r} is not a regular expression: {error}") from error


def timezone(value: object) -> str:
    """A name of the IANA database."""
    found = text(value)
    try:
        return ZoneInfo(found).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{found!r} is not a time zone like Africa/Bamako") from error


def seconds(value: object) -> float:
    """A time to wait, up to an hour."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise ValueError(f"{value!r} is not a number of seconds from 0 to 3600")
    return float(value)


def whole(value: object, least: int, most: int) -> int:
    """A whole number between two others."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{value!r} is not a whole number from {least} to {most}")
    return value


def words(value: object) -> int:
    """How many words an article has at least."""
    return whole(value, 1, 10_000)


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def day(value: object) -> date:
    """A date of TOML's own, without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{value!r} is not a day without quotes, like 2021-06-30")
    return value


def one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    """One word of a list."""

    def read(value: object) -> str:
        found = text(value)
        if found not in allowed:
            raise ValueError(f"{found!r} is not one of {', '.join(allowed)}")
        return found

    return read


def selector(value: object) -> str:
    """A CSS selector."""
    found = text(value)
    try:
        CSSSelector(found, translator="html")
    except SelectorError as error:
        raise ValueError(f"{found!r} is not a CSS selector: {error}") from error
    return found


def selectors(value: object) -> tuple[str, ...]:
    """A list of CSS selectors."""
    return tuple(selector(item) for item in texts(value))


def selectors_or_true(value: object) -> tuple[str, ...]:
    """A list of CSS selectors; true stands for the whole page."""
    return ("body",) if value is True else selectors(value)


LAYOUT: dict[str, Callable[[object], Any]] = {
    "select": selector,
    "remove": selectors,
    "date_trap": selectors_or_true,
    "paywall": selectors_or_true,
    "min_words": words,
    "wire": text,
}


def until(value: object) -> tuple[Until, ...]:
    """Blocks of layout with the day on which each ended, put in the order of the days."""
    if not isinstance(value, list):
        raise ValueError("is not a block, written [[until]] on a line of its own")
    blocks = [_of_table(item, {"day": day, **LAYOUT}, ("day",)) for item in value]
    found = sorted((_until(**block) for block in blocks), key=lambda block: block.day)
    days = [block.day for block in found]
    if len(set(days)) < len(days):
        raise ValueError("two blocks have the same day")
    return tuple(found)


def _until(day: date, **layout: Any) -> Until:
    return Until(day=day, layout=Layout(**layout))


def _of_table(
    value: object, readers: Mapping[str, Callable[[object], Any]], needed: tuple[str, ...]
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is not a table, like {{ {needed[0]} = … }}")
    for key in value:
        if key not in readers:
            raise ValueError(
                f"{key}: unknown key{meant(key, readers)}; allowed are {', '.join(readers)}"
            )
    for key in needed:
        if key not in value:
            raise ValueError(f"{key}: missing")
    found = {}
    for key, item in value.items():
        try:
            found[key] = readers[key](item)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error
    return found


def meant(word: str, known: Mapping[str, object]) -> str:
    """A hint at the names that a misspelt one may stand for."""
    close = get_close_matches(word.lower(), known, n=3, cutoff=0.6)
    return f", did you mean {' or '.join(close)}?" if close else ""


def home_of(wordpress: str | bool | None, site_url: str) -> str | None:
    """The root of a site's REST API."""
    if wordpress is True:
        parts = urlsplit(site_url)
        return f"{parts.scheme}://{parts.netloc}/wp-json/"
    return f"{wordpress.rstrip('/')}/" if isinstance(wordpress, str) else None
