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
from collections.abc import Collection, Mapping, Sequence
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
# For each hash of a list that texts have: these, no more than tell that it is common.
_WITH_HASH = (
    "SELECT value, (SELECT group_concat(text, ' ') FROM"
    f" (SELECT text FROM shingle WHERE hash = value LIMIT {COMMON + 1})) FROM json_each(?)"
    " WHERE EXISTS (SELECT 1 FROM shingle WHERE hash = value)"
)
_AT_ONCE = 1000  # hashes, each on a page of its own in a large catalogue: 4 MB
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
        placed = []
        for article in articles:
            text, is_new, is_first = self._place(article)
            placed.append((text, article.rowid))
            if is_new:
                fresh[text] = article.sketch
            if is_first:
                touched.add(text)
        self._db.executemany("UPDATE fact SET text = ? WHERE article = ?", placed)
        indexed = {text: [one - _SIGN for one in fresh[text].indexed] for text in fresh}
        texts_with = self._index(indexed)
        for text, hashes in indexed.items():
            lists = [texts_with[one] for one in hashes]
            for other in self._found(text, lists):
                if self._are_alike(fresh[text], fresh.get(other) or self._sketch(other)):
                    self._compare(text, other)
        self._tell(touched - self._alone(fresh))

    def _index(self, indexed: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
        """Keep by which hashes texts are found, and tell for each of these all texts that have it.

        In order, and asked and kept by turns, so that each page of the table is read once.
        """
        texts_with: dict[int, list[int]] = {}
        for one, text in sorted((one, fresh) for fresh in indexed for one in indexed[fresh]):
            texts_with.setdefault(one, []).append(text)
        hashes = list(texts_with)
        for start in range(0, len(hashes), _AT_ONCE):
            part = hashes[start : start + _AT_ONCE]
            before = self._db.execute(_WITH_HASH, (json.dumps(part),)).fetchall()
            rows = [(one, text) for one in part for text in texts_with[one]]
            self._db.executemany("INSERT INTO shingle VALUES(?, ?)", rows)
            for one, texts in before:
                texts_with[one] += map(int, texts.split())
        return texts_with

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
                "INSERT INTO text(id, key, sketch, appeared, first, article, story)"
                " SELECT next, ?, ?, ?, ?, ?, next"
                " FROM (SELECT coalesce(max(id), 0) + 1 AS next FROM text)",
                (key, sketch, *here, article.rowid),
            )
            return int(made.lastrowid or 0), True, True
        text, *first = found
        if here >= tuple(first):
            return text, False, False
        self._db.execute(
            "UPDATE text SET appeared = ?, first = ?, article = ? WHERE id = ?",
            (*here, article.rowid, text),
        )
        return text, False, True

    def _found(self, text: int, lists: Sequence[Sequence[int]]) -> list[int]:
        """The texts to compare with one, whose hashes are each in a list of texts."""
        rare = [texts for texts in lists if len(texts) <= COMMON]
        some_common = len(rare) < len(lists)
        least = max(_LEAST_HASHES, _LEAST_SHARE * len(rare) if some_common else 0)
        counted = Counter(chain.from_iterable(rare))
        return [other for other, count in counted.items() if count >= least and other != text]

    def _sketch(self, text: int) -> Sketch:
        (data,) = self._db.execute("SELECT sketch FROM text WHERE id = ?", (text,)).fetchone()
        return Sketch.from_bytes(data)

    @staticmethod
    def _are_alike(one: Sketch, other: Sketch) -> bool:
        _, share, other_share = one.shared_with(other)
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

    def _alone(self, fresh: Collection[int]) -> set[int]:
        """New texts that overlap with none, on pages that never said anything else: most of all."""
        rows = self._db.execute(
            "SELECT value FROM json_each(?)"
            " WHERE NOT EXISTS (SELECT 1 FROM overlap WHERE text = value) AND NOT EXISTS ("
            "SELECT 1 FROM fact JOIN fact AS there ON there.address = fact.address"
            " WHERE fact.text = value AND there.text <> value)",
            (json.dumps(list(fresh)),),
        )
        return {row[0] for row in rows}

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
