"""Article: the durable JSON form of a cleaned news article, and its version."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Literal, Self, TypeVar

SCHEMA_VERSION = "1.1"

_HALF_PAIR = re.compile("[\ud800-\udfff]")

Precision = Literal["second", "minute", "day", "month"]
DateSource = Literal["json-ld", "meta", "feed", "sitemap", "wordpress", "visible", "url"]
LanguageSource = Literal["text", "script", "declared"]
Access = Literal["free", "partial", "paywalled"]
BylineKind = Literal["person", "desk", "agency"]
ArticleType = Literal["NewsArticle", "LiveBlogPosting"]
Field = Literal["title", "lead", "text"]
CountryRole = Literal["publisher", "covered", "mentioned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article; the URL is absolute."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words of the article that show something: ``text`` is ``article.<field>[start:end]``.

    ``basis`` says what kind of word it is (``name``, ``demonym``, ``town``, ...; for a term of the
    lexicon its label).
    """

    field: Field
    start: int
    end: int
    text: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """An ISO 3166-1 alpha-2 code, what the country is to the article, and what shows it.

    ``score`` orders the countries that are covered or mentioned; the first covered one is the
    primary.  The publisher's has no evidence: the site file says it.
    """

    code: str
    role: CountryRole
    score: float
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An armed actor, institution or mission by its usual short name (``JNIM``, ``RSF``), and where it is named."""

    name: str
    kind: str
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """How much the article is about security, 0 to 1, and the terms that say so."""

    score: float
    terms: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """The agency whose text this is (``AFP``), and the words that credit it."""

    agency: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the article's bytes lie: enough to read them again and to prove them.

    ``warc_file`` (a bare name), ``warc_offset`` (bytes) and ``record_id`` are null only for an article
    that was scraped without being archived.  ``payload_digest`` is ``sha1:`` and base32 of the
    payload: transfer coding removed, content coding kept (WARC 1.1, 5.9).  ``learned`` names the
    state of what recurs on the site that was used; ``parts`` the records of an article's further pages;
    ``opt_outs`` what the publisher reserves against machines that learn, in its own words.
    """

    warc_file: str | None
    warc_offset: int | None
    record_id: str | None
    payload_digest: str
    extractor: str
    rules_hash: str | None = None
    learned: str | None = None
    parts: tuple[str, ...] = ()
    opt_outs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article as one capture showed it.  An unknown is null; nothing is invented.

    Times are RFC 3339 strings; ``published_at`` keeps the offset that the page gave.  A date known
    to the day only is ``2026-03-14`` with ``published_precision`` ``day``.  ``text`` holds the
    blocks of the body (paragraphs, subheadings, list items, quotes) parted by a blank line.
    ``authors`` are persons; ``byline_kind`` says whether the byline names a person, a desk or an
    agency.  ``sketch`` is base64 of the text's FracMinHash (see ``crawler.duplicate``).
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
    type: ArticleType = "NewsArticle"
    byline_kind: BylineKind | None = None
    wire: Wire | None = None
    countries: tuple[Country, ...] = ()
    actors: tuple[Actor, ...] = ()
    relevance: Relevance | None = None
    sketch: str | None = None
    schema_version: str = SCHEMA_VERSION

    def to_json(self) -> str:
        """One line, keys in the order of the schema, UTF-8 characters as they are.

        Half of a surrogate pair, which a page's JSON can hold and UTF-8 cannot, becomes U+FFFD.
        """
        ordered = {"schema_version": self.schema_version, **_fields(self)}
        written = json.dumps(ordered, ensure_ascii=False, default=_fields)
        return written if _is_whole(written) else _HALF_PAIR.sub("\ufffd", written)

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The inverse of ``to_json``; fields of a newer minor version are left aside, those of an older filled in."""
        fields: dict[str, Any] = json.loads(line)
        known = {name: fields[name] for name in cls.__dataclass_fields__ if name in fields}
        for name, made in _MADE.items():
            if known.get(name) is not None:
                known[name] = made(known[name])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Written:
    """An article with its line, as who reads that will find it."""

    article: Article
    line: str

    @classmethod
    def of(cls, article: Article) -> Self:
        """The line is made once, whoever needs it."""
        line = article.to_json()
        is_same = "\ufffd" not in line  # else it may stand for half of a surrogate pair
        return cls(article if is_same else Article.from_json(line), line)


def _is_whole(text: str) -> bool:
    """Whether there is no half of a surrogate pair in it; a tenth of the time of looking for one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a value of ours, as they are: ``asdict`` would copy all that is in them."""
    names, values = _getter(value.__class__)
    return dict(zip(names, values(value), strict=True))


@cache
def _getter(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(kind.__dataclass_fields__)
    return names, attrgetter(*names)


def _spanned(kind: type[_Spanned], name: str, fields: dict[str, Any]) -> _Spanned:
    spans = tuple(Span(**span) for span in fields[name])
    return kind(**{**fields, name: spans})


_Spanned = TypeVar("_Spanned", Country, Actor, Relevance)
_MADE: dict[str, Callable[[Any], Any]] = {
    "authors": tuple,
    "tags": tuple,
    "warnings": tuple,
    "images": lambda values: tuple(Image(**value) for value in values),
    "wire": lambda value: Wire(**value),
    "countries": lambda values: tuple(_spanned(Country, "evidence", value) for value in values),
    "actors": lambda values: tuple(_spanned(Actor, "evidence", value) for value in values),
    "relevance": lambda value: _spanned(Relevance, "terms", value),
    "provenance": lambda value: Provenance(
        **value | {name: tuple(value.get(name, ())) for name in ("parts", "opt_outs")}
    ),
}


def rfc3339(moment: datetime) -> str:
    """UTC moments end in Z; microseconds only where there are some."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment}")
    text = moment.isoformat()
    return text.replace("+00:00", "Z") if moment.utcoffset() == UTC.utcoffset(None) else text
