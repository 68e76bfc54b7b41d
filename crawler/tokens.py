"""Words of a text where they stand, and the form in which names and terms are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from archive.folding import ETHIOPIC, LATIN

_MARKS = "\\u0300-\\u036f\\u0610-\\u061a\\u064b-\\u065f\\u0670"
_UNSEEN = (
    "\\u00ad\\u200b-\\u200f\\ufeff"  # soft hyphens and the like, which editors leave inside words
)
_WORD = re.compile(rf"\w(?:[{_UNSEEN}]*[\w{_MARKS}])*")
_NOT_SEEN = re.compile(f"[{_UNSEEN}]")
_ARABIC = str.maketrans("أإآٱىةؤئـ", "اااايهوي\0")
_MOST_REMEMBERED = 50_000


class Token(NamedTuple):
    """A word as it is written, its folded form, and where it stands."""

    start: int
    end: int
    written: str
    form: str


@lru_cache(maxsize=_MOST_REMEMBERED)
def folded(word: str) -> str:
    """A word or name without case, accents and the spellings that vary in Arabic and Ethiopic script."""
    if word.isascii():
        return word.lower()
    seen = _NOT_SEEN.sub("", word.lower()).translate(LATIN)
    plain = unicodedata.normalize("NFKD", seen)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.translate(_ARABIC).replace("\0", "").translate(ETHIOPIC)


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in their order."""
    return tuple(
        [
            Token(*match.span(), written, form)
            for match in _WORD.finditer(text)
            if (form := folded(written := match[0]))
        ]
    )
