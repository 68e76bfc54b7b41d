"""The demo newsroom: its ground truth is on its pages, and its feeds and links lead to them."""

import gzip
import html
import re
import zlib
from datetime import datetime
from urllib.parse import urljoin

import pytest
from lxml import etree

from demo.calendars import in_words
from demo.newsroom import newsroom
from demo.outlet import Answer, Outlet, TrueArticle, target
from demo.story import plain, seed_story

OUTLETS = newsroom()
ARTICLES = [(outlet, article) for outlet in OUTLETS for article in outlet.truth]
BY_ID = {outlet.id: outlet for outlet in OUTLETS}
SEEDS = [article for article in BY_ID["sahel-demain"].truth if article.published.year == 2024]


LEGACY = {target(a.url) for _, a in ARTICLES if a.encoding != "utf-8"} | {
    f"/spip.php?page=imprimir&id_article={re.sub('[^0-9]', '', target(a.url))}"
    for a in BY_ID["canal-do-norte"].truth
}


def page_text(outlet: Outlet, article: TrueArticle) -> str:
    """An article page's text, tags and the blanks around them made single spaces."""
    markup = outlet.answer(article.url).body.decode(article.encoding)
    without_scripts = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", markup)
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", without_scripts)))


def strings(root: etree._Element, xpath: str) -> list[str]:
    """The attributes or texts that an expression finds."""
    found = root.xpath(xpath)
    assert isinstance(found, list)
    return [str(value) for value in found]


def links(outlet: Outlet, path: str) -> set[str]:
    """The targets on the same site to which a page links."""
    root = etree.HTML(outlet.pages[path][-1].body.decode())
    base = urljoin(outlet.masthead.url(path), "".join(strings(root, "//base/@href")))
    found = (urljoin(base, href) for href in strings(root, "//@href | //@src"))
    home = outlet.masthead.url("")
    return {target(url) for url in found if url.startswith(home)}


# The newsroom


def test_same_port_gives_same_bytes() -> None:
    again = newsroom()
    assert [outlet.pages for outlet in again] == [outlet.pages for outlet in OUTLETS]
    assert [outlet.truth for outlet in again] == [outlet.truth for outlet in OUTLETS]


def test_enough_outlets_articles_and_languages() -> None:
    assert len({outlet.masthead.address for outlet in OUTLETS}) >= 4
    assert len({article.url for _, article in ARTICLES}) == len(ARTICLES) >= 60
    languages = {article.language for _, article in ARTICLES}
    assert languages == {"fr", "en", "ar", "pt", "sw", "ha", "so", "am"}


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_truth_is_on_the_page(outlet: Outlet) -> None:
    for article in outlet.truth:
        text = page_text(outlet, article)
        for wanted in (article.title, article.lead or "", *article.authors, *article.paragraphs):
            assert wanted in text, (article.url, wanted)


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_every_page_says_that_it_is_invented(outlet: Outlet) -> None:
    for article in outlet.truth:
        words = "inventés|invented|kirkirarru|نسج الخيال|inventados|kubuni|mala-awaalay|የፈጠራ"
        assert re.search(words, page_text(outlet, article)), article.url


def test_pictures_are_served_and_valid() -> None:
    for outlet, article in ARTICLES:
        for image in article.images:
            data = outlet.answer(image.url).body
            assert data.startswith(b"\x89PNG\r\n\x1a\n")
            start = data.index(b"IDAT") + 4
            assert zlib.decompress(data[start : data.index(b"IEND") - 8])


def test_seed_article_has_three_pages_with_the_same_truth() -> None:
    assert len(SEEDS) == 3
    assert {article.text for article in SEEDS} == {"\n\n".join(seed_story().paragraphs)}
    assert len(SEEDS[0].paragraphs) == 8
    for article in SEEDS:
        text = page_text(BY_ID["sahel-demain"], article)
        for furniture in ("Shares:", "Laisser un commentaire", "cercle d’abonnés"):
            assert furniture in text, article.url


def test_wall_hides_the_rest_of_the_paywalled_report() -> None:
    (article,) = (article for _, article in ARTICLES if article.access == "paywalled")
    assert len(article.paragraphs) == 2
    text = page_text(BY_ID["lake-chad-monitor"], article)
    assert "Subscribe to continue reading" in text


