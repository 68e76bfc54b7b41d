"""Who may read an article: what the page declares, walls in the region's languages, cut teasers."""

from __future__ import annotations

import pytest
from sources import PARAGRAPH, linked, story

from crawler.access import access, is_wall

BODY = PARAGRAPH[3:-4]

DECLARED = [
    (linked(isAccessibleForFree="False"), "paywalled"),
    (linked(isAccessibleForFree=False), "paywalled"),
    (linked(isAccessibleForFree="http://schema.org/False"), "paywalled"),
    (linked(isAccessibleForFree=True), "free"),
    (linked(isAccessibleForFree="true"), "free"),
    (linked(isAccessibleForFree=True, hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".x"}), "partial"),
    ('<meta property="article:content_tier" content="locked">', "paywalled"),
    ('<meta property="article:content_tier" content="metered">', "partial"),
    ('<meta property="article:content_tier" content="free">', "free"),
    ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "found"), DECLARED)
def test_what_pages_declare(head: str, found: str | None) -> None:
    assert access(story(head), [BODY] * 3) == found


WALLS = [
    "Cet article est réservé aux abonnés",
    "La suite est réservée à nos abonnés",
    "Il vous reste 80 % de cet article à lire. La suite est réservée aux abonnés.",
    "Abonnez-vous pour lire la suite",
    "Subscribe to continue reading",
    "This article is for subscribers only. Already a subscriber? Log in.",
    "You have reached your free article limit",
    "هذا المحتوى للمشتركين فقط",
    "اشترك لمتابعة القراءة",
    "Conteúdo exclusivo para assinantes",
    "Suscríbete para seguir leyendo",
    "Jisajili ili kuendelea kusoma habari hii",
]


@pytest.mark.parametrize("words", WALLS)
def test_walls(words: str) -> None:
    assert is_wall(words)
    assert access(story(after=f"<div><h3>{words}</h3></div>"), [BODY] * 3) == "paywalled"
    assert access(story(linked(isAccessibleForFree=True)), [BODY, BODY, words]) == "paywalled"


@pytest.mark.parametrize(
    "words",
    [
        "Abonnez-vous à notre newsletter pour ne rien manquer",
        "Recevez chaque matin nos informations",
        "Subscribe to our newsletter",
        "Le stade était réservé aux abonnés ce soir-là, selon la fédération.",
        "Il vous reste trois jours pour vous inscrire sur les listes électorales.",
        "اشترك في نشرتنا البريدية",
    ],
)
def test_no_walls(words: str) -> None:
    assert not is_wall(words)
    assert access(story(after=f"<div>{words}</div>"), [BODY] * 3) is None


def test_meters() -> None:
    left = "<p>Il vous reste 3 articles gratuits ce mois-ci</p>"
    assert access(story(after=left), [BODY] * 3) == "partial"
    assert access(story(after="<p>2 free articles left</p>"), [BODY] * 3) == "partial"


@pytest.mark.parametrize(
    "box",
    [
        '<div hidden><p>Subscribe to continue reading</p></div>',
        '<div style="display: none"><p>Subscribe to continue reading</p></div>',
        '<aside><p>Article réservé aux abonnés</p></aside>',
        '<div class="related"><p>Article réservé aux abonnés</p></div>',
        "<template><p>Subscribe to continue reading</p></template>",
    ],
)  # fmt: skip
def test_what_readers_do_not_see_is_no_wall(box: str) -> None:
    assert access(story(after=box), [BODY] * 3) is None


CUT = "Les commerçants demandent que l'escorte des camions dure au moins un mois encore […]"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<a href="/mali/tessit/#more">Lire la suite</a>', "partial"),
        ('<a href="/mali/tessit/complet/">Read more</a>', "partial"),
        ('<a href="/autre/">Lire la suite</a>', None),
        ("", None),
    ],
)
def test_a_cut_teaser(link: str, found: str | None) -> None:
    assert access(story(after=f"<p>{CUT} {link}</p>"), [BODY, CUT]) == found


def test_a_whole_article_with_a_box_elsewhere_is_none() -> None:
    box = '<section class="premium-offers"><p>Subscribe to continue reading</p></section>'
    page = story(before=box)
    assert access(page, [BODY] * 40) is None
    assert access(page, [BODY]) == "paywalled"
