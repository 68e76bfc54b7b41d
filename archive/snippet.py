"""Where the words of a query stand in a text, as people wrote them there; pure.

The index holds folded words (``archive.folding``); here the folded form of a text keeps, for each of its
characters, the place in the text that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive.folding import bare, fold, fts_query, is_open, root

_TERM = re.compile(r'"([^"]*)"(\*?)')
_WORD = re.compile(r"\w+")
_CHUNK = re.compile(r"\S{1,200}")
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
            return there.startswith(own) or bare(there).startswith((own, root(own)))
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
    may_begin = re.compile("|".join(re.escape(root(term.words[0])) for term in terms))
    longest = max(len(term.words) for term in terms)
    chunks = list(_CHUNK.finditer(text[:_LOOKED_AT]))
    found, last = [], 0
    for number in _candidates(chunks, may_begin):
        words = [word for chunk in chunks[number : number + longest] for word in _words_in(chunk)]
        for first, (word, start, _) in enumerate(words):
            if start >= chunks[number].end():
                break
            if start < last or not may_begin.search(word):
                continue
            ahead = [each for each, _, _ in words[first : first + longest]]
            if length := max((len(t.words) for t in terms if t.fits(ahead)), default=0):
                last = words[first + length - 1][2]
                found.append((start, last))
    return found


def _candidates(chunks: list[re.Match[str]], may_begin: re.Pattern[str]) -> Iterator[int]:
    """The numbers of the chunks in which a term may begin."""
    folded = fold("\n".join(chunk[0] for chunk in chunks)).split("\n")
    if len(folded) != len(chunks):  # a sign became a line's end
        yield from range(len(chunks))
        return
    yield from (number for number, form in enumerate(folded) if may_begin.search(form))


def _words_in(chunk: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The folded words of a chunk, and where they stand in the text."""
    for word, start, end in _words_of(chunk[0]):
        yield word, chunk.start() + start, chunk.start() + end


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
    if own.isascii() or own == there:
        return own == there
    if is_open(own):
        return there.startswith(own) or bare(there).startswith(root(own))
    return bare(there) in (own, root(own))
