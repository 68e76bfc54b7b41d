"""Pages that show no text and carry it for their scripts."""

from __future__ import annotations

import json

import pytest
from articlepage import record, story

from archive.article import Article
from crawler.extract import NoArticle, article_from

TITLE, TEXTS = story()
SHELL = '<div id="root"></div><script src="/app.js"></script>'


def shell(carried: str, title: str = TITLE, shown: str = "") -> Article | NoArticle:
    head = f"<head><meta charset=utf-8><title>{title} | Un Journal</title>{carried}</head>"
    return article_from(record(f"<html lang=fr>{head}<body>{shown}{SHELL}</body></html>"), None)


def linked(body: str) -> str:
    told = {"@type": "NewsArticle", "headline": TITLE, "articleBody": body}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def data(value: object, before: str = '<script type="application/json" id="__NEXT_DATA__">') -> str:
    return f"{before}{json.dumps(value)}</script>"


MARKUP = "".join(f"<p>{text}</p>" for text in TEXTS)
OTHERS = [{"title": "Un autre titre qui est long", "body": "Une autre histoire. " * 200}]
FORMS = {
    "JSON-LD, lines": linked("\n\n".join(TEXTS)),
    "JSON-LD, single lines": linked("\n".join(TEXTS)),
    "JSON-LD, markup": linked(MARKUP),
    "JSON-LD, markup with entities": linked(MARKUP.replace("<", "&lt;").replace(">", "&gt;")),
    "data, markup": data({"props": {"page": {"title": TITLE, "body": MARKUP}, "more": OTHERS}}),
    "data, pieces": data({"a": [{"headline": {"basic": TITLE}, "elements": [{"type": "text", "content": t} for t in TEXTS]}]}),
    "data, rendered": data({"post": {"title": {"rendered": TITLE}, "content": {"rendered": MARKUP}}}),
    "a variable": data({"article": {"title": TITLE, "text": TEXTS}}, "<script>window.__STATE__ = ") ,
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_text_that_a_page_carries_and_does_not_show(form: str) -> None:
    found = shell(FORMS[form])
    assert isinstance(found, Article), found
    assert (found.title, found.text) == (TITLE, "\n\n".join(TEXTS))
    assert any("carries for its scripts" in warning for warning in found.warnings)


def test_a_page_that_shows_its_text_is_read_as_it_is_shown() -> None:
    found = shell(linked("Un autre texte. " * 80), shown=f"<h1>{TITLE}</h1>{MARKUP}")
    assert isinstance(found, Article)
    assert found.text == "\n\n".join(TEXTS)
    assert found.warnings == ()


@pytest.mark.parametrize(
    "carried",
    [
        "",
        linked("Un résumé du texte."),
        data({"more": OTHERS}),
        '<script type="application/json">{"title": </script>',
        data({"title": TITLE, "body": 3}),
        data("[" * 5000),
    ],
)
def test_a_page_without_text_is_no_article(carried: str) -> None:
    found = shell(carried)
    assert isinstance(found, NoArticle)
    assert "scripts draw the page" in found.reason


def test_deeply_nested_data_is_read_in_time() -> None:
    deep = (
        '<script type="application/json">' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "</script>"
    )
    assert isinstance(shell(deep), NoArticle)
