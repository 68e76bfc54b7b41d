"""Appeals to readers, told by what they are about: words of several themes that meet in one short block."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from crawler.phrases import commands, plain

_LONGEST = 260  # characters; an appeal is short
_HEADING = 48
_LINE = 100  # characters of a line that tells where else the site is found
_PLATFORM = re.compile(
    r"\b(?:facebook|whatsapp|telegram|youtube|instagram|tiktok|twitter)\b|فيسبوك|واتساب|تلغرام|تيليغرام|يوتيوب"
    r"|إنستغرام|تويتر|ፌስቡክ|ቴሌግራም|ዩቲዩብ"
)
_QUOTED = re.compile(r"[«»“”\"„]")
_THEMES = ("reader", "self", "act", "thing", "press", "terms")
_THINGS = _THEMES.index("thing")
_CLITICS = {
    "ar": "(?:و|ف)?(?:ب|ل)?(?:ال|لل)?",
    "am": "(?:በ|ለ|የ|ከ)?",
}  # "ك" would make "was" of "you"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    tables = tomllib.loads(files("crawler").joinpath("appeals.toml").read_text("utf-8"))
    return {
        theme: re.compile(
            "|".join(
                f"(?<!\\w){_CLITICS.get(code, '')}(?:{_either(table[theme], theme)})"
                for code, table in tables.items()
            )
        )
        for theme in (*_THEMES, "voices", "archive")
    }


def _either(words: list[str], theme: str) -> str:
    """Beginnings of words; pronouns, which begin many, as whole words."""
    end = r"(?!\w)" if theme in ("reader", "self") else ""
    return "|".join(re.escape(plain(word)) + end for word in words)


@lru_cache(4096)
def is_appeal(text: str) -> bool:
    """Whether a block asks the reader for something: three themes, or a command and what it is about."""
    if len(text) > _LONGEST or _QUOTED.search(text):
        return False
    if is_spoken(text) and themes(text) > 2:
        return True
    said = plain(text)
    if len(text) <= _LINE and _PLATFORM.search(said) and _patterns()["self"].search(said):
        return True
    return commands(said) and any(_patterns()[theme].search(said) for theme in _THEMES[3:])


@lru_cache(4096)
def themes(text: str) -> int:
    """How many themes of an appeal meet in a block that is short and quotes nobody; several things count twice."""
    if len(text) > _LONGEST or _QUOTED.search(text):
        return 0
    said = plain(text)
    found = [set(_patterns()[theme].findall(said)) for theme in _THEMES]
    return sum(map(bool, found)) + (len(found[_THINGS]) > 1)


@lru_cache(4096)
def is_spoken(text: str) -> bool:
    """Whether the site speaks of itself or to its reader, outside of quotations."""
    said = plain(text)
    return not _QUOTED.search(text) and any(_patterns()[name].search(said) for name in _THEMES[:2])


def shows_archive(text: str) -> bool:
    """Whether a line says of a picture that it is an old or a general one."""
    return len(text) <= 200 and bool(_patterns()["archive"].search(plain(text)))


def is_voices(text: str) -> bool:
    """Whether a heading may be that of the readers' comments."""
    return len(text) <= _HEADING and bool(_patterns()["voices"].search(plain(text)))
