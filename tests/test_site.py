"""Site files: what they may say, what is said when they are wrong, and which site a URL belongs to."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import pytest

from archive.errors import SiteError
from crawler.rules import Layout, Rules, Until
from spiders.site import Site, find_site, load_site, load_sites, site_for
from spiders.sitevalues import Listing

MINIMAL = {
    "name": '"Kibaru"',
    "url": '"https://www.kibaru.example/"',
    "country": '"ML"',
    "languages": '["fr", "bm"]',
}


def write(folder: Path, file: str = "kibaru.toml", **changes: str | None) -> Path:
    lines = {**MINIMAL, **changes}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file
    text = "\n".join(f"{key} = {value}" for key, value in lines.items() if value is not None)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_minimal_file_is_enough(tmp_path: Path) -> None:
    site = load_site(write(tmp_path))
    assert (site.id, site.name, site.country) == ("kibaru", "Kibaru", "ML")
    assert site.languages == ("fr", "bm")
    assert (site.feeds, site.sitemaps, site.delay, site.kind) == ((), (), None, "news")
    assert site.timezone == "Africa/Abidjan"
    assert site.hosts == {"kibaru.example", "www.kibaru.example"}


def test_every_key_is_read(tmp_path: Path) -> None:
    site = load_site(
        write(
            tmp_path,
            feeds='["https://feeds.example.net/kibaru?a=1"]',
            sitemaps='["https://kibaru.example:8443/sitemap.xml"]',
            article_url="'/20\\d\\d/'",
            ignore_url="'/sport/'",
            timezone='"Africa/Kinshasa"',
            delay="3",
            kind='"radio"',
            source='"guess"',
            country='"INT"',
        )
    )
    assert site.feeds == ("https://feeds.example.net/kibaru?a=1",)
    assert site.article_url is not None
    assert site.article_url.search("/2024/")
    assert site.ignore_url is not None
    assert (site.delay, site.kind, site.source) == (3.0, "radio", "guess")
    assert "feeds.example.net" in site.hosts
    assert "kibaru.example:8443" in site.hosts
    assert site.rules.site == "kibaru"
    assert site.rules.timezone == "Africa/Kinshasa"
    assert (site.rules.country, site.rules.languages) == ("INT", ("fr", "bm"))


UNTIL = """
[[until]]
day = 2021-06-30
select = "#story"

