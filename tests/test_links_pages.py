"""Front pages and listings: which links may be articles, which pages come next."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiders.links import Link, may_be_article, page_links
from spiders.shape import is_article_shaped

HOME = "https://www.kibaru.example/"

PAGE = """<!DOCTYPE html><html><head><title>Kibaru</title>
<link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="en" href="https://en.kibaru.example/">
<link rel="next" href="https://www.kibaru.example/page/2/"></head><body>
<header><a href="/">Kibaru</a><nav><a href="/category/securite/">Sécurité</a><a href="/a-propos">À propos</a>
<a href="/politique">Politique</a><a href="/nos-amis-et-partenaires">Nos amis et nos partenaires</a>
<a href="#menu">Menu</a></nav></header>
<main>
<article><a href="/2024/05/attaque-djibo/"><img src="/a.jpg"></a>
 <h2 class="entry-title"><a href="/2024/05/attaque-djibo/#more">Attaque à Djibo</a></h2>
 <span>Par <a href="/author/awa/" rel="author">Awa</a></span>
 <a href="/2024/05/attaque-djibo/?utm_source=une">Lire la suite de cet article sur notre site</a></article>
<div class="card"><a href="https://kibaru.example/treve-signee-a-kidal.html"><h3>Trêve signée à Kidal</h3>
 <p>Un long résumé de l'article qui ne fait pas partie du titre.</p></a></div>
