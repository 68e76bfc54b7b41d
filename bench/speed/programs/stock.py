"""Scrapy as it is used elsewhere: ``python -m bench.speed.programs.stock MODE URLS FOLDER``.

``plain`` archives nothing; ``warcio`` has warcio in its pipeline, as most projects that archive with
Scrapy; ``naive`` also extracts there; ``scrapy-warc`` and ``scrapy-warcio`` are middlewares of that name.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess

SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}
SCRAPY_WARC = {
    "WARC_COLLECTION": "bench",
    "WARC_DESCRIPTION": "bench",
    "WARC_MAX_SIZE": 10**10,
    "WARC_OPERATOR": "bench",
    "WARC_ROBOTS": "ignore",
    "WARC_USER_AGENT": "bench",
    "WARC_PREFIX": "bench",
    "WARC_SPEC": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.0/",
}


class Pages(Spider):
    """Every page once; what came is counted."""

    name = "pages"

    def parse(self, response: Any, **_: Any) -> Iterator[Any]:
        """An item for those who keep it."""
        told = self.settings["TOLD"]
        told["pages"] += 1
        told["bytes"] += len(response.body)
        if self.settings["ITEM_PIPELINES"]:
            yield {"response": response}


class WarcPipeline:
    """Writes what Scrapy gives, with warcio as its manual shows."""

    def __init__(self, folder: str) -> None:
        from warcio.warcwriter import WARCWriter

        self._file = Path(folder, "pages.warc.gz").open("wb")  # noqa: SIM115  closed with the spider
        self._writer: Any = WARCWriter(self._file, gzip=True)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """As Scrapy makes it."""
        return cls(crawler.settings["FOLDER"])

    def process_item(self, item: Any) -> Any:
        """A response record."""
        from io import BytesIO

        from warcio.statusandheaders import StatusAndHeaders

        response = item["response"]
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.lower() not in (b"content-encoding", b"transfer-encoding")
        ]
        record = self._writer.create_warc_record(
            response.url,
            "response",
            payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1"),
        )
        self._writer.write_record(record)
        return item

    def close_spider(self) -> None:
        """The file ends."""
        self._file.close()


class ArticlePipeline:
    """Extracts where it stands."""

    def __init__(self, told: dict[str, int], folder: str) -> None:
        self._told = told
        self._out = Path(folder, "articles.jsonl").open("w")  # noqa: SIM115  closed with the spider

    @classmethod
    def from_crawler(cls, crawler: Any) -> Any:
        """As Scrapy makes it."""
        return cls(crawler.settings["TOLD"], crawler.settings["FOLDER"])

    def process_item(self, item: Any) -> Any:
        """A line an article."""
        from bench.speed.programs.naive import article

        response = item["response"]
        if line := article(response.text, response.url):
            self._told["articles"] += 1
            self._out.write(line + "\n")
        return item

    def close_spider(self) -> None:
        """The file ends."""
        self._out.close()


class ScrapyWarc:
    """The middleware that both packages' manuals show."""

    def __init__(self, warcio: Any, date: Any) -> None:
        self._warcio, self._date = warcio, date

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """As Scrapy makes it."""
        if crawler.settings["MODE"] == "scrapy-warc":
            from scrapy_warc.warcio import ScrapyWarcIo, warc_date

            return cls(ScrapyWarcIo(crawler.settings), warc_date)
        from scrapy_warcio import ScrapyWarcIo, warc_date

        return cls(ScrapyWarcIo(), warc_date)

    def process_request(self, request: Any) -> None:
        """It wants to know when."""
        request.meta["WARC-Date"] = self._date()

    def process_response(self, request: Any, response: Any) -> Any:
        """Written here."""
        self._warcio.write(response, request)
        return response


def _write_its_settings(folder: str) -> None:
    other = {
        "warc_max_size": "max_warc_size",
        "warc_prefix": "warc_prefix",
        "warc_spec": "warc_spec",
    }
    told = {key.lower(): value for key, value in SCRAPY_WARC.items()}
    named = {other.get(key, key.removeprefix("warc_")): value for key, value in told.items()}
    lines = [f"{key}: {value}" for key, value in (named | {"warc_dest": folder}).items()]
    Path(folder, "settings.yml").write_text("\n".join(lines) + "\n", "utf-8")
    os.environ["SCRAPY_WARCIO_SETTINGS"] = f"{folder}/settings.yml"


def main(mode: str, urls: str, folder: str) -> None:
    """Fetch all and say what came."""
    told = {"pages": 0, "bytes": 0, "articles": 0}
    settings = SETTINGS | {"TOLD": told, "FOLDER": folder, "MODE": mode, "ITEM_PIPELINES": {}}
    if mode in ("warcio", "naive"):
        settings["ITEM_PIPELINES"] = {WarcPipeline: 1}
    if mode == "naive":
        settings["ITEM_PIPELINES"] = {WarcPipeline: 1, ArticlePipeline: 2}
    if mode == "scrapy-warc":
        settings |= SCRAPY_WARC | {"JOBDIR": folder}
    if mode == "scrapy-warcio":
        _write_its_settings(folder)
    if mode.startswith("scrapy-"):
        settings["DOWNLOADER_MIDDLEWARES"] = {ScrapyWarc: 543}
    process = AsyncCrawlerProcess(settings)
    process.crawl(Pages, start_urls=Path(urls).read_text().split())
    process.start()
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
