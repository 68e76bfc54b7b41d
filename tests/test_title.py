"""The headline: what metadata and page agree on, without site names, kickers and breadcrumbs."""

from __future__ import annotations

import json

import pytest
from sources import source

from crawler.title import title

SAID = "Trois jours de deuil après l’attaque"
OTHER = "Mali : un deuil de trois jours décrété"


def of(headline: str | None, graph: str | None, body: str, page: str = "") -> str | None:
    node = json.dumps({"@type": "NewsArticle", "headline": headline})
    head = f'<script type="application/ld+json">{node}</script>' if headline else ""
    head += f'<meta property="og:title" content="{graph}">' if graph else ""
    return title(source(body, f"{head}<title>{page}</title>"))


TITLES = [
    (SAID, SAID, f"<h1>{SAID}</h1>", SAID),
    (SAID, f"{SAID} - Sahel Infos", f"<h1>{OTHER}</h1>", SAID),
    (None, f"{SAID} | Sahel Infos", f"<h1>{SAID}</h1>", SAID),
    # the only heading, where the metadata say it for search engines
    (OTHER, "Deuil national", f"<h1>{SAID}</h1>", SAID),
    # what JSON-LD calls the headline, where the page shows it so
    (SAID, OTHER, f"<h1>{OTHER}</h1><h2>{SAID}</h2>", SAID),
    # a heading among the breadcrumbs is none
    (SAID, OTHER, f'<nav class="breadcrumbs"><h1>{OTHER}</h1></nav>', SAID),
    (None, None, f'<div class="breadcrumb"><h1>{SAID}</h1></div>', SAID),
    # a kicker in the heading, which the metadata part by a colon
    (None, f"Mali: {SAID}", f"<h1><span>Mali</span> {SAID}</h1>", SAID),
    (None, f"Mali: {SAID}", f"<h1>Mali: {SAID}</h1>", f"Mali: {SAID}"),
    (SAID, None, f"<h1>Au centre du pays {SAID}</h1>", SAID),
    (None, None, f"<h1>{SAID} &amp;amp; après</h1>", f"{SAID} & après"),
    (None, None, "", None),
]


@pytest.mark.parametrize(("headline", "graph", "body", "found"), TITLES)
def test_titles(headline: str | None, graph: str | None, body: str, found: str | None) -> None:
    assert of(headline, graph, body) == found


def test_the_sites_name_is_no_headline() -> None:
    assert of(None, None, "<h1>Sahel Infos</h1>", f"Sahel Infos - {SAID}") == SAID


def test_an_entry_of_a_live_blog_is_not_the_article() -> None:
    entry = {"@type": "BlogPosting", "headline": "Une explosion", "author": "x", "articleBody": "y"}
    node = {"@type": "LiveBlogPosting", "headline": SAID, "liveBlogUpdate": [entry]}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    assert title(source(f"<h1>{SAID}</h1>", head)) == SAID
