"""What holds for any page: nothing invented, the same each time, no order of pages, no exception."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from articlepage import RECORD_ID, mingled, named, page, paragraphs, record, story, unnamed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from archive.article import Article
from archive.reader import Record
from crawler import page as pages
from crawler.blocks import Block
from crawler.body import trimmed
from crawler.extract import article_from
from crawler.known import Known
from crawler.phrases import plain
from demo.newsroom import newsroom

WORD = re.compile(r"\w+")
UNHURRIED = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@cache
def newsroom_records() -> tuple[Record, ...]:
    """Every article of the newsroom, as its server gives it."""
    return tuple(
        record(
            answer.body,
            head=f"Content-Type: {(answer.header(b'Content-Type') or b'text/html').decode()}",
            url=true.url,
        )
        for outlet in newsroom()
        for true in outlet.truth
        if (answer := outlet.answer(true.url))
    )


def invented(article: Article, html: str) -> list[str]:
    """The blocks whose words the page has not got in that order; a form or a script may stand between them."""
    tree = document_fromstring(html.encode(), parser=HTMLParser(encoding="utf-8", huge_tree=True))
    there = "".join(WORD.findall("".join(map(str, tree.itertext()))))
    return [block for block in article.text.split("\n\n") if not is_in(block, there)]


def is_in(block: str, there: str) -> bool:
    place = 0
    for word in WORD.findall(block):
        place = there.find(word, place) + len(word)
        if place < len(word):
            return False
    return True


@pytest.mark.parametrize("number", range(0, 84, 7))
def test_the_newsroom_is_not_added_to(number: int) -> None:
    one = newsroom_records()[number]
    found = article_from(one, None)
    assert isinstance(found, Article)
    assert invented(found, pages.decode(pages.page_from(one))) == []


SENTENCE = st.text(
    alphabet=st.sampled_from("abcdéèàçñإبتሀለሐ ,;:-'’«»()0123456789"), min_size=1, max_size=90
).map(lambda text: text + ".")
TAGS = st.sampled_from(
    ["p", "li", "h2", "h3", "blockquote", "div", "td", "span", "b", "figcaption"]
)
PIECES = st.lists(st.tuples(TAGS, SENTENCE), max_size=12)


@UNHURRIED
@given(PIECES, PIECES)
def test_nothing_is_invented(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    title, texts = story()
    around = ["".join(f"<{tag}>{said}</{tag}>" for tag, said in some) for some in (before, after)]
    html = page(f"<h1>{title}</h1>{around[0]}{paragraphs(texts[:4])}{around[1]}", title)
    found = article_from(record(html), None)
    if isinstance(found, Article):
        assert invented(found, html) == []


MARKUPS = st.sampled_from([named, unnamed, mingled])


def mutated(html: str, chance: random.Random) -> str:
    """A page with some elements dropped, doubled, moved or renamed."""
    tree = document_fromstring(html)
    for _ in range(chance.randint(1, 12)):
        _mutate(tree, chance)
    return tostring(tree, encoding="unicode")


def _mutate(tree: HtmlElement, chance: random.Random) -> None:
    elements = [e for e in tree.iter() if e.getparent() is not None and isinstance(e.tag, str)]
    if len(elements) < 3:
        return
    one, other = chance.sample(elements, 2)
    match chance.choice(["drop", "double", "move", "rename", "bare"]):
        case "drop":
            one.drop_tree()
        case "double":
            one.addnext(document_fromstring(tostring(one, encoding="unicode") or "<p>x</p>"))
        case "move" if one not in other.iterancestors():
            other.append(one)
        case "rename":
            one.tag = chance.choice(["p", "div", "section", "li", "h1", "table", "aside"])
        case "bare":
            one.attrib.clear()


@UNHURRIED
@given(st.integers(0, 83), st.integers(0, 2**32))
def test_a_mutated_newsroom_page_raises_nothing(number: int, seed: int) -> None:
    one = newsroom_records()[number]
    _, _, body = one.block.partition(b"\r\n\r\n")
    html = mutated(body.decode("utf-8", "replace"), random.Random(seed))
    changed = record(html, head="Content-Type: text/html; charset=utf-8", url=one.url or "")
    found = article_from(changed, None)
    if isinstance(found, Article):
        assert invented(found, html) == []
        assert Article.from_json(found.to_json()) == found


@UNHURRIED
@given(MARKUPS, st.data())
def test_cut_or_scratched_bytes_raise_nothing(markup: object, data: st.DataObject) -> None:
    assert callable(markup)
    body = bytearray(markup(*story()).encode())
    for _ in range(data.draw(st.integers(0, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    found = article_from(record(bytes(body[: data.draw(st.integers(0, len(body)))])), None)
    if isinstance(found, Article):
        found.to_json().encode()


@settings(UNHURRIED, max_examples=6)
@given(st.randoms(use_true_random=False))
def test_other_pages_read_before_change_nothing(chance: random.Random) -> None:
    chosen = chance.sample(newsroom_records(), 5)
    first = [article_from(one, None) for one in chosen]
    second = [article_from(one, None) for one in reversed(chosen)]
    assert [said(one) for one in first] == [said(one) for one in reversed(second)]


def said(result: object) -> str:
    return result.to_json() if isinstance(result, Article) else repr(result)


def test_a_record_is_the_same_each_time() -> None:
    one = record(named(*story()))
    assert RECORD_ID in (one.id or "")
    assert said(article_from(one, None)) == said(article_from(one, None))


LINES = st.sampled_from(
    [
        *story()[1],
        story()[0],
        "Mariam Coulibaly",
        "Par Mariam Coulibaly",
        "Shares:",
        "Lire aussi",
        "Lire aussi : Au Niger, une autre histoire",
        "Laisser un commentaire",
        "Une courte ligne",
        "© 2024 Sahel Infos. Tous droits réservés.",
        "3 min de lecture",
        "Photo : Awa Sow",
    ]
)
BLOCKS = st.lists(
    st.builds(Block, LINES, st.sampled_from(["text", "text", "head", "item", "cell"])), max_size=14
)


@UNHURRIED
@given(BLOCKS)
def test_what_is_trimmed_stays_as_it_is(found: list[Block]) -> None:
    title = story()[0]
    known = Known(title, plain(title), (plain("Mariam Coulibaly"),), ())
    once = trimmed(found, known)
    assert trimmed(once, known) == once
    assert all(block in found for block in once)
