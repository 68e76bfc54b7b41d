"""What is known of a page beside its record: what its source announced, what its publisher reserves; pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal, Self

from crawler.retold import Told

AnnouncedBy = Literal["feed", "sitemap", "wordpress"]


@dataclass(frozen=True, slots=True)
class Announced:
    """When an article was published, as where its link was found says: RFC 3339 with offset."""

    moment: str
    by: AnnouncedBy


@dataclass(frozen=True, slots=True)
class Beside:
    """``reserved`` is what robots.txt says to machines that learn (``crawler.optouts``).

    ``told`` is the text as its feed or WordPress tells it (``crawler.retold``).
    """

    announced: Announced | None = None
    reserved: tuple[str, ...] = ()
    told: Told | None = None

    def to_json(self) -> str | None:
        """None where nothing is known."""
        return json.dumps(asdict(self), ensure_ascii=False) if self != NOTHING else None

    @classmethod
    def from_json(cls, text: str | None) -> Self:
        """The inverse of ``to_json``."""
        if text is None:
            return cls()
        fields = json.loads(text)
        announced = Announced(**fields["announced"]) if fields["announced"] else None
        told = Told(**fields["told"]) if fields.get("told") else None
        return cls(announced, tuple(fields["reserved"]), told)


NOTHING = Beside()
