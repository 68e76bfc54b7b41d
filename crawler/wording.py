"""The words of a text and what is counted of them: langdetect's n-grams, and words with longer n-grams."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from operator import add

from langdetect.detector import Detector
from langdetect.utils.ngram import NGram

LONGEST = 24  # characters of a word; scripts without spaces are cut into such pieces
_APOSTROPHES = frozenset("'’ʼ‘ʻ`´ꞌ")
_SOFT = frozenset("\u00ad\u200b\u200d\u2060\ufeff")  # invisible inside words


class _Plain(dict[int, str]):
    """For ``str.translate``: letters and marks stay, apostrophes become one, all else parts words."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if char in _APOSTROPHES:
            plain = "'"
        elif unicodedata.category(char)[0] in "LM":
            plain = char
        else:
            plain = "" if char in _SOFT else " "
        self[point] = plain
        return plain


class _Normal(dict[int, str]):
    """For ``str.translate``: langdetect's own form of a character, remembered."""

    def __missing__(self, point: int) -> str:
        normal: str = NGram.normalize(chr(point))
        self[point] = normal
        return normal


_PLAIN = _Plain()
_NORMAL = _Normal()
_PIECES = re.compile(f".{{1,{LONGEST}}}")


def words(text: str) -> list[str]:
    """Words in composed form, case kept; addresses are none, and digits and signs part them."""
    if "://" in text:
        text = Detector.URL_RE.sub(" ", text)
    if "@" in text:
        text = Detector.MAIL_RE.sub(" ", text)
    if not text.isascii():
        text = NGram.normalize_vi(unicodedata.normalize("NFC", text))
    found = []
    for token in text.translate(_PLAIN).split():
        word = token.strip("'")
        if len(word) <= LONGEST:
            if word:
                found.append(word)
        else:
            found += _PIECES.findall(word)
    return found


def letters(word: str) -> list[str]:
    """The 1- to 3-grams that langdetect counts in a word; none where two capitals follow each other."""
    grams: list[str] = []
    for piece in word.translate(_NORMAL).split():
        spaced = f" {piece} "
        if piece[1:] == piece[1:].lower():
            grams += piece
            grams += map(add, spaced, spaced[1:])
            grams += [spaced[at : at + 3] for at in range(len(piece))]
        else:
            grams += _spared(spaced)
    return grams


def windows(word: str) -> tuple[list[str], list[str]]:
    """The same n-grams in fewer pieces: three letters that stand for their first two and their middle one as well, and the rest."""
    if word.isascii() and word.isalpha() and (word[1:].islower() or not word[1:]):
        spaced = f" {word} "
        return [spaced[at : at + 3] for at in range(len(word))], [spaced[-2:]]
    whole: list[str] = []
    rest: list[str] = []
    for piece in word.translate(_NORMAL).split():
        spaced = f" {piece} "
        if piece[1:] == piece[1:].lower():
            whole += [spaced[at : at + 3] for at in range(len(piece))]
            rest.append(spaced[-2:])
        else:
            rest += _spared(spaced)
    return whole, rest


def _spared(spaced: str) -> Iterator[str]:
    for at in range(1, len(spaced)):
        char, last = spaced[at], spaced[at - 1]
        if char.isupper() and last.isupper():
            continue
        if char != " ":
            yield char
        yield last + char
        if at > 1:
            yield spaced[at - 2 : at + 1]


def longer(word: str) -> list[str]:
    """The word itself, marked, its 4-grams with the spaces around it, and its 5-letter begin and end, in small letters."""
    small = word.lower()
    spaced, size = f" {small} ", len(small)
    grams = [f"={small}", *[spaced[at : at + 4] for at in range(size - 1)]]
    if size > 3:
        grams += spaced[:5], spaced[-5:]
    return grams
