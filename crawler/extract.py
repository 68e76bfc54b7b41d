"""A WARC record to an article: one pure path for live crawls, scrapes and old archives."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from itertools import tee

from lxml.etree import _Element
from lxml.html import HtmlElement

from archive import __version__, http1
from archive.article import Access, Article, Provenance, Wire, rfc3339
from archive.reader import Record
from crawler import (
    access,
    breaks,
    dates,
    images,
    layout,
    metadata,
    optouts,
    published,
    retold,
    source,
    undrawn,
    visible,
    wires,
)
from crawler.actors import actors_of
from crawler.authors import Byline, byline
from crawler.beside import NOTHING, Beside
from crawler.body import body_of
from crawler.duplicate import sketch_of
from crawler.fingerprint import Row, said
from crawler.known import Known
from crawler.language import language_of
from crawler.listing import is_listing
from crawler.opened import Opened
from crawler.page import Page
from crawler.parts import WORD
from crawler.phrases import is_aside, is_furniture, plain
from crawler.places import places_of
from crawler.published import Published
from crawler.recurring import Learned
from crawler.relevance import relevance_of
from crawler.rules import GENERIC, Layout, Rules
from crawler.source import Source
from crawler.title import site_name, title
from crawler.verdict import NoArticle

_LISTED = 4000  # characters of text; more is no listing, however it is linked
_MOST_ELEMENTS = 30_000  # of a page; the largest real news page seen has half of them
_SHOWN = 400  # characters of text beside a video; more tell of it
_CARRIED = "the page shows no text: it is what the page carries for its scripts"
_LEAST = 100  # characters of text; fewer are a caption, a teaser or a notice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A page that may be an article, with what was found on the way."""

    record: Record
    page: Page
    source: Source
    rules: Rules | None
    learned: Learned | None
    beside: Beside
    warnings: tuple[str, ...]
    lines: Callable[[], list[Row]]

    @property
    def layout(self) -> Layout:
        """What the site file says of the page's build; nothing, most of the time."""
        return self.rules.layout if self.rules else GENERIC