@pytest.mark.parametrize(
    ("outlet_id", "encoding"),
    [("nile-dispatch-ar", "windows-1256"), ("canal-do-norte", "iso-8859-1")],
)
def test_one_page_in_a_legacy_encoding(outlet_id: str, encoding: str) -> None:
    (article,) = (a for a in BY_ID[outlet_id].truth if a.encoding == encoding)
    answer = BY_ID[outlet_id].answer(article.url)
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_what_the_arabic_pages_declare() -> None:
    outlet = BY_ID["nile-dispatch-ar"]
    by_header = [(outlet.answer(a.url).header(b"content-type"), a.encoding) for a in outlet.truth]
    assert by_header.count((b"text/html", "windows-1256")) == 1
    assert by_header.count((b"text/html; charset=ISO-8859-1", "utf-8")) == 1
    (undeclared,) = (a for a in outlet.truth if a.encoding == "windows-1256")
    assert b"charset" not in outlet.answer(undeclared.url).body[:600]


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_links_resolve_but_for_the_intended_404(outlet: Outlet) -> None:
    pages = {path for path in outlet.pages if is_html(outlet.pages[path][-1])}
    seen = {wanted for path in pages - LEGACY for wanted in links(outlet, path)}
    statuses = {wanted: status(outlet, wanted) for wanted in seen}
    assert sorted(set(statuses.values()) - {200, 301}) == [404]
    assert len([wanted for wanted, code in statuses.items() if code == 404]) == 1


def is_html(answer: Answer) -> bool:
    return answer.body.lstrip().lower().startswith((b"<!doctype html", b"<html"))


def status(outlet: Outlet, wanted: str) -> int:
    answers = outlet.pages.get(wanted) or outlet.pages.get(wanted.partition("?")[0])
    return answers[-1].status if answers else 0


def test_front_pages_lead_to_every_article() -> None:
    for outlet in OUTLETS:
        seen, todo = {"/"}, ["/"]
        while todo:
            for path in links(outlet, todo.pop()) - seen:
                seen.add(path)
                if is_listing(outlet, path):
                    todo.append(path)
        assert {target(article.url) for article in outlet.truth} <= seen, outlet.id


def is_listing(outlet: Outlet, path: str) -> bool:
    truth = {target(article.url) for article in outlet.truth}
    answers = outlet.pages.get(path)
    return answers is not None and path not in truth and is_html(answers[-1])


@pytest.mark.parametrize(
    ("day", "language", "words"),
    [
        ("2026-09-01", "fr", "1er septembre 2026"),
        ("2026-03-16", "pt", "16 de março de 2026"),
        ("2026-03-16", "en", "March 16, 2026"),
        ("2026-03-16", "am", "መጋቢት 7 ቀን 2018 ዓ.ም."),
        ("2023-09-11", "am", "ጳጉሜን 6 ቀን 2015 ዓ.ም."),
        ("2023-09-12", "am", "መስከረም 1 ቀን 2016 ዓ.ም."),
    ],
)
def test_dates_in_words(day: str, language: str, words: str) -> None:
    assert in_words(datetime.fromisoformat(day), language) == words


# Feeds and sitemaps


def test_rss_carries_the_newest_articles_whole() -> None:
    outlet = BY_ID["sahel-demain"]
    root = etree.fromstring(outlet.pages["/feed/"][0].body)
    urls = strings(root, "//item/link/text()")
    assert urls == [article.url for article in outlet.truth[:10]]
    encoded = strings(root, "//*[local-name()='encoded']/text()")
    assert plain(outlet.truth[0].paragraphs[0]) in plain(html.unescape(encoded[0]))


def test_atom_carries_all_articles_by_relative_address() -> None:
    outlet = BY_ID["lake-chad-monitor"]
    root = etree.fromstring(outlet.pages["/atom.xml"][0].body)
    (base,) = strings(root, "/*/@xml:base")
    hrefs = strings(root, "//*[local-name()='entry']/*[local-name()='link']/@href")
    assert [urljoin(base, href) for href in hrefs] == [article.url for article in outlet.truth]


def test_broken_feed_is_no_xml_but_names_every_article() -> None:
    outlet = BY_ID["nile-dispatch-ar"]
    body = outlet.pages["/rss.php"][0].body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    assert body.startswith(b"\n<br />\n<b>Warning</b>")
    assert b"&nbsp;" in body
    for article in outlet.truth:
        assert f"<link>{article.url}</link>".encode() in body


def test_sitemap_index_leads_to_every_article_through_a_gzip_child() -> None:
    outlet = BY_ID["sahel-demain"]
    children = locations(outlet.pages["/wp-sitemap.xml"][0].body)
    bodies = {url: outlet.answer(url).body for url in children}
    unpacked = [gzip.decompress(b) if url.endswith(".gz") else b for url, b in bodies.items()]
    listed = {url for body in unpacked for url in locations(body)}
    assert {article.url for article in outlet.truth} <= listed


def test_news_sitemap_dates_every_article() -> None:
    outlet = BY_ID["canal-do-norte"]
    root = etree.fromstring(outlet.pages["/sitemap_news.xml"][0].body)
    dates = strings(root, "//*[local-name()='publication_date']/text()")
    assert dates == [article.published.isoformat() for article in outlet.truth]


def locations(body: bytes) -> list[str]:
    return strings(etree.fromstring(body), "//*[local-name()='loc']/text()")
