"""Which articles are looked for: by their words and by what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from archive.folding import fts_query

Order = Literal["newest", "best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Articles of which all of this is true; nothing given is nothing asked.

    Of several values in one field one is enough.  ``countries`` are those that an article is about,
    ``mentions`` also those that it names.  ``since`` and ``before`` are days or UTC times as
    ``Catalogue`` sorts by them; ``before`` itself is left out.
    """

    words: str = ""
    countries: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    relevance: float | None = None
    since: str | None = None
    before: str | None = None

    @property
    def is_anything(self) -> bool:
        """Whether nothing is asked; signs without a letter are no words."""
        return replace(self, words="") == Wanted() and not fts_query(self.words)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that gives moment, id and rowid of articles in order, and its values."""

    sql: str
    values: tuple[str | float, ...]


class _Conditions:
    """What stands after WHERE, and its values in the same order."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: list[str | float] = []

    def put(self, part: str, values: Sequence[str | float]) -> None:
        """A condition, with a list of places for the values where it says ``%``."""
        if values:
            self.parts.append(part.replace("%", f"({', '.join('?' * len(values))})"))
            self.values += values


def statements(wanted: Wanted, order: Order) -> list[Statement]:
    """What finds them; each gives the newest first, and an article may be in several.

    Of several countries each has one: together they would have to be sorted before the first is shown.
    ``best`` is the same as ``newest`` where no words are looked for.
    """
    return [_statement(lead, order) for lead in _leads(wanted)]


@dataclass(frozen=True, slots=True)
class _Lead:
    """What is read first, so that the newest are found without reading all, and what then is left to ask."""

    table: str
    key: str
    condition: str
    values: tuple[str, ...]
    left: Wanted

    @property
    def source(self) -> str:
        if self.table == "fact":
            return "fact"
        return f"{self.table} CROSS JOIN fact ON fact.article = {self.table}.{self.key}"

    @property
    def moment(self) -> str:
        return f"{self.table}.moment" if self.table in ("place", "actor") else "fact.moment"


def _leads(wanted: Wanted) -> list[_Lead]:
    if match := fts_query(wanted.words):
        return [_Lead("article_text", "rowid", "article_text MATCH %", (match,), wanted)]
    place, actor = "(place.role, place.code) = %", "actor.name IN %"
    if wanted.countries:
        left = replace(wanted, countries=())
        asked = [("covered", code) for code in dict.fromkeys(wanted.countries)]
        return [_Lead("place", "article", place, pair, left) for pair in asked]
    if wanted.mentions:
        left = replace(wanted, mentions=())
        asked = [(role, c) for c in dict.fromkeys(wanted.mentions) for role in _NAMING]
        return [_Lead("place", "article", place, pair, left) for pair in asked]
    if wanted.actors:
        left = replace(wanted, actors=())
        names = dict.fromkeys(wanted.actors)
        return [_Lead("actor", "article", actor, (name,), left) for name in names]
    return [_Lead("fact", "article", "", (), wanted)]


_NAMING = ("covered", "mentioned")


def _statement(lead: _Lead, order: Order) -> Statement:
    where, left = _Conditions(), lead.left
    where.put(lead.condition, lead.values)
    place = "fact.article IN (SELECT article FROM place WHERE"
    where.put(f"{place} role = 'covered' AND code IN %)", left.countries)
    where.put(f"{place} role <> 'publisher' AND code IN %)", left.mentions)
    where.put("fact.article IN (SELECT article FROM actor WHERE name IN %)", left.actors)
    for column, values in (
        ("language", left.languages),
        ("site", left.sites),
        ("wire", left.wires),
        ("access", left.access),
    ):
        where.put(f"fact.{column} IN %", values)
    where.put("fact.relevance >= %", [] if left.relevance is None else [left.relevance])
    where.put(f"{lead.moment} >= %", [left.since] if left.since else [])
    where.put(f"{lead.moment} < %", [left.before] if left.before else [])
    condition = f" WHERE {' AND '.join(where.parts)}" if where.parts else ""
    best = "article_text.rank, " if order == "best" and lead.table == "article_text" else ""
    return Statement(
        f"SELECT {lead.moment}, fact.id, fact.article FROM {lead.source}{condition}"
        f" ORDER BY {best}{lead.moment} DESC, fact.id DESC",
        tuple(where.values),
    )
