"""A site is data: one TOML file, read into a frozen value, or a one-line error that says what to mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import SiteError
from crawler.rules import GENERIC, Layout, Rules, Until
from crawler.urls import is_address, plain_host
from spiders import sitevalues
from spiders.countries import CAPITAL_ZONES
from spiders.sitevalues import Feed, Listing, meant

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A publisher as its file tells of it; the file's name is the id.

    `timezone` is that of the country's capital unless the file names another.  `source` is a note
    for people; `known` tells for each feed how its address is known.  `wordpress` is the root of
    the REST API.  `first_day` and `last_day` are those of the coverage, None where nobody knows.
    """

    id: str
    name: str
    url: str
    country: str
    languages: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    known: tuple[str | None, ...] = ()
    sitemaps: tuple[str, ...] = ()
    wordpress: str | None = None
    listing: tuple[Listing, ...] = ()
    article_url: re.Pattern[str] | None = None
    ignore_url: re.Pattern[str] | None = None
    former_domains: tuple[str, ...] = ()
    timezone: str | None = None
    delay: float | None = None
    requisites: bool = True
    allow_private: bool = False
    kind: str = "news"
    scale: str | None = None
    ownership: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    source: str | None = None
    layout: Layout = GENERIC
    until: tuple[Until, ...] = ()

    @property
    def rules(self) -> Rules:
        """What extraction may know of the site."""
        return Rules(
            site=self.id,
            languages=self.languages,
            country=self.country,
            timezone=self.timezone,
            layout=self.layout,
            until=self.until,
        )

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that a crawl of the site may ask, with their port where a URL names one."""
        sources = (*self.feeds, *self.sitemaps, *(listing.url for listing in self.listing))
        own = [self.url, *sources, *([self.wordpress] if self.wordpress else [])]
        netlocs = {urlsplit(url).netloc.lower() for url in own} | set(self.former_domains)
        for host in (urlsplit(self.url).netloc.lower(), *self.former_domains):
            if not is_address(plain_host(f"//{host}")):
                netlocs.add(host.removeprefix("www.") if host.startswith("www.") else f"www.{host}")
        return frozenset(netlocs)

    @property
    def domains(self) -> frozenset[str]:
        """The same without ports: each of them is asked by one crawl at a time."""
        return frozenset(urlsplit(f"//{host}").hostname or host for host in self.hosts)


def load_site(path: Path | Traversable) -> Site:
    """The site of one file; `SiteError` names file, key and what is allowed."""
    table = _opened(path, _table(path))
    site_id = path.name.removesuffix(".toml")
    if not _ID.fullmatch(site_id):
        raise SiteError(f"{path}: the file's name is the site's id: a-z, 0-9 and - only")
    for key in table:
        if key not in _READERS:
            raise SiteError(f"{path}: {key}: unknown key{meant(key, _READERS)}; {_ALLOWED}")
    for key in _REQUIRED:
        if key not in table:
            raise SiteError(f"{path}: {key}: missing; needed are {', '.join(_REQUIRED)}")
    values = {key: _value(path, key, value) for key, value in table.items()}
    if "last_day" in values and values["last_day"] < values.get("first_day", date.min):
        raise SiteError(f"{path}: last_day: is before first_day")
    return _site(site_id, values)


def keys() -> tuple[str, ...]:
    """Every key that a site file may have."""
    return (*_READERS, "about")


def _opened(path: Path | Traversable, table: dict[str, Any]) -> dict[str, Any]:
    """`about = { kind = "radio", … }` is the same keys on one line."""
    about = table.pop("about", {})
    if not isinstance(about, dict) or not about.keys() <= _ABOUT:
        raise SiteError(f"{path}: about: is not a table of {', '.join(sorted(_ABOUT))}")
    if twice := about.keys() & table.keys():
        raise SiteError(f"{path}: {min(twice)}: said twice, once within about")
    return table | about


def _site(site_id: str, values: dict[str, Any]) -> Site:
    feeds: tuple[Feed, ...] = values.pop("feeds", ())
    layout = {key: values.pop(key) for key in sitevalues.LAYOUT if key in values}
    values.setdefault("timezone", CAPITAL_ZONES.get(values["country"]))
    values["wordpress"] = sitevalues.home_of(values.get("wordpress"), values["url"])
    return Site(
        id=site_id,
        feeds=tuple(feed.url for feed in feeds),
        known=tuple(feed.known for feed in feeds),
        layout=Layout(**layout),
        **values,
    )


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
    return Sites((site.id, site) for site in sites)


@cache
def sites_in(data_dir: Path) -> Mapping[str, Site]:
    """The bundled sites and those of a data folder (`sites/*.toml`); read once in a process."""
    return load_sites(data_dir / "sites")


def find_site(sites: Mapping[str, Site], site_id: str) -> Site:
    """The site of that id; `SiteError` with the closest ids when there is none."""
    if site_id not in sites:
        raise SiteError(
            f"{site_id}: unknown site{meant(site_id, sites)}; `djeli sites list` shows all"
        )
    return sites[site_id]


def site_for(url: str, sites: Mapping[str, Site]) -> Site | None:
    """The site that a URL belongs to: nearest host first, then the longest path, then the id."""
    homes = sites.homes if isinstance(sites, Sites) else Sites(sites).homes
    labels = plain_host(url).split(".")
    hosts = (".".join(labels[place:]) for place in range(len(labels)))
    near = {site.id: site for host in hosts for site in homes.get(host, ())}
    belonging = [site for site in near.values() if _belongs(url, site)]
    return min(belonging, key=_nearness, default=None)


class Sites(dict[str, Site]):
    """Sites by id; nobody changes them."""

    @cached_property
    def homes(self) -> Mapping[str, list[Site]]:
        """By each host that is or was theirs: it is asked for every link, and there are many sites."""
        found: dict[str, list[Site]] = {}
        for site in self.values():
            for host in {plain_host(site.url), *site.former_domains}:
                found.setdefault(host, []).append(site)
        return found


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
    if any(f".{host}".endswith(f".{former}") for former in site.former_domains):
        return True
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


def _value(path: Path | Traversable, key: str, value: object) -> Any:
    try:
        return _READERS[key](value)
    except ValueError as error:
        raise SiteError(f"{path}: {key}: {error}") from error


_METADATA: dict[str, Callable[[object], Any]] = {
    "kind": sitevalues.one_of(sitevalues.KINDS),
    "scale": sitevalues.one_of(sitevalues.SCALES),
    "ownership": sitevalues.one_of(sitevalues.OWNERSHIPS),
    "first_day": sitevalues.day,
    "last_day": sitevalues.day,
    "source": sitevalues.text,
}
_READERS: dict[str, Callable[[object], Any]] = {
    "name": sitevalues.text,
    "url": sitevalues.url,
    "country": sitevalues.country,
    "languages": sitevalues.languages,
    "feeds": sitevalues.feeds,
    "sitemaps": sitevalues.urls,
    "wordpress": sitevalues.wordpress,
    "listing": sitevalues.listings,
    "article_url": sitevalues.pattern,
    "ignore_url": sitevalues.pattern,
    "former_domains": sitevalues.hosts,
    "timezone": sitevalues.timezone,
    "delay": sitevalues.seconds,
    "requisites": sitevalues.flag,
    "allow_private": sitevalues.flag,
    **sitevalues.LAYOUT,
    "until": sitevalues.until,
    **_METADATA,
}
_ABOUT = _METADATA.keys()
_ALLOWED = f"allowed are {', '.join(keys())}"
_REQUIRED = [
    field.name for field in fields(Site) if field.default is MISSING and field.name != "id"
]
