"""``python -m bench.reading_room``: how fast the reading room answers, and what it takes, over a large catalogue.

Makes a catalogue of invented articles (a million takes some minutes and 4 GB), serves it with
``djeli serve`` in a process of its own, and asks as a reader would: each query once, so that nothing of it
is remembered, then all of them again.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote, urlencode

from archive.article import Article, Provenance
from archive.catalogue import Catalogue
from archive.database import opened

WORDS, PARAGRAPHS, LENGTH = 60_000, 6_000, 70
SITES, DAYS = 300, 3650
LANGUAGES = ("fr", "en", "ar", "pt", "sw", "ha", "am", "so")
COUNTRIES = (
    "ML", "NE", "BF", "NG", "TD", "SD", "SS", "ET", "SO", "KE", "CD", "RW", "BI", "MZ", "LY", "CM", "CF",
    "SN", "CI", "GH", "TG", "BJ", "MR", "UG", "TZ",
)  # fmt: skip
ACTORS = ("JNIM", "ISSP", "RSF", "AU", "M23", "ADF", "MINUSMA", "ISWAP")
WIRES = ("AFP", "Reuters", "APA", "Xinhua")
_BATCH = 5_000
SEARCH_GOAL, PAGE_GOAL, MEMORY_GOAL = 200.0, 100.0, 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0 if every goal is met."""
    options = _parser().parse_args(arguments)
    folder: Path = options.data_dir
    made = folder / "made.json"
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        count = make(folder / "catalogue.sqlite", options.articles, options.minutes * 60)
        made.write_text(json.dumps({"articles": count}))
    count = json.loads(made.read_text())["articles"]
    with serving(folder) as (port, process, started):
        rows = measured(port, process.pid, options.queries)
        memory = peak_memory(process.pid)
    sys.stdout.write(table(count, rows, memory, started))
    return int(any(row.p95 > row.goal for row in rows if row.goal) or memory > MEMORY_GOAL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.reading_room", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=30, help="for making the catalogue")
    parser.add_argument("--queries", type=int, default=120, help="of each kind, at most")
    parser.add_argument("--data-dir", type=Path, default=Path("data/bench-room"))
    return parser


@dataclass(frozen=True, slots=True)
class Row:
    """The times of one kind of question, in milliseconds, and what they took of the server's processor.

    ``goal`` is for the 95th percentile.  On a machine that does nothing else both times are nearly one.
    """

    kind: str
    asked: list[tuple[float, float]]
    goal: float | None = None

    def percentile(self, share: float, clock: int = 0) -> float:
        """The time that this share of the questions does not exceed; ``clock`` 1 is the processor's."""
        times = sorted(times[clock] for times in self.asked)
        return times[min(len(times) - 1, int(share * len(times)))]

    @property
    def p95(self) -> float:
        """What the goal is about."""
        return self.percentile(0.95)


class _Writer:
    """Invented articles: words as frequent as in real languages, the same every time."""

    def __init__(self) -> None:
        self._dice = random.Random(7)
        syllables = [a + b for a in "bdfgklmnrst" for b in ("a", "é", "i", "o", "u", "an")]
        self.words = ["".join(self._dice.choices(syllables, k=2 + n % 3)) for n in range(WORDS)]
        weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))
        self._paragraphs = [
            " ".join(self._dice.choices(self.words, cum_weights=weights, k=LENGTH))
            for _ in range(PARAGRAPHS)
        ]

    def article(self, number: int, total: int) -> Article:
        """The n-th; later ones are newer, with some disorder as after a backfill."""
        dice = self._dice
        age = DAYS * (1 - number / total) + dice.gauss(0, 20)
        day = date(2026, 11, 1) - timedelta(int(abs(age)))
        parts = dice.choices(self._paragraphs, k=3)
        url = f"https://site{number % SITES}.example/{number}"
        return Article(
            id=f"a{number}",
            url=url,
            canonical_url=url,
            site=f"site{int(SITES * dice.random() ** 2)}",
            title=parts[0][:70],
            lead=None,
            text="\n\n".join(parts),
            authors=(),
            published_at=f"{day}T{dice.randrange(24):02}:00:00+00:00",
            published_precision="minute",
            published_source="json-ld",
            modified_at=None,
            fetched_at=f"{day}T23:59:59+00:00",
            section=None,
            tags=(),
            images=(),
            language=LANGUAGES[int(len(LANGUAGES) * dice.random() ** 2)],
            language_confidence=0.9,
            language_source="text",
            access="free" if number % 9 else "partial",
            word_count=3 * LENGTH,
            warnings=(),
            provenance=Provenance(
                warc_file=None, warc_offset=None, record_id=None, payload_digest="sha1:X", extractor="b"
            ),
        )  # fmt: skip


