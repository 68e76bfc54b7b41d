"""When an article appeared and when it was changed: all that a page says of it, most trustworthy first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import chain, islice

from lxml.etree import _Element
from lxml.html import HtmlElement

from archive.article import DateSource, rfc3339
from crawler import dates, jsonld, relative
from crawler.beside import Announced
from crawler.dates import When
from crawler.jsonld import texts
from crawler.marked import Test, finder, named
from crawler.page import Page
from crawler.source import Source, content, line


@dataclass(frozen=True, slots=True)
class Published:
    """When an article appeared, and who says so."""

    when: When
    source: DateSource


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be the date; a ``loose`` one is nowhere called the date of publication."""

    source: DateSource
    text: str
    loose: bool = False


_PUBLISHED_METAS = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "datepublished",
    "date_published",
    "published",
    "published_time",
    "published-date",
    "article_date_original",
    "dc.date.issued",
    "dcterms.issued",
    "citation_publication_date",
    "article:published",
    "rnews:datepublished",
    "cxenseparse:recs:publishtime",
    "bt:pubdate",
    "shareaholic:article_published_time",
]
_LOOSE_METAS = [  # some sites write the last change or today into these
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dc.created",
    "citation_date",
    "timestamp",
    "date",
    "created",
]
_MODIFIED_METAS = [
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "lastmod",
    "last-modified",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "article.updated",
]
_ISSUED = re.compile(
    r"(?:publi[ée]+e?s?|post[ée]+e?|paru|mis en ligne|cr[ée]+é|published|posted|pub|first published|created|erschienen|veröffentlicht|publicado|postado|publicada"
    r"|imechapishwa|iliyochapishwa|imewekwa|an wallafa|an buga|la daabacay|la dhajiyay|نشر(?:ت)?|تاريخ النشر|نُشر|የታተመ|የተለጠፈ)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:mis(?:e)? [àa] jour|actualis[ée]|modifi[ée]|derni[èe]re (?:mise|modification)|(?:last )?(?:updated?|modified|edited|revised)|zuletzt|aktualisiert|geändert"
    r"|atualizad[oa]|actualizad[oa]|modificad[oa]|[úu]ltima (?:atualiza[çc][ãa]o|actualizaci[óo]n)|imesasishwa|ilisasishwa|an sabunta|la cusboonaysiiyay|la cusbooneysiiyay"
    r"|(?:آخر )?تحديث|حُدِّث|حدث في|ተሻሽሏል|ተዘምኗል|የዘመነ)",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"^\W*(?:today(?: is)?|aujourd'?’?hui|nous sommes|hoje|hoy|leo ni|yau|maanta|اليوم|ዛሬ|current (?:time|date)|aktuelle zeit|it is currently|nous sommes le)\b",
    re.IGNORECASE,
)
_NAMED: Mapping[str, Test] = {"time": named("publish entry-date"), "abbr": named("published")}
_PROPERTIES = frozenset(["schema:datePublished", "dc:date"])
_CLASSED = finder(named("date Date published time meta info byline", ids="date"))
_BARS = named(  # on top of the page, where it prints today's date
    "topbar top-bar masthead current-date today clock ticker calendar weather site-header",
    ids="header",
)


def _is_marked(element: _Element) -> bool:
    if element.get("itemprop") == "datePublished" or element.get("property") in _PROPERTIES:
        return True
    if element.tag == "time" and element.get("pubdate") is not None:
        return True
    return element.tag in _NAMED and _NAMED[element.tag](element)


_MARKED = finder(_is_marked, told=True)


def _is_beside(element: _Element) -> bool:
    return next(element.iterancestors("nav", "aside", "footer"), None) is not None


def _is_on_top(element: _Element) -> bool:
    """Whether it stands in the page's own head, in a menu or at the page's foot."""
    return any(
        box.tag in ("nav", "footer") or _BARS(box) or _is_head(box)
        for box in chain([element], element.iterancestors())
        if box.tag not in ("body", "html")
    )


