"""The armed actors, missions and bodies that an article names, and where."""

from __future__ import annotations

from archive.article import Actor, Span
from crawler.gazetteer import found_in
from crawler.sense import senses

_MOST_EVIDENCE = 12


def actors_of(
    title: str, lead: str | None, text: str, *, language: str | None
) -> tuple[Actor, ...]:
    """The actors of an article by their usual short names, in the order in which it names them."""
    kinds: dict[str, str] = {}
    evidence: dict[str, list[Span]] = {}
    for sense in senses(found_in(title, lead, text, language), language, None):
        if sense.actor:
            kinds.setdefault(sense.actor, sense.kind)
            evidence.setdefault(sense.actor, []).append(sense.span)
    return tuple(
        Actor(name=name, kind=kinds[name], evidence=tuple(spans[:_MOST_EVIDENCE]))
        for name, spans in evidence.items()
    )
