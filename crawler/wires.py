"""The agency whose text an article is, by the words that credit it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import islice

from lxml.html import HtmlElement

from archive.article import Wire
from crawler.dates import is_month
from crawler.jsonld import texts
from crawler.source import Source, element_of, finder, line

_LINE = 80  # characters; a longer line is a sentence, and "he told AFP" is no credit
_NAME = 4  # words of a newspaper's, a person's or a place's name beside the agency's
_HEAD = 110  # characters in which a dateline ends
_NEAR = 30  # elements behind the headline
_SPLIT = re.compile(
    r"\s*(?:[/|,;:·•+&()\[\]–—]|\s-\s|(?<=\S)-(?=\s)|\b(?:et|and|avec|with|com|con)\b)\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d\s.:/h]*", re.IGNORECASE)
_DATELINE = re.compile(  # BAMAKO, 3 août (AFP) – / (AFP) - / NAIROBI, Aug. 3 (Xinhua) --
    r"^(?:[^.!?()«»“”\"]|\.(?=\s\d)){0,70}[(（\[]\s*(?P<who>[^()\[\]]{2,40}?)\s*[)）\]]\s*(?:[-–—:.ـ]+|$)"
)
_OPENING = re.compile(  # أ ف ب - / AFP -
    r"^(?P<who>[^\s:–—-][^:–—]{1,30}?)\s*(?:[–—ـ]|\s-)\s"
)
_HYPHENED = re.compile(r"^(?P<who>[A-Z]{2,6})-[A-Z][^–—-]{2,40}\s?[–—-]")  # APA-Bamako (Mali) –
_BRACKETED = re.compile(  # (AFP) The / Niamey, 1 août 2024 (ANP) Des
    r"^(?P<where>[^()\[\]«»“”\"]{0,60})[(（\[]\s*(?P<who>[^()\[\]]{2,30}?)\s*[)）\]]\s+(?=[^\W\d_])(?![a-zà-ÿ])"
)
_SOURCE = re.compile(r"\W*(?:sources?|fonte|fuente|quelle|المصدر|chanzo)\s*[:：]", re.IGNORECASE)
_PICTURE = re.compile(
    r"photo|image|picture|foto|vid[ée]o|cr[ée]dit|getty|illustration|caption|صور|فيديو|picha|hoto|sawir",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"[(（\[]\s*(?P<who>[^()\[\]]{2,40}?)\s*[)）\]]\W*$")
_LINES = frozenset(["p", "div", "span", "em", "i", "strong", "b", "small", "font"])
_ENDS = frozenset(["h1", "h2", "h3", "h4", "h5", "button", "form"])
_AFTER = finder("following::*[position() < 12]")
_PICTURED = finder(
    "ancestor-or-self::*[self::figure or self::figcaption or self::nav or self::footer or self::aside or contains(@class,'caption')]"
)


def wire(
    source: Source, said: Iterable[str], blocks: list[str], around: Iterable[HtmlElement] = ()
) -> Wire | None:
    """The first credit: of the metadata, the byline (``said``), the dateline, a line near the headline, the last words."""
    for text in (*_declared(source), *said):
        if agency := in_credit(text):
            return Wire(agency=agency, evidence=text)
    for block in blocks[:2]:
        if found := dateline(block):
            return found
    for element in islice(around, _NEAR):
        found = _near(line(element, _LINE)) if element.tag in _LINES else None
        if found and not _PICTURED(element):
            return found
    for text in (*reversed(blocks[-2:]), *_behind(source, blocks)):
        if agency := in_credit(text):
            return Wire(agency=agency, evidence=text)
    last = _CLOSING.search(blocks[-1][-60:]) if blocks else None
    agency = in_credit(last["who"]) if last else None
    return Wire(agency=agency, evidence=last[0].strip()) if last and agency else None


def is_agency(name: str) -> bool:
    """Whether a name is that of an agency, or means agencies without saying which."""
    return _plain(name) in _agencies() or _plain(name) in _unnamed()


def in_credit(text: str) -> str | None:
    """The agency that a short line credits, as ``Source : AFP``, ``RFI avec AFP`` or ``© 2024 AFP`` do."""
    if not text or len(text) > _LINE or text.rstrip().endswith(("?", "!")):
        return None
    if agency := _agencies().get(_plain(text)):
        return agency
    if _PICTURE.search(text):
        return None
    parts = [_bare(part) for part in _SPLIT.split(text)]
    found = [agency for part in parts if (agency := _agencies().get(part))]
    others = [
        part for part in parts if part and part not in _agencies() and not _NUMBER.fullmatch(part)
    ]
    return found[0] if found and all(len(part.split()) <= _NAME for part in others) else None


def dateline(block: str) -> Wire | None:
    """The agency that a paragraph's first words name."""
    for pattern in (_DATELINE, _HYPHENED, _OPENING):
        if (match := pattern.search(block[:_HEAD])) and (agency := in_credit(match["who"])):
            return Wire(agency=agency, evidence=match[0].strip())
    return _bracketed(block)


