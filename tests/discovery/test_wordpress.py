"""WordPress's REST API: what is asked, and what its answers hold, mended or refused."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.links import Link, page_links
from spiders.wordpress import (
    Answer,
    NoPosts,
    Post,
    PostsPage,
    Query,
    is_complete,
    posts_in,
    root_in_header,
)

ROOT = "https://kibaru.example/wp-json/"
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ONE = "https://kibaru.example/2024/05/attaque-djibo/"


def item(number: int = 11, link: str = ONE, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "date_gmt": "2024-05-01T12:00:00",
        "modified_gmt": "2024-05-01T12:00:00",
        "link": link,
        "title": {"rendered": "L&rsquo;attaque &#8211; <em>Djibo</em>"},
        "content": {"rendered": "<p>Texte</p>", "protected": False},
        **more,
    }


POST = Post(
    id=11,
    link=Link(url=ONE, published=NOON, modified=NOON, title="L’attaque – Djibo"),
    html="<p>Texte</p>",
)


def answer(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else body.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, body=raw, url=f"{ROOT}wp/v2/posts?page=1")


def test_what_is_asked() -> None:
    parts = urlsplit(Query(root=ROOT, after=NOON, page=3).url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ROOT}wp/v2/posts"
    assert parse_qs(parts.query) == {
        "per_page": ["100"],
        "page": ["3"],
        "order": ["asc"],
        "orderby": ["date"],
        "after": ["2024-05-01T12:00:00Z"],
        "_fields": ["id,link,date_gmt,modified_gmt,title,content"],
    }


def test_what_was_changed_is_asked_in_the_order_of_the_changes() -> None:
    asked = parse_qs(urlsplit(Query(root=ROOT, modified_after=NOON).url).query)
    assert asked["modified_after"] == ["2024-05-01T12:00:00Z"]
    assert (asked["orderby"], asked["order"]) == (["modified"], ["asc"])
    assert "after" not in asked


def test_without_a_moment_the_newest_come_first() -> None:
    asked = parse_qs(urlsplit(Query(root=ROOT).url).query)
    assert (asked["orderby"], asked["order"], asked["page"]) == (["date"], ["desc"], ["1"])


def test_a_root_without_pretty_addresses() -> None:
    url = Query(root="https://kibaru.example/?rest_route=/").url
    assert url.startswith("https://kibaru.example/?rest_route=/wp/v2/posts&per_page=100&page=1&")


def test_posts_with_dates_in_utc() -> None:
    found = posts_in(answer(json.dumps([item()]), X_WP_Total="1", X_WP_TotalPages="1"))
    assert found == PostsPage(posts=(POST,), total=1, pages=1)


GOOD = json.dumps([item()])
MENDED: dict[str, bytes | str] = {
    "a BOM": "\ufeff" + GOOD,
    "blank lines": "\n\n" + GOOD,
    "a warning of PHP": "<br />\n<b>Warning</b>: foreach() in <b>/w[1]/{x}.php</b> on line <b>3</b><br />\n"
    + GOOD,
    "a log line": "[01-May-2024 12:00:00 UTC] PHP Notice: x {y}\n" + GOOD,
    "a comment of a cache behind": GOOD + "\n<!-- Cached by x [1] -->",
    "zipped": gzip.compress(GOOD.encode()),
    "characters as they are": json.dumps([item()], ensure_ascii=False),
    "control characters": GOOD.replace("Texte", "Te\x02xte"),
}


@pytest.mark.parametrize("name", MENDED)
def test_answers_that_are_mended(name: str) -> None:
    assert posts_in(answer(MENDED[name])) == PostsPage(posts=(POST,))


def test_an_answer_that_breaks_off_says_so() -> None:
    body = json.dumps([item(), item(12)])[:-40]
    found = posts_in(answer(body, x_wp_total="2", x_wp_totalpages="1"))
    assert found == PostsPage(posts=(POST,), total=2, pages=1, is_cut=True)
    assert not is_complete([found])


ODD: list[tuple[dict[str, Any], Post | None]] = [
    (item(link="/2024/05/attaque-djibo/"), POST),
    (
        item(title=None),
        Post(id=11, link=Link(url=ONE, published=NOON, modified=NOON), html=POST.html),
    ),
    (item(link=None), None),
    (item(link="javascript:x"), None),
    (item(id="11"), None),
]


@pytest.mark.parametrize(("post", "wanted"), ODD)
def test_odd_posts(post: dict[str, Any], wanted: Post | None) -> None:
    found = posts_in(answer(json.dumps([post])))
    assert isinstance(found, PostsPage)
    assert found.posts == ((wanted,) if wanted else ())


@pytest.mark.parametrize("text", ["0000-00-00T00:00:00", None, "", "soon", 7])
def test_a_date_that_is_none(text: object) -> None:
    found = posts_in(answer(json.dumps([item(date_gmt=text)])))
    assert isinstance(found, PostsPage)
    assert found.posts[0].link.published is None


def error(code: str, status: int) -> str:
    return json.dumps({"code": code, "message": "Non.", "data": {"status": status}})


REFUSED = [
    (answer(error("rest_post_invalid_page_number", 400), 400), "beyond_end"),
    (answer(error("rest_disabled", 401), 401), "disabled"),
    (answer(error("rest_api_disabled", 403), 403), "disabled"),
    (answer(error("rest_cannot_access", 401), 401), "forbidden"),
    (answer(error("rest_not_logged_in", 401), 401), "forbidden"),
    (answer(error("rest_forbidden", 403), 403), "forbidden"),
    (answer(error("rest_no_route", 404), 404), "absent"),
    (answer(error("rest_invalid_param", 400), 400), "refused"),
    (answer("\ufeff<b>Notice</b>" + error("rest_disabled", 401)), "disabled"),
    (answer(json.dumps({"code": "x", "message": "m", "data": None}), 403), "forbidden"),
    (answer("<html><h1>403 Forbidden</h1></html>", 403), "forbidden"),
    (answer("", 401), "forbidden"),
    (answer("not found", 404), "absent"),
    (answer("Bad gateway", 502), "refused"),
    (answer("<!DOCTYPE html><html><body>Accueil</body></html>"), "html"),
    (answer('<!DOCTYPE html><script>var a = [{"id": 1}], b = [];</script>'), "html"),
    (answer(""), "no_json"),
    (answer('{"name": "Kibaru", "routes": {}}'), "no_json"),
    (answer("[1, 2]"), "no_json"),
]


@pytest.mark.parametrize(("refusal", "why"), REFUSED)
def test_refusals_have_a_reason(refusal: Answer, why: str) -> None:
    found = posts_in(refusal)
    assert isinstance(found, NoPosts)
    assert found.why == why


def test_no_posts_is_an_answer() -> None:
    assert posts_in(answer("[]", X_WP_TOTAL="0", X_WP_TOTALPAGES="0")) == PostsPage(
        posts=(), total=0, pages=0
    )


def walk(per_page: int, count: int, *, counted: bool) -> list[PostsPage]:
    """A site's posts from the first page to the last, as a spider asks for them."""
    query: Query | None = Query(root=ROOT, per_page=per_page)
    walked = []
    while query:
        numbers = range(1, count + 1)[(query.page - 1) * per_page : query.page * per_page]
        head = {"X_WP_Total": f"{count}", "X_WP_TotalPages": f"{-(-count // per_page)}"}
        body = json.dumps([item(number) for number in numbers])
        found = posts_in(answer(body, **(head if counted else {})))
        assert isinstance(found, PostsPage)
        walked.append(found)
        query = query.following(found)
    return walked


