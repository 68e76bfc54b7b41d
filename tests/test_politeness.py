"""Crawl-delay and Retry-After are kept, measured at the server."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Djeli
from tests.routes import SITE, Answer, Routes, article, feed, front_page, serving


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
        assert min(gaps) >= 0.6, gaps


def test_a_slow_server_has_its_rest_too(djeli: Djeli, tmp_path: Path) -> None:
    with serving() as routes:
        paths = [f"/2026/03/0{n}/un-article.html" for n in range(1, 4)]
        routes.set("/feed", feed(routes.base, paths))
        for number, path in enumerate(paths):
            routes.set(path, replace(article(number), seconds=0.7))
        routes.write_site_file(tmp_path, f'feeds = ["{routes.base}/feed"]')
        path = tmp_path / "sites" / f"{SITE}.toml"
        path.write_text(path.read_text().replace("delay = 0\n", "delay = 0.3\n"))
        outcome = djeli("crawl", SITE, "--no-requisites", "--data-dir", tmp_path)
        assert outcome.returncode == 0, outcome.stderr
        gaps = [later - earlier for earlier, later in pairwise(routes.times("/2026"))]
        assert len(gaps) == 2
        assert min(gaps) >= 0.7 + 0.3, gaps


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


def _everything(routes: Routes) -> list[str]:
    """Feed, sitemap index, listing, requisites, redirects, failures that pass, and one that does not; the pages that fail."""
    paths = [f"/2026/03/0{n}/un-article-du-jour.html" for n in range(1, 8)]
    routes.set("/feed", feed(routes.base, paths[:5]))
    routes.set("/", front_page(paths[3:6]))
    routes.set("/archive", front_page(paths[5:]))
    listed = f"<sitemapindex><sitemap><loc>{routes.base}/map.xml</loc></sitemap></sitemapindex>"
    routes.set("/maps.xml", Answer(listed.encode(), headers={"Content-Type": "text/xml"}))
    urls = "".join(f"<url><loc>{routes.base}{path}</loc></url>" for path in paths[4:])
    routes.set("/map.xml", Answer(f"<urlset>{urls}</urlset>".encode()))
    dressed = "<link rel=stylesheet href=/s.css><img src=/a.png><img src=/b.png>"
    routes.set("/s.css", Answer("p{background:url(/c.png)}", headers={"Content-Type": "text/css"}))
    for name in "abc":
        routes.set(f"/{name}.png", Answer(b"\x89PNG" + name.encode()))
    routes.set(paths[0], article(0, dressed))
    routes.set(paths[1], Answer("", 301, {"Location": "/moved"}))
    routes.set("/moved", Answer("", 302, {"Location": "/moved/again.html"}))
    routes.set("/moved/again.html", article(1))
    routes.set(paths[2], Answer("busy", 503), article(2))
    routes.set(paths[3], Answer("later", 429, {"Retry-After": "1"}), article(3))
    routes.set(paths[4], Answer("broken", 500))
    for number in (5, 6):
        routes.set(paths[number], article(number))
    return paths[2:5]


@pytest.mark.parametrize(
    ("delay", "robots", "least"),
    [
        (0.4, "User-agent: *\nAllow: /\n", 0.4),
        (0.05, "User-agent: *\nCrawl-delay: 0.4\n", 0.4),
        (0.4, "User-agent: *\nCrawl-delay: 0.05\n", 0.4),
    ],
)
def test_whatever_is_asked_for_the_host_has_its_rest(
    djeli: Djeli, tmp_path: Path, delay: float, robots: str, least: float
) -> None:
    with serving() as routes:
        failing = _everything(routes)
        routes.set("/robots.txt", Answer(robots.encode(), headers={"Content-Type": "text/plain"}))
        routes.write_site_file(
            tmp_path,
            f'feeds = ["{routes.base}/feed"]',
            f'sitemaps = ["{routes.base}/maps.xml"]',
            "[[listing]]",
            f'url = "{routes.base}/archive"',
            'links = "h2 a"',
        )
        path = tmp_path / "sites" / f"{SITE}.toml"
        path.write_text(path.read_text().replace("delay = 0\n", f"delay = {delay}\n"))
        for crawl in ("the first", "another"):
            del routes.asked[:]
            outcome = djeli("crawl", SITE, "--json", "--data-dir", tmp_path)
            asked = routes.paths()
            gaps = [later - earlier for earlier, later in pairwise(routes.times("/"))]
            if crawl == "the first":
                wanted = {"/feed", "/maps.xml", "/map.xml", "/archive", "/", "/s.css", "/c.png"}
                assert wanted | {"/moved", "/moved/again.html"} <= set(asked), outcome.stderr
                assert all(asked.count(path) > 1 for path in failing)
            undercut = [(*pair, gap) for *pair, gap in zip(asked, asked[1:], gaps, strict=False)]
            assert [each for each in undercut if each[2] < least] == [], crawl
