"""What the reading room must never do, whatever it is asked and whatever the archive holds."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.readonly import ReadOnly, TooSlowError
from crawler.web.app import application
from crawler.web.guard import Key
from tests.asking import ask
from tests.readingroom import (
    HOME,
    PAGE,
    Served,
    opened_room,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with opened_room(tmp_path_factory.mktemp("room")) as room:
        yield room


TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize(
    "query",
    [
        "q=%22", "q=%27%22)(*%3A%5E", "q=AND+OR+NOT", "q=NEAR(", "q=%00", "q=%FF%FE", "q=" + "a" * 5000, "q=*",
        "q=a%22b*%22", "since=x", "since=9999-12-31&until=0001-01-01", "until=9999-12-31", "relevance=nan",
        "relevance=7", "page=-1", "page=1e9", "page=%D9%A1", "sort=%00", "country=" + "ML," * 500, "site=%00",
        "&&&=", "q=a;b", "q=title:x", "%", "q=%ED%A0%80", "since=2026-W01-1",
    ],
)  # fmt: skip
def test_no_query_is_an_error(served: Served, query: str) -> None:
    page = served(f"/search?{query}")
    assert page.status == 200
    assert "<main" in page.text


_ODD = st.text(
    st.one_of(st.sampled_from("\"*()^:-+{}[]\\'«»“”\0%&;,. ANDORT"), st.characters()), max_size=60
)


@given(words=_ODD, site=_ODD, since=_ODD, page=_ODD)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_at_all_is_an_error(
    served: Served, words: str, site: str, since: str, page: str
) -> None:
    written = [quote(text, safe="", errors="surrogatepass") for text in (words, site, since, page)]
    asked = "q={}&site={}&since={}&page={}&sort=best".format(*written)
    assert served(f"/search?{asked}").status == 200
    assert served(f"/search?q={written[0]}&sort=best").status == 200


@given(words=_ODD)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_at_all_is_an_error(served: Served, words: str) -> None:
    written = quote(words, safe="/:?&=%;@", errors="surrogatepass")
    for before in ("/replay/", "/replay/2026/http://kibaru.example/", "/captures/http://", "/timemap/link/http://", "/article/"):  # fmt: skip
        assert served(f"{before}{written}").status < 500


@pytest.mark.parametrize(
    "path",
    [
        "/replay/20260314092653/file:///etc/passwd", "/replay/../../etc/passwd", "/replay/20260314092653/../../x",
        "/replay/20260314092653/http://127.0.0.1:1/", "/replay/20260314092653/http://169.254.169.254/latest/",
        "/replay/20260314092653/gopher://x/", "/replay/%2e%2e/%2e%2e/etc/passwd", "/static/../app.py",
        "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/article/..%2f..%2fetc%2fpasswd", "/coverage/..%2f..%2findex",
        "/replay/20260314092653/http://[::1", "/replay/20260314092653/http://a.example/%00", "/replay/", "/timemap/",
        "/timegate/", "/captures/", "/replay/99999999999999/http://kibaru.example/a", "/replay/20260314092653/%ff%fe",
        "/replay/20260314092653/http://" + "a" * 9000,
    ],
)  # fmt: skip
def test_nothing_else_is_read_or_fetched(
    served: Served, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    page = served(path)
    assert page.status in (302, 404)
    assert b"root:" not in page.body
    assert not page.headers.get("location", "").startswith(("http", "//"))


INERT = [
    "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><svg onload=alert(1)>", "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "</title><script>alert(1)</script>", "{{7*7}}", "{% raw %}", "<iframe srcdoc='<b>'>",
    "<a href=javascript:alert(1)>", "&lt;script&gt;", "\u2028<script>", "<ScRiPt>x</sCrIpT>", "<body onload=x>",
    "<style>@import 'http://x'</style>", "<base href=//x>", "<meta http-equiv=refresh content=0>", "]]><script>",
    "--><script>", "<form action=//x>", "<object data=x>", "<embed src=x>", "<link rel=import href=x>", "<math><mi>",
    "<details ontoggle=x open>", "<video><source onerror=x>", "\"onfocus=x autofocus ", "`onload=x`", "<svg><style>",
    "<plaintext>", "<!--", "<noscript><p title=\"</noscript><script>\">",
]  # fmt: skip


@pytest.mark.parametrize("said", INERT)
def test_markup_in_an_address_is_inert(served: Served, said: str) -> None:
    written = quote(said, safe="")
    harmless = served("/search?q=zzz").text
    for path in (f"/search?q={written}&site={written}&wire={written}&since={written}",
                 f"/replay/2026/http://kibaru.example/{written}", f"/captures/http://x.example/{written}",
                 f"/article/{written}", f"/coverage/{written}"):  # fmt: skip
        page = served(path)
        assert page.status in (200, 404)
        for tag in ("<script", "<svg o", "<svg><style", "<img", "<body o", "<iframe", "<base", "<object", "<embed", "<math",
                    "<plaintext", "<details o", "<video", "href=\"javascript:", "<style"):  # fmt: skip
            assert page.text.count(tag) <= harmless.count(tag), (path, tag)


def test_markup_in_an_article_is_inert(served: Served) -> None:
    for path in ("/article/evil", "/search?q=mechant", "/article/evil/compare/a"):
        text = served(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    raw = served(f"/replay/20260314092653/{HOME}/raw")
    assert raw.headers["content-security-policy"].endswith("; sandbox")
    assert raw.headers["content-type"].startswith("text/html")
    assert raw.headers["x-content-type-options"] == "nosniff"


def test_every_answer_has_a_policy(served: Served) -> None:
    for path in (
        "/",
        "/coverage",
        "/nothing",
        "/static/room.css",
        f"/replay/2020/{PAGE}",
        "/article/a",
    ):
        headers = served(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in served("/").headers["content-security-policy"]


def test_pages_need_nothing_from_elsewhere_and_no_inline_script(served: Served) -> None:
    for path in ("/", "/article/a", "/coverage"):
        text = served(path).text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
        assert not re.search(r"<script(?![^>]*src=)", text)
        assert " style=" not in text


def test_a_token_keeps_others_out(served: Served) -> None:
    room = replace(served.room, key=Key(TOKEN))
    app = application(room, None)
    assert ask(app, "/search").status == 401
    assert ask(app, "/search", {"accept": "text/html"}).headers["location"] == "/enter"
    assert ask(app, "/search", {"authorization": "Bearer nonsense"}).status == 401
    assert ask(app, "/search", {"authorization": f"Bearer {TOKEN}"}).status == 200
    assert ask(app, "/search", {"cookie": f"djeli={TOKEN}"}).status == 401
    assert ask(app, f"/replay/20260314092653/{PAGE}").status == 401
    wrong = ask(app, "/enter", {"origin": "http://127.0.0.1"}, method="POST", body=b"token=x")
    assert wrong.status == 403
    entered = ask(app, "/enter", {}, method="POST", body=f"token={TOKEN}".encode())
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    page = ask(app, "/article/a", {"cookie": cookie.partition(";")[0]})
    assert page.status == 200
    source = re.search(r'<iframe[^>]* src="([^"]+)"', page.text)
    assert source
    shown = ask(app, source[1])
    assert shown.status == 200
    assert f'href="{source[1].partition("2026")[0]}20260314092653/{HOME}/s.css"' in shown.text


def test_the_room_answers_to_its_own_names_only(served: Served) -> None:
    assert served("/", host="evil.example").status == 421
    assert served("/", host="localhost:8080").status == 200


def test_only_reading(served: Served) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert ask(served.app, "/search", method=method).status == 405


def test_a_slow_query_is_cut_off(served: Served) -> None:
    base = ReadOnly(served.data_dir / "catalogue.sqlite")
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(TooSlowError, match="no answer"), base.reading(0.2) as database:
        database.execute(forever).fetchone()
    with base.reading() as database, pytest.raises(sqlite3.OperationalError):
        database.execute("DELETE FROM article")
    base.close()
