"""Names of countries, provinces, towns and people, found in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from archive.article import Field
from crawler.affixes import Won, readings
from crawler.answers import Answers
from crawler.lookup import Lookup, joined
from crawler.tokens import Token, Words, folded, tokens

Basis = Literal[
    "name",
    "demonym",
    "subdivision",
    "town",
    "place",
    "leader",
    "body",
    "actor",
    "region",  # of Africa, no country
    "block",
    "abroad",
]
Strength = Literal["sure", "weak", "company", "homonym", "fallback"]

_BUILT = frozenset(("abroad.tsv", "towns.tsv", "subdivisions.tsv", "countries.tsv"))
# A later table takes over the names of an earlier one.
_TABLES = ("abroad.tsv", "towns.tsv", "subdivisions.tsv", "countries.tsv", "own.tsv", "actors.tsv")
_STRENGTHS: dict[str, Strength] = {"?": "fallback", "!": "company", "~": "weak", "^": "homonym"}
_OF_TOWNS: dict[str, Strength] = {"s": "sure", "w": "weak", "c": "company"}
_LENDING = frozenset(("en", "fr", "ar", "am"))  # languages whose names others borrow
_PLACES = frozenset(("name", "subdivision", "town", "place", "abroad"))
_LEAST_STEM = 3  # letters of a name in Ethiopic script that may have endings
_ETHIOPIC = (  # endings of names: objects, conjunctions, articles, demonyms
    "ን ም ና ዊ ያን ዊያን ዊው ዊት ዊቷ ዊቱ ዋ ው ዊያኑ ውያን ውያኑ ንም ንና ዊያንን ኑ ዎች ዎቹ ች ዊን"
)
_ETHIOPIC_ENDINGS = frozenset(_ETHIOPIC.split())
_MOST_REMEMBERED = 10_000  # words of a language
_MOST_LANGUAGES = 6  # at a time
_READ = 20_000  # characters of a field; what it is about is said by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a name stands for.

    ``codes`` are countries, the likeliest first; none for names that are read so as not to be
    mistaken.  ``needs`` are countries one of which something else must show.  ``letters`` is how an
    acronym must be written.  ``kind`` is that of an actor; ``state`` of a country abroad, ``word`` if a
    place's name is also a word or a person's.
    """

    basis: Basis
    codes: tuple[str, ...]
    strength: Strength = "sure"
    actor: str | None = None
    kind: str = ""
    needs: frozenset[str] = frozenset()
    languages: frozenset[str] | None = None
    capital: bool = True
    letters: str | None = None


_Head = tuple[
    str, Won, int
]  # how a name begins, how that was won, and how many words it has at most


@dataclass(frozen=True, slots=True)
class Match:
    """A name where it stands: the words ``first`` to ``last`` of a field."""

    field: Field
    first: int
    last: int
    start: int
    end: int
    text: str
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The words of an article and the names among them, in their order.

    ``abroad`` has where the names of places outside Africa begin, and whether each is a state's.
    """

    words: dict[Field, Words]
    matches: tuple[Match, ...]
    texts: dict[Field, str]
    abroad: dict[tuple[Field, int], bool]


@lru_cache(maxsize=4)
def found_in(title: str, lead: str | None, text: str, language: str | None) -> Found:
    """Everything that the tables know in an article: read once, however many ask."""
    whole: dict[Field, str] = {"title": title, "lead": lead or "", "text": text}
    fields = {field: content[:_READ] for field, content in whole.items()}
    words = {field: Words(content) for field, content in fields.items()}
    matches = [
        match
        for field in fields
        for match in _matches(field, fields[field], words[field], language)
    ]
    abroad = {
        (match.field, match.start): any(meaning.kind == "state" for meaning in match.meanings)
        for match in matches
        if any(meaning.basis == "abroad" for meaning in match.meanings)
    }
    return Found(words, tuple(matches), fields, abroad)


def is_place(name: str) -> bool:
    """Whether a name as a whole is a country's, a province's or a town's, in Africa or abroad."""
    names = _matches("title", name, Words(name), None)
    found = (meaning for match in names if match.text == name for meaning in match.meanings)
    return any(meaning.basis in _PLACES for meaning in found)


def _matches(field: Field, content: str, words: Words, language: str | None) -> Iterator[Match]:
    heads, behind = _heads(language), 0
    for at in [at for at, word in enumerate(words.written) if heads[word]]:
        if at < behind:
            continue
        most = max(most for _, _, most in heads[words.written[at]])
        run = joined(content, words[at : at + most])
        size, meanings = _longest(run, heads[run[0].written], language)
        if meanings:
            start, end = words[at].start, words[at + size - 1].end
            yield Match(field, at, at + size - 1, start, end, content[start:end], meanings)
        behind = at + size


def _longest(
    words: tuple[Token, ...], heads: tuple[_Head, ...], language: str | None
) -> tuple[int, tuple[Meaning, ...]]:
    """How many words the longest name at the first word has, and its meanings; 1 and none if no name."""
    for form, won, most in heads:
        run = words[:most]
        forms = [form, *(word.form for word in run[1:])]
        for size in range(len(run), 0, -1):
            fitting = _fitting(_names().values(forms[:size]), run[:size], language, won)
            if fitting:
                return size, fitting
    return 1, ()


@lru_cache(_MOST_LANGUAGES)
def _heads(language: str | None) -> Answers[tuple[_Head, ...]]:
    """The readings of words with which names begin, and how many words those have at most."""

    def heads(written: str) -> tuple[_Head, ...]:
        said = readings(folded(written), written, language)
        most = ((reading, won, _names().most(reading)) for reading, won in said)
        return tuple(head for head in most if head[2])

    return Answers(heads, _MOST_REMEMBERED)