def article_from(
    record: Record,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Article | NoArticle:
    """The article in a record, or what the record is instead.

    ``learned`` is what recurs on the record's host, ``beside`` what is known of the page elsewhere.
    The same four give the same bytes of JSON.
    """
    return article_of(Opened(record), rules, learned, beside)


def article_of(
    opened: Opened,
    rules: Rules | None,
    learned: Learned | None = None,
    beside: Beside = NOTHING,
) -> Article | NoArticle:
    """The same of a record that is open already; what is no part of the article leaves its tree."""
    record = opened.record
    if record.type not in ("response", "resource"):
        return NoArticle("other", f"a {record.type} record")
    kind, tree = opened.kind, opened.tree
    if kind.name != "article" or tree is None:
        return NoArticle(kind.name, kind.reason)
    rules = rules.at(opened.page.fetched_at) if rules else None
    cut = _shortened(opened.elements)
    layout.take_out(tree, rules.layout if rules else GENERIC)
    if next(tree.iter("h1", "h2"), None) is None:
        breaks.to_paragraphs(tree)
    return _article(
        _Reading(
            record=record,
            page=opened.page,
            source=source.read(tree, opened.page.url, opened.linked),
            rules=rules,
            learned=learned,
            beside=beside,
            warnings=(*opened.warnings, *cut),
            lines=opened.lines,
        )
    )


def _shortened(elements: list[_Element]) -> tuple[str, ...]:
    """Take out of the tree what would take for ever; what that was."""
    if len(elements) <= _MOST_ELEMENTS:
        return ()
    for element in reversed(elements[_MOST_ELEMENTS:]):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return (f"only the first {_MOST_ELEMENTS} elements were looked at",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the page tells of the article beside its text."""

    title: str
    around: list[HtmlElement]
    byline: Byline
    standfirst: str | None
    section: str | None
    tags: tuple[str, ...]


def _article(reading: _Reading) -> Article | NoArticle:
    told = _told(reading.source)
    known = _known(reading.source, told)
    body = layout.narrowed(reading.source.tree, reading.layout)
    told_again = reading.beside.told
    shown = retold.shown(body) if told_again else []
    lines = reading.lines() if reading.learned and body is reading.source.tree else None
    blocks = body_of(body, reading.page.url, known, reading.learned, lines)
    is_prose = partial(_is_prose, known=known, learned=reading.learned)
    if told_again and blocks:
        blocks, remarks = retold.checked(blocks, shown, told_again, is_prose)
        reading = replace(reading, warnings=(*reading.warnings, *remarks))
    if sum(map(len, blocks)) < _LEAST and (text := undrawn.carried(reading.source, told.title)):
        blocks = [*filter(is_prose, text)]
        reading = replace(reading, warnings=(*reading.warnings, _CARRIED))
    if refused := _refused(reading, told, blocks):
        return refused
    shut = access.access(reading.source, blocks)
    if shut is None and layout.is_walled(reading.source.tree, reading.layout):
        shut = "partial"
    blocks = [block for block in blocks if not access.is_wall(block)]
    wire = wires.wire(reading.source, told.byline.said, blocks, told.around)
    if wire and len(blocks) > 1 and blocks[-1] == wire.evidence:
        blocks = blocks[:-1]
    if wire is None and reading.layout.wire:
        wire = Wire(agency=reading.layout.wire, evidence="site file")
    return _made(reading, told, blocks, _Rights(shut, wire))


def _is_prose(text: str, known: Known, learned: Learned | None) -> bool:
    """Whether a paragraph that the page shows may be the article's: no furniture, and nothing that recurs."""
    if is_furniture(text) or is_aside(text) or images.is_credited(text):
        return False
    recurs = learned is not None and said(text) in learned.lines
    return not recurs and plain(text) != known.title and plain(text) not in known.others


@dataclass(frozen=True, slots=True)
class _Rights:
    """Who may read an article, and whose text it is."""

    access: Access | None
    wire: Wire | None


def _told(about: Source) -> _Told:
    headline = title(about) or ""
    around = visible.near(about, visible.headline(about, headline))
    return _Told(
        title=headline,
        around=around,
        byline=byline(about, around),
        standfirst=visible.standfirst(around, metadata.described(about)),
        section=metadata.section(about),
        tags=metadata.tags(about),
    )


def _refused(reading: _Reading, told: _Told, blocks: list[str]) -> NoArticle | None:
    """Why the page is no article, now that its text is known."""
    size = len("\n\n".join(blocks))
    if not told.title:
        return NoArticle("other", "no title")
    if (least := reading.layout.min_words) is not None:
        words = len(WORD.findall("\n\n".join(blocks)))
        if words < least:
            return NoArticle("other", f"{words} words of running text")
    elif size < _LEAST:
        drawn = "; scripts draw the page" if undrawn.is_drawn(reading.source) else ""
        return NoArticle("other", f"{size} characters of running text{drawn}")
    about = reading.source
    if size < _SHOWN and (about.meta("og:type") or "").lower().startswith("video"):
        return NoArticle("other", "a video and little text")
    if _says_article(about) or size >= _LISTED:
        return None
    if is_listing(about.tree, reading.page.url, blocks):
        return NoArticle("listing", "its texts stand beside links to what they tell of")
    return None


def _made(reading: _Reading, told: _Told, blocks: list[str], rights: _Rights) -> Article:
    about, found, rules = reading.source, reading.page, reading.rules
    text = "\n\n".join(blocks)
    issued, changed = _dates(reading, told)
    spoken = language_of(text, metadata.language(about), rules.languages if rules else ())
    article = Article(
        id=_id(reading.record, found),
        url=found.url,
        canonical_url=metadata.canonical(about),
        site=rules.site if rules else None,
        title=told.title,
        lead=told.standfirst or metadata.lead(about, blocks),
        text=text,
        authors=told.byline.persons,
        published_at=issued.when.value if issued else None,
        published_precision=issued.when.precision if issued else None,
        published_source=issued.source if issued else None,
        modified_at=_later(changed, issued),
        fetched_at=rfc3339(found.fetched_at),
        section=told.section,
        tags=told.tags,
        images=images.images(about, told.title, blocks),
        language=spoken.code,
        language_confidence=spoken.confidence,
        language_source=spoken.source,
        access=rights.access,
        word_count=len(WORD.findall(text)),
        warnings=reading.warnings,
        provenance=_provenance(reading),
        type=metadata.article_type(about, blocks),
        byline_kind=told.byline.kind or ("agency" if rights.wire else None),
        wire=rights.wire,
    )
    return findable(article, rules.publisher if rules else None)


def findable(article: Article, publisher: str | None) -> Article:
    """With the facts that its words show: countries, actors, relevance, and the sketch that finds copies."""
    title, lead, text, language = article.title, article.lead, article.text, article.language
    countries = places_of(title, lead, text, language=language, publisher=publisher)
    actors = actors_of(title, lead, text, language=language)
    relevance = relevance_of(
        title, lead, text, language=language, countries=countries, actors=actors
    )
    return replace(
        article,
        countries=countries,
        actors=actors,
        relevance=relevance,
        sketch=sketch_of(text),
    )


def _dates(reading: _Reading, told: _Told) -> tuple[Published | None, Published | None]:
    """When the article was published, and when it was changed."""
    found, zone = reading.page, reading.rules.timezone if reading.rules else None
    about, around = layout.for_dates(reading.source, told.around, reading.layout)
    announced = reading.beside.announced
    near = cache(partial(published.near, about, around))
    said, again = tee(published.published(about, near, announced))
    issued = published.first_of(said, zone, found)
    if issued and zone is None:
        issued = published.in_local_time(issued, again)
    return issued, published.first_of(published.modified(about, near), zone, found)


def _says_article(about: Source) -> bool:
    """Whether the page calls itself one article, in JSON-LD or Open Graph."""
    return bool(about.article) or (about.meta("og:type") or "").lower() == "article"


def _known(about: Source, told: _Told) -> Known:
    """Title, names, captions and chips, in the form in which blocks are compared."""
    site = site_name(about)
    chips = (told.standfirst, site, told.section, *told.tags)
    return Known(
        told.title,
        plain(told.title),
        tuple(plain(name) for name in (*told.byline.persons, *told.byline.said)),
        tuple(plain(text) for text in (*chips, *images.captions(about.tree)) if text),
        site or "",
    )


def _later(changed: Published | None, issued: Published | None) -> str | None:
    """When the article was changed, if that was after it was published."""
    if changed is None or (issued and not dates.is_after(changed.when, issued.when)):
        return None
    return changed.when.value


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
        opt_outs=_opt_outs(reading),
    )


def _opt_outs(reading: _Reading) -> tuple[str, ...]:
    block = reading.record.block if reading.record.type == "response" else b""
    head, _ = http1.split(http1.skip_interim(block))
    said = (
        *optouts.in_headers(http1.headers(head)),
        *optouts.in_page(reading.source.tree),
        *reading.beside.reserved,
    )
    return tuple(dict.fromkeys(said))


def _id(record: Record, found: Page) -> str:
    """The record's own UUID; else one made of what names the capture."""
    name = record.id or ""
    if match := re.fullmatch(r"<?urn:uuid:([0-9a-fA-F-]{36})>?", name.strip()):
        return match[1].lower()
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name or f"{found.url} {rfc3339(found.fetched_at)}"))


@cache
def _extractor() -> str:
    return f"djeli {__version__}, trafilatura {version('trafilatura')}, langdetect {version('langdetect')}"
