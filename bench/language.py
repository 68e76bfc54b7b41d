"""Whose guess of a text's language is right how often: ours, langdetect as it comes, and other detectors.

``python -m bench.language FOLDER`` reads the ``short``, ``medium`` and ``long`` lines of ``CODE.txt`` files
(``LENGTH<TAB>SOURCE<TAB>TEXT``), installs the others once under ``.judges/`` and prints shares of right answers, each
language counting alike: over all languages, and over those that the peer knows (half of the paragraphs right).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.build_languages import DIALECTS
from crawler.commands.table import table
from crawler.language import Language, language_of
from judges.install import JudgeError, installed_packages, installed_venv, say

HERE = Path(__file__).parent
LENGTHS = ("short", "medium", "long")
_NEWSROOM = (
    "fr en ar pt es sw ha am ti om so yo ig rw rn ln wo ff bm sn zu xh st tn mg ny kab zgh af kr"
)
NEWSROOM = frozenset(_NEWSROOM.split())
PEERS = ("langdetect", "pycld2", "py3langid", "heliport", "lingua")
PATIENCE = 3600
WRONG, THEMES_ENGLISH, SEED = (0.05, 0.15, 0.3), 0.7, 7


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its length's name and its language."""

    code: str
    length: str
    text: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a detector said to each sample, and how long a text took it on average."""

    codes: list[str | None]
    milliseconds: dict[str, float]


def main() -> int:
    """Ask all, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.language", description=__doc__)
    parser.add_argument("folder", type=Path, help="CODE.txt files")
    parser.add_argument("--ours", action="store_true", help="leave the others out")
    parser.add_argument("--every", type=int, default=1, help="one sample in so many")
    options = parser.parse_args()
    samples = _samples(options.folder)[:: options.every]
    answers = {"ours": _ours(samples)}
    if not options.ours:
        answers |= _peers(samples)
    titles = ["detector", *(f"{part}, {n}" for part in ("newsroom", "all") for n in LENGTHS)]
    rows = [_row(name, samples, said) for name, said in answers.items()]
    sys.stdout.write(table([*titles, *(f"ms, {n}" for n in LENGTHS)], rows) + "\n\n")
    rows = [_on_its_own(name, samples, answers) for name in answers if name != "ours"]
    if rows:
        titles = ["on the languages of", "known", "its short", "ours", "its medium", "ours"]
        sys.stdout.write(table(titles, rows) + "\n\n")
    titles = ["declared wrongly", "headlines right", "confidence off by"]
    sys.stdout.write(table(titles, _with_declarations(samples)) + "\n\n")
    sys.stdout.write(table(["language", *LENGTHS], _each(samples, answers["ours"])) + "\n")
    return 0


def _samples(folder: Path) -> list[Sample]:
    found = []
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").split("\n"):
            length, _, rest = line.partition("\t")
            if length in LENGTHS:
                code = DIALECTS.get(path.stem, path.stem)
                found.append(Sample(code, length, rest.partition("\t")[2]))
    return found


def _ours(samples: Sequence[Sample]) -> Answers:
    def ask(text: str) -> str | None:
        return language_of(text, None, ()).code

    return _asked(ask, samples)


def _with_declarations(samples: Sequence[Sample]) -> list[list[str]]:
    """Newsroom headlines with no declaration, and with one that is wrong so often."""
    headlines = [s for s in samples if s.length == "short" and s.code in NEWSROOM]
    rows = []
    for wrong in (None, *WRONG):
        chance = Random(SEED)
        said = [
            language_of(s.text, None if wrong is None else _declared(s.code, wrong, chance), ())
            for s in headlines
        ]
        answers = Answers([one.code for one in said], {})
        share = _macro(headlines, answers, "short", NEWSROOM)
        name = "none" if wrong is None else f"{100 * wrong:.0f} %"
        rows.append([name, share, f"{_miscalibration(headlines, said):.3f}"])
    return rows


def _declared(code: str, wrong: float, chance: Random) -> str:
    """What a page says of itself; if wrong, its theme's English mostly."""
    if chance.random() >= wrong:
        return code
    if code != "en" and chance.random() < THEMES_ENGLISH:
        return "en"
    return chance.choice([other for other in ("fr", "ar", "pt") if other != code])


