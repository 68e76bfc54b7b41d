"""Every recording in tests/sites gives the articles of its golden, field by field.

``python -m tests.test_site_goldens`` writes the goldens anew from the recordings, when extraction has
become better: look at the difference before you keep it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from archive.article import Article, Wire
from archive.reader import Record, read_records
from archive.verify import verify_file
from crawler.commands.recording import articles_in, responses
from crawler.page import page_from
from spiders.answers import Got
from spiders.golden import Golden, differences, furniture, recurring_lines
from spiders.probe import hosts_of
from spiders.site import Site, load_site, load_sites
from spiders.sources import Wanted, source_of

SITES = Path(__file__).parent / "sites"
NAMES = sorted(path.name.removesuffix(".warc.gz") for path in SITES.glob("*.warc.gz"))


def warc(name: str) -> Path:
    return SITES / f"{name}.warc.gz"


def golden(name: str) -> Golden:
    return Golden.from_json((SITES / f"{name}.json").read_text(encoding="utf-8"))


def site(name: str) -> Site:
    """The bundled site, or the file beside the recording of one that is invented."""
    beside = SITES / f"{name}.toml"
    return load_site(beside) if beside.exists() else load_sites()[name]


@cache
def articles(name: str) -> list[Article]:
    return articles_in(warc(name), site(name).rules)


def test_every_golden_has_its_recording() -> None:
    assert sorted(path.stem for path in SITES.glob("*.json")) == NAMES
    assert len(NAMES) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_articles_are_the_goldens(name: str) -> None:
    assert differences(golden(name), articles(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_asks_for_something(name: str) -> None:
    wanted = golden(name)
    assert wanted.count == len(wanted.articles) >= 2
    assert set(wanted.languages) <= set(site(name).languages)
    assert len(wanted.absent) >= 3
    assert all(len(article["text"]) > 300 for article in wanted.articles)


@pytest.mark.parametrize("name", NAMES)
def test_furniture_is_on_the_pages_and_in_no_article(name: str) -> None:
    lines = recurring_lines(responses(warc(name)))
    assert set(golden(name).absent) <= set(lines)
    for phrase in golden(name).absent:
        assert not any(phrase in article.text for article in articles(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_source_names_its_articles(name: str) -> None:
    said = golden(name).source
    (record,) = [record for record in responses(warc(name)) if record.url == said["url"]]
    page = page_from(record)
    answer = Got(asked=page.url, url=page.url, status=page.status, headers={}, body=page.body)
    wanted = Wanted(kind=said["kind"], url=page.url, how="given")
    source = source_of(wanted, answer, hosts_of(answer, page.url, site(name)))
    assert len(source.links) == said["links"]
    found = {link.url for link in source.links}
    assert {article["url"] for article in golden(name).articles} <= found


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_a_sound_warc_file(name: str) -> None:
    assert list(verify_file(warc(name))) == []
    kinds = [r.type for r in read_records(warc(name)) if isinstance(r, Record)]
    assert kinds[0] == "warcinfo"
    assert kinds.count("request") == kinds.count("response") == (len(kinds) - 1) / 2


def test_what_differs_is_told_by_article_and_field() -> None:
    name = NAMES[0]
    wanted, (first, *others) = golden(name), articles(name)
    shorter = replace(first, text=first.text[:100], authors=())
    lines = differences(wanted, [shorter, *others])
    assert [line.split(": ")[:2] for line in lines] == [
        [first.url, "text"],
        [first.url, "authors"],
    ]
    assert differences(wanted, others)[0].startswith(f"count: {len(others)}, not {wanted.count}")
    assert f"{first.url}: no article" in differences(wanted, others)
    dirty = replace(first, text=f"{first.text}\n\n{wanted.absent[0]}")
    assert f"{first.url}: {wanted.absent[0]!r} is in it" in differences(wanted, [dirty, *others])
    stranger = replace(first, url="https://x.example/")
    assert "https://x.example/: not in the golden" in differences(wanted, [stranger, *others])


def test_an_older_golden_asks_for_what_it_has() -> None:
    wanted, found = golden(NAMES[0]), articles(NAMES[0])
    older = replace(
        wanted, articles=tuple({k: v for k, v in a.items() if k != "wire"} for a in wanted.articles)
    )
    taken = replace(found[0], wire=Wire(agency="AFP", evidence="AFP"), relevance=None)
    assert [line.split(": ")[1] for line in differences(older, [taken, *found[1:]])] == [
        "relevance"
    ]
    assert [line.split(": ")[1] for line in differences(wanted, [taken, *found[1:]])] == [
        "wire",
        "relevance",
    ]


def test_a_golden_survives_json() -> None:
    for name in NAMES:
        assert Golden.from_json(golden(name).to_json()) == golden(name)


def write_anew() -> None:
    """All goldens, from what the recordings give now."""
    for name in NAMES:
        found = articles(name)
        urls = {article.url for article in found}
        pages = [record for record in responses(warc(name)) if record.url in urls]
        made = Golden.of(name, golden(name).source, found, furniture(pages, found))
        (SITES / f"{name}.json").write_text(made.to_json(), encoding="utf-8")


if __name__ == "__main__":
    write_anew()
