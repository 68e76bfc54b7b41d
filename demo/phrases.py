"""The furniture of a page — menus, forms, appeals — in the page's language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def phrases(language: str) -> Mapping[str, str]:
    """The furniture's phrases in a language, by name; every language has the same names."""
    path = Path(__file__).parent / "phrases" / f"{language}.toml"
    table: dict[str, str] = tomllib.loads(path.read_text("utf-8"))
    return table
