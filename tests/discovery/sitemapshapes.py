"""Sitemaps as they are met: page lists, news lists and indexes, and what servers make of them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime

SITEMAP = "https://kibaru.example/sitemap.xml"
HOME = "https://kibaru.example/"
ONE = "https://kibaru.example/2024/05/attaque-djibo/"
TWO = "https://kibaru.example/?p=12&lang=fr"
BOTH = [ONE, TWO]
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2024, 5, 2, 6, 30, tzinfo=UTC)
PARTS = ["https://kibaru.example/post-sitemap1.xml", "https://kibaru.example/map.php?n=2&k=posts"]
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
SECOND = TWO.replace("&", "&amp;")

PAGES = f"""{XML}<urlset xmlns="{NS}">
<url><loc>{ONE}</loc><lastmod>2024-05-01T12:00:00+00:00</lastmod><changefreq>daily</changefreq></url>
<url><loc>{SECOND}</loc><lastmod>2024-05-02T07:30+01:00</lastmod><priority>0.5</priority></url>
</urlset>
"""
NEWS = f"""{XML}<urlset xmlns="{NS}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>{ONE}</loc><news:news><news:publication><news:name>Kibaru</news:name><news:language>fr</news:language>
</news:publication><news:publication_date>2024-05-01T12:00:00Z</news:publication_date>
<news:title>Attaque à Djibo</news:title></news:news>
<image:image><image:loc>{HOME}a.jpg</image:loc><image:title>Photo</image:title></image:image></url>
<url><loc>{SECOND}</loc><news:news><news:publication_date>2024-05-02T06:30:00Z</news:publication_date>
<news:title>Trêve</news:title></news:news></url>
</urlset>
"""
INDEX = f"""{XML}<sitemapindex xmlns="{NS}">
<sitemap><loc>{PARTS[0]}</loc><lastmod>2024-05-01T12:00:00+00:00</lastmod></sitemap>
<sitemap><loc>{PARTS[1].replace("&", "&amp;")}</loc><lastmod>2024-05-02T07:30+01:00</lastmod></sitemap>
</sitemapindex>
"""
FORMATS = {"pages": PAGES, "news": NEWS, "index": INDEX}
ALL = ("pages", "news", "index")
LISTS = ("pages", "news")

Change = Callable[[str], str | bytes]
PHP = (
    "<br />\n<b>Warning</b>:  Cannot modify header in <b>/srv/map.php</b> on line <b>2</b><br />\n"
)
VIDEO = (
    f"<video:video><video:player_loc>{HOME}v</video:player_loc><video:title>V</video:title>"
    f"<video:publication_date>2020-01-01T00:00:00Z</video:publication_date></video:video></url>"
)
OTHER_TONGUE = f'<xhtml:link rel="alternate" hreflang="en" href="{HOME}en/attack/"/></url>'


def each(old: str, new: str) -> Change:
    return lambda text: re.sub(old, new, text)


def before_end(more: str) -> Change:
    """The sitemap with something that the server did not finish."""
    return lambda text: text[: text.rindex("</")] + more


CHANGES: list[tuple[str, tuple[str, ...], Change]] = [
    ("as it should be", ALL, lambda text: text),
    ("a BOM", ALL, lambda text: "\ufeff" + text),
    ("blank lines first", ALL, lambda text: "\n\r\n  " + text),
    ("a warning of PHP first", ALL, lambda text: PHP + text),
    ("a comment with markup first", ALL, lambda text: "<!-- <html> -->" + text),
    (
        "a style sheet",
        ALL,
        each(r"\?>\n", "?>\n<?xml-stylesheet type='text/xsl' href='//x.example/a.xsl'?>"),
    ),
    (
        "a comment of a plugin last",
        ALL,
        lambda text: text + "<!-- Request ID: 0a; Queries: 22; & -->",
    ),
    ("zipped, and named .xml", ALL, lambda text: gzip.compress(text.encode())),
    (
        "zipped twice in a row",
        ALL,
        lambda t: gzip.compress(t[:120].encode()) + gzip.compress(t[120:].encode()),
    ),
    ("no line breaks", ALL, lambda text: text.replace("\n", " ")),
    ("CRLF", ALL, lambda text: text.replace("\n", "\r\n")),
    ("bare ampersands", ALL, lambda text: text.replace("&amp;", "&")),
    ("ampersands escaped twice", ALL, lambda text: text.replace("&amp;", "&amp;amp;")),
    ("ampersands by number", ALL, lambda text: text.replace("&amp;", "&#38;")),
    ("control characters", ALL, lambda text: text.replace("<loc>", "<loc>\x08")),
    ("addresses among blanks", ALL, each(r"<loc>(.*?)</loc>", r"<loc>\n   \1\n  </loc>")),
    ("addresses in CDATA", ALL, each(r"<loc>([^&]*?)</loc>", r"<loc><![CDATA[\1]]></loc>")),
    ("addresses from the root", ALL, lambda text: text.replace(f"<loc>{HOME}", "<loc>/")),
    ("addresses without scheme", ALL, each("<loc>https:", "<loc>")),
    ("an invisible character in front", ALL, lambda text: text.replace("<loc>", "<loc>\u200b")),
    ("no XML declaration", ALL, lambda text: text.removeprefix(XML)),
    ("two XML declarations", ALL, lambda text: XML + text),
    ("no namespaces", ALL, each(r' xmlns(?::\w+)?="[^"]*"', "")),
    (
        "the namespace of 2004",
        ALL,
        lambda text: text.replace(NS, "http://www.google.com/schemas/sitemap/0.84"),
    ),
    ("the namespace with https", ALL, lambda text: text.replace(NS, NS.replace("http:", "https:"))),
    (
        "a prefix",
        ALL,
        each(r"(</?)(urlset|url|loc|lastmod|sitemap|sitemapindex)(?=[ >])", r"\1s:\2"),
    ),
    (
        "upper case",
        ALL,
        lambda text: re.sub(r"</?(?:url|loc|sitemap)>", lambda m: m[0].upper(), text),
    ),
    ("says latin-1, is UTF-8", ALL, lambda text: text.replace("UTF-8", "ISO-8859-1")),
    ("UTF-16", ALL, lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16")),
    (
        "a byte that is no UTF-8",
        ALL,
        lambda text: text.encode().replace(b"\n<", b"<!-- \xff -->\n<", 1),
    ),
    ("cut off in an address", ALL, before_end(f"<url><loc>{HOME}2024/05/cou")),
    ("cut off in a tag", ALL, before_end("<url><lo")),
    ("the end is missing", ALL, before_end("")),
    ("attributes on entries", ALL, each(r"<(url|sitemap)>", r'<\1 id="1" class="a">')),
    ("empty entries", ALL, each(r"<(url|sitemap)>", r"<\1><loc></loc></\1><\1/><\1>")),
    (
        "an entry twice",
        ALL,
        lambda text: re.sub(
            r"(<(url|sitemap)>(?:(?!<(?:url|sitemap)>)[\s\S])*?</\2>)", r"\1\1", text, count=1
        ),
    ),
    (
        "bogus schemes",
        ALL,
        each(
            r"<(url|sitemap)>",
            r"<\1><loc>mailto:a@x.example</loc></\1><\1><loc>tel:+223</loc></\1><\1>",
        ),
    ),
    ("line breaks of HTML", ALL, each(r"</(url|sitemap)>", r"</\1><br>")),
    ("entries left open", ALL, each(r"</(url|sitemap)>", "")),
    ("a loc left open", ("pages", "index"), each(r"</loc>", "")),
    ("a nameless outer element", ALL, lambda t: t.replace("?>\n", "?>\n<root>", 1) + "</root>"),
    ("undeclared namespaces", ("news",), each(r' xmlns:\w+="[^"]*"', "")),
    (
        "other prefixes",
        ("news",),
        lambda t: (
            t.replace("news:", "n:")
            .replace("image:", "i:")
            .replace(":image", ":i")
            .replace(":news=", ":n=")
        ),
    ),
    (
        "news in the wrong order",
        ("news",),
        each(r"(<loc>[^<]*</loc>)(<news:news>[\s\S]*?</news:news>)", r"\2\1"),
    ),
    ("videos", LISTS, lambda text: text.replace("</url>", VIDEO)),
    ("other languages", LISTS, lambda text: text.replace("</url>", OTHER_TONGUE)),
    (
        "entities of HTML",
        ("news",),
        lambda text: text.replace("à", "&agrave;").replace("ê", "&ecirc;"),
    ),
    (
        "lastmod as well",
        ("news",),
        lambda t: t.replace("<news:news>", "<lastmod>2024-06-01</lastmod><news:news>"),
    ),
    ("a urlset of indexes", ("index",), lambda text: text.replace("sitemapindex", "urlset")),
    ("an index of pages", ("pages",), lambda text: text.replace("urlset", "sitemapindex")),
]


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


SHAPES = {
    f"{name}: {what}": as_bytes(change(FORMATS[name]))
    for what, names, change in CHANGES
    for name in names
}

RSS = f"""{XML}<rss version="2.0"><channel><link>{HOME}</link>
<item><link>{ONE}</link><pubDate>Wed, 01 May 2024 12:00:00 +0000</pubDate></item>
<item><link>{SECOND}</link></item></channel></rss>"""
LINES = f"{ONE}\n{TWO}\n"
PLAIN: dict[str, bytes] = {
    "RSS": RSS.encode(),
    "Atom": f'<feed><entry><link href="{ONE}"/></entry><entry><link href="{SECOND}"/></entry></feed>'.encode(),
    "lines": LINES.encode(),
    "lines, zipped": gzip.compress(LINES.encode()),
    "lines, BOM and CRLF": ("\ufeff" + LINES.replace("\n", "\r\n")).encode(),
    "lines, UTF-16": LINES.encode("utf-16"),
    "lines, blanks and remarks": f"\n # all\n  {ONE}  \n\n{TWO}\nsee above\n".encode(),
    "lines, carriage returns only": LINES.replace("\n", "\r").encode(),
    "lines, no last break": LINES.strip().encode(),
}
