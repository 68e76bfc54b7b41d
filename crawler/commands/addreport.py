"""What ``djeli sites add`` tells of a site: its sources, its articles, and what is missing; plain lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.article import Article
from crawler.phrases import is_furniture
from crawler.pool import Failed
from spiders.answers import Got, fault_of
from spiders.probe import USUAL, Seen
from spiders.sources import Source, Wanted

if TYPE_CHECKING:
    from crawler.commands.probing import Page
    from spiders.naming import Found
    from spiders.prober import Look

_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_SHOWN = 70  # characters of a line that is left


def report(look: Look, pages: Sequence[Page], found: Found) -> str:
    """All of it."""
    lines = [
        *_sources(look),
        "",
        *_articles(pages),
        "site file:",
        *(f"  {line}" for line in found.lines),
        *_missing(look.seen, pages, found),
    ]
    return "\n".join(lines) + "\n"


def _sources(look: Look) -> Iterator[str]:
    seen = look.seen
    yield f"{seen.url}"
    robots = fault_of(seen.robots)
    yield f"  robots.txt: {robots.words if robots else 'read'}"
    guessed = [source for source in seen.sources if _is_idle_guess(source)]
    for source in seen.all_sources:
        if source in guessed:
            continue
        mark = "->" if source is look.best else "  "
        yield f"{mark} {source.wanted.kind}: {source.wanted.root or source.wanted.url} ({source.wanted.how})"
        yield f"     {described(source)}"
    if guessed:
        places = ", ".join(_place(source.wanted) for source in guessed)
        yield f"   nothing at the usual places: {places}"
    if look.best:
        yield f"chosen: {look.best.wanted.kind}, {_reason(look.best, seen)}"


def _is_idle_guess(source: Source) -> bool:
    fault = source.fault
    return source.wanted.how == USUAL and bool(fault and fault.name in ("gone", "html", "empty"))


def _place(wanted: Wanted) -> str:
    parts = urlsplit(wanted.root or wanted.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def described(source: Source) -> str:
    """What a source is good for."""
    words = [source.fault.words] if source.fault else []
    if source.links:
        words.append(f"{len(source.links)} articles, {len(source.dated)} with a date")
    elif source.sitemaps:
        words.append(f"{len(source.sitemaps)} sitemaps")
    if source.newest:
        words.append(f"the newest of {source.newest:%Y-%m-%d %H:%M} UTC")
    if source.moved:
        words.append(f"moved for good to {source.moved}")
    return ", ".join(words) or "nothing in it"


def _reason(best: Source, seen: Seen) -> str:
    if len([source for source in seen.all_sources if source.works]) == 1:
        return "nothing else works"
    if not best.dated:
        return "no source has dates"
    return "it is as new as any and has dates"


def _articles(pages: Iterable[Page]) -> Iterator[str]:
    found = list(pages)
    recurring = recurring_in([p.outcome for p in found if isinstance(p.outcome, Article)])
    for number, page in enumerate(found, 1):
        yield f"{number} {page.answer.asked}"
        if isinstance(page.outcome, Article):
            yield from (f"    {line}" for line in _article(page.outcome, recurring))
        else:
            yield f"    no article: {why_none(page)}"
    yield ""


def why_none(page: Page) -> str:
    """Why a page that was asked for gave no article."""
    if page.outcome is None:
        fault = fault_of(page.answer)
        status = f"status {page.answer.status}" if isinstance(page.answer, Got) else ""
        return fault.words if fault else status
    if isinstance(page.outcome, Failed):
        return page.outcome.reason
    assert not isinstance(page.outcome, Article)
    return f"{page.outcome.reason} ({page.outcome.kind})"


def _article(article: Article, recurring: frozenset[str]) -> Iterator[str]:
    yield article.title
    yield f"date: {dated(article)}"
    sure = f" ({article.language_source}, {article.language_confidence or 'unsure'})"
    yield f"language: {article.language + sure if article.language else 'unknown'}"
    authors = ", ".join(article.authors) or article.byline_kind or "none"
    yield f"text: {len(article.text)} characters, {article.word_count} words; authors: {authors}"
    if article.access and article.access != "free":
        yield f"access: {article.access}"
    for line in left_in(article, recurring):
        yield f"left in the text: {line[:_SHOWN]!r}"
    for warning in article.warnings:
        yield f"warning: {warning}"


def dated(article: Article) -> str:
    """When the article appeared, and whether the moment has a zone."""
    if not article.published_at:
        return "none"
    if article.published_precision in ("day", "month"):
        return f"{article.published_at} (no hour, {article.published_source})"
    zone = "with zone" if _ZONE.search(article.published_at) else "without zone"
    return f"{article.published_at} ({zone}, {article.published_source})"


def recurring_in(articles: Sequence[Article]) -> frozenset[str]:
    """Lines that several of the texts have: furniture that was taken for text."""
    counts = Counter(line for a in articles for line in dict.fromkeys(a.text.split("\n\n")))
    return frozenset(line for line, times in counts.items() if times > 1)


def left_in(article: Article, recurring: frozenset[str]) -> list[str]:
    """The lines of a text that are not the article's, as far as their words or their number show."""
    lines = dict.fromkeys(article.text.split("\n\n"))
    return [line for line in lines if line in recurring or is_furniture(line)]


def _missing(seen: Seen, pages: Sequence[Page], found: Found) -> Iterator[str]:
    articles = [page.outcome for page in pages if isinstance(page.outcome, Article)]
    for lack in found.lacks:
        yield f"missing: {lack}"
    if undated := [article for article in articles if not article.published_at]:
        yield (
            f"missing: the date of {len(undated)} of {len(articles)} articles"
            " (their source's date is kept in no article; see date_trap in docs/sites.md)"
        )
    recurring = recurring_in(articles)
    if any(left_in(article, recurring) for article in articles):
        yield "to do: name what is left in the text under `remove` (CSS) in the site file"
    working = [source for source in seen.sources if source.works]
    if not found.lacks and not working:
        yield "to do: only its front page tells of articles; a feed or `listing` would lose fewer"
    guesses = [line.key for line in found.lines if line.note and line.note.startswith("a guess")]
    if guesses:
        yield f"to do: look at what is a guess: {', '.join(guesses)}"
