"""A site file's word on how its pages are built, as it comes out in their articles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.article import Article
from crawler.extract import article_from
from crawler.rules import Layout, Rules, Until
from crawler.verdict import NoArticle
from tests.articlepage import WHEN, page, paragraphs, record, story

TITLE, TEXTS = story()
AD = "Le marché de Tessit vend des mangues et du mil chaque vendredi, sous les grands arbres."
BODY = (
    f'<div class="today">Vendredi 2 août 2024</div><article><h1>{TITLE}</h1>'
    f'<p class="by">Publié le 27 juillet 2024</p><div id="story">{paragraphs(TEXTS[:2])}'
    f'<p class="x7">{AD}</p>{paragraphs(TEXTS[2:])}</div></article><div class="lock"></div>'
)
PAGE = page(BODY, TITLE)


def article(layout: Layout, **more: object) -> Article:
    found = article_from(record(PAGE), Rules(site="sahel", layout=layout, **more))  # type: ignore[arg-type]
    assert isinstance(found, Article)
    return found


def test_without_a_word_the_page_misleads() -> None:
    found = article(Layout())
    assert AD in found.text
    assert (found.published_at, found.access, found.wire) == ("2024-07-27", None, None)


def test_remove() -> None:
    assert article(Layout(remove=(".x7",))).text == "\n\n".join(TEXTS)


def test_select() -> None:
    found = article(Layout(select="#story > p:first-child, #story > p:nth-child(2)"))
    assert found.text == "\n\n".join(TEXTS[:2])
    assert found.title == TITLE


def test_date_trap() -> None:
    assert article(Layout(date_trap=(".today", ".by"))).published_at is None
    assert article(Layout(date_trap=("body",))).published_at is None
    assert article(Layout(date_trap=(".today",))).published_at == "2024-07-27"


def test_paywall() -> None:
    assert article(Layout(paywall=(".lock",))).access == "partial"


def test_wire() -> None:
    wire = article(Layout(wire="APA")).wire
    assert wire is not None
    assert wire.agency == "APA"


def test_min_words() -> None:
    short = page(
        f"<article><h1>{TITLE}</h1><p>Trois soldats sont morts lundi à Tessit.</p></article>", TITLE
    )
    assert isinstance(article_from(record(short), Rules(site="a")), NoArticle)
    found = article_from(record(short), Rules(site="a", layout=Layout(min_words=5)))
    assert isinstance(found, Article)
    assert found.text == "Trois soldats sont morts lundi à Tessit."
    assert isinstance(
        article_from(record(PAGE), Rules(site="a", layout=Layout(min_words=5000))), NoArticle
    )


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (1, True), (-1, False)])
def test_an_old_page_is_read_with_the_rules_of_its_day(days: int, is_old: bool) -> None:
    until = Until(day=(WHEN + timedelta(days=days)).date(), layout=Layout(remove=(".x7",)))
    found = article_from(record(PAGE), Rules(site="sahel", until=(until,)))
    assert isinstance(found, Article)
    assert (AD not in found.text) == is_old
    effective = Rules(site="sahel", layout=until.layout if is_old else Layout())
    assert found.provenance.rules_hash == effective.hash