def _miscalibration(samples: Sequence[Sample], said: Sequence[Language]) -> float:
    """By how much confidence and the share of right answers differ, on average over ten classes of confidence."""
    classes: dict[int, list[tuple[float, bool]]] = {}
    for sample, one in zip(samples, said, strict=True):
        if one.confidence is not None:
            kind = min(9, int(10 * one.confidence))
            classes.setdefault(kind, []).append((one.confidence, one.code == sample.code))
    sure = sum(map(len, classes.values()))
    off = (abs(sum(c - right for c, right in group)) for group in classes.values())
    return sum(off) / sure


def _asked(ask: Callable[[str], str | None], samples: Sequence[Sample]) -> Answers:
    codes: list[str | None] = []
    seconds = dict.fromkeys(LENGTHS, 0.0)
    for sample in samples:
        begin = time.process_time()
        codes.append(ask(sample.text))
        seconds[sample.length] += time.process_time() - begin
    counts = {n: sum(s.length == n for s in samples) or 1 for n in LENGTHS}
    return Answers(codes, {n: 1000 * seconds[n] / counts[n] for n in LENGTHS})


def _peers(samples: Sequence[Sample]) -> dict[str, Answers]:
    """Whoever can be installed here; the others are named and left out."""
    answers = {}
    texts = json.dumps([[s.length, s.text] for s in samples])
    for name in (*PEERS, "franc"):
        try:
            answers[name] = _answers_of(_command(name), texts)
        except JudgeError as e:
            say(f"{name}: {e}")
    return answers


def _command(name: str) -> list[str]:
    if name == "franc":
        packages = installed_packages("franc/node_modules", HERE / "franc.json")
        return ["node", str(HERE / "franc.mjs"), str(packages / "franc-all" / "index.js")]
    programs = installed_venv("languages", HERE / "language_peers.txt")
    return [str(programs / "python"), str(HERE / "language_peers.py"), name]


def _answers_of(command: list[str], texts: str) -> Answers:
    try:
        done = subprocess.run(
            command, input=texts, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError) as e:
        raise JudgeError(f"{command[0]} does not answer: {e}") from e
    said = json.loads(done.stdout)
    return Answers(said["codes"], said["milliseconds"])


def _row(name: str, samples: Sequence[Sample], said: Answers) -> list[str]:
    every = frozenset(s.code for s in samples)
    shares = [_macro(samples, said, n, part) for part in (NEWSROOM, every) for n in LENGTHS]
    return [name, *shares, *(f"{said.milliseconds[n]:.2f}" for n in LENGTHS)]


def _macro(samples: Sequence[Sample], said: Answers, length: str, codes: frozenset[str]) -> str:
    shares = [s for code in sorted(codes) if (s := _share(samples, said, length, code)) is not None]
    return f"{100 * sum(shares) / len(shares):.1f}" if shares else "-"


def _share(samples: Sequence[Sample], said: Answers, length: str, code: str) -> float | None:
    right = [
        answer == code
        for sample, answer in zip(samples, said.codes, strict=True)
        if sample.code == code and sample.length == length
    ]
    return sum(right) / len(right) if right else None


def _on_its_own(name: str, samples: Sequence[Sample], answers: dict[str, Answers]) -> list[str]:
    said = answers[name]
    known = frozenset(
        code
        for code in {s.code for s in samples}
        if (_share(samples, said, "medium", code) or 0) >= 0.5
    )
    cells = [
        _macro(samples, one, n, known)
        for n in ("short", "medium")
        for one in (said, answers["ours"])
    ]
    return [name, str(len(known)), *cells]


def _each(samples: Sequence[Sample], said: Answers) -> list[list[str]]:
    rows = []
    for code in sorted({s.code for s in samples}):
        shares = [_share(samples, said, n, code) for n in LENGTHS]
        rows.append([code, *("-" if s is None else f"{100 * s:.1f}" for s in shares)])
    return rows


if __name__ == "__main__":
    sys.exit(main())
