"""Countries and security relevance on labelled headlines: ours, layer by layer, beside geotext and flashgeotext.

``python -m bench.places`` prints the tables for the half that was put aside before tuning; ``--half dev`` for the
other, ``--half afield`` for items from elsewhere that came later, ``--errors`` what was wrong.  The peers get an environment of their own in ``.judges``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.actors import actors_of
from crawler.commands.table import table
from crawler.places import places_of
from crawler.relevance import relevance_of
from judges.install import installed_venv

_HERE = Path(__file__).parent
_ITEMS = _HERE.parent / "tests" / "places"
_LAYERS = {
    "names of countries": ("name",),
    "+ demonyms": ("demonym",),
    "+ provinces, towns": ("subdivision", "town", "place"),
    "+ leaders, parties, bodies": ("leader", "body"),
    "+ armed actors (all)": ("actor",),
}
BASES = tuple(basis for bases in _LAYERS.values() for basis in bases)
_RECALL = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A headline and lead with what a reader says of it; ``countries`` are African ones."""

    id: str
    language: str
    title: str
    lead: str | None
    primary: str | None
    countries: tuple[str, ...]
    security: str

    @property
    def text(self) -> str:
        """Title and lead as one text."""
        return f"{self.title}\n{self.lead or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How the countries found for items agree with the labels, in shares."""

    precision: float
    recall: float
    primary: float
    clean: float  # items without an African country that were left untagged


def items(half: str) -> list[Item]:
    """The labelled items of ``dev``, ``heldout``, ``traps`` or ``afield``."""
    lines = (_ITEMS / f"{half}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Item(**{**row, "countries": tuple(row["countries"])}) for row in rows]


def marks(labelled: Sequence[Item], answers: Sequence[Sequence[str]]) -> Marks:
    """Marks for answers that list countries, the primary first."""
    pairs = list(zip(labelled, answers, strict=True))
    right = sum(len(set(item.countries) & set(found)) for item, found in pairs)
    said = sum(len(set(found)) for _, found in pairs)
    true = sum(len(item.countries) for item in labelled)
    primary = [found[:1] == [item.primary] for item, found in pairs if item.primary]
    clean = [not found for item, found in pairs if not item.countries]
    return Marks(
        precision=right / max(said, 1),
        recall=right / true,
        primary=sum(primary) / len(primary),
        clean=sum(clean) / len(clean),
    )


def ours(item: Item, bases: Sequence[str]) -> list[str]:
    """The countries that we find for an item by evidence of these kinds."""
    found = places_of(item.title, item.lead, "", language=item.language, publisher=None)
    return [
        country.code for country in found if any(span.basis in bases for span in country.evidence)
    ]


def relevances(labelled: Sequence[Item]) -> list[tuple[float, bool]]:
    """Score and label of the items that are not borderline, the highest first; ties with the false first.

    Security counts where it is Africa's: a war elsewhere is not what the filter is for.
    """
    scored = [
        (_relevance(item), item.security == "yes" and bool(item.countries))
        for item in labelled
        if item.security != "borderline"
    ]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1]))


def ranking(scored: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Average precision, and precision where recall reaches 98 %."""
    true = sum(label for _, label in scored)
    hits, total, at_recall = 0, 0.0, 0.0
    for rank, (_, label) in enumerate(scored, 1):
        hits += label
        total += label * hits / rank
        if label and not at_recall and hits >= _RECALL * true:
            at_recall = hits / rank
    return total / true, at_recall


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.places", description=__doc__)
    parser.add_argument("--half", choices=("heldout", "dev", "traps", "afield"), default="heldout")
    parser.add_argument("--language", help="items in this language only: the peers know English")
    parser.add_argument("--errors", action="store_true", help="print what was wrong")
    options = parser.parse_args()
    labelled = [item for item in items(options.half) if options.language in (None, item.language)]
    rows = [_row(name, marks(labelled, answers)) for name, answers in _answers(labelled)]
    header = ["what", "precision", "recall", "primary", "untagged elsewhere"]
    sys.stdout.write(table(header, rows) + "\n\n")
    average, precision = ranking(relevances(labelled))
    sys.stdout.write(f"relevance: average precision {average:.3f}, ")
    sys.stdout.write(f"precision {precision:.3f} at recall {_RECALL}\n")
    if options.errors:
        sys.stdout.writelines(_errors(labelled))
    return 0


def _row(name: str, marked: Marks) -> list[str]:
    shares = (marked.precision, marked.recall, marked.primary, marked.clean)
    return [name, *(f"{share:.1%}" for share in shares)]


def _answers(labelled: Sequence[Item]) -> Iterator[tuple[str, list[list[str]]]]:
    for peer in ("geotext", "flashgeotext"):
        yield peer, _peer(peer, labelled)
    bases: list[str] = []
    for layer, more in _LAYERS.items():
        bases += more
        yield f"ours: {layer}", [ours(item, bases) for item in labelled]


def _peer(name: str, labelled: Sequence[Item]) -> list[list[str]]:
    python = installed_venv("places", _HERE / "requirements-places.txt") / "python"
    asked = "".join(json.dumps(item.text) + "\n" for item in labelled)
    done = subprocess.run(
        [str(python), str(_HERE / "places_peers.py"), name],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    return [_african(json.loads(line)) for line in done.stdout.splitlines()]


def _african(found: Sequence[str]) -> list[str]:
    """African codes of what a peer found: codes, or English names, which our own table reads."""
    codes: list[str] = []
    for name in found:
        read = places_of(name, None, "", language="en", publisher=None)
        if len(name) == 2:
            codes += [name] if name in _AFRICA else []
        elif read:
            codes.append(read[0].code)
    return codes


_AFRICA = frozenset(
    (
        "AO", "BF", "BI", "BJ", "BW", "CD", "CF", "CG", "CI", "CM", "CV", "DJ", "DZ", "EG", "EH", "ER",
        "ET", "GA", "GH", "GM", "GN", "GQ", "GW", "KE", "KM", "LR", "LS", "LY", "MA", "MG", "ML", "MR",
        "MU", "MW", "MZ", "NA", "NE", "NG", "RE", "RW", "SC", "SD", "SL", "SN", "SO", "SS", "ST", "SZ",
        "TD", "TG", "TN", "TZ", "UG", "YT", "ZA", "ZM", "ZW",
    )
)  # fmt: skip


def _relevance(item: Item) -> float:
    read = item.title, item.lead, ""
    countries = places_of(*read, language=item.language, publisher=None)
    actors = actors_of(*read, language=item.language)
    return relevance_of(*read, language=item.language, countries=countries, actors=actors).score


def _errors(labelled: Sequence[Item]) -> Iterator[str]:
    for item in labelled:
        found = ours(item, BASES)
        if set(found) != set(item.countries) or found[:1] != [item.primary][: len(found[:1])]:
            yield f"{item.language} {item.title}: {found} for {list(item.countries)}\n"


if __name__ == "__main__":
    sys.exit(main())
