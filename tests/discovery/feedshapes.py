"""Feeds as they are met: four formats with two entries each, and what servers make of them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime

FEED = "https://kibaru.example/feed/"
HOME = "https://kibaru.example/"
ONE = "https://kibaru.example/2024/05/attaque-djibo/"
TWO = "https://kibaru.example/?p=12&lang=fr"
BOTH = [ONE, TWO]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2024, 5, 2, 6, 30, tzinfo=UTC)
WHEN = [NOON, LATER]
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SECOND = TWO.replace("&", "&amp;")
TITLES = ["Attaque à Djibo", "Trêve « fragile »"]

RSS2 = f"""{XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Kibaru</title><link>{HOME}</link><description>Nouvelles</description>
<atom:link href="{FEED}" rel="self" type="application/rss+xml"/>
<lastBuildDate>Thu, 02 May 2024 07:00:00 +0000</lastBuildDate>
<image><url>{HOME}logo.png</url><title>Kibaru</title><link>{HOME}qui</link></image>
<item><title>{TITLES[0]}</title><link>{ONE}</link><dc:creator>Awa</dc:creator>
<pubDate>Wed, 01 May 2024 12:00:00 +0000</pubDate><guid isPermaLink="false">{HOME}?p=11</guid>
<description>Résumé</description><comments>{ONE}#comments</comments></item>
<item><title>{TITLES[1]}</title><link>{SECOND}</link>
<pubDate>Thu, 02 May 2024 07:30:00 +0100</pubDate><guid isPermaLink="false">77</guid>
<content:encoded><![CDATA[<p>Voir <a href="{HOME}autre">l'autre</a> & <b>la suite</p>]]></content:encoded></item>
</channel></rss>
"""

RSS1 = f"""{XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{HOME}"><title>Kibaru</title><link>{HOME}</link><dc:date>2024-05-02T07:00:00Z</dc:date>
<items><rdf:Seq><rdf:li rdf:resource="{ONE}"/><rdf:li rdf:resource="{SECOND}"/></rdf:Seq></items></channel>
<item rdf:about="{ONE}"><title>{TITLES[0]}</title><link>{ONE}</link><dc:date>2024-05-01T12:00:00Z</dc:date></item>
<item rdf:about="{SECOND}"><title>{TITLES[1]}</title><link>{SECOND}</link><dc:date>2024-05-02T06:30+00:00</dc:date></item>
</rdf:RDF>
"""

ATOM = f"""{XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Kibaru</title>
<link rel="self" href="{FEED}"/><link rel="alternate" type="text/html" href="{HOME}"/><id>{HOME}</id>
<updated>2024-05-02T07:00:00Z</updated>
<entry><title>{TITLES[0]}</title><link rel="replies" href="{ONE}#comments"/>
<link rel="enclosure" type="audio/mpeg" href="{HOME}a.mp3"/><link rel="alternate" type="text/html" href="{ONE}"/>
<id>tag:kibaru.example,2024:11</id><published>2024-05-01T13:00:00+01:00</published>
<updated>2024-05-03T00:00:00Z</updated><author><name>Awa</name><uri>{HOME}awa</uri></author></entry>
<entry><title>{TITLES[1]}</title><link href="{SECOND}"/><id>{HOME}?p=12</id>
<published>2024-05-02T06:30:00Z</published><summary type="html">&lt;a href="{HOME}x"&gt;x&lt;/a&gt;</summary></entry>
</feed>
"""

JSON = f"""{{"version": "https://jsonfeed.org/version/1.1", "title": "Kibaru", "home_page_url": "{HOME}",
"feed_url": "{FEED}", "items": [
 {{"id": "11", "url": "{ONE}", "title": "{TITLES[0]}", "content_html": "<a href='{HOME}x'>x</a>",
  "date_published": "2024-05-01T12:00:00Z", "attachments": [{{"url": "{HOME}a.mp3"}}]}},
 {{"id": "12", "url": "{TWO}", "title": "{TITLES[1]}", "external_url": "https://other.example/y",
  "date_published": "2024-05-02T07:30:00+01:00"}}]}}
"""

FORMATS = {"rss2": RSS2, "rss1": RSS1, "atom": ATOM, "json": JSON}
XMLS = ("rss2", "rss1", "atom")
RSSES = ("rss2", "rss1")

Change = Callable[[str], str | bytes]
PHP = "<br />\n<b>Deprecated</b>:  strlen() in <b>/var/www/html/wp-content/x.php</b> on line <b>9</b><br />\n"


def cut_at(mark: str, more: str) -> Change:
    """The feed with a third entry that the server did not finish."""
    return lambda text: text[: text.rindex(mark)] + more


def each(old: str, new: str) -> Change:
    return lambda text: re.sub(old, new, text)


ANY = ("rss2", "rss1", "atom", "json")
CHANGES: list[tuple[str, tuple[str, ...], Change]] = [
    ("as it should be", ANY, lambda text: text),
    ("a BOM", ANY, lambda text: "\ufeff" + text),
    ("blank lines first", ANY, lambda text: "\r\n\n \t" + text),
    ("blank lines, then a BOM", ANY, lambda text: "\n\ufeff" + text),
    ("zipped, and no header says so", ANY, lambda text: gzip.compress(text.encode())),
    ("no line breaks", ANY, lambda text: text.replace("\n", " ")),
    ("CRLF", ANY, lambda text: text.replace("\n", "\r\n")),
    ("control characters in a title", ANY, lambda text: text.replace("Djibo", "Dji\x0b\x1fbo")),
    ("a NUL at the end", ANY, lambda text: text + "\0"),
    ("a byte that is no UTF-8", XMLS, lambda text: text.encode().replace(b"Kibaru", b"Kib\xffaru")),
    ("a warning of PHP first", XMLS, lambda text: PHP + text),
    ("a warning of PHP within", XMLS, lambda text: text.replace("<title>T", PHP + "<title>T")),
    ("a comment with markup first", XMLS, lambda text: "<!-- <html><rss> -->" + text),
    ("a comment of a cache last", XMLS, lambda text: text + "<!-- Cached 2024 <b>&amp; -->"),
    ("an error of a database last", XMLS, lambda text: text + "<p>MySQL server has gone away"),
    ("bare ampersands", XMLS, lambda text: text.replace("&amp;", "&").replace("Kib", "A & B")),
    ("ampersands escaped twice", XMLS, lambda text: text.replace("&amp;", "&amp;amp;")),
    ("ampersands by number", XMLS, lambda text: text.replace("&amp;", "&#038;")),
    ("ampersands by hexadecimal number", XMLS, lambda text: text.replace("&amp;", "&#x26;")),
    ("entities of HTML", XMLS, lambda text: text.replace("à", "&agrave;").replace("«", "&laquo;")),
    ("an entity that nobody knows", XMLS, lambda text: text.replace("Kibaru", "Kib&foo;aru")),
    ("a lone less-than", XMLS, lambda text: text.replace("Kibaru<", "Kibaru < 3<")),
    ("no XML declaration", XMLS, lambda text: text.removeprefix(XML)),
    ("two XML declarations", XMLS, lambda text: XML + text),
    ("a declaration in single quotes", XMLS, lambda text: text.replace('"1.0"', "'1.0'", 1)),
    (
        "a style sheet",
        XMLS,
        lambda text: text.replace("?>\n", "?>\n<?xml-stylesheet href='a.xsl'?>", 1),
    ),
    (
        "a DTD on another server",
        XMLS,
        lambda t: t.replace(XML, XML + "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/d'>"),
    ),
    ("says latin-1, is UTF-8", XMLS, lambda text: text.replace("UTF-8", "ISO-8859-1")),
    ("says UTF-8, is windows-1252", XMLS, lambda text: text.encode("cp1252")),
    ("says an encoding that nobody knows", XMLS, lambda text: text.replace("UTF-8", "utf8mb4")),
    ("UTF-16", XMLS, lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16")),
    ("undeclared namespaces", RSSES, each(r' xmlns:(?!rdf)\w+="[^"]*"', "")),
    ("no namespaces at all", ("rss1", "atom"), each(r' xmlns(?::\w+)?="[^"]*"', "")),
    ("other prefixes", ("rss2", "rss1"), lambda text: text.replace("dc:", "dublin:")),
    ("the wrong namespace", ("atom",), lambda text: text.replace("2005/Atom", "2003/xx")),
    ("a prefix on everything", ("atom",), each(r"(</?)(?=[a-z])", r"\1a:")),
    (
        "Atom 0.3",
        ("atom",),
        lambda text: text.replace("published>", "issued>").replace("updated>", "modified>"),
    ),
    (
        "cut off in an address",
        RSSES,
        cut_at("</", f"<item><title>C</title><link>{HOME}2024/05/cou"),
    ),
    ("cut off in an attribute", XMLS, cut_at("</", f'<entry><link href="{HOME}2024/05/cou')),
    ("cut off in CDATA", XMLS, cut_at("</", "<item><title>C</title><description><![CDATA[<a")),
    ("cut off in a tag", XMLS, cut_at("</", "<ite")),
    ("cut off in an item", ("json",), cut_at("]", f', {{"id": "13", "url": "{HOME}2024/05/cou')),
    ("the end is missing", XMLS, cut_at("</", "")),
    ("addresses among blanks", RSSES, each(r"<link>([^<]*)</link>", r"<link>\n\t \1 \n</link>")),
    ("addresses in CDATA", RSSES, each(r"<link>([^<&]*)</link>", r"<link><![CDATA[\1]]></link>")),
    ("addresses from the root", ANY, lambda text: text.replace(ONE, "/2024/05/attaque-djibo/")),
    ("addresses without scheme", ANY, lambda text: text.replace(ONE, ONE.removeprefix("https:"))),
    (
        "addresses with a fragment",
        ANY,
        lambda text: text.replace(f"{ONE}<", f"{ONE}#a<").replace(f'{ONE}"', f'{ONE}#a"'),
    ),
    ("an address behind an empty tag", RSSES, each(r"<link>([^<]*)</link>", r"<link/>\1")),
    (
        "a link of Atom beside each",
        RSSES,
        each(r"</item>", '<atom:link rel="self" href="/self"/></item>'),
    ),
    (
        "upper case",
        RSSES,
        each(r"(</?)(item|link|title|pubdate)(?=[ >])", lambda m: m[1] + m[2].upper()),
    ),
    (
        "pictures with titles",
        XMLS,
        each(
            r"<title>T",
            f'<media:group><media:content url="{HOME}a.jpg"/><media:title>Photo</media:title></media:group><title>T',
        ),
    ),
    (
        "a title with markup",
        XMLS,
        lambda text: text.replace("Attaque à", "&lt;b&gt;Attaque&lt;/b&gt; à"),
    ),
    ("titles in CDATA", XMLS, each(r"<title>([^<]*)</title>", r"<title><![CDATA[\1]]></title>")),
    (
        "a tag left open in a summary",
        XMLS,
        lambda text: text.replace("<title>T", "<summary><p>a<br>b</summary><title>T"),
    ),
    (
        "an entry twice",
        ("rss2",),
        lambda t: t.replace("</channel></rss>", f"<item><link>{ONE}</link></item></channel></rss>"),
    ),
    (
        "an entry without address",
        RSSES,
        each(r"(<item)(?![\s\S]*<item)", r"<item><title>Avis</title></item>\1"),
    ),
    (
        "an advertiser's entry",
        RSSES,
        each(r"(<item)(?![\s\S]*<item)", r"<item><link>javascript:ad()</link></item>\1"),
    ),
    (
        "a source with its own address",
        RSSES,
        each(r"</item>", '<source url="https://apa.example/rss">APA</source></item>'),
    ),
    (
        "items outside of the channel",
        ("rss2",),
        lambda t: t.replace("</channel>", "").replace("<item>", "</channel><item>", 1),
    ),
    ("no rss element", ("rss2",), lambda text: re.sub(r"<rss[^>]*>|</rss>", "", text)),
    (
        "a guid instead of a link",
        ("rss2",),
        each(r"<link>([^<]*)</link>([\s\S]*?)<guid.*?</guid>", r"\2<guid>\1</guid>"),
    ),
    (
        "Feedburner",
        ("rss2",),
        each(
            r"<link>([^<]*)</link>(?=<dc|\n<pub)",
            r"<link>https://feeds.example/~r/a</link><feedburner:origLink>\1</feedburner:origLink>",
        ),
    ),
    (
        "the front page as link",
        ("rss2",),
        each(
            rf"<link>{ONE}</link>(.*\n.*)<guid.*?</guid>",
            rf"<link>{HOME}</link>\1<guid>{ONE}</guid>",
        ),
    ),
    (
        "xml:base",
        ("atom",),
        lambda t: t.replace("<feed", f'<feed xml:base="{HOME}2024/"').replace(
            f'"{ONE}"', '"05/attaque-djibo/"'
        ),
    ),
    ("unquoted attributes", ("atom",), lambda text: text.replace(f'href="{ONE}"', f"href={ONE} ")),
    (
        "an external address only",
        ("json",),
        lambda text: text.replace(f'"url": "{ONE}"', f'"external_url": "{ONE}"'),
    ),
    (
        "an id that is the address",
        ("json",),
        lambda text: text.replace(f'"id": "11", "url": "{ONE}"', f'"id": "{ONE}"'),
    ),
]


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


SHAPES = {
    f"{name}: {what}": as_bytes(change(FORMATS[name]))
    for what, names, change in CHANGES
    for name in names
}