def _is_head(element: _Element) -> bool:
    if element.tag != "header" or next(element.iterancestors("article"), None) is not None:
        return False
    return next(element.iter("h1"), None) is None


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SILENT = frozenset(["script", "style", "noscript", "template", "option"])
_SHORTEST, _LONGEST = 6, 120  # characters of a line that may be a date with a few words


_WORD = 3  # characters of "hier" and "jana", where the markup says that it is a date
_DATED = named("date Date time")


def published(
    source: Source, lines_near: Callable[[], list[str]], announced: Announced | None
) -> Iterator[Candidate]:
    """What may be the date of publication, most trustworthy first."""
    yield from _linked(source)
    yield from _metas(source, _PUBLISHED_METAS, loose=False)
    if announced:
        yield Candidate(announced.by, announced.moment)
    near = lines_near()
    yield from _marked(source)
    yield from (Candidate("visible", issued) for text in near if (issued := _issued(text)))
    yield from _metas(source, _LOOSE_METAS, loose=True)
    yield from (Candidate("visible", text, loose=True) for text in near if _is_plain(text))
    yield Candidate("url", source.url)
    for element in source.tree.iter("time"):
        if element not in source.others and not _is_on_top(element):
            yield Candidate("visible", element.get("datetime") or content(element), loose=True)
    short = list(_short_lines(source))
    yield from (Candidate("visible", text, loose=True) for text in short if _is_plain(text))
    yield from (Candidate("visible", text, loose=True) for text in _datelines(source))
    for text in (*near, *short):  # the last change, where the page shows nothing else
        if not _TODAY.search(text):
            yield Candidate("visible", text, loose=True)


def _linked(source: Source) -> Iterator[Candidate]:
    """In JSON-LD: of the article, else of the page."""
    for name in ("datePublished", "dateCreated", "uploadDate"):
        for value in texts(source.article.get(name)):
            yield Candidate("json-ld", value)
    for node in source.linked.nodes:
        if "webpage" in jsonld.types_of(node):
            for value in texts(node.get("datePublished")):
                yield Candidate("json-ld", value)


def modified(source: Source, lines_near: Callable[[], list[str]]) -> Iterator[Candidate]:
    """What may be the date of the last change."""
    for value in texts(source.article.get("dateModified")):
        yield Candidate("json-ld", value)
    yield from _metas(source, _MODIFIED_METAS, loose=False)
    for text in lines_near():
        if changed := _CHANGED.search(text):
            yield Candidate("visible", text[changed.end() :])


def _metas(source: Source, names: list[str], *, loose: bool) -> Iterator[Candidate]:
    for name in names:
        for value in source.metas.get(name, ()):
            yield Candidate("meta", value, loose)


def _marked(source: Source) -> Iterator[Candidate]:
    """What the markup calls the date of publication."""
    for element in _MARKED(source.marks)[:10]:
        if element not in source.others:
            yield Candidate("visible", element.get("datetime") or element.get("content") or "")
            yield Candidate("visible", content(element))


def near(source: Source, around: list[HtmlElement]) -> list[str]:
    """Short lines close to the headline, then those whose class speaks of a date; none of the page's own head."""
    lines: list[str] = []
    times = [element for element in around if element.tag == "time"]
    dated = islice((e for e in _CLASSED(source.marks) if not _is_beside(e)), 40)
    classed = [e for e in dated if e not in source.others]
    for element in (*times, *around, *classed):
        if element.tag in _SILENT or _is_on_top(element):
            continue
        lines += [element.get("datetime") or ""] if element.tag == "time" else []
        text = line(element, _LONGEST)
        least = _WORD if element.tag == "time" or _DATED(element) else _SHORTEST
        lines += [text] if len(text) >= least else []
    return lines


def _issued(text: str) -> str | None:
    """What stands behind "published", up to "updated"."""
    found = _ISSUED.search(text)
    return _CHANGED.split(text[found.end() :])[0] if found else None


def _is_plain(text: str) -> bool:
    """Whether a line speaks neither of a change nor of today."""
    return not _CHANGED.search(text) and not _TODAY.search(text)


