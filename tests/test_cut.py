"""The quick answer is trafilatura's own, wherever it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lxml.html import HtmlElement, document_fromstring, tostring
from trafilatura import bare_extraction
from trafilatura.settings import Document

from bench.extraction_pages import newsroom_pages
from crawler import boilerplate, cut
from crawler.blocks import blocks

SENTENCE = "Le conseil régional a rouvert la route de Gossi après trois semaines de travaux. "


def trees() -> Iterator[HtmlElement]:
    """The newsroom's pages as they are, without furniture, and little ones with odd bodies."""
    for page in newsroom_pages():
        tree = document_fromstring(page.html)
        yield tree
        bare = document_fromstring(page.html)
        boilerplate.strip(bare)
        yield bare


ODD = [
    f"<p>{SENTENCE}</p>",
    f"<article>{f'<p>{SENTENCE * 3}</p>' * 4}</article>",
    f"<article>{f'<p>{SENTENCE * 3}</p>' * 4}</article><div>{f'<p>{SENTENCE}</p>' * 40}</div>",
    f"<table><tr><td>{SENTENCE * 9}</td></tr></table>" * 3,
    f"<div>{SENTENCE * 9}<br><br>{SENTENCE * 9}</div>",
    f"<main><ul>{f'<li>{SENTENCE}</li>' * 12}</ul></main>",
    f"<article><p>{SENTENCE * 6}</p><figure>{SENTENCE * 3}</figure><aside>{SENTENCE}</aside></article>",
    f"<article>{f'<p>{SENTENCE * 3}</p>' * 4}<section class='Comments'><p>{SENTENCE * 2}</p></section></article>",
    f"<article>{f'<p>{SENTENCE * 3}</p>' * 4}<div id='comol-1'><p>{SENTENCE * 2}</p></div></article>",
    f"<article>{f'<p>{SENTENCE * 3}</p>' * 4}</article><div class='infinite-scroll'>{f'<p>{SENTENCE}</p>' * 9}</div>",
    f"<article>{f'<p>{SENTENCE * 3}</p>' * 4}<div class='x elementor-share-buttons'>{SENTENCE}</div></article>",
    "",
]


def expected(tree: HtmlElement) -> list[str]:
    found = bare_extraction(tree, include_comments=False)
    return [block.text for block in blocks(found.body)] if isinstance(found, Document) else []


def test_newsroom() -> None:
    for tree in list(trees())[::4]:
        before = tostring(tree)
        assert [block.text for block in cut.cut(tree, "", "balanced")] == expected(tree)
        assert tostring(tree) == before


@pytest.mark.parametrize("body", ODD)
def test_odd_bodies(body: str) -> None:
    tree = document_fromstring(f"<html><body><h1>Gossi</h1>{body}</body></html>")
    assert [block.text for block in cut.cut(tree, "", "balanced")] == expected(tree)


def test_what_trafilatura_prunes_first_it_knows_by_classes_and_ids_alone() -> None:
    asked = {name for path in cut._PRUNED for name in re.findall(r"@([\w-]+)", path.path)}
    assert asked == {"class", "id"}


def test_enough_of_a_long_page_is_a_fifth_of_it() -> None:
    assert cut.enough_of(4_000, 1 / 2) == 2_000
    assert cut.enough_of(9_000, 1 / 2) == 3_000
    assert cut.enough_of(87_000, 1 / 2) == 17_400
