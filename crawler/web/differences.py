"""What changed between two texts, paragraph by paragraph and word by word; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_PARAGRAPHS = 1_000
_MOST_TOKENS = 3_000  # of a paragraph; comparing takes the square of it

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of text that both have, or only the newer or the older."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its changes; ``is_same`` if there are none."""

    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return all(change.kind == "same" for change in self.changes)


def differences(older: str, newer: str) -> list[Block]:
    """Both texts in one, in paragraphs."""
    before, after = (_paragraphs(text) for text in (older, newer))
    blocks: list[Block] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            blocks += [Block((Change("same", text),)) for text in before[i:i_end]]
        else:
            blocks += _replaced(before[i:i_end], after[j:j_end])
    return blocks


def _paragraphs(text: str) -> list[str]:
    found = [part.strip() for part in text.split("\n") if part.strip()]
    if len(found) > _MOST_PARAGRAPHS:
        found[_MOST_PARAGRAPHS:] = ["\n".join(found[_MOST_PARAGRAPHS:])]
    return found


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Block]:
    """One by one as far as both have some; what is over was added or removed whole."""
    for old, new in zip(before, after, strict=False):
        yield Block(tuple(_words(old, new)))
    number = min(len(before), len(after))
    yield from (Block((Change("removed", text),)) for text in before[number:])
    yield from (Block((Change("added", text),)) for text in after[number:])


def _words(old: str, new: str) -> Iterator[Change]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    is_too_long = len(before) > _MOST_TOKENS or len(after) > _MOST_TOKENS
    if is_too_long or matcher.quick_ratio() < 0.3 or matcher.ratio() < 0.3:
        yield Change("removed", old)
        yield Change("added", new)
        return
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield Change("same", "".join(before[i:i_end]))
            continue
        if i < i_end:
            yield Change("removed", "".join(before[i:i_end]))
        if j < j_end:
            yield Change("added", "".join(after[j:j_end]))
