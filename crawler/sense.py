"""Which of its meanings a name has, by the company in which it stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from archive.article import Span
from crawler.gazetteer import Basis, Found, Match, Meaning
from crawler.surroundings import (
    is_agent,
    is_aside,
    is_elsewhere,
    is_given_name,
    is_labelled,
    is_located,
    is_of_niger_state,
    stands_alone,
)
from crawler.tokens import folded

_RANK: dict[Basis, int] = {
    "block": 0,
    "region": 0,
    "name": 1,
    "demonym": 2,
    "place": 3,
    "leader": 4,
    "body": 5,
    "town": 6,
    "subdivision": 7,
    "actor": 8,
    "abroad": 9,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """A name that shows countries or an actor.

    It is ``located`` where a sentence puts a place, ``labelled`` at a headline's start before a colon,
    ``aside`` if it is only what a border is shared with, an ``agent``'s if it says whose soldiers they are.
    """

    codes: tuple[str, ...]
    span: Span
    actor: str | None = None
    kind: str = ""
    located: bool = False
    labelled: bool = False
    aside: bool = False
    agent: bool = False


@dataclass(frozen=True, slots=True)
class _Company:
    """What an article shows beyond doubt: countries, by the number of different names that show them."""

    shown: Counter[str]
    hinted: Counter[str]
    abroad: bool
    in_niger_state: bool
    language: str | None
    publisher: str | None


def senses(found: Found, language: str | None, publisher: str | None) -> tuple[Sense, ...]:
    """The names of an article that stand for African countries or for actors, with what they mean here."""
    matches = [
        match for match in found.matches if not is_elsewhere(match, _likeliest(match), found)
    ]
    company = _company(found, matches, language, publisher)
    meant = [_place(match, found, company) for match in matches]
    shown = {code for meaning in meant if meaning for code in meaning.codes}
    acting = [_actor(match, shown, publisher) for match in matches]
    firm = shown | {
        code for actor in acting if actor and actor.strength == "sure" for code in actor.codes
    }
    return tuple(
        _sense(match, found, place or _shown_by(actor, firm), actor)
        for match, place, actor in zip(matches, meant, acting, strict=True)
        if place or actor
    )


def _sense(match: Match, found: Found, meaning: Meaning | None, actor: Meaning | None) -> Sense:
    basis = meaning.basis if meaning else "actor"
    return Sense(
        codes=meaning.codes if meaning else (),
        span=Span(
            field=match.field, start=match.start, end=match.end, text=match.text, basis=basis
        ),
        actor=actor.actor if actor else None,
        kind=actor.kind if actor else "",
        located=is_located(match, found),
        labelled=is_labelled(match, found),
        aside=is_aside(match, found),
        agent=basis == "name" and is_agent(match, found),
    )


def _shown_by(actor: Meaning | None, firm: set[str]) -> Meaning | None:
    """What an actor says of the country: one that is active in several says it only if nothing else does."""
    if actor is None or not actor.codes or (actor.strength == "fallback" and firm):
        return None
    return actor if actor.strength == "sure" else replace(actor, codes=actor.codes[:1])


def _actor(match: Match, shown: set[str], publisher: str | None) -> Meaning | None:
    """The actor that a name stands for, if the country that it needs is shown."""
    actors = [
        meaning
        for meaning in match.meanings
        if meaning.basis == "actor" and not _is_chance(match, meaning, shown)
    ]
    near = shown | ({publisher} if publisher else set())
    for meaning in actors:
        if not meaning.needs and (len(actors) == 1 or not shown.isdisjoint(meaning.codes)):
            return meaning
    for meaning in actors:
        if meaning.needs and not meaning.needs.isdisjoint(near):
            return meaning
    return next((meaning for meaning in actors if not meaning.needs), None)


def _is_chance(match: Match, actor: Meaning, shown: set[str]) -> bool:
    """Whether an acronym deep in an article on other countries is hardly the actor's."""
    countries = set(actor.codes)
    return bool(
        actor.letters and countries and match.field == "text" and shown.isdisjoint(countries)
    )


def _company(
    found: Found, matches: list[Match], language: str | None, publisher: str | None
) -> _Company:
    shown, hinted = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    abroad = in_niger_state = False
    for match in matches:
        key = folded(match.text)
        meaning = match.meanings[0] if len(match.meanings) == 1 else _likeliest(match)
        abroad |= meaning.basis == "abroad" or meaning.kind == "abroad"
        in_niger_state |= is_of_niger_state(key)
        if len(meaning.codes) == 1 and not meaning.needs:
            sure = meaning.strength == "sure" and meaning.letters is None
            sure = sure and not is_given_name(match, found)
            (shown if sure else hinted)[meaning.codes[0]].add(key)
    return _Company(
        Counter({code: len(keys) for code, keys in shown.items()}),
        Counter({code: len(keys) for code, keys in hinted.items()}),
        abroad,
        in_niger_state,
        language,
        publisher,
    )


def _likeliest(match: Match) -> Meaning:
    return min(match.meanings, key=lambda meaning: _RANK[meaning.basis])


def _place(match: Match, found: Found, company: _Company) -> Meaning | None:
    """What a name means as a country's name, place, leader or body; None if it means none here."""
    meaning = _likeliest(match)
    if not meaning.codes or meaning.basis == "actor":
        return None
    codes = _chosen(meaning, company)
    if not _in_company(company, codes) and not _alone_enough(match, found, company, meaning):
        return None
    return meaning if codes == meaning.codes else replace(meaning, codes=codes)


def _chosen(meaning: Meaning, company: _Company) -> tuple[str, ...]:
    """One of the countries that share a name."""
    codes = meaning.codes
    if len(codes) == 1:
        return codes
    if meaning.strength == "fallback":
        return tuple(code for code in codes if company.shown[code]) or codes[:1]
    if set(codes) == {"NE", "NG"} and meaning.basis == "place":
        is_state = company.in_niger_state and not company.shown["NE"]
        return ("NG",) if is_state else ("NE",)
    best = max(codes, key=lambda code: (company.shown[code], -codes.index(code)))
    if company.shown[best]:
        return (best,)
    if company.publisher in codes:
        return (company.publisher,)
    if "CG" in codes and meaning.basis == "name" and company.language == "fr":
        return ("CG",)  # French newsrooms write RDC for the other
    return codes[:1]


def _in_company(company: _Company, codes: tuple[str, ...]) -> bool:
    return any(company.shown[code] for code in codes)


def _alone_enough(match: Match, found: Found, company: _Company, meaning: Meaning) -> bool:
    """Whether a name shows its country though no other name does."""
    if meaning.strength == "fallback":
        return not company.shown.total()
    if meaning.strength == "company":
        return False
    if is_given_name(match, found):
        return bool((company.shown + company.hinted).keys() - set(meaning.codes))
    if meaning.strength == "sure" and meaning.letters is None and meaning.basis != "town":
        return True
    if match.field == "text":
        return False
    if meaning.strength == "sure" and meaning.letters is None:
        return True
    if company.abroad:
        return False
    if meaning.strength == "weak":
        return company.hinted[meaning.codes[0]] > 1 or _stands_as_place(match, meaning, found)
    return True


def _stands_as_place(match: Match, meaning: Meaning, found: Found) -> bool:
    if is_located(match, found) or is_labelled(match, found):
        return True
    return meaning.kind != "word" and stands_alone(match, found)
