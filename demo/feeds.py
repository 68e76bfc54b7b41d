"""Feeds and sitemaps of posts, sound ones and one as broken as in real life."""

from collections.abc import Iterable, Sequence
from email.utils import format_datetime

from demo.fields import Fields, body_html, masthead_fields, post_fields
from demo.outlet import Masthead, Post
from demo.template import Html, fill, fill_each


def rss(masthead: Masthead, posts: Sequence[Post]) -> Html:
    """WordPress's RSS 2.0 with the whole text in content:encoded."""
    site = masthead_fields(masthead, masthead.languages[0])
    items = fill_each("feeds/rss_item.xml", map(_rss_fields, posts), site)
    built = {"built": format_datetime(posts[0].published), "items": items}
    return fill("feeds/rss.xml", built, site)


def broken_rss(masthead: Masthead, posts: Sequence[Post]) -> Html:
    """RSS behind a blank line and a PHP warning, with bare ampersands and an undeclared entity."""
    site = masthead_fields(masthead, masthead.languages[0])
    items = fill_each("feeds/broken_rss_item.xml", map(_rss_fields, posts), site)
    return fill("feeds/broken_rss.xml", {"items": items}, site)


def atom(masthead: Masthead, posts: Sequence[Post]) -> Html:
    """Atom 1.0 with addresses relative to its xml:base."""
    site = masthead_fields(masthead, masthead.languages[0])
    entries = fill_each("feeds/atom_entry.xml", map(_atom_fields, posts))
    updated = max(post.modified for post in posts).isoformat()
    return fill("feeds/atom.xml", {"updated": updated, "entries": entries}, site)


def sitemap(masthead: Masthead, rows: Iterable[tuple[str, str]]) -> Html:
    """A sitemap of (address, last change)."""
    fields = ({"loc": loc, "lastmod": lastmod} for loc, lastmod in rows)
    urls = fill_each("feeds/sitemap_url.xml", fields)
    return fill("feeds/sitemap.xml", {"urls": urls, "base": masthead.url("")})


def sitemap_index(locations: Iterable[str]) -> Html:
    """A sitemap of sitemaps."""
    maps = fill_each("feeds/sitemap_map.xml", ({"loc": loc} for loc in locations))
    return fill("feeds/sitemap_index.xml", {"maps": maps})


def news_sitemap(masthead: Masthead, posts: Sequence[Post]) -> Html:
    """A sitemap with the news extension's publication dates and titles."""
    site = masthead_fields(masthead, masthead.languages[0])
    urls = fill_each("feeds/news_sitemap_url.xml", map(post_fields, posts), site)
    return fill("feeds/news_sitemap.xml", {"urls": urls})


def post_rows(posts: Iterable[Post]) -> list[tuple[str, str]]:
    """A sitemap's rows for posts."""
    return [(post.url, post.modified.isoformat()) for post in posts]


def _rss_fields(post: Post) -> Fields:
    return {
        **post_fields(post),
        "rfc822": format_datetime(post.published),
        "content": body_html(post.story.blocks),
        "bare_url": Html(post.url),
    }


def _atom_fields(post: Post) -> Fields:
    return {**post_fields(post), "entry_language": post.story.language}
