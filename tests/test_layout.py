"""What a site file says of its pages' build, done to their trees."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring, tostring

from crawler import layout, source
from crawler.rules import Layout

PAGE = """<html><head><meta name="pubdate" content="2024-05-01"></head><body>
<header class="top">jeudi 2 mai 2024 <time>2024-05-02</time></header>
<main><h1>Titre</h1><p class="by">publié le <time>2024-05-01</time></p>
<div class="text"><p>Un.</p><p class="ad">Achetez !</p>suite<div class="text"><p>Deux.</p></div></div>
<div class="box">Abonnez-vous</div></main></body></html>"""


@pytest.fixture
def tree() -> HtmlElement:
    return document_fromstring(PAGE)


def words(tree: HtmlElement) -> str:
    return " ".join(tree.text_content().split())


@pytest.mark.parametrize(
    ("remove", "gone"),
    [((), ""), ((".ad",), "Achetez !"), ((".ad", ".box"), "Abonnez-vous"), (("p", ".ad"), "Un.")],
)
def test_what_is_taken_out(tree: HtmlElement, remove: tuple[str, ...], gone: str) -> None:
    before = words(tree)
    layout.take_out(tree, Layout(remove=remove))
    assert "suite" in words(tree)
    assert (gone in words(tree)) == (gone == "")
    assert (words(tree) == before) == (remove == ())


@pytest.mark.parametrize(
    ("select", "wanted"),
    [
        (".text", "Un.Achetez !suiteDeux."),
        (".text > p, .box", "Un.Achetez !Deux.Abonnez-vous"),
        ("h1", "Titre"),
    ],
)
def test_the_body_alone(tree: HtmlElement, select: str, wanted: str) -> None:
    page = layout.narrowed(tree, Layout(select=select))
    assert page.text_content() == wanted
    assert words(tree) == words(document_fromstring(PAGE))


@pytest.mark.parametrize("select", [None, ".absent"])
def test_without_a_body_to_choose_the_whole_page(tree: HtmlElement, select: str | None) -> None:
    assert layout.narrowed(tree, Layout(select=select)) is tree


@pytest.mark.parametrize(
    ("traps", "dates", "near"),
    [
        ((), ["2024-05-02", "2024-05-01"], ["p", "time"]),
        (("header",), ["2024-05-01"], ["p", "time"]),
        (("header", ".by time"), [], ["p"]),
        (("body",), [], []),
    ],
)
def test_dates_that_a_trap_shows(
    tree: HtmlElement, traps: tuple[str, ...], dates: list[str], near: list[str]
) -> None:
    about = source.read(tree, "https://kibaru.example/a")
    around = [tree.find(".//p[@class='by']"), tree.find(".//p[@class='by']/time")]
    found, left = layout.for_dates(about, around, Layout(date_trap=traps))
    assert [time.text for time in found.tree.iter("time")] == dates
    assert [element.tag for element in left] == near
    assert found.meta("pubdate") == "2024-05-01"
    assert b"<header" in tostring(tree)


@pytest.mark.parametrize(
    ("paywall", "wanted"),
    [((), False), ((".box",), True), ((".absent",), False), (("body",), True)],
)
def test_a_wall(tree: HtmlElement, paywall: tuple[str, ...], wanted: bool) -> None:
    assert layout.is_walled(tree, Layout(paywall=paywall)) == wanted
