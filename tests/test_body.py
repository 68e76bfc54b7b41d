"""The cut of an article's body: one of several articles, what JSON-LD tells, phrases in every language."""

from __future__ import annotations

import json

import pytest
from articlepage import page, paragraphs, record, story
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from archive.article import Article
from crawler.appeals import is_appeal
from crawler.blocks import Block, Kind, blocks
from crawler.body import trimmed
from crawler.breaks import join_initials
from crawler.extract import article_from
from crawler.fingerprint import said
from crawler.known import Known
from crawler.phrases import is_aside, is_end, is_furniture, plain
from crawler.recurring import Learned, without
from crawler.told import without_untold

TITLE, TEXTS = story()
OTHER = [
    f"Dans la ville voisine, le marché numéro {n} a rouvert mardi après trois semaines de fermeture, "
    "disent des commerçants qui attendent encore les camions de mil venus du sud du pays."
    for n in range(4)
]


def text_of(content: str, head: str = "") -> str:
    found = article_from(record(page(content, TITLE, head)), None)
    assert isinstance(found, Article), found
    return found.text


def shown(title: str, texts: list[str]) -> str:
    return f'<article class="post"><h2>{title}</h2>{paragraphs(texts)}</article>'


def told(texts: list[str]) -> str:
    body = {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(texts)}
    return f'<script type="application/ld+json">{json.dumps(body)}</script>'


def test_of_several_articles_the_one_under_the_headline() -> None:
    others = [shown(f"Le marché {n} rouvre dans la ville voisine", OTHER) for n in range(3)]
    content = "".join([*others[:1], shown(TITLE, TEXTS), *others[1:]])
    assert text_of(f"<main>{content}</main>") == "\n\n".join(TEXTS)


def test_an_article_that_stands_where_furniture_does_is_not_lost() -> None:
    teasers = "".join(f"<p><a href='/{n}'>{text}</a></p>" for n, text in enumerate(OTHER))
    content = (
        f"<h1>{TITLE}</h1><aside class='teaser'>{paragraphs(TEXTS)}</aside><div>{teasers}</div>"
    )
    assert all(text in text_of(content) for text in TEXTS)


def test_what_json_ld_does_not_tell_is_beside_the_article() -> None:
    half = len(TEXTS) // 2
    content = f"<div><h1>{TITLE}</h1>{paragraphs([*TEXTS[:half], OTHER[0], *TEXTS[half:]])}</div>"
    assert OTHER[0] in text_of(content)
    assert text_of(content, told(TEXTS)) == "\n\n".join(TEXTS)


def test_json_ld_that_tells_half_is_not_believed() -> None:
    content = f"<div><h1>{TITLE}</h1>{paragraphs(TEXTS)}</div>"
    assert text_of(content, told(TEXTS[: len(TEXTS) // 2])) == "\n\n".join(TEXTS)


def test_subheadings_that_are_not_told_stay() -> None:
    blocks = [*(Block(text, "text") for text in TEXTS[:4]), Block("Une trêve fragile", "head")]
    blocks += [Block(text, "text") for text in TEXTS[4:]]
    said = "".join(char for char in "".join(TEXTS).lower() if char.isalnum())
    assert without_untold(blocks, said) == blocks


def test_trimming_twice_changes_nothing() -> None:
    known = Known(TITLE, plain(TITLE), ("mariam coulibaly",), ("securite",))
    lines = [TITLE, "Sécurité", *TEXTS, "Lire aussi", "Un autre titre", "Laisser un commentaire"]
    once = trimmed([Block(line, "text") for line in lines], known)
    assert [block.text for block in once] == TEXTS
    assert trimmed(once, known) == once


def test_a_subheading_may_be_called_as_a_tag_is() -> None:
    known = Known(TITLE, plain(TITLE), ("mariam coulibaly",), ("securite",))
    blocks = [Block("Sécurité", "head"), *(Block(text, "text") for text in TEXTS[:4])]
    blocks += [Block("Sécurité", "head"), Block(TEXTS[4], "text"), Block("Sécurité", "text")]
    assert trimmed(blocks, known) == blocks[1:-1]


LINES = (
    *TEXTS, *OTHER, TITLE, "Sécurité", "Lire aussi", "Un autre titre", "Laisser un commentaire",
    "Mariam Coulibaly", "Partager", "2 août 2024", "Abonnez-vous à notre lettre.",
)  # fmt: skip
KINDS = ("text", "head", "item")


@given(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(KINDS)), max_size=14))
def test_what_was_trimmed_is_not_trimmed_further(lines: list[tuple[str, Kind]]) -> None:
    known = Known(TITLE, plain(TITLE), ("mariam coulibaly",), ("securite",))
    once = trimmed([Block(*line) for line in lines], known)
    assert trimmed(once, known) == once
    learned = Learned.of("a.example", frozenset(map(said, LINES[::3])), frozenset(), frozenset())
    left = without(once, learned)
    assert without(left, learned) == left


def test_a_headings_link_to_itself_is_no_text() -> None:
    tree = document_fromstring("<h2>Une trêve fragile <a href='#t'>#</a></h2><p>Langage C #</p>")
    assert [block.text for block in blocks(tree)] == ["Une trêve fragile", "Langage C #"]


@pytest.mark.parametrize(
    "text",
    [
        "La suite après cette publicité",
        "Our Standards: the principles of this agency.",
        "Article publié le 14/03/2025 à 08:12",
        "المزيد من الأخبار عن السودان",
        "Mais notícias sobre Cabo Delgado",
        "¿Tienes información? Escríbenos",
        "Maneno muhimu: Kongo, jeshi",
        "An kiyaye dukkan hakkoki",
        "Dhammaan xuquuqdu way dhowran yihiin",
        "የማንበቢያ ጊዜ፦ 3 ደቂቃ",
        "Sambaza habari hii",
        "Picha kwa hisani ya wakazi",
        "Ku biyo mu a Facebook don samun labarai",
        "የእርስዎ ኢሜይል አይታተምም",
        "Dhammaan xuquuqda way dhowran yihiin",
        "Tu correo electrónico no será publicado",
        "MIRA: Un puente de madera devuelve el mercado a dos barrios",
    ],
)
def test_furniture_in_more_languages(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tunakuomba utusaidie: changia jarida letu kwa shilingi mia kwa mwezi.",
        "Suscríbete a nuestro boletín y recibe las noticias cada mañana en tu correo.",
        "Iimaylkaaga geli si aad u hesho wararka, ku biir kanaalkeenna WhatsApp.",
    ],
)
def test_appeals_in_more_languages(text: str) -> None:
    assert is_appeal(text)


