"""Scrapy's list of spiders: one for each site file, and Python spiders for odd sites."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader

from archive.errors import SiteError
from spiders.site import Site, find_site, site_for, sites_in


class UnknownSpiderError(SiteError, KeyError):
    """No spider of that name: Scrapy expects a KeyError, people expect a line that they can read."""

    __str__ = SiteError.__str__


class SiteSpiderLoader:
    """Spiders by name; the name is the site's id.

    A Python spider whose name is a site's id is used for that site instead of NewsSpider.
    """

    def __init__(self, sites: Mapping[str, Site], settings: BaseSettings) -> None:
        self._sites, self._settings = sites, settings

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Read the bundled site files and those under DATA_DIR/sites; SiteError on a broken one."""
        return cls(sites_in(Path(settings["DATA_DIR"])), settings)

    @cached_property
    def _python(self) -> dict[str, type[Spider]]:
        """By name; looked for when a spider is asked for by its name, which a scrape never does.

        The search imports all modules there are, a quarter of the time to the first request.
        """
        found = SpiderLoader.from_settings(self._settings)
        return {name: found.load(name) for name in found.list()}

    def load(self, spider_name: str) -> type[Spider]:
        """The spider class of that name."""
        if spider_name in self._python and spider_name not in self._sites:
            return self._python[spider_name]
        try:
            site = find_site(self._sites, spider_name)
        except SiteError as error:
            raise UnknownSpiderError(str(error)) from None
        return self._site_spider(site)

    def list(self) -> list[str]:
        """All names, sorted."""
        return sorted({*self._sites, *self._python})

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The spider of the site that the URL belongs to, or the Python spiders that claim it."""
        site = site_for(request.url, self._sites)
        if site is not None:
            return [site.id]
        return [name for name, spider in self._python.items() if spider.handles_request(request)]

    def _site_spider(self, site: Site) -> type[Spider]:
        from spiders.news import NewsSpider  # Scrapy's loader imports this module before that one

        base = self._python.get(site.id, NewsSpider)
        body = {
            "name": site.id,
            "site": site,
            "allowed_domains": sorted(site.domains),
            "__doc__": site.name,
        }
        return type(base.__name__, (base,), body | {"__module__": base.__module__})
