"""``djeli sites add``: a site's file, its recording and the report, from local servers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.commands.recording import articles_in
from spiders.answers import Answer as Asked
from spiders.answers import Fault, Got, Missed
from spiders.evidence import country_of_site, name_of_site
from spiders.golden import Golden, differences
from spiders.link import Link
from spiders.naming import naming
from spiders.probe import FEEDS, SITEMAPS, Seen, newest_sitemaps, next_wanted
from spiders.site import load_site
from spiders.sources import Source, SourceKind, Wanted, best_of, newest_links, source_of
from tests.conftest import Djeli
from tests.routes import Answer, Routes, article, feed, front_page, serving

PATHS = [f"/actualite/ce-que-disent-les-habitants-{n}.html" for n in range(1, 7)]
SHARE = "<p>Partagez cet article</p>"
Add = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def routes() -> Iterator[Routes]:
    with serving() as routes:
        routes.set("/robots.txt", Answer("User-agent: *\nDisallow: /admin/\n"))
        head = "<head><title>Kibaru – Le Mali au quotidien</title></head>"
        page = str(front_page(PATHS).body).replace("<html>", f"<html lang='fr-ML'>{head}")
        routes.set("/", Answer(page))
        routes.set("/feed/", feed(routes.base, PATHS))
        for number, path in enumerate(PATHS):
            routes.set(path, article(number, SHARE))
        yield routes


@pytest.fixture
def add(routes: Routes, djeli: Djeli, tmp_path: Path) -> Add:
    def run(url: str = routes.base + "/", *arguments: object, private: bool = True) -> object:
        flags = ["--allow-private"] if private else []
        options = ["--id", "kibaru", "--delay", "0.01", "--data-dir", tmp_path, *flags]
        return djeli("sites", "add", url, *options, *arguments)

    return run  # type: ignore[return-value]


def test_a_site_is_looked_at_written_and_recorded(
    add: Add, routes: Routes, djeli: Djeli, tmp_path: Path
) -> None:
    outcome = add()
    assert outcome.returncode == 0, outcome.stderr
    _the_file(routes, tmp_path)
    _the_recording(tmp_path)
    _the_report(outcome.stdout, routes)
    asked = routes.paths()
    assert asked[:3] == ["/robots.txt", "/", "/feed/"]
    assert len(asked) == len(set(asked))
    assert asked[-4:] == PATHS[:4]
    assert all("Djeli" in request.headers["User-Agent"] for request in routes.asked)
    crawl = djeli("crawl", "kibaru", "--json", "--data-dir", tmp_path)
    (summary,) = json.loads(crawl.stdout)
    assert summary["articles"] == len(PATHS), "what was looked at must still be new to a crawl"


def _the_file(routes: Routes, data_dir: Path) -> None:
    path = data_dir / "sites" / "kibaru.toml"
    site = load_site(path)
    assert (site.name, site.country, site.languages) == ("Kibaru", "ML", ("fr",))
    assert site.feeds == (f"{routes.base}/feed/",)
    assert site.known == (f"measured {datetime.now(UTC):%Y-%m-%d}",)
    lines = path.read_text().splitlines()
    assert 'country = "ML"  # a guess: the front page declares fr-ML' in lines
    assert 'languages = ["fr"]  # 4 of 4 articles' in lines
    assert len(lines) == 6


def _the_recording(data_dir: Path) -> None:
    folder = data_dir / "sites" / "recordings"
    golden = Golden.from_json((folder / "kibaru.json").read_text())
    assert (golden.count, golden.languages, golden.source["links"]) == (4, {"fr": 4}, len(PATHS))
    rules = load_site(data_dir / "sites" / "kibaru.toml").rules
    assert differences(golden, articles_in(folder / "kibaru.warc.gz", rules)) == []


def _the_report(told: str, routes: Routes) -> None:
    for words in (
        f"-> feed: {routes.base}/feed/ (a usual place)",
        "6 articles, 0 with a date",
        "nothing at the usual places: /wp-json/",
        "chosen: feed, no source has dates",
        "date: none",
        "language: fr (text",
        "missing: the date of 4 of 4 articles",
        "to do: look at what is a guess: name, country",
    ):
        assert words in told, told


def test_nothing_is_overwritten_but_by_force(add: Add, routes: Routes, tmp_path: Path) -> None:
    path = tmp_path / "sites" / "kibaru.toml"
    path.parent.mkdir()
    path.write_text(
        'name = "Mine"\nurl = "https://kibaru.example/"\ncountry = "ML"\nlanguages = ["fr"]\n'
    )
    outcome = add()
    assert outcome.returncode == 2
    assert outcome.stderr == f"djeli: {path} is there already (--force writes it anew)\n"
    assert "Mine" in path.read_text()
    assert routes.asked == []
    assert add(routes.base + "/", "--force", "--country", "NE").returncode == 0
    assert load_site(path).country == "NE"


def test_what_nothing_shows_must_be_said(add: Add, routes: Routes, tmp_path: Path) -> None:
    routes.set("/", front_page(PATHS))
    outcome = add()
    assert outcome.returncode == 1
    assert "missing: nothing shows its country (say --country)" in outcome.stdout
    assert not (tmp_path / "sites").exists()


def test_a_feed_will_do_as_address(add: Add, routes: Routes, tmp_path: Path) -> None:
    routes.set("/odd/nouvelles.php", feed(routes.base, PATHS))
    routes.set("/feed/", Answer("gone", 404))
    assert add(f"{routes.base}/odd/nouvelles.php").returncode == 0
    site = load_site(tmp_path / "sites" / "kibaru.toml")
    assert (site.url, site.feeds) == (f"{routes.base}/", (f"{routes.base}/odd/nouvelles.php",))


def test_a_private_address_is_refused(add: Add, routes: Routes, tmp_path: Path) -> None:
    outcome = add(private=False)
    assert outcome.returncode == 1
    assert "a loopback address: not fetched" in outcome.stdout
    assert "--allow-private allows it" in outcome.stdout
    assert routes.asked == []
    assert not (tmp_path / "sites").exists()


@pytest.mark.parametrize(
    ("path", "answer", "reason"),
    [
        ("/robots.txt", Answer("down", 503), "robots.txt could not be fetched"),
        (
            "/",
            Answer("<html><title>Just a moment...</title><script>_cf_chl_opt</script></html>", 403),
            "a bot challenge with status 403",
        ),
        ("/", Answer("slow", 429, {"Retry-After": "3600"}), "the server answered 429"),
    ],
)
def test_a_site_that_cannot_be_crawled(
    path: str, answer: Answer, reason: str, add: Add, routes: Routes, tmp_path: Path
) -> None:
    routes.set("/feed/", Answer("gone", 404))
    routes.set(path, answer)
    outcome = add(routes.base + "/", "--country", "ML", "--language", "fr")
    assert outcome.returncode == 1
    assert "missing: nothing tells of its articles" in outcome.stdout
    assert reason in outcome.stdout
    assert not (tmp_path / "sites").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ftp://kibaru.example/"], "not an http:// or https:// URL"),
        (["https://kibaru.example/", "--id", "Kibaru!"], "allowed are a-z, 0-9 and -"),
        (["https://www.maliweb.net/"], "is maliweb already: `djeli sites check maliweb`"),
        (["https://kibaru.example/", "--country", "Mali"], "--country"),
        (["https://kibaru.example/", "--articles", "0"], "not a whole number from 1"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, djeli: Djeli, tmp_path: Path) -> None:
    outcome = djeli("sites", "add", *arguments, "--data-dir", tmp_path)
    assert outcome.returncode == 2
    assert said in outcome.stderr
    assert not list(tmp_path.iterdir())


# What is asked, and in what order

HOME = "https://kibaru.example/"
HOSTS = frozenset({"kibaru.example"})
GONE = Fault("gone", "the server answered 404")


def got(url: str, body: str = "", status: int = 200, **headers: str) -> Got:
    return Got(asked=url, url=url, status=status, headers=headers, body=body.encode())


def seen(front: str = "", robots: str = "", sources: tuple[Source, ...] = ()) -> Seen:
    answer = got(HOME, front)
    return Seen(
        url=HOME,
        site=None,
        robots=got(f"{HOME}robots.txt", robots),
        front=source_of(Wanted(kind="front page", url=HOME, how="given"), answer, HOSTS),
        sources=sources,
    )


def asked_in_all(first: Seen, answer: Callable[[Wanted], Asked]) -> list[str]:
    """The addresses that are asked until nothing more is wanted."""
    urls: list[str] = []
    known = first
    while wanted := next_wanted(known):
        urls.append(wanted.root or wanted.url)
        known = known.having(source_of(wanted, answer(wanted), HOSTS))
    return urls


def rss(*paths: str) -> str:
    items = "".join(f"<item><link>{HOME}{path}</link></item>" for path in paths)
    return f"<rss><channel>{items}</channel></rss>"


def test_known_sources_come_first_and_guesses_end_with_the_first_that_is_right() -> None:
    front = (
        '<link rel="alternate" type="application/rss+xml" href="/a.rss">'
        '<link rel="https://api.w.org/" href="/api/">'
    )

    def answer(wanted: Wanted) -> Asked:
        if wanted.url in (f"{HOME}rss.xml", f"{HOME}sitemap.xml"):
            return got(wanted.url, rss("2026/03/14/une-attaque-a-gossi"))
        return got(wanted.url, "no", 404)

    robots = f"Sitemap: {HOME}old.xml"
    asked = asked_in_all(seen(f"<html><head>{front}</head></html>", robots), answer)
    places = "feed/ rss.xml news-sitemap.xml sitemap-news.xml sitemap_news.xml sitemap.xml"
    expected = ["a.rss", "api/", "old.xml", *places.split()]
    assert asked == [HOME + path for path in expected]


def test_nothing_anywhere_is_found_out_in_bounded_time() -> None:
    asked = asked_in_all(seen(), lambda wanted: got(wanted.url, "no", 404))
    assert len(asked) == len(FEEDS) + len(SITEMAPS) + 1
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("name", ["dns", "tls", "timeout", "connection", "address", "throttled"])
def test_a_host_that_does_not_answer_is_left_alone(name: str) -> None:
    missed = Missed(asked=HOME, fault=Fault(name, "…"))  # type: ignore[arg-type]
    front = source_of(Wanted(kind="front page", url=HOME, how="given"), missed, HOSTS)
    assert next_wanted(Seen(url=HOME, site=None, robots=missed, front=front)) is None


def test_an_index_leads_to_its_newest_sitemaps() -> None:
    index = "".join(
        f"<sitemap><loc>{HOME}{name}.xml</loc></sitemap>"
        for name in ("post-sitemap1", "post-sitemap2", "category-sitemap", "page-sitemap")
    )

    def answer(wanted: Wanted) -> Asked:
        if wanted.url.endswith("index.xml"):
            return got(wanted.url, f"<sitemapindex>{index}</sitemapindex>")
        return got(wanted.url, "no", 404)

    asked = asked_in_all(seen(robots=f"Sitemap: {HOME}index.xml"), answer)
    assert asked[:3] == [f"{HOME}{n}.xml" for n in ("index", "post-sitemap2", "post-sitemap1")]
    assert f"{HOME}category-sitemap.xml" not in asked


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["sitemap-1.xml", "sitemap-2.xml"], "sitemap-2.xml"),
        (["post-sitemap.xml", "page-sitemap.xml"], "post-sitemap.xml"),
        (
            ["wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-page-1.xml"],
            "wp-sitemap-posts-post-1.xml",
        ),
        (["sitemap-2026.xml", "sitemap-news.xml", "x.xml"], "sitemap-news.xml"),
        (["post_tag-sitemap.xml", "sitemap-a.xml"], "sitemap-a.xml"),
    ],
)
def test_newest_sitemaps(names: list[str], first: str) -> None:
    found = newest_sitemaps([Link(url=HOME + name) for name in names])
    assert found[0].url == HOME + first


# Which source is the best


def source(kind: SourceKind, *days: int | None, root: str | None = None) -> Source:
    links = tuple(
        Link(
            url=f"{HOME}2026/03/{day or 1}/une-attaque-a-gossi-{n}",
            published=datetime(2026, 3, day, tzinfo=UTC) if day else None,
        )
        for n, day in enumerate(days)
    )
    wanted = Wanted(kind=kind, url=f"{HOME}{kind}", how="given", root=root)
    fault = None if links else GONE
    return Source(wanted=wanted, answer=got(wanted.url), links=links, fault=fault)


@pytest.mark.parametrize(
    ("sources", "best"),
    [
        ([source("sitemap", 14), source("wordpress", 14), source("feed", 14)], "feed"),
        ([source("feed", None), source("sitemap", 14)], "sitemap"),
        ([source("feed", 1), source("wordpress", 14)], "wordpress"),
        ([source("feed", 13), source("wordpress", 14)], "feed"),
        ([source("feed"), source("front page", None)], "front page"),
        ([source("feed"), source("front page")], None),
    ],
)
def test_best_source(sources: list[Source], best: str | None) -> None:
    found = best_of(sources)
    assert (found.wanted.kind if found else None) == best


def test_newest_articles_come_first_and_none_twice() -> None:
    found = newest_links(source("sitemap", 3, 14, 9), HOME, 2)
    assert [link.url for link in found] == [
        f"{HOME}2026/03/14/une-attaque-a-gossi-1",
        f"{HOME}2026/03/9/une-attaque-a-gossi-2",
    ]
    known = found[0].url.replace("https", "http")
    again = newest_links(source("sitemap", 3, 14), HOME, 2, without=[known])
    assert [link.url for link in again] == [f"{HOME}2026/03/3/une-attaque-a-gossi-0"]


def test_a_site_that_is_a_part_of_its_host_has_its_own_articles_and_places() -> None:
    first, second = (f"{HOME}{path}/une-attaque-a-gossi-de-nuit" for path in ("sport", "ha"))
    links = (Link(url=first), Link(url=second))
    found = replace(source("front page", None), links=links)
    assert [link.url for link in newest_links(found, f"{HOME}ha", 2)] == [second]
    assert len(newest_links(found, f"{HOME}so/", 2)) == 2
    part = f"{HOME}ha"
    front = source_of(Wanted(kind="front page", url=part, how="given"), got(part), HOSTS)
    part_seen = Seen(url=part, site=None, robots=got(HOME), front=front)
    wanted = next_wanted(part_seen)
    assert wanted is not None
    assert wanted.url == f"{HOME}ha/feed/"


@pytest.mark.parametrize(
    ("sources", "line"),
    [
        ((source("feed", 14),), f'feeds = {{ "{HOME}feed" = "measured 2026-03-14" }}'),
        ((source("wordpress", 14, root=f"{HOME}wp-json/"),), "wordpress = true"),
        ((source("wordpress", 14, root=f"{HOME}api/"),), f'wordpress = "{HOME}api/"'),
        ((source("sitemap", 14),), f'sitemaps = ["{HOME}sitemap"]'),
        ((source("feed"),), ""),
    ],
)
def test_lines_that_name_a_source(sources: tuple[Source, ...], line: str) -> None:
    lines = naming(seen(sources=sources), date(2026, 3, 14))
    assert "\n".join(map(str, lines)) == line


# What pages tell of their site


@pytest.mark.parametrize(
    ("url", "html", "country"),
    [
        ("https://kibaru.ml/", "", "ML"),
        ("https://www.punch.com.ng/", "", "NG"),
        ("https://x.co.uk/", "", "GB"),
        ("https://x.co/", "", None),
        ("https://x.tv/", "<html lang=so-SO>", "SO"),
        ("https://x.example/", "<html lang=fr-FR>", None),
        ("https://x.example/", "<html lang=fr><meta property=og:locale content=fr_CI>", "CI"),
        ("http://10.1.2.3/", "", None),
    ],
)
def test_country(url: str, html: str, country: str | None) -> None:
    told = country_of_site(got(url, f"{html}<body>x</body>"), url)
    assert (told.value if told else None) == country
    assert told is None or told.is_guess


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["Kibaru – Le Mali au quotidien", "Attaque à Gossi – Kibaru"], "Kibaru"),
        (["Dernières nouvelles | Kibaru", "Attaque à Gossi | Kibaru"], "Kibaru"),
        (["Kibaru"], "Kibaru"),
        ([""], "kibaru.example"),
    ],
)
def test_name(titles: list[str], name: str) -> None:
    pages = [got(HOME, f"<html><title>{title}</title><body>x</body></html>") for title in titles]
    assert name_of_site(pages, HOME).value == name
    named = got(HOME, '<meta property="og:site_name" content="Kibaru Info"><body>x</body>')
    assert name_of_site([*pages, named], HOME).value == "Kibaru Info"
