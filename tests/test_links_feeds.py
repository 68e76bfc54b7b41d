"""Feeds as they are served: every link found, no wrong link, and the dates that say their zone."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiders.instants import day, instant
from spiders.links import Link, feed_links

FEED = "https://kibaru.example/feed/"
ONE = "https://kibaru.example/2024/05/attaque-djibo/"
TWO = "https://kibaru.example/?p=12&lang=fr"
BOTH = [ONE, TWO]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

ITEM_ONE = f"<item><title>Attaque à Djibo</title><link>{ONE}</link></item>"
ITEM_TWO = f"<item><title>Trêve</title><link>{TWO.replace('&', '&amp;')}</link></item>"
BARE_TWO = ITEM_TWO.replace("&amp;", "&")


def rss(*items: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> str:
    channel = "<title>Kibaru</title><link>https://kibaru.example/</link>"
    return f'{head}<rss version="2.0"><channel>{channel}{"".join(items)}</channel></rss>'


GOOD = rss(ITEM_ONE, ITEM_TWO)

RDF = f"""<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//x" "http://127.0.0.1:1/x.ent"> %HTMLlat1;]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://kibaru.example/"><title>Kibaru</title><link>https://kibaru.example/</link>
<items><rdf:Seq><rdf:li rdf:resource="{ONE}"/></rdf:Seq></items></channel>
<image><title>logo</title><link>https://kibaru.example/logo</link></image>
<item rdf:about="{ONE}"><title>A</title><link>{ONE}</link><dc:date>2024-05-01T12:00Z</dc:date></item>
<item rdf:about="{TWO.replace("&", "&amp;")}"><title>B</title></item>
</rdf:RDF>"""

RSS090 = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>K</title></channel>
{ITEM_ONE}{ITEM_TWO}<textinput><link>https://kibaru.example/find</link></textinput></rdf:RDF>"""

ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
<link rel="self" href="{FEED}"/><link href="https://kibaru.example/"/>
<entry><title type="html">A &lt;b&gt;bold&lt;/b&gt; one</title><id>tag:kibaru.example,2024:1</id>
<link rel="replies" href="https://kibaru.example/replies"/><link rel="enclosure" href="/a.mp3"/>
<link rel="alternate" type="application/json" href="/a.json"/>
<link rel="alternate" type="text/html" href="{ONE}"/><published>2024-05-01T13:00:00+01:00</published>
<source><link href="https://other.example/x"/><title>Other</title></source>
<author><uri>https://kibaru.example/author/a</uri></author></entry>
<entry><title>B</title><id>{TWO.replace("&", "&amp;")}</id></entry></feed>"""

ATOM_PREFIXED = f"""<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://kibaru.example/x/">
<a:entry><a:link href="../2024/05/attaque-djibo/"/></a:entry>
<a:entry xml:base="https://kibaru.example/"><a:link href="{TWO.split("/")[-1]}"/></a:entry></a:feed>"""

JSON = f"""{{"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://kibaru.example/",
"items": [{{"id": "1", "url": "{ONE}", "title": "A", "date_published": "2024-05-01T12:00:00Z",
 "attachments": [{{"url": "https://kibaru.example/a.mp3"}}]}}, {{"id": "{TWO}", "title": "B"}}"""

PHP_WARNING = "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/www/feed.php</b> on line <b>3</b><br />\n"
MEDIA = (
    f'<item><media:content url="https://kibaru.example/a.jpg"><media:title>Photo & légende'
    f"</media:title></media:content><title>Attaque à Djibo</title><atom:link rel='self' href='/x'/>"
    f"<link>{ONE}</link></item>"
)
UNCLOSED = "<item><description><p>Texte<br>suite</description>" + ITEM_ONE.removeprefix("<item>")

VARIANTS: dict[str, str | bytes] = {
    "well-formed": GOOD,
    "rss 0.91 with doctype": rss(
        ITEM_ONE,
        ITEM_TWO,
        head='<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://127.0.0.1:1/rss-0.91.dtd">',
    ),
    "rss 0.90": RSS090,
    "rdf, entities from a network file": RDF,
    "atom": ATOM,
    "atom with a prefix and xml:base": ATOM_PREFIXED,
    "json feed": JSON + "]}",
    "json feed with a BOM": "\ufeff" + JSON + "]}",
    "json feed cut off": JSON + ', {"id": "3", "url": "https://kibaru.example/20',
    "bare ampersand in a link": rss(ITEM_ONE, BARE_TWO),
    "bare ampersand in a title": rss("<item><title>A & B &c</title>" + ITEM_ONE[6:], BARE_TWO),
    "ampersand escaped twice": rss(ITEM_ONE, ITEM_TWO.replace("&amp;", "&amp;amp;")),
    "ampersand as WordPress escapes it": rss(ITEM_ONE, ITEM_TWO.replace("&amp;", "&#038;")),
    "ampersand escaped within CDATA": rss(
        ITEM_ONE, f"<item><link><![CDATA[{TWO.replace('&', '&amp;')}]]></link></item>"
    ),
    "blank lines before": "\n\n  \r\n" + GOOD,
    "BOM": "\ufeff" + GOOD,
    "BOM after blank lines": "\n\n\ufeff" + GOOD,
    "PHP warning before": PHP_WARNING + GOOD,
    "PHP warning between items": rss(ITEM_ONE, PHP_WARNING, ITEM_TWO),
    "comment with HTML before": "<!-- <html> cached --><?xml version='1.0'?>"
    + rss(ITEM_ONE, ITEM_TWO, head=""),
    "comment and text after": GOOD + "\n<!-- page generated in 0.3 s -->\nFatal error",
    "undeclared entities": rss(
        "<item><title>Attaque &agrave; Djibo&nbsp;!&hellip;</title>" + ITEM_ONE[6:], ITEM_TWO
    ),
    "unknown entity": rss("<item><title>A &foo; b</title>" + ITEM_ONE[6:], ITEM_TWO),
    "undeclared namespaces": rss(MEDIA, ITEM_TWO),
    "control characters": rss(ITEM_ONE.replace("Djibo", "Dji\x0b\x02bo"), ITEM_TWO),
    "forbidden character references": rss(ITEM_ONE.replace("Djibo", "Dji&#2;&#xFFFF;bo"), ITEM_TWO),
    "cut off in the text": rss(ITEM_ONE, ITEM_TWO, "<item><title>Cou")[:-20] + " xx",
    "cut off in a link": rss(ITEM_ONE, ITEM_TWO).partition("</channel>")[0]
    + "<item><title>C</title><link>https://kibaru.example/2024/05/coup",
    "cut off in an attribute": ATOM.partition("</feed>")[0]
    + '<entry><link href="https://kibaru.example/20',
    "cut off in CDATA": GOOD.partition("</channel>")[0] + "<item><description><![CDATA[<p>Un",
    "CDATA links": rss(*(f"<item><link><![CDATA[\n{url}\n]]></link></item>" for url in BOTH)),
    "relative links": rss(
        "<item><link>/2024/05/attaque-djibo/</link></item>",
        "<item><link>/?p=12&lang=fr</link></item>",
    ),
    "links without scheme": rss(
        *(f"<item><link>{u.removeprefix('https:')}</link></item>" for u in BOTH)
    ),
    "links among blanks": rss(
        *(f"<item><link>\n\t {u} \n</link></item>".replace("&", "&amp;") for u in BOTH)
    ),
    "guid only": rss(*(f"<item><guid>{u}</guid></item>" for u in BOTH)),
    "guid that is no address": rss(ITEM_ONE.replace("<link>", "<guid>77</guid><link>"), ITEM_TWO),
    "link that is the front page": rss(
        f"<item><link>https://kibaru.example/</link><guid>{ONE}</guid></item>", ITEM_TWO
    ),
    "feedburner": rss(
        f"<item><link>https://feedproxy.example/~r/x</link><feedburner:origLink>{ONE}"
        "</feedburner:origLink></item>",
        ITEM_TWO,
    ),
    "serialised as HTML": rss(*(f"<item><link/>{u}<p>x</p></item>" for u in BOTH)),
    "unclosed tags in a description": rss(UNCLOSED, ITEM_TWO),
    "a description after which all is nested": rss(UNCLOSED * 300, ITEM_TWO),
    "bare less-than": rss(ITEM_ONE.replace("Attaque", "3 < 5 : attaque"), ITEM_TWO),
    "unquoted attributes": f"<feed><entry><link rel=alternate href={ONE}></entry>"
    f"<entry><link href={TWO} /></entry></feed>",
    "items outside of the channel": f"<rss><channel><title>K</title></channel>{ITEM_ONE}{ITEM_TWO}</rss>",
    "no rss element": f"<channel>{ITEM_ONE}{ITEM_TWO}</channel>",
    "upper case": GOOD.replace("item>", "ITEM>").replace("link>", "LINK>"),
    "says latin-1, is UTF-8": rss(
        ITEM_ONE, ITEM_TWO, head='<?xml version="1.0" encoding="ISO-8859-1"?>'
    ),
    "says UTF-8, is windows-1252": GOOD.encode("cp1252"),
    "windows-1256": rss(
        ITEM_ONE.replace("Attaque à Djibo", "هجوم على قرية"),
        ITEM_TWO.replace("Trêve", "هدنة"),
        head='<?xml version="1.0" encoding="windows-1256"?>',
    ).encode("cp1256"),
    "UTF-16": GOOD.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 without BOM": GOOD.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "one byte that is no UTF-8": GOOD.encode().replace(b"Djibo", b"Djib\xff"),
    "gzip that no header tells of": gzip.compress(GOOD.encode()),
    "the same article twice": rss(ITEM_ONE, ITEM_TWO, ITEM_ONE),
    "mailto and javascript": rss(
        ITEM_ONE,
        "<item><link>mailto:a@b.example</link></item>",
        "<item><link>javascript:x()</link></item>",
        ITEM_TWO,
    ),
}

NOTHING: dict[str, str | bytes] = {
    "empty": b"",
    "HTML": f"<!DOCTYPE html><html><head><link rel='alternate' href='{FEED}'></head><item><link>{ONE}</link></item></html>",
    "HTML without doctype": f"\n<HTML><body><a href='{ONE}'>x</a><rss>{ITEM_ONE}</rss></body></HTML>",
    "no items": rss(),
    "text": "Service unavailable",
    "JSON of something else": '{"code": "rest_no_route", "data": {"status": 404}}',
    "sitemap": f"<urlset><url><loc>{ONE}</loc></url></urlset>",
    "picture": b"\x89PNG\r\n\x1a\n\0\0",
}


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@pytest.mark.parametrize("name", VARIANTS)
def test_every_link_and_no_other(name: str) -> None:
    found = feed_links(as_bytes(VARIANTS[name]), FEED)
    assert [link.url for link in found] == BOTH


@pytest.mark.parametrize("name", NOTHING)
def test_no_feed_no_links(name: str) -> None:
    assert feed_links(as_bytes(NOTHING[name]), FEED) == []


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("well-formed", ["Attaque à Djibo", "Trêve"]),
        ("undeclared entities", ["Attaque à Djibo !…", "Trêve"]),
        ("undeclared namespaces", ["Attaque à Djibo", "Trêve"]),
        ("says latin-1, is UTF-8", ["Attaque à Djibo", "Trêve"]),
        ("says UTF-8, is windows-1252", ["Attaque à Djibo", "Trêve"]),
        ("windows-1256", ["هجوم على قرية", "هدنة"]),
        ("atom", ["A bold one", "B"]),
    ],
)
def test_titles(name: str, titles: list[str]) -> None:
    assert [link.title for link in feed_links(as_bytes(VARIANTS[name]), FEED)] == titles


@pytest.mark.parametrize("name", ["rdf, entities from a network file", "atom", "json feed"])
def test_dates(name: str) -> None:
    assert [link.published for link in feed_links(as_bytes(VARIANTS[name]), FEED)] == [NOON, None]


def test_updated_is_not_published() -> None:
    entry = f'<entry><link href="{ONE}"/><updated>2024-05-01T12:00:00Z</updated></entry>'
    assert feed_links(f"<feed>{entry}</feed>".encode(), FEED) == [Link(url=ONE, modified=NOON)]


def test_entities_cannot_swell_or_read_files() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    found = feed_links(
        (doctype + rss(f"<item><title>&a;&f;</title><link>{ONE}</link></item>", head="")).encode(),
        FEED,
    )
    assert found == [Link(url=ONE, title="&a;&f;")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Wed, 01 May 2024 12:00:00 GMT", NOON),
        ("Wed, 01 May 2024 12:00:00 +0000", NOON),
        ("Wed, 01 May 2024 13:00:00 WAT", NOON),
        ("Wed, 01 May 2024 15:00:00 EAT", NOON),
        ("01 May 2024 14:00 +0200", NOON),
        ("2024-05-01T12:00:00Z", NOON),
        ("2024-05-01T13:00:00.123+01:00", NOON),
        ("2024-05-01 12:00:00 UTC", NOON),
        ("20240501T120000Z", NOON),
        ("2024-05-01T12:00:00", None),
        ("Wed, 01 May 2024 12:00:00", None),
        ("2024-05-01", None),
        ("2024-13-41T12:00:00Z", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_instants_have_a_zone(text: str, wanted: datetime | None) -> None:
    assert instant(text) == wanted


def test_a_bare_day_is_its_first_moment() -> None:
    assert day("2024-05-01") == datetime(2024, 5, 1, tzinfo=UTC)
    assert day(" 2024-05-01T12:00:00Z ") == NOON


@given(
    st.binary()
    | st.sampled_from([as_bytes(v) for v in VARIANTS.values()]).flatmap(
        lambda body: st.integers(0, len(body)).map(lambda cut: body[:cut])
    )
)
@example(b'{"items": [' + b"[" * 100_000)
@example(b'{"items": [' + b'{"a":' * 100_000)
@example(b"<rss>" + b"<item><title>" * 3000)
@example(b"<!--" * 200_000)
@settings(max_examples=300, deadline=2000)
def test_any_bytes_give_true_links_or_none(body: bytes) -> None:
    for link in feed_links(body, FEED):
        assert link.url.startswith(("http://", "https://"))


@given(st.integers(0, len(GOOD)))
def test_a_cut_feed_gives_no_half_link(cut: int) -> None:
    assert {link.url for link in feed_links(GOOD[:cut].encode(), FEED)} <= set(BOTH)


@given(st.text())
def test_any_text_is_an_aware_date_or_none(text: str) -> None:
    moment = instant(text)
    assert moment is None or moment.utcoffset() is not None
