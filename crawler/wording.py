"""The words of a text and what is counted of them: langdetect's n-grams, and words with longer n-grams."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

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


class _Normal(dict[str, str]):
    """langdetect's own form of a character, remembered."""

    def __missing__(self, char: str) -> str:
        normal: str = NGram.normalize(char)
        self[char] = normal
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


def letters(word: str) -> Iterator[str]:
    """The 1- to 3-grams that langdetect counts in a word; none where two capitals follow each other."""
    gram, capitals = " ", False
    for char in f"{word} ":
        char, last = _NORMAL[char], gram[-1]
        if last == " ":
            gram, capitals = " ", False
            if char == " ":
                continue
        gram = gram[-2:] + char
        capitals = char.isupper() and (capitals or last.isupper())
        if capitals:
            continue
        if char != " ":
            yield char
        yield gram[-2:]
        if len(gram) == 3:
            yield gram


def longer(word: str) -> Iterator[str]:
    """The word itself, marked, and its 4- and 5-grams with the spaces around it, in small letters."""
    spaced = f" {word.lower()} "
    yield f"={spaced[1:-1]}"
    for size in (4, 5):
        for start in range(len(spaced) - size + 1):
            yield spaced[start : start + size]
