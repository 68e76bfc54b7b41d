"""Edited copies of a text, of the eleven kinds in which newsrooms take over each other's reports."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_DIGITS = re.compile(r"\d+")
_TYPOGRAPHY = str.maketrans({"'": "’", "’": "'", '"': "”", "“": '"', "-": "–"})
_CREDITS = (
    "(AFP) – ",
    "Bamako, 14 mars (APS) - ",
    "By Staff Writers | Reuters\n\n",
    "Par la rédaction, avec AFP. ",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A text to copy, another one of the same language, and words of that language."""

    text: str
    other: str
    vocabulary: tuple[str, ...]


Edit = Callable[[Source, random.Random], str]


def credited(source: Source, dice: random.Random) -> str:
    """With an agency before it."""
    return dice.choice(_CREDITS) + source.text


def retyped(source: Source, _: random.Random) -> str:
    """Decomposed, with other quotes, dashes and spaces."""
    text = unicodedata.normalize("NFD", source.text).translate(_TYPOGRAPHY)
    return text.replace(" ", "\u00a0", 5)


def new_lead(source: Source, dice: random.Random) -> str:
    """The first sixth in other words."""
    words = source.text.split()
    cut = max(1, len(words) // 6)
    return " ".join(dice.choices(source.vocabulary, k=cut) + words[cut:])


def first_half(source: Source, _: random.Random) -> str:
    """Cut."""
    return _first(source.text, 0.5)


def first_quarter(source: Source, _: random.Random) -> str:
    """Cut shorter."""
    return _first(source.text, 0.25)


def longer(source: Source, _: random.Random) -> str:
    """With two fifths of its length from elsewhere after it."""
    words = source.text.split()
    return " ".join(words + source.other.split()[: round(len(words) * 0.4)])


def renumbered(source: Source, dice: random.Random) -> str:
    """Every number another one; where there is none, some are put in."""
    if not _DIGITS.search(source.text):
        words = source.text.split()
        for place in range(5, len(words), 30):
            words[place] = str(dice.randrange(1000))
        return " ".join(words)
    return _DIGITS.sub(lambda match: str(dice.randrange(10 ** len(match[0]))), source.text)


def reworded(source: Source, dice: random.Random) -> str:
    """One word in ten another."""
    return _reworded(source, dice, 0.10)


def rewritten(source: Source, dice: random.Random) -> str:
    """One word in four another."""
    return _reworded(source, dice, 0.25)


def merged(source: Source, _: random.Random) -> str:
    """Followed by a whole other report."""
    return f"{source.text}\n\n{source.other}"


def reordered(source: Source, dice: random.Random) -> str:
    """The sentences in another order."""
    sentences = re.split(r"(?<=[.!?።؟])\s+", source.text)
    dice.shuffle(sentences)
    return " ".join(sentences)


EDITS: dict[str, Edit] = {
    "agency credit": credited,
    "typography": retyped,
    "new lead": new_lead,
    "first half": first_half,
    "first quarter": first_quarter,
    "+40 % other text": longer,
    "numbers changed": renumbered,
    "10 % of words": reworded,
    "25 % of words": rewritten,
    "two merged": merged,
    "reordered": reordered,
}


def _first(text: str, part: float) -> str:
    words = text.split()
    return " ".join(words[: max(1, round(len(words) * part))])


def _reworded(source: Source, dice: random.Random, part: float) -> str:
    words = source.text.split()
    for place in dice.sample(range(len(words)), round(len(words) * part)):
        words[place] = dice.choice(source.vocabulary)
    return " ".join(words)
