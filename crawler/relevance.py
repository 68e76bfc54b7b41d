"""How much an article is about security, with the terms that say so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from archive.article import Actor, Country, Field, Relevance, Span
from crawler.affixes import readings
from crawler.answers import Answers
from crawler.gazetteer import Found, found_in
from crawler.lookup import Lookup, joined
from crawler.tokens import Token, folded, tokens

_OF_A_FIELD: dict[Field, float] = {"title": 2.0, "lead": 1.0, "text": 0.6}
_OPENING = 800  # characters of the text that tell what it is about
_AFTER_OPENING = 0.2
_AGAIN = 0.25  # of a label's weight, for each further term of the same label in a field
_ENOUGH = 7.0  # points; twice as many say little more
_MOST_TERMS = 40
_MOST_REMEMBERED = 10_000  # words of a language
_MOST_LANGUAGES = 6  # at a time
_OF_AN_ACTOR = {
    "armed group": 3.0,
    "militia": 3.0,
    "mission": 2.0,
    "army": 2.0,
    "foreign force": 2.0,
    "company": 2.0,
}
_OF_A_COUNTRY = {"covered": 1.0, "mentioned": 0.4, "publisher": 0.4}
_OF_A_REGION = 0.8
_NOWHERE = 0.25
_SUBJECTS = ("a", "wa", "i", "ya", "li", "zi", "u", "ki", "vi")
_SWAHILI_HEADS = (  # of verbs: who and when, of headlines without when; "to", "who did", "when they did"
    *(who + when for who in _SUBJECTS for when in ("", "li", "me", "na", "ta", "po", "lipo")),
    *("ku", "aliye", "walio", "iliyo", "yaliyo", "lililo", "anaye", "wanao", "waka", "aka", "ika", "yaka"),
)  # fmt: skip
_ANY = ("en", "fr", "ar", "pt", "es", "sw", "ha", "am", "so")


@dataclass(frozen=True, slots=True)
class _Term:
    label: str
    weight: float


_Head = tuple[Lookup[_Term], str, int]  # how a term begins, and how many words it has at most


def relevance_of(
    title: str,
    lead: str | None,
    text: str,
    *,
    language: str | None,
    countries: tuple[Country, ...],
    actors: tuple[Actor, ...],
) -> Relevance:
    """The score of an article: points of terms and actors, times how African it is."""
    found = found_in(title, lead, text, language)
    terms = [term for field in _OF_A_FIELD for term in _terms(field, found, language)]
    points = _points(terms) + _acting(actors)
    score = (1 - math.exp(-max(points, 0.0) / _ENOUGH)) * _african(countries, found)
    shown = tuple(span for span, _ in terms[:_MOST_TERMS])
    return Relevance(score=round(score, 3), terms=shown)


def _points(terms: list[tuple[Span, float]]) -> float:
    """Weights of the terms by field; a label that comes again adds less."""
    points, seen = 0.0, dict[tuple[Field, str], int]()
    for span, weight in terms:
        key = span.field, span.basis
        times = seen[key] = seen.get(key, 0) + 1
        worth = _OF_A_FIELD[span.field]
        if span.field == "text" and span.start > _OPENING:
            worth *= _AFTER_OPENING
        points += weight * worth * (1.0 if times == 1 else _AGAIN / (times - 1))
    return points


def _acting(actors: tuple[Actor, ...]) -> float:
    """What the armed actors of the article add; where each is first named matters."""
    return sum(
        _OF_AN_ACTOR.get(actor.kind, 0.0) * _OF_A_FIELD[actor.evidence[0].field] for actor in actors
    )


def _african(countries: tuple[Country, ...], found: Found) -> float:
    """How sure it is that the article is about Africa."""
    regional = any(
        meaning.basis == "region" for match in found.matches for meaning in match.meanings
    )
    return max(
        (
            *(_OF_A_COUNTRY[country.role] for country in countries),
            _OF_A_REGION if regional else _NOWHERE,
        )
    )


def _terms(field: Field, found: Found, language: str | None) -> Iterator[tuple[Span, float]]:
    """The terms of a field in their order, the longest first at each word; none inside another."""
    words, content = found.words[field], found.texts[field]
    heads, behind = _heads(language), 0
    for at in [at for at, word in enumerate(words.written) if heads[word]]:
        if at < behind:
            continue
        most = max(most for _, _, most in heads[words.written[at]])
        run = joined(content, words[at : at + most])
        size, term = _longest(run, heads[run[0].written])
        if term:
            start, end = words[at].start, words[at + size - 1].end
            yield (
                Span(field=field, start=start, end=end, text=content[start:end], basis=term.label),
                term.weight,
            )
        behind = at + size


def _longest(words: tuple[Token, ...], heads: tuple[_Head, ...]) -> tuple[int, _Term | None]:
    for lexicon, form, most in heads:
        run = words[:most]
        forms = [form, *(word.form for word in run[1:])]
        for size in range(len(run), 0, -1):
            term = next(lexicon.values(forms[:size]), None)
            if term:
                return size, term
    return 1, None


@lru_cache(_MOST_LANGUAGES)
def _heads(language: str | None) -> Answers[tuple[_Head, ...]]:
    """The readings of words with which terms begin, and how many words those have at most.

    In an unknown language, or in one without a lexicon, those of the languages most written in.
    """
    spoken = (language,) if language in _by_language() else _ANY
    lexicons = [_by_language()[each] for each in spoken if each]

    def heads(written: str) -> tuple[_Head, ...]:
        said = [reading for reading, _ in readings(folded(written), written, language)]
        return tuple(
            (lexicon, reading, most)
            for lexicon in lexicons
            for reading in said
            if (most := lexicon.most(reading))
        )

    return Answers(heads, _MOST_REMEMBERED)


def _with_heads(phrases: list[str]) -> Iterator[str]:
    """Each phrase; a stem of a Swahili verb with each beginning that it may have."""
    for phrase in phrases:
        if phrase.startswith("~"):
            yield from (head + phrase[1:] for head in _SWAHILI_HEADS)
        else:
            yield phrase


@cache
def _by_language() -> dict[str, Lookup[_Term]]:
    lexicons: dict[str, Lookup[_Term]] = {}
    lines = files("crawler").joinpath("tables", "lexicon.tsv").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        language, label, weight, listed = line.split("\t")
        lexicon = lexicons.setdefault(language, Lookup())
        for phrase in _with_heads(listed.split("|")):
            forms = [token.form for token in tokens(phrase)]
            term = _Term(label, float(weight))
            if phrase.endswith("*"):
                lexicon.add_stem(forms, term)
            else:
                lexicon.add(forms, term)
    return lexicons
