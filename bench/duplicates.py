"""Which copies of a report are found, and what is linked that has nothing in common?

``python -m bench.duplicates`` makes edited copies of eleven kinds, puts them beside their sources into a
catalogue, and prints the part of each kind that is linked to its source, and the links between texts that have
nothing to do with each other; other programs do the same beside it, in an environment of their own under
``.judges``.  The texts are made from the demo newsroom's words; ``--corpus`` takes those of a folder of
articles (``articles/*.jsonl``, or any ``*.jsonl`` whose lines have a ``text``).  Then it adds ``--documents``
made texts, and prints what that costs.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.article import Article, Provenance
from archive.catalogue import PRAGMAS, Catalogue
from archive.clusters import Added, Clusters
from archive.database import opened
from archive.sketch import Sketch
from bench.edited import EDITS, Source
from bench.madetext import made_texts
from crawler.commands.table import table
from crawler.duplicate import sketch_of
from judges.install import installed_venv

_HERE = Path(__file__).parent
_LEAST = 700  # characters of a text that is copied: a quarter of it is a sentence or two
_MADE = 8000
_BATCH = 500
_BARE = "INSERT INTO article VALUES(:id, :id, '', '', '', '', '', :json)"


@dataclass(frozen=True, slots=True)
class Copy:
    """An edited text, and the places of all texts that it is made of."""

    kind: str
    source: int
    donors: frozenset[int]
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a program links: of each copy the texts, the pairs of texts, and its milliseconds a text."""

    name: str
    linked: list[list[int]]
    pairs: int
    cost: float


