"""Pictures of an article: caption and credit parted, complete, and without their labels."""

from __future__ import annotations

import pytest
from sources import linked, story

from archive.article import Image
from crawler.images import images, parted

PARTED = [
    ("Le marché de Gao, mardi. Photo : Awa Sow / AFP", "Le marché de Gao, mardi.", "Awa Sow / AFP"),
    ("Des soldats. © Awa Sow/AFP/Archives", "Des soldats.", "Awa Sow/AFP/Archives"),
    ("© AFP", None, "AFP"),
    ("Crédit photo : Présidence du Niger", None, "Présidence du Niger"),
    ("Des soldats à Gao, le 3 mai 2024. AFP - AWA SOW", "Des soldats à Gao, le 3 mai 2024.", "AFP - AWA SOW"),
    ("Soldiers in Gao (Photo by Awa Sow/AFP via Getty Images)", "Soldiers in Gao", "Awa Sow/AFP via Getty Images"),
    ("Soldiers patrol in Goma [AP Photo/Awa Sow]", "Soldiers patrol in Goma", "AP Photo/Awa Sow"),
    ("A market in Maiduguri, on May 3. Photo credit: HumAngle", "A market in Maiduguri, on May 3.", "HumAngle"),
    ("Mwanajeshi akiwa Goma. Picha: Reuters", "Mwanajeshi akiwa Goma.", "Reuters"),
    ("جنود في الخرطوم (رويترز)", "جنود في الخرطوم", "رويترز"),
    ("Des rebelles près de Kidal. (Reuters)", "Des rebelles près de Kidal.", "Reuters"),
    ("Les rues de Gao. Photo Mamadou Traoré", "Les rues de Gao.", "Mamadou Traoré"),
    ("Soldats | AFP", "Soldats", "AFP"),
    ("Awa Sow via Reuters", None, "Awa Sow via Reuters"),
    ("Fotoğraf : Didem Kaya/AA", None, "Didem Kaya/AA"),
    ("Foto: Lusa", None, "Lusa"),
    ("Photo d'illustration. Crédit : DR", "Photo d'illustration.", "DR"),
    ("Enlarge / Soldats à Gao", "Enlarge / Soldats à Gao", None),
    ("Enlarge © AFP", None, "AFP"),
    ("Credit:", None, None),
    ("Des camions à Gao. (Mariam Coulibaly)", "Des camions à Gao.", "Mariam Coulibaly"),
    ("Des camions à Gao (Tombouctou Nord)", "Des camions à Gao (Tombouctou Nord)", None),
    ("Die Feuerwehr. © Awa Sow | AWA SOW", "Die Feuerwehr.", "Awa Sow"),
    ("Le président à Niamey", "Le président à Niamey", None),
    ("Le porte-parole a dit à l'AFP qu'il partait", "Le porte-parole a dit à l'AFP qu'il partait", None),
    ("La ville de Gao (Mali)", "La ville de Gao (Mali)", None),
    ("", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "caption", "credit"), PARTED)
def test_caption_and_credit(said: str, caption: str | None, credit: str | None) -> None:
    assert parted(said) == (caption, credit)


def only(before: str, head: str = "") -> Image:
    (found,) = images(story(head, before), "La route de Gao est rouverte", [])
    return found


def test_a_credit_in_an_element_of_its_own() -> None:
    box = '<figure><img src="/a.jpg"><figcaption>Le marché <span class="credit">© Awa Sow</span></figcaption></figure>'
    assert only(box) == Image(
        url="https://sahel.example/a.jpg", caption="Le marché", credit="Awa Sow"
    )


@pytest.mark.parametrize(
    ("alt", "caption"),
    [
        ("Des camions attendent la réouverture de la route à Gao.", "Des camions attendent la réouverture de la route à Gao."),
        ("gao-route-2024", None),
        ("La route de Gao", None),
        ("La route de Gao est rouverte", None),
    ],
)  # fmt: skip
def test_an_alternative_text_is_a_caption_only_if_it_reads_as_one(
    alt: str, caption: str | None
) -> None:
    assert only(f'<figure><img src="/a.jpg" alt="{alt}"></figure>').caption == caption


def test_what_json_ld_says_of_the_picture() -> None:
    picture = {"@type": "ImageObject", "url": "/une.jpg", "caption": "Le marché de Gao", "creditText": "Awa Sow"}  # fmt: skip
    assert only("", linked(image=picture)) == Image(
        url="https://sahel.example/une.jpg", caption="Le marché de Gao", credit="Awa Sow"
    )


@pytest.mark.parametrize(
    ("href", "count"),
    [
        ("/niger/une-autre-histoire/", 0),
        ("/mali/tessit/", 1),
        ("/a-1024.jpg", 1),
        ("/attachment/a/", 1),
        ("https://partner.example/", 1),
    ],
)
def test_a_picture_that_leads_to_another_page_is_a_teasers(href: str, count: int) -> None:
    box = f'<a href="{href}"><img src="/a.jpg"></a>'
    assert len(images(story("", box), "", [])) == count


LEAD = '<meta property="og:image" content="https://sahel.example/media/16x9_1200/marche-gao-mardi.jpg">'


def test_the_main_picture_has_the_caption_that_stands_below_another_size_of_it() -> None:
    box = '<figure><img src="/media/4x3_640/marche-gao-mardi.jpg"><figcaption>Le marché. © AFP</figcaption></figure>'
    found = only(box, LEAD)
    assert (found.caption, found.credit) == ("Le marché.", "AFP")


def test_a_picture_is_named_in_its_largest_size() -> None:
    box = '<figure><img src="/a.jpg?w=20" srcset="/a.jpg?w=320 320w,/a.jpg?w=1280 1280w, /a.jpg?w=640 640w"></figure>'
    assert only(box).url == "https://sahel.example/a.jpg?w=1280"


@pytest.mark.parametrize(
    ("box", "count"),
    [
        ('<img src="/autre-histoire.jpg">', 0),
        ('<figure><img src="/convoi-a-gao.jpg"><figcaption>Le convoi</figcaption></figure>', 1),
        ('<div class="post-gallery"><img src="/convoi-a-gao.jpg"></div>', 1),
    ],
)
def test_behind_the_text_pictures_are_the_articles_only_with_a_caption_or_in_a_gallery(
    box: str, count: int
) -> None:
    text = "Le gouverneur a levé le couvre-feu dans la région."
    source = story("", f"<article><p>{text}</p>{box}</article>")
    assert len(images(source, "", [text])) == count


def test_what_an_editor_built_with_widgets_is_no_teaser() -> None:
    box = '<div class="elementor-widget elementor-widget-image"><img src="/convoi-a-gao.jpg"></div>'
    assert len(images(story("", f"<article>{box}</article>"), "", [])) == 1


def test_the_headline_is_no_caption() -> None:
    box = "<figure><img src='/a.jpg'><figcaption>La route de Gao est rouverte</figcaption></figure>"
    assert only(box).caption is None


@pytest.mark.parametrize(("size", "count"), [("728 90", 0), ("1 1", 0), ("1200 675", 1)])
def test_strips_and_pixels_are_no_pictures(size: str, count: int) -> None:
    width, height = size.split()
    box = f"<figure><img src='/a.jpg' width='{width}' height='{height}'></figure>"
    assert len(images(story("", box), "", [])) == count
