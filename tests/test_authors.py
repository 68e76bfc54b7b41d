"""Who an article is by: persons parted and cleaned, desks and agencies told from them."""

from __future__ import annotations

import pytest
from sources import PARAGRAPH, byline_of, linked, source, story

from crawler.names import is_desk, is_led, is_person, parts

PARTS = [
    ("Par A. Diallo et B. Traoré", ["A. Diallo", "B. Traoré"]),
    ("By Glen Owen And Brendan Carlin For The Sunday Paper", ["Glen Owen", "Brendan Carlin"]),
    ("Posted on September 21, 2020 by Adi Tzlil", ["Adi Tzlil"]),
    ("Por João Macamo, em Pemba", ["João Macamo", "em Pemba"]),
    ("By Hauwa Bello in Maiduguri", ["Hauwa Bello"]),
    ("De notre correspondant à Bamako, Moussa Traoré", ["Moussa Traoré"]),
    ("بقلم: أحمد صالح ومحمد علي", ["أحمد صالح", "محمد علي"]),
    ("Waxaa qoray: Cabdi Xasan", ["Cabdi Xasan"]),
    ("Propos recueillis par Awa Sow", ["Awa Sow"]),
    ("Mariam Coulibaly | Sahel Infos", ["Mariam Coulibaly", "Sahel Infos"]),
    ("Mariam Coulibaly • 3 min de lecture", ["Mariam Coulibaly"]),
    ("Amie Mock as told to Heather Eastman", ["Amie Mock", "Heather Eastman"]),
    ("Sponsored by Boutique", []),
    ("https://sahel.example/author/x", []),
]


@pytest.mark.parametrize(("said", "names"), PARTS)
def test_names_are_parted(said: str, names: list[str]) -> None:
    assert parts(said) == names


@pytest.mark.parametrize(
    "name",
    ["Mariam Coulibaly", "MTHOBISI SITHOLE", "Sidi Ould Ahmed", "Ousmane ag Mohamed", "José Eduardo dos Santos", "annette thurmon",
     "Dr. Rainer Quitzow", "Jean-Pierre N’Guessan", "أحمد صالح", "አበበ ቢቂላ", "Cooper", "O'Brien Kimani"],
)  # fmt: skip
def test_persons(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    ["admin", "La Rédaction", "Rédaction", "Staff Reporter", "Our Correspondent", "News Desk", "webmaster", "TC Redazione", "هيئة التحرير", "المحرر",
     "Mwandishi Wetu", "Da Redacção", "Studio Radio", "Daily News Egypt", "Support Team", "sahel.example", "By", "Written By:", "3 min", "Read more",
     "Candidate Representative to the Candidate Liaison Committee", "Twitter", "MDR", "August", "ሐምሌ"],
)  # fmt: skip
def test_nobody(name: str) -> None:
    assert not is_person(name)


@pytest.mark.parametrize(
    "name", ["La Rédaction", "Staff Reporter", "فريق التحرير", "Mwandishi wetu"]
)
def test_desks(name: str) -> None:
    assert is_desk(name)
    assert not is_desk("Mariam Coulibaly")


