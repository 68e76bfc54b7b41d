"""Fit how a text of one of our languages is told from one of a language that the table lacks.

``python -m bench.language_unknown FOLDER STRANGERS`` builds a table without every tenth train line of FOLDER, asks it
for these lines and for those of STRANGERS (``LENGTH<TAB>SOURCE<TAB>TEXT``, languages that the table lacks: translations
of the Universal Declaration of Human Rights), and prints the weights for ``crawler/credible.py``.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from operator import mul
from pathlib import Path

from bench.build_languages import DIALECTS, HOME, built, train_lines, trained
from crawler.credible import of_ours
from crawler.language import claim_of
from crawler.profiles import Profiles, unpacked

EVERY, HELD = 10, 7
HEADLINE = 12  # words
ROUNDS = 12
RIDGE = 1e-5


def main() -> int:
    """Fit, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.language_unknown", description=__doc__)
    parser.add_argument("folder", type=Path, help="CODE.txt files with train lines")
    parser.add_argument("strangers", type=Path, help="the same of languages that the table lacks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        held = _held_out(options.folder, Path(kept))
        table = unpacked(built(trained(Path(kept), HOME / "written")))
    known = [row for code, text in held for row in _row(table, text, code)]
    strange = [
        row
        for path in sorted(options.strangers.glob("*.txt"))
        for line in train_lines(path)
        for text in _both(line)
        for row in _row(table, text, None)
    ]
    sys.stdout.write(f"{len(known)} known, {len(strange)} strange\n")
    sys.stdout.write(", ".join(f"{w:.2f}" for w in fitted(known, strange)) + "\n")
    return 0


def _held_out(folder: Path, into: Path) -> list[tuple[str, str]]:
    """Codes and texts of every tenth line; the others are written for training."""
    held = []
    for path in sorted(folder.glob("*.txt")):
        lines = list(train_lines(path))
        kept = [line for at, line in enumerate(lines) if at % EVERY != HELD]
        (into / path.name).write_text("".join(f"train\t-\t{line}\n" for line in kept), "utf-8")
        code = DIALECTS.get(path.stem, path.stem)
        held += [(code, text) for line in lines[HELD::EVERY] for text in _both(line)]
    return held


def _both(line: str) -> tuple[str, str]:
    """The text as a headline and as a paragraph."""
    return " ".join(line.split()[:HEADLINE]), line[:500]


def _row(table: Profiles, text: str, code: str | None) -> Iterator[list[float]]:
    """What speaks for the likeliest language, where it is one of ours and the one that it should be."""
    claim = claim_of(table, text)
    if claim and claim.index < table.own and code in (None, table.languages[claim.index]):
        yield of_ours(table, claim)


def fitted(known: Sequence[Sequence[float]], strange: Sequence[Sequence[float]]) -> list[float]:
    """Weights of a logistic regression by Newton's method, both kinds counting alike."""
    rows = [(row, 1.0, 0.5 / len(known)) for row in known]
    rows += [(row, 0.0, 0.5 / len(strange)) for row in strange]
    size = len(known[0])
    weights = [0.0] * size
    for _ in range(ROUNDS):
        slope = [RIDGE * w for w in weights]
        bend = [[RIDGE if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, right, share in rows:
            logit = sum(map(mul, weights, row))
            guess = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
            error, spread = share * (guess - right), share * guess * (1 - guess)
            for i, one in enumerate(row):
                slope[i] += error * one
                part = spread * one
                bend[i] = [b + part * other for b, other in zip(bend[i], row, strict=True)]
        weights = [w - step for w, step in zip(weights, _solved(bend, slope), strict=True)]
    return weights


def _solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """Gauss's elimination of a positive definite matrix."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for below in rows[at + 1 :]:
            part = below[at] / pivot[at]
            below[:] = [b - part * p for b, p in zip(below, pivot, strict=True)]
    found: list[float] = []
    for at in reversed(range(len(rows))):
        known = sum(map(mul, rows[at][at + 1 : -1], found))
        found.insert(0, (rows[at][-1] - known) / rows[at][at])
    return found


if __name__ == "__main__":
    sys.exit(main())
