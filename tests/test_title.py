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
    # as readers see it: its own capitals, and no section before it
    (SAID.title(), SAID.title(), f"<h1>{SAID}</h1>", SAID),
    (f"Mali: {SAID}", f"Mali: {SAID}", f"<h1>{SAID}</h1>", SAID),
    (f"Nord du Mali: {SAID}", f"Nord du Mali: {SAID}", f"<h1>{SAID}</h1>", f"Nord du Mali: {SAID}"),
    # a later page of it
    (None, f"{SAID} - Page 2 | Sahel Infos", "", SAID),
    (None, f"{SAID} – صفحة 3", "", SAID),
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


FR = "Ménaka : les déplacés regagnent leurs villages sous escorte"
AR = "الجيش يستعيد السيطرة على بلدة في شمال البلاد"
PT = "Cabo Delgado: famílias regressam às aldeias de Mocímboa"
SW = "Wanajeshi waokoa mateka kumi na wawili mpakani"
HA = "Sojoji sun ceto mutane goma sha biyu a Zamfara"
SO = "Ciidamada oo dib u qabsaday degmo ku taal bartamaha dalka"
AM = "መከላከያ ሠራዊቱ ከተማዋን መልሶ መቆጣጠሩን አስታወቀ"
EN = "Troops free twelve captives near the border"
REWORDED = "Mali : retour des déplacés à Ménaka"
LONG = f"<p>{'Les soldats ont quitté la ville à l’aube, selon des témoins. ' * 3}</p>"


def graph(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


def tab(text: str) -> str:
    return f"<title>{text}</title>"


# Pages whose first heading is no headline, and whose headline is no heading.
ODD_PAGES = [
    # the site's name, linked to the front page or not, as the only h1
    (tab(f"{FR} - Sahel Infos"), f"<h1><a href='/'>Sahel Infos</a></h1><h2>{FR}</h2>", FR),
    (tab(f"{FR} - Le Quotidien"), f"<h1>Le Quotidien</h1><p>{FR}</p>", FR),
    (tab(f"{AR} | موقع الخبر"), f"<h1>موقع الخبر</h1><div>{AR}</div>", AR),
    (tab(f"{AM} - ዜና"), f"<h1>ዜና</h1><p><strong>{AM}</strong></p>", AM),
    (tab(f"Warka Maanta » {SO}"), f"<h1>Warka Maanta</h1><h3>{SO}</h3>", SO),
    (tab(f"{HA} - Labarai"), f"<h1>Labarai</h1><h2>{HA}</h2>", HA),
    (tab("Sahel Infos"), f"<h1>Sahel Infos</h1><h2>{FR}</h2>", FR),
    # a banner, a ticker that leads elsewhere, the heading of a sidebar
    (graph(FR), f"<h1>Abonnez-vous à notre lettre du matin</h1><p class=t>{FR}</p>", FR),
    (tab(f"{FR} | Le Sahel en continu"), f"<h1>Abonnez-vous à la lettre</h1><p>{FR}</p>", FR),
    (graph(EN), f"<h1><a href='/other'>Minister resigns over fuel</a></h1><div>{EN}</div>", EN),
    (tab("Desk"), f"<header><h1>Breaking: follow us live</h1></header><h1>{EN}</h1>", EN),
    ("", f"<aside><h1>Most read stories this week</h1></aside><h1>{EN}</h1>", EN),
    # several h1, and a chip in the headline's own element
    (tab(f"{SW} – Habari"), f"<h1>Habari</h1><h1>{SW}</h1><h1>Nyingine</h1>", SW),
    (graph(PT), f"<h1><a href='/c'>Segurança</a> {PT}</h1>", PT),
    (graph(FR), f"<h1><div>Sahel</div>{FR}</h1>", FR),
    (graph(f"{EN} | Desk News"), f"<h1>Security</h1><h2>{EN}</h2>", EN),
    # metadata with the section, the date or the site's name alone
    (tab(f"{AR} - أخبار - موقع الخبر"), f"<p>{AR}</p>", AR),
    (tab(f"Desk News - 12 May 2024 - {EN}"), f"<p>{EN}</p>", EN),
    (graph("Sahel Infos") + tab(f"{FR} - Sahel Infos"), f"<p>{FR}</p>", FR),
    (graph("Accueil") + tab("Sahel Infos"), f"<a href='/'>Accueil</a><h1>{FR}</h1>", FR),
    # metadata in other words than the page's
    (graph(REWORDED) + tab(f"{REWORDED} - Infos"), f"<h1>{FR}</h1>", FR),
    (graph(REWORDED), f"<h1>Sahel Infos</h1><p class='entry-title'>{FR}</p>", FR),
    (graph(f"EXCLUSIF. {FR}"), f"<h1>{FR}</h1>", FR),
    (tab(f"{FR} (MIS À JOUR) - Sahel Infos"), f"<h1>{FR}</h1>", FR),
]


@pytest.mark.parametrize(("head", "body", "found"), ODD_PAGES)
def test_headlines_of_oddly_marked_pages(head: str, body: str, found: str) -> None:
    assert title(source(body + LONG, head)) == found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("La route de Tessit est rouverte | Un Journal", "La route de Tessit est rouverte"),
        ("Une trêve | Un Journal", "Une trêve | Un Journal"),
        ("Un Journal | La route de Tessit est de nouveau rouverte", "Un Journal | La route de Tessit est de nouveau rouverte"),
    ],
)  # fmt: skip
def test_what_stands_behind_the_bar_of_a_title_that_the_page_does_not_show(
    page: str, found: str
) -> None:
    assert title(source("<p>Rien.</p>", f"<title>{page}</title>")) == found
