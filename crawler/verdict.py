"""What comes back from a worker that has read a page; light, for the parent to import."""

from __future__ import annotations

from dataclasses import dataclass

from archive.article import Article


@dataclass(frozen=True, slots=True)
class NoArticle:
    """Why a record gave no article: the kind of page that it is instead, and what shows it."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``outlinks`` are links to follow, ``requisites`` what a reader sees; absolute URLs, each once."""

    result: Article | NoArticle
    outlinks: tuple[str, ...]
    requisites: tuple[str, ...]
