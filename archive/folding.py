"""The form in which words are searched: without case, accents and what people type for each other."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"\w+")


class _Folded(dict[int, int | None]):
    """What a character becomes, looked up once each; None for one that goes."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_FOLDED = _Folded({ord("ى"): ord("ي"), ord("ة"): ord("ه"), ord("ـ"): None})
_FOLDED.update(dict.fromkeys(map(ord, "أإآٱ"), ord("ا")))


def fold(text: str) -> str:
    """``Armée`` and ``armee`` are one, so are ``قُتِل`` and ``قتل``."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).translate(_FOLDED)


def fts_query(query: str) -> str:
    """Each word in quotes, so that nothing in a query is an operator of FTS5 but a trailing *."""
    terms = []
    for token in query.split():
        words = _WORDS.findall(fold(token))
        if words:
            terms.append(f'"{" ".join(words)}"' + ("*" if token.endswith("*") else ""))
    return " ".join(terms)
