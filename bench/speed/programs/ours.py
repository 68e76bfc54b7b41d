"""Djeli itself, with its own settings but for politeness: ``python -m bench.speed.programs.ours MODE ROOT FOLDER``.

``fetch`` asks for each URL of a file and archives, ``full`` crawls the site as ``djeli crawl`` does.  Several requests
to one host at a time and no delay: nobody may do that to a site, and every contestant does it here.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider

from crawler.compression import AS_SENT

SITE = """\
name = "Le Relais"
url = "{root}/"
country = "ML"
languages = ["fr"]
sitemaps = ["{root}/sitemap.xml"]
"""
HURRY: dict[str, Any] = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "CONCURRENT_REQUESTS": 8,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "SITEMAP_ARTICLES": 10**9,
    "REQUISITES": False,
}


class Pages(Spider):
    """Every page of a list into the archive."""

    name = "fetched"

    def __init__(self, urls: str) -> None:
        super().__init__()
        self._urls = Path(urls).read_text().split()

    async def start(self) -> AsyncIterator[Request]:
        """All of them."""
        for url in self._urls:
            yield Request(url, callback=self.parse, dont_filter=True, meta={AS_SENT: True})

    def parse(self, response: Any, **_: Any) -> None:
        """It is in the archive."""


def main(mode: str, where: str, folder: str) -> None:
    """Crawl and say what came; ``where`` is the list of URLs, or the site."""
    from crawler.addresses import private_place
    from crawler.commands.options import scrapy_process
    from crawler.process import run

    options = Namespace(data_dir=Path(folder), allow_private=False, verbose=False)
    settings = dict(HURRY)
    if mode == "full":
        (Path(folder) / "sites").mkdir()
        (Path(folder) / "sites" / "relais.toml").write_text(SITE.format(root=where))
    else:
        first = Path(where).read_text().split()[0]
        settings["PRIVATE_PLACES"] = [private_place(first)]
    process = scrapy_process(options, 40, **settings)
    if mode == "full":
        crawler, arguments = process.create_crawler("relais"), {}
    else:
        crawler, arguments = process.create_crawler(Pages), {"urls": where}
    (crawl,) = run(process, [crawler], **arguments)
    stats = crawler.stats
    told = {"articles": stats.get_value("article/new", 0), "error": crawl.error}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
