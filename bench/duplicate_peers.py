"""The peers of ``bench.duplicates``; run with the Python of an environment that has them, and nothing of ours.

Reads ``{"base": [text, ...], "copies": [text, ...]}`` from standard input and writes, for each peer, one line
of JSON: its name, for each copy the base texts that it links, the pairs of base texts that it links, and its
time a text.  With a peer's name as argument it is run alone, and tells its time and memory.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
import unicodedata
import zlib
from collections.abc import Callable, Sequence

from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found,import-untyped,unused-ignore]
from simhash import Simhash as WordSimhash  # type: ignore[import-not-found,import-untyped,unused-ignore]
from trafilatura.deduplication import Simhash  # type: ignore[import-not-found,unused-ignore]

Linked = tuple[list[list[int]], list[tuple[int, int]]]
_WORD = re.compile(r"\w+")


def minhash(threshold: float) -> Callable[[Sequence[str], Sequence[str]], Linked]:
    """datasketch's MinHash LSH over three-word shingles in NFKC, with 128 permutations."""

    def run(base: Sequence[str], copies: Sequence[str]) -> Linked:
        index = MinHashLSH(threshold=threshold, num_perm=128)
        pairs: list[tuple[int, int]] = []
        for number, text in enumerate(base):
            made = _minhash(text)
            pairs += [(found, number) for found in index.query(made)]
            index.insert(number, made)
        return [sorted(index.query(_minhash(text))) for text in copies], pairs

    return run


def _minhash(text: str) -> MinHash:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    made = MinHash(128, hashfunc=zlib.crc32)
    count = max(1, len(words) - 2)
    made.update_batch([" ".join(words[n : n + 3]).encode() for n in range(count)])
    return made


def trafilatura_simhash(bits: int) -> Callable[[Sequence[str], Sequence[str]], Linked]:
    """trafilatura's own, up to so many bits apart."""
    return lambda base, copies: _within(
        bits, [Simhash(t).hash for t in (*base, *copies)], len(base)
    )


def word_simhash(bits: int) -> Callable[[Sequence[str], Sequence[str]], Linked]:
    """The simhash package with its own features."""
    return lambda base, copies: _within(
        bits, [WordSimhash(t).value for t in (*base, *copies)], len(base)
    )


def _within(bits: int, hashes: list[int], base: int) -> Linked:
    known, asked = hashes[:base], hashes[base:]
    linked = [
        [n for n, hash_ in enumerate(known) if (hash_ ^ one).bit_count() <= bits] for one in asked
    ]
    pairs = [
        (n, m)
        for m, one in enumerate(known)
        for n, hash_ in enumerate(known[:m])
        if (hash_ ^ one).bit_count() <= bits
    ]
    return linked, pairs


PEERS = {
    "datasketch LSH .5": minhash(0.5),
    "datasketch LSH .3": minhash(0.3),
    "trafilatura.Simhash <= 6 bits": trafilatura_simhash(6),
    "trafilatura.Simhash <= 10 bits": trafilatura_simhash(10),
    "simhash <= 6 bits": word_simhash(6),
}


def main() -> None:
    """All peers, or the one that is named."""
    asked = json.load(sys.stdin)
    for name in sys.argv[1:] or PEERS:
        begun = time.process_time()
        linked, pairs = PEERS[name](asked["base"], asked["copies"])
        seconds = time.process_time() - begun
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {
            "name": name,
            "linked": linked,
            "pairs": pairs,
            "seconds": seconds,
            "memory": memory,
        }
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
