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


HOURS = ("18h55", "18:20", "17 h 40", "15h", "12h31")
TOLD = (
    "les deux groupes se font face au nord de la commune, et les écoles ont fermé leurs portes à midi, dit le préfet "
    "qui a reçu les chefs des quartiers"
)


def _lines(hours: tuple[str, ...], markup: str) -> list[str]:
    return [markup.format(hour=hour, told=f"{n} : {TOLD}.") for n, hour in enumerate(hours)]


@pytest.mark.parametrize(
    "markup", ["{hour} – {told}", "<strong>{hour}</strong> - {told}", "[{hour}] {told}"]
)
def test_times_in_the_paragraphs_themselves(markup: str) -> None:
    inner = "".join(f"<p>{line}</p>" for line in _lines(HOURS, markup))
    found = article_from(
        record(page(f"<main><h1>{TITLE}</h1><p>{LEAD}</p>{inner}</main>", TITLE)), None
    )
    assert isinstance(found, Article)
    bare = markup.replace("<strong>", "").replace("</strong>", "")
    assert found.text.split("\n\n") == [LEAD, *_lines(HOURS, bare)]
    assert found.type == "LiveBlogPosting"


def test_a_chronology_is_told_forwards() -> None:
    inner = "".join(f"<p>{line}</p>" for line in _lines(HOURS[::-1], "{hour} – {told}"))
    found = article_from(
        record(page(f"<main><h1>{TITLE}</h1><p>{LEAD}</p>{inner}</main>", TITLE)), None
    )
    assert isinstance(found, Article)
    assert found.type == "NewsArticle"


def test_what_stands_between_entries_stays_there() -> None:
    entries = [_articles(*entry) for entry in ENTRIES]
    said = "Rappel : le marché de la commune est fermé depuis l’aube."
    between = f"<p>{said}</p>"
    text = text_of(
        f"<h1>{TITLE}</h1><p>{LEAD}</p><div>{entries[0]}{between}{''.join(entries[1:])}</div>"
    )
    assert text.split("\n\n")[4] == said


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
