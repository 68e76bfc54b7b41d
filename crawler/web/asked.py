"""A search as its address says it, and the addresses of searches near it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlencode

from archive.browse import MOST_PAGES, Asked
from archive.shelves import FACETS, Facet
from archive.wanted import Wanted

MOST_CHARACTERS = 300
_MOST_VALUES = 30
_LONGEST_VALUE = 120

Note = Literal["long", "since", "until", "relevance", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an address asks for; ``notes`` name parts of it that were left aside."""

    words: str = ""
    values: tuple[tuple[Facet, str], ...] = ()
    since: str = ""
    until: str = ""
    relevance: str = ""
    best: bool = False
    unique: bool = False
    page: int = 1
    notes: tuple[Note, ...] = ()

    def of(self, facet: Facet) -> tuple[str, ...]:
        """What is chosen of a facet."""
        return tuple(value for name, value in self.values if name == facet)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words is asked for."""
        return bool(self.values or self.since or self.until or self.relevance or self.unique)

    @property
    def asked(self) -> Asked:
        """For the browser of the catalogue."""
        before = (date.fromisoformat(self.until) + timedelta(1)).isoformat() if self.until else None
        wanted = Wanted(
            words=self.words,
            countries=self.of("country"),
            mentions=self.of("mentions"),
            languages=self.of("language"),
            sites=self.of("site"),
            wires=self.of("wire"),
            actors=self.of("actor"),
            access=self.of("access"),
            relevance=float(self.relevance) if self.relevance else None,
            since=self.since or None,
            before=before,
        )
        order: Literal["best", "newest"] = "best" if self.best else "newest"
        return Asked(wanted=wanted, order=order, unique=self.unique, page=self.page)

    def toggled(self, facet: Facet, value: str) -> Query:
        """With the value if it is not chosen, else without it; from the first page."""
        pair = (facet, value)
        rest = tuple(own for own in self.values if own != pair)
        chosen = rest if pair in self.values else (*self.values, pair)
        return replace(self, values=chosen, page=1)

    def only(self, facet: Facet, value: str) -> Query:
        """With this value alone of the facet; from the first page."""
        rest = tuple(pair for pair in self.values if pair[0] != facet)
        return replace(self, values=(*rest, (facet, value)), page=1)

    def with_(
        self, *, best: bool | None = None, unique: bool | None = None, page: int = 1
    ) -> Query:
        """In another order, with or without copies, from the first page unless one is named."""
        return replace(
            self,
            best=self.best if best is None else best,
            unique=self.unique if unique is None else unique,
            page=page,
        )

    def cleared(self) -> Query:
        """The words alone."""
        return Query(words=self.words, best=self.best)

    def between(self, since: str, until: str) -> Query:
        """Of these days; from the first page."""
        return replace(self, since=since, until=until, page=1)

    @property
    def of_days(self) -> str:
        """The beginning of an address that days are put behind, as ``since=…&until=…``."""
        base = self.between("", "").address()
        return f"{base}&" if "?" in base else f"{base}?"

    def parameters(self) -> list[tuple[str, str]]:
        """What says the same in an address; what is as usual is left out."""
        found: list[tuple[str, str]] = [("q", self.words)] if self.words else []
        found += self.values
        found += [
            pair
            for pair in (
                ("since", self.since),
                ("until", self.until),
                ("relevance", self.relevance),
                ("sort", "best" if self.best else ""),
                ("unique", "1" if self.unique else ""),
                ("page", str(self.page) if self.page > 1 else ""),
            )
            if pair[1]
        ]
        return found

    def address(self, path: str = "/search") -> str:
        """Where it is answered."""
        parameters = self.parameters()
        return f"{path}?{urlencode(parameters)}" if parameters else path


def query_of(text: str) -> Query:
    """Read the part of an address behind the question mark; nothing in it is an error."""
    given = parse_qs(text, max_num_fields=None, errors="replace")
    notes: list[Note] = []
    words = _first(given.get("q"))
    if len(words) > MOST_CHARACTERS:
        words = words[:MOST_CHARACTERS]
        notes.append("long")
    since, until = _day(given.get("since")), _day(given.get("until"))
    relevance = _score(_first(given.get("relevance")))
    page = _page(_first(given.get("page")))
    wrong: tuple[tuple[Note, object], ...] = (
        ("since", since), ("until", until), ("relevance", relevance), ("page", page),
    )  # fmt: skip
    notes += [name for name, value in wrong if value is None]
    return Query(
        words=words,
        values=tuple((facet, v) for facet in FACETS for v in _values(given.get(facet))),
        since=since or "",
        until=until or "",
        relevance=relevance or "",
        best=_first(given.get("sort")) == "best",
        unique=_first(given.get("unique")) == "1",
        page=page or 1,
        notes=tuple(notes),
    )


def _first(values: Sequence[str] | None) -> str:
    return values[0].replace("\0", " ").strip() if values else ""


def _values(values: Sequence[str] | None) -> list[str]:
    """Each once; several may stand in one, parted by commas."""
    parts = (part.strip()[:_LONGEST_VALUE] for value in values or () for part in value.split(","))
    return [part for part in dict.fromkeys(parts) if part][:_MOST_VALUES]


def _day(values: Sequence[str] | None) -> str | None:
    """The day; empty if none is given, None for one that is none."""
    text = _first(values)
    if not text:
        return ""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found.isoformat() if found < date.max else None


def _score(text: str) -> str | None:
    if not text:
        return ""
    try:
        score = float(text)
    except ValueError:
        return None
    return f"{score:g}" if 0 <= score <= 1 else None


def _page(text: str) -> int | None:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        return None
    return int(text) if 1 <= int(text) <= MOST_PAGES else None
