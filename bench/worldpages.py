"""What an outlet of the made-up world answers at a moment: pages, feeds, sitemaps, WordPress's REST API."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.world import Outlet, Story

RETRY_AFTER = 3600  # seconds; more than a crawl waits
_SOURCES = {
    "/feed.xml": "feed",
    "/flux/rss.xml": "feed",  # where feeds move to
    "/sitemap.xml": "sitemap",
    "/sitemap-news.xml": "news",
    "/wp-json/wp/v2/posts": "posts",
    "/": "front",
}
_REFUSALS = (("blocked", 403), ("down", 503), ("throttled", 429))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent; ``names`` are the stories that it leads to, ``story`` the one that it is."""

    status: int = 200
    body: str = ""
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    names: tuple[int, ...] = ()
    story: Story | None = None
    hangs: bool = False

    def validated(self, etag: str | None) -> Reply:
        """With a validator; a 304 if the request has it already."""
        own = f'"{hashlib.sha1(self.body.encode()).hexdigest()[:16]}"'
        if etag == own:
            return Reply(status=304, headers={"ETag": own}, names=self.names, story=self.story)
        return Reply(
            body=self.body,
            kind=self.kind,
            headers={"ETag": own},
            names=self.names,
            story=self.story,
        )


def what(target: str) -> str:
    """The kind of an address: robots, the name of a source, or page."""
    path = urlsplit(target).path
    return "robots" if path == "/robots.txt" else _SOURCES.get(path, "page")


def reply(outlet: Outlet, target: str, now: datetime, etag: str | None) -> Reply:
    """The outlet's answer to a GET; ``etag`` is the request's If-None-Match."""
    for kind, status in _REFUSALS:
        if outlet.trouble and outlet.trouble.kind == kind and outlet.trouble.is_on(now):
            headers = {"Retry-After": str(RETRY_AFTER)} if status == 429 else {}
            return Reply(status=status, headers=headers)
    name = what(target)
    if name == "robots":
        rule = "Disallow: /securite/" if outlet.has("robots", now) else "Disallow:"
        return Reply(body=f"User-agent: *\n{rule}\n", kind="text/plain")
    if name == "page":
        return _page(outlet, target, now, etag)
    if name not in outlet.sources:
        return Reply(status=404)
    return _source(outlet, name, target, now, etag)


def _source(outlet: Outlet, name: str, target: str, now: datetime, etag: str | None) -> Reply:
    if name == "posts":
        return _posts(outlet, target, now)
    if name == "feed" and outlet.has("feed_error", now):
        return Reply(status=500)
    if name == "feed" and outlet.has("feed_html", now):
        return Reply(body=_html("Maintenance", "<p>Le flux revient bientôt.</p>"))
    if name == "feed" and outlet.has("feed_moved", now) and target == "/feed.xml":
        return Reply(status=301, headers={"Location": "/flux/rss.xml"})
    stories = outlet.listed(name, now)
    makers = {"feed": _feed, "sitemap": _sitemap, "news": _news, "front": _front}
    body = makers[name](outlet, stories, now)
    kind = "text/html; charset=utf-8" if name == "front" else "application/xml"
    answer = Reply(body=body, kind=kind, names=tuple(story.number for story in stories))
    return answer.validated(etag)


def _feed(outlet: Outlet, stories: list[Story], now: datetime) -> str:
    items = "".join(
        f"<item><title>{s.title}</title><link>{_link(outlet, s)}</link>"
        f"<pubDate>{format_datetime(s.published)}</pubDate></item>"
        for s in stories
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet.id}</title>{items}</channel></rss>'


def _link(outlet: Outlet, story: Story) -> str:
    """As feeds name them: some by another address, some with tracking parameters."""
    tracking = "?utm_source=rss&amp;utm_medium=feed" if outlet.number % 4 == 2 else ""
    return f"{{base}}{story.alias or story.path}{tracking}"


