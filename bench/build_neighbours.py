"""Fit how two languages with most words in common are told apart, from texts of both cut into headlines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from crawler.neighbours import STEPS, Neighbours, traits
from crawler.wording import words

HEADLINE = 12  # words
LEAST = 4  # of these make one
SEEN = 8  # texts: what is in fewer tells the texts' subject
WRITTEN = 2.0  # weight of a line of our own, which is a headline, beside a piece of a sentence
RIDGE = 3.3
MASS = 1000.0  # weight of all texts of a language
ROUNDS = 30
_FAR = 30.0

Text = tuple[set[str], float, float]  # traits, weight, whether it is in the second language


def neighbours(
    first: str,
    second: str,
    sentences: Mapping[str, Sequence[str]],
    own: Mapping[str, Sequence[str]],
) -> Neighbours:
    """Weights of a logistic regression with ridge, by cyclic Newton steps, rounded; the same from the same texts."""
    texts = [
        text
        for is_second, code in enumerate((first, second))
        for text in _texts(sentences.get(code, ()), own.get(code, ()), float(is_second))
    ]
    seen = Counter(trait for found, *_ in texts for trait in found)
    kept = sorted(trait for trait, times in seen.items() if times >= SEEN)
    bias, weights = _fitted(texts, kept)
    steps = {trait: round(weight * STEPS) for trait, weight in zip(kept, weights, strict=True)}
    return Neighbours(
        first, second, round(bias * STEPS), {trait: step for trait, step in steps.items() if step}
    )


def _texts(sentences: Iterable[str], own: Sequence[str], is_second: float) -> Iterator[Text]:
    pieces = [piece for sentence in sentences for piece in _cut(sentence)]
    mass = MASS / ((len(pieces) + WRITTEN * len(own)) or 1)
    for weight, lines in ((mass, pieces), (mass * WRITTEN, own)):
        for line in lines:
            yield traits(words(line)), weight, is_second


def _cut(sentence: str) -> Iterator[str]:
    tokens = sentence.split()
    for start in range(0, len(tokens), HEADLINE):
        if not start or len(tokens) - start >= LEAST:
            yield " ".join(tokens[start : start + HEADLINE])


def _fitted(texts: Sequence[Text], kept: Sequence[str]) -> tuple[float, list[float]]:
    columns: dict[str, list[int]] = {trait: [] for trait in kept}
    for at, (found, *_) in enumerate(texts):
        for trait in sorted(found & columns.keys()):
            columns[trait].append(at)
    everywhere = list(range(len(texts)))
    logits = [0.0] * len(texts)
    bias, weights = 0.0, [0.0] * len(kept)
    for _ in range(ROUNDS):
        bias += _step(texts, logits, everywhere, 0.0, 0.0)
        for at, trait in enumerate(kept):
            weights[at] += _step(texts, logits, columns[trait], weights[at], RIDGE)
    return bias, weights


def _step(
    texts: Sequence[Text], logits: list[float], rows: Sequence[int], weight: float, ridge: float
) -> float:
    """One Newton step of one weight, at most one nat, and the logits after it."""
    slope, bend = ridge * weight, ridge + 1e-9
    for row in rows:
        _, mass, right = texts[row]
        guess = 1 / (1 + math.exp(-max(-_FAR, min(_FAR, logits[row]))))
        slope += mass * (guess - right)
        bend += mass * guess * (1 - guess)
    step = max(-1.0, min(1.0, -slope / bend))
    for row in rows:
        logits[row] += step
    return step
