"""What extraction may know of the site that a page came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a site's pages are built, where a page does not show it: CSS selectors and a few words.

    ``select`` is the element that holds the body; what ``remove`` finds is not the article's; a date
    shown within ``date_trap`` is not its date; a page with a ``paywall`` shows a part of it.  An
    article has ``min_words`` at least; ``wire`` is the agency whose text it is.
    """

    select: str | None = None
    remove: tuple[str, ...] = ()
    date_trap: tuple[str, ...] = ()
    paywall: tuple[str, ...] = ()
    min_words: int | None = None
    wire: str | None = None


GENERIC = Layout()  # of a site that needs nothing said


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """The layout that a site had before a day (UTC)."""

    day: date
    layout: Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The part of a site file that shapes its articles; ``until`` in order of its days."""

    site: str
    languages: tuple[str, ...] = ()
    country: str | None = None
    timezone: str | None = None
    layout: Layout = GENERIC
    until: tuple[Until, ...] = ()

    def at(self, moment: datetime) -> Rules:
        """The rules for a page fetched at an aware ``moment``: with the layout of its day, and no other."""
        if not self.until:
            return self
        day = moment.astimezone(UTC).date()
        old = next((block.layout for block in self.until if day < block.day), self.layout)
        return replace(self, layout=old, until=())

    @property
    def publisher(self) -> str | None:
        """The publisher's country, ISO 3166-1; None for one of many countries."""
        return self.country if self.country and len(self.country) == 2 else None

    @property
    def hash(self) -> str:
        """Twelve hex digits that change when the rules do; kept in each article's provenance.

        What a site file does not say is left out, so that a new key changes no other site's hash.
        """
        said = asdict(self) | {"layout": _said(self.layout), "until": [*map(_block, self.until)]}
        told = {name: value for name, value in said.items() if value or name in _ALWAYS}
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


_ALWAYS = {"site", "languages", "country", "timezone"}


def _said(layout: Layout) -> dict[str, object]:
    values = ((field, getattr(layout, field.name)) for field in fields(layout))
    return {field.name: value for field, value in values if value != field.default}


def _block(block: Until) -> dict[str, object]:
    return {"day": block.day.isoformat(), **_said(block.layout)}
