"""Articles that share text find each other, whatever the order in which they come."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article, Wire
from archive.catalogue import Catalogue
from archive.copies import Related, Story, Version
from crawler.duplicate import sketch_of
from tests.stories import article

WORDS = [
    a + b + c for a in ("ba", "ko", "sé", "ni") for b in ("ra", "lu", "mé", "di") for c in "nstk"
]


def text(seed: int, words: int = 240) -> str:
    """Prose of nobody, other for each seed."""
    dice = random.Random(seed)
    return " ".join(dice.choice(WORDS) for _ in range(words))


def part(whole: str, first: int, last: int) -> str:
    return " ".join(whole.split()[first:last])


def story(id_: str, said: str, **changes: Any) -> Article:
    """An article of the site of its name, with its sketch."""
    site = id_.partition("-")[0]
    return article(id_, text=said, sketch=sketch_of(said), **{"site": site, **changes})


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


def add(catalogue: Catalogue, *articles: Article) -> None:
    catalogue.add(articles, "a.jsonl", 1)


def kinds(catalogue: Catalogue, id_: str) -> dict[str, str]:
    return {related.id: related.kind for related in catalogue.related(id_)}


def members(catalogue: Catalogue, id_: str) -> list[str]:
    found = catalogue.story_of(id_)
    assert found
    return [member.id for member in found.members]


ONE, TWO = text(1), text(2)
DATED = "Le bilan est de 3 morts à Kidal. "


def test_relations_are_told_from_both_sides(catalogue: Catalogue) -> None:
    add(
        catalogue,
        story("whole", ONE, published_at="2026-03-01T08:00:00Z"),
        story("copy", ONE.upper().replace(" ", "\n\n", 3), published_at="2026-03-02T08:00:00Z"),
        story("half", part(ONE, 0, 120), published_at="2026-03-02T09:00:00Z"),
        story("other", TWO),
    )
    assert kinds(catalogue, "whole") == {"copy": "same", "half": "contains"}
    assert kinds(catalogue, "copy") == {"whole": "same", "half": "contains"}
    assert kinds(catalogue, "half") == {"whole": "contained", "copy": "contained"}
    assert kinds(catalogue, "other") == {}
    related = catalogue.related("half")[0]
    assert related.share == 1
    assert related.other_share == pytest.approx(117 / 237)
    assert members(catalogue, "half") == ["whole", "copy", "half"]
    assert members(catalogue, "other") == ["other"]


def test_other_numbers_of_another_day_are_an_update_and_a_story_of_its_own(
    catalogue: Catalogue,
) -> None:
    def told(id_: str, deaths: str, at: str) -> Article:
        return story(
            id_, f"{part(ONE, 0, 100)} bilan {deaths} morts {part(ONE, 100, 200)}", published_at=at
        )

    add(
        catalogue,
        told("first", "1 200", "2026-03-01T08:00:00Z"),
        told("later", "1,350", "2026-03-02T08:00:00Z"),
        told("typed", "1.200", "2026-03-02T09:00:00Z"),
        told("hours", "1.300", "2026-03-01T20:00:00Z"),
    )
    assert kinds(catalogue, "first") == {"later": "update", "typed": "same", "hours": "near"}
    assert members(catalogue, "first") == ["first", "hours", "typed"]
    assert members(catalogue, "later")[0] == "later"


def test_daily_bulletins_are_linked_and_never_merged(catalogue: Catalogue) -> None:
    days = [
        story(
            f"b-{day}",
            f"{part(ONE, 0, 120)} {part(text(100 + day), 0, 110)}",
            published_at=f"2026-03-0{day}",
        )
        for day in (1, 2, 3)
    ]
    add(catalogue, *days)
    assert kinds(catalogue, "b-2") == {"b-1": "shares", "b-3": "shares"}
    assert members(catalogue, "b-2") == ["b-2"]


def test_a_review_of_the_day_joins_no_stories(catalogue: Catalogue) -> None:
    add(
        catalogue,
        story("one", ONE, published_at="2026-03-01T08:00:00Z"),
        story("two", TWO, published_at="2026-03-01T09:00:00Z"),
        story("review", f"{ONE}\n\n{TWO}", published_at="2026-03-01T20:00:00Z"),
        story("half", part(ONE, 0, 120), published_at="2026-03-02T20:00:00Z"),
    )
    assert kinds(catalogue, "review") == {"one": "contains", "two": "contains", "half": "contains"}
    assert members(catalogue, "one") == ["one", "half"]
    assert members(catalogue, "two") == ["two"]
    assert members(catalogue, "review") == ["review"]


def reworded(said: str, part_: float, seed: int) -> str:
    dice = random.Random(seed)
    return " ".join(
        dice.choice(WORDS) + "x" if dice.random() < part_ else word for word in said.split()
    )


def test_a_reworded_report_is_of_the_story(catalogue: Catalogue) -> None:
    add(catalogue, story("whole", ONE, published_at="2026-03-01"))
    add(catalogue, *(story(f"r-{n}", reworded(ONE, 0.2, n)) for n in range(10)))
    found = [kinds(catalogue, f"r-{n}").get("whole") for n in range(10)]
    assert found.count("near") >= 9
    assert "r-0" in members(catalogue, "whole")


def test_the_earliest_is_the_origin_and_the_wire_is_told(catalogue: Catalogue) -> None:
    wire = Wire(agency="AFP", evidence="(AFP)")
    add(
        catalogue,
        story("day-only", ONE, published_at="2026-03-01"),
        story("evening", ONE + " Fin.", published_at="2026-03-01T20:00:00Z", wire=wire),
        story("noon", ONE, published_at="2026-03-01T13:00:00+01:00"),
    )
    found = catalogue.story_of("day-only")
    assert found
    assert (found.origin.id, found.wire) == ("noon", "AFP")
    add(catalogue, story("dawn", "Avant. " + ONE, published_at="2026-03-01T04:00:00Z"))
    assert members(catalogue, "noon") == ["dawn", "noon", "evening", "day-only"]


def derived(
    catalogue: Catalogue, ids: list[str]
) -> list[tuple[list[Related], Story | None, list[Version]]]:
    return [
        (catalogue.related(id_), catalogue.story_of(id_), catalogue.versions_of(id_)) for id_ in ids
    ]


SET = [
    story("a", ONE, published_at="2026-03-01T08:00:00Z"),
    story("b", part(ONE, 60, 240) + " " + part(TWO, 0, 60), published_at="2026-03-01T09:00:00Z"),
    story("c", f"{ONE} {TWO}", published_at="2026-02-27T09:00:00Z"),
    story("d", TWO, published_at="2026-03-02T09:00:00Z"),
    story("e", reworded(TWO, 0.1, 5), published_at="2026-03-01"),
]


@pytest.mark.parametrize("together", [1, 2, 5])
def test_the_order_of_arrival_makes_no_difference(tmp_path: Path, together: int) -> None:
    made = []
    for number, order in enumerate(list(permutations(SET))[:: 7 if together > 1 else 3]):
        catalogue = Catalogue(tmp_path / f"{number}.sqlite")
        for start in range(0, len(order), together):
            add(catalogue, *order[start : start + together])
        made.append(derived(catalogue, ["a", "b", "c", "d", "e"]))
        catalogue.close()
    assert all(one == made[0] for one in made)
    assert any(kinds_ for kinds_, _, _ in made[0])


def captured(id_: str, said: str, at: str, **changes: Any) -> Article:
    return story(id_, said, fetched_at=at, canonical_url="http://kibaru.example/une", **changes)


def test_captures_of_a_page_are_versions_where_title_or_text_changed(catalogue: Catalogue) -> None:
    first = captured("c1", ONE, "2026-03-01T08:00:00Z")
    again = captured("c2", ONE, "2026-03-02T08:00:00.5Z", tags=("autre",), section="Monde")
    fixed = captured("c3", ONE + " Corrigé.", "2026-03-03T08:00:00Z")
    titled = captured("c4", ONE + " Corrigé.", "2026-03-04T08:00:00Z", title="Autre titre")
    rewritten = captured("c5", TWO, "2026-03-05T08:00:00Z")
    add(catalogue, rewritten, titled)
    add(catalogue, fixed, first)
    add(catalogue, again, story("elsewhere", ONE, published_at="2026-04-01"))
    versions = catalogue.versions_of("c3")
    assert [(version.id, version.number) for version in versions] == [
        ("c1", 1), ("c2", 1), ("c3", 2), ("c4", 3), ("c5", 4),
    ]  # fmt: skip
    assert kinds(catalogue, "c1") == {"elsewhere": "same"}
    assert members(catalogue, "c5") == ["c1", "c2", "c3", "c4", "c5", "elsewhere"]


def test_a_thousand_copies_of_one_text_are_one(catalogue: Catalogue) -> None:
    add(catalogue, *(story(f"s{n}-x", ONE, published_at="2026-03-02") for n in range(300)))
    add(catalogue, story("late", ONE, published_at="2026-03-03"), story("half", part(ONE, 0, 100)))
    assert members(catalogue, "late")[-2:] == ["late", "half"]
    assert len(members(catalogue, "late")) == 302


def test_what_a_site_says_in_every_article_links_none(catalogue: Catalogue) -> None:
    own = part(text(7), 0, 80)
    made = [story(f"n-{n}", f"{part(text(1000 + n), 0, 150)} {own}") for n in range(120)]
    add(catalogue, *made)
    add(catalogue, story("n-last", f"{part(text(5000), 0, 150)} {own}"))
    assert kinds(catalogue, "n-5") == kinds(catalogue, "n-last") == {}


def test_short_texts(catalogue: Catalogue) -> None:
    short = "Trois soldats ont été tués lundi près de Ménaka, selon l'armée."
    add(
        catalogue,
        story("a", short),
        story("b", short.upper()),
        story("c", short.replace("Ménaka", "Gao")),
        story("d", "Kidal."),
        story("e", "Kidal"),
        article("f", text="…"),
        story("g", "…"),
    )
    assert kinds(catalogue, "a")["b"] == "same"
    assert kinds(catalogue, "d") == {"e": "same"}
    assert kinds(catalogue, "f") == {}
    assert members(catalogue, "f") == ["f"]
    add(catalogue, article("h", text=short, sketch="spoilt"))
    assert kinds(catalogue, "h")["a"] == "same"
    assert catalogue.story_of("none") is None
    assert not catalogue.related("none")
    assert not catalogue.versions_of("none")


def test_a_catalogue_of_the_first_version_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        """
        CREATE TABLE article(
          rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, canonical_url TEXT NOT NULL,
          site TEXT, language TEXT, moment TEXT NOT NULL, json TEXT NOT NULL);
        CREATE INDEX article_url ON article(url);
        CREATE INDEX article_canonical_url ON article(canonical_url);
        CREATE TABLE file(name TEXT PRIMARY KEY, size INTEGER NOT NULL);
        CREATE VIRTUAL TABLE article_text USING fts5(title, text, content='');
        PRAGMA user_version=1;
        """
    )
    for rowid, one in enumerate(
        (article(1, text=ONE), article(2, text=ONE, published_at="2026-01-01")), 1
    ):
        old.execute(
            "INSERT INTO article VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (
                rowid,
                one.id,
                one.url,
                one.canonical_url,
                one.site,
                one.language,
                "2026",
                one.to_json(),
            ),
        )
        old.execute(
            "INSERT INTO article_text(rowid, title, text) VALUES(?, 'x', 'kidal')", (rowid,)
        )
    old.execute("INSERT INTO file VALUES('a.jsonl', 7)")
    old.commit()
    old.close()
    catalogue = Catalogue(path)
    assert members(catalogue, "1") == ["2", "1"]
    assert catalogue.size_of("a.jsonl") == 7
    catalogue.close()
    again = Catalogue(path)
    assert members(again, "1") == ["2", "1"]
    again.close()


def test_a_large_batch_links_what_two_small_ones_do(tmp_path: Path) -> None:
    """More hashes than are asked for at once; each text is in the batch or before it."""
    texts = [text(100 + n) for n in range(50)]
    halves = [f"{part(said, 0, 120)} {text(200 + n, 60)}" for n, said in enumerate(texts)]
    articles = [story(f"a-{n}", said) for n, said in enumerate(texts)]
    articles += [story(f"b-{n}", said) for n, said in enumerate(halves)]
    found = []
    for name, size in (("one", 100), ("two", 50), ("many", 7)):
        catalogue = Catalogue(tmp_path / f"{name}.sqlite")
        for start in range(0, len(articles), size):
            add(catalogue, *articles[start : start + size])
        found.append([kinds(catalogue, one.id) for one in articles])
        catalogue.close()
    assert found[0] == found[1] == found[2]
    assert all(f"b-{n}" in found[0][n] for n in range(50))
    assert all(len(related) == 1 for related in found[0])
