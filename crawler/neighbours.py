"""Two languages with most words in common are told apart by their small words, and by how words begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

STEPS = 100  # of a weight in one nat


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A logistic regression between two languages: what each trait of a text says for the second, in steps."""

    first: str
    second: str
    bias: int
    weights: Mapping[str, int]

    def for_second(self, spoken: Sequence[str]) -> float:
        """Nats that the words say for the second language, against the first."""
        found = map(self.weights.get, traits(spoken))
        return (self.bias + sum(weight for weight in found if weight)) / STEPS


def traits(spoken: Sequence[str]) -> set[str]:
    """The words in small letters, their first three letters, last two and last three; names within a text say nothing."""
    small = {word.lower() for at, word in enumerate(spoken) if not (at and word[0].isupper())}
    return {trait for word in small for trait in _of(word)}


def _of(word: str) -> Iterable[str]:
    spaced = f" {word} "
    return f"={word}", spaced[:4], spaced[-4:], spaced[-3:]
