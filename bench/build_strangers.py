"""Put strangers that are alike into one lane: what claims a text that is in none of our languages needs no name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

Shares = Mapping[str, float]  # what part of the n-grams of its length each is

GROUPS = 128
LARGEST = 6
MOST_FREQUENT = 300


def grouped(strangers: Mapping[str, Shares], groups: int = GROUPS) -> dict[str, dict[str, float]]:
    """The likest together until so many groups are left, each with the mean share of every n-gram, by its first."""
    together = {code: [code] for code in sorted(strangers)}
    left = len(together)
    for one, other in _by_likeness(strangers):
        if left <= groups:
            break
        joined = together[one] + together[other]
        if together[one] is not together[other] and len(joined) <= LARGEST:
            together |= dict.fromkeys(joined, sorted(joined))
            left -= 1
    return {group[0]: _mean(strangers, group) for group in together.values()}


def _by_likeness(strangers: Mapping[str, Shares]) -> Iterator[tuple[str, str]]:
    """Pairs, those that share most of their most frequent n-grams first."""
    frequent = {
        code: frozenset(sorted(shares, key=lambda gram: (-shares[gram], gram))[:MOST_FREQUENT])
        for code, shares in sorted(strangers.items())
    }
    pairs = sorted((-len(frequent[a] & frequent[b]), a, b) for a, b in combinations(frequent, 2))
    return ((one, other) for _, one, other in pairs)


def _mean(strangers: Mapping[str, Shares], group: list[str]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for code in group:
        for gram, share in strangers[code].items():
            shares[gram] = shares.get(gram, 0.0) + share / len(group)
    return shares
