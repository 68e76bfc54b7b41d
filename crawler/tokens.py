"""Words of a text where they stand, and the form in which names and terms are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, overload

from archive.folding import ETHIOPIC, LATIN

_MARKS = "\\u0300-\\u036f\\u0610-\\u061a\\u064b-\\u065f\\u0670"
_UNSEEN = (
    "\\u00ad\\u200b-\\u200f\\ufeff"  # soft hyphens and the like, which editors leave inside words
)
_WORD = re.compile(rf"\w(?:[{_UNSEEN}]*[\w{_MARKS}])*")
_PLAIN = re.compile(r"\w+")
_ODD = re.compile(f"[{_UNSEEN}{_MARKS}ـ]")  # without these all words are plain, and have a form
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


class Words(Sequence[Token]):
    """The words of a text in their order, each made a token only when it is looked at: most never are."""

    def __init__(self, text: str) -> None:
        is_odd = _ODD.search(text) is not None
        spans = [match.span() for match in (_WORD if is_odd else _PLAIN).finditer(text)]
        if is_odd:
            spans = [(start, end) for start, end in spans if folded(text[start:end])]
        self._spans = spans
        self.written = [text[start:end] for start, end in spans]

    def __len__(self) -> int:
        return len(self._spans)

    @overload
    def __getitem__(self, place: int) -> Token: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Token, ...]: ...
    def __getitem__(self, place: int | slice) -> Token | tuple[Token, ...]:
        if isinstance(place, slice):
            return tuple([self[each] for each in range(*place.indices(len(self)))])
        written = self.written[place]
        return Token(*self._spans[place], written, folded(written))


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in their order."""
    return Words(text)[:]
