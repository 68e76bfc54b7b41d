"""What to ask of a site next, to find where it tells of its articles: known things first, guesses last; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from spiders.answers import Answer, Got, Missed
from spiders.feeds import feed_links
from spiders.link import Link
from spiders.listing import page_links
from spiders.selected import listing_url
from spiders.shape import may_list_articles
from spiders.site import Site
from spiders.sitemaps import robots_sitemaps
from spiders.sources import SITE_FILE, Source, SourceKind, Wanted
from spiders.wordpress import Query, root_in_header

USUAL = "a usual place"
WITHIN = "in "
FEEDS = (
    "feed/",
    "rss.xml",
    "feed.xml",
    "rss",
    "?feed=rss2",
    "rss.php",
    "spip.php?page=backend",
    "atom.xml",
    "index.xml",
    "?format=feed&type=rss",
    "feeds/posts/default",
)
SITEMAPS = (
    "news-sitemap.xml",
    "sitemap-news.xml",
    "sitemap_news.xml",
    "sitemap.xml",
    "sitemap_index.xml",
    "wp-sitemap.xml",
    "sitemap.txt",
)
_OF_PAGES = re.compile(r"(?:^|[-_])pages?(?:[-_.]|\d|$)")
POSTS = 20  # of WordPress's API: enough to know the rhythm
_NAMED = 3  # feeds or sitemaps that a page names: more are those of its sections
_LEVELS = 3  # sitemaps within an index that are looked into


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a site so far; ``site`` is None for one that has no file yet."""

    url: str
    site: Site | None
    robots: Answer
    front: Source
    sources: tuple[Source, ...] = ()

    @property
    def hosts(self) -> frozenset[str]:
        """Where its articles may be."""
        return hosts_of(self.front.answer, self.url, self.site)

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """The front page, the last resort, among them."""
        return (*self.sources, self.front)

    def having(self, source: Source) -> Seen:
        """The same with one more source."""
        return replace(self, sources=(*self.sources, source))

    def works(self, kind: SourceKind) -> bool:
        """Whether a source of that kind names articles."""
        return any(source.works for source in self.sources if source.wanted.kind == kind)


def hosts_of(front: Answer, url: str, site: Site | None) -> frozenset[str]:
    """The hosts of a site: those that its file names, or those of the address and where it leads."""
    if site:
        return site.hosts
    urls = [url, *([front.url] if isinstance(front, Got) else [])]
    return frozenset(urljoin(each, "/").split("/")[2] for each in urls)


def home_of_feed(answer: Got) -> str | None:
    """The front page of the site whose feed an answer is; None for anything else."""
    links = feed_links(answer.body, answer.url)
    return urljoin(links[0].url, "/") if links else None


def next_wanted(seen: Seen) -> Wanted | None:
    """The next source to ask; None when enough is known, or nothing is left to ask."""
    asked = {source.wanted.url for source in seen.all_sources}
    return next((wanted for wanted in _worth_asking(seen) if wanted.url not in asked), None)


def _worth_asking(seen: Seen) -> Iterator[Wanted]:
    if seen.site:
        yield from of_site(seen.site)
    yield from _within(seen.sources)
    if seen.site and _is_healthy(seen):
        return
    yield from _named(seen)
    if _is_shut(seen) or (seen.site and any(source.works for source in seen.sources)):
        return
    yield from _usual(seen)


def of_site(site: Site) -> Iterator[Wanted]:
    """The sources that a site file names."""
    for url in site.feeds:
        yield Wanted(kind="feed", url=url, how=SITE_FILE)
    if site.wordpress:
        yield _posts(site.wordpress, SITE_FILE)
    for url in site.sitemaps:
        yield Wanted(kind="sitemap", url=url, how=SITE_FILE)
    for listing in site.listing:
        first = listing_url(listing, 1) or listing.url
        yield Wanted(kind="listing", url=first, how=SITE_FILE, listing=listing)


