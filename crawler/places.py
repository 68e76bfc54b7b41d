"""The countries of an article: what it is about, what it mentions, and the words that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from archive.article import Country, CountryRole, Field
from crawler.gazetteer import found_in
from crawler.sense import Sense, senses

_WEIGHT = {"name": 3.0, "demonym": 2.0, "leader": 2.2, "body": 2.0, "actor": 2.0}
_OF_A_PLACE = 3.0
_PLACES = ("place", "town", "subdivision")
_OF_A_FIELD: dict[Field, float] = {"title": 4.0, "lead": 0.8, "text": 0.5}
_LATER = 0.75  # for each country that was named before it in the field
_LABELLED = 1.3  # a country or place and a colon before a headline
_LOCATED = 1.4  # for a place where it happened: an agent's country comes after it
_ASIDE = 0.3  # for the country that a border is shared with
_OPENING = 600  # characters of the text that tell what it is about
_AFTER_OPENING = 0.3
_MOST_COUNTED = 12  # mentions in a text; more say no more
_FURTHER = 0.3  # for a further mention in a title or lead
_COVERED = 0.5  # of the primary country's points
_LEAST_COVERED = 3  # mentions of a country that neither title nor lead names
_MOST_EVIDENCE = 12


def places_of(
    title: str, lead: str | None, text: str, *, language: str | None, publisher: str | None
) -> tuple[Country, ...]:
    """The publisher's country, those that the article covers (the primary first), those that it mentions."""
    found = found_in(title, lead, text, language)
    evidence: dict[str, list[Sense]] = defaultdict(list)
    for sense in senses(found, language, publisher):
        for code in sense.codes:
            evidence[code].append(sense)
    points = _points(evidence)
    ranked = sorted(points, key=lambda code: -points[code])
    most, total = max(points.values(), default=0.0), sum(points.values())
    covered = [
        code
        for code in ranked
        if points[code] >= most * _COVERED
        and _is_covered(evidence[code], len(found.abroad), len(points) == 1)
    ]
    tagged = [
        _country(code, points[code] / total, evidence[code], role)
        for role, codes in _roles(covered, ranked)
        for code in codes
    ]
    if publisher:
        tagged.insert(0, Country(code=publisher, role="publisher", score=0.0))
    return tuple(tagged)


def _roles(covered: list[str], ranked: list[str]) -> Iterator[tuple[CountryRole, list[str]]]:
    yield "covered", covered
    yield "mentioned", [code for code in ranked if code not in covered]


def _is_covered(mentions: list[Sense], abroad: int, alone: bool) -> bool:
    """Whether an article with so many names of places abroad is about a country, not just naming it."""
    if any(sense.span.field != "text" for sense in mentions):
        return True
    if alone and not abroad and mentions[0].span.start < _OPENING:
        return True
    return len(mentions) >= _LEAST_COVERED and len(mentions) * 2 >= abroad


def _country(code: str, score: float, evidence: list[Sense], role: CountryRole) -> Country:
    shown = tuple(sense.span for sense in evidence[:_MOST_EVIDENCE])
    return Country(code=code, role=role, score=round(score, 3), evidence=shown)


def _points(evidence: dict[str, list[Sense]]) -> dict[str, float]:
    """What each country's mentions are worth together, in the order in which the countries are named."""
    points = dict.fromkeys(evidence, 0.0)
    for field, worth in _OF_A_FIELD.items():
        place = 0
        for code, shown in evidence.items():
            here = [sense for sense in shown if sense.span.field == field]
            if here:
                points[code] += worth * _worth(here) * _LATER**place
                place += field == "title"
    return points


def _worth(mentions: list[Sense]) -> float:
    """What mentions in one field are worth: the best in full, in a text each further one, too."""
    weights = [_weight(sense) for sense in mentions[:_MOST_COUNTED]]
    if mentions[0].span.field == "text":
        return sum(weights)
    return max(weights) + _FURTHER * (len(weights) - 1)


def _weight(sense: Sense) -> float:
    basis = "demonym" if sense.agent else sense.span.basis
    weight = _WEIGHT.get(basis, _OF_A_PLACE)
    if sense.labelled:
        weight *= _LABELLED
    elif sense.located and basis in (*_PLACES, "demonym"):
        weight *= _LOCATED
    if sense.aside:
        weight *= _ASIDE
    if sense.span.field == "text" and sense.span.start > _OPENING:
        weight *= _AFTER_OPENING
    return weight
