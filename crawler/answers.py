"""What was found out of words and names, kept for the next that ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_LONGEST = (
    300  # characters of a text that is kept: longer ones seldom come again, and fill the memory
)


class Answers(dict[str, T]):
    """What is known of each text, found out when it is first asked for; all forgotten at ``most`` texts."""

    def __init__(self, answer: Callable[[str], T], most: int) -> None:
        self._answer = answer
        self._most = most

    def __missing__(self, text: str) -> T:
        said = self._answer(text)
        if len(text) <= _LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[text] = said
        return said
