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
from crawler.blocks import Block, blocks

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


def expected(tree: HtmlElement, focus: cut.Focus = "balanced") -> list[str]:
    found = bare_extraction(tree, include_comments=False, favor_recall=focus == "recall")
    return [block.text for block in blocks(found.body)] if isinstance(found, Document) else []


def answered(tree: HtmlElement, focus: cut.Focus = "balanced") -> list[str]:
    return [block.text for block in cut.Cutter(tree).cut(focus)]


def test_newsroom() -> None:
    for tree in list(trees())[::4]:
        before = tostring(tree)
        assert answered(tree) == expected(tree)
        assert tostring(tree) == before


@pytest.mark.parametrize("body", ODD)
def test_odd_bodies(body: str) -> None:
    tree = document_fromstring(f"<html><body><h1>Gossi</h1>{body}</body></html>")
    before = tostring(tree)
    cutter = cut.Cutter(tree)
    assert [block.text for block in cutter.cut("balanced")] == expected(tree)
    assert [block.text for block in cutter.cut("recall")] == expected(tree, "recall")
    assert tostring(tree) == before


@pytest.mark.parametrize(
    "notice", ["", "<div id='cookie-notice'><p>Nous gardons des traces.</p></div>"]
)
def test_a_short_article_among_teasers_is_what_the_whole_cascade_takes(notice: str) -> None:
    teaser = "<div><h3><a href='/gao'>Gao</a></h3><div>{}</div></div>"
    teasers = "".join(teaser.format(SENTENCE * (1 + n % 3)) for n in range(60))
    page = f"<html><body>{notice}<article><h1>Gossi</h1>{{}}</article><section>{teasers}</section></body></html>"
    for body in (f"<p>{SENTENCE * 4}</p>", f"<p>{SENTENCE * 3}</p>" * 4, f"<div>{SENTENCE}</div>"):
        tree = document_fromstring(page.format(body))
        assert answered(tree) == expected(tree)


def test_all_that_the_only_article_says_is_enough_whatever_else_the_page_says() -> None:
    texts = [f"{n}. {SENTENCE}" for n in range(8)]
    article = f"<article>{''.join(f'<p>{text}</p>' for text in texts)}</article>"
    around = f"<section><p>{SENTENCE * 40}</p><article><p>{SENTENCE}</p></article></section>"
    cutter = cut.Cutter(document_fromstring(f"<html><body>{article}{around}</body></html>"))
    whole = [Block(text.strip(), "text") for text in texts]
    assert [block.text for block in cutter.cut("balanced")] == [block.text for block in whole]
    assert cutter.is_whole(whole)
    assert not cutter.is_whole(whole[:4])
    assert not cutter.is_whole([*whole, Block(SENTENCE.strip() * 40, "text")])
    two = cut.Cutter(document_fromstring(f"<html><body>{article * 2}</body></html>"))
    assert not two.is_whole(whole)


def test_a_forum_s_posts_stay() -> None:
    post = f"<div class='comment'><p>{SENTENCE * 3}</p></div>"
    script = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    tree = document_fromstring(f"<html><head>{script}</head><body>{post * 4}</body></html>")
    assert answered(tree) == expected(tree)
    assert answered(tree)


def test_scripts_say_nothing() -> None:
    page = f"<html><body><script>{'var gossi = 1; ' * 99}</script><p>{SENTENCE}</p></body></html>"
    assert cut.Cutter(document_fromstring(page)).said == len(SENTENCE.strip())


def test_what_trafilatura_prunes_first_it_knows_by_classes_and_ids_alone() -> None:
    asked = {name for path in cut._PRUNED for name in re.findall(r"@([\w-]+)", path.path)}
    assert asked == {"class", "id"}


def test_enough_of_a_long_page_is_a_fifth_of_it() -> None:
    assert cut.enough_of(4_000, 1 / 2) == 2_000
    assert cut.enough_of(9_000, 1 / 2) == 3_000
    assert cut.enough_of(87_000, 1 / 2) == 17_400
