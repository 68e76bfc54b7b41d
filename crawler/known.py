"""What the article tells elsewhere, and what therefore is no part of its body."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """What an article is called and by whom: the headline and the site's name as they are, the rest as ``plain`` writes it."""

    headline: str
    title: str
    authors: tuple[str, ...]
    others: tuple[str, ...]
    site: str = ""
