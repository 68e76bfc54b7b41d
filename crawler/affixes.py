"""The forms under which a word may be in a table: without the prefixes and endings of its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from crawler.tokens import folded

# How a form was won: the word itself; without an affix; a name inside a word (eGauteng); an Arabic
# word without its article, which leaves an adjective (السودانية) and makes nonsense of a name.
Won = Literal["whole", "bare", "inside", "adjective"]

_ETHIOPIC_PREFIXES = ("እንደ", "ስለ", "ወደ", "የ", "በ", "ለ", "ከ", "ብ", "ን", "ዝ")
_ENDINGS = {
    "om": ("iitti", "itti", "tti", "irraa", "rraa", "dhaaf", "dhaan", "tiin", "dha", "f", "n", "s"),
    "so": ("ayaa", "da", "ta", "ka", "ga", "na", "ay"),
}
_BANTU = "zu xh ss nr nd st tn nso ts ve sn ny rw rn lg ln bem kg lua"
_AGGLUTINATING = frozenset(_BANTU.split())
_PREFIXED = re.compile(r"[^\W\d_]{1,6}?(?=[A-Z][a-zà-ÿ])")
_LEAST = 4  # letters of what remains


def readings(form: str, written: str, language: str | None) -> Iterator[tuple[str, Won]]:
    """The folded word, then what remains of it without affixes."""
    yield form, "whole"
    if "\u0621" <= form[0] <= "\u064a":
        yield from _arabic(form)
    elif "\u1200" <= form[0] <= "\u137f":
        for prefix in _ETHIOPIC_PREFIXES:
            if form.startswith(prefix) and len(form) - len(prefix) >= 2:
                yield form[len(prefix) :], "bare"
    elif language in _AGGLUTINATING:
        inside = _PREFIXED.match(written)
        if inside:
            yield folded(written[inside.end() :]), "inside"
    for ending in _ENDINGS.get(language or "", ()):
        if form.endswith(ending) and len(form) - len(ending) >= _LEAST:
            yield form[: -len(ending)], "bare"


def _arabic(form: str) -> Iterator[tuple[str, Won]]:
    """Without conjunctions and prepositions, which are written with the word; an article they hide is restored."""
    rest = [form]
    if form[0] in "وف" and len(form) > _LEAST:
        rest.append(form[1:])
    for word in tuple(rest):
        if word[0] in "بلك" and len(word) > _LEAST:
            rest.append(word[1:])
        if word.startswith("لل"):
            rest.append("ال" + word[2:])
    for word in rest[1:]:
        yield word, "bare"
    for word in rest:
        if word.startswith("ال") and len(word) > _LEAST + 1:
            yield word[2:], "adjective"
