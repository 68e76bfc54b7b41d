"""What sites write around an article, told by its words alone: for furniture that is marked up like text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_SHORT, _DATED, _APPEAL, _HEADING = 160, 70, 240, 60  # characters, see phrases.toml
_COLONS = re.compile("[:：፡፦]")
_MARKS = re.compile(r"[^\w\s©#:]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")  # nearly all of the marks that are met
_DIGITS = re.compile(r"\d+(?: \d+)*")  # as they stand when punctuation is gone


@dataclass(frozen=True, slots=True)
class _Table:
    whole: frozenset[str]
    opens: tuple[str, ...]
    dated: tuple[str, ...]
    verbs: tuple[str, ...]
    last: tuple[str, ...]
    things: tuple[str, ...]
    asides: frozenset[str]
    ends: frozenset[str]


@lru_cache(4096)
def plain(text: str) -> str:
    """Text as it is compared: lower case, of punctuation only the colon, no vowel marks, numbers as ``#``."""
    text = text.lower() if text.isascii() else _unmarked(text)
    spaced = _COLONS.sub(" : ", _MARKS.sub(" ", text))
    return " ".join(_DIGITS.sub("#", spaced).split())


def _unmarked(text: str) -> str:
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    text = _ACCENTS.sub("", text)
    if any(map(unicodedata.combining, set(text))):
        text = "".join(c for c in text if not unicodedata.combining(c))
    return text


@cache
def _table() -> _Table:
    tables = tomllib.loads(files("crawler").joinpath("phrases.toml").read_text("utf-8")).values()

    def every(name: str) -> list[str]:
        return sorted({plain(phrase) for table in tables for phrase in table.get(name, ())} - {""})

    asides, ends = frozenset(every("asides")), frozenset(every("ends"))
    return _Table(
        whole=frozenset(every("whole")) | asides | ends,
        opens=tuple(f"{phrase} " for phrase in every("opens")),
        dated=tuple(f"{phrase} " for phrase in every("dated")),
        verbs=tuple(f"{phrase} " for phrase in every("verbs")),
        last=tuple(f" {phrase} " for phrase in every("last")),
        things=tuple(f" {phrase}" for phrase in every("things")),
        asides=asides,
        ends=ends,
    )


@lru_cache(4096)
def is_furniture(text: str) -> bool:
    """Whether a whole block is something that sites say around articles."""
    if len(text) > _APPEAL:
        return False
    said, table = f"{plain(text)} ", _table()
    if said.strip(" :") in table.whole or said.strip("# :") in table.whole:
        return True
    if not said.strip("# :_"):
        return len(text) < 10
    if len(text) <= _SHORT and said.startswith(table.opens):
        return True
    if len(text) <= _DATED and said.startswith(table.dated) and not text.endswith((".", "»", "”")):
        return True
    return commands(said.strip()) and any(thing in f" {said}" for thing in table.things)


def commands(said: str) -> bool:
    """Whether plain text begins as sites do when they tell the reader what to do, or ends so where verbs stand last."""
    table = _table()
    return f"{said} ".startswith(table.verbs) or f" {said.rstrip(' :')} ".endswith(table.last)


def is_aside(text: str) -> bool:
    """Whether a block is a heading with teasers of other articles behind it."""
    return len(text) <= _HEADING and plain(text).strip("# :") in _table().asides


def is_end(text: str) -> bool:
    """Whether a block is a heading behind which readers' comments begin; where none are counted, nothing does."""
    if _DIGITS.findall(text) == ["0"]:
        return False
    return len(text) <= _HEADING and plain(text).strip("# :") in _table().ends
