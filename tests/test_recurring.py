"""What recurs on the pages of a site goes; what only recurs in its stories stays."""

from __future__ import annotations

import random
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring, tostring

from archive.article import Article
from archive.reader import Record
from crawler.extract import article_from
from crawler.fingerprint import Fingerprint, rows, said, teased
from crawler.learned import FILE, States
from crawler.learning import WINDOW, learn
from crawler.reading import fingerprint
from crawler.recurring import Learned, stripped
from demo.story import stories
from tests.articlepage import page, paragraphs, record
from tests.sitepages import MARKUPS, WORDS, Site
from tests.treesite import paragraphs_of, title_of

PAGES = 5


def prints(*records: Record) -> list[Fingerprint]:
    """The fingerprints, the newest first."""
    found = [fingerprint(each) for each in records]
    assert all(found)
    return [each for each in reversed(found) if each]


def taught(*records: Record) -> Learned:
    """What these pages teach."""
    pages = prints(*records)
    learned = learn(pages[0].host, pages)
    assert learned
    return learned


def text_of(page: Record, learned: Learned | None) -> str:
    article = article_from(page, None, learned)
    assert isinstance(article, Article), article
    return article.text


SITES = [Site(language, markup) for language in WORDS for markup in MARKUPS]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.host)
def test_from_the_third_page_on_it_is_the_article_and_nothing_else(site: Site) -> None:
    records = [site.record(number) for number in range(PAGES)]
    for known in range(3, PAGES + 1):
        learned = taught(*records[:known])
        for number in range(known):
            assert text_of(records[number], learned) == site.text(number)


def test_one_page_alone_teaches_nothing() -> None:
    site = Site("fr", "bare")
    again = site.record(0)
    amp = record(site.html(0).replace("<h1>", "<h1 class='amp'>"), url=f"{site.url(0)}amp/")
    assert learn(site.host, prints(site.record(0), again, amp)) is None


def test_stripping_twice_is_stripping_once() -> None:
    for site in SITES:
        learned = taught(*(site.record(number) for number in range(3)))
        tree = document_fromstring(site.html(3))
        before = tostring(tree)
        once = stripped(tree, learned)
        assert tostring(once) != before == tostring(tree)
        assert tostring(stripped(once, learned)) == tostring(once)
        assert tostring(stripped(tree, learned, rows(tree))) == tostring(once)


def test_a_known_state_gives_the_same_whatever_else_was_read() -> None:
    site = Site("en", "bare")
    learned = taught(*(site.record(number) for number in range(4)))
    order = list(range(6))
    texts = {number: text_of(site.record(number), learned) for number in order}
    random.Random(3).shuffle(order)
    assert {number: text_of(site.record(number), learned) for number in order} == texts


def test_the_state_is_the_same_in_any_order_of_the_pages_and_says_so_by_its_id() -> None:
    site = Site("pt", "named")
    records = [site.record(number) for number in range(4)]
    learned = taught(*records)
    assert taught(*reversed(records)) == learned
    assert Learned.from_json(learned.to_json()) == learned
    assert taught(*records[:3]).id != learned.id
    assert len(learned.id) == 12


def story_page(number: int, extra: str = "", body: str | None = None, skin: str = "a") -> Record:
    """A page of a plain site around a French story, with more text behind it."""
    story = list(stories("fr"))[number]
    content = body or paragraphs(list(story.paragraphs))
    furniture = "<p>Écrit par {0}</p><p>Faites circuler {0}</p><p>Rubrique {0}</p>".format(
        "la maison" if skin == "a" else "le bureau"
    )
    tag = "div" if skin == "a" else "section"
    html = (
        f"<{tag}><{tag}><h1>{story.title}</h1></{tag}><{tag}>{content}{extra}</{tag}>"
        f"<{tag} class='{skin}'>{furniture}<p>La voix {skin} du fleuve vous salue, et vous attend demain matin.</p></{tag}></{tag}>"
    )
    return record(page(html, story.title), url=f"https://plain.example/2026/{story.slug}/")


BACKGROUND = (
    "Depuis 2012, le conflit a fait des dizaines de milliers de morts et déplacé plus de deux "
    "millions de personnes, selon les Nations unies."
)


@pytest.mark.parametrize("at", ["end", "middle"])
def test_background_that_recurs_in_some_stories_stays(at: str) -> None:
    records = []
    for number in range(9):
        texts = list(list(stories("fr"))[number].paragraphs)
        if number % 3 == 0:
            texts.insert(len(texts) if at == "end" else 2, BACKGROUND)
        records.append(story_page(number, body=paragraphs(texts)))
    for known in (3, 6, 9):
        learned = taught(*records[:known])
        for number in range(0, known, 3):
            assert BACKGROUND in text_of(records[number], learned)
            assert "La voix" not in text_of(records[number], learned)


DAILY = (
    "Le ministère rappelle que la vaccination est gratuite dans tous les centres de santé du pays.",
    "Les voyageurs qui arrivent de la frontière doivent se présenter au poste sanitaire le plus proche.",
    "Le numéro vert répond de jour comme de nuit dans les quatre langues nationales du pays.",
    "La prochaine conférence de presse aura lieu demain à dix heures au siège de l’institut.",
)


def bulletin(day: int) -> Record:
    chance = random.Random(day)
    count = chance.randint(100, 900)
    news = (
        f"L’institut de santé publique a annoncé {count} nouveaux cas ce {day} mars, dont {count // 7} enfants.",
        f"Dans la région du fleuve, {count // 3} malades ont quitté l’hôpital depuis {day + 3} heures.",
        f"Trois localités, dont le numéro {count * 3}, restent isolées par la montée des eaux.",
    )
    texts = [text for pair in zip(news, DAILY, strict=False) for text in pair] + [DAILY[3]]
    title = f"Le point sanitaire du {day} mars : {count} nouveaux cas"
    html = f"<div><h1>{title}</h1><div>{paragraphs(texts)}</div><div class='foot'><p>Faites suivre</p></div></div>"
    return record(page(html, title), url=f"https://plain.example/2026/point-{day}/")