def _is_healthy(seen: Seen) -> bool:
    """Whether the file names sources and each of them works where it is."""
    own = [source for source in seen.sources if source.wanted.is_own]
    return bool(own) and all(source.works or source.sitemaps for source in own)


def _is_shut(seen: Seen) -> bool:
    """Whether guessing would be no use, or a burden."""
    answers = [seen.front.answer, *(source.answer for source in seen.sources)]
    if isinstance(seen.front.answer, Missed) and seen.front.answer.is_unreachable:
        return True
    faults = [source.fault for source in seen.all_sources if source.fault]
    is_throttled = any(fault.name == "throttled" for fault in faults)
    return is_throttled or all(isinstance(answer, Missed) for answer in answers)


def _within(sources: Sequence[Source]) -> Iterator[Wanted]:
    """Of sitemaps of sitemaps the ones that hold the newest articles, until one names some."""
    within = [source for source in sources if source.wanted.how.startswith(WITHIN)]
    if len(within) >= _LEVELS or any(source.works for source in within):
        return
    for source in sources:
        if source.sitemaps and not source.links:
            for link in newest_sitemaps(source.sitemaps):
                yield Wanted(kind="sitemap", url=link.url, how=f"{WITHIN}{source.wanted.url}")


def newest_sitemaps(sitemaps: Sequence[Link]) -> list[Link]:
    """Those that may list articles: of news first, then the last changed, then the last of a series."""
    useful = [link for link in sitemaps if may_list_articles(link.url)]

    def rank(place: int) -> tuple[bool, bool, bool, float, int]:
        link = useful[place]
        moment = link.modified.timestamp() if link.modified else 0.0
        path = link.url.rpartition("/")[2].lower()
        is_told = "post" in path or "article" in path
        return "news" in path, not _OF_PAGES.search(path), is_told, moment, place

    return [useful[place] for place in sorted(range(len(useful)), key=rank, reverse=True)][:2]


def _named(seen: Seen) -> Iterator[Wanted]:
    """What the front page and robots.txt tell of."""
    front = seen.front.answer
    if isinstance(front, Got) and front.status < 400:
        found = page_links(front.body, front.url)
        for url in found.feeds[:_NAMED]:
            yield Wanted(kind="feed", url=url, how="named by the front page")
        root = root_in_header(front.headers.get("link", ""), front.url) or found.wordpress
        if root:
            yield _posts(root, "named by the front page")
    if isinstance(seen.robots, Got) and seen.robots.status < 400:
        named = robots_sitemaps(seen.robots.body, seen.robots.url)
        links = newest_sitemaps([Link(url=url) for url in named])
        for link in links or [Link(url=url) for url in named[:_NAMED]]:
            yield Wanted(kind="sitemap", url=link.url, how="named by robots.txt")


def _usual(seen: Seen) -> Iterator[Wanted]:
    """Where feeds, the API and sitemaps mostly are, as long as none is known."""
    base = _folder(seen.front.answer.url if isinstance(seen.front.answer, Got) else seen.url)
    if not seen.works("feed"):
        for path in FEEDS:
            yield Wanted(kind="feed", url=urljoin(base, path), how=USUAL)
    if not any(source.wanted.kind == "wordpress" for source in seen.sources):
        yield _posts(urljoin(base, "wp-json/"), USUAL)
    if not any(s.works or s.sitemaps for s in seen.sources if s.wanted.kind == "sitemap"):
        for path in SITEMAPS:
            yield Wanted(kind="sitemap", url=urljoin(base, f"/{path}"), how=USUAL)


def _folder(url: str) -> str:
    """`https://x.example/hausa` is a part of its host, `/index.html` is a page."""
    last = urlsplit(url).path.rpartition("/")[2]
    return urljoin(url, f"{last}/" if last and "." not in last else ".")


def _posts(root: str, how: str) -> Wanted:
    query = Query(root=root, per_page=POSTS)
    return Wanted(kind="wordpress", url=query.url, how=how, root=root)