def main() -> int:
    """Make copies, find them, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--corpus", type=Path, help="a folder of articles to copy")
    parser.add_argument("--copies", type=int, default=200, help="of each kind")
    parser.add_argument("--documents", type=int, default=100_000, help="that are timed")
    parser.add_argument("--no-peers", action="store_true", help="Djeli alone")
    options = parser.parse_args()
    base = list(_corpus(options.corpus)) if options.corpus else list(made_texts(_MADE))
    copies = list(_copies(base, options.copies))
    texts = [text for _, text in base]
    results = [_ours(texts, copies), *([] if options.no_peers else _peers(texts, copies))]
    titles = ["", *EDITS, "other texts linked", "pairs linked", "ms a text"]
    rows = [[result.name, *_row(result, copies)] for result in results]
    columns = [list(column) for column in zip(titles, *([*row] for row in rows), strict=True)]
    sys.stdout.write(f"{len(texts)} texts, {options.copies} copies of each kind; found, %:\n")
    sys.stdout.write(table(columns[0], columns[1:]) + "\n")
    if options.documents:
        _print_cost(options.documents)
    return 0


def _corpus(folder: Path) -> Iterator[tuple[str, str]]:
    """Language and text of the articles that are long enough, each text once."""
    met = set()
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            fields = json.loads(line)
            text = fields.get("text") or ""
            if len(text) >= _LEAST and text not in met:
                met.add(text)
                yield fields.get("language") or "", text


def _copies(base: Sequence[tuple[str, str]], count: int) -> Iterator[Copy]:
    dice = random.Random(1)
    alike: dict[str, list[int]] = defaultdict(list)
    for number, (language, _) in enumerate(base):
        alike[language].append(number)
    for kind, edit in EDITS.items():
        for number in dice.sample(range(len(base)), min(count, len(base))):
            language, text = base[number]
            other = dice.choice(alike[language])
            vocabulary = tuple(base[dice.choice(alike[language])][1].split())
            made = edit(Source(text, base[other][1], vocabulary), dice)
            yield Copy(kind, number, frozenset({number, other}), made)


def _ours(base: Sequence[str], copies: Sequence[Copy]) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder) / "catalogue.sqlite")
        begun = time.process_time()
        _add(catalogue, (_article(f"b{n}", text) for n, text in enumerate(base)))
        _add(catalogue, (_article(f"c{n}", copy.text) for n, copy in enumerate(copies)))
        cost = (time.process_time() - begun) / (len(base) + len(copies)) * 1000
        linked = [_linked(catalogue, f"c{n}") for n in range(len(copies))]
        pairs = sum(n < m for m in range(len(base)) for n in _linked(catalogue, f"b{m}"))
        catalogue.close()
    return Result("Djeli", linked, pairs, cost)


def _linked(catalogue: Catalogue, article_id: str) -> list[int]:
    related = catalogue.related(article_id)
    return [int(found.id[1:]) for found in related if found.id.startswith("b")]


def _add(catalogue: Catalogue, articles: Iterable[Article]) -> None:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) == _BATCH:
            catalogue.add(batch, "bench.jsonl", 0)
            batch.clear()
    catalogue.add(batch, "bench.jsonl", 0)


def _peers(base: Sequence[str], copies: Sequence[Copy]) -> Iterator[Result]:
    programs = installed_venv("duplicates", _HERE / "requirements-duplicates.txt")
    asked = json.dumps({"base": base, "copies": [copy.text for copy in copies]})
    command = [str(programs / "python"), str(_HERE / "duplicate_peers.py")]
    told = subprocess.run(command, input=asked, text=True, stdout=subprocess.PIPE, check=True)
    for line in told.stdout.splitlines():
        found = json.loads(line)
        cost = found["seconds"] / (len(base) + len(copies)) * 1000
        yield Result(found["name"], found["linked"], len(found["pairs"]), cost)


def _row(result: Result, copies: Sequence[Copy]) -> list[str]:
    found: dict[str, list[bool]] = defaultdict(list)
    wrong = 0
    for copy, linked in zip(copies, result.linked, strict=True):
        found[copy.kind].append(copy.source in linked)
        wrong += len(set(linked) - copy.donors)
    recall = [f"{100 * sum(hits) / len(hits):.1f}" for hits in (found[kind] for kind in EDITS)]
    return [*recall, str(wrong), str(result.pairs), f"{result.cost:.2f}"]


def _print_cost(documents: int) -> None:
    """Time and memory of hashing, looking up and inserting, durably, without what else a catalogue keeps."""
    sketching = adding = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.sqlite"
        Catalogue(path).close()
        database = opened(path, PRAGMAS)
        clusters, batch = Clusters(database), list[Added]()
        for number, (_, text) in enumerate(made_texts(documents), 1):
            begun = time.process_time()
            sketch = Sketch.of(text)
            sketching += time.process_time() - begun
            assert sketch
            database.execute(_BARE, {"id": number, "json": json.dumps({"text": text})})
            batch.append(Added(rowid=number, id=str(number), appeared="2026", sketch=sketch))
            if len(batch) == _BATCH or number == documents:
                begun = time.process_time()
                database.execute("BEGIN")
                clusters.add(batch)
                database.execute("COMMIT")
                adding += time.process_time() - begun
                batch.clear()
        query = "SELECT sum(pgsize) FROM dbstat WHERE name IN ('text', 'shingle', 'overlap')"
        (size,) = database.execute(query).fetchone()
        database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"\n{documents} texts of 2 kB on one core: {sketching:.0f} s to sketch, {adding:.0f} s to find and "
        f"insert; {memory:.0f} MB of memory, {size / documents:.0f} bytes a text on disk\n"
    )


def _article(id_: str, text: str) -> Article:
    url = f"http://bench.example/{id_}"
    return Article(
        id=id_,
        url=url,
        canonical_url=url,
        site="bench",
        title=id_,
        lead=None,
        text=text,
        authors=(),
        published_at="2026-03-01T08:00:00Z",
        published_precision="second",
        published_source="meta",
        modified_at=None,
        fetched_at="2026-03-01T09:00:00Z",
        section=None,
        tags=(),
        images=(),
        language=None,
        language_confidence=None,
        language_source=None,
        access=None,
        word_count=0,
        warnings=(),
        provenance=Provenance(
            warc_file=None,
            warc_offset=None,
            record_id=None,
            payload_digest="sha1:X",
            extractor="bench",
        ),
        sketch=sketch_of(text),
    )


if __name__ == "__main__":
    sys.exit(main())
