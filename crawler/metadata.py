"""What a page says of its article: section, tags, lead, canonical URL, type."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from archive.article import ArticleType
from crawler import visible
from crawler.jsonld import texts
from crawler.source import Source, finder
from crawler.title import letters
from crawler.urls import without_tracking


def section(source: Source) -> str | None:
    """The heading that the site files the article under."""
    said = source.meta("article:section", "parsely-section", "og:section", "section")
    found = [*texts(source.article.get("articleSection")), *([said] if said else [])]
    named = (name for t in (*found, *visible.sections(source)) for name in _FILED.split(t))
    return next(
        (
            t
            for t in named
            if 1 < len(t) < 60 and not _NO_SECTION.search(t) and letters(t) not in _NO_SECTIONS
        ),
        None,
    )


_FILED = re.compile(r"\s*[,،;|]\s*")  # several in one string: the first is the main one
_NO_SECTION = re.compile(r"_|^(?:back|return|retour|voltar|volver)\b", re.IGNORECASE)
_NO_SECTIONS = frozenset(  # what is on top, what is nowhere, and the languages of the site
    [
        "àlaune",
        "alaune",
        "une",
        "featured",
        "topstories",
        "topstory",
        "topnews",
        "breaking",
        "breakingnews",
        "headline",
        "headlines",
        "latest",
        "latestnews",
        "destaque",
        "destaques",
        "emdestaque",
        "portada",
        "أهمالأخبار",
        "آخرالأخبار",
        "english",
        "français",
        "español",
        "português",
        "العربية",
        "deutsch",
        "kiswahili",
        "home",
        "homepage",
        "accueil",
        "início",
        "inicio",
        "mwanzo",
        "nyumbani",
        "article",
        "articles",
        "startseite",
        "الرئيسية",
        "gida",
        "bogga",
        "uncategorized",
        "nonclassé",
        "semcategoria",
    ]
)


def tags(source: Source) -> tuple[str, ...]:
    """Keywords, each once, in the page's order."""
    found = texts(source.article.get("keywords")) or list(source.metas.get("article:tag", ()))
    found = found or list(visible.tags(source))
    for name in ("news_keywords", "keywords"):
        found = found or list(source.metas.get(name, ()))
    if len(found) == 1:
        found = re.split(r"\s*[,;،]\s*", found[0])
    clean = [tag.strip() for tag in found]
    machine = [tag for tag in clean if _MACHINE.match(tag)]
    said = letters(source.meta("og:title") or source.tree.findtext(".//title") or "")
    kept = (tag for tag in clean if len(machine) < 2 or tag not in machine)
    return tuple(dict.fromkeys(t for t in kept if 1 < len(t) < 60 and letters(t) != said))[:30]


_MACHINE = re.compile(
    r"[A-Za-z]\w{1,12}(?: \w{1,12})?: ?\S"
)  # "Page Type: Article", for statistics


def described(source: Source) -> str:
    """The description that the page gives of itself; empty if there is none."""
    said = source.meta("og:description", "description", "twitter:description")
    return said or next(iter(texts(source.article.get("description"))), "")


_NAME = 30  # letters of a name or a place that may stand before the beginning
_SURE = 110  # letters
_SUMMARY = 40  # characters; what is shorter is a name and a place
_OPENING = 30  # characters of the article that are found in no summary


def lead(source: Source, blocks: list[str]) -> str | None:
    """The standfirst: the description, unless it is the article's beginning or the site's own slogan."""
    said = _before_text(described(source), blocks)
    start = letters(said.rstrip(" .…[]&").removesuffix("..."))
    if len(said.split()) < 4 or any(letters(block).startswith(start) for block in blocks[:3]):
        return None
    body = letters(" ".join(blocks[:4]))
    if body.startswith(start[:120]) or (len(start) > _SURE and start[_NAME:_SURE] in body):
        return None
    titles = (source.meta("og:title") or "", source.tree.findtext(".//title") or "")
    if any(letters(text).startswith(start) for text in titles):
        return None
    slogans = [t for node in source.linked.of_types(_SITES) for t in texts(node.get("description"))]
    return None if start in {letters(text) for text in slogans} else said


def _before_text(said: str, blocks: list[str]) -> str:
    """What a description says before it goes on with the article's own beginning."""
    opening = blocks[0][:_OPENING] if blocks else ""
    place = said.find(opening) if len(opening) == _OPENING else -1
    if place <= 0:
        return said
    return said[:place].strip() if place > _SUMMARY else ""


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


def canonical(source: Source) -> str:
    """The address that the page calls its own, if that is an address of the same site and no front page."""
    links = [
        a.get("href")
        for a in source.tree.iter("link")
        if "canonical" in (a.get("rel") or "").lower().split()
    ]
    for said in [*links, source.meta("og:url")]:
        if said and (url := _sane(said.strip(), source)):
            return without_tracking(_as_served(url, source.url))
    return without_tracking(source.url)


def _as_served(url: str, own: str) -> str:
    """With https, where the same address was fetched so: many pages name themselves as they were before."""
    secure = f"https{url[4:]}" if url.startswith("http://") else url
    return secure if urlsplit(secure)[:2] == urlsplit(own)[:2] else url


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


_LIVE = finder(
    "//*[contains(@class,'live-blog') or contains(@class,'liveblog') or contains(@class,'live-update') or contains(@class,'live-post') or contains(@class,'live-entry')]"
)
_CLOCK = re.compile(r"\W*([01]?\d|2[0-3])\s?(?:[:hH.]\s?([0-5]\d)|[hH])\b")
_ENTRIES = 5  # that begin with a time of day; fewer are a chronology
_ENTRY = 120  # characters of text under a time of day; a timetable has less


def article_type(source: Source, blocks: list[str]) -> ArticleType:
    """A live blog where JSON-LD says so, or where entries stand under times of day."""
    if source.linked.of_types(frozenset({"liveblogposting"})):
        return "LiveBlogPosting"
    timed = [
        len(text) >= _ENTRY
        for head, text in pairwise(blocks)
        if len(head) < _ENTRY and _CLOCK.match(head)
    ]
    if (
        _counts_back(blocks)
        or sum(timed) >= _ENTRIES
        or (len(timed) > 1 and len(_LIVE(source.tree)) >= _ENTRIES)
    ):
        return "LiveBlogPosting"
    return "NewsArticle"


def _counts_back(blocks: list[str]) -> bool:
    """Whether paragraphs open with times of day of which nearly each is earlier than the one above; a chronology tells them forwards."""
    opened = [found for text in blocks if len(text) >= _ENTRY and (found := _CLOCK.match(text))]
    minutes = [60 * int(found[1]) + int(found[2] or 0) for found in opened]
    later = sum(one <= other for one, other in pairwise(minutes))
    return len(minutes) >= _ENTRIES and later <= 1


def absolute(source: Source, url: str) -> str | None:
    """An http(s) URL made absolute, or None."""
    try:
        whole = urljoin(source.base, url.strip())
        return safe_url_string(whole) if urlsplit(whole).scheme in ("http", "https") else None
    except ValueError:
        return None