def _bracketed(block: str) -> Wire | None:
    """The agency in brackets behind a place and a date, with the first sentence right behind it."""
    match = _BRACKETED.search(block[:_HEAD])
    if not match or not all(map(_is_of_dateline, match["where"].replace(",", " ").split())):
        return None
    if (
        match["where"] and not block[match.end()].isupper()
    ):  # where there are no capitals, it may be anything
        return None
    agency = in_credit(match["who"])
    return Wire(agency=agency, evidence=match[0].strip()) if agency else None


def _is_of_dateline(word: str) -> bool:
    return not word[0].islower() or is_month(word.strip("."))


def _near(text: str) -> Wire | None:
    """The agency of a line of its own: a dateline, or a name behind "source"."""
    if _SOURCE.match(text):
        agency = in_credit(text)
        return Wire(agency=agency, evidence=text) if agency else None
    return dateline(text) if text.endswith((")", "]", "–", "-", "—", "）")) else None


def _declared(source: Source) -> Iterator[str]:
    """Authors, sources and credits in JSON-LD and metas."""
    for name in (
        "author",
        "creator",
        "sourceOrganization",
        "provider",
        "creditText",
        "copyrightHolder",
    ):
        value = source.article.get(name)
        for node in value if isinstance(value, list) else [value]:
            yield from texts(source.linked.whole(node))
    for name in (
        "author",
        "article:author",
        "source",
        "dc.source",
        "article:source",
        "news:source",
        "copyright",
        "original-source",
    ):
        yield from source.metas.get(name, ())


def _behind(source: Source, blocks: list[str]) -> Iterator[str]:
    """The lines right behind the article's last paragraph, up to a heading; none of a picture or a button."""
    last = element_of(source.tree, blocks[-1]) if blocks else None
    for element in _AFTER(last) if last is not None else []:
        if element.tag in _ENDS:
            return
        if element not in source.others and element.tag in _LINES and not _PICTURED(element):
            yield line(element, _LINE)


def _bare(part: str) -> str:
    """A part of a credit without the words that only lead to a name."""
    words = _plain(part.lstrip("©0123456789 "))
    while words not in _agencies():
        lead = next((w for w in _leads() if words.startswith(f"{w} ")), None)
        if lead is None:
            return "" if words in _leads() else words
        words = words.removeprefix(lead).strip()
    return words


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("crawler").joinpath("wires.toml").read_text("utf-8"))


@cache
def _agencies() -> dict[str, str]:
    return {
        _plain(name): agency for agency, names in _table()["agencies"].items() for name in names
    }


@cache
def _unnamed() -> frozenset[str]:
    return frozenset(_plain(name) for name in _table()["unnamed"]["names"])


@cache
def _leads() -> tuple[str, ...]:
    return tuple(
        sorted((_plain(word) for word in _table()["credit"]["words"]), key=lambda w: (-len(w), w))
    )


def _plain(text: str) -> str:
    """Letters and signs as names are compared; short Latin names keep their case: "AP" is not "ap"."""
    text = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split()).strip(
        " .,:;-–—\"'«»“”©"
    )
    return text if text.isupper() and len(text) < 6 else text.casefold()
