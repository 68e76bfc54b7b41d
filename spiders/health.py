"""How a site is doing, from a look at it and what is known from before: what is wrong, how bad, and what mends it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from archive.article import Article
from crawler.urls import identity, plain_host
from spiders.answers import Answer, Fault, Got, Missed, wall_of
from spiders.evidence import home_of
from spiders.naming import Line, naming
from spiders.probe import WITHIN, Seen
from spiders.site import Site
from spiders.sources import Source, Wanted, best_of, is_at_home

Level = Literal["green", "amber", "red"]
LEVELS: tuple[Level, ...] = ("green", "amber", "red")

_SILENT = 5  # of the usual gaps between articles
_DEAD = 20
_LEAST_SILENCE, _LEAST_DEATH = timedelta(days=2), timedelta(days=30)
_SHORTER = 0.5  # of the text that an article had
NO_NAME = "DNS gone"
_NAMES = {
    "dns": NO_NAME,
    "tls": "TLS",
    "robots": "robots.txt forbids",
    "wall": "bot wall",
    "blocked": "shut out",
    "throttled": "throttled",
    "html": "HTML instead of a feed",
    "empty": "empty",
    "away": "articles elsewhere",
    "gone": "gone",
    "server": "server error",
    "timeout": "no answer",
    "connection": "no connection",
    "address": "private address",
    "extraction": "not extracted",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, or (green) that all is well."""

    level: Level
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """What was found of a site, and the lines of its file that mend it."""

    site: str
    findings: tuple[Finding, ...]
    fix: tuple[Line, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of the findings."""
        return max((finding.level for finding in self.findings), key=LEVELS.index)


@dataclass(frozen=True, slots=True)
class Reread:
    """A page that was asked for: its article, or why there is none; ``before`` is the golden's article."""

    answer: Answer
    article: Article | None
    why: str
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """All that a judgement is made from."""

    site: Site
    seen: Seen
    pages: Sequence[Reread]
    now: datetime


def health(checked: Checked) -> Health:
    """The judgement."""
    findings = [*_home(checked), *_sources(checked), *_layout(checked.pages), *_rhythm(checked)]
    if not findings:
        findings = [Finding("green", "well", _well(checked))]
    findings.sort(key=lambda finding: -LEVELS.index(finding.level))
    return Health(checked.site.id, tuple(findings), tuple(_fix(checked)))


def lost(site: str, why: str) -> Health:
    """Of a site of which there was no look."""
    return Health(site, (Finding("red", "not checked", why),))


def _home(checked: Checked) -> Iterator[Finding]:
    """Whether the site is where its file says."""
    front, site = checked.seen.front, checked.site
    if isinstance(front.answer, Got) and not is_at_home(front.answer.url, site.hosts):
        yield Finding("red", "site moved", f"{site.url} leads to {front.answer.url}")
    elif front.fault and isinstance(front.answer, Missed) and front.answer.is_unreachable:
        yield Finding("red", _NAMES[front.fault.name], f"{site.url}: {front.fault.words}")
    elif front.fault and not (front.fault.name == "empty" and _any_other(checked.seen, front)):
        level: Level = "amber" if _any_other(checked.seen, front) else "red"
        yield Finding(level, _name(front.fault, front.wanted), f"{site.url}: {front.fault.words}")


def _sources(checked: Checked) -> Iterator[Finding]:
    """What is wrong with the sources that the file names, or with all that could be found."""
    seen = checked.seen
    own = [source for source in seen.sources if source.wanted.is_own]
    within = [source for source in seen.sources if source.wanted.how.startswith(WITHIN)]
    is_alive = any(source.works for source in (*own, *within))
    for source in own:
        url = source.wanted.url
        if source.moved and not source.fault:
            yield Finding("amber", f"{source.wanted.kind} moved", f"{url} to {source.moved}")
        elif source.fault and not _is_the_hosts(source.fault, seen):
            level: Level = "amber" if is_alive else "red"
            yield Finding(level, _name(source.fault, source.wanted), f"{url}: {source.fault.words}")
        elif source.sitemaps and not source.works and not is_alive:
            yield Finding("red", "sitemap empty", f"{url}: no article in its newest sitemaps")
    if not own and not seen.front.fault and not any(s.works for s in seen.all_sources):
        yield Finding("red", "no source", "nothing names an article")


def _is_the_hosts(fault: Fault, seen: Seen) -> bool:
    """Whether it is the front page's trouble and was told there."""
    front = seen.front.answer
    return (
        isinstance(front, Missed)
        and front.is_unreachable
        and fault.name in ("server", front.fault.name)
    )


def _name(fault: Fault, wanted: Wanted) -> str:
    name = _NAMES[fault.name].replace("a feed", f"a {wanted.kind}")
    return f"{wanted.kind} {name}" if fault.name in ("gone", "empty") else name


def _any_other(seen: Seen, than: Source) -> bool:
    return any(source.works for source in seen.sources if source is not than)


def _layout(pages: Sequence[Reread]) -> Iterator[Finding]:
    """Whether its pages still give articles, and as much of them as before."""
    came = [page for page in pages if isinstance(page.answer, Got) and page.answer.status < 400]
    without = [page for page in came if page.article is None]
    walls = [page for page in without if isinstance(page.answer, Got) and wall_of(page.answer)]
    if walls:
        yield Finding("red", _NAMES["wall"], f"{_urls(walls)}: {walls[0].why}")
    elif came and len(without) == len(came):
        yield Finding("red", "layout changed", f"no article in {_urls(without)}: {without[0].why}")
    elif without:
        yield Finding("amber", "no text", f"{_urls(without)}: {without[0].why}")
    refused = [page for page in pages if page not in came]
    if refused and not came:
        yield Finding("red", "articles unreachable", f"{_urls(refused)}: {refused[0].why}")
    yield from _against_before([page for page in came if page.before])
    new = [page.article for page in came if page.article and not page.before]
    if len(new) > 1 and not any(article.published_at for article in new):
        yield Finding(
            "amber", "no dates", f"none of {len(new)} new articles shows when it appeared"
        )


def _against_before(pages: Iterable[Reread]) -> Iterator[Finding]:
    for page in pages:
        if page.article is None or page.before is None:
            continue
        now, before = len(page.article.text), len(page.before["text"])
        if now < _SHORTER * before:
            yield Finding(
                "red", "layout changed", f"{page.answer.asked}: {now} characters, were {before}"
            )
        if page.before["published_at"] and not page.article.published_at:
            yield Finding("amber", "layout changed", f"{page.answer.asked}: its date is lost")


def _urls(pages: Sequence[Reread]) -> str:
    more = f" and {len(pages) - 1} more" if len(pages) > 1 else ""
    return f"{pages[0].answer.asked}{more}"


def _rhythm(checked: Checked) -> Iterator[Finding]:
    best = best_of(checked.seen.all_sources)
    if checked.site.last_day and checked.site.last_day < checked.now.date():
        return  # an outlet that has ended
    if best and (found := silence(best.dated, checked.now)):
        yield found


def silence(newest_first: Sequence[datetime], now: datetime) -> Finding | None:
    """Whether nothing has appeared for much longer than there usually is nothing."""
    if not newest_first:
        return None
    quiet = now - newest_first[0]
    gaps = sorted(later - earlier for later, earlier in pairwise(newest_first))
    usual = gaps[-1 - len(gaps) // 10] if gaps else timedelta(days=7)
    if quiet <= max(_SILENT * usual, _LEAST_SILENCE):
        return None
    level: Level = "red" if quiet > max(_DEAD * usual, _LEAST_DEATH) else "amber"
    why = f"nothing since {newest_first[0]:%Y-%m-%d}, {_days(quiet)}; usually {_days(usual)}"
    return Finding(level, "silence", why)


def _days(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"


def _fix(checked: Checked) -> Iterator[Line]:
    """The lines to put into the file: where the site and its sources are now."""
    site, seen = checked.site, checked.seen
    front = seen.front.answer
    if isinstance(front, Got) and not is_at_home(front.url, site.hosts):
        yield Line("url", home_of(front, site.url))
        yield Line("former_domains", [*site.former_domains, plain_host(site.url)])
    own = [source for source in seen.sources if source.wanted.is_own]
    if all((source.works or source.sitemaps) and not source.moved for source in own):
        return
    yield from (line for line in naming(seen, checked.now.date()) if not _is_said(line, site))


def _is_said(line: Line, site: Site) -> bool:
    """Whether the file has it already."""
    if line.key == "feeds":
        return isinstance(line.value, dict) and set(line.value) == set(site.feeds)
    if line.key == "sitemaps":
        return line.value == list(site.sitemaps)
    return site.wordpress is not None


def _well(checked: Checked) -> str:
    best = best_of(checked.seen.all_sources)
    read = sum(page.article is not None for page in checked.pages)
    if best is None:
        return f"{read} articles read"
    newest = f", the newest of {best.newest:%Y-%m-%d}" if best.newest else ""
    return f"{best.wanted.kind} names {len(best.links)} articles{newest}; {read} read"


def before_by_url(articles: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    """The golden's articles by the identity of their URL."""
    return {identity(article["url"]): article for article in articles}