def _fitting(
    meanings: Iterable[Meaning], run: tuple[Token, ...], language: str | None, won: Won
) -> tuple[Meaning, ...]:
    """The meanings that the letters, the language and the inflection allow."""
    return tuple(
        meaning
        for meaning in meanings
        if not (meaning.capital and won != "inside" and run[0].written[0].islower())
        and not (won == "adjective" and meaning.basis != "demonym")
        and (meaning.letters is None or meaning.letters == " ".join(word.written for word in run))
        and (
            meaning.languages is None
            or language in meaning.languages
            or not meaning.languages.isdisjoint(_LENDING)
        )
    )


@cache
def _names() -> Lookup[Meaning]:
    """The tables of ``crawler/tables``."""
    names, weak = Lookup[Meaning](), list[str]()
    for table in _TABLES:
        for name, meaning in _rows(table):
            if name is None:
                weak.append(meaning.kind)
            elif table in _BUILT:
                _put(names, name.split(), meaning)
            else:
                _add(names, name, meaning)
    for key in weak:
        names.replace(key, [_weakened(meaning) for meaning in names.whole(key)])
    return names


def _weakened(meaning: Meaning) -> Meaning:
    if meaning.strength == "sure" and meaning.basis in ("town", "place", "subdivision"):
        return replace(meaning, strength="weak", kind="word")
    return meaning


def _add(names: Lookup[Meaning], name: str, meaning: Meaning) -> None:
    """Put a name of a table written by hand where it is looked for; what built tables know of it goes."""
    words = tokens(name)
    written = [word.written for word in words]
    forms = [word.form for word in words]
    if name.startswith("="):
        meaning = replace(meaning, letters=" ".join(written))
    if written[0][0].islower():
        meaning = replace(meaning, capital=False)
    if name.endswith("*"):
        names.add_stem(forms, meaning)
        return
    key = " ".join(forms)
    names.replace(key, [known for known in names.whole(key) if _stays(known, meaning)])
    _put(names, forms, meaning)


def _stays(known: Meaning, meaning: Meaning) -> bool:
    """Whether what is known of a name stays beside what is said of it now: only what makes an actor."""
    return meaning.basis == "actor" and known.basis in ("actor", "body")


def _put(names: Lookup[Meaning], forms: list[str], meaning: Meaning) -> None:
    names.add(forms, meaning)
    if "\u1200" <= forms[-1][0] <= "\u137f" and len(forms[-1]) >= _LEAST_STEM:
        names.add_stem(forms, meaning, _ETHIOPIC_ENDINGS)


def _rows(table: str) -> Iterator[tuple[str | None, Meaning]]:
    lines = files("crawler").joinpath("tables", table).read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            yield from _READERS[table](line.split("\t"))


def _abroad(row: list[str]) -> Iterator[tuple[str, Meaning]]:
    yield row[0], _meaning("abroad", "", "sure", _spoken(row[1]))


def _town(row: list[str]) -> Iterator[tuple[str, Meaning]]:
    codes, strength, name = row
    yield name, _meaning("town", codes, _OF_TOWNS[strength], None)


def _subdivision(row: list[str]) -> Iterator[tuple[str, Meaning]]:
    yield row[1], _meaning("subdivision", row[0], "weak", None)


def _country(row: list[str]) -> Iterator[tuple[str, Meaning]]:
    yield row[1], _meaning("name", row[0], "sure", _spoken(row[2]))


def _own(row: list[str]) -> Iterator[tuple[str | None, Meaning]]:
    basis, codes, listed = row
    if basis == "weak":
        for name in listed.split("|"):
            key = " ".join(token.form for token in tokens(name))
            yield None, Meaning(basis="block", codes=(), kind=key)
        return
    if basis == "state":
        for name in listed.split("|"):
            yield name, Meaning(basis="abroad", codes=(), kind="state")
        return
    for name in listed.split("|"):
        strength = _STRENGTHS.get(name[-1], _STRENGTHS.get(codes[-1], "sure"))
        yield name.rstrip("?!~^"), _meaning(basis, codes, strength, None)


def _actor(row: list[str]) -> Iterator[tuple[str, Meaning]]:
    actor, kind, codes, needs, listed = row
    shown = tuple(code.rstrip("?!~^") for code in codes.split(",") if code != "-")
    meaning = Meaning(
        basis="actor",
        codes=shown,
        strength=_STRENGTHS.get(codes[-1], "sure"),
        actor=actor,
        kind=kind,
        needs=frozenset(needs.split(",")) - {"-"},
    )
    for name in listed.split("|"):
        yield name, meaning


_READERS = {
    "abroad.tsv": _abroad,
    "towns.tsv": _town,
    "subdivisions.tsv": _subdivision,
    "countries.tsv": _country,
    "own.tsv": _own,
    "actors.tsv": _actor,
}


@cache
def _spoken(languages: str) -> frozenset[str] | None:
    return None if languages == "*" else frozenset(languages.split(","))


@cache
def _meaning(
    basis: Basis, codes: str, strength: Strength, languages: frozenset[str] | None
) -> Meaning:
    """One value for all names of the same meaning."""
    shown = tuple(code.rstrip("?!~^") for code in codes.split(",") if code not in ("", "-"))
    return Meaning(basis=basis, codes=shown, strength=strength, languages=languages)
