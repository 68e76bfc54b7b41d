"""The demo newsroom's articles on pages as long as large sites send them: 80 to 150 kB, mostly furniture."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import cycle

from bench.extraction_pages import Page, newsroom_pages
from bench.madetext import made_texts

LEAST, MOST = 80_000, 150_000  # bytes
_TEASER = 420  # characters of made text for a teaser: headline and summary
_SHARE = 0.45  # of what is added is scripts and styles; the rest is menus and teasers
_RULE = ".c{0}-{1}>.wp-block-{1}:not(.is-wide){{margin:{0}px auto;color:#{0:03x}{1:03x}}}"
_WIDGET = '{{"id":"w{0}","refresh":{1},"slots":["top-{1}","side-{0}"],"consent":["a{0}","b{1}"]}},'


def long_pages(count: int) -> Iterator[Page]:
    """So many pages; from the second round on other furniture stands around the same articles."""
    texts = cycle(made_texts(2000, _TEASER))
    for number, page in zip(range(count), cycle([*newsroom_pages()]), strict=False):
        dice = random.Random(number)
        wanted = dice.randint(LEAST, MOST) - len(page.html)
        head = _code(int(wanted * _SHARE), dice)
        around = _furniture(wanted - len(head), (text for _, text in texts), dice)
        html = _with(page.html, head, around)
        yield replace(page, id=f"{number}", url=f"{page.url}?edition={number}", html=html)


def _with(html: bytes, head: bytes, around: bytes) -> bytes:
    """What is added stands at the head's end and behind everything, where sites put it."""
    html = html.replace(b"</head>", head + b"</head>", 1)
    before, end, after = html.rpartition(b"</body>")
    return before + around + end + after if end else html + around


def _code(size: int, dice: random.Random) -> bytes:
    """A style sheet and a script's settings, as themes write them into the head."""
    rules = "".join(
        _RULE.format(dice.randrange(99), dice.randrange(99)) for _ in range(size // 150)
    )
    widgets = "".join(_WIDGET.format(dice.randrange(999), n) for n in range(size // 160))
    return f"<style>{rules}</style><script>var settings=[{widgets}{{}}];</script>".encode()


def _furniture(size: int, texts: Iterator[str], dice: random.Random) -> bytes:
    """A menu and teasers, each a picture, a linked headline and a summary, up to so many bytes."""
    menu = "".join(f'<li class="menu-item"><a href="/rubrik-{n}/">{n}</a></li>' for n in range(60))
    boxes = [f'<nav class="mega-menu"><ul>{menu}</ul></nav><div class="sidebar related-posts">']
    left = size - len(boxes[0])
    while left > 0:
        boxes.append(_teaser(next(texts), dice.randrange(100_000)))
        left -= len(boxes[-1].encode())
    return "".join([*boxes, "</div>"]).encode("ascii", "xmlcharrefreplace")


def _teaser(text: str, number: int) -> str:
    headline, summary = escape(text[:70]), escape(text[70 : 70 + 150])
    link = f"/2026/{1 + number % 12:02}/teaser-{number}/"
    return (
        f'<div class="td-block-span teaser" data-id="{number}"><a href="{link}" title="{headline}">'
        f'<img class="lazy" src="/img/{number}-300x200.jpg" srcset="/img/{number}-600x400.jpg 600w" alt="">'
        f'</a><h3 class="entry-title"><a href="{link}" rel="bookmark">{headline}</a></h3>'
        f'<div class="td-excerpt">{summary}</div></div>'
    )