BYLINES = [
    (linked(author={"@type": "Person", "name": "Awa Sow"}), "", ("Awa Sow",), "person"),
    (linked(author=[{"name": "Awa Sow"}, {"name": "Ali Ba, AFP"}]), "", ("Awa Sow", "Ali Ba"), "person"),
    (linked(author={"@type": "Organization", "name": "AFP"}), "", (), "agency"),
    (linked(author="La Rédaction"), "", (), "desk"),
    (linked(author="Sahel Infos"), "", (), "desk"),
    (linked(author="admin"), '<p class="byline">Par Awa Sow</p>', ("Awa Sow",), "person"),
    ('<meta name="author" content="admin">', "", (), "desk"),
    ('<meta name="author" content="Awa Sow, Ali Ba">', "", ("Awa Sow", "Ali Ba"), "person"),
    ("", "<p>Par Awa Sow</p>", ("Awa Sow",), "person"),
    ("", "<p>Par AFP</p>", (), "agency"),
    ("", '<div class="byline-box"><span class="author">Jim Walsh</span><span>Cherry Hill Courier</span></div>', ("Jim Walsh",), "person"),
    ("", '<div class="meta"><a href="/a">Awa Sow</a> <span>3 mai 2024</span></div>', ("Awa Sow",), "person"),
    ("", '<div class="meta"><a href="/category/mali">Mali Niger</a> <span>3 mai 2024</span></div>', (), None),
    ("", '<ul class="authors-list"><li class="author">Awa Sow</li><li class="author">Ali Ba</li></ul>', ("Awa Sow", "Ali Ba"), "person"),
    ("", '<div><span>Awa Sow |</span> <span>05.04.2025 - 08:10</span></div>', ("Awa Sow",), "person"),
    ("", '<div><span>Mopti</span> <span>05.04.2025 - 08:10</span></div>', (), None),
    ("", "<p>3 mai 2024 | Awa Sow | Lu 234 fois</p>", ("Awa Sow",), "person"),
    ("", "<p>3 mai 2024 | KIDAL Partager | Lu 234 fois</p>", (), None),
    ("", "<p>3 mai 2024 | Awa Sow | Ali Ba</p>", (), None),
    ("", "<p>Sécurité | Awa Sow</p>", (), None),
    ("", "<div><span>Sécurité du territoire et des personnes</span><span>Awa Sow</span><span>3 mai 2024</span><span>3 min de lecture</span></div>", ("Awa Sow",), "person"),
    ("", "<div><span>Grands Lacs, Afrique</span><span>3 mai 2024</span></div>", (), None),
    ("", "<p>Par Awa Sow, Mopti</p>", ("Awa Sow",), "person"),
    ("", "<p>By Awa Sow and Ali Ba, Port Harcourt</p>", ("Awa Sow", "Ali Ba"), "person"),
    # a person who publishes under their own name, and a site that calls itself a person
    ("<meta property='og:site_name' content='Awa Sow'>" + linked(author={"@type": "Person", "name": "Awa Sow"}), "", ("Awa Sow",), "person"),
    (linked(author={"@type": "Person", "name": "Sahel Infos"}, publisher={"@type": "Organization", "name": "Sahel Infos"}), "", (), "desk"),
    ("", "<p>Agences</p>", (), None),
    # metas that name the owner or the publisher of the whole site
    ('<meta name="author" content="Moussa Keita">', "<p>Publié par Awa Sow le mardi 3 mai 2024</p>", ("Awa Sow",), "person"),
    ('<meta name="author" content="Moussa Keita">', "<p>Publié par Moussa Keita</p>", ("Moussa Keita",), "person"),
    ('<meta name="author" content="Auto Gazelle"><meta name="DC.publisher" content="Auto Gazelle">', "", (), "desk"),
    (linked(author="Sahel D"), "<div><p><strong>AWA SOW</strong></p>", ("AWA SOW",), "person"),
    (linked(author="Deutscher Fischereiverband"), "", (), "desk"),
    ("", "<p>By StackTrade</p>", (), None),
    ("", "", (), None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "before", "persons", "kind"), BYLINES)
def test_bylines(head: str, before: str, persons: tuple[str, ...], kind: str | None) -> None:
    found = byline_of(story(head, before))
    assert (found.persons, found.kind) == (persons, kind)


