"""Which crawls have a host in common, and which of several machines has which host; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def sharing(crawls: Iterable[tuple[T, set[str]]]) -> list[tuple[set[str], list[T]]]:
    """Those with a host in common together, in their order, with all their hosts."""
    found: list[tuple[set[str], list[T]]] = []
    for crawl, own in crawls:
        hosts, together = set(own), [crawl]
        for other in [entry for entry in found if entry[0] & hosts]:
            found.remove(other)
            hosts, together = other[0] | hosts, [*other[1], *together]
        found.append((hosts, together))
    return found


def turns(crawls: Iterable[tuple[str, set[str]]]) -> dict[str, str]:
    """Each crawl's name to the host whose turn it takes: one for all that have a host in common."""
    return {name: min(hosts, default=name) for hosts, names in sharing(crawls) for name in names}


def shard_of(host: str, shards: int) -> int:
    """From 1: the same on every machine and in every year.

    Another number of shards moves as few hosts as can be (rendezvous hashing): 1 in 6 from five to six.
    """
    return max(range(1, shards + 1), key=lambda shard: _weight(host, shard))


def _weight(host: str, shard: int) -> bytes:
    return hashlib.blake2b(f"{shard} {host}".encode(), digest_size=8).digest()
