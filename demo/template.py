"""HTML templates: files with $names, filled with escaped text."""

import html
from collections import ChainMap
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"


class Html(str):
    """Text that is markup already and needs no escaping."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Text as markup: itself if it is Html, else with the special characters escaped."""
    return text if isinstance(text, Html) else Html(html.escape(text))


def joined(parts: Iterable[str], separator: str = "\n") -> Html:
    """Parts put together as markup."""
    return Html(separator.join(escaped(part) for part in parts))


class _Escaped(ChainMap[str, str]):
    """Layers of values, escaped as they are looked up."""

    def __getitem__(self, key: str) -> Html:
        return escaped(super().__getitem__(key))


def fill(name: str, *layers: Mapping[str, str]) -> Html:
    """The template with its names filled from the first layer that has them; KeyError if none has."""
    return Html(_template(name).substitute(_Escaped(*map(dict, layers))))


def fill_each(name: str, rows: Iterable[Mapping[str, str]], *layers: Mapping[str, str]) -> Html:
    """The template once for each row."""
    return joined(fill(name, row, *layers) for row in rows)


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / name).read_text("utf-8").rstrip("\n"))
