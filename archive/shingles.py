"""The words of a text as they are compared, and its shingles: every four words that follow each other.

Typography makes no difference: case, accents, vowel signs, apostrophes, dashes, invisible
characters, kinds of digits and how thousands are parted.  A number counts as a number, whichever it
is: a bulletin with today's figures keeps the shingles of yesterday's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import compress, count

SIZE = 4  # words; of three, distinct texts share set phrases, of five, rewording leaves too few

_SAME = (  # replaced one by one: much faster than str.translate, which asks for every character
    *((alef, "ا") for alef in "أإآٱ"),
    ("ى", "ي"),
    ("ة", "ه"),
    *((mark, "'") for mark in "ʼʻ’‘`´ʹʽ"),  # some are letters to Unicode and would join words
    *((quote, "-") for quote in "«»“”„–—•‹›"),  # what keeps articles from being ASCII
    *((unseen, "") for unseen in "ـ\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
)
_DIGITS = str.maketrans({chr(zero + n): str(n) for zero in (0x660, 0x6F0) for n in range(10)})
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u07eb-\u07f3\u135d-\u135f\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f\U0001e944-\U0001e94a]+"
)
_GROUPED = re.compile(  # begins with a set of characters, by which a pattern is searched fastest
    r"[0-9](?<![0-9][0-9])[0-9]{0,2}([., '])[0-9]{3}(?:\1[0-9]{3})*(?![0-9])"
)
_NO_DIGITS = re.compile(r"\D+")
_UNSPACED = (  # Thai, Lao, Burmese, Khmer, kana, Han: a character is a word
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_WORDS = re.compile(rf"{_UNSPACED}|(?:(?!{_UNSPACED})\w)+")
_SPACED_WORDS = re.compile(r"\w+")  # four times as fast, for texts without such characters
_HAS_UNSPACED = re.compile(_UNSPACED)
_HAS_OTHERS = re.compile(f"[\u0660-\u0669\u06f0-\u06f9]|{_UNSPACED}".replace("]|[", ""))
_ACCENTS = "\u0300\u0301\u0302\u0303\u0308\u0323\u0327"
_ASCII_WORDS = {code: " " for code in range(128) if not (chr(code).isalnum() or code == ord("_"))}


def words(text: str) -> list[str]:
    """In order, each in the form in which it is compared; numbers are kept."""
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKD", text).casefold()
        for written, same in _SAME:
            text = text.replace(written, same)
        text = _unmarked(text)
    if text.isascii():  # a third of the time
        return _grouped(text).translate(_ASCII_WORDS).split()
    if not _HAS_OTHERS.search(text):
        return _SPACED_WORDS.findall(_grouped(text))
    text = _grouped(text.translate(_DIGITS))
    return (_WORDS if _HAS_UNSPACED.search(text) else _SPACED_WORDS).findall(text)


def _unmarked(text: str) -> str:
    if text.isascii():
        return text
    bare = text.encode("ascii", "ignore")
    if len(text) - len(bare) == sum(map(text.count, _ACCENTS)):
        return bare.decode("ascii")
    return _MARKS.sub("", text)


def _grouped(text: str) -> str:
    """With thousands that nothing parts."""
    return _GROUPED.sub(lambda match: _NO_DIGITS.sub("", match[0]), text)


def masked(all_words: Sequence[str]) -> list[str]:
    """With one sign for whatever number."""
    signs = list(all_words)
    for at in compress(count(), map(str.isdecimal, all_words)):
        signs[at] = "0"
    return signs


def shingles(all_words: Sequence[str]) -> list[bytes]:
    """In order and in UTF-8; a shorter text is one shingle, a text without words has none."""
    whole = " ".join(all_words).encode("utf-8", "replace")
    if len(all_words) <= SIZE:
        return [whole] if whole else []
    parts = whole.split(b" ")
    return list(map(b" ".join, zip(*(parts[n:] for n in range(SIZE)), strict=False)))