def _short_lines(source: Source) -> Iterator[str]:
    """Pieces of text with a year in them that are as short as a date with a word or two."""
    for element in source.tree.iter():
        if not isinstance(element.tag, str) or element in source.others:
            continue
        for text in (element.text if element.tag not in _SILENT else None, element.tail):
            is_short = text and 6 <= len(text.strip()) <= 60 and _YEAR.search(text)
            if text and is_short and not _is_on_top(element):
                yield text


_DATELINE = re.compile(  # "Bamako, 5 mars 2024 (Agence) –", "01.02.2022 „"
    r"^\W?((?:[^\W\d][^\d.;:–—]{1,40}[,\s]\s*)?(?:\d{1,2}\D{1,14}|[^\W\d]{3,10} \d{1,2},? |\d{1,2}[./-]\d{1,2}[./-])"
    r"(?:19|20)\d\d)\s*[–—:(/|„“«\"-]"
)
_OPENINGS = 12  # paragraphs among which the first of the text is


def _datelines(source: Source) -> Iterator[str]:
    """The place and day by which the first paragraphs of communiqués are led in."""
    for paragraph in islice(source.tree.iter("p"), _OPENINGS):
        if paragraph not in source.others and (
            found := _DATELINE.match(content(paragraph)[:_LONGEST])
        ):
            yield found[1]


_SAME = timedelta(days=2)  # an address and a line on the page that are so close tell of one day


def first_of(candidates: Iterable[Candidate], zone: str | None, page: Page) -> Published | None:
    """The first candidate that is a date and not of the future: a page can not be older than its news.

    The day in an address was written when the article was: a loose candidate that is far from it is
    the day of something else, mostly today.
    """
    latest = _latest(page)
    written = dates.from_url(page.url)
    ago: Published | None = None
    for said in candidates:
        when = dates.from_url(said.text) if said.source == "url" else dates.parse(said.text, zone)
        if (
            when is None
            and ago is None
            and (then := relative.parse(said.text, zone, page.fetched_at))
        ):
            ago = Published(then, said.source)
        if when is None or when.day > latest:
            continue
        if said.loose and written and abs(when.day - written.day) > _SAME:
            continue
        return Published(when, said.source)
    return ago


_LOOKED_AT = 60  # candidates among which the local time is looked for
_HALF_HOUR = 30 * 60
_MINUTE = timedelta(minutes=1)
_WEST, _EAST = (
    -10 * 3600,
    14 * 3600,
)  # seconds from universal time; further west is a clock of twelve hours


def in_local_time(issued: Published, candidates: Iterable[Candidate]) -> Published:
    """The same instant with the site's offset, where the page also tells it in local time.

    "11:00 pm EST" and "9:03AM" beside an instant in UTC show the day that readers were told.
    """
    if issued.when.value[-1] != "Z":
        return issued
    instant = datetime.fromisoformat(issued.when.value)
    for said in islice(candidates, _LOOKED_AT):
        offset = _offset_of(said, instant)
        if offset:
            local = instant.astimezone(timezone(offset))
            return Published(When(rfc3339(local), issued.when.precision), issued.source)
    return issued


def _offset_of(said: Candidate, instant: datetime) -> timedelta | None:
    """What a text's clock is ahead of universal time, if it means that instant; None for universal time."""
    own = dates.parse(said.text) if said.source != "url" else None
    if own is None:
        return None
    if "T" in own.value:
        moment = datetime.fromisoformat(own.value)
        return moment.utcoffset() if abs(moment - instant) < _MINUTE else None
    read = dates.parse(said.text, "UTC") if said.source == "visible" else None
    if read is None or "T" not in read.value or not _is_plain(said.text):
        return None
    ahead = datetime.fromisoformat(read.value) - instant.replace(second=0, microsecond=0)
    seconds = int(ahead.total_seconds())
    return ahead if seconds % _HALF_HOUR == 0 and _WEST <= seconds <= _EAST else None


def _latest(page: Page) -> date:
    """The day after the visit, for clocks that run ahead; any day where the record does not know the visit's."""
    day = page.fetched_at.date()
    return day + timedelta(days=1) if day.year > 1970 else date.max
