"""What came of asking for an address: an answer, or why there is none; and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from archive.reader import Record
from crawler.backoff import FailureClass, class_of_status
from crawler.page import Page, kind_of
from spiders.listing import tree_of
from spiders.markup import Element, text_in

FaultName = FailureClass | Literal["robots", "address", "wall", "html", "empty", "away"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a source cannot be used: its name, and what was seen, in words."""

    name: FaultName
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """An answer, after redirects; header names are in lower case, content codings are removed.

    ``moved`` is where redirects lead that are meant to last (301, 308); None where there are none.
    ``record`` holds the exchange of an answer with 2xx.
    """

    asked: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved: str | None = None
    record: Record | None = None

    @property
    def tree(self) -> Element | None:
        """The body as HTML; None when there is nothing in it."""
        return tree_of(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """No answer, or none was asked for: robots.txt forbids it, or the address is not of the internet."""

    asked: str
    fault: Fault

    @property
    def is_unreachable(self) -> bool:
        """Whether the host itself is, and not this address of it alone."""
        return self.fault.name not in ("robots", "gone", "server", "blocked")


Answer = Got | Missed


def fault_of(answer: Answer) -> Fault | None:
    """What keeps anybody from reading an answer, whatever was asked for; None where nothing does."""
    if isinstance(answer, Missed):
        return answer.fault
    kind = kind_of(_page(answer), None)
    if kind.name == "wall" or answer.status >= 400:
        return _refusal(answer, kind.reason if kind.name == "wall" else None)
    return None


def html_fault(answer: Got, wanted: str) -> Fault:
    """What stands in the place of a feed or sitemap: a wall, a page, or nothing that is known."""
    tree = answer.tree if b"<" in answer.body[:4096] else None
    if tree is None:
        return Fault("empty", f"nothing in it that is a {wanted}")
    if wall := wall_of(answer):
        return wall
    title = " ".join(text_in(found, 80) for found in tree.iter("title"))
    return Fault("html", f"HTML instead of a {wanted}" + (f": {title!r}" if title else ""))


def wall_of(answer: Got) -> Fault | None:
    """The bot challenge or login that an answer with 200 is."""
    kind = kind_of(_page(answer), answer.tree)
    return Fault("wall", kind.reason) if kind.name == "wall" else None


def is_article_page(answer: Answer) -> bool:
    """Whether nothing speaks against an article in it."""
    if isinstance(answer, Missed) or fault_of(answer):
        return False
    return kind_of(_page(answer), answer.tree).name == "article"


def _refusal(answer: Got, wall: str | None) -> Fault:
    if wall:
        return Fault("wall", wall)
    words = f"the server answered {answer.status}"
    if asked := answer.headers.get("retry-after"):
        words += f", Retry-After: {asked}"
    return Fault(class_of_status(answer.status), words)


def _page(answer: Got) -> Page:
    content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Page(
        url=answer.url,
        status=answer.status,
        content_type=content_type or None,
        charset=None,
        body=answer.body,
        fetched_at=datetime.now(UTC),
        truncated=False,
        payload_digest="",
    )
