"""Articles on several pages: the next part, the whole, what only looks like it; parts as one; other versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml.html import HtmlElement, document_fromstring
from stories import article

from archive.article import Article, Image
from crawler.parts import MOST, Continued, belongs, continued, first_part, joined, number_in
from crawler.versions import canonical_version

SITE = "https://kibaru.example"
SLUG = f"{SITE}/2026/03/convoi-attaque-pres-de-menaka/"
FILE = f"{SITE}/actu/convoi-attaque-123.html"
TEXT = "<p>Le convoi était parti à l’aube de Ménaka avec quarante camions et une escorte.</p>" * 3


def page(content: str, head: str = "") -> HtmlElement:
    return document_fromstring(
        f"<html><head><title>t</title>{head}</head><body><h1>Convoi</h1>{TEXT}{content}</body></html>"
    )


def link(href: str, text: str, rel: str = "") -> str:
    return f'<a href="{href}"{f" rel={rel}" if rel else ""}>{text}</a>'


def numbers(*hrefs: str) -> str:
    """A row of links 1, 2, 3…"""
    return "".join(link(href, str(number)) for number, href in enumerate(hrefs, 1) if href)


NEXT = {
    "WordPress, pages of a post": (
        SLUG,
        f"<div class=page-links>Pages : <span class=post-page-numbers>1</span> {link(SLUG + '2/', '2')}</div>",
        f"{SLUG}2/",
    ),
    "WordPress, on its second page": (
        f"{SLUG}2/",
        f"{link(SLUG, '1')} <span>2</span> {link(SLUG + '3/', '3')}",
        f"{SLUG}3/",
    ),
    "a button": (SLUG, link("2/", "Page suivante »"), f"{SLUG}2/"),
    "a button that says what follows": (SLUG, link("2", "Lire la suite"), f"{SLUG}2"),
    "rel=next on the link": (SLUG, link("?page=2", "→", "next"), f"{SLUG}?page=2"),
    "a path of pages": (SLUG, link(f"{SLUG}page/2/", "Next page"), f"{SLUG}page/2/"),
    "page-2": (SLUG, link(f"{SLUG}page-2", "2"), f"{SLUG}page-2"),
    "Drupal counts from nought": (SLUG, numbers("", "?page=1", "?page=2"), f"{SLUG}?page=1"),
    "Drupal, several lists": (SLUG, link("?page=0,1", "Suivant ›"), f"{SLUG}?page=0,1"),
    "Joomla": (
        f"{SITE}/index.php?option=com_content&id=7",
        link("/index.php?option=com_content&id=7&showall=&start=1", "Suivant >"),
        f"{SITE}/index.php?option=com_content&id=7&showall=&start=1",
    ),
    "a file with a number": (
        FILE,
        link("convoi-attaque-123_2.html", "2"),
        f"{SITE}/actu/convoi-attaque-123_2.html",
    ),
    "a file with a page": (
        FILE,
        link("convoi-attaque-123-page2.html", "2 / 3"),
        f"{SITE}/actu/convoi-attaque-123-page2.html",
    ),
    "another part parameter": (
        f"{SITE}/a.php?id=88",
        link("a.php?id=88&part=2", "Continued"),
        f"{SITE}/a.php?id=88&part=2",
    ),
    "Arabic": (SLUG, link("?page=2", "الصفحة التالية"), f"{SLUG}?page=2"),
    "Portuguese": (SLUG, link("?pagina=2", "Página seguinte"), f"{SLUG}?pagina=2"),
    "Swahili": (SLUG, link("2/", "Ukurasa unaofuata"), f"{SLUG}2/"),
    "Amharic": (SLUG, link("2/", "ቀጣይ ገጽ"), f"{SLUG}2/"),
    "its number in words": (SLUG, link("2/", "Page 2 sur 4"), f"{SLUG}2/"),
    "tracking": (f"{SLUG}?utm_source=x", link(SLUG + "2/", "2"), None),
}


@pytest.mark.parametrize("name", NEXT)
def test_the_next_part(name: str) -> None:
    url, content, wanted = NEXT[name]
    assert continued(page(content), url) == (Continued(wanted, False) if wanted else None)


WHOLE = {
    "by a parameter": (link("?page=all", "View as single page"), f"{SLUG}?page=all"),
    "French": (link("?showall=1", "Article complet"), f"{SLUG}?showall=1"),
    "by its path": (link(f"{SLUG}all/", "View all"), f"{SLUG}all/"),
    "Arabic": (link("?view=full", "عرض الكل"), f"{SLUG}?view=full"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_one_page_with_all_of_it_is_preferred(name: str) -> None:
    content, wanted = WHOLE[name]
    tree = page(numbers("", f"{SLUG}2/") + content)
    assert continued(tree, SLUG) == Continued(wanted, True)
    assert continued(tree, wanted) is None or not continued(tree, wanted).is_whole


NOTHING = {
    "the next post": (SLUG, link("/2026/03/autre-histoire/", "Article suivant", "next")),
    "rel=next in the head": (SLUG, f'<link rel="next" href="{SITE}/2026/03/autre-histoire/">'),
    "the next part of a series": (SLUG, link("/dossier-mali-2/", "Partie 2")),
    "the next number of a site that counts its articles": (
        f"{SITE}/news/4031",
        link("/news/4032", "Next"),
    ),
    "the same with few articles": (
        f"{SITE}/news/4",
        link("/news/5", "Next") + link("/news", "News"),
    ),
    "a slug that WordPress numbered": (FILE, link("convoi-attaque-123-2.html", "2")),
    "pages of comments": (SLUG, link("comment-page-2/#comments", "2")),
    "a box of comments": (SLUG, f"<div class=comments-nav>{link('?page=2', 'Next')}</div>"),
    "the pages of a front page": (f"{SITE}/", link("/page/2/", "Page suivante")),
    "another site": (SLUG, link("https://other.example/2026/03/x/2/", "2")),
    "a number that is none of pages": (SLUG, link("?replytocom=2", "2")),
    "the page itself": (SLUG, link("#suite", "Lire la suite") + link(SLUG, "1")),
    "the part before": (f"{SLUG}2/", link(SLUG, "1", "prev")),
    "the third page from the first": (SLUG, link("3/", "3")),
    "a teaser's own": (SLUG, link("/autre/", "Lire l'article complet")),
    "no link at all": (SLUG, ""),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_next_part(name: str) -> None:
    url, content = NOTHING[name]
    assert continued(page(content), url) is None


def test_an_article_has_an_end() -> None:
    tree = page(link(SLUG, "1") + link(f"{SLUG}{MOST + 1}/", "Next"))
    assert continued(tree, f"{SLUG}{MOST}/") is None


def test_a_later_part_knows_the_first() -> None:
    tree = page(link(SLUG, "1") + link(f"{SLUG}3/", "3"))
    assert first_part(tree, f"{SLUG}2/") == SLUG
    assert first_part(tree, SLUG) is None
    assert first_part(page(link("/2026/", "2026")), f"{SITE}/2026/03/14/") is None


@pytest.mark.parametrize(
    ("url", "first", "number"),
    [
        (f"{SLUG}2/", SLUG, 2),
        (f"{SLUG}2", SLUG.rstrip("/"), 2),
        (SLUG.replace("https://", "http://www.") + "3/", SLUG, 3),
        (f"{SLUG}?page=4", SLUG, 4),
        (f"{SLUG}?start=1", SLUG, 2),
        (f"{SLUG}?p=2", SLUG, 2),
        (f"{SITE}/?p=2", f"{SITE}/", None),
        (f"{SITE}/?p=124", f"{SITE}/?p=123", None),
        (f"{SLUG}2026/", SLUG, None),
        (SLUG, SLUG, None),
        (f"{SLUG}page/2/?page=2", SLUG, None),
        ("https://other.example/2/", SLUG, None),
    ],
)
def test_numbers(url: str, first: str, number: int | None) -> None:
    assert number_in(url, first) == number


LONG = "Le convoi était parti à l’aube de Ménaka avec quarante camions et une escorte de l’armée."
OTHER = "Les chauffeurs ont passé la nuit à Ansongo, où la garnison leur avait ouvert la cour."
LAST = (
    "Personne ne sait encore quand la route sera de nouveau ouverte aux camions de ravitaillement."
)


def part(number: int, *blocks: str, **changes: Any) -> Article:
    """A part with a record and a picture of its own."""
    made = article(number, text="\n\n".join(blocks))
    provenance = replace(made.provenance, record_id=f"<urn:uuid:{number}>")
    picture = Image(url=f"{SITE}/{number}.jpg")
    return replace(made, provenance=provenance, images=(picture,), **changes)


def test_parts_are_one_article() -> None:
    first, second = part(1, LONG, "Ce qui suit"), part(2, "MÉNAKA", OTHER, warnings=("cut",))
    third = part(3, OTHER, LAST, title="Une patrouille attaquée près de Ménaka (page 3/3)")
    whole = joined([first, second, third])
    assert whole.text.split("\n\n") == [LONG, "Ce qui suit", "MÉNAKA", OTHER, LAST]
    assert (whole.id, whole.url) == ("1", "http://kibaru.example/1")
    assert whole.provenance.parts == ("<urn:uuid:2>", "<urn:uuid:3>")
    assert [one.url for one in whole.images] == [f"{SITE}/{n}.jpg" for n in (1, 2, 3)]
    assert whole.warnings == ("cut",)
    assert whole.word_count == 51


def test_the_whole_on_one_page_adds_what_was_missing() -> None:
    whole = joined([part(1, LONG), part(2, LONG, OTHER, LAST)])
    assert whole.text.split("\n\n") == [LONG, OTHER, LAST]


def test_a_sentence_cut_by_the_break_is_one_again() -> None:
    whole = joined([part(1, LONG, "Le chef du poste a dit"), part(2, "que rien n’avait été vu.")])
    assert whole.text.split("\n\n") == [LONG, "Le chef du poste a dit que rien n’avait été vu."]


def test_a_server_that_ignores_the_number_adds_nothing() -> None:
    first = part(1, LONG, "Ce qui suit", OTHER)
    assert joined([first, part(2, LONG, "Ce qui suit", OTHER)]).text == first.text


def test_joining_again_changes_nothing() -> None:
    first, second = part(1, LONG), part(2, OTHER)
    once = joined([first, second])
    assert joined([once, second]).text == once.text
    assert joined([once]) == once


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Une autre histoire"},
        {"title": "Une patrouille attaquée près de Ménaka, partie 2"},
        {"url": "https://other.example/2"},
        {"published_at": "2026-03-15"},
    ],
)
def test_what_does_not_belong_ends_it(changes: dict[str, str]) -> None:
    first = part(1, LONG, published_at="2026-03-14")
    stranger, behind = part(2, OTHER, **changes), part(3, LAST)
    assert not belongs(first, stranger)
    assert joined([first, stranger, behind]) == first


def canonical_link(href: str) -> str:
    return f'<link rel="canonical" href="{href}">'


AMP = "https://kibaru-example.cdn.ampproject.org/c/s/kibaru.example/a-b-c/amp/"
VERSIONS = {
    "AMP by its address": (f"{SLUG}amp/", canonical_link(SLUG), ("amp", SLUG)),
    "AMP without a canonical link": (f"{SLUG}amp/", "", ("amp", SLUG)),
    "AMP by a parameter": (f"{SLUG}?amp=1", "", ("amp", SLUG)),
    "AMP without a value": (f"{SLUG}?amp", canonical_link(SLUG), ("amp", SLUG)),
    "AMP by its ending": (f"{SITE}/a/b.amp.html", "", ("amp", f"{SITE}/a/b.html")),
    "AMP under a path of its own": (f"{SITE}/amp/a-b-c/", "", ("amp", f"{SITE}/a-b-c/")),
    "AMP on a host of its own": ("https://amp.kibaru.example/a", "", ("amp", f"{SITE}/a")),
    "AMP in a cache": (AMP, "", ("amp", f"{SITE}/a-b-c/")),
    "print by a path": (f"{SLUG}print/", "", ("print", SLUG)),
    "print by a path in front": (f"{SITE}/print/a-b-c", "", ("print", f"{SITE}/a-b-c")),
    "print by a parameter": (f"{SLUG}?print=print", canonical_link(SLUG), ("print", SLUG)),
    "print of Joomla": (
        f"{SITE}/i.php?id=7&tmpl=component&print=1",
        "",
        ("print", f"{SITE}/i.php?id=7"),
    ),
    "imprimer": (f"{SITE}/imprimer/a-b-c", canonical_link(SLUG), ("print", SLUG)),
    "mobile by its host": ("https://m.kibaru.example/a", "", ("mobile", f"{SITE}/a")),
    "mobile, canonical elsewhere": (
        "https://m.kibaru.example/a",
        canonical_link("https://www.kibaru.example/a"),
        ("mobile", "https://www.kibaru.example/a"),
    ),
    "mobile of Blogger": (f"{SITE}/2026/03/a.html?m=1", "", ("mobile", f"{SITE}/2026/03/a.html")),
    "a later part": (f"{SLUG}2/", link(SLUG, "1"), ("part", SLUG)),
    "an ordinary page": (SLUG, canonical_link(SLUG), None),
    "one that another site is canonical of": (
        SLUG,
        canonical_link("https://other.example/a"),
        None,
    ),
    "one that calls itself canonical": (f"{SITE}/print/a", canonical_link(f"{SITE}/print/a"), None),
    "a canonical link to the front page": (f"{SLUG}amp/", canonical_link("/"), ("amp", SLUG)),
    "a canonical link to another site": (
        f"{SLUG}amp/",
        canonical_link("https://other.example/x"),
        ("amp", SLUG),
    ),
    "an article about amplifiers": (f"{SITE}/guitar-amp.html", "", None),
    "an article about printing": (f"{SITE}/print-media-in-chad/", "", None),
    "a host that begins with m": ("https://mali.example/a", "", None),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_other_versions(name: str) -> None:
    url, content, wanted = VERSIONS[name]
    found = canonical_version(page(content, content if content.startswith("<link") else ""), url)
    assert (found and (found.kind, found.url)) == wanted


def test_amp_by_its_markup() -> None:
    tree = document_fromstring(
        f"<html ⚡><head>{canonical_link(SLUG)}</head><body>{TEXT}</body></html>"
    )
    found = canonical_version(tree, f"{SITE}/a/lite/x")
    assert found
    assert (found.kind, found.url) == ("amp", SLUG)
