"""A live blog's entries stay in order, each with its time; comments and lists of news are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.article import Article
from crawler.extract import article_from
from tests.articlepage import page, paragraphs, record, story

TITLE = "Direct : la journée dans la commune"
LEAD = "Suivez les événements de la journée dans la commune, où deux groupes s’affrontent depuis l’aube."
ENTRIES = (
    ("17:40", "Le couvre-feu est levé", "Le gouverneur lève le couvre-feu dans trois quartiers."),
    ("16h12", "Les écoles restent fermées", "Les écoles de la commune resteront fermées à lundi."),
    ("15:05", "Un convoi est arrivé", "Douze camions chargés de mil sont entrés sous escorte."),
    ("13:30", "Tirs au nord", "Des tirs ont été entendus au nord de la ville par deux habitants."),
)


def _articles(time: str, head: str, text: str) -> str:
    return f'<article class="live-entry"><time>{time}</time><h3>{head}</h3><p>{text}</p></article>'


def _boxes(time: str, head: str, text: str) -> str:
    share = '<div><a href="https://www.facebook.com/sharer.php?u=x">Partager</a></div>'
    return f'<div class="e"><div class="timestamp">{time}</div><h4>{head}</h4><p>{text}</p>{share}</div>'


def _items(time: str, head: str, text: str) -> str:
    return f"<li><span>{time}</span><h3>{head}</h3><p>{text}</p></li>"


def _flat(time: str, head: str, text: str) -> str:
    return f"<h3>{time}</h3><h4>{head}</h4><p>{text}</p>"


def _plain(time: str, head: str, text: str) -> str:
    return f"<p><strong>{time}</strong></p><p><b>{head}</b></p><p>{text}</p>"


def text_of(content: str) -> str:
    found = article_from(record(page(f"<main>{content}</main>", TITLE)), None)
    assert isinstance(found, Article), found
    return found.text


@pytest.mark.parametrize("markup", [_articles, _boxes, _items, _flat, _plain])
def test_entries_stay_in_order_with_their_times(markup: Callable[[str, str, str], str]) -> None:
    entries = "".join(markup(*entry) for entry in ENTRIES)
    text = text_of(f"<h1>{TITLE}</h1><p>{LEAD}</p><div>{entries}</div>")
    assert text.split("\n\n") == [LEAD, *(part for entry in ENTRIES for part in entry)]


def test_times_that_open_a_paragraph_are_not_said_twice() -> None:
    entries = "".join(f"<p><b>{time} :</b> {text}</p>" for time, _, text in ENTRIES)
    text = text_of(f"<h1>{TITLE}</h1><p>{LEAD}</p>{entries}")
    assert text.split("\n\n") == [LEAD, *(f"{time} : {text}" for time, _, text in ENTRIES)]


def test_news_of_the_hour_beside_an_article_are_no_live_blog() -> None:
    _, texts = story()
    news = "".join(f"<li><time>{t}</time><a href='/{h}'>{h}</a></li>" for t, h, _ in ENTRIES)
    text = text_of(f"<h1>{TITLE}</h1>{paragraphs(texts)}<ul>{news}</ul>")
    assert text == "\n\n".join(texts)


def test_a_timetable_of_three_hours_is_no_live_blog() -> None:
    _, texts = story()
    hours = "".join(f"<p>{time}</p><p>{text}</p>" for time, _, text in ENTRIES[:3])
    text = text_of(f"<h1>{TITLE}</h1>{paragraphs(texts)}<div>{hours}</div>")
    assert text.startswith("\n\n".join(texts))