def test_a_signature_under_the_text() -> None:
    assert byline_of(story(after="<p><strong>Moussa TRAORÉ</strong></p>")).persons == (
        "Moussa TRAORÉ",
    )
    assert byline_of(story(after="<p>Moussa TRAORÉ</p>")).persons == ("Moussa TRAORÉ",)
    assert byline_of(story(after="<p>Tous droits réservés</p>")).persons == ()
    assert byline_of(story(after="<p><b>Moussa Traoré, envoyé spécial</b></p>")).persons == (
        "Moussa Traoré",
    )
    assert byline_of(story(after="<p>Moussa Traoré</p>")).persons == ()
    plain = story(after="<p>Moussa Traoré</p>")
    plain.tree.set("lang", "fr")
    assert byline_of(plain).persons == ("Moussa Traoré",)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Reporting by Awa Sow; Editing by Ali Ba", ["Awa Sow"]),
        ("Reporting by Awa Sow in Gao; Writing by Ali Ba", ["Awa Sow", "Ali Ba"]),
        ("BY AWA SOW IN GAO", ["AWA SOW"]),
        ("From Awa Sow, Maiduguri", ["Awa Sow"]),
        ("Rubutawa: Aminu Bello", ["Aminu Bello"]),
        ("Qoraa: Cabdi Xasan", ["Cabdi Xasan"]),
    ],
)
def test_who_wrote_and_who_did_something_else(said: str, names: list[str]) -> None:
    assert parts(said) == names
    assert is_led(said) or said.startswith("Reporting")
    assert not is_led("Editing by Ali Ba")
    assert parts("Edited by Ali Ba") == []


def test_what_the_byline_says_is_kept_for_the_body() -> None:
    assert byline_of(story(before="<p>Par Awa Sow, AFP</p>")).said == ("Awa Sow", "AFP")


def test_a_name_in_bold_above_the_text() -> None:
    name = "<div><p><strong>Mathatisi Sebusi/Mohalenyane Phakela</strong></p>"
    desk = '<meta name="author" content="Sahel Infos">'
    found = byline_of(source(f"<h1>La route est rouverte</h1>{name}{PARAGRAPH * 3}</div>", desk))
    assert found.persons == ("Mathatisi Sebusi", "Mohalenyane Phakela")
    place = "<div><p><b>Tessit Gao</b></p>"
    titled = f"<title>Attaque à Tessit</title>{desk}"
    assert byline_of(source(f"<h1>Attaque</h1>{place}{PARAGRAPH * 3}</div>", titled)).persons == ()
    between = f"<div>{PARAGRAPH}<p><b>Une Trêve</b></p>{PARAGRAPH}</div>"
    assert byline_of(source(f"<h1>La route est rouverte</h1>{between}")).persons == ()


def test_what_is_told_below_the_text_of_who_wrote_it() -> None:
    assert byline_of(story(after="<p>Written by Awa Sow</p>")).persons == ("Awa Sow",)


@pytest.mark.parametrize("label", ["Article written by:", "Auteur", "بقلم"])
def test_a_name_in_the_box_behind_a_heading_that_says_author(label: str) -> None:
    box = f"<h3>{label}</h3><div><img src='/a.jpg'><h4>Awa Sow, PhD</h4><p>Awa Sow enseigne.</p></div>"
    assert byline_of(story(after=box)).persons == ("Awa Sow",)


def test_a_heading_that_says_author_above_a_paragraph_names_nobody() -> None:
    assert byline_of(story(after=f"<h3>Auteur</h3><p>{PARAGRAPH}</p>")).persons == ()
    told = "Awa Sow suit les questions de défense depuis Gao, où elle a enseigné pendant neuf ans à l’école de journalisme."
    box = f"<div class='about-author'><div>Awa Sow</div><p>{told}</p></div>"
    assert byline_of(story(after=box)).persons == ("Awa Sow",)
    many = f"<div class='authors-list'><div>Awa Sow</div><p>{told}</p></div>"
    assert byline_of(story(after=many)).persons == ()


def test_a_date_behind_a_name() -> None:
    assert parts("Erstellt von Awa Sow am Dienstag 6. Mai 2014") == ["Awa Sow"]
    assert parts("By Awa Sow on 6 May 2014") == ["Awa Sow"]