def _sitemap(outlet: Outlet, stories: list[Story], now: datetime) -> str:
    entries = "".join(
        f"<url><loc>{{base}}{s.path}</loc><lastmod>{_touched(s, now).isoformat()}</lastmod></url>"
        for s in stories
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def _news(outlet: Outlet, stories: list[Story], now: datetime) -> str:
    entries = "".join(
        f"<url><loc>{{base}}{s.path}</loc><n:news><n:publication_date>{s.published.isoformat()}"
        f"</n:publication_date><n:title>{s.title}</n:title></n:news></url>"
        for s in stories
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'
    )


def _front(outlet: Outlet, stories: list[Story], now: datetime) -> str:
    entries = "".join(
        f'<article><h2><a href="{s.path}">{s.title}</a></h2><p>{s.published:%d/%m/%Y}</p></article>'
        for s in stories
    )
    clock = f"<p>Il est {now:%H:%M}.</p>" if outlet.number % 5 == 3 else ""
    return _html(outlet.id, f"{_NAVIGATION}{clock}<main>{entries}</main>{_FOOT}")


def _posts(outlet: Outlet, target: str, now: datetime) -> Reply:
    """As WordPress: pages of at most a hundred, counted; an error beyond the last."""
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(target).query).items()}
    stories = outlet.public(now)
    if after := asked.get("after"):
        stories = [s for s in stories if s.published > datetime.fromisoformat(after)]
    if asked.get("order") == "asc":
        stories.reverse()
    a_page, page = min(int(asked.get("per_page", "10")), 100), int(asked.get("page", "1"))
    pages = -(-len(stories) // a_page)
    if page > max(pages, 1):
        error = {"code": "rest_post_invalid_page_number", "message": "…", "data": {"status": 400}}
        return Reply(status=400, body=json.dumps(error), kind="application/json")
    shown = stories[(page - 1) * a_page : page * a_page]
    return Reply(
        body=json.dumps([_post(story, now) for story in shown]),
        kind="application/json; charset=UTF-8",
        headers={"X-WP-Total": str(len(stories)), "X-WP-TotalPages": str(pages)},
        names=tuple(story.number for story in shown),
    )


def _post(story: Story, now: datetime) -> dict[str, Any]:
    content = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs(now))
    return {
        "id": story.number,
        "link": f"{{base}}{story.path}",
        "date_gmt": f"{story.published:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": f"{_touched(story, now):%Y-%m-%dT%H:%M:%S}",
        "title": {"rendered": story.title},
        "content": {"rendered": content, "protected": False},
    }


def _touched(story: Story, now: datetime) -> datetime:
    return story.corrected if story.corrected and now >= story.corrected else story.published


def _page(outlet: Outlet, target: str, now: datetime, etag: str | None) -> Reply:
    path = urlsplit(target).path
    if path in ("/a-propos/", "/contact/", "/rubrique/securite/"):
        return Reply(body=_html(path, f"{_NAVIGATION}<p>{outlet.id} depuis 2009.</p>"))
    story = outlet.by_path.get(path)
    if story is None or not story.is_public(now):
        return Reply(status=404, story=story)
    if story.trouble and story.trouble.is_on(now):
        kind = story.trouble.kind
        status = {"page_503": 503, "page_403": 403, "page_404": 404}.get(kind, 200)
        return Reply(status=status, story=story, hangs=kind == "page_hangs")
    answer = Reply(body=_article(outlet, story, now), story=story)
    return answer if outlet.number % 3 == 0 else answer.validated(etag)


def _article(outlet: Outlet, story: Story, now: datetime) -> str:
    """Around the text are things that change by the hour; a redesign changes all of them."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs(now))
    newest = "".join(f'<li><a href="{s.path}">{s.title}</a></li>' for s in outlet.public(now)[:5])
    shares = f"Partages : {int((now - story.published).total_seconds() // 3600)}"
    when = f'<time datetime="{story.published.isoformat()}">{story.published:%d/%m/%Y %H:%M}</time>'
    if outlet.has("redesign", now):
        body = (
            f'<div class="top">{_NAVIGATION}</div><div class="story"><h1>{story.title}</h1>'
            f'<div class="meta">{when} · {shares}</div><section class="text">{text}</section></div>'
            f'<div class="more"><h3>À lire aussi</h3><ul>{newest}</ul></div>{_FOOT}'
        )
    else:
        body = (
            f'{_NAVIGATION}<main><article><h1 class="entry-title">{story.title}</h1>'
            f'<p class="date">{when}</p><div class="entry-content">{text}</div>'
            f'<div class="share">{shares}</div></article></main>'
            f"<aside><h3>Dernières nouvelles</h3><ul>{newest}</ul></aside>{_FOOT}"
        )
    return _html(story.title, body, _head(story))


def _head(story: Story) -> str:
    moment = story.published.astimezone(UTC).isoformat()
    return (
        f'<meta property="og:type" content="article"><link rel="canonical" href="{{base}}{story.path}">'
        f'<meta property="article:published_time" content="{moment}">'
    )


def _html(title: str, body: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f"</head><body>{body}</body></html>"
    )


_NAVIGATION = (
    '<nav><a href="/">Accueil</a> <a href="/rubrique/securite/">Sécurité</a>'
    ' <a href="/a-propos/">À propos</a> <a href="/contact/">Contact</a></nav>'
)
_FOOT = "<footer><p>Imprimé nulle part, lu partout depuis 2009.</p></footer>"
