"""What the article tells elsewhere, and what therefore is no part of its body."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """The headline as it is; it again, names, captions and chips as ``crawler.phrases.plain`` writes them."""

    headline: str
    title: str
    authors: tuple[str, ...]
    others: tuple[str, ...]
