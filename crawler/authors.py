"""Who wrote an article, as persons: from JSON-LD, metas, and the byline on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler import dates
from crawler.jsonld import texts, types_of
from crawler.source import Source, content, finder
from crawler.title import site_name

_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dc.creator.name",
    "dcterms.creator",
    "byl",
    "citation_author",
    "article:author_name",
    "cxenseparse:author",
    "article.author",
    "twitter:misc:written by",
)
_BY = re.compile(
    r"^\s*(?:(?:(?:written|reported|reporting|posted|published|story|words|report|an? article|article|[ée]crit|r[ée]dig[ée]|propos recueillis|publi[ée]|un article|un texte|reportage|escrito|"
    r"publicado|reportagem|um artigo|um texto|texto|ein artikel|ein beitrag)\s+)?(?:by|par|por|von|vom|de|na|daga)|sign[ée]|بقلم|كتب|كتبت|بواسطة|تقرير|إعداد|أعده للنشر|أعده|Mwandishi|Waandishi|Na mwandishi"
    r"|Rubutawa daga|Waxaa qoray|Qore|በ|(?:author|auteur|autor|autora|texte?|texto|text|reporter|journaliste|المحرر)s?\s*(?=:))\s*:?\s+",
    re.IGNORECASE,
)
_FROM = re.compile(  # our correspondent in a place, and who that is
    r"^\s*(?:de|avec|from|do|da)\s+(?:notre|nos|our|nosso|nossa)\s+(?:correspondante?s?|envoy[ée]e?s?(?: sp[ée]ciale?s?)?|enviad[oa](?: especial)?)\b[^,]{0,40},\s*",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"^.*\d.*\s(?:by|par|por|von)\s+", re.IGNORECASE
)  # "Posted on May 2 by A. Name"
_BODIES = re.compile(  # words that no person's name ends with
    r"\b(?:telegram|gazette|journal|times|news|tribune|herald|magazine|zeitung|online|agency|agencies|agenturen|press|newsroom|shimbun|redazione|redaktion|staff|writers?|reporters?|correspondents?"
    r"|officer|labs|director|editor|team|desk|agence|agência)$"
    r"|^(?:the|les|view|alle|all|head|chief|more)\s|\.(?:com|de|net|org|fr|ng|za|at|info)$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"\s+(?:january|february|march|april|may|june|july|august|september|october|november|december)$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*(?:,|;|/|\||&|\band\b|\bet\b|\be\b|\by\b|\bund\b|\bna\b|\bda\b)\s*")
_NOBODY = re.compile(
    r"^(?:admin\w*|administrator|webmaster|editor|editors|editorial|root|user\d*|test|wordpress|author|auteur|"
    r"staff|newsroom|news desk|redaction|r[ée]daction|la r[ée]daction|reda[cç][aã]o|da reda[cç][aã]o|web ?desk|correspondent|"
    r"our reporter|agency reporter|staff (?:reporter|writer)|unknown|anonymous|none|null|undefined|guest|posted|"
    r"(?:view|see|show|all|alle|tous|more)\b.*|.*\b(?:comments?|artikel|articles?)|updated\W.*|المحرر|التحرير|هيئة التحرير|فريق التحرير|http.*|www\..*)$",
    re.IGNORECASE,
)
_BYLINES = finder(
    "//*[@rel='author' or @itemprop='author' or @data-testid='author-name']"
    " | //*[self::a or self::span or self::div or self::p or self::address or self::li or self::h4][contains(@class,'author-name')"
    " or contains(@class,'author__name') or contains(@class,'authorName') or contains(@class,'byline') or contains(@class,'Byline')"
    " or @class='author' or contains(@class,'author ') or contains(@class,' author') or contains(@class,'auteur') or @class='fn' or @class='username' or @typeof='schema:Person'"
    " or @class='authors' or @id='authors' or contains(@class,'__author') or (contains(@class,'author') and contains(@class,'name'))]"
    " | //a[contains(@href,'/author/') or contains(@href,'/auteur/') or contains(@href,'/autor/') or contains(@href,'/authors/')]"
)


def authors(source: Source, around: list[HtmlElement]) -> tuple[str, ...]:
    """Names in the page's order, each once; the first place that names a person is believed, else who is named."""
    site = (site_name(source) or "").lower()
    bodies: list[str] = []
    for place in (_linked(source), _named_metas(source), _bylines(source, around)):
        names = [name for said in place for name in persons(said) if name.lower() != site]
        if alone := [name for name in names if not _BODIES.search(name)]:
            return tuple(dict.fromkeys(alone))[:12]
        bodies = bodies or names
    return tuple(dict.fromkeys(bodies))[:12]


