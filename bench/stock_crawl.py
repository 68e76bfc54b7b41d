"""The same crawl as stock Scrapy does it, with JOBDIR: ``python -m bench.stock_crawl URL FOLDER``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess


class StockSpider(Spider):
    """Listings to articles; each response is noted at once, each article is an item for a feed."""

    name = "stock"

    def parse(self, response: Any, **_: Any) -> Iterator[Request]:
        """A listing."""
        self._note(response)
        yield from response.follow_all(css="h2 a", callback=self.parse_article)
        yield from response.follow_all(css="a.next", callback=self.parse)

    def parse_article(self, response: Any) -> Iterator[dict[str, str]]:
        """An article."""
        self._note(response)
        yield {"url": response.url, "text": " ".join(response.css("p::text").getall())}

    def _note(self, response: Any) -> None:
        path = Path(self.settings["JOBDIR"]).with_name("responses.txt")
        with path.open("a", encoding="utf-8") as file:
            file.write(response.url + "\n")


def main(url: str, folder: str) -> None:
    """Crawl until done; goes on with what JOBDIR holds."""
    process = AsyncCrawlerProcess(
        {
            "JOBDIR": f"{folder}/job",
            "FEEDS": {f"{folder}/items.jsonl": {"format": "jsonlines", "overwrite": False}},
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    process.crawl(StockSpider, start_urls=[url])
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
