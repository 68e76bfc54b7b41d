"""A site that is odd: its links come from a JSON API, through the one hook that such sites have."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.http import TextResponse

from spiders.links import Link
from spiders.reliefweb import ReliefWebSpider, report_links
from spiders.site import load_sites
from tests.conftest import Djeli
from tests.treesite import TreeSite, article_path, serving, title_of

API = "https://api.reliefweb.int/v2/reports?appname=x"
REPORT = "https://reliefweb.int/report/mali/attaque-djibo"
WHOLE = {
    "id": "4141",
    "fields": {
        "title": "Attaque à Djibo",
        "url": "https://reliefweb.int/node/4141",
        "url_alias": REPORT,
        "date": {
            "original": "2024-05-01T00:00:00+00:00",
            "changed": "2024-05-02T06:30:00+00:00",
            "created": "2024-05-01T12:00:00+00:00",
        },
    },
}
LINK = Link(
    url=REPORT,
    published=datetime(2024, 5, 1, tzinfo=UTC),
    modified=datetime(2024, 5, 2, 6, 30, tzinfo=UTC),
    title="Attaque à Djibo",
)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ({"data": [WHOLE]}, [LINK]),
        ({"data": [{"id": "1"}, {"fields": {"url": REPORT}}]}, [Link(url=REPORT)]),
        ({"data": []}, []),
        ({"status": 403, "error": {"message": "appname"}}, []),
        ([1], []),
    ],
)
def test_reports_of_an_answer(answer: object, wanted: list[Link]) -> None:
    assert list(report_links(json.dumps(answer).encode(), API)) == wanted


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"data": [', b"[" * 100_000])
def test_no_reports_in_anything_else(body: bytes) -> None:
    assert list(report_links(body, API)) == []


def test_the_feed_is_read_as_well() -> None:
    feed = f"<rss><channel><item><link>{REPORT}</link></item></channel></rss>"
    response = TextResponse("https://reliefweb.int/updates/rss.xml", body=feed.encode())
    spider = type("Spider", (ReliefWebSpider,), {"site": load_sites()["reliefweb"]})()
    assert spider.links_in(response) == [Link(url=REPORT)]


class ApiSite(TreeSite):
    """A newsroom whose front page links to nothing; its articles are in the answer of an API."""

    def answer(self, path: str) -> bytes | None:
        if path == "/":
            return b"<html><title>ReliefWeb</title><p>Updates need JavaScript.</p></html>"
        if path.startswith("/v2/reports"):
            rows = [
                {"fields": {"title": title_of(n), "url": self.base + article_path(n)}}
                for n in range(self.articles)
            ]
            return json.dumps({"data": rows}).encode()
        return super().answer(path)


def test_a_crawl_brings_what_the_api_names(djeli: Djeli, tmp_path: Path) -> None:
    with serving(ApiSite(3)) as site:
        (tmp_path / "sites").mkdir()
        (tmp_path / "sites/reliefweb.toml").write_text(
            f'name = "ReliefWeb"\nurl = "{site.base}/"\ncountry = "INT"\nlanguages = ["fr"]\n'
            f'feeds = ["{site.base}/v2/reports?appname=x&limit=100"]\ndelay = 0\n'
        )
        outcome = djeli("crawl", "reliefweb", "--data-dir", tmp_path, "--no-requisites", "--json")
    assert outcome.returncode == 0, outcome.stderr
    lines = "".join(path.read_text() for path in (tmp_path / "articles").glob("*.jsonl"))
    found = {json.loads(line)["url"] for line in lines.splitlines()}
    assert found == site.article_urls