def _linked(source: Source) -> list[str]:
    """JSON-LD's authors that are no organisations."""
    value = source.article.get("author") or source.article.get("creator")
    values = [source.linked.whole(v) for v in (value if isinstance(value, list) else [value])]
    return [name for v in values if not _is_body(v) for name in texts(v)]


def _is_body(value: object) -> bool:
    return isinstance(value, dict) and any("organization" in t for t in types_of(value))


def _named_metas(source: Source) -> list[str]:
    for name in _METAS:
        if found := [v for v in source.metas.get(name, ()) if persons(v)]:
            return found
    label = (source.meta("twitter:label1") or "").lower()
    written = ("written by", "écrit par", "كتب", "escrito por", "par", "by")
    data = source.meta("twitter:data1")
    return [data] if data and any(word in label for word in written) else []


def _bylines(source: Source, around: list[HtmlElement]) -> Iterator[str]:
    for element in (e for e in _BYLINES(source.tree)[:40] if e not in source.others):
        text = content(element)
        if 0 < len(text) < 80 and persons(text):
            yield text
            if not all(map(_BODIES.search, persons(text))):
                return
    for element in around:
        text = (
            content(element)
            if element.tag
            in ("p", "span", "div", "strong", "em", "li", "b", "small", "font", "td", "address")
            else ""
        )
        if 5 < len(text) < 60 and _BY.match(text) and not text.rstrip().endswith("."):
            yield text
            return
    for element in around[:20]:
        if _signs(element):
            yield content(element)
            return


def _signs(element: HtmlElement) -> bool:
    """Whether a link under the headline is a name with the date beside it."""
    parent = element.getparent()
    if element.tag != "a" or parent is None or not 2 <= len(content(element).split()) <= 4:
        return False
    beside = content(parent).replace(content(element), " ")
    return len(beside) < 80 and dates.parse(beside) is not None and is_person(content(element))


def persons(said: str) -> list[str]:
    """The persons named in one string: ``Par A. Diallo et B. Traoré`` gives two."""
    if "://" in said or "@" in said.split(" ")[0]:
        return []
    bare = _BY.sub("", _FROM.sub("", " ".join(said.split())))
    bare = _BEHIND.sub("", bare)
    bare = re.sub(r"\s*[(\[<|•·–—@].*$|\s+-\s+.*$|\s+\d.*$", "", bare)
    parts = [part for said in _PARTS.split(bare) for part in _arabic(said)]
    names = (_MONTH.sub("", part.strip(" .,:;-–—\"'")) for part in parts)
    found = [name for name in names if is_person(name)]
    alone = len(found) == 1
    return [name for name in found if alone or not _is_degree(name)]


def _is_degree(name: str) -> bool:
    return len(name) < 6 and name.isupper() and name.isascii()


def _arabic(said: str) -> list[str]:
    """Two names joined by the one-letter Arabic "and", where both have more than one word."""
    parts = said.split(" و")
    return parts if len(parts) == 2 and all(" " in part.strip() for part in parts) else [said]


def is_person(name: str) -> bool:
    """Whether this can be a person's name: a few words of letters, no role, no address."""
    words = name.split()
    if not 1 <= len(words) <= 6 or not 3 <= len(name) <= 60 or _NOBODY.match(name):
        return False
    if "http" in name or "@" in name or ".com" in name.lower() or any(c.isdigit() for c in name):
        return False
    return any(char.isalpha() for char in name)
