"""Crawl-delay and Retry-After are kept, measured at the server."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from tests.conftest import Djeli
from tests.routes import SITE, Answer, article, feed, serving


def test_a_crawl_delay_is_never_undercut(djeli: Djeli, tmp_path: Path) -> None:
    with serving() as routes:
        paths = [f"/2026/03/0{n}/un-article.html" for n in range(1, 5)]
        routes.set("/robots.txt", Answer(b"User-agent: *\nCrawl-delay: 0.6\n"))
        routes.set("/feed", feed(routes.base, paths))
        for number, path in enumerate(paths):
            routes.set(path, article(number))
        routes.write_site_file(tmp_path, f'feeds = ["{routes.base}/feed"]')
        outcome = djeli("crawl", SITE, "--json", "--data-dir", tmp_path)
        (site,) = json.loads(outcome.stdout)
        assert site["articles"] == 4, outcome.stderr
        after_robots = routes.times("/")[1:]
        gaps = [later - earlier for earlier, later in pairwise(after_robots)]
        assert min(gaps) > 0.55, gaps


def test_a_server_that_asks_for_a_moment_gets_it(djeli: Djeli, tmp_path: Path) -> None:
    with serving() as routes:
        page = "/2026/03/01/un-article.html"
        routes.set(page, Answer("later", 429, {"Retry-After": "2"}), article(1))
        outcome = djeli("scrape", "--allow-private", f"{routes.base}{page}", "--data-dir", tmp_path)
        assert outcome.returncode == 0, outcome.stderr
        first, second = routes.times(page)
        assert second - first > 1.9


def test_a_server_that_asks_for_an_hour_is_left_alone(djeli: Djeli, tmp_path: Path) -> None:
    with serving() as routes:
        paths = [f"/2026/03/0{n}/un-article.html" for n in range(1, 4)]
        routes.set("/feed", feed(routes.base, paths))
        for path in paths:
            routes.set(path, Answer("later", 503, {"Retry-After": "3600"}))
        routes.write_site_file(tmp_path, f'feeds = ["{routes.base}/feed"]')
        outcome = djeli("crawl", SITE, "--data-dir", tmp_path)
        assert outcome.returncode == 1
        assert "asked to be left alone until" in outcome.stderr
        assert len(routes.times("/2026")) == 1
