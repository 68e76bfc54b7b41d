"""What every page of the reading room shares: the archive, the words of the interface, the templates."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from archive import __version__
from archive.article import Article
from archive.browse import Browser
from archive.captured import Captured
from archive.errors import SiteError
from archive.memento import Addresses, spelled
from archive.upgrade import migrate
from crawler.web.guard import Key

RIGHT_TO_LEFT = frozenset({"ar", "arz", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(slots=True, kw_only=True)
class Room:
    """One data folder, read only.  ``full`` is the port of replay with scripts, if there is one."""

    data_dir: Path
    browser: Browser
    captured: Captured
    words: Mapping[str, Any]
    sites: Mapping[str, str]
    key: Key | None = None
    full: int | None = None
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.templates = Environment(
            loader=PackageLoader("crawler.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters.update(
            number=lambda count: f"{count:,}", day=said_day, moment=said_moment, spelled=spelled,
            segment=lambda text: quote(text, safe=""),
            digits=lambda date: re.sub(r"\D", "", date)[:14],
        )  # fmt: skip
        self.templates.globals.update(
            t=SimpleNamespace(
                **self.words
            ),  # a dict's own methods would hide words such as "clear"
            version=__version__,
            site_name=self.site_name,
            label=self.label,
            direction=direction,
            replay=self.replay_path,
        )

    def prepare(self) -> None:
        """Bring an older catalogue up to date, and read what searches need: better now than in the first one."""
        if self.browser.catalogue.exists:
            migrate(self.browser.catalogue.path)
            self.browser.shelves()

    @property
    def replay_path(self) -> str:
        """Where archived pages begin; with a token it has a key, as sandboxed pages send no cookies."""
        return f"/replay/k.{self.key.derived('replay')}/" if self.key else "/replay/"

    def addresses(self, request: Request) -> Addresses:
        """Those of the room as it was called."""
        return Addresses(str(request.base_url).rstrip("/"), self.replay_path)

    def full_root(self, request: Request) -> str | None:
        """Where replay with scripts is found from where the room was called, with the key that opens it."""
        if self.full is None:
            return None
        host = request.url.hostname or "127.0.0.1"
        name = f"[{host}]" if ":" in host else host
        key = self.key.derived("full") if self.key else "-"
        return f"http://{name}:{self.full}/{key}"

    def page(self, name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """A page made of a template."""
        return HTMLResponse(self.templates.get_template(name).render(values), status)

    def failure(self, status: int, title: str, detail: str = "") -> HTMLResponse:
        """A page that says what is wrong."""
        return self.page("failure.html", {"title": title, "detail": detail}, status)

    def site_name(self, site: str | None) -> str:
        """As people know it."""
        return self.sites.get(site or "", site or "—")

    def label(self, facet: str, value: str) -> str:
        """The name of a facet's value in the language of the interface."""
        if facet == "site":
            return self.site_name(value)
        table = {"country": "countries", "mentions": "countries", "language": "languages"}
        names: Mapping[str, str] = self.words.get(table.get(facet, facet), {})
        return names.get(value, value)


def room_of(data_dir: Path, key: Key | None = None) -> Room:
    """The room of a data folder."""
    return Room(
        data_dir=data_dir,
        browser=Browser(data_dir / "catalogue.sqlite"),
        captured=Captured(data_dir),
        words=tomllib.loads((files("crawler.web") / "words.toml").read_text("utf-8")),
        sites=_site_names(data_dir),
        key=key,
    )


def _site_names(data_dir: Path) -> dict[str, str]:
    """A site file that is wrong costs names, not the room."""
    from spiders.site import load_sites

    try:
        return {site.id: site.name for site in load_sites(data_dir / "sites").values()}
    except SiteError:
        return {}


def direction(language: str | None) -> str:
    """How a language is written; ``auto`` lets the browser look at the letters."""
    if language is None:
        return "auto"
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def said_day(text: str | None) -> str:
    """14 March 2026."""
    found = _read(text)
    return found.strftime("%-d %B %Y") if found else text or ""


def said_moment(text: str | None) -> str:
    """14 March 2026, 09:26 UTC; a bare day without a time."""
    found = _read(text)
    if found is None or "T" not in (text or ""):
        return said_day(text)
    return found.astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")


def _read(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def when(article: Article) -> str:
    """What an article is dated by: its publication, else its capture."""
    return article.published_at or article.fetched_at
