"""Texts without end in the demo newsroom's eight languages: its words in its own sequence, often broken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from demo.story import stories

LANGUAGES = ("am", "ar", "en", "fr", "ha", "pt", "so", "sw")
_GOES_ON = 0.6  # of the words come after the one that they follow in a story: set phrases recur, passages do not
_SENTENCE = 17  # words


def made_texts(count: int, length: int = 2000) -> Iterator[tuple[str, str]]:
    """Language and text, the same ones each time; all are distinct, none holds a passage of another."""
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        yield language, _text(language, random.Random(number), length)


def _text(language: str, dice: random.Random, length: int) -> str:
    words, followers = _words(language)
    text: list[str] = []
    word, left = dice.choice(words), length
    while left > 0:
        text.append(word.strip(".?!።؟") + (". " if len(text) % _SENTENCE == _SENTENCE - 1 else " "))
        left -= len(text[-1])
        goes_on = word in followers and dice.random() < _GOES_ON
        word = dice.choice(followers[word] if goes_on else words)
    return "".join(text).strip()


@cache
def _words(language: str) -> tuple[list[str], dict[str, list[str]]]:
    words = [word for story in stories(language) for p in story.paragraphs for word in p.split()]
    followers: dict[str, list[str]] = {}
    for word, following in pairwise(words):
        followers.setdefault(word, []).append(following)
    return words, followers
