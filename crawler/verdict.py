"""What comes back from a worker that has read a page; light, for the parent to import."""

from __future__ import annotations

from dataclasses import dataclass

from archive.article import Article
from crawler.parts import Continued
from crawler.versions import Version


@dataclass(frozen=True, slots=True)
class NoArticle:
    """Why a record gave no article: the kind of page that it is instead, and what shows it."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What a page holds, where its article goes on, and the article's own page if this is another version of it."""

    result: Article | NoArticle
    continued: Continued | None = None
    version: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``requisites`` are what a reader sees, absolute URLs, each once.

    ``outlinks`` are these and the links to follow, as the page's metadata record has them: nobody else asks.
    """

    extract: Extract
    outlinks: str
    requisites: tuple[str, ...]

    @property
    def result(self) -> Article | NoArticle:
        """The article, or why there is none."""
        return self.extract.result
