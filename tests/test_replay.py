"""Which capture is sent for a URL and a moment, and how its addresses are turned."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index import Capture
from archive.memento import Addresses, http_date, link_header, moment_asked, time_map
from archive.replay import moment_of, replayed, second_of, stamp_of, target_of
from archive.snippet import pieces, snippet, terms_of
from crawler.replaying import rewritten_css, rewritten_html
from crawler.requisites import css_requisites
from crawler.stylesheet import css_addresses
from tests.articlepage import record

PAGE = "http://kibaru.example/2026/03/a.html"


def address(url: str) -> str:
    return f"/replay/20260314092653/{url}"


def html(text: str) -> str:
    return rewritten_html(text, PAGE, address)


HERE = "/replay/20260314092653/http://kibaru.example"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/b">B</a>', f'<a  href="{HERE}/b">B</a>'),
        ("<A HREF=c.html>", f'<A  href="{HERE}/2026/03/c.html">'),
        ("<img src='x.png'/>", f'<img  src="{HERE}/2026/03/x.png"/>'),
        ('<img src="">', '<img  src="">'),
        ('<a href="#top">', '<a  href="#top">'),
        ('<a href="/b#part">', f'<a  href="{HERE}/b#part">'),
        ('<a href="?a=1&amp;b=2">', f'<a  href="{HERE}/2026/03/a.html?a=1&amp;b=2">'),
        ('<a href="javascript:alert(1)">', '<a  href="about:invalid">'),
        ('<a href=" JaVaScript:alert(1)">', '<a  href="about:invalid">'),
        ('<a href="&#106;avascript:alert(1)">', '<a  href="about:invalid">'),
        (
            '<a href="https://other.example/x">',
            '<a  href="/replay/20260314092653/https://other.example/x">',
        ),
        (
            '<img srcset="a.png 1x, /b.png 2x">',
            f'<img  srcset="{HERE}/2026/03/a.png 1x, {HERE}/b.png 2x">',
        ),
        ('<div style="background:url(a.png)">', f'<div  style="background:url(&quot;{HERE}/2026/03/a.png&quot;)">'),
        ("<style>b{background:url('/c.png')}</style>", f'<style>b{{background:url("{HERE}/c.png")}}</style>'),
        ("<script>var a = '<a href=\"/b\">'</script>", "<script>var a = '<a href=\"/b\">'</script>"),
        ('<!-- <a href="/b"> -->', '<!-- <a href="/b"> -->'),
        ('<meta http-equiv="refresh" content="0; url=/b">', f'<meta http-equiv="refresh"  content="0; url={HERE}/b">'),
        ('<meta http-equiv=refresh content="300">', '<meta http-equiv=refresh content="300">'),
        ('<meta charset="windows-1252">', '<meta  charset="utf-8">'),
        ('<link rel="dns-prefetch" href="//cdn.example">', '<link rel="dns-prefetch"  href="/replay/20260314092653/http://cdn.example/">'),
        ('<p onclick="x()">a', "<p >a"),
        ('<a href="/b" target=_top>', f'<a  href="{HERE}/b" >'),
        ('<link href="/c.css" integrity="sha256-x" crossorigin>', f'<link  href="{HERE}/c.css"  >'),
        ('<a href="/first" href="/second">', f'<a  href="{HERE}/first" href="/second">'),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("<p>broken <a href='/b", "<p>broken "),
        ('<a title="a > b" href="/b">', f'<a title="a > b"  href="{HERE}/b">'),
    ],
)  # fmt: skip
def test_addresses_of_a_page_lead_into_the_archive(before: str, after: str) -> None:
    assert html(before) == after


def test_a_base_moves_what_follows() -> None:
    turned = html('<base href="/deep/er/"><img src="x.png">')
    assert turned.endswith(f'<img  src="{HERE}/deep/er/x.png">')


def test_pictures_that_a_script_would_have_shown_are_shown() -> None:
    turned = html('<img src="data:image/gif;base64,R0" data-src="/real.jpg">')
    assert f'src="{HERE}/real.jpg"' in turned.partition("data-src")[0]


def test_a_policy_of_the_page_itself_goes() -> None:
    assert "http-equiv" not in html('<meta http-equiv="Content-Security-Policy" content="x">')


def test_style_sheets() -> None:
    css = "@import \"a.css\"; @import url(b.css); p{background:url( 'c.png' )} q{b:url(data:x)}"
    turned = rewritten_css(css, "http://kibaru.example/css/main.css", address)
    for name in ("a.css", "b.css", "c.png"):
        assert f'"{HERE}/css/{name}"' in turned
    assert 'url("data:x")' in turned


@pytest.mark.parametrize(
    ("css", "href"),
    [
        ("a{b:url(\\2f c.png)}", "/c.png"),
        ("a{b:u\\72l(/c.png)}", "/c.png"),
        ('a{b:\\75 \\52 \\4c("/c.png")}', "/c.png"),
        ("a{b:url(c\\(1\\).png)}", "/css/c(1).png"),
        ("a{b:url('/c\\\n.png')}", "/c.png"),
        ("a{b:url(/c.png", "/c.png"),
        ('a{b:image-set("/c.png" 1x)}', "/c.png"),
        ("a{b:-WEBKIT-image-set(url(/c.png) 1x)}", "/c.png"),
        (
            'a{b:image-set(linear-gradient(red, blue) 1x, "c.avif" type("image/avif"))}',
            "/css/c.avif",
        ),
        ('a{b:src("c.png")}', "/css/c.png"),
        ("@import/**/'c.css' layer(base) supports(display: grid) screen;", "/css/c.css"),
        ('@\\69mport "\\2f c.css";', "/c.css"),
        ("@import url(c.css)layer(base);", "/css/c.css"),
        ("@font-face{src:local('x'),url(f.eot?#iefix) format('eot')}", "/css/f.eot#iefix"),
        ("@font-face{src:url( f.woff2 )format('woff2')}", "/css/f.woff2"),
        ("a{b:url(c d.png)} e{f:url(/g.png)}", "/g.png"),  # the first is a bad url, and nothing
        ("@namespace svg 'http://www.w3.org/2000/svg'; a{b:url(/c.png)}", "/c.png"),
        ("a::after{content:'url(/no.png)'} /* url(/no.png) */ b{c:url(/d.png)}", "/d.png"),
    ],
)
def test_every_address_of_a_style_sheet_leads_into_the_archive(css: str, href: str) -> None:
    sheet = "http://kibaru.example/css/main.css"
    turned = rewritten_css(css, sheet, address)
    assert turned.count("/replay/") == 1
    assert f'"{HERE}{href}"' in turned
    assert rewritten_css(turned.replace(HERE, ""), sheet, address) == turned
    assert css_requisites(css.encode(), sheet) == [f"http://kibaru.example{href.partition('#')[0]}"]


@pytest.mark.parametrize("raw", ["style", "title", "xmp", "noembed", "script"])
def test_what_is_text_in_html_is_markup_in_svg(raw: str) -> None:
    link = f'<{raw}><a href="http://live.example/">x</a></{raw}>'
    assert 'href="http://live' in html(link)
    assert 'href="http://live' not in html(f"<svg>{link}</svg>")
    assert 'href="http://live' not in html(f"<math><mtext>{link}")
    hidden = f'<{raw}><i title="</{raw}><a href=http://live.example/>">'
    assert "=http://live" not in html(f"<svg></svg>{hidden}")


def test_svg_paints_from_the_archive() -> None:
    turned = html('<svg><use href="/s.svg#a"/><path fill="url(/p.svg#b)" mask="url(#m)"/></svg>')
    assert f'href="{HERE}/s.svg#a"' in turned
    assert f"url(&quot;{HERE}/p.svg#b&quot;)" in turned
    assert "url(&quot;#m&quot;)" in turned


@given(st.text(alphabet="url(@import \"'\\\n2f/*;)c{", max_size=60))
def test_no_text_breaks_the_rewriting_of_a_sheet(text: str) -> None:
    turned = rewritten_css(text, "http://kibaru.example/css/main.css", address)
    inside = ("/replay/", "about:", "data:", "blob:", "#")
    hrefs = [place.href for place in css_addresses(turned)]
    assert all(href.startswith(inside) or not href.strip() for href in hrefs)


@given(st.text(alphabet="<>/ab='\" \n!-&;:hrefscit#", max_size=80))
def test_no_text_breaks_the_rewriting_and_tags_stay_in_the_archive(text: str) -> None:
    assert isinstance(html(text), str)
    turned = html(f'{text}--></script></style></title></a><a href="http://live.example/">')
    if "<a  href" in turned:
        assert f'href="{address("http://live.example/")}"' in turned


@pytest.mark.parametrize("unit", ["<a ", "<a b='", "<!--", "<script>", "<a b=c", "url(", "<", "&"])
def test_the_time_is_linear(unit: str) -> None:
    began = time.perf_counter()
    html(unit * 100_000)
    rewritten_css(unit * 100_000, PAGE, address)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("20260314092653", datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("202603", datetime(2026, 3, 1, tzinfo=UTC)),
        ("20260230", None),
        ("2026031", None),
        ("٢٠٢٦", None),
        ("../../etc", None),
    ],
)
def test_a_stamp_is_a_time(stamp: str, moment: datetime | None) -> None:
    assert moment_of(stamp) == moment


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://a.example/x?y=1#z", "http://a.example/x?y=1"),
        ("https:/a.example/", "https://a.example/"),
        ("HTTP://a.example/", "http://a.example/"),
        ("http%3A%2F%2Fa.example%2Fx", "http://a.example/x"),
        ("file:///etc/passwd", None),
        ("../../../etc/passwd", None),
        ("gopher://a.example/", None),
        ("javascript:alert(1)", None),
        ("//a.example/", None),
        ("http://", None),
    ],
)
def test_only_pages_of_the_web_are_replayed(text: str, url: str | None) -> None:
    assert target_of(text) == url


def capture(date: str, **changes: Any) -> Capture:
    fields: dict[str, Any] = {
        "url": PAGE, "date": date, "status": 200, "mime": "text/html", "digest": "sha1:A", "truncated": None,
        "record_id": f"<{date}>", "file": "a.warc.gz", "offset": 1, "length": 2,
    }  # fmt: skip
    return Capture(**{**fields, **changes})


FIRST, LAST = capture("2026-03-14T09:26:53.5Z"), capture("2026-04-01T00:00:00Z")


def test_times_of_captures() -> None:
    assert stamp_of(FIRST) == "20260314092653"
    assert FIRST.date.startswith(second_of(stamp_of(FIRST)))
    assert http_date(FIRST) == "Sat, 14 Mar 2026 09:26:53 GMT"


def test_links_and_time_map() -> None:
    where = Addresses("http://room.example")
    link = link_header(where, PAGE, [FIRST, LAST])
    assert f'<{PAGE}>; rel="original"' in link
    assert f'<http://room.example/timegate/{PAGE}>; rel="timegate"' in link
    text = "".join(time_map(where, PAGE, [FIRST, LAST]))
    assert 'from="Sat, 14 Mar 2026 09:26:53 GMT"; until="Wed, 01 Apr 2026 00:00:00 GMT"' in text
    assert f'<http://room.example/replay/20260314092653/{PAGE}>; rel="first memento"' in text
    assert 'rel="last memento"; datetime="Wed, 01 Apr 2026 00:00:00 GMT"' in text
    assert all(line.endswith(",") for line in text.splitlines()[:-1])


def test_a_url_cannot_break_out_of_a_header() -> None:
    link = link_header(Addresses(""), 'http://a.example/>; rel="x"\r\nSet-Cookie: a=b')
    assert "\r" not in link
    assert "\n" not in link
    assert 'rel="x"' not in link


def test_the_time_that_is_asked_for() -> None:
    assert moment_asked("Sat, 14 Mar 2026 09:26:53 GMT") == datetime(
        2026, 3, 14, 9, 26, 53, tzinfo=UTC
    )
    assert moment_asked(None) is None
    with pytest.raises(ValueError, match="yesterday"):
        moment_asked("yesterday")


def test_a_response_as_it_may_be_sent_again() -> None:
    head = "Content-Type: text/html\r\nSet-Cookie: a=b\r\nX-Frame-Options: DENY\r\nContent-Encoding: gzip"
    answer = replayed(whole := record(b"body", head=head), whole)
    assert (answer.status, answer.content_type, answer.coding) == (200, "text/html", "gzip")
    assert answer.body == b"body"
    assert dict(answer.originals) == {"X-Frame-Options": "DENY", "Content-Encoding": "gzip"}


def test_a_revisit_has_its_own_head_and_the_payload_of_the_original() -> None:
    original = record(b"body", head="Content-Type: text/html\r\nX-Turn: 1")
    revisit = record(b"", head="Content-Type: text/html\r\nX-Turn: 2")
    answer = replayed(revisit, original)
    assert (answer.body, dict(answer.originals)) == (b"body", {"X-Turn": "2"})
    unchanged = replayed(record(b"", head="ETag: x", status="304 Not Modified"), original)
    assert (unchanged.status, unchanged.body) == (200, b"body")
    assert dict(unchanged.originals) == {"X-Turn": "1"}


def shown(text: str, query: str) -> str:
    return "".join(f"[{p.text}]" if p.is_hit else p.text for p in pieces(text, terms_of(query)))


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("L’Armée malienne", "armee", "L’[Armée] malienne"),
        ("قُتِل جندي", "قتل", "[قُتِل] جندي"),
        ("انتشر الجيش هنا", "جيش", "انتشر [الجيش] هنا"),
        ("خرج جيش من هنا", "الجيش", "خرج [جيش] من هنا"),
        ("وبالجيش يقاتل", "جيش", "[وبالجيش] يقاتل"),
        ("በአማራ ክልል", "የአማራ", "[በአማራ] ክልል"),
        ("ጥቃቱን ሰነዘሩ", "ጥቃቱ", "[ጥቃቱን] ሰነዘሩ"),
        ("የፀጥታ ኃይሎች", "ጸጥታ", "[የፀጥታ] ኃይሎች"),
        ("ƴan bindiga a ƙauye", '"yan bindiga" kauye', "[ƴan bindiga] a [ƙauye]"),
        ("ciidanka iyo ciidan", "ciidan*", "[ciidanka] iyo [ciidan]"),
        ("Tin Tin Zaouatine", '"tin zaouatine"', "Tin [Tin Zaouatine]"),
        ("armement et armée", "arm*", "[armement] et [armée]"),
        ("Burkina Faso, Burkina", "l'armee", "Burkina Faso, Burkina"),
        ("e\u0301le\u0301phant", "elephant", "[e\u0301le\u0301phant]"),
        ("<b>bold</b>", "bold", "<b>[bold]</b>"),
        ("nothing", "", "nothing"),
    ],
)
def test_hits_are_marked_as_they_are_written(text: str, query: str, marked: str) -> None:
    assert shown(text, query) == marked


@given(st.text(max_size=200), st.text(max_size=20))
def test_marking_loses_nothing(text: str, query: str) -> None:
    assert "".join(piece.text for piece in pieces(text, terms_of(query))) == text


def test_a_snippet_is_short_and_has_the_hits() -> None:
    text = "Avant. " * 200 + "La colonne est tombée près de Ménaka. " + "Après. " * 200
    found = snippet(text, terms_of("menaka colonne"))
    assert [piece.text for piece in found if piece.is_hit] == ["colonne", "Ménaka"]
    assert len("".join(piece.text for piece in found)) < 300
