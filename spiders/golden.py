"""A golden: the articles of a site's recording as they were once extracted, and what must not be in them; pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.article import Article
from archive.reader import Record
from crawler.fingerprint import rows
from crawler.page import decode, page_from

FIELDS = (  # what cleaning makes of a page; where its bytes lie is tested elsewhere
    "url",
    "canonical_url",
    "title",
    "lead",
    "text",
    "authors",
    "published_at",
    "published_precision",
    "modified_at",
    "section",
    "tags",
    "images",
    "language",
    "access",
    "type",
    "warnings",
    "byline_kind",
)
_FOUND = (
    "wire",
    "countries",
    "actors",
    "relevance",
)  # in short: not with all the words that show it
_MOST_PHRASES = 12
_LEAST_WORDS, _LONGEST = 4, 120  # a line of three words may be a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """``languages`` counts the articles of each; ``absent`` are phrases of the pages' furniture.

    ``source`` is the recorded source by which the articles were found, and how many it names.
    """

    site: str
    source: Mapping[str, Any]
    count: int
    languages: Mapping[str, int]
    absent: tuple[str, ...]
    articles: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(
        cls,
        site: str,
        source: Mapping[str, Any],
        articles: Sequence[Article],
        absent: tuple[str, ...],
    ) -> Self:
        """Of articles that somebody has looked at."""
        spoken = Counter(article.language or "unknown" for article in articles)
        return cls(
            site=site,
            source=source,
            count=len(articles),
            languages=dict(sorted(spoken.items())),
            absent=absent,
            articles=tuple(map(fields_of, articles)),
        )

    def to_json(self) -> str:
        """For people to read and to compare."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse; KeyError where a field is missing."""
        said = json.loads(text)
        return cls(
            site=said["site"],
            source=said["source"],
            count=said["count"],
            languages=said["languages"],
            absent=tuple(said["absent"]),
            articles=tuple(said["articles"]),
        )


def fields_of(article: Article) -> Mapping[str, Any]:
    """The article's fields that a golden holds, as JSON has them."""
    whole = json.loads(article.to_json())
    found = {
        "wire": article.wire.agency if article.wire else None,
        "countries": [f"{country.code} {country.role}" for country in article.countries],
        "actors": [actor.name for actor in article.actors],
        "relevance": round(article.relevance.score, 1) if article.relevance else None,
    }
    return {name: whole[name] for name in FIELDS} | found


def differences(golden: Golden, articles: Sequence[Article]) -> list[str]:
    """In what the articles are not the golden's: a line each, by article and field."""
    now = Golden.of(golden.site, golden.source, articles, golden.absent)
    whole = [
        f"{name}: {getattr(now, name)}, not {getattr(golden, name)}"
        for name in ("count", "languages")
        if getattr(now, name) != getattr(golden, name)
    ]
    return [*whole, *_by_field(golden, now), *_present(golden, articles)]


def _by_field(golden: Golden, now: Golden) -> Iterator[str]:
    found = {article["url"]: article for article in now.articles}
    for wanted in golden.articles:
        url = wanted["url"]
        article = found.pop(url, None)
        if article is None:
            yield f"{url}: no article"
            continue
        for name in (*FIELDS, *_FOUND):  # one that came later is not in an older golden
            if name in wanted and article[name] != wanted[name]:
                yield f"{url}: {name}: {article[name]!r}, not {wanted[name]!r}"
    yield from (f"{url}: not in the golden" for url in found)


def _present(golden: Golden, articles: Iterable[Article]) -> Iterator[str]:
    for article in articles:
        for phrase in golden.absent:
            if _says(article, phrase):
                yield f"{article.url}: {phrase!r} is in it"


def recurring_lines(records: Iterable[Record]) -> list[str]:
    """The lines that several of the pages have, most frequent first: furniture, mostly."""
    counts = Counter(line for record in records for line in dict.fromkeys(_lines(record)))
    return [line for line, times in counts.most_common() if times > 1]


def furniture(records: Iterable[Record], articles: Sequence[Article]) -> tuple[str, ...]:
    """Phrases that recur on the pages and are in none of the articles."""
    fit = (
        line
        for line in recurring_lines(records)
        if len(line.split()) >= _LEAST_WORDS and len(line) <= _LONGEST
    )
    absent = (line for line in fit if not any(_says(article, line) for article in articles))
    return tuple(absent)[:_MOST_PHRASES]


def _says(article: Article, phrase: str) -> bool:
    return any(phrase in " ".join((said or "").split()) for said in (article.text, article.lead))


def _lines(record: Record) -> list[str]:
    tree = _tree(record)
    return [row.text for row in rows(tree)] if tree is not None else []


def _tree(record: Record) -> HtmlElement | None:
    text = decode(page_from(record))
    if "<" not in text:
        return None
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    return document_fromstring(text.encode(), parser=parser)
