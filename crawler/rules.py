"""What extraction may know of the site that a page came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The part of a site file that shapes its articles."""

    site: str
    languages: tuple[str, ...] = ()
    country: str | None = None
    timezone: str | None = None

    @property
    def hash(self) -> str:
        """Twelve hex digits that change when the rules do; kept in each article's provenance."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
