"""What is no article however long one follows it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.traps import trap

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        "/2026/03/14/une-attaque-a-dori.html",
        "/spip.php?article12345",
        "/news/world-africa-12345678",
        "/?p=123&lang=fr",
        "/a/b/c/d/e/f/article.html",
        "/actualites/2026/3/armee",
        "/agenda-de-la-paix-le-gouvernement-annonce",
        "/index.php?option=com_content&view=article&id=44&Itemid=2&lang=fr",
        "/events-in-goma-what-we-know",
        "/fr/mali/mali/une-histoire",
    ],
)
def test_articles_are_no_traps(path: str) -> None:
    assert trap(f"https://example.org{path}", NOW) is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/" + "x" * 1000, "characters"),
        ("/a/" * 8, "repeats"),
        ("/fr/articles/fr/articles/fr/articles/x", "repeats"),
        ("/" + "/".join(map(str, range(20))), "parts"),
        ("/?" + "&".join(f"p{n}=1" for n in range(9)), "parameters"),
        ("/liste?sort=date&order=desc", "sorted"),
        ("/liste?page=1&page=2", "sorted"),
        ("/events/2026-03-15/", "calendar"),
        ("/calendrier/2026/04", "calendar"),
        ("/?tribe-bar-date=2026-05", "calendar"),
        ("/archives/2031/05/", "to come"),
        ("/agenda?date=1999-01-01", "calendar"),
    ],
)
def test_traps_say_what_they_are(path: str, words: str) -> None:
    assert words in (trap(f"https://example.org{path}", NOW) or "")


@given(st.text(max_size=1200))
def test_no_address_raises(url: str) -> None:
    trap(url, NOW)