@pytest.mark.parametrize(
    "text",
    [
        "12 personnes ont été tuées dans l’attaque du convoi.",
        "Mais de 200 pessoas fugiram da vila durante a noite.",
        "تابع المتحدث أن القوات نشرت مقطعا على فيسبوك ثم حذفته.",
        "The Post reported that two officers had been arrested.",
        "Watu 12 waliuawa katika shambulio la usiku, polisi walisema.",
        "An kashe mutane 12 a harin da aka kai da daddare, in ji ƴan sanda.",
    ],
)
def test_sentences_of_the_news_stay(text: str) -> None:
    assert not is_furniture(text)
    assert not is_appeal(text)


@pytest.mark.parametrize(
    "heading", ["Toa maoni yako", "Bar amsa", "አስተያየትዎን ይጻፉ", "Deje un comentario"]
)
def test_headings_of_comments(heading: str) -> None:
    assert is_end(heading)


@pytest.mark.parametrize(
    "heading", ["Makala nyingine", "Sauran labarai", "ተያያዥ ዘገባዎች", "Warar kale"]
)
def test_headings_of_teasers(heading: str) -> None:
    assert is_aside(heading)


@pytest.mark.parametrize("button", ["Leave a comment", "Commentaires (0)", "التعليقات (0)"])
def test_a_button_for_comments_amid_paragraphs_ends_nothing(button: str) -> None:
    half = len(TEXTS) // 2
    content = f"{paragraphs(TEXTS[:half])}<p>{button}</p>{paragraphs(TEXTS[half:])}"
    assert text_of(f"<div><h1>{TITLE}</h1>{content}</div>") == "\n\n".join(TEXTS)


def test_a_short_article_between_teasers_is_not_taken_for_what_was_cleaned_away() -> None:
    cards = "".join(
        f"<div class='card'><h3><a href='/{n}'>Nouvelle {n}</a></h3><div>{OTHER[n % 4]}</div></div>"
        for n in range(40)
    )
    article = f"<article>{paragraphs(TEXTS)}</article><aside><p>{OTHER[0]}</p></aside>"
    assert text_of(f"<h1>{TITLE}</h1>{article}<div class='sidebar'>{cards}</div>") == "\n\n".join(
        TEXTS
    )


@pytest.mark.parametrize(
    ("first", "joined"),
    [
        ("<span class='drop-cap'>L</span> es puits", "Les puits"),
        ("<span><b class='lettrine'>L</b></span>es puits", "Les puits"),
        ("<span class='initial-outer'><i>L</i></span> <em>es</em> puits", "Les puits"),
        ("<span class='drop-cap'>À</span> la source", "À la source"),
        ("<b>L</b> es puits", "L es puits"),
    ],
)
def test_a_first_letter_that_is_set_apart_begins_its_word(first: str, joined: str) -> None:
    tree = document_fromstring(f"<p>{first} du nord</p>")
    join_initials(tree)
    assert [block.text for block in blocks(tree)] == [f"{joined} du nord"]
