"""WordPress's REST API: which posts to ask for, and what an answer holds; pure.

Two thirds of the region's news sites run it.  It tells of every post since a moment, when each was
published and changed (in UTC), and how many there are, so that a walk can prove that it missed none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

from crawler.retold import Told
from crawler.urls import absolute
from spiders.instants import instant
from spiders.link import Link
from spiders.markup import plain_text, plain_title

PER_PAGE = 100  # as many as the API gives at once
_FIELDS = "id,link,date_gmt,modified_gmt,title,content"
_HEADER_LINK = re.compile(r"<([^<>]+)>[^<>,]*?\brel=\"?https://api\.w\.org/", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d{1,9})\s*")
_JSON = re.compile(r"[\[{]")
_ITEM = re.compile(r"[\s,]*\{")
_MOST_STARTS = 50  # brackets before the answer: a warning of PHP may have some

Why = Literal["beyond_end", "disabled", "forbidden", "absent", "html", "no_json", "refused"]
_CODES: dict[str, Why] = {
    "rest_post_invalid_page_number": "beyond_end",
    "rest_disabled": "disabled",
    "rest_api_disabled": "disabled",
    "disabled_rest_api": "disabled",
    "rest_no_route": "absent",
}
_STATUSES: dict[int, Why] = {401: "forbidden", 403: "forbidden", 404: "absent", 410: "absent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A page of the posts of a site: the newest, or from a moment on.

    ``root`` is the API's (``https://x.example/wp-json/`` or ``https://x.example/?rest_route=/``).
    ``after`` and ``modified_after`` are aware and leave out the moment itself.  From a moment on the
    oldest come first, so that what appears during the walk does not shift its pages.
    """

    root: str
    after: datetime | None = None
    modified_after: datetime | None = None
    page: int = 1
    per_page: int = PER_PAGE

    @property
    def url(self) -> str:
        """The address to ask."""
        parameters = {"per_page": str(self.per_page), "page": str(self.page)}
        parameters["order"] = "asc" if self.after or self.modified_after else "desc"
        parameters["orderby"] = "modified" if self.modified_after else "date"
        for name in ("after", "modified_after"):
            if moment := getattr(self, name):
                parameters[name] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        parameters["_fields"] = _FIELDS
        joint = "&" if "?" in self.root else "?"
        return f"{self.root.rstrip('/')}/wp/v2/posts{joint}{urlencode(parameters, safe=':,')}"

    def following(self, found: PostsPage) -> Query | None:
        """The next page; None after the last, which without a count is an empty one."""
        is_last = self.page >= found.pages if found.pages is not None else not found.posts
        return None if is_last else replace(self, page=self.page + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response of the API, whatever it is; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: its link with dates and title, and the HTML of its text, None where it was left out."""

    id: int
    link: Link
    html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """The posts of an answer; ``total`` and ``pages`` of the whole query, None where not said.

    ``is_cut``: the answer broke off, and more posts than these belong to it.
    """

    posts: tuple[Post, ...]
    total: int | None = None
    pages: int | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPosts:
    """Why an answer holds no posts, and what it says of that."""

    why: Why
    message: str


def posts_in(answer: Answer) -> PostsPage | NoPosts:
    """The posts of an answer, read past a byte-order mark and the warnings of PHP."""
    text = plain_text(answer.body)
    found = _decoded(text)
    if isinstance(found, dict):
        return _refusal(answer, found)
    if answer.status >= 400:
        return NoPosts(why=_STATUSES.get(answer.status, "refused"), message=f"{answer.status}")
    if found is None:
        is_html = text.lstrip().startswith("<")
        return NoPosts(why="html" if is_html else "no_json", message=text.strip()[:80])
    posts = (_post(item, answer.url) for item in found.items)
    return PostsPage(
        posts=tuple(post for post in posts if post),
        total=_header_number(answer, "x-wp-total"),
        pages=_header_number(answer, "x-wp-totalpages"),
        is_cut=found.is_cut,
    )


def is_complete(pages: Iterable[PostsPage]) -> bool:
    """Whether a walk brought as many posts as the site said it has; False where it never said."""
    walked = list(pages)
    totals = [page.total for page in walked if page.total is not None]
    ids = {post.id for page in walked for post in page.posts}
    return bool(totals) and len(ids) >= totals[-1] and not any(page.is_cut for page in walked)


def root_in_header(value: str, url: str) -> str | None:
    """The API's root in the ``Link`` header of any page of a WordPress site."""
    match = _HEADER_LINK.search(value)
    return absolute(match[1], url) if match else None


@dataclass(frozen=True, slots=True)
class _Items:
    items: list[dict[str, Any]]
    is_cut: bool


def _decoded(text: str) -> _Items | dict[str, Any] | None:
    """The list of posts, or the error, that begins at the first bracket at which one does."""
    decoder = json.JSONDecoder()
    starts = (
        match.start() for match, _ in zip(_JSON.finditer(text), range(_MOST_STARTS), strict=False)
    )
    for start in starts:
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            if text[start] == "[" and (items := list(_whole_items(text, start + 1))):
                return _Items(items, is_cut=True)
            continue
        if isinstance(value, dict) and isinstance(value.get("code"), str):
            return value
        if isinstance(value, list) and (
            all(map(_is_post, value)) if value else not text[end:].strip()
        ):
            return _Items(value, is_cut=False)
    return None


def _whole_items(text: str, position: int) -> Iterator[dict[str, Any]]:
    """The objects of a list up to where it was cut off."""
    while (brace := _ITEM.match(text, position)) is not None:
        try:
            item, position = json.JSONDecoder().raw_decode(text, brace.end() - 1)
        except (ValueError, RecursionError):
            return
        if _is_post(item):
            yield item


def _is_post(item: object) -> bool:
    """A page of HTML has JSON in it as well, which is of other things."""
    return isinstance(item, dict) and "id" in item and "link" in item


def _refusal(answer: Answer, error: dict[str, Any]) -> NoPosts:
    code = error["code"]
    data = error.get("data")
    status = data.get("status") if isinstance(data, dict) else None
    by_status = _STATUSES.get(status if isinstance(status, int) else answer.status, "refused")
    why = _CODES.get(code) or ("disabled" if "disabled" in code else by_status)
    return NoPosts(why=why, message=f"{code}: {error.get('message', '')}"[:200])


def _post(item: dict[str, Any], url: str) -> Post | None:
    link, identifier = item.get("link"), item.get("id")
    address = absolute(link, url) if isinstance(link, str) else None
    if address is None or not isinstance(identifier, int):
        return None
    title, html = _rendered(item, "title"), _rendered(item, "content")
    return Post(
        id=identifier,
        link=Link(
            url=address,
            published=_moment(item.get("date_gmt")),
            modified=_moment(item.get("modified_gmt")),
            title=plain_title(title) if title else None,
            told=Told.of(html, "wordpress") if html else None,
        ),
        html=html,
    )


def _moment(value: object) -> datetime | None:
    """``date_gmt`` is UTC and does not say so; drafts have none, or one of noughts."""
    return (
        instant(value if value.endswith("Z") else f"{value}Z") if isinstance(value, str) else None
    )


def _rendered(item: dict[str, Any], name: str) -> str | None:
    value = item.get(name)
    text = value.get("rendered") if isinstance(value, dict) else None
    return text if isinstance(text, str) else None


def _header_number(answer: Answer, name: str) -> int | None:
    value = next((v for k, v in answer.headers.items() if k.lower() == name), "")
    match = _NUMBER.fullmatch(value)
    return int(match[1]) if match else None