@pytest.mark.parametrize("count", [0, 1, 3, 4, 6, 7])
def test_a_walk_proves_that_it_is_complete(count: int) -> None:
    counted = walk(3, count, counted=True)
    assert sum(len(page.posts) for page in counted) == count
    assert len(counted) == max(1, -(-count // 3))
    assert is_complete(counted)
    if count:
        assert not is_complete(counted[1:])


def test_a_walk_without_a_count_ends_and_proves_nothing() -> None:
    walked = walk(3, 7, counted=False)
    assert sum(len(page.posts) for page in walked) == 7
    assert not is_complete(walked)


HEADER = '<https://kibaru.example/wp-json/>; rel="https://api.w.org/"'


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (HEADER, ROOT),
        (f"<https://kibaru.example/?p=1>; rel=shortlink, {HEADER}", ROOT),
        ("</wp-json/>; rel=https://api.w.org/", ROOT),
        ('<https://kibaru.example/>; rel="canonical"', None),
        ("", None),
    ],
)
def test_a_header_names_the_api(value: str, wanted: str | None) -> None:
    assert root_in_header(value, "https://kibaru.example/a") == wanted


def test_a_page_names_the_api() -> None:
    page = b'<html><head><link rel="https://api.w.org/" href="/wp-json/"></head><p>a</p></html>'
    assert page_links(page, "https://kibaru.example/").wordpress == ROOT
    assert page_links(b"<html><p>a</p></html>", "https://kibaru.example/").wordpress is None


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.integers(0, len(GOOD)).map(lambda n: GOOD[:n].encode())
)
def test_any_answer_gives_posts_or_a_reason(body: bytes) -> None:
    found = posts_in(answer(body))
    assert isinstance(found, PostsPage | NoPosts)
