"""Which articles of the catalogue tell the same story: texts that overlap, and the earlier one that each repeats.

Texts are compared, not articles: a thousand copies of one text are one.  A text repeats at most one
that appeared before it, the one that it has most of; so a review of the day that holds ten reports
joins none of their stories to another.  Nothing depends on the order in which articles arrive, but
that a shingle in more than fifty texts no longer brings them together.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from archive.likeness import Compared, Overlap, overlap, relation
from archive.sketch import Sketch

COMMON = 50  # texts with a shingle; more, and it is a set phrase or a site's own
_LEAST_HASHES = 2  # in common, of those by which texts are found; one is often a set phrase
_LEAST_SHARE = 0.12  # as sketches tell it; texts then compared share a fifth
_REPEATS = ("same", "near", "contained")
# For each hash of a list the texts that have it, no more than tell that it is common.
_WITH_HASH = (
    "SELECT (SELECT group_concat(text, ' ') FROM"
    f" (SELECT text FROM shingle WHERE hash = value LIMIT {COMMON + 1})) FROM json_each(?)"
)
_SIGN = 1 << 63  # SQLite's integers have one


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An article that the catalogue has got, and its sketch, as its row in ``fact`` will name it."""

    rowid: int
    id: str
    appeared: str
    sketch: Sketch


