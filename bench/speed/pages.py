"""Made-up news pages as WordPress sites send them: 80–150 kB, of which the article is a twentieth.

All differ, and the same number gives the same page.  Words are those of the demo newsroom, in its languages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from bench.madetext import made_texts

DISTINCT = 2000  # bodies; pages beyond have a head of their own and share them
_BEGIN = datetime(2026, 1, 1, 6, tzinfo=UTC)
_WORDS = 5  # of a headline
_PARAGRAPH = 420  # characters


@dataclass(frozen=True, slots=True)
class Page:
    """One page's HTML in two halves: the head is its own, the body may be another page's, too."""

    path: str
    head: bytes
    body: bytes


def path_of(number: int) -> str:
    """Where a page is."""
    return f"/2026/{1 + number % 12:02}/{1 + number % 28:02}/reportage-de-la-region-{number}/"


def made_pages(count: int, root: str) -> Iterator[Page]:
    """So many pages of a site at that address, without a slash at its end."""
    bodies: list[tuple[str, str, bytes]] = []
    for number, (language, text) in enumerate(made_texts(min(count, DISTINCT), 5200)):
        headline, *rest = text.split(maxsplit=_WORDS)
        title = " ".join([headline, *rest[:-1]])
        bodies.append((language, title, _body(number, title, rest[-1]).encode()))
    for number in range(count):
        language, title, body = bodies[number % len(bodies)]
        path = path_of(number)
        yield Page(path, _head(number, root + path, language, title).encode(), body)


def _head(number: int, url: str, language: str, title: str) -> str:
    when = (_BEGIN + timedelta(minutes=7 * number)).isoformat()
    dice = random.Random(number)
    links = "".join(
        f"<link rel='stylesheet' id='plugin-{n}-css' href='/wp-content/plugins/p{n}/style.css?ver="
        f"{dice.randrange(10**6)}' type='text/css' media='all' />\n"
        for n in range(30)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="UTF-8">\n'
        f"<title>{title} ({number}) - Le Relais</title>\n"
        f'<link rel="canonical" href="{url}" />\n<meta property="og:type" content="article" />\n'
        f'<meta property="og:title" content="{title} ({number})" />\n'
        f'<meta property="article:published_time" content="{when}" />\n'
        f'<meta name="author" content="Aminata Coulibaly" />\n'
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
        f'"headline":"{title} ({number})","datePublished":"{when}",'
        '"author":{"@type":"Person","name":"Aminata Coulibaly"}}</script>\n'
        f"{links}<style>\n{_rules()}</style>\n</head>\n"
    )


@cache
def _rules() -> str:
    """What themes write into each page."""
    dice = random.Random(1)
    return "".join(
        f".wp-block-{dice.randrange(10**5)} .has-{dice.randrange(10**4)}-color"
        f"{{color:#{dice.randrange(1 << 24):06x};margin:{dice.randrange(40)}px 0 {dice.randrange(40)}px;}}\n"
        for _ in range(320)
    )


def _body(number: int, title: str, text: str) -> str:
    dice = random.Random(number)
    length = _PARAGRAPH + dice.randrange(200)
    paragraphs = [text[at : at + length] for at in range(0, len(text), length)]
    article = "".join(f"<p>{p.strip()}</p>\n" for p in paragraphs)
    return (
        f'<body class="post-template-default single single-post postid-{number}">\n'
        f'<header id="masthead"><nav class="main-navigation"><ul>{_links(dice, 70)}</ul></nav></header>\n'
        f'<main id="primary"><article class="post type-post"><header class="entry-header">'
        f'<h1 class="entry-title">{title} ({number})</h1></header>\n'
        f'<div class="entry-content">{article}</div></article></main>\n'
        f'<section class="related-posts"><h3>À lire aussi</h3>{_cards(dice, 8 + dice.randrange(8))}</section>\n'
        f'<aside id="secondary" class="widget-area">{_cards(dice, 16 + dice.randrange(50))}</aside>\n'
        f"<footer><ul>{_links(dice, 40)}</ul></footer>\n<script>{_script(dice)}</script>\n</body>\n</html>\n"
    )


def _links(dice: random.Random, count: int) -> str:
    return "".join(
        f'<li id="menu-item-{n}" class="menu-item menu-item-type-taxonomy menu-item-object-category">'
        f'<a href="/category/rubrique-{n}/">Rubrique {n}</a></li>\n'
        for n in (dice.randrange(900) for _ in range(count))
    )


def _cards(dice: random.Random, count: int) -> str:
    return "".join(
        f'<div class="td_module_10 td_module_wrap td-animation-stack"><a href="{path_of(n)}" rel="bookmark" '
        f'title="Dépêche {n}"><img width="218" height="150" class="entry-thumb" loading="lazy" '
        f'src="/wp-content/uploads/2026/03/photo-{n}-218x150.jpg" srcset="/wp-content/uploads/2026/03/'
        f'photo-{n}-218x150.jpg 218w, /wp-content/uploads/2026/03/photo-{n}-100x70.jpg 100w" '
        f'sizes="(max-width: 218px) 100vw, 218px" alt="" /></a><h3 class="entry-title td-module-title">'
        f'<a href="{path_of(n)}">Dépêche {n} de la rédaction</a></h3></div>\n'
        for n in (dice.randrange(10**6) for _ in range(count))
    )


def _script(dice: random.Random) -> str:
    return "".join(
        f'window["tdBlock_{n}"]={{id:"td_uid_{n}",atts:{{limit:{n % 9},offset:{n % 7},ajax:"next_prev"}}}};\n'
        for n in (dice.randrange(10**6) for _ in range(150 + dice.randrange(400)))
    )
