"""ReliefWeb, an odd site: its feed has the last headlines, its API every report, as JSON of its own.

Who has an ``appname`` that OCHA approved names the API like a feed, in DATA_DIR/sites/reliefweb.toml::

    feeds = ["https://api.reliefweb.int/v2/reports?appname=…&preset=latest&limit=100&sort[]=date.created:desc&fields[include][]=title&fields[include][]=url_alias&fields[include][]=date"]
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crawler.urls import absolute
from spiders.instants import instant
from spiders.links import Link
from spiders.news import NewsSpider

if TYPE_CHECKING:
    from scrapy.http import Response


class ReliefWebSpider(NewsSpider):
    """As all sites, but that an answer of the API is as good as a feed."""

    name = "reliefweb"

    def links_in(self, response: Response) -> list[Link]:
        """The reports of the API's answer, else the entries of the feed."""
        found = list(report_links(response.body, response.url))
        return found or super().links_in(response)


def report_links(body: bytes, url: str) -> Iterator[Link]:
    """The reports in an answer of ReliefWeb's API; none when the bytes are something else."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return
    for report in answer.get("data") or [] if isinstance(answer, dict) else []:
        fields: dict[str, Any] = report.get("fields") or {}
        dates = fields.get("date") or {}
        if address := absolute(str(fields.get("url_alias") or fields.get("url") or ""), url):
            yield Link(
                url=address,
                published=instant(str(dates.get("original") or dates.get("created") or "")),
                modified=instant(str(dates.get("changed") or "")),
                title=fields.get("title"),
            )