def make(path: Path, total: int, seconds: float) -> int:
    """Fill a catalogue, past ``Catalogue.add``, which would compare each article with all others; how many."""
    Catalogue(path).close()
    database = opened(path, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
    writer, dice = _Writer(), random.Random(8)
    deadline = time.monotonic() + seconds
    done = 0
    while done < total and time.monotonic() < deadline:
        batch = range(done, min(done + _BATCH, total))
        database.execute("BEGIN")
        for number in batch:
            _insert(database, number + 1, writer.article(number, total), dice)
        database.execute("COMMIT")
        done = batch.stop
        sys.stderr.write(f"\r{done:,} articles")
    sys.stderr.write("\n")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return done


def _insert(
    database: sqlite3.Connection, rowid: int, article: Article, dice: random.Random
) -> None:
    moment = article.published_at
    database.execute(
        "INSERT INTO article(rowid, id, url, canonical_url, site, language, moment, json)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        (rowid, article.id, article.url, article.url, article.site, article.language, moment, article.to_json()),
    )  # fmt: skip
    database.execute(
        "INSERT INTO article_text(rowid, title, text) VALUES(?, ?, ?)",
        (rowid, article.title, article.text),
    )
    wire = dice.choice(WIRES) if rowid % 5 == 0 else None
    facts = {
        "article": rowid, "id": article.id, "moment": moment, "appeared": moment,
        "fetched": article.fetched_at, "address": rowid, "site": article.site,
        "language": article.language, "access": article.access, "wire": wire,
        "relevance": dice.random(), "edition": rowid, "version": 1, "text": None,
    }  # fmt: skip
    names = ", ".join(facts)
    marks = ", ".join("?" * len(facts))
    database.execute(f"INSERT INTO fact({names}) VALUES({marks})", tuple(facts.values()))
    for place, code in enumerate(dice.sample(COUNTRIES, 3)):
        role = "mentioned" if place else "covered"
        database.execute("INSERT INTO place(code, role, moment, article) VALUES(?, ?, ?, ?)",
                         (code, role, moment, rowid))  # fmt: skip
    if rowid % 3 == 0:
        database.execute("INSERT INTO actor(name, moment, article) VALUES(?, ?, ?)",
                         (dice.choice(ACTORS), moment, rowid))  # fmt: skip


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str], float]]:
    """The room in a process of its own; its port and the seconds until its first page."""
    command = [sys.executable, "-m", "crawler", "serve", "--port", "0", "--data-dir", str(folder)]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r":(\d+)/", line)
            if not found:
                raise SystemExit(f"the room did not open: {line!r}")
            port = int(found[1])
            asked(port, "/search")
            yield port, process, time.monotonic() - began
        finally:
            process.terminate()


def asked(port: int, path: str) -> tuple[float, bytes]:
    """How long a page takes, in milliseconds, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    took = (time.perf_counter() - began) * 1000
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {body[:300]!r}")
    return took, body


def measured(port: int, pid: int, most: int) -> list[Row]:
    """Times of all kinds of questions."""
    dice = random.Random(9)
    kinds = list(questions(dice, _Writer().words, most))
    paths = [path for _, found in kinds for path in found]
    dice.shuffle(paths)
    first = {path: timed(port, pid, path) for path in paths}
    again = [timed(port, pid, path) for path in paths[: most * 2]]
    ids = re.findall(rb'/article/(a\d+)"', b"".join(asked(port, p)[1] for p in paths[:20]))
    articles = [f"/article/{id_.decode()}" for id_ in dict.fromkeys(ids)][:most]
    return [
        Row("all searches, first time", list(first.values()), SEARCH_GOAL),
        *(Row(f"  {kind}", [first[path] for path in found]) for kind, found in kinds),
        Row("searches, again", again, SEARCH_GOAL),
        Row("article pages", [timed(port, pid, path) for path in articles], PAGE_GOAL),
    ]


def timed(port: int, pid: int, path: str) -> tuple[float, float]:
    """How long a page takes by the clock and of the server's processor, in milliseconds."""
    before = processor(pid)
    took, _ = asked(port, path)
    return took, processor(pid) - before


def processor(pid: int) -> float:
    """Milliseconds that all threads of a process have run."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


def questions(dice: random.Random, words: list[str], most: int) -> Iterator[tuple[str, list[str]]]:
    """Kinds of searches, and the addresses of some of each."""

    def word(first: int, last: int) -> str:
        return words[dice.randrange(first, last)]

    def address(**parameters: str) -> str:
        return "/search?" + urlencode(parameters, quote_via=quote)

    def several(make_one: Callable[[], str]) -> list[str]:
        return list(dict.fromkeys(make_one() for _ in range(most)))

    yield "a rare word", several(lambda: address(q=word(5_000, WORDS)))
    yield "a usual word", several(lambda: address(q=word(200, 5_000)))
    yield (
        "one of the 200 most frequent words",
        several(lambda: address(q=word(0, 200)))[: most // 3],
    )
    yield "two words", several(lambda: address(q=f"{word(50, 2_000)} {word(50, 2_000)}"))
    yield "a beginning", several(lambda: address(q=f"{word(500, 5_000)[:5]}*"))[: most // 3]
    yield "a word, best first", several(lambda: address(q=word(200, 5_000), sort="best"))
    yield (
        "a word in a country",
        several(lambda: address(q=word(200, 5_000), country=dice.choice(COUNTRIES))),
    )
    yield (
        "filters without words",
        several(
            lambda: address(
                country=dice.choice(COUNTRIES),
                language=dice.choice(LANGUAGES),
                since=f"20{dice.randrange(17, 26)}-03-01",
            )
        ),
    )
    yield "each story once", several(lambda: address(q=word(500, 5_000), unique="1"))


def peak_memory(pid: int) -> float:
    """The most that the process has held at once, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def table(count: int, rows: list[Row], memory: float, started: float) -> str:
    """As the documentation shows it."""
    lines = [
        f"{count:,} articles; first page after {started:.1f} s; peak memory {memory:.0f} MB (goal {MEMORY_GOAL:.0f})",
        "",
        "| | n | median ms | p95 ms | goal p95 | of the processor: median | p95 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in (row for row in rows if row.asked):
        goal = f"{row.goal:.0f}" if row.goal else ""
        lines.append(
            f"| {row.kind} | {len(row.asked)} | {row.percentile(0.5):.0f} | {row.p95:.0f} | {goal}"
            f" | {row.percentile(0.5, 1):.0f} | {row.percentile(0.95, 1):.0f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
