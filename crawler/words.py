"""Many words as one regular expression that reads each beginning once: a tenth of what the words beside each other take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_END = ""  # a key of no letter: here a word ends


def any_of(words: Iterable[str]) -> str:
    """An expression for each of these words and nothing else; of two that fit, the longer one is found."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[_END] = {}
    return _written(tree)


def by_letter(expressions: Iterable[str]) -> str:
    """An expression for any of these, each of which begins with a letter: a reader goes on only with those of its own.

    Of two that fit at a place the earlier one is found, as it would be without.
    """
    groups: dict[str, list[str]] = {}
    for expression in expressions:
        groups.setdefault(expression[0], []).append(expression[1:])
    parts = (f"{letter}(?:{'|'.join(rest)})" for letter, rest in groups.items())
    return f"(?:{'|'.join(parts)})"


def _written(node: dict[str, Any]) -> str:
    letters = []
    while len(node) == 1 and _END not in node:  # what all have in common
        ((letter, node),) = node.items()
        letters.append(re.escape(letter))
    branches = [re.escape(letter) + _written(node[letter]) for letter in sorted(node) if letter]
    inner = f"(?:{'|'.join(branches)})" if branches else ""
    return "".join(letters) + (f"{inner}?" if inner and _END in node else inner)
