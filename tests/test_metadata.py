"""Section, tags and lead as a page tells them, without what is for machines or said already."""

from __future__ import annotations

import pytest
from sources import linked, story

from crawler.metadata import lead, section, tags

BODY = [
    "La route de Gao a été rouverte mardi, neuf jours après la destruction du pont par des hommes armés venus du nord du cercle, selon le maire.",
    "Les camions ont repris la piste avant midi.",
]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Sécurité", "Sécurité"),
        ("Mali, Sécurité, À la une", "Mali"),
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
    ],
)  # fmt: skip
def test_leads(said: str, found: str | None) -> None:
    head = f'<meta property="og:title" content="La route de Gao est rouverte"><meta property="og:description" content="{said}">'
    assert lead(story(head), BODY) == found
