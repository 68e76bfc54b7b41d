"""The paragraphs are jusText's own."""

from __future__ import annotations

from copy import copy

import pytest
from lxml.html import HtmlElement, document_fromstring
from trafilatura.external import try_justext

from bench.extraction_pages import newsroom_pages
from crawler.wordy import wordy

SENTENCE = (
    "The regional council has opened the road to Gossi again, after three weeks of work on it. "
)
NEARLY = "The road of Gossi is open to all of the lorries again since Monday. "
LINK = f"<a href='/gao'>{SENTENCE}</a>"

BODIES = [
    "",
    f"<p>{SENTENCE * 3}</p>",
    f"<p>{SENTENCE * 3}</p><p>It rains.</p><p>{SENTENCE * 3}</p><p>Read on</p>",
    f"<p>Short.</p><p>{NEARLY}</p><p>Short.</p><p>{SENTENCE * 3}</p>",
    f"<p>{NEARLY}</p><p>{NEARLY}</p><p>Gao, Mopti, Kidal: Sikasso, Koulikoro, Kayes, Ménaka, Taoudénit.</p>",
    f"<p>{LINK}</p><p>{SENTENCE * 2}{LINK}</p><p>{SENTENCE * 6}{LINK}</p>",
    f"<div>{SENTENCE * 2}<br>{SENTENCE}<br><br>{SENTENCE * 3}<br/> <br/>x</div>",
    f"<p>{SENTENCE * 3}© Gossi</p><p>{SENTENCE * 3}&amp;copy</p>",
    f"<select><option>{SENTENCE * 3}</option></select><p>{SENTENCE * 3}</p>",
    f"<p>{SENTENCE}<!-- {SENTENCE} -->{SENTENCE * 2}</p>",
    f"<a href='/'><p>{SENTENCE * 3}</p></a><p>{SENTENCE * 3}\n\n\t{SENTENCE}</p>",
    f"<ul>{f'<li>{NEARLY}</li><li>Gao</li>' * 4}</ul>{SENTENCE * 4}",
]


def expected(tree: HtmlElement) -> list[str]:
    return [" ".join((one.text or "").split()) for one in try_justext(copy(tree), None, None)]


@pytest.mark.parametrize("body", BODIES)
def test_bodies(body: str) -> None:
    tree = document_fromstring(f"<html><body><h1>Gossi</h1>{body}</body></html>")
    assert wordy(tree) == expected(tree)


def test_newsroom() -> None:
    for page in list(newsroom_pages())[::9]:
        tree = document_fromstring(page.html)
        assert wordy(tree) == expected(tree)
