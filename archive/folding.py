"""The form in which words are searched: without case, accents and what people type for each other."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORDS = re.compile(r"\w+")
_BEYOND = re.compile("[^\x00-\x7f]+")
_TERM = re.compile(r'["“”«»]([^"“”«»]+)["“”«»](\*?)|([^\s"“”«»]+)')
_ARABIC = re.compile("[\u0621-\u064a]{3,}")
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")  # the longest first
_ARABIC_HEADS = (*_ARTICLES, "و", "ف", "ب", "ك", "ل")
_LEAST = 3  # letters of a word that a beginning is taken off

# Letters that people type as others: hooks and open vowels; the Ethiopic letters that sound alike.
LATIN = str.maketrans("ɓɗƙƴɛɔŋɲıǝøł", "bdkyeonnieol")
ETHIOPIC = str.maketrans(
    "ሐሑሒሓሔሕሖኀኁኂኃኄኅኆሠሡሢሣሤሥሦዐዑዒዓዔዕዖፀፁፂፃፄፅፆኣሃ", "ሀሁሂሀሄህሆሀሁሂሀሄህሆሰሱሲሳሴስሶአኡኢአኤእኦጸጹጺጻጼጽጾአሀ"
)
_ETHIOPIC_HEADS = ("እንደ", "ስለ", "ወደ", "እስከ", "የ", "በ", "ለ", "ከ", "ብ", "ን", "ዝ")
_ETHIOPIC = re.compile("[\u1200-\u137f]{3,}")


class _Folded(dict[int, int | None]):
    """What a character becomes, looked up once each; None for one that goes."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_FOLDED = _Folded({ord("ى"): ord("ي"), ord("ة"): ord("ه"), ord("ـ"): None})
_FOLDED.update(dict.fromkeys(map(ord, "أإآٱ"), ord("ا")))
_FOLDED.update({ord("ک"): ord("ك"), ord("ی"): ord("ي")})
_FOLDED.update({ord(own): digit for own, digit in zip("٠١٢٣٤٥٦٧٨٩", range(48, 58), strict=True)})
_FOLDED.update(LATIN | ETHIOPIC)


def fold(text: str) -> str:
    """``Armée`` and ``armee`` are one, so are ``ƙasa`` and ``kasa``, ``قُتِل`` and ``قتل``, ``ፀጥታ`` and ``ጸጥታ``."""
    if text.isascii():
        return text.lower()
    return _BEYOND.sub(_run, unicodedata.normalize("NFKD", text.casefold()))


def _run(found: re.Match[str]) -> str:
    return _translated(found[0])


@lru_cache(4096)
def _translated(run: str) -> str:
    """Letters beyond ASCII that stand together: translating all of a text asks for each ASCII letter as well."""
    return run.translate(_FOLDED)


def fts_query(query: str) -> str:
    """What FTS5 is asked: every term must occur, and nothing in a query is an operator but quotes and a trailing *.

    Words in quotes follow one another.  An Arabic word is found with and without the article and the
    letters that are written as one with it (and, with, for, as); an Amharic or Tigrinya one with and
    without what says "of", "in", "for", "from", and with any ending.
    """
    terms = []
    for match in _TERM.finditer(query):
        words = _WORDS.findall(fold(match[1] or match[3] or ""))
        is_prefix = bool(match[2]) if match[1] else (match[3] or "").endswith("*")
        if words:
            terms.append(_one_of(words, "*" if is_prefix else ""))
    return " AND ".join(terms)


def bare(word: str) -> str:
    """A folded Arabic or Ethiopic word of a text without what is written as one before it."""
    if word.isascii():
        return word
    if _ARABIC.match(word):
        return _without(_ARABIC_HEADS, word)
    return _without(_ETHIOPIC_HEADS, word) if is_open(word) else word


def root(word: str) -> str:
    """The same of a word that is looked for: an Arabic one loses its article, a single letter may be its own."""
    return _without(_ARTICLES, word) if _ARABIC.fullmatch(word) else bare(word)


def is_open(word: str) -> bool:
    """Whether a folded word is found with any ending: those of Ethiopic script are many and short."""
    return bool(_ETHIOPIC.fullmatch(word))


def _without(heads: tuple[str, ...], word: str) -> str:
    fits = (head for head in heads if word.startswith(head) and len(word) - len(head) >= _LEAST)
    return next((word[len(head) :] for head in fits), word)


def _one_of(words: list[str], ending: str) -> str:
    forms = _forms(words[0]) if len(words) == 1 else [" ".join(words)]
    ending = "*" if is_open(words[-1]) else ending
    alternatives = " OR ".join(f'"{form}"{ending}' for form in forms)
    return f"({alternatives})" if len(forms) > 1 else alternatives


def _forms(word: str) -> list[str]:
    if not (_ARABIC.fullmatch(word) or is_open(word)):
        return [word]
    heads = _ETHIOPIC_HEADS if is_open(word) else _ARABIC_HEADS
    return list(dict.fromkeys([word, root(word), *(head + root(word) for head in heads)]))
