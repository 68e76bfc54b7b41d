"""What recurs on the pages of a site goes; what only recurs in its stories stays."""

from __future__ import annotations

import random
from copy import deepcopy

import pytest
from lxml.html import document_fromstring, tostring

from archive.article import Article
from archive.reader import Record
from crawler.extract import article_from
from crawler.fingerprint import Fingerprint
from crawler.learning import WINDOW, learn
from crawler.reading import fingerprint
from crawler.recurring import Learned, strip
from demo.story import stories
from tests.articlepage import page, paragraphs, record
from tests.sitepages import MARKUPS, WORDS, Site

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
        strip(tree, learned)
        once = deepcopy(tree)
        strip(tree, learned)
        assert tostring(tree) == tostring(once)


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


def test_a_redesign_is_learned_and_the_old_layout_forgotten() -> None:
    count = len(list(stories("fr")))
    old = [story_page(number, skin="a") for number in range(count)]
    new = [
        record(r.block.partition(b"\r\n\r\n")[2], url=(r.url or "").replace("2026", "2027"))
        for r in (story_page(number, skin="b") for number in range(count))
    ]
    before = taught(*old)
    during = taught(*old[:10], *new[10:13])
    assert during.lines & before.lines == before.lines
    assert during.lines - before.lines
    assert "La voix b" not in text_of(new[13], during)
    pages = prints(*new)
    again = [
        Fingerprint(host=p.host, key=p.key + n, headline=p.headline + n, packed=p.packed)
        for n, p in enumerate(pages)
    ]
    after = learn("plain.example", [*again, *prints(*old)][:WINDOW])
    assert after
    late = learn("plain.example", [*again, *prints(*old)])
    assert late
    assert len(again) + len(old) > WINDOW
    assert not (taught(*new).lines & (before.lines - during.lines))


def test_short_headings_that_stories_of_a_kind_share_stay() -> None:
    records = []
    for number in range(6):
        texts = list(list(stories("fr"))[number].paragraphs)
        half = len(texts) // 2
        body = f"{paragraphs(texts[:half])}<h3>Le contexte</h3>{paragraphs(texts[half:])}"
        records.append(story_page(number, body=body))
    learned = taught(*records)
    assert all("\n\nLe contexte\n\n" in text_of(each, learned) for each in records)
