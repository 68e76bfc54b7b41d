"""A table of phrases, found in running words: whole, or by a stem with an ending."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from crawler.tokens import Token

T = TypeVar("T")

_LETTERS = 3  # by which stems are found
_WIDEST_GAP = 3  # characters between the words of a phrase
_JOINTS = frozenset(" \u00a0\u202f\u200c\n-\u2010\u2011–/'’ʼ`")
_INITIALS = _JOINTS | {"."}  # after a single letter, as in R.D. Congo


class _Stem(NamedTuple, Generic[T]):
    words: tuple[str, ...]
    endings: frozenset[str] | None
    value: T


class Lookup(Generic[T]):
    """Values by phrase; a phrase is the folded forms of its words."""

    def __init__(self) -> None:
        self._whole: dict[str, list[T]] = {}
        self._longest: dict[str, int] = {}
        self._stems: dict[str, list[_Stem[T]]] = {}

    def add(self, forms: list[str], value: T) -> None:
        """Put a value under a phrase, beside those that are there."""
        self._whole.setdefault(" ".join(forms), []).append(value)
        self._longest[forms[0]] = max(self._longest.get(forms[0], 0), len(forms))

    def add_stem(self, forms: list[str], value: T, endings: frozenset[str] | None = None) -> None:
        """The same for a phrase whose last word may have these endings; None: any."""
        stems = self._stems.setdefault(forms[0][:_LETTERS], [])
        stems.append(_Stem(tuple(forms), endings, value))
        stems.sort(key=lambda stem: -len(stem.words[-1]))

    def whole(self, key: str) -> list[T]:
        """The values under exactly these forms, parted by spaces; to be changed in place."""
        return self._whole.get(key, [])

    def replace(self, key: str, values: list[T]) -> None:
        """Let other values stand under a phrase that is there."""
        if key in self._whole:
            self._whole[key] = values

    def most(self, form: str) -> int:
        """The words of the longest phrase that can begin with this form."""
        most = self._longest.get(form, 0)
        for stem in self._stems.get(form[:_LETTERS], ()):
            first = stem.words[0]
            if form.startswith(first) if len(stem.words) == 1 else form == first:
                most = max(most, len(stem.words))
        return most

    def values(self, forms: list[str]) -> Iterator[T]:
        """The values under these forms, those of whole phrases first, then those of longer stems."""
        yield from self._whole.get(" ".join(forms), ())
        for stem in self._stems.get(forms[0][:_LETTERS], ()):
            if len(stem.words) == len(forms) and _ends(stem, forms):
                yield stem.value


def _ends(stem: _Stem[T], forms: list[str]) -> bool:
    last, root = forms[-1], stem.words[-1]
    return (
        last.startswith(root)
        and (stem.endings is None or last[len(root) :] in stem.endings)
        and list(stem.words[:-1]) == forms[:-1]
    )


def joined(content: str, words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The first words, as far as nothing but spaces, hyphens and apostrophes parts them."""
    for size, (before, after) in enumerate(pairwise(words), 1):
        gap = content[before.end : after.start]
        if len(gap) > _WIDEST_GAP or not set(gap) <= (
            _INITIALS if len(before.form) == 1 else _JOINTS
        ):
            return words[:size]
    return words
