"""What the catalogue knows of an article's copies: relations, its story, its versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.article import Article
from archive.likeness import Kind, Overlap, relation

_MOST = 200  # relations of one article that are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """An article that shares text with another: what that other one is to it, and what part of each is shared.

    ``kind`` reads "the asked article ... this one".
    """

    id: str
    site: str | None
    url: str
    kind: Kind
    share: float
    other_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story."""

    id: str
    site: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that tell the same, the earliest first, and the agency that one of them credits."""

    id: str
    wire: str | None
    members: tuple[Member, ...]

    @property
    def origin(self) -> Member:
        """The article that appeared first."""
        return self.members[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A capture of an article's page; captures with one number say the same."""

    number: int
    id: str
    fetched_at: str


class Copies:
    """Reads the tables that ``Clusters`` fills."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def related(self, article_id: str) -> list[Related]:
        """See ``Catalogue.related``."""
        row = self._db.execute(
            "SELECT text, address, appeared FROM fact JOIN article ON article.rowid = fact.article"
            " WHERE article.id = ?",
            (article_id,),
        ).fetchone()
        if row is None:
            return []
        text, address, appeared = row
        rows = self._db.execute(
            "SELECT there.id, there.site, article.url, there.appeared, share, other_share, numbers, woven"
            " FROM (SELECT other, share, other_share, numbers, woven FROM overlap WHERE text = :text"
            "       UNION ALL SELECT :text, 1, 1, 0, 1) JOIN fact AS there ON there.text = other"
            " JOIN article ON article.rowid = there.article WHERE there.address <> :address"
            " ORDER BY other <> :text, share + other_share DESC, there.appeared, there.id LIMIT :most",
            {"text": text, "address": address, "most": _MOST},
        )
        return [
            Related(
                id=id_,
                site=site,
                url=url,
                kind=relation(Overlap(*shared), (appeared[:10], there[:10])),
                share=shared[0],
                other_share=shared[1],
            )
            for id_, site, url, there, *shared in rows
        ]

    def _place(self, article_id: str) -> tuple[int | None, int | None]:
        """Its row and its story's number; an article without words is in no story but its own."""
        found = self._db.execute(
            "SELECT fact.article, text.story FROM article JOIN fact ON fact.article = article.rowid"
            " LEFT JOIN text ON text.id = fact.text WHERE article.id = ?",
            (article_id,),
        ).fetchone()
        return found or (None, None)

    def once_each(self, articles: Iterable[Article]) -> Iterator[Article]:
        """See ``Catalogue.once_each``."""
        met = set()
        for article in articles:
            rowid, story = self._place(article.id)
            key = ("article", rowid) if story is None else ("story", story)
            if key not in met:
                met.add(key)
                yield article

    def story_of(self, article_id: str) -> Story | None:
        """See ``Catalogue.story_of``."""
        rowid, story = self._place(article_id)
        if rowid is None:
            return None
        source = "fact" if story is None else "text JOIN fact ON fact.text = text.id"
        where = "fact.article = ?" if story is None else "text.story = ?"
        rows = self._db.execute(
            f"SELECT fact.id, fact.site, article.url, fact.wire FROM {source}"
            f" JOIN article ON article.rowid = fact.article WHERE {where}"
            " ORDER BY fact.appeared, fact.id",
            (rowid if story is None else story,),
        ).fetchall()
        return Story(
            id=rows[0][0],
            wire=next((wire for *_, wire in rows if wire), None),
            members=tuple(Member(id=id_, site=site, url=url) for id_, site, url, _ in rows),
        )

    def versions_of(self, article_id: str) -> list[Version]:
        """See ``Catalogue.versions_of``."""
        rows = self._db.execute(
            "SELECT there.version, there.id, there.fetched FROM article"
            " JOIN fact ON fact.article = article.rowid JOIN fact AS there ON there.address = fact.address"
            " WHERE article.id = ? ORDER BY there.fetched, there.id",
            (article_id,),
        )
        return [Version(number=number, id=id_, fetched_at=at) for number, id_, at in rows]
