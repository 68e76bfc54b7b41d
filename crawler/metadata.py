"""What a page says of its article: title, authors, dates, section, tags, lead, canonical URL, access."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from w3lib.url import safe_url_string

from archive.article import Access, DateSource
from crawler import jsonld, visible
from crawler.jsonld import texts
from crawler.source import Source, content, finder
from crawler.title import letters

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
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dc.created",
    "citation_publication_date",
    "citation_date",
    "article:published",
    "rnews:datepublished",
    "timestamp",
    "cxenseparse:recs:publishtime",
    "bt:pubdate",
    "shareaholic:article_published_time",
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


def published(source: Source, around: list[HtmlElement]) -> Iterator[tuple[DateSource, str]]:
    """What may be the date of publication, most trustworthy first."""
    for name in ("datePublished", "dateCreated", "uploadDate"):
        for value in texts(source.article.get(name)):
            yield "json-ld", value
    for node in source.linked.nodes:
        if "webpage" in jsonld.types_of(node):
            for value in texts(node.get("datePublished")):
                yield "json-ld", value
    for name in _PUBLISHED_METAS:
        for value in source.metas.get(name, ()):
            yield "meta", value
    for value in _visible_dates(source, around):
        yield "visible", value
    yield "url", source.url
    for value in visible.short_lines(source):
        yield "visible", value


def modified(source: Source) -> Iterator[tuple[DateSource, str]]:
    """What may be the date of the last change."""
    for value in texts(source.article.get("dateModified")):
        yield "json-ld", value
    for name in _MODIFIED_METAS:
        for value in source.metas.get(name, ()):
            yield "meta", value


_DATED = finder(
    "//time[@pubdate or @itemprop='datePublished' or contains(@class,'publish') or contains(@class,'entry-date')]"
    " | //*[@itemprop='datePublished' or @property='schema:datePublished' or @property='dc:date']"
    " | //abbr[contains(@class,'published')]"
)
_CLASSED = finder(
    "//*[contains(@class,'date') or contains(@class,'Date') or contains(@class,'published') or contains(@class,'time')"
    " or contains(@id,'date') or contains(@class,'meta') or contains(@class,'info') or contains(@class,'byline')]"
    "[not(ancestor::nav or ancestor::aside or ancestor::footer)]"
)


def _visible_dates(source: Source, around: list[HtmlElement]) -> Iterator[str]:
    """Marked dates, then dates in words close to the headline: the page's head may print today's."""
    marked = [e for e in _DATED(source.tree)[:10] if e not in source.others]
    for element in (*marked, *(e for e in around if e.tag == "time")):
        yield element.get("datetime") or element.get("content") or content(element)
        yield content(element)
    classed = [e for e in _CLASSED(source.tree)[:40] if e not in source.others]
    for element in (*around, *classed):
        text = content(element)
        if 8 <= len(text) <= 120:
            yield text
    for element in source.tree.iter("time"):
        yield element.get("datetime") or content(element)


def section(source: Source) -> str | None:
    """The heading that the site files the article under."""
    said = source.meta("article:section", "parsely-section", "og:section", "section")
    found = [*texts(source.article.get("articleSection")), *([said] if said else [])]
    return next((t for t in (*found, *visible.sections(source)) if 1 < len(t) < 60), None)


def tags(source: Source) -> tuple[str, ...]:
    """Keywords, each once, in the page's order."""
    found = texts(source.article.get("keywords")) or list(source.metas.get("article:tag", ()))
    found = found or list(visible.tags(source))
    for name in ("news_keywords", "keywords"):
        found = found or list(source.metas.get(name, ()))
    if len(found) == 1:
        found = re.split(r"\s*[,;،]\s*", found[0])
    clean = (tag.strip() for tag in found)
    return tuple(dict.fromkeys(tag for tag in clean if 1 < len(tag) < 60))[:30]


def described(source: Source) -> str:
    """The description that the page gives of itself; empty if there is none."""
    said = source.meta("og:description", "description", "twitter:description")
    return said or next(iter(texts(source.article.get("description"))), "")


def lead(source: Source, blocks: list[str]) -> str | None:
    """The standfirst: the description, unless it is the article's beginning or the site's own slogan."""
    said = described(source)
    start = letters(said.rstrip(" .…[]&").removesuffix("..."))
    if len(said.split()) < 4 or any(letters(block).startswith(start) for block in blocks[:3]):
        return None
    if letters(" ".join(blocks[:4])).startswith(start[:120]):
        return None
    slogans = [t for node in source.linked.of_types(_SITES) for t in texts(node.get("description"))]
    return None if start in {letters(text) for text in slogans} else said


_SITES = frozenset({"website", "organization", "newsmediaorganization"})


def language(source: Source) -> str | None:
    """The primary language that the page declares (BCP 47, first subtag)."""
    said = (
        source.tree.get("lang")
        or source.tree.get("xml:lang")
        or source.meta("content-language", "og:locale", "dc.language")
    )
    code = re.split(r"[-_,;\s]", (said or "").strip().lower())[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else None


_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_ga|_hs\w+|ref_src|ref|xtor|at_\w+|s_cid|cmpid|ns_\w+|amp)$",
    re.IGNORECASE,
)


def canonical(source: Source) -> str:
    """The address that the page calls its own, if that is an address of the same site and no front page."""
    links = [
        a.get("href")
        for a in source.tree.iter("link")
        if "canonical" in (a.get("rel") or "").lower().split()
    ]
    for said in [*links, source.meta("og:url")]:
        if said and (url := _sane(said.strip(), source)):
            return clean_url(url)
    return clean_url(source.url)


def _sane(said: str, source: Source) -> str | None:
    try:
        url = urljoin(source.base, said)
        parts, own = urlsplit(url), urlsplit(source.url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in url:
        return None
    bare = not parts.path.strip("/") and not parts.query
    return None if bare and (own.path.strip("/") or own.query) else url


def clean_url(url: str) -> str:
    """Without fragment and without the parameters that only follow readers about."""
    address, _, _ = url.partition("#")
    base, mark, query = address.partition("?")
    kept = [p for p in query.split("&") if p and not _TRACKING.match(p.partition("=")[0])]
    return base + ("?" + "&".join(kept) if mark and kept else "")


def access(source: Source) -> Access | None:
    """Free or paywalled as the page itself says; None where it says nothing."""
    said = source.article.get("isAccessibleForFree")
    word = str(said).strip().lower()
    tier = (source.meta("article:content_tier", "content_tier") or "").lower()
    if word in ("false", "0") or word.endswith("/false") or tier == "locked":
        return "paywalled"
    if tier == "metered":
        return "partial"
    if word in ("true", "1") or word.endswith("/true") or tier == "free":
        return "free"
    return None


def absolute(source: Source, url: str) -> str | None:
    """An http(s) URL made absolute, or None."""
    try:
        whole = urljoin(source.base, url.strip())
        return safe_url_string(whole) if urlsplit(whole).scheme in ("http", "https") else None
    except ValueError:
        return None