def test_a_daily_bulletin_keeps_what_it_repeats() -> None:
    bulletins = [bulletin(day) for day in range(1, 6)]
    mixed = [*bulletins, *(story_page(number) for number in range(8))]
    for known in (bulletins[:3], bulletins, mixed):
        learned = taught(*known)
        text = text_of(bulletins[0], learned)
        assert all(sentence in text for sentence in DAILY)


def skinned(number: int, skin: str) -> Fingerprint:
    """Of an article that no other is like, in the old or the new layout of its site."""
    tag, line = ("div", OLD) if skin == "old" else ("section", NEW)
    title = title_of(number)
    content = f"<h1>{title}</h1><{tag}>{paragraphs(paragraphs_of(number))}</{tag}><{tag} class='{skin}'><p>{line}</p></{tag}>"
    html = page(f"<{tag}>{content}</{tag}>", title)
    found = fingerprint(record(html, url=f"https://skin.example/2026/03/recit-{number}/"))
    assert found
    return found


OLD = "La voix du fleuve vous salue, et vous attend demain matin à la même heure."
NEW = "La maison du fleuve a changé de façade, et la porte reste ouverte à chacun."


def test_what_a_redesign_retired_is_forgotten(tmp_path: Path) -> None:
    states = States(tmp_path / FILE)

    def lines_after(first: int, count: int, skin: str) -> frozenset[int]:
        for number in range(first, first + count):
            standing = states.meet([skinned(number, skin)])
        assert standing.learned
        return standing.learned.lines

    before = lines_after(0, 12, "old")
    during = lines_after(12, 6, "new")
    after = lines_after(18, WINDOW + 10, "new")
    states.close()
    assert [said(OLD) in lines for lines in (before, during, after)] == [True, True, False]
    assert [said(NEW) in lines for lines in (before, during, after)] == [False, True, True]


WORDS_OF_NEWS = [
    "préfet",
    "marché",
    "convoi",
    "pluie",
    "école",
    "village",
    "pont",
    "soldats",
    "récolte",
    "camion",
    "hôpital",
    "chef",
    "fleuve",
    "nuit",
]


@given(
    site=st.sampled_from(SITES),
    number=st.integers(0, PAGES - 1),
    words=st.lists(st.sampled_from(WORDS_OF_NEWS), min_size=4, max_size=30),
    place=st.integers(1, 3),
)
def test_the_only_copy_of_a_sentence_between_paragraphs_is_never_removed(
    site: Site, number: int, words: list[str], place: int
) -> None:
    sentence = f"Le {' '.join(words)} de la ville."
    texts = site.stories[number].paragraphs
    last = texts[min(place, len(texts) - 1)]
    behind = MARKUPS[site.markup]("text", escape(last))
    html = site.html(number)
    assert html.count(behind) == 1
    html = html.replace(behind, MARKUPS[site.markup]("text", sentence) + behind)
    others = [site.record(other) for other in range(PAGES) if other != number]
    own = record(html, url=site.url(number))
    tree = document_fromstring(html)
    tree = stripped(tree, taught(*others, own))
    left = "".join(map(str, tree.itertext()))
    assert sentence in left
    assert last in left


def test_corrections_that_begin_alike_stay_each_in_its_story() -> None:
    told = [f"Correction : le nombre cité d’abord dans le récit {n} était faux." for n in range(3)]
    bodies = [
        paragraphs([*story.paragraphs, told[n]])
        for n, story in zip(range(3), stories("fr"), strict=False)
    ]
    pages = [story_page(number, body=body) for number, body in enumerate(bodies)]
    learned = taught(*pages)
    assert all(
        text_of(page, learned).endswith(line) for page, line in zip(pages, told, strict=True)
    )


def test_teasers_and_comments_are_told_by_how_they_alternate() -> None:
    title, text = "Un convoi atteint la ville", "Il a fallu neuf jours aux camions pour venir."
    teaser = f"<p><a href='/a'>{title}</a></p><p>{text}</p>"
    comment = "<p>Ali</p><p>Que la paix revienne dans ce pays.</p><p><a href='#'>Répondre</a></p>"
    for html, count in ((teaser * 2, 2), (comment * 2, 2), (teaser, 0), (f"<p>{text}</p>" * 4, 0)):
        marks = [row.mark for row in rows(document_fromstring(f"<div>{html}</div>"))]
        assert len(teased(marks)) == count


def test_two_pages_teach_what_stands_apart_from_both_stories() -> None:
    site = Site("en", "bare")
    learned = taught(site.record(0), site.record(1))
    assert said(WORDS["en"].foot) in learned.lines
    bodies = [paragraphs([*story.paragraphs, BACKGROUND]) for story in stories("fr")]
    pages = [story_page(number, body=bodies[number]) for number in range(2)]
    assert BACKGROUND in text_of(pages[0], taught(*pages))


def test_short_headings_that_stories_of_a_kind_share_stay() -> None:
    records = []
    for number in range(6):
        texts = list(list(stories("fr"))[number].paragraphs)
        half = len(texts) // 2
        body = f"{paragraphs(texts[:half])}<h3>Le contexte</h3>{paragraphs(texts[half:])}"
        records.append(story_page(number, body=body))
    learned = taught(*records)
    assert all("\n\nLe contexte\n\n" in text_of(each, learned) for each in records)
