"""Which of a page's dates is the article's: the order of trust, traps that print today, dates that count back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from articlepage import record
from sources import PARAGRAPH, linked, source, story

from crawler import published as dated
from crawler import relative, visible
from crawler.beside import Announced
from crawler.dates import When
from crawler.page import page_from
from crawler.published import Candidate, Published, first_of
from crawler.source import Source
from crawler.title import title

FETCHED = datetime(2024, 8, 10, 9, 30, tzinfo=UTC)
SENTENCE = "les deux camps ont laissé boire les troupeaux, et personne n’a tiré sur la piste du nord, où les convois attendaient depuis dix jours."
PAGE = replace(page_from(record("")), fetched_at=FETCHED)


def date_of(page: Source, zone: str | None = None) -> Published | None:
    near = visible.near(page, visible.headline(page, title(page) or ""))
    return first_of(
        dated.published(page, lambda: dated.near(page, near), None),
        zone,
        replace(PAGE, url=page.url),
    )


def change_of(page: Source) -> Published | None:
    near = visible.near(page, visible.headline(page, title(page) or ""))
    return first_of(dated.modified(page, lambda: dated.near(page, near)), None, PAGE)


def test_the_first_candidate_wins_but_not_one_of_the_future() -> None:
    said = [
        Candidate("json-ld", "gestern"),
        Candidate("meta", "2031-01-01"),
        Candidate("meta", "1970-01-01T00:00:00Z"),
        Candidate("visible", "2 mai 2024"),
        Candidate("url", "/2024/05/01/"),
    ]
    assert first_of(said, None, PAGE) == Published(When("2024-05-02", "day"), "visible")


META = '<meta property="article:published_time" content="2024-08-02T10:00:00+01:00">'
ORDER = [
    (linked(datePublished="2024-08-01T10:00:00Z") + META, "<p>3 août 2024</p>", "", "2024-08-01T10:00:00Z", "json-ld"),
    (META, "<p>3 août 2024</p>", "2024/08/02/", "2024-08-02T10:00:00+01:00", "meta"),
    ("", "<p>3 août 2024</p>", "", "2024-08-03", "visible"),
    ("", "", "2024/08/04/", "2024-08-04", "url"),
    ("", "", "", None, None),
    # a meta that says nothing of publication gives way to a line that does
    ('<meta name="date" content="2024-08-09">', "<p>Publié le 3 août 2024, mis à jour le 9 août 2024</p>", "", "2024-08-03", "visible"),
    ('<meta name="date" content="2024-08-05">', "<p>3 août 2024</p>", "", "2024-08-05", "meta"),
    # the last change is not the first appearance
    ("", "<p>Mis à jour le 9 août 2024</p><p>3 août 2024</p>", "", "2024-08-03", "visible"),
    ("", "<p>Last updated: August 9, 2024</p>", "2024/08/03/", "2024-08-03", "url"),
    # unless the page shows nothing else
    ("", "<p>Mis à jour le 9 août 2024</p>", "", "2024-08-09", "visible"),
    # a date near the headline that is far from the address's is of something else
    ("", "<p>10 août 2024</p>", "2024/05/03/", "2024-05-03", "url"),
    ("", "<p>4 août 2024 à 14h05</p>", "2024/08/03/", "2024-08-04T14:05:00+01:00", "visible"),
    # counted back, where nothing else tells
    ("", "<p>il y a 3 jours</p>", "", "2024-08-07", "visible"),
    ("", "<p>il y a 3 jours</p>", "2024/08/06/", "2024-08-06", "url"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "before", "path", "value", "said_by"), ORDER)
def test_order(head: str, before: str, path: str, value: str | None, said_by: str | None) -> None:
    page = story(head, before, url=f"https://sahel.example/{path}tessit/")
    found = date_of(page, "Africa/Niamey")
    assert (found.when.value if found else None, found.source if found else None) == (
        value,
        said_by,
    )


TRAPS = [
    "<header class='site-header'><div>Samedi 10 août 2024</div></header>",
    "<div class='topbar'><span>10 août 2024</span></div>",
    "<nav><span class='date'>Saturday, August 10, 2024</span></nav>",
    "<div id='header'><p>السبت 10 أغسطس 2024</p></div>",
    "<div class='current-date'>Sábado, 10 de Agosto de 2024</div>",
]


@pytest.mark.parametrize("top", TRAPS)
def test_pages_that_print_today(top: str) -> None:
    text = f"<article><h1>La route de Gao est rouverte</h1>{{}}<div>{PARAGRAPH * 3}</div></article>"
    found = date_of(source(top + text.format("<p>3 août 2024</p>")))
    assert found == Published(When("2024-08-03", "day"), "visible")
    assert date_of(source(top + text.format(""))) is None


def test_a_live_blogs_entries_have_dates_of_their_own() -> None:
    entry = {"@type": "BlogPosting", "headline": "x", "author": "y", "articleBody": "z", "datePublished": "2024-08-09T10:00:00Z"}  # fmt: skip
    page = story(
        '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "En direct", "datePublished": "2024-08-03T08:00:00Z",'
        f' "liveBlogUpdate": [{str(entry).replace(chr(39), chr(34))}]}}</script>'
    )
    assert date_of(page) == Published(When("2024-08-03T08:00:00Z", "second"), "json-ld")


def test_the_last_change() -> None:
    assert change_of(story(linked(dateModified="2024-08-09T10:00:00Z"))) == Published(
        When("2024-08-09T10:00:00Z", "second"), "json-ld"
    )
    shown = story(before="<p>Publié le 3 août 2024 – Modifié le 9 août 2024</p>")
    assert change_of(shown) == Published(When("2024-08-09", "day"), "visible")
    assert change_of(story(before="<p>3 août 2024</p>")) is None


RELATIVE = [
    ("il y a 3 heures", "2024-08-10", "day"),
    ("Publié il y a une heure", "2024-08-10", "day"),
    ("posted 5 minutes ago", "2024-08-10T10:25:00+01:00", "minute"),
    ("2 days ago", "2024-08-08", "day"),
    ("an hour ago", "2024-08-10", "day"),
    ("Hier à 14h05", "2024-08-09T14:05:00+01:00", "minute"),
    ("Yesterday", "2024-08-09", "day"),
    ("Aujourd’hui à 8h00", "2024-08-10T08:00:00+01:00", "minute"),
    ("منذ يومين", "2024-08-08", "day"),
    ("منذ 3 ساعات", "2024-08-10", "day"),
    ("قبل ٣ أيام", "2024-08-07", "day"),
    ("há 2 dias", "2024-08-08", "day"),
    ("hace una semana", "2024-08-03", "day"),
    ("siku 2 zilizopita", "2024-08-08", "day"),
    ("Kwanaki 2 da suka wuce", "2024-08-08", "day"),
    ("3 maalmood ka hor", "2024-08-07", "day"),
    ("ከ2 ቀናት በፊት", "2024-08-08", "day"),
    ("avant-hier", "2024-08-08", "day"),
    ("il y a deux jours", "2024-08-08", "day"),
    ("منذ يوم واحد", "2024-08-09", "day"),
    ("قبل ثلاثة أيام", "2024-08-07", "day"),
    ("البارحة", "2024-08-09", "day"),
    ("anteontem", "2024-08-08", "day"),
    ("Siku mbili zilizopita", "2024-08-08", "day"),
    ("masaa 5 yaliyopita", "2024-08-10", "day"),
    ("wiki iliyopita", "2024-08-03", "day"),
    ("juzi", "2024-08-08", "day"),
    ("makon da ya gabata", "2024-08-03", "day"),
    ("laba maalmood ka hor", "2024-08-08", "day"),
    ("ከሁለት ቀናት በፊት", "2024-08-08", "day"),
]


@pytest.mark.parametrize(("line", "value", "precision"), RELATIVE)
def test_dates_that_count_back(line: str, value: str, precision: str) -> None:
    found = relative.parse(line, "Africa/Niamey", FETCHED)
    assert found is not None
    assert (found.value, found.precision) == (value, precision)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Il y a trois ans, la ville tombait aux mains des rebelles",
        "Hier geht es weiter",
        "500 days ago",
        "3 hours later",
        "ago",
        "Today's paper",
    ],
)
def test_sentences_do_not_count_back(line: str) -> None:
    assert relative.parse(line, None, FETCHED) is None


def test_a_record_without_a_date_limits_none_and_counts_from_none() -> None:
    page = replace(PAGE, fetched_at=datetime(1970, 1, 1, tzinfo=UTC))
    assert first_of([Candidate("visible", "il y a 3 jours")], None, page) is None
    found = first_of([Candidate("visible", "3 août 2024")], None, page)
    assert found == Published(When("2024-08-03", "day"), "visible")


def test_what_a_feed_announces_comes_after_what_the_page_declares() -> None:
    """Its time is exact where the page shows a bare day."""
    announced = Announced("2024-08-02T09:00:00+00:00", "feed")
    shown = source("<html><head></head><body><h1>Un titre</h1><p>3 août 2024</p></body></html>")
    found = first_of(dated.published(shown, list, announced), None, PAGE)
    assert found == Published(When("2024-08-02T09:00:00Z", "second"), "feed")
    meta = '<meta property="article:published_time" content="2024-08-01T08:00:00Z">'
    said = source(f"<html><head>{meta}</head><body><h1>Un titre</h1></body></html>")
    found = first_of(dated.published(said, list, announced), None, PAGE)
    assert found is not None
    assert found.source == "meta"


# The instant in JSON-LD, what the page shows, and what is made of it.
LOCAL_TIMES = [
    ("2024-05-04T00:25:56Z", "Publié le 3 mai 2024 à 21:25", "2024-05-03T21:25:56-03:00"),
    ("2024-05-02T06:03:00Z", "Imechapishwa 2 Mei 2024, 9:03", "2024-05-02T09:03:00+03:00"),
    ("2024-05-02T04:00:41+00:00", "May 1, 2024 11:00 pm EST", "2024-05-01T23:00:41-05:00"),
    ("2024-05-02T04:00:00Z", "2 مايو 2024 - 07:00", "2024-05-02T07:00:00+03:00"),
    # the minute is another, or it is the last change, or it is the same in universal time
    ("2024-05-02T06:03:00Z", "Publié le 2 mai 2024 à 09:10", "2024-05-02T06:03:00Z"),
    ("2024-05-02T06:03:00Z", "Mis à jour le 2 mai 2024 à 09:03", "2024-05-02T06:03:00Z"),
    ("2024-05-02T06:03:00Z", "Publié le 2 mai 2024 à 06:03", "2024-05-02T06:03:00Z"),
    # a clock of twelve hours without am and pm
    ("2024-05-02T17:09:00Z", "2 May 2024 05:09", "2024-05-02T17:09:00Z"),
    # an offset of the page's own stays
    ("2024-05-02T06:03:00+01:00", "Publié le 2 mai 2024 à 09:03", "2024-05-02T06:03:00+01:00"),
]


@pytest.mark.parametrize(("told", "shown", "value"), LOCAL_TIMES)
def test_the_offset_that_the_page_shows_beside_universal_time(
    told: str, shown: str, value: str
) -> None:
    page = story(linked(datePublished=told), f"<p>{shown}</p>")
    around = visible.near(page, visible.headline(page, title(page) or ""))
    near = partial(dated.near, page, around)
    issued = first_of(dated.published(page, near, None), None, PAGE)
    assert issued is not None
    found = dated.in_local_time(issued, dated.published(page, near, None))
    assert (found.when.value, found.source) == (value, "json-ld")


@pytest.mark.parametrize("word", ["hier", "jana", "jiya", "ontem", "أمس", "ትናንት"])
def test_a_word_that_counts_back_is_a_date_where_the_markup_says_so(word: str) -> None:
    found = date_of(story(before=f"<p class='date'>{word}</p>"))
    assert found is not None
    assert found.when == When("2024-08-09", "day")
    assert date_of(story(before=f"<p><a href='/x'>{word}</a></p>")) is None


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("Bamako, 5 mars 2024 (Agence) – ", "2024-03-05"),
        ("Nairobi, Kenya, March 5, 2024: ", "2024-03-05"),
        ("05.03.2024 „", "2024-03-05"),
        ("Le 5 mars 2024, ", None),
        ("En 2024 – ", None),
    ],
)
def test_the_dateline_of_a_communique(opening: str, day: str | None) -> None:
    found = date_of(source(f"<h1>Une trêve</h1><p>{opening}{SENTENCE}</p><p>{SENTENCE}</p>"))
    assert (found.when.value if found else None) == day
