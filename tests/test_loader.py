"""Scrapy's view of the site files: one spider a site, and Python spiders beside them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.spider import spidercls_for_request

from archive.errors import SiteError
from spiders.loader import SiteSpiderLoader, UnknownSpiderError
from spiders.news import NewsSpider

SITE = 'name = "Kibaru"\nurl = "http://127.0.0.9:8123/"\ncountry = "ML"\nlanguages = ["fr"]\n'

ODD = """
from scrapy import Spider
from spiders.news import NewsSpider

class Kibaru(NewsSpider):
    name = "kibaru"

class Stray(Spider):
    name = "stray"
    allowed_domains = ["stray.example"]
"""


def settings(data: Path, *modules: str) -> Settings:
    values = {
        "DATA_DIR": str(data),
        "SPIDER_MODULES": ["spiders", *modules],
        "SPIDER_LOADER_CLASS": "spiders.loader.SiteSpiderLoader",
    }
    return Settings(values)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/kibaru.toml").write_text(SITE)
    return tmp_path


@pytest.fixture
def odd_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "odd_kibaru.py").write_text(ODD)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "odd_kibaru", raising=False)
    return "odd_kibaru"


def domains(spider: type[Spider]) -> set[str]:
    return set(vars(spider)["allowed_domains"])


def test_scrapy_finds_a_spider_for_each_site(data: Path) -> None:
    loader = get_spider_loader(settings(data))
    names = loader.list()
    assert isinstance(loader, SiteSpiderLoader)
    assert names == sorted(names)
    assert {"kibaru", "maliweb", "bbc-hausa"} <= set(names)
    spider = loader.load("kibaru")
    assert issubclass(spider, NewsSpider)
    assert spider.name == "kibaru"
    assert spider.site.name == "Kibaru"
    assert domains(spider) == {"127.0.0.9"}


def test_allowed_domains_have_the_feeds_hosts(data: Path) -> None:
    spider = get_spider_loader(settings(data)).load("bbc-hausa")
    assert domains(spider) == {"bbc.com", "www.bbc.com", "feeds.bbci.co.uk"}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.bbc.com/hausa/articles/c123", "bbc-hausa"),
        ("https://www.bbc.com/somali/articles/c123", "bbc-somali"),
        ("http://127.0.0.9:8123/a", "kibaru"),
        ("https://elsewhere.example/", None),
    ],
)
def test_the_shell_gets_the_spider_of_a_url(data: Path, url: str, name: str | None) -> None:
    loader = get_spider_loader(settings(data))
    spider = spidercls_for_request(loader, Request(url), None)
    assert (spider.name if spider else None) == name


def test_a_python_spider_stands_in_for_its_site(data: Path, odd_module: str) -> None:
    loader = get_spider_loader(settings(data, odd_module))
    spider = loader.load("kibaru")
    assert spider.__module__ == odd_module
    assert issubclass(spider, NewsSpider)
    assert spider.site.name == "Kibaru"
    assert loader.load("stray").name == "stray"
    assert loader.list().count("kibaru") == 1
    assert loader.find_by_request(Request("https://stray.example/a")) == ["stray"]


def test_an_unknown_name_is_a_key_error_that_reads_well(data: Path) -> None:
    loader = get_spider_loader(settings(data))
    with pytest.raises(KeyError) as caught:
        loader.load("kibar")
    assert isinstance(caught.value, UnknownSpiderError)
    assert str(caught.value).startswith("kibar: unknown site, did you mean kibaru")


def test_a_broken_site_file_is_one_line(data: Path) -> None:
    (data / "sites/kibaru.toml").write_text(SITE + "feed = 1\n")
    with pytest.raises(SiteError, match=r"kibaru\.toml: feed: unknown key, did you mean feeds?"):
        get_spider_loader(settings(data))
