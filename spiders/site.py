"""A site is data: one TOML file, read into a frozen value, or a one-line error that says what to mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.errors import SiteError
from crawler.rules import Rules
from crawler.urls import absolute, is_address, plain_host
from spiders.countries import CAPITAL_ZONES, COUNTRIES, INTERNATIONAL

KINDS = ("news", "agency", "radio", "ngo", "state", "research")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A publisher as its file tells of it; the file's name is the id.

    `timezone` is that of the country's capital unless the file names another.  `source` is a note
    for people on where a feed's address is known from.
    """

    id: str
    name: str
    url: str
    country: str
    languages: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    article_url: re.Pattern[str] | None = None
    ignore_url: re.Pattern[str] | None = None
    timezone: str | None = None
    delay: float | None = None
    kind: str = "news"
    requisites: bool = True
    source: str | None = None

    @property
    def rules(self) -> Rules:
        """What extraction may know of the site."""
        return Rules(
            site=self.id,
            languages=self.languages,
            country=self.country,
            timezone=self.timezone,
        )

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that a crawl of the site may ask, with their port where a URL names one."""
        netlocs = {urlsplit(url).netloc.lower() for url in (self.url, *self.feeds, *self.sitemaps)}
        home = urlsplit(self.url).netloc.lower()
        if not is_address(plain_host(self.url)):
            netlocs.add(home.removeprefix("www.") if home.startswith("www.") else f"www.{home}")
        return frozenset(netlocs)


def load_site(path: Path | Traversable) -> Site:
    """The site of one file; `SiteError` names file, key and what is allowed."""
    table = _table(path)
    site_id = path.name.removesuffix(".toml")
    if not _ID.fullmatch(site_id):
        raise SiteError(f"{path}: the file's name is the site's id: a-z, 0-9 and - only")
    for key in table:
        if key not in _READERS:
            raise SiteError(f"{path}: {key}: unknown key{_meant(key, _READERS)}; {_ALLOWED}")
    for key in _REQUIRED:
        if key not in table:
            raise SiteError(f"{path}: {key}: missing; needed are {', '.join(_REQUIRED)}")
    values = {key: _value(path, key, value) for key, value in table.items()}
    values.setdefault("timezone", CAPITAL_ZONES.get(values["country"]))
    return Site(id=site_id, **values)


def load_sites(*extra_folders: Path) -> Mapping[str, Site]:
    """Sites by id, sorted: the bundled ones, and those of other folders, which replace them."""
    paths: dict[str, Path | Traversable] = {}
    for folder in (files("spiders.sites"), *extra_folders):
        if folder.is_dir():
            paths |= {path.name: path for path in folder.iterdir() if path.name.endswith(".toml")}
    if not paths:
        looked = ", ".join(map(str, (files("spiders.sites"), *extra_folders)))
        raise SiteError(f"no site files (*.toml) in {looked}")
    sites = (load_site(paths[name]) for name in sorted(paths))
    return {site.id: site for site in sites}


@cache
def sites_in(data_dir: Path) -> Mapping[str, Site]:
    """The bundled sites and those of a data folder (`sites/*.toml`); read once in a process."""
    return load_sites(data_dir / "sites")


def find_site(sites: Mapping[str, Site], site_id: str) -> Site:
    """The site of that id; `SiteError` with the closest ids when there is none."""
    if site_id not in sites:
        meant = _meant(site_id, sites)
        raise SiteError(f"{site_id}: unknown site{meant}; `djeli sites list` shows all")
    return sites[site_id]


def site_for(url: str, sites: Mapping[str, Site]) -> Site | None:
    """The site that a URL belongs to: nearest host first, then the longest path, then the id."""
    belonging = [site for site in sites.values() if _belongs(url, site)]
    return min(belonging, key=_nearness, default=None)


def _nearness(site: Site) -> tuple[int, int, int, str]:
    parts = urlsplit(site.url)
    return -len(plain_host(site.url)), -len(parts.path.rstrip("/")), -len(parts.netloc), site.id


def _belongs(url: str, site: Site) -> bool:
    try:
        asked, home = urlsplit(url), urlsplit(site.url)
        port = asked.port
    except ValueError:
        return False
    host, wanted = plain_host(url), plain_host(site.url)
    if host != wanted and (is_address(wanted) or not host.endswith(f".{wanted}")):
        return False
    if home.port is not None and home.port != port:
        return False
    return f"{asked.path.rstrip('/')}/".startswith(f"{home.path.rstrip('/')}/")


def _table(path: Path | Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SiteError(f"{path}: broken TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SiteError(f"{path}: byte {error.start} is no UTF-8, which TOML must be") from error
    except OSError as error:
        raise SiteError(f"{path}: cannot be read: {error.strerror}") from error


def _meant(word: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(word.lower(), known, n=3, cutoff=0.6)
    return f", did you mean {' or '.join(close)}?" if close else ""


def _value(path: Path | Traversable, key: str, value: object) -> Any:
    try:
        return _READERS[key](value)
    except ValueError as error:
        raise SiteError(f"{path}: {key}: {error}") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not text in quotes")
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f'{value!r} is not a list of texts, like ["a", "b"]')
    return tuple(value)


def _url(value: object) -> str:
    text = _text(value)
    if not re.match(r"https?://", text, re.IGNORECASE) or absolute(text, text) is None:
        raise ValueError(f"{text!r} is not an absolute http or https URL")
    return text


def _urls(value: object) -> tuple[str, ...]:
    return tuple(_url(item) for item in _texts(value))


def _country(value: object) -> str:
    text = _text(value)
    if text not in COUNTRIES and text != INTERNATIONAL:
        raise ValueError(f"{text!r} is not an ISO 3166-1 code like ML, or {INTERNATIONAL}")
    return text


def _languages(value: object) -> tuple[str, ...]:
    codes = _texts(value)
    if not codes or not all(re.fullmatch(r"[a-z]{2,3}", code) for code in codes):
        raise ValueError(f'{value!r} is not a list of ISO 639 codes, like ["fr", "ha"]')
    return codes


def _pattern(value: object) -> re.Pattern[str]:
    text = _text(value)
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from error


def _timezone(value: object) -> str:
    text = _text(value)
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{text!r} is not a time zone like Africa/Bamako") from error


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise ValueError(f"{value!r} is not a number of seconds from 0 to 3600")
    return float(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _kind(value: object) -> str:
    text = _text(value)
    if text not in KINDS:
        raise ValueError(f"{text!r} is not one of {', '.join(KINDS)}")
    return text


_READERS: dict[str, Callable[[object], Any]] = {
    "name": _text,
    "url": _url,
    "country": _country,
    "languages": _languages,
    "feeds": _urls,
    "sitemaps": _urls,
    "article_url": _pattern,
    "ignore_url": _pattern,
    "timezone": _timezone,
    "delay": _seconds,
    "kind": _kind,
    "requisites": _flag,
    "source": _text,
}
_ALLOWED = f"allowed are {', '.join(_READERS)}"
_REQUIRED = [
    field.name for field in fields(Site) if field.default is MISSING and field.name != "id"
]
