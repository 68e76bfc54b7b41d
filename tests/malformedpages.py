"""Pages that no extractor likes, made by rule: huge, deep, wide, cut, mislabelled, or written against our own patterns."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

from articlepage import page, paragraphs, record, story

from archive.reader import Record

TITLE, TEXTS = story()
BODY = paragraphs(TEXTS)
HTML = "Content-Type: text/html; charset=utf-8"


def around(before: str = "", after: str = "", head: str = "") -> str:
    """An honest article between two pieces of something else."""
    return page(f"{before}<article><h1>{TITLE}</h1>{BODY}</article>{after}", TITLE, head)


def linked(said: str) -> str:
    """A JSON-LD script, as the page has it."""
    return f'<script type="application/ld+json">{said}</script>'


def nested(tag: str, times: int) -> str:
    """Elements one in the other, all closed."""
    return f"<{tag}>" * times + "innen" + f"</{tag}>" * times


def sized(size: int, piece: str) -> str:
    """That many characters of one piece."""
    return piece * (size // len(piece))


def _bomb() -> Record:
    zeros = gzip.compress(b"<p>0</p>" * 25_000_000, 9)
    return record(zeros, head=f"{HTML}\r\nContent-Encoding: gzip")


def _short() -> Record:
    return record(around(), head=f"{HTML}\r\nContent-Length: 9999999")


def _long() -> Record:
    return record(around(), head=f"{HTML}\r\nContent-Length: 12")


_XML_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
_MANY_METAS = "".join(
    f'<meta name="author" content="Nom {n}"><meta name="x{n}">' for n in range(5000)
)
_LINKS = "".join(
    f'<li><a href="/2026/03/{n}-titre-du-jour/">Titre {n}</a></li>' for n in range(50_000)
)
_FIELDS = "".join(f'<label>Champ {n}<input name="f{n}"></label>' for n in range(50_000))

# Those that hold the article: it has to be found.
WITH_ARTICLE: dict[str, Callable[[], Record]] = {
    "null bytes": lambda: record(around().replace(" ", " \0")),
    "a byte order mark": lambda: record(b"\xef\xbb\xbf" + around().encode()),
    "UTF-16 with its mark": lambda: record(around().encode("utf-16"), head="Content-Type: text/html"),
    "UTF-16 called UTF-8": lambda: record(around().encode("utf-16")),
    "two byte order marks": lambda: record(b"\xef\xbb\xbf\xef\xbb\xbf" + around().encode()),
    "no body element": lambda: record(around().replace("<body>", "").replace("</body></html>", "")),
    "everything in a frameset": lambda: record(around("<frameset><frame src=x></frameset>")),
    "no type": lambda: record(around(), head="Server: x"),
    "processing instructions": lambda: record('<?xml version="1.0"?><?php echo 1 ?>' + around("<?a b?>" * 500)),
    "XHTML in XML": lambda: record(
        '<?xml version="1.0" encoding="utf-8"?>' + around().replace("<html ", '<html xmlns="http://www.w3.org/1999/xhtml" '),
        head="Content-Type: application/xhtml+xml",
    ),
    "halves of surrogate pairs": lambda: record(around("<p>\ud83d</p>").encode("utf-8", "surrogatepass")),
    "references to what is no character": lambda: record(around("<p>&#xD800; &#0; &#x110000; &#99999999999;</p>")),
    "marks that turn the line around": lambda: record(around("<p>\u202e\u2066\u202dabc\u202c</p>" * 100)),
    "a length that is too long": _short,
    "a length that is too short": _long,
    "unclosed paragraphs": lambda: record(around("<p>x" * 10_000)),
    "unclosed tables": lambda: record(around("", "<table><tr><td>" * 10_000)),
    "unclosed emphasis": lambda: record(around("", "<b><i><font>" * 5_000)),
    "closed and never opened": lambda: record(around("</div></p></td></b>" * 20_000)),
    "10,000 metas": lambda: record(around(head=_MANY_METAS)),
    "JSON-LD of 3 MB": lambda: record(around(head=linked(json.dumps({"@type": "NewsArticle", "headline": TITLE, "keywords": ["mot"] * 350_000})))),
    "JSON-LD nested 10,000 deep": lambda: record(around(head=linked('{"@graph":[' * 10_000 + "]}" * 10_000))),
    "JSON-LD nested 900 deep": lambda: record(around(head=linked('{"@graph":[' * 900 + '{"@type":"NewsArticle"}' + "]}" * 900))),
    "JSON-LD with NaN": lambda: record(around(head=linked('{"@type":"NewsArticle","wordCount":NaN,"datePublished":Infinity,"headline":-Infinity}'))),
    "JSON-LD that is none": lambda: record(around(head=linked("{'@type': NewsArticle, " * 50_000))),
    "JSON-LD of numbers": lambda: record(around(head=linked('{"@type":["NewsArticle"],"author":[1,null,{}],"headline":7,"image":[[]],"datePublished":' + "9" * 5000 + "}"))),
    "10,000 JSON-LD scripts": lambda: record(around(head=linked('{"@type":"NewsArticle"}') * 10_000)),
    "a long title": lambda: record(around(head=f"<title>{sized(1_000_000, 'Titre | ')}</title>")),
    "an attribute of 1 MB": lambda: record(around(f'<div class="{sized(1_000_000, "post-content ")}" style="{sized(500_000, "a:b;")}">x</div>')),
    "a link of 1 MB": lambda: record(around(f'<a href="/{sized(1_000_000, "%C3%A9/")}">lien</a>')),
    "a picture of 2 MB in the page": lambda: record(around(f'<img src="data:image/png;base64,{sized(2_000_000, "iVBO")}">')),
    "a script of 3 MB": lambda: record(around(f"<script>{sized(3_000_000, 'var a=1;<!--')}</script>")),
    "a comment of 3 MB": lambda: record(around(f"<!--{sized(3_000_000, 'x -- ')}-->")),
    "20,000 spans in a paragraph": lambda: record(around("", f"<p>{'<span>mot </span>' * 20_000}</p>")),
    "10,000 line breaks": lambda: record(around("", f"<div>{'ligne<br><br>' * 5_000}</div>")),
}  # fmt: skip

# Those that end somewhere, with an article or without: bounded, honest.
BOUNDED: dict[str, Callable[[], Record]] = {
    "nothing": lambda: record(b""),
    "blanks": lambda: record(" " * 3_000_000),
    "a PDF called HTML": lambda: record(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4000, head=HTML),
    "a picture called HTML": lambda: record(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4000, head=HTML),
    "noise called HTML": lambda: record(bytes(n * n * 31 % 251 for n in range(2_000_000)), head=HTML),
    "a gzip bomb": _bomb,
    "gzip that is none": lambda: record(around(), head=f"{HTML}\r\nContent-Encoding: gzip, br, deflate"),
    "JSON-LD of 5 MB": lambda: record(around(head=linked(json.dumps({"@type": "NewsArticle", "headline": TITLE, "keywords": ["mot"] * 600_000})))),
    "a page of 20 MB": lambda: record(around("", sized(20_000_000, f"<p>{TEXTS[0]}</p>"))),
    "20 MB of divs": lambda: record(around("", sized(20_000_000, "<div class=a><p>mot</p></div>"))),
    "one line of 5 MB": lambda: record(page(f"<h1>{TITLE}</h1><p>{sized(5_000_000, 'Le convoi est parti. ')}</p>", TITLE)),
    "one word of 5 MB": lambda: record(page(f"<h1>{TITLE}</h1><p>{'a' * 5_000_000}</p>", TITLE)),
    "100,000 divs, one in the other": lambda: record(around("", nested("div", 100_000))),
    "100,000 divs around the article": lambda: record(around("<div>" * 100_000)),
    "100,000 siblings": lambda: record(around("", "<p>Une ligne de plus dans la page.</p>" * 100_000)),
    "100,000 empty siblings": lambda: record(around("", "<div></div>" * 100_000)),
    "100,000 list items": lambda: record(around("", f"<ul>{'<li>point</li>' * 100_000}</ul>")),
    "tables one in the other": lambda: record(around("", "<table><tr><td>" * 3_000 + "x" + "</td></tr></table>" * 3_000)),
    "a table of 50,000 cells": lambda: record(around("", "<table>" + ("<tr>" + "<td>a</td>" * 50 + "</tr>") * 1000 + "</table>")),
    "lists one in the other": lambda: record(around("", "<ul><li>" * 5_000 + "x" + "</li></ul>" * 5_000)),
    "quotes one in the other": lambda: record(around("", nested("blockquote", 5_000))),
    "emphasis one in the other": lambda: record(around("", nested("b", 5_000) + nested("span", 5_000))),
    "links one in the other": lambda: record(around("", '<a href="/x">' * 5_000 + "x" + "</a>" * 5_000)),
    "comments one in the other": lambda: record(around("", '<div class="comment"><p>Bien dit, merci.</p>' * 5_000 + "</div>" * 5_000)),
    "sections with headlines, one in the other": lambda: record(around("", "<section><h1>Titre</h1><p>Un mot.</p>" * 2_000)),
    "an entity bomb": lambda: record(_XML_BOMB + around("<p>&i;</p>")),
    "an entity bomb in XML": lambda: record(_XML_BOMB + f"<html><body><h1>{TITLE}</h1>&i;</body></html>", head="Content-Type: application/xhtml+xml"),
    "10 MB of nbsp": lambda: record(around("", f"<p>{sized(10_000_000, '&nbsp;')}</p>")),
    "10 MB of references": lambda: record(around("", f"<p>{sized(10_000_000, '&#x41;&amp;')}</p>")),
    "50,000 links": lambda: record(around("", f"<ul>{_LINKS}</ul>")),
    "50,000 fields": lambda: record(around("", f"<form>{_FIELDS}</form>")),
    "20,000 pictures": lambda: record(around("", "".join(f'<figure><img src="/{n}.jpg" alt="a"><figcaption>Photo {n}</figcaption></figure>' for n in range(20_000)))),
    "20,000 headlines": lambda: record(around("", f"<h1>{TITLE}</h1>" * 20_000)),
    "20,000 times": lambda: record(around("", "<p>Publié le 14 mars 2026 à 10h00</p><time>2026-03-14</time>" * 10_000)),
    "20,000 bylines": lambda: record(around("".join(f'<a rel="author" class="author" href="/a/{n}">Awa Sow {n}</a>' for n in range(20_000)))),
}  # fmt: skip

# What patterns of ours could take for ever on: each inside a paragraph, a title, a byline, a date, a link, a meta.
TRAPS = {
    "blanks": " ",
    "no-break blanks": "\u00a0 ",
    "dots": ".",
    "digits": "1",
    "dates": "1/1/",
    "colons": "12:",
    "dashes": "- ",
    "parentheses": "(",
    "open and a": "(a",
    "quotes": "« ",
    "commas": ", ",
    "bars": "| ",
    "capitals": "A",
    "initials": "A. ",
    "names": "Awa Sow, ",
    "and": "et ",
    "by": "Par ",
    "slashes": "/",
    "escapes": "%41",
    "at": "a@",
    "www": "www.",
    "newlines": "\n ",
    "Arabic": "ال ",
    "Amharic": "እና ",
    "combining marks": "e\u0301\u0302",
    "zero-width": "\u200b",
    "ampersands": "&amp;#38;",
    "photo": "Photo : ",
    "read also": "Lire aussi : ",
    "apostrophes": "l’",
    "hyphens": "a-",
    "hashes": "#a ",
    "references": "&#1",
}


def trap(*pieces: str) -> Record:
    """Each piece, many times, wherever a pattern may look."""
    return record(around(*map("".join, zip(*map(_trapped, pieces), strict=True))))


def _trapped(piece: str, size: int = 60_000) -> tuple[str, str, str]:
    """What stands before an article, behind it and in the head."""
    run = sized(size, piece)
    short = run[:20_000].replace('"', "")
    head = f'<meta name="author" content="{short}"><meta property="article:published_time" content="{short}"><meta name="description" content="{short}"><meta property="og:title" content="{short}"><link rel="canonical" href="/{short}">'
    before = f'<div class="byline">Par {run}</div><time datetime="{short}">{run}</time><p>{run}</p><a href="/{short}" rel="author">{run}</a>'
    after = f"<p>{TEXTS[1]} {run}</p><figure><img src='/{short[:9]}' alt=\"{short}\"><figcaption>{run}</figcaption></figure><li>{run}.</li><h2>{run}</h2>"
    return before, after, head