class Clusters:
    """The tables ``text``, ``shingle`` and ``overlap`` of a catalogue, within its transactions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._compared = lru_cache(maxsize=128)(self._read)

    def add(self, articles: Sequence[Added]) -> None:
        """Find what they share with each other and with all before."""
        self._compared.cache_clear()
        fresh: dict[int, Sketch] = {}
        touched: set[int] = set()
        for article in articles:
            text, is_new, is_first = self._place(article)
            self._db.execute("UPDATE fact SET text = ? WHERE article = ?", (text, article.rowid))
            if is_new:
                fresh[text] = article.sketch
            if is_first:
                touched.add(text)
        self._db.executemany(
            "INSERT INTO shingle VALUES(?, ?)",
            sorted(
                (hash_ - _SIGN, text) for text, sketch in fresh.items() for hash_ in sketch.indexed
            ),
        )
        for text, sketch in fresh.items():
            self._overlaps(text, sketch)
        self._tell(touched)

    def _place(self, article: Added) -> tuple[int, bool, bool]:
        """The article's text; whether it is a new one, and whether this is where it appeared first."""
        sketch = article.sketch.to_bytes()
        key = int.from_bytes(blake2b(sketch, digest_size=8).digest(), "big", signed=True)
        here = (article.appeared, article.id)
        found = self._db.execute(
            "SELECT id, appeared, first FROM text WHERE key = ?", (key,)
        ).fetchone()
        if found is None:
            made = self._db.execute(
                "INSERT INTO text(key, sketch, appeared, first, article, story) VALUES(?, ?, ?, ?, ?, 0)",
                (key, sketch, *here, article.rowid),
            )
            text = int(made.lastrowid or 0)
            self._db.execute("UPDATE text SET story = id WHERE id = ?", (text,))
            return text, True, True
        text, *first = found
        if here >= tuple(first):
            return text, False, False
        self._db.execute(
            "UPDATE text SET appeared = ?, first = ?, article = ? WHERE id = ?",
            (*here, article.rowid, text),
        )
        return text, False, True

    def _overlaps(self, text: int, sketch: Sketch) -> None:
        """Compare a text with those that are found by its shingles."""
        asked = json.dumps([hash_ - _SIGN for hash_ in sketch.indexed])
        lists = [texts.split() for (texts,) in self._db.execute(_WITH_HASH, (asked,))]
        rare = [texts for texts in lists if len(texts) <= COMMON]
        some_common = len(rare) < len(lists)
        least = max(_LEAST_HASHES, _LEAST_SHARE * len(rare) if some_common else 0)
        for other, count in Counter(chain.from_iterable(rare)).items():
            if count >= least and int(other) != text and self._are_alike(sketch, int(other)):
                self._compare(text, int(other))

    def _are_alike(self, sketch: Sketch, other: int) -> bool:
        (data,) = self._db.execute("SELECT sketch FROM text WHERE id = ?", (other,)).fetchone()
        there = Sketch.from_bytes(data)
        _, share, other_share = sketch.shared_with(there)
        return max(share, other_share) >= _LEAST_SHARE

    def _compare(self, text: int, other: int) -> None:
        found = overlap(self._compared(text), self._compared(other))
        if found:
            self._keep(text, other, found)

    def _keep(self, text: int, other: int, found: Overlap) -> None:
        turned = found.turned
        self._db.executemany(
            "INSERT OR IGNORE INTO overlap VALUES(?, ?, ?, ?, ?, ?)",
            [
                (text, other, found.share, found.other_share, found.numbers, found.woven),
                (other, text, turned.share, turned.other_share, turned.numbers, turned.woven),
            ],
        )

    def _read(self, text: int) -> Compared:
        (written,) = self._db.execute(
            "SELECT json FROM article JOIN text ON text.article = article.rowid WHERE text.id = ?",
            (text,),
        ).fetchone()
        return Compared(json.loads(written)["text"])

    def _tell(self, changed: set[int]) -> None:
        """Which text each repeats, of those that are new or appeared earlier than was known, and all around them."""
        around = changed.union(*(self._neighbours(text) for text in changed))
        moved = set()
        for text in around:
            (before,) = self._db.execute("SELECT parent FROM text WHERE id = ?", (text,)).fetchone()
            parent = self._parent(text)
            if parent != before:
                self._db.execute("UPDATE text SET parent = ? WHERE id = ?", (parent, text))
                moved.add(text)
        self._retell(moved)

    def _neighbours(self, text: int) -> set[int]:
        rows = self._db.execute("SELECT other FROM overlap WHERE text = ?", (text,))
        return {row[0] for row in rows} | set(self._at_its_address(text))

    def _at_its_address(self, text: int) -> list[int]:
        """What else the page said at other times; nothing, if that is so much that it is no article's page."""
        rows = self._db.execute(
            "SELECT DISTINCT there.text FROM fact JOIN fact AS there ON there.address = fact.address"
            " WHERE fact.text = ? AND there.text <> ? LIMIT ?",
            (text, text, COMMON + 1),
        ).fetchall()
        return [row[0] for row in rows] if len(rows) <= COMMON else []

    def _parent(self, text: int) -> int | None:
        """The earlier text that this one repeats."""
        appeared = self._appeared(text)
        found = [
            (0, 0.0, there, other)
            for other in self._at_its_address(text)
            if (there := self._appeared(other)) < appeared
        ]
        rows = self._db.execute(
            "SELECT other, appeared, first, share, other_share, numbers, woven"
            " FROM overlap JOIN text ON text.id = other WHERE overlap.text = ?",
            (text,),
        )
        for other, moment, first, *shared in rows:
            kind = relation(Overlap(*shared), (appeared[0][:10], moment[:10]))
            there = (moment, first)
            if there < appeared and kind in _REPEATS:
                found.append((1 + _REPEATS.index(kind), -shared[0] - shared[1], there, other))
        return min(found)[-1] if found else None

    def _appeared(self, text: int) -> tuple[str, str]:
        row = self._db.execute("SELECT appeared, first FROM text WHERE id = ?", (text,)).fetchone()
        return str(row[0]), str(row[1])

    def _retell(self, moved: set[int]) -> None:
        """Give the texts that moved, and all that repeat them, the story that they now belong to."""
        stories = {
            self._db.execute("SELECT story FROM text WHERE id = ?", (text,)).fetchone()[0]
            for text in moved
        }
        rows = [
            row
            for story in stories
            for row in self._db.execute(
                "SELECT id, parent, story FROM text WHERE story = ?", (story,)
            )
        ]
        parents = {text: parent for text, parent, _ in rows}
        for text, _, before in rows:
            top = text
            while top in parents and parents[top] is not None:
                top = parents[top]
            (story,) = (
                (top,)
                if top in parents
                else self._db.execute("SELECT story FROM text WHERE id = ?", (top,)).fetchone()
            )
            if story != before:
                self._db.execute("UPDATE text SET story = ? WHERE id = ?", (story, text))
