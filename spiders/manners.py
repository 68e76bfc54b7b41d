"""What a site file asks of a crawl: how often its hosts are asked, and which private addresses it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.addresses import private_place

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from spiders.site import Site

LEAST_DELAY = 0.01  # seconds; with none at all Scrapy 2.19 sends several requests to a host at once


def obey(settings: BaseSettings, site: Site) -> None:
    """To be called in a spider's ``update_settings``."""
    settings.set("PRIVATE_PLACES", sorted(private_places(site)), "spider")
    if site.allow_private:
        settings.set("ALLOW_PRIVATE", value=True, priority="spider")
    if site.delay is not None:
        delay = max(site.delay, LEAST_DELAY)
        settings.set("DOWNLOAD_DELAY", delay, "spider")
        settings.set("AUTOTHROTTLE_START_DELAY", delay, "spider")


def private_places(site: Site) -> set[str]:
    """``host:port`` of the private addresses that the site's file writes out."""
    urls = (site.url, *site.feeds, *site.sitemaps)
    return {place for url in urls if (place := private_place(url))}
