"""Site files: what they may say, what is said when they are wrong, and which site a URL belongs to."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from archive.errors import SiteError
from spiders.site import find_site, load_site, load_sites, site_for

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
        SiteError, match=r"maliwebb: unknown site, did you mean maliweb\?.*sites list"
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


def test_the_bundled_sites_cover_the_region() -> None:
    sites = load_sites()
    countries = {site.country for site in sites.values()}
    region = "ML BF NE TD CF CD NG SO ET SD SS MZ KE LY"
    assert countries >= {*region.split(), "INT"}
    for site in sites.values():
        assert site_for(site.url, sites) == site


def test_bundled_files_are_short() -> None:
    for path in files("spiders.sites").iterdir():
        if path.name.endswith(".toml"):
            assert 3 <= len(path.read_text(encoding="utf-8").splitlines()) <= 6, path.name
