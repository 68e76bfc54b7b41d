"""Different spellings of one address, as readers, links and tools write them, lead to the same captures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.captured import Captured
from archive.index import Capture, Index
from archive.spelling import is_usual, key_number, spellings

FETCHED = (
    "https://kibaru.example/2026/03/attaque-a-menaka/",
    "http://www.studio.example/article.php?id=413&sec=2",
    "https://www.rfi.example/fr/afrique/20260314-Mali-Ménaka",
    "https://nile.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/",
    "https://img.example/uploads/IMG_2024.JPG",
    "http://old.example:8080/a.html",
    "https://list.example/?z=1&a=2",
    "https://front.example/",
    "http://sess.example/a.php?PHPSESSID=0123456789abcdef0123456789abcdef&id=3",
    "http://192.0.2.7/a",
)


def capture(url: str, date: str = "2026-03-14T09:26:53Z", **changes: Any) -> Capture:
    fields: dict[str, Any] = {
        "url": url, "date": date, "status": 200, "mime": "text/html", "digest": "sha1:A", "truncated": None,
        "record_id": f"<{url} {date}>", "file": "a.warc.gz", "offset": abs(hash((url, date))) % 10**9, "length": 2,
    }  # fmt: skip
    return Capture(**{**fields, **changes})


def captured(folder: Path, *captures: Capture) -> Iterator[Captured]:
    index = Index(folder / "index.sqlite")
    index.add(captures)
    index.close()
    reader = Captured(folder)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Captured]:
    yield from captured(tmp_path_factory.mktemp("spelled"), *map(capture, FETCHED))


@pytest.mark.parametrize(
    ("asked", "fetched"),
    [
        ("http://kibaru.example/2026/03/attaque-a-menaka/", 0),
        ("https://kibaru.example/2026/03/attaque-a-menaka", 0),
        ("http://www.kibaru.example/2026/03/attaque-a-menaka", 0),
        ("https://www2.kibaru.example/2026/03/attaque-a-menaka/", 0),
        ("https://kibaru.example:443/2026/03/attaque-a-menaka/", 0),
        ("HTTPS://Kibaru.EXAMPLE/2026/03/Attaque-A-Menaka/", 0),
        ("https://kibaru.example/2026/03/../03/./attaque-a-menaka/", 0),
        ("https://kibaru.example//2026/03//attaque-a-menaka/", 0),
        ("https://kibaru.example/2026/03/attaque%2Da%2Dmenaka/", 0),
        ("https://studio.example/article.php?sec=2&id=413", 1),
        ("http://www.studio.example/ARTICLE.php?id=413&sec=2", 1),
        ("https://www.rfi.example/fr/afrique/20260314-Mali-M%C3%A9naka", 2),
        ("http://rfi.example/fr/afrique/20260314-mali-m%c3%a9naka/", 2),
        ("https://nile.example/أخبار/", 3),
        ("https://nile.example/أخبار", 3),
        ("http://www.nile.example/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1", 3),
        ("https://img.example/uploads/img_2024.jpg", 4),
        ("http://www.img.example/uploads/IMG_2024.JPG", 4),
        ("https://old.example:8080/a.html", 5),
        ("http://www.old.example:8080/A.html/", 5),
        ("http://list.example/?a=2&z=1", 6),
        ("https://www.list.example?z=1&a=2", 6),
        ("http://front.example", 7),
        ("https://www.front.example/", 7),
        ("https://sess.example/a.php?id=3", 8),
        ("http://192.0.2.7:80/a/", 9),
    ],
)
def test_one_page_under_its_spellings(archive: Captured, asked: str, fetched: int) -> None:
    found = archive.nearest(asked, datetime(2026, 4, 1, tzinfo=UTC))
    assert found
    assert found.url == FETCHED[fetched]
    assert [c.url for c in archive.of_page(asked)] == [FETCHED[fetched]]


@pytest.mark.parametrize(
    "asked",
    [
        "https://kibaru.example/2026/03/attaque-a-gao/",
        "https://kibaru.example:8443/2026/03/attaque-a-menaka/",
        "https://m.kibaru.example/2026/03/attaque-a-menaka/",
        "https://studio.example/article.php?sec=2&id=414",
        "https://front.example/index.html",
        "https://old.example/a.html",
        "not an address",
        "",
    ],
)
def test_another_page_is_another(archive: Captured, asked: str) -> None:
    assert archive.nearest(asked, datetime(2026, 4, 1, tzinfo=UTC)) is None
    assert archive.of_page(asked) == []


HTTP, HTTPS = "http://kibaru.example/a", "https://www.kibaru.example/a/"


def test_the_nearest_in_time_of_all_spellings(tmp_path: Path) -> None:
    early, late = capture(HTTP, "2024-01-01T00:00:00Z"), capture(HTTPS, "2026-01-01T00:00:00Z")
    for archive in captured(tmp_path, early, late):
        for url in (HTTP, HTTPS, "http://www.kibaru.example/A"):
            assert archive.nearest(url, datetime(2024, 5, 1, tzinfo=UTC)) == early
            assert archive.nearest(url, datetime(2025, 9, 1, tzinfo=UTC)) == late
            assert archive.of_page(url) == [early, late]


def test_the_redirect_of_another_spelling_is_not_the_page(tmp_path: Path) -> None:
    """Or the page would lead to its redirect, which leads to the page."""
    redirect = capture(HTTP, "2026-01-01T00:00:00Z", status=301, location=HTTPS)
    page = capture(HTTPS, "2026-01-01T00:00:05Z")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for archive in captured(tmp_path, redirect, page):
        assert archive.nearest(HTTPS, moment) == page
        assert archive.nearest(HTTP, moment) == redirect
    alone = tmp_path / "alone"
    alone.mkdir()
    for archive in captured(alone, redirect):
        assert archive.nearest(HTTPS, moment) == redirect


def test_an_older_index_is_read_by_the_usual_spellings(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.add(map(capture, FETCHED))
    index.close()
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as database:
        database.execute("DROP TABLE spelling")
    archive = Captured(tmp_path)
    assert archive.spellings("http://www.kibaru.example/2026/03/attaque-a-menaka") == [FETCHED[0]]
    archive.close()


_PATHS = st.lists(st.text(alphabet="aBcé-~1", min_size=1, max_size=4), max_size=3).map("/".join)


@given(_PATHS, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_what_a_browser_may_change_is_found(
    path: str, www: bool, secure: bool, ended: bool, escaped: bool
) -> None:
    fetched = f"https://a.example/{quote(path)}"
    asked = f"{'https' if secure else 'http'}://{'www.' if www else ''}a.example/"
    asked += (quote(path) if escaped else path) + ("/" if ended and path else "")
    assert fetched in spellings(asked) or not is_usual(fetched)
    assert not is_usual(fetched) or fetched == fetched.casefold() or "%" in fetched
    assert key_number(fetched) == key_number(asked)
