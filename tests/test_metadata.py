"""Section, tags and lead as a page tells them, without what is for machines or said already."""

from __future__ import annotations

import pytest
from sources import linked, story

from crawler.metadata import canonical, lead, section, tags

BODY = [
    "La route de Gao a été rouverte mardi, neuf jours après la destruction du pont par des hommes armés venus du nord du cercle, selon le maire.",
    "Les camions ont repris la piste avant midi.",
]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Sécurité", "Sécurité"),
        ("Mali, Sécurité, À la une", "Mali"),
        ("À la une; Sécurité", "Sécurité"),
        (["English", "news_world", "Back to all news", "Nord"], "Nord"),
        ("Accueil", None),
        (["Home", "Security"], "Security"),
    ],
)
def test_sections(said: object, found: str | None) -> None:
    assert section(story(linked(articleSection=said))) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Gao, Mali", ("Gao", "Mali")),
        (["Gao", "Page Type: Article", "Day: Friday"], ("Gao",)),
        (["Gao", "Covid: le point"], ("Gao", "Covid: le point")),
    ],
)
def test_tags(said: object, found: tuple[str, ...]) -> None:
    assert tags(story(linked(keywords=said))) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Neuf jours d’attente prennent fin sur la RN17", "Neuf jours d’attente prennent fin sur la RN17"),
        (BODY[0][:90] + "…", None),
        ("Awa Sow, à Gao " + BODY[0][:130], None),
        ("La route de Gao est rouverte", None),
        ("…les commerçants attendent encore les camions de mil " + BODY[0][:60] + "…", "…les commerçants attendent encore les camions de mil"),
    ],
)  # fmt: skip
def test_leads(said: str, found: str | None) -> None:
    head = f'<meta property="og:title" content="La route de Gao est rouverte"><meta property="og:description" content="{said}">'
    assert lead(story(head), BODY) == found


def test_what_the_pages_foot_says_of_the_site_is_nothing_about_the_article() -> None:
    foot = '<footer><meta itemprop="keywords" content="Protection des données, Droits"></footer>'
    assert tags(story(after=foot)) == ()
    assert tags(story(after=foot.replace("footer", "section"))) != ()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("http://sahel.example/mali/tessit/", "https://sahel.example/mali/tessit/"),
        ("http://www.sahel.example/mali/tessit/", "http://www.sahel.example/mali/tessit/"),
        ("https://autre.example/tessit/", "https://autre.example/tessit/"),
        ("/", "https://sahel.example/mali/tessit/"),
    ],
)
def test_canonical(said: str, found: str) -> None:
    assert canonical(story(f'<link rel="canonical" href="{said}">')) == found
