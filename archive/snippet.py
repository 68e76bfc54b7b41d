"""Where the words of a query stand in a text, as people wrote them there; pure.

The index holds folded words (``archive.folding``); here the folded form of a text keeps, for each of its
characters, the place in the text that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive.folding import fold, fts_query

_TERM = re.compile(r'"([^"]*)"(\*?)')
_WORD = re.compile(r"\w+")
_CHUNK = re.compile(r"\S{1,200}")
_ARABIC_HEADS = ("وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ك", "ل")
_ARABIC = re.compile("[\u0600-\u06ff]")
_LOOKED_AT = 30_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it was looked for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that follow one another; the last may go on where ``is_prefix``."""

    words: tuple[str, ...]
    is_prefix: bool = False

    def fits(self, words: list[str]) -> bool:
        """Whether it stands at the beginning of these."""
        if len(words) < len(self.words):
            return False
        *firsts, last = zip(self.words, words, strict=False)
        return all(_same(own, there) for own, there in firsts) and self._ends(*last)

    def _ends(self, own: str, there: str) -> bool:
        if self.is_prefix:
            return there.startswith(own) or _bare(there).startswith(own)
        return _same(own, there)


def terms_of(query: str) -> list[Term]:
    """What a query looks for."""
    return [
        Term(tuple(match[1].split()), bool(match[2]))
        for match in _TERM.finditer(fts_query(query))
        if match[1].split()
    ]


def pieces(text: str, terms: list[Term]) -> list[Piece]:
    """The whole text, cut where the terms stand."""
    return _cut(text, _hits(text, terms), (0, len(text)))


def snippet(text: str, terms: list[Term], length: int = 260) -> list[Piece]:
    """The part of about that many characters with the most different hits; without any, the beginning."""
    text = text[:_LOOKED_AT]
    hits = _hits(text, terms)
    start = _best_start(text, hits, length)
    end = min(len(text), start + length)
    if end < len(text):
        end = text.rfind(" ", start + length // 2, end) + 1 or end
    while start and start < end and text[start - 1].isalnum():
        start += 1
    before = [Piece("… ")] if start else []
    return [*before, *_cut(text, hits, (start, end)), *([Piece("…")] if end < len(text) else [])]


def _cut(text: str, hits: list[tuple[int, int]], part: tuple[int, int]) -> list[Piece]:
    cut, last = [], part[0]
    for start, end in hits:
        if part[0] <= start and end <= part[1]:
            cut += [Piece(text[last:start]), Piece(text[start:end], is_hit=True)]
            last = end
    return [piece for piece in (*cut, Piece(text[last : part[1]])) if piece.text]


def _best_start(text: str, hits: list[tuple[int, int]], length: int) -> int:
    best, most = 0, 0
    for number, (start, _) in enumerate(hits[:200]):
        inside = {
            fold(text[first:last])
            for first, last in hits[number:]
            if last <= start + length * 2 // 3
        }
        if len(inside) > most:
            best, most = start, len(inside)
    if best <= length // 3:
        return 0
    return _sentence_start(text, best, length // 3)


def _sentence_start(text: str, place: int, most: int) -> int:
    """Where the sentence of a place begins, or the word that is ``most`` characters before it."""
    window = text[place - most : place]
    ends = [match.end() for match in re.finditer(r"[.!?؟।።\n]\s+", window)]
    if ends:
        return place - most + ends[-1]
    blank = window.find(" ")
    return place - most + blank + 1 if blank >= 0 else place


def _hits(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Where terms stand, in order and without overlap."""
    if not terms:
        return []
    words = [
        (word, chunk.start() + start, chunk.start() + end)
        for chunk in _CHUNK.finditer(text[:_LOOKED_AT])
        for word, start, end in _words_of(chunk[0])
    ]
    longest = max(len(term.words) for term in terms)
    may_begin = re.compile("|".join(re.escape(term.words[0]) for term in terms))
    found, number = [], 0
    while number < len(words):
        length = 0
        if may_begin.search(words[number][0]):
            ahead = [word for word, _, _ in words[number : number + longest]]
            length = max((len(term.words) for term in terms if term.fits(ahead)), default=0)
        if length:
            found.append((words[number][1], words[number + length - 1][2]))
        number += length or 1
    return found


@lru_cache(maxsize=20_000)  # the same words come again and again
def _words_of(chunk: str) -> tuple[tuple[str, int, int], ...]:
    """The folded words in what stands between blanks, and where they stand there."""
    parts, origin = [], []
    for place, character in enumerate(chunk):
        form = fold(character)
        parts.append(form)
        origin += [place] * len(form)
    found = []
    for match in _WORD.finditer("".join(parts)):
        end = origin[match.end() - 1] + 1
        while end < len(chunk) and not parts[end]:  # vowel signs, which the folded form has not
            end += 1
        found.append((match[0], origin[match.start()], end))
    return tuple(found)


def _same(own: str, there: str) -> bool:
    return own == there or (own == _bare(there) and bool(_ARABIC.match(own)))


def _bare(word: str) -> str:
    """An Arabic word without "and", "in", "the" and what else is written as one with it."""
    if not _ARABIC.match(word):
        return word
    heads: Iterator[str] = (head for head in _ARABIC_HEADS if word.startswith(head))
    return next((word[len(head) :] for head in heads if len(word) - len(head) >= 3), word)
