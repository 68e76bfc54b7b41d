"""A link to follow, with what its source says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crawler.retold import Told
from crawler.urls import identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An absolute http(s) URL without fragment.

    `published` and `modified` are aware: a time of no known zone is no instant, and left None.
    `told` is the article's text, where the source has all of it.
    """

    url: str
    published: datetime | None = None
    modified: datetime | None = None
    title: str | None = None
    told: Told | None = None


def first_of_each(links: Iterable[Link]) -> list[Link]:
    """The links in order, the first of each URL."""
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.url, link)
    return list(found.values())


def not_among(earlier: Iterable[str], links: Iterable[Link]) -> list[Link]:
    """The links, each article once, that are not among the URLs of an earlier look at the page."""
    met = {identity(url) for url in earlier}
    found: dict[str, Link] = {}
    for link in links:
        if (name := identity(link.url)) not in met:
            found.setdefault(name, link)
    return list(found.values())