<div><a class="title" href="/x/kurfi">Kurfi : des villageois enlevés</a></div>
<a href="/pieces/rapport.pdf">Le rapport complet des experts (PDF)</a>
<a href="https://facebook.example/kibaru">Suivez-nous sur les réseaux sociaux</a>
<a href="mailto:redaction@kibaru.example">Écrire à la rédaction du journal</a>
<a href="javascript:void(0)">Afficher plus d'articles sur la page</a>
<a href="/?p=4512">Bref</a> <a href="/tag/djibo/" rel="tag">Tout ce que nous avons écrit sur Djibo</a>
</main>
<div class="pagination"><span>1</span><a href="/page/2/">2</a><a href="/page/3/">3</a>
<a class="next" href="/page/2/">Suivant »</a></div>
<footer><a href="/2024/04/appel-du-27/">Appel</a><a href="/mentions-legales">Mentions légales</a></footer>
</body></html>"""


def test_a_front_page() -> None:
    found = page_links(PAGE.encode(), HOME)
    assert found.feeds == ["https://www.kibaru.example/feed/"]
    assert found.next_pages == [
        "https://www.kibaru.example/page/2/",
        "https://www.kibaru.example/page/3/",
    ]
    assert found.articles == [
        Link(url="https://www.kibaru.example/2024/05/attaque-djibo/", title="Attaque à Djibo"),
        Link(url="https://kibaru.example/treve-signee-a-kidal.html", title="Trêve signée à Kidal"),
        Link(url="https://www.kibaru.example/x/kurfi", title="Kurfi : des villageois enlevés"),
        Link(url="https://www.kibaru.example/?p=4512", title="Bref"),
        Link(url="https://www.kibaru.example/2024/04/appel-du-27/", title="Appel"),
    ]


def test_base_href_counts() -> None:
    html = b'<base href="/fr/"><a href="spip.php?article12">x</a><a href="?page=2">2</a>'
    found = page_links(html, HOME)
    assert [link.url for link in found.articles] == [f"{HOME}fr/spip.php?article12"]
    assert found.next_pages == [f"{HOME}fr/?page=2"]


def test_feeds_that_only_an_icon_tells_of() -> None:
    html = (
        b'<a href="/spip.php?page=backend">RSS</a><a href="/rss.xml">RSS</a>'
        b'<a href="/index.php?format=feed&amp;type=rss">RSS</a><a href="/comments/feed/">RSS</a>'
    )
    found = page_links(html, HOME)
    assert [url.removeprefix(HOME) for url in found.feeds] == [
        "spip.php?page=backend",
        "rss.xml",
        "index.php?format=feed&type=rss",
    ]
    assert found.articles == []


def test_titles_in_the_page_s_own_charset() -> None:
    html = '<meta charset="windows-1252"><h2><a href="/12345">Été à Gao</a></h2>'.encode("cp1252")
    assert page_links(html, HOME).articles == [Link(url=f"{HOME}12345", title="Été à Gao")]


def test_the_house_is_host_and_subdomains() -> None:
    hosts = ["kibaru.example", "en.kibaru.example", "kibaru.example.net", "notkibaru.example"]
    html = "".join(f'<a href="https://{host}/2024/05/01/a">x</a>' for host in hosts)
    found = page_links(html.encode(), HOME)
    assert [link.url for link in found.articles] == [
        "https://kibaru.example/2024/05/01/a",
        "https://en.kibaru.example/2024/05/01/a",
    ]


def test_the_house_has_a_port_where_the_page_names_one() -> None:
    html = b'<a href="http://127.0.0.2:8002/2024/05/a">x</a><a href="/2024/05/b">x</a>'
    found = page_links(html, "http://127.0.0.2:8001/")
    assert [link.url for link in found.articles] == ["http://127.0.0.2:8001/2024/05/b"]


NEXT = [
    ('<a rel="next" href="/archives/p2">more</a>', True),
    ('<a href="/category/mali/page/2/">2</a>', True),
    ('<a href="?page=1">2</a>', True),
    ('<a href="/?paged=3">3</a>', True),
    ('<a href="/actu?start=20">2</a>', True),
    ('<a href="spip.php?rubrique3&debut_articles=10">2</a>', True),
    ('<a href="/ukurasa/2">2</a>', True),
    ('<a href="/صفحة/2">2</a>', True),
    ('<a href="/%D8%B5%D9%81%D8%AD%D8%A9/2">2</a>', True),
    ('<a href="/anciens">Suivant »</a>', True),
    ('<a href="/older">Older posts</a>', True),
    ('<a href="/x">التالي</a>', True),
    ('<a href="/x">Próxima</a>', True),
    ('<a href="/2024/05/next-one/">Next</a>', False),
    ('<a href="/?page=about">About</a>', False),
    ('<a href="/page/about/">About</a>', False),
    ('<a href="https://elsewhere.example/page/2/">2</a>', False),
    ('<a href="/">Suivant</a>', False),
]


@pytest.mark.parametrize(("html", "wanted"), NEXT)
def test_next_pages(html: str, wanted: bool) -> None:
    found = page_links(html.encode(), HOME)
    assert bool(found.next_pages) == wanted
    assert not (wanted and found.articles)


SHAPED = """
2024/05/01/a
2024/05/attaque-djibo/
2024/may/01/x
fr/afrique/20240501-mali-une-attaque
attaque-a-djibo
securite/deux-morts-a-menaka.html
spip.php?article12345
article123.html
node/12
fr/node/4512
content/treve-kidal
hausa/articles/c4ng1d2e3xyo
a/mali-attaque/7601234.html
fr/mali-attaque/a-68991234
Mali-une-attaque_a12345.html
stories/202405010123.html
?p=12
index.php?option=com_content&view=article&id=12
news4/2024/May/195000/xarakada.aspx
archives/12345
%D9%87%D8%AC%D9%88%D9%85-%D8%B9%D9%84%D9%89-%D9%82%D8%B1%D9%8A%D8%A9
news/የሰላም-ስምምነት-ተፈረመ
category-5-storm-hits-beira
search-for-the-missing-goes-on
"""

REFUSED = """
/
index.php
fr
en/home
category/securite/
tag/djibo
author/awa/page/2
page/2
page/2/
feed/
a/b/feed
2024/
2024/05
2024/05/01/
wp-login.php
wp-content/uploads/2024/05/une-photo-de-djibo.jpg
2024/05/rapport-de-mission-au-mali.pdf
about-us
a-propos
qui-sommes-nous
kuhusu-sisi
sobre-nos
من-نحن
اتصل-بنا
contact
search?q=mali
?s=mali
?cat=3
?author=2
2024/05/x/?replytocom=12
2024/05/x/?share=facebook
spip.php?rubrique12
spip.php?mot3
spip.php?page=backend
rubrique12.html
index.php?option=com_content&view=category&id=12
index.php?format=feed&type=rss
rss.xml
sitemap.xml
"""


@pytest.mark.parametrize("path", SHAPED.split())
def test_shapes_of_articles(path: str) -> None:
    url = HOME + path
    assert may_be_article(url)
    assert is_article_shaped(url)
    found = page_links(f'<a href="/{path}">x</a>'.encode(), HOME)
    assert len(found.articles) == 1


@pytest.mark.parametrize("path", REFUSED.split())
def test_shapes_of_other_pages(path: str) -> None:
    path = path.lstrip("/")
    assert not may_be_article(HOME + path)
    heading = f'<h2><a href="/{path}">Un titre qui pourrait être celui d\'un article</a></h2>'
    assert page_links(heading.encode(), HOME).articles == []


def test_an_unknown_shape_is_given_a_chance_where_a_headline_stands() -> None:
    assert not is_article_shaped(HOME + "kurfi")
    assert page_links(b'<a href="/kurfi">Kurfi</a>', HOME).articles == []
    assert page_links(b'<h3><a href="/kurfi">Kurfi villagers taken</a></h3>', HOME).articles


@given(
    st.binary()
    | st.integers(0, len(PAGE.encode())).map(lambda cut: PAGE.encode()[:cut])
    | st.text().map(lambda text: f'<a href="{text}"><h2>{text}</h2></a>'.encode())
)
@example(b"<div>" * 20_000 + b'<a href="/2024/05/a">x</a>')
@example(b'<div><a href="/2024/05/a">x' * 10_000)
@example(b"<h1>" * 5_000 + b'<a href="/?p=1">x' * 200)
@settings(max_examples=300, deadline=3000)
def test_any_bytes_give_true_links_or_none(body: bytes) -> None:
    found = page_links(body, HOME)
    urls = [*found.feeds, *found.next_pages, *(link.url for link in found.articles)]
    assert all(url.startswith(("http://", "https://")) for url in urls)
