"""``djeli sites check``: sites in every sort of trouble, looked at together; what is said of each, and what mends it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from spiders.health import silence
from tests.conftest import Djeli
from tests.routes import Answer, Routes, article, front_page, serving

PATHS = [f"/actualite/ce-que-disent-les-habitants-{n}.html" for n in range(1, 6)]
CHALLENGE = "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
ISSUED = '<time class="entry-date" datetime="2026-03-14T09:26:00+00:00">14 mars 2026</time>'
Healths = dict[str, dict[str, Any]]


def dated_feed(base: str, newest: timedelta) -> Answer:
    """A feed with an article a day, the newest of them so old."""
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>Un titre</title><link>{base}{path}</link>"
        f"<pubDate>{format_datetime(now - newest - timedelta(days=n))}</pubDate></item>"
        for n, path in enumerate(PATHS)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
    return Answer(body, headers={"Content-Type": "application/rss+xml"})


def well(routes: Routes) -> None:
    """A site without any trouble."""
    routes.set("/robots.txt", Answer("User-agent: *\nAllow: /\n"))
    routes.set("/", front_page(PATHS))
    routes.set("/feed", dated_feed(routes.base, timedelta(hours=3)))
    for number, path in enumerate(PATHS):
        routes.set(path, article(number, ISSUED))


def moved(routes: Routes) -> None:
    well(routes)
    routes.set("/rss/new", routes.answers["/feed"][0])
    routes.set("/feed", Answer("", 301, {"Location": "/rss/new"}))


def moved_for_now(routes: Routes) -> None:
    moved(routes)
    routes.set("/feed", Answer("", 302, {"Location": "/rss/new"}))


def html(routes: Routes) -> None:
    well(routes)
    routes.set("/rss/new", routes.answers["/feed"][0])
    routes.set("/feed", Answer("<html><head><title>Bienvenue</title></head><body>…</body></html>"))
    link = '<link rel="alternate" type="application/rss+xml" href="/rss/new">'
    page = str(routes.answers["/"][0].body).replace("<html>", f"<html><head>{link}</head>")
    routes.set("/", Answer(page))


def gone_but_api(routes: Routes) -> None:
    well(routes)
    routes.set("/feed", Answer("gone", 410))
    posts = [
        {"id": n, "link": routes.base + path, "date_gmt": f"2026-03-{20 - n}T10:00:00"}
        for n, path in enumerate(PATHS)
    ]
    path = "/wp-json/wp/v2/posts?per_page=20&page=1&order=desc&orderby=date&_fields=id,link,date_gmt,modified_gmt,title,content"
    headers = {"Content-Type": "application/json", "X-WP-Total": "5", "X-WP-TotalPages": "1"}
    routes.set(path, Answer(json.dumps(posts), headers=headers))


def wall(routes: Routes) -> None:
    well(routes)
    for path in ("/", "/feed", *PATHS):
        routes.set(path, Answer(CHALLENGE, 403))


def throttled(routes: Routes) -> None:
    well(routes)
    for path in ("/", "/feed"):
        routes.set(path, Answer("slow down", 429, {"Retry-After": "3600"}))


def silent(routes: Routes) -> None:
    well(routes)
    routes.set("/feed", dated_feed(routes.base, timedelta(days=9)))


def dead(routes: Routes) -> None:
    well(routes)
    routes.set("/feed", dated_feed(routes.base, timedelta(days=90)))


def forbidden(routes: Routes) -> None:
    well(routes)
    routes.set("/robots.txt", Answer("User-agent: *\nDisallow: /\n"))


def empty_pages(routes: Routes) -> None:
    well(routes)
    for path in PATHS:
        routes.set(
            path, Answer("<html><body><div id=root></div><script>app()</script></body></html>")
        )


def walled_pages(routes: Routes) -> None:
    well(routes)
    for path in PATHS:
        routes.set(path, Answer(CHALLENGE))


def refused_pages(routes: Routes) -> None:
    well(routes)
    for path in PATHS:
        routes.set(path, Answer("no", 403))


def ended(routes: Routes) -> None:
    dead(routes)


def shorter(routes: Routes) -> None:
    well(routes)
    whole = str(article(0).body)
    routes.set(PATHS[0], Answer(whole[: len(whole) // 4]))


def site_moved(routes: Routes) -> None:
    well(routes)
    elsewhere = routes.base.replace("127.0.0.1", "localhost")
    routes.set("/", Answer("", 301, {"Location": f"{elsewhere}/accueil"}))
    routes.set("/accueil", front_page(PATHS))


def one_of_two(routes: Routes) -> None:
    well(routes)
    routes.set("/sport/feed", Answer("gone", 404))


def index(routes: Routes) -> None:
    well(routes)
    entry = "<sitemap><loc>/posts.xml</loc></sitemap>"
    routes.set("/index.xml", Answer(f"<sitemapindex>{entry}</sitemapindex>"))
    urls = "".join(f"<url><loc>{routes.base}{path}</loc></url>" for path in PATHS)
    routes.set("/posts.xml", Answer(f"<urlset>{urls}</urlset>"))


def empty_index(routes: Routes) -> None:
    index(routes)
    routes.set("/posts.xml", Answer("<urlset></urlset>"))


def scripted_front_page(routes: Routes) -> None:
    well(routes)
    routes.set("/", Answer("<html><body><div id=root></div><script>app()</script></body></html>"))


TROUBLES: dict[str, tuple[Callable[[Routes], None], str, str]] = {
    "well": (well, "green", "well"),
    "moved": (moved, "amber", "feed moved"),
    "moved-for-now": (moved_for_now, "green", "well"),
    "html": (html, "red", "HTML instead of a feed"),
    "gone-but-api": (gone_but_api, "red", "feed gone"),
    "wall": (wall, "red", "bot wall"),
    "throttled": (throttled, "red", "throttled"),
    "silent": (silent, "amber", "silence"),
    "dead": (dead, "red", "silence"),
    "forbidden": (forbidden, "red", "robots.txt forbids"),
    "empty-pages": (empty_pages, "red", "layout changed"),
    "walled-pages": (walled_pages, "red", "bot wall"),
    "refused-pages": (refused_pages, "red", "articles unreachable"),
    "ended": (ended, "green", "well"),
    "shorter": (shorter, "red", "layout changed"),
    "site-moved": (site_moved, "red", "site moved"),
    "one-of-two": (one_of_two, "amber", "feed gone"),
    "index": (index, "green", "well"),
    "empty-index": (empty_index, "red", "sitemap empty"),
    "scripted-front-page": (scripted_front_page, "green", "well"),
}
SOURCES = {
    "ended": 'feeds = ["{0}/feed"]\nlast_day = 2026-01-31',
    "one-of-two": 'feeds = ["{0}/feed", "{0}/sport/feed"]',
    "index": 'sitemaps = ["{0}/index.xml"]',
    "empty-index": 'sitemaps = ["{0}/index.xml"]',
}
FEED = 'feeds = ["{0}/feed"]'


def site_file(folder: Path, name: str, url: str, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    said = [
        f'name = "{name}"',
        f'url = "{url}/"',
        'country = "ML"',
        'languages = ["fr"]',
        "delay = 0",
    ]
    (folder / f"{name}.toml").write_text(
        "\n".join([*said, *(line.format(url) for line in lines)]) + "\n"
    )


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Routes]]:
    with ExitStack() as opened:
        yield {name: opened.enter_context(serving()) for name in TROUBLES}


@pytest.fixture(scope="module")
def checked(
    servers: dict[str, Routes], djeli: Djeli, tmp_path_factory: pytest.TempPathFactory
) -> Healths:
    """One run over all of them, and over some that have no server."""
    data_dir = tmp_path_factory.mktemp("checked")
    folder = data_dir / "sites"
    for name, routes in servers.items():
        TROUBLES[name][0](routes)
        site_file(folder, name, routes.base, SOURCES.get(name, FEED))
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    site_file(folder, "closed", f"http://127.0.0.1:{port}", FEED)
    site_file(folder, "no-tls", servers["well"].base.replace("http:", "https:"), FEED)
    site_file(folder, "no-name", "http://no-such-host.invalid", FEED)
    golden(folder / "recordings", servers["shorter"].base)
    names = [*TROUBLES, "closed", "no-tls", "no-name"]
    outcome = djeli("sites", "check", *names, "--json", "--data-dir", data_dir, "--allow-private")
    assert outcome.returncode == 1, outcome.stderr
    assert outcome.stderr == ""
    found = {row["site"]: row for row in json.loads(outcome.stdout)}
    assert list(found) == names
    return found


def golden(folder: Path, base: str) -> None:
    folder.mkdir(parents=True)
    before = {"url": base + PATHS[0], "text": "x" * 5000, "published_at": "2026-03-14T09:26:00Z"}
    said = {"site": "shorter", "source": {}, "count": 1, "languages": {"fr": 1}, "absent": []}
    (folder / "shorter.json").write_text(json.dumps({**said, "articles": [before]}))


@pytest.mark.parametrize("name", TROUBLES)
def test_colour_and_reason(checked: Healths, name: str) -> None:
    _, level, what = TROUBLES[name]
    row = checked[name]
    assert (row["level"], row["findings"][0]["what"]) == (level, what), row


@pytest.mark.parametrize(
    ("name", "what"),
    [("closed", "no connection"), ("no-tls", "TLS"), ("no-name", "DNS gone")],
)
def test_a_host_that_does_not_answer(checked: Healths, name: str, what: str) -> None:
    row = checked[name]
    assert (row["level"], row["findings"][0]["what"]) == ("red", what), row
    assert len(row["findings"]) == 1


def test_what_mends_a_file_is_toml(checked: Healths, servers: dict[str, Routes]) -> None:
    today = f"measured {datetime.now(UTC):%Y-%m-%d}"
    for name in ("moved", "html"):
        line = f'feeds = {{ "{servers[name].base}/rss/new" = "{today}" }}'
        assert checked[name]["fix"] == [line]
    assert checked["gone-but-api"]["fix"] == ["wordpress = true"]
    base = servers["site-moved"].base
    assert checked["site-moved"]["fix"][0] == f'url = "{base.replace("127.0.0.1", "localhost")}/"'
    assert checked["one-of-two"]["fix"] == [
        f'feeds = {{ "{servers["one-of-two"].base}/feed" = "{today}" }}'
    ]
    for name in ("well", "silent", "moved-for-now", "wall", "index"):
        assert checked[name]["fix"] == []


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("gaps", "quiet", "level"),
    [
        ([HOUR] * 20, DAY, None),
        ([HOUR] * 20, 3 * DAY, "amber"),
        ([HOUR] * 20, 31 * DAY, "red"),
        ([DAY] * 9, 4 * DAY, None),
        ([DAY] * 9, 6 * DAY, "amber"),
        ([HOUR] * 8 + [3 * DAY] * 3, 14 * DAY, None),  # it rests at weekends
        ([30 * DAY] * 5, 100 * DAY, None),
        ([30 * DAY] * 5, 200 * DAY, "amber"),
        ([], 20 * DAY, None),
        ([], 50 * DAY, "amber"),
    ],
)
def test_silence(gaps: list[timedelta], quiet: timedelta, level: str | None) -> None:
    now = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
    moments = [now - quiet]
    for gap in gaps:
        moments.append(moments[-1] - gap)
    found = silence(moments, now)
    assert (found.level if found else None) == level


def test_without_dates_nobody_knows_of_silence() -> None:
    assert silence([], datetime(2026, 3, 14, tzinfo=UTC)) is None


def test_the_reason_names_what_was_seen(checked: Healths, servers: dict[str, Routes]) -> None:
    def why(name: str) -> str:
        return str(checked[name]["findings"][0]["why"])

    assert f"{servers['moved'].base}/rss/new" in why("moved")
    assert "'Bienvenue'" in why("html")
    assert "Retry-After: 3600" in why("throttled")
    assert "9 days; usually 24 hours" in why("silent")
    assert "were 5000" in why("shorter")
    assert [f["what"] for f in checked["shorter"]["findings"]] == ["layout changed"] * 2


def test_a_site_is_asked_gently(checked: Healths, servers: dict[str, Routes]) -> None:
    """No guesses where all is well or where it asks to be left alone; nothing twice."""
    assert servers["well"].paths() == ["/robots.txt", "/", "/feed", *PATHS[:3]]
    assert len(servers["throttled"].paths()) <= 3
    assert servers["forbidden"].paths() == ["/robots.txt"]


def test_a_table_for_people(
    djeli: Djeli, servers: dict[str, Routes], checked: Healths, tmp_path: Path
) -> None:
    for name in ("well", "moved"):
        routes = servers[name]
        site_file(tmp_path / "sites", name, routes.base, FEED)
    outcome = djeli("sites", "check", "well", "moved", "--data-dir", tmp_path, "--allow-private")
    assert outcome.returncode == 0, outcome.stderr
    lines = outcome.stdout.splitlines()
    assert lines[0].split() == ["site", "is", "what", "why"]
    assert lines[2].split()[:3] == ["well", "green", "well"]
    assert lines[3].split()[:4] == ["moved", "amber", "feed", "moved"]
    assert lines[5] == "# moved.toml"
    assert lines[6].startswith("feeds = {")
    assert "\x1b" not in outcome.stdout


def test_wrong_usage(djeli: Djeli, tmp_path: Path) -> None:
    outcome = djeli("sites", "check", "maliwebb", "--data-dir", tmp_path)
    assert outcome.returncode == 2
    assert "did you mean maliweb" in outcome.stderr
    assert not list(tmp_path.iterdir())
