"""A WARC record to an article: one pure path for live crawls, scrapes and old archives."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive import __version__
from archive.article import Article, Provenance, rfc3339
from archive.reader import Record
from crawler import authors, dates, images, metadata, page, source, visible
from crawler.body import body_of
from crawler.dates import Published
from crawler.known import Known
from crawler.language import language_of
from crawler.listing import is_listing
from crawler.page import Page
from crawler.phrases import plain
from crawler.recurring import Learned
from crawler.rules import Rules
from crawler.source import Source
from crawler.title import site_name, title
from crawler.verdict import NoArticle

_WORD = re.compile(r"\w+(?:['’ʼ.-]\w+)*")
_LISTED = 4000  # characters of text; more is no listing, however it is linked
_MOST_ELEMENTS = 30_000  # of a page; the largest real news page seen has half of them
_CONTROL = re.compile(  # references to characters that XML does not allow
    r"&#(?:x0*(?:[0-8bef]|1[0-9a-f]|7f|d[89a-f][0-9a-f]{2}|fff[ef])(?![0-9a-f])"
    r"|0*(?:[0-8]|1[1245-9]|2\d|3[01]|127|5[5-7]\d{3}|6553[45])(?!\d));?",
    re.IGNORECASE,
)
_LONGEST = 4_000_000  # characters of a page that are looked at; the largest real news page seen has half of it
_LEAST = 100  # characters of text; fewer are a caption, a teaser or a notice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A page that may be an article, with what was found on the way."""

    record: Record
    page: Page
    source: Source
    rules: Rules | None
    learned: Learned | None
    warnings: tuple[str, ...]


def article_from(
    record: Record, rules: Rules | None, learned: Learned | None = None
) -> Article | NoArticle:
    """The article in a record, or what the record is instead.

    ``learned`` is what recurs on the record's host.  The same three give the same bytes of JSON.
    """
    found = page.page_from(record)
    if record.type not in ("response", "resource"):
        return NoArticle("other", f"a {record.type} record")
    if (early := page.kind_of(found, None)).reason != page.NO_HTML:
        return NoArticle(early.name, early.reason)
    text = page.text(found)
    tree, cut = _tree(text.text)
    kind = page.kind_of(found, tree)
    if kind.name != "article" or tree is None:
        return NoArticle(kind.name, kind.reason)
    warnings = (*found.warnings, *text.warnings, *cut)
    return _article(
        _Reading(
            record=record,
            page=found,
            source=source.read(tree, found.url),
            rules=rules,
            learned=learned,
            warnings=warnings,
        )
    )


def _tree(text: str) -> tuple[HtmlElement | None, tuple[str, ...]]:
    """The page parsed, and what of it was left out so that no page takes for ever."""
    warnings: tuple[str, ...] = ()
    if len(text) > _LONGEST:
        warnings += (f"only the first {_LONGEST} characters were looked at",)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    try:
        tree = document_fromstring(_CONTROL.sub("", text[:_LONGEST]).encode(), parser=parser)
    except ParserError:
        return None, warnings
    if any("depth" in entry.message for entry in parser.error_log[-3:]):
        warnings += ("nested too deep to be read whole",)
    elements = list(tree.iter())
    if len(elements) > _MOST_ELEMENTS:
        warnings += (f"only the first {_MOST_ELEMENTS} elements were looked at",)
        for element in reversed(elements[_MOST_ELEMENTS:]):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    return tree, warnings


def _article(reading: _Reading) -> Article | NoArticle:
    about, found, rules = reading.source, reading.page, reading.rules
    headline = title(about)
    around = visible.near(about, visible.headline(about.tree, headline or ""))
    names = authors.authors(about, around)
    standfirst = visible.standfirst(around, metadata.described(about))
    section, tags = metadata.section(about), metadata.tags(about)
    chips = (standfirst, site_name(about), section, *tags)
    known = _known(about, headline or "", names, chips)
    blocks = body_of(about.tree, found.url, known, reading.learned)
    text = "\n\n".join(blocks)
    words = len(_WORD.findall(text))
    if not headline or len(text) < _LEAST:
        return NoArticle(
            "other", f"{len(text)} characters of running text" if headline else "no title"
        )
    if (
        not _says_article(about)
        and len(text) < _LISTED
        and is_listing(about.tree, found.url, blocks)
    ):
        return NoArticle("listing", "its texts stand beside links to what they tell of")
    zone = rules.timezone if rules else None
    published = dates.first_of(metadata.published(about, around), zone, found.fetched_at)
    modified = dates.first_of(metadata.modified(about), zone, found.fetched_at)
    spoken = language_of(text, metadata.language(about), rules.languages if rules else ())
    return Article(
        id=_id(reading.record, found),
        url=found.url,
        canonical_url=metadata.canonical(about),
        site=rules.site if rules else None,
        title=headline,
        lead=standfirst or metadata.lead(about, blocks),
        text=text,
        authors=names,
        published_at=published.when.value if published else None,
        published_precision=published.when.precision if published else None,
        published_source=published.source if published else None,
        modified_at=_later(modified, published),
        fetched_at=rfc3339(found.fetched_at),
        section=section,
        tags=tags,
        images=images.images(about),
        language=spoken.code,
        language_confidence=spoken.confidence,
        language_source=spoken.source,
        access=metadata.access(about),
        word_count=words,
        warnings=reading.warnings,
        provenance=_provenance(reading),
    )


def _says_article(about: Source) -> bool:
    """Whether the page calls itself one article, in JSON-LD or Open Graph."""
    return bool(about.article) or (about.meta("og:type") or "").lower() == "article"


def _known(
    about: Source, headline: str, names: tuple[str, ...], chips: tuple[str | None, ...]
) -> Known:
    """Title, names, captions and chips, in the form in which blocks are compared."""
    return Known(
        headline,
        plain(headline),
        tuple(plain(name) for name in names),
        tuple(plain(text) for text in (*chips, *images.captions(about.tree)) if text),
    )


def _later(modified: Published | None, published: Published | None) -> str | None:
    """When the article was changed, if that was after it was published."""
    if modified is None or (published and modified.when.value == published.when.value):
        return None
    return modified.when.value


def _provenance(reading: _Reading) -> Provenance:
    record, rules = reading.record, reading.rules
    return Provenance(
        warc_file=record.file,
        warc_offset=record.offset,
        record_id=record.id,
        payload_digest=reading.page.payload_digest,
        extractor=_extractor(),
        rules_hash=rules.hash if rules else None,
        learned=reading.learned.id if reading.learned else None,
    )


def _id(record: Record, found: Page) -> str:
    """The record's own UUID; else one made of what names the capture."""
    name = record.id or ""
    if match := re.fullmatch(r"<?urn:uuid:([0-9a-fA-F-]{36})>?", name.strip()):
        return match[1].lower()
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name or f"{found.url} {rfc3339(found.fetched_at)}"))


@cache
def _extractor() -> str:
    return f"djeli {__version__}, trafilatura {version('trafilatura')}, langdetect {version('langdetect')}"
