"""The evidence of an article's countries, actors and relevance, marked where it stands in the text; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from archive.article import Article, Field, Span

_BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a piece of text shows: of which kind (``country``, ``actor``, ``term``), and what exactly."""

    kind: str
    shows: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and what it shows, if anything."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def kinds(self) -> str:
        """The kinds of its marks, for a class."""
        return " ".join(dict.fromkeys(mark.kind for mark in self.marks))

    @property
    def says(self) -> str:
        """What its marks show, for people."""
        return "; ".join(dict.fromkeys(mark.shows for mark in self.marks))


def marked_paragraphs(article: Article, field: Field) -> list[list[Part]]:
    """The paragraphs of a field, each in parts."""
    text: str = getattr(article, field) or ""
    spans = [(span, mark) for span, mark in _spans(article) if span.field == field]
    spans = [(s, m) for s, m in spans if 0 <= s.start < s.end <= len(text)]
    paragraphs, place = [], 0
    for blank in (*_BLANK.finditer(text), None):
        end = blank.start() if blank else len(text)
        if text[place:end].strip():
            paragraphs.append(list(_parts(text, place, end, spans)))
        place = blank.end() if blank else end
    return paragraphs


def _parts(text: str, start: int, end: int, spans: list[tuple[Span, Mark]]) -> Iterator[Part]:
    inside = [(span, mark) for span, mark in spans if span.start < end and span.end > start]
    cuts = {start, end}
    for span, _ in inside:
        cuts |= {max(span.start, start), min(span.end, end)}
    places = sorted(cuts)
    for first, last in pairwise(places):
        marks = tuple(mark for span, mark in inside if span.start <= first and last <= span.end)
        yield Part(text[first:last], marks)


def _spans(article: Article) -> Iterator[tuple[Span, Mark]]:
    for country in article.countries:
        for span in country.evidence:
            yield span, Mark("country", f"{country.code} {country.role}: {span.basis}")
    for actor in article.actors:
        for span in actor.evidence:
            yield span, Mark("actor", f"{actor.name}: {actor.kind}")
    if article.relevance:
        for span in article.relevance.terms:
            yield span, Mark("term", f"security: {span.basis}")