[[until]]
day = 2019-01-01
remove = [".ad"]
min_words = 5
"""


def plain(site: Site, name: str) -> object:
    value = getattr(site, name)
    return value.pattern if hasattr(value, "pattern") else value


ONE_LINE = [
    ('feeds = ["https://a.example/f"]', "feeds", ("https://a.example/f",)),
    ('feeds = { "https://a.example/f" = "guess" }', "feeds", ("https://a.example/f",)),
    ('feeds = { "https://a.example/f" = "measured 2026-08" }', "known", ("measured 2026-08",)),
    ('feeds = ["https://a.example/f"]', "known", (None,)),
    ('sitemaps = ["https://a.example/s.xml"]', "sitemaps", ("https://a.example/s.xml",)),
    ("wordpress = true", "wordpress", "https://www.kibaru.example/wp-json/"),
    ("wordpress = false", "wordpress", None),
    ('wordpress = "https://api.example/wp-json"', "wordpress", "https://api.example/wp-json/"),
    (
        'listing = { url = "https://a.example/p/{page}", pages = 3, links = "h2 a" }',
        "listing",
        (Listing(url="https://a.example/p/{page}", pages=3, links="h2 a"),),
    ),
    (
        'listing = [{ url = "https://a.example/" }, { url = "https://b.example/", next = "a.n" }]',
        "listing",
        (Listing(url="https://a.example/"), Listing(url="https://b.example/", next="a.n")),
    ),
    ("article_url = '/20\\d\\d/'", "article_url", "/20\\d\\d/"),
    ("ignore_url = '/sport/'", "ignore_url", "/sport/"),
    ('former_domains = ["Old.example"]', "former_domains", ("old.example",)),
    ('remove = [".ad", "p > b"]', "layout", Layout(remove=(".ad", "p > b"))),
    ('select = "article .body"', "layout", Layout(select="article .body")),
    ('date_trap = [".today"]', "layout", Layout(date_trap=(".today",))),
    ("date_trap = true", "layout", Layout(date_trap=("body",))),
    ("min_words = 20", "layout", Layout(min_words=20)),
    ('wire = "APA"', "layout", Layout(wire="APA")),
    ('paywall = [".subscribe"]', "layout", Layout(paywall=(".subscribe",))),
    ("delay = 2", "delay", 2.0),
    ("requisites = false", "requisites", False),
    ("allow_private = true", "allow_private", True),
    ('kind = "agency"', "kind", "agency"),
    ('scale = "regional"', "scale", "regional"),
    ('ownership = "state"', "ownership", "state"),
    ("first_day = 2012-03-22", "first_day", date(2012, 3, 22)),
    ("last_day = 2020-01-01", "last_day", date(2020, 1, 1)),
    ('source = "by ear"', "source", "by ear"),
    ('about = { kind = "radio", first_day = 2012-03-22 }', "kind", "radio"),
    ('about = { kind = "radio", first_day = 2012-03-22 }', "first_day", date(2012, 3, 22)),
    ('timezone = "Africa/Bamako"', "timezone", "Africa/Bamako"),
    (
        UNTIL,
        "until",
        (
            Until(day=date(2019, 1, 1), layout=Layout(remove=(".ad",), min_words=5)),
            Until(day=date(2021, 6, 30), layout=Layout(select="#story")),
        ),
    ),
]


@pytest.mark.parametrize(("line", "name", "wanted"), ONE_LINE)
def test_each_key(tmp_path: Path, line: str, name: str, wanted: object) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text() + "\n" + line + "\n")
    assert plain(load_site(path), name) == wanted


def test_every_key_has_a_line_in_the_docs() -> None:
    from spiders.site import keys

    text = (Path(__file__).parent.parent / "docs/sites.md").read_text(encoding="utf-8")
    assert [key for key in keys() if f"| `{key}` |" not in text] == []


def test_an_old_page_is_read_with_the_rules_of_its_day(tmp_path: Path) -> None:
    path = write(tmp_path, select='"main"')
    path.write_text(path.read_text() + UNTIL)
    rules = load_site(path).rules
    for moment, layout in [
        (datetime(2018, 12, 31, 23, 59, tzinfo=UTC), Layout(remove=(".ad",), min_words=5)),
        (datetime(2019, 1, 1, tzinfo=UTC), Layout(select="#story")),
        (datetime(2021, 6, 29, 23, 59, tzinfo=UTC), Layout(select="#story")),
        (datetime(2021, 6, 30, tzinfo=UTC), Layout(select="main")),
    ]:
        found = rules.at(moment)
        assert (found.layout, found.until) == (layout, ())
        assert (found.site, found.languages) == (rules.site, rules.languages)
    assert pickle.loads(pickle.dumps(rules)) == rules


def test_a_hash_changes_with_what_is_said_and_with_nothing_else() -> None:
    plain = Rules(site="a", languages=("fr",), country="ML", timezone=None)
    assert plain.hash == "e751c885feda"  # as in archives that know no layout
    said = [
        plain,
        Rules(site="a", layout=Layout(select="p")),
        Rules(site="a", layout=Layout(remove=("p",))),
        Rules(site="a", until=(Until(day=date(2020, 1, 1), layout=Layout()),)),
        Rules(site="a", until=(Until(day=date(2020, 1, 2), layout=Layout()),)),
        Rules(site="a", until=(Until(day=date(2020, 1, 2), layout=Layout(wire="AFP")),)),
    ]
    assert len({rules.hash for rules in said}) == len(said)
    assert plain.at(datetime(2020, 1, 1, tzinfo=UTC)) is plain


def test_a_site_keeps_the_pages_of_its_former_domains(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, former_domains='["old.example"]'))
    assert {"old.example", "www.old.example"} <= site.hosts
    assert site_for("http://en.old.example/a", {site.id: site}) == site
    assert site_for("http://told.example/a", {site.id: site}) is None


def test_an_address_has_no_www(tmp_path: Path) -> None:
    site = load_site(write(tmp_path, url='"http://127.0.0.3:8080/"'))
    assert site.hosts == {"127.0.0.3:8080"}


WRONG = [
    (
        {"feedz": '["https://a.example/"]'},
        "feedz: unknown key, did you mean feeds?; allowed are name",
    ),
    ({"zzz": "1"}, "zzz: unknown key; allowed are"),
    ({"name": None}, "name: missing; needed are name, url, country, languages"),
    ({"name": '" "'}, "name: ' ' is not text"),
    ({"name": "3"}, "name: 3 is not text in quotes"),
    ({"url": '"kibaru.example"'}, "url: 'kibaru.example' is not an absolute http or https URL"),
    ({"url": '"ftp://kibaru.example/"'}, "is not an absolute http or https URL"),
    ({"url": '"http://[::1/"'}, "is not an absolute http or https URL"),
    (
        {"feeds": '"https://a.example/feed"'},
        "feeds: 'https://a.example/feed' is not a list of texts",
    ),
    ({"feeds": '["/feed"]'}, "feeds: '/feed' is not an absolute"),
    ({"sitemaps": "[1]"}, "sitemaps: [1] is not a list of texts"),
    ({"country": '"Mali"'}, "country: 'Mali' is not an ISO 3166-1 code like ML, or INT"),
    ({"country": '"XQ"'}, "country: 'XQ' is not"),
    ({"languages": '["french"]'}, "languages: ['french'] is not a list of ISO 639 codes"),
    ({"languages": "[]"}, "languages: [] is not"),
    ({"article_url": '"(a"'}, "article_url: '(a' is not a regular expression"),
    ({"timezone": '"Africa/Timbuktoo"'}, "timezone: 'Africa/Timbuktoo' is not a time zone"),
    ({"timezone": '"../etc/passwd"'}, "timezone: '../etc/passwd' is not a time zone"),
    ({"delay": '"2"'}, "delay: '2' is not a number of seconds from 0 to 3600"),
    ({"delay": "true"}, "delay: True is not a number"),
    ({"delay": "-1"}, "delay: -1 is not a number"),
    ({"delay": "nan"}, "delay: nan is not a number"),
    (
        {"feeds": '{ "https://a.example/" = "heard" }'},
        "feeds: 'heard' is not how a feed is known: m",
    ),
    ({"feeds": '{ "a.example" = "guess" }'}, "feeds: 'a.example' is not an absolute"),
    ({"wordpress": '"/wp-json"'}, "wordpress: '/wp-json' is not an absolute"),
    (
        {"listing": '"https://a.example/"'},
        "listing: 'https://a.example/' is not a table, like { url",
    ),
    ({"listing": "{ pages = 2 }"}, "listing: url: missing"),
    (
        {"listing": '{ url = "https://a.example/", page = 2 }'},
        "listing: page: unknown key, did you",
    ),
    (
        {"listing": '{ url = "https://a.example/", pages = 2 }'},
        "listing: pages = 2 needs {page} in",
    ),
    ({"listing": '{ url = "https://a.example/{page}", next = "a" }'}, "next is not needed"),
    (
        {"listing": '{ url = "https://a.example/", pages = 0 }'},
        "pages: 0 is not a whole number from",
    ),
    (
        {"listing": '{ url = "https://a.example/", links = "h2 >" }'},
        "links: 'h2 >' is not a CSS sel",
    ),
    (
        {"former_domains": '["https://a.example"]'},
        "former_domains: 'https://a.example' is not a host",
    ),
    ({"remove": '".ad"'}, "remove: '.ad' is not a list of texts"),
    ({"remove": '["p::["]'}, "remove: 'p::[' is not a CSS selector"),
    ({"date_trap": "false"}, "date_trap: False is not a list of texts"),
    ({"min_words": "0"}, "min_words: 0 is not a whole number from 1 to 10000"),
    ({"min_words": "true"}, "min_words: True is not a whole number"),
    ({"wire": "1"}, "wire: 1 is not text in quotes"),
    ({"allow_private": '"yes"'}, "allow_private: 'yes' is neither true nor false"),
    ({"scale": '"village"'}, "scale: 'village' is not one of local, national, regional, internat"),
    ({"ownership": '"king"'}, "ownership: 'king' is not one of state, public, private, nonprofit"),
    ({"first_day": '"2020-01-01"'}, "first_day: '2020-01-01' is not a day without quotes"),
    ({"first_day": "2020-01-01T00:00:00Z"}, "is not a day without quotes"),
    ({"first_day": "2020-01-02", "last_day": "2020-01-01"}, "last_day: is before first_day"),
    ({"about": "{ delay = 3 }"}, "about: is not a table of first_day, kind, last_day, ownership"),
    ({"about": '{ kind = "ngo" }', "kind": '"ngo"'}, "kind: said twice, once within about"),
    ({"until": "2020-01-01"}, "until: is not a block, written [[until]]"),
    ({"until": '[{ select = "p" }]'}, "until: day: missing"),
    ({"until": "[{ day = 2020-01-01, feeds = [] }]"}, "until: feeds: unknown key"),
    ({"until": "[{ day = 2020-01-01, wire = 2 }]"}, "until: wire: 2 is not text"),
    (
        {"until": "[{ day = 2020-01-01 }, { day = 2020-01-01 }]"},
        "until: two blocks have the same day",
    ),
    ({"kind": '"blog"'}, "kind: 'blog' is not one of news, agency, radio, ngo, state, research"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_wrong_values_are_named(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    path = write(tmp_path, **changes)
    with pytest.raises(SiteError) as caught:
        load_site(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert said in message
    assert "\n" not in message


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, country='"ML')
    with pytest.raises(SiteError, match=r"kibaru\.toml: broken TOML: .*line 3"):
        load_site(path)


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "kibaru.toml"
    path.write_bytes(b'name = "caf\xe9"')
    with pytest.raises(SiteError, match="byte 11 is no UTF-8"):
        load_site(path)


def test_missing_file_and_bad_id(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"gone\.toml: cannot be read: No such file"):
        load_site(tmp_path / "gone.toml")
    with pytest.raises(SiteError, match="the file's name is the site's id"):
        load_site(write(tmp_path, "Kibaru News.toml"))


def test_users_files_join_and_replace_the_bundled_ones(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "maliweb.toml", name='"Ours"')
    sites = load_sites(tmp_path, tmp_path / "absent")
    assert list(sites) == sorted(sites)
    assert sites["kibaru"].name == "Kibaru"
    assert sites["maliweb"].name == "Ours"
    assert len(sites) == len(load_sites()) + 1


def test_an_unknown_site_names_the_nearest() -> None:
    sites = load_sites()
    assert find_site(sites, "maliweb").country == "ML"
    with pytest.raises(
        SiteError, match=r"maliwebb: unknown site, did you mean maliweb or malijet\?.*list"
    ):
        find_site(sites, "maliwebb")


BELONGS = [
    ("https://www.kibaru.example/2024/05/a", "kibaru"),
    ("http://KIBARU.example/", "kibaru"),
    ("https://kibaru.example:8443/a", "kibaru"),
    ("https://en.kibaru.example/a", "kibaru-en"),
    ("https://m.kibaru.example/a", "kibaru"),
    ("https://notkibaru.example/a", None),
    ("https://kibaru.example.net/a", None),
    ("https://big.example/ha/labarai/1", "big-ha"),
    ("https://big.example/ha", "big-ha"),
    ("https://big.example/ha/wasanni/2", "big-ha-sport"),
    ("https://big.example/hausa/1", None),
    ("https://big.example/", None),
    ("http://127.0.0.2:8001/a", "one"),
    ("http://127.0.0.2:8002/a", "two"),
    ("http://127.0.0.2/a", None),
    ("http://1.127.0.0.2:8001/a", None),
    ("http://127.0.0.2:99999/a", None),
    ("mailto:a@kibaru.example", None),
    ("http://[", None),
    ("", None),
]


@pytest.mark.parametrize(("url", "wanted"), BELONGS)
def test_the_site_of_a_url(tmp_path: Path, url: str, wanted: str | None) -> None:
    homes = {
        "kibaru": "https://www.kibaru.example/",
        "kibaru-en": "https://en.kibaru.example/",
        "big-ha": "https://big.example/ha/",
        "big-ha-sport": "https://www.big.example/ha/wasanni",
        "one": "http://127.0.0.2:8001/",
        "two": "http://127.0.0.2:8002/",
    }
    written = [write(tmp_path, f"{name}.toml", url=f'"{url}"') for name, url in homes.items()]
    sites = {site.id: site for site in map(load_site, written)}
    found = site_for(url, sites)
    assert (found.id if found else None) == wanted
    backwards = dict(reversed(sites.items()))
    assert site_for(url, backwards) == found


CONFLICTS = [
    *("ML", "BF", "NE", "TD", "MR", "NG", "CM", "CF", "CD", "BI", "RW", "UG"),
    *("ET", "ER", "SO", "KE", "SS", "SD", "MZ", "LY"),
]


def test_the_bundled_sites_cover_the_region() -> None:
    sites = load_sites()
    assert len(sites) >= 100
    assert {site.country for site in sites.values()} >= {*CONFLICTS, "INT"}
    for site in sites.values():
        assert site_for(site.url, sites) == site


@pytest.mark.parametrize("country", CONFLICTS)
def test_no_conflict_is_told_by_one_side(country: str) -> None:
    outlets = [site for site in load_sites().values() if site.country == country]
    assert len(outlets) >= 3
    assert any(site.ownership not in (None, "state") for site in outlets)


def test_how_the_bundled_feeds_are_known() -> None:
    """Whoever bundles a feed says how its address is known; a site without one says why."""
    for site in load_sites().values():
        assert None not in site.known, site.id
        assert site.feeds or site.source, site.id
        assert site.scale, site.id


def test_no_two_bundled_sites_read_the_same() -> None:
    by_url = sorted(load_sites().values(), key=lambda site: site.url)
    assert [url for url, group in groupby(by_url, lambda site: site.url) if len([*group]) > 1] == []


ODD = {"wordpress", "sitemaps", "delay", "former_domains", "date_trap"}


def test_bundled_files_are_short() -> None:
    """Six lines, and one for each thing that is not as elsewhere."""
    for path in files("spiders.sites").iterdir():
        if path.name.endswith(".toml"):
            lines = path.read_text(encoding="utf-8").splitlines()
            odd = [line for line in lines if line.partition(" ")[0] in ODD]
            assert 3 <= len(lines) - len(odd) <= 6, path.name
            assert len(lines) <= 8, path.name
