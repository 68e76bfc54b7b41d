"""What a browser showed of a replayed page, held against what its author wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.story import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A page as a browser showed it; addresses are those of the archived site."""

    lines: tuple[str, ...] = ()  # the text of each short element
    text: str = ""
    images: tuple[str, ...] = ()
    broken_images: tuple[str, ...] = ()
    unstyled: tuple[str, ...] = ()
    error: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Sight:
        """From what ``visit.mjs`` prints."""
        if "error" in row:
            return cls(error=str(row["error"]))
        return cls(
            lines=tuple(map(plain, row["lines"])),
            text=plain(row["text"]),
            images=tuple(row["images"]),
            broken_images=tuple(row["brokenImages"]),
            unstyled=tuple(row["unstyled"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be seen of a page.

    ``parts`` are the addresses, whatever query they are asked for with, of pictures and style
    sheets that the site had, ``archived`` those of
    all that the archive holds.  ``excuse`` says why a page that is not seen right is no fault of
    the archive's.
    """

    headline: str
    passages: tuple[str, ...]
    parts: frozenset[str] = frozenset()
    archived: frozenset[str] = frozenset()
    excuse: str | None = None


def missing_from(sight: Sight, expected: Expected) -> list[str]:
    """What a reader should see and does not."""
    if sight.error:
        return [sight.error]
    lacks = [] if expected.headline in sight.lines else ["the headline is not there"]
    lacks += [f"not there: {text[:60]!r}" for text in expected.passages if text not in sight.text]
    unseen = dict.fromkeys((*sight.broken_images, *sight.unstyled))
    lacks += [
        f"{'not shown' if url in expected.archived else 'not in the archive'}: {url}"
        for url in unseen
        if expected.parts.intersection((url, url.partition("?")[0]))
    ]
    return lacks
