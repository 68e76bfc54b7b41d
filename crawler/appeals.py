"""Appeals to readers, told by what they are about: words of several themes that meet in one short block."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from crawler.phrases import commands, plain
from crawler.words import any_of

_LONGEST = 260  # characters; an appeal is short
_HEADING = 48
_LINE = 100  # characters of a line that tells where else the site is found
_PLATFORM = re.compile(
    r"\b(?:facebook|whatsapp|telegram|youtube|instagram|tiktok|twitter)\b|فيسبوك|واتساب|تلغرام|تيليغرام|يوتيوب"
    r"|إنستغرام|تويتر|ፌስቡክ|ቴሌግራም|ዩቲዩብ"
)
_QUOTED = re.compile(r"[«»“”\"„]")
_THEMES = ("reader", "self", "act", "thing", "press", "terms")
_WHOLE, _WHOLE_THEMES = r"(?!\w)", ("reader", "self")
_CLITICS = {
    "ar": "(?:و|ف)?(?:ب|ل)?(?:ال|لل)?",
    "am": "(?:በ|ለ|የ|ከ)?",
}  # "ك" would make "was" of "you"


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("crawler").joinpath("appeals.toml").read_text("utf-8"))


@cache
def _pattern(theme: str) -> re.Pattern[str]:
    """Beginnings of words; pronouns, which begin many, as whole words.  A sign stands before each."""
    words = {code: any_of(map(plain, table[theme])) for code, table in _tables().items()}
    either = "|".join(f"{_CLITICS.get(code, '')}{said}" for code, said in words.items())
    return re.compile(rf"\W(?:{either}){_WHOLE if theme in _WHOLE_THEMES else ''}")


@cache
def _things() -> re.Pattern[str]:
    """The same of things, to count them: the first in the table that fits is the one."""
    either = (
        f"(?<!\\w){_CLITICS.get(code, '')}(?:{'|'.join(re.escape(plain(word)) for word in table['thing'])})"
        for code, table in _tables().items()
    )
    return re.compile("|".join(either))


def _speaks(theme: str, said: str) -> bool:
    """Whether a plain text has a word of a theme."""
    return _pattern(theme).search(f" {said}") is not None


@lru_cache(4096)
def is_appeal(text: str) -> bool:
    """Whether a block asks the reader for something: three themes, or a command and what it is about."""
    if len(text) > _LONGEST or _QUOTED.search(text):
        return False
    if is_spoken(text) and themes(text) > 2:
        return True
    said = plain(text)
    if len(text) <= _LINE and _PLATFORM.search(said) and _speaks("self", said):
        return True
    return commands(said) and any(_speaks(theme, said) for theme in _THEMES[3:])


@lru_cache(4096)
def themes(text: str) -> int:
    """How many themes of an appeal meet in a block that is short and quotes nobody; several things count twice."""
    if len(text) > _LONGEST or _QUOTED.search(text):
        return 0
    said = plain(text)
    found = [theme for theme in _THEMES if _speaks(theme, said)]
    return len(found) + ("thing" in found and len(set(_things().findall(said))) > 1)


@lru_cache(4096)
def is_spoken(text: str) -> bool:
    """Whether the site speaks of itself or to its reader, outside of quotations."""
    said = plain(text)
    return not _QUOTED.search(text) and any(_speaks(name, said) for name in _THEMES[:2])


def shows_archive(text: str) -> bool:
    """Whether a line says of a picture that it is an old or a general one."""
    return len(text) <= 200 and _speaks("archive", plain(text))


def is_voices(text: str) -> bool:
    """Whether a heading may be that of the readers' comments."""
    return len(text) <= _HEADING and _speaks("voices", plain(text))
