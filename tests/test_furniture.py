"""Furniture that is marked up like the text: gone from the third page of a site on, known wordings from the first."""

from __future__ import annotations

from itertools import cycle

import pytest

from bench.furnished import LANGUAGES, MARKUPS, Site
from bench.furniture import learned_from, outcome

SITES = [
    Site(language, markup, "known" if number % 2 else "fresh", shape=3)
    for number, (markup, language) in enumerate(zip(list(MARKUPS) * 2, cycle(LANGUAGES)))
]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.host)
def test_the_article_and_nothing_else(site: Site) -> None:
    learned = learned_from(site, 3)
    for number in range(3):
        found = outcome(site, number, 3, learned)
        assert found.is_exact, found
        assert found.titled


@pytest.mark.parametrize(
    "site", [site for site in SITES if site.wording == "known"], ids=lambda site: site.host
)
def test_what_tables_know_is_gone_from_the_first_page_of_a_site(site: Site) -> None:
    for number in range(2):
        found = outcome(site, number, 1, None)
        assert found.is_exact, found


def test_what_recurs_in_part_is_told_by_three_pages() -> None:
    site = Site("fr", "paragraphs", "fresh")
    assert outcome(site, 0, 1, None).left
    assert not outcome(site, 0, 3, learned_from(site, 3)).left
