"""The form in which words are searched: without case, accents and what people type for each other."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"\w+")
_TERM = re.compile(r'["“”«»]([^"“”«»]+)["“”«»](\*?)|([^\s"“”«»]+)')
_ARABIC = re.compile("[\u0621-\u064a]{3,}")
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")  # the longest first
_LETTERS = ("و", "ف", "ب", "ك", "ل")


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
    """What FTS5 is asked: every term must occur, and nothing in a query is an operator but quotes and a trailing *.

    Words in quotes follow one another.  An Arabic word is found with and without the article and the
    letters that are written as one with it (and, with, for, as).
    """
    terms = []
    for match in _TERM.finditer(query):
        words = _WORDS.findall(fold(match[1] or match[3] or ""))
        is_prefix = bool(match[2]) if match[1] else (match[3] or "").endswith("*")
        if words:
            terms.append(_one_of(words, "*" if is_prefix else ""))
    return " AND ".join(terms)


def _one_of(words: list[str], ending: str) -> str:
    forms = _forms(words[0]) if len(words) == 1 else [" ".join(words)]
    alternatives = " OR ".join(f'"{form}"{ending}' for form in forms)
    return f"({alternatives})" if len(forms) > 1 else alternatives


def _forms(word: str) -> list[str]:
    if not _ARABIC.fullmatch(word):
        return [word]
    head = next((h for h in _ARTICLES if word.startswith(h) and len(word) - len(h) >= 3), "")
    bare = word[len(head) :]
    return list(dict.fromkeys([word, bare, *(head + bare for head in (*_ARTICLES, *_LETTERS))]))
