"""The addresses in a style sheet, wherever CSS lets them stand and however they are escaped; pure.

`url()` with and without quotes, `src()`, `@import` and `image-set()` with a bare string (CSS Values 4,
4.5; CSS Images 4, 2.4).  Comments and strings that are no addresses are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPE = re.compile(
    r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(\r\n|[\n\r\f])|(.))", re.DOTALL
)
_STRING = r""""(?:[^"\\\n\r\f]|\\(?:\r\n|.))*+"?|'(?:[^'\\\n\r\f]|\\(?:\r\n|.))*+'?"""
_ESCAPED = r"\\(?:[0-9a-fA-F]{1,6}[ \t\r\n\f]?|[^0-9a-fA-F\r\n\f])"
_BARE = rf"""(?:[^()"'\\\s]|{_ESCAPED})*+"""
_TOKEN = re.compile(
    rf"""(?P<comment>/\*.*?(?:\*/|\Z))
    |(?P<string>{_STRING})
    |(?P<name>@?(?:[A-Za-z_\u0080-\U0010ffff-]|{_ESCAPED})(?:[\w-]|{_ESCAPED})*+(?P<call>\()?)
    |(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<end>;)
    """,
    re.DOTALL | re.VERBOSE,
)
_URL = re.compile(rf"\s*+(?:({_STRING})|({_BARE}))\s*+(?:\)|(?=[;}}])|\Z)", re.DOTALL)
_LOADING = {"url", "src"}
_SETS = {"image-set", "-webkit-image-set"}
_LOADERS = ("url(", "src(", "image-set(", "@import")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address stands, its quotes included, and what it says."""

    start: int
    end: int
    href: str


def css_addresses(text: str) -> Iterator[Place]:
    """All of them, in order."""
    return _addresses(text) if _may_load(text) else iter(())


def _addresses(text: str) -> Iterator[Place]:
    nested: list[str] = []  # the functions and blocks around
    is_import, place = False, 0
    while token := _TOKEN.search(text, place):
        place = token.end()
        match token.lastgroup:
            case "string":
                if is_import or (nested and nested[-1] in _SETS):
                    yield Place(token.start(), place, plain(_unquoted(token[0])))
                is_import = False
            case "name" | "call":
                name = plain(token[0].removesuffix("(")).lower()
                is_import = name == "@import" or (is_import and name not in _LOADING)
                if token["call"] and name in _LOADING and (found := _URL.match(text, place)):
                    yield _argument(found)
                    place = found.end()
                elif token["call"]:
                    nested.append(name)
            case "open":
                nested.append("")
            case "close":
                del nested[-1:]
            case "end":
                is_import = False
            case _:
                pass


def _may_load(text: str) -> bool:
    """Whether an address can be in a sheet: most that stand in pages have none, and are not taken apart."""
    said = text.lower()
    return "\\" in said or any(word in said for word in _LOADERS)


def plain(text: str) -> str:
    r"""A name or an address without escapes: ``\2f`` is a slash."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _argument(found: re.Match[str]) -> Place:
    group = 1 if found[1] is not None else 2
    said = _unquoted(found[1]) if group == 1 else found[2]
    return Place(found.start(group), found.end(group), plain(said))


def _unquoted(string: str) -> str:
    return string[1:-1] if len(string) > 1 and string[-1] == string[0] else string[1:]


def _character(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return match[3] or ""
