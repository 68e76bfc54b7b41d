"""Article: the durable JSON form of a cleaned news article, and its version."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

SCHEMA_VERSION = "1.0"

_HALF_PAIR = re.compile("[\ud800-\udfff]")

Precision = Literal["second", "minute", "day", "month"]
DateSource = Literal["json-ld", "meta", "feed", "wordpress", "visible", "url"]
LanguageSource = Literal["text", "script", "declared"]
Access = Literal["free", "partial", "paywalled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article; the URL is absolute."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the article's bytes lie: enough to read them again and to prove them.

    ``warc_file`` (a bare name), ``warc_offset`` (bytes) and ``record_id`` are null only for an article
    that was scraped without being archived.  ``payload_digest`` is ``sha1:`` and base32 of the
    payload: transfer coding removed, content coding kept (WARC 1.1, 5.9).
    """

    warc_file: str | None
    warc_offset: int | None
    record_id: str | None
    payload_digest: str
    extractor: str
    rules_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article as one capture showed it.  An unknown is null; nothing is invented.

    Times are RFC 3339 strings; ``published_at`` keeps the offset that the page gave.  A date known
    to the day only is ``2026-03-14`` with ``published_precision`` ``day``.  ``text`` holds the
    blocks of the body (paragraphs, subheadings, list items, quotes) parted by a blank line.
    """

    id: str
    url: str
    canonical_url: str
    site: str | None
    title: str
    lead: str | None
    text: str
    authors: tuple[str, ...]
    published_at: str | None
    published_precision: Precision | None
    published_source: DateSource | None
    modified_at: str | None
    fetched_at: str
    section: str | None
    tags: tuple[str, ...]
    images: tuple[Image, ...]
    language: str | None
    language_confidence: float | None
    language_source: LanguageSource | None
    access: Access | None
    word_count: int
    warnings: tuple[str, ...]
    provenance: Provenance
    schema_version: str = SCHEMA_VERSION

    def to_json(self) -> str:
        """One line, keys in the order of the schema, UTF-8 characters as they are.

        Half of a surrogate pair, which a page's JSON can hold and UTF-8 cannot, becomes U+FFFD.
        """
        fields = asdict(self)
        ordered = {"schema_version": fields.pop("schema_version"), **fields}
        return _HALF_PAIR.sub("\ufffd", json.dumps(ordered, ensure_ascii=False))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The inverse of ``to_json``; fields of a newer minor version are left aside."""
        fields: dict[str, Any] = json.loads(line)
        known = {name: fields[name] for name in cls.__dataclass_fields__ if name in fields}
        known["images"] = tuple(Image(**image) for image in known["images"])
        known["provenance"] = Provenance(**known["provenance"])
        for name in ("authors", "tags", "warnings"):
            known[name] = tuple(known[name])
        return cls(**known)


def rfc3339(moment: datetime) -> str:
    """UTC moments end in Z; microseconds only where there are some."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment}")
    text = moment.isoformat()
    return text.replace("+00:00", "Z") if moment.utcoffset() == UTC.utcoffset(None) else text
