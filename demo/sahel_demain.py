"""Sahel Demain: French, WordPress, with RSS, a sitemap index, and the seed article in three markups."""

import gzip
from dataclasses import replace

from demo import feeds, seed, wordpress
from demo.answers import delivered, document, files, moved, once, robots, stumbling
from demo.outlet import Answer, Masthead, Outlet, Pages, Post
from demo.site import Site, paragraph
from demo.story import stories
from demo.template import fill, fill_each

FIRST_NUMBER = 1204
IN_THE_FEED = 10
IN_THE_FIRST_SITEMAP = 12
STUMBLING, MOVED = 3, 5
XML = "application/xml; charset=UTF-8"


def sahel_demain(masthead: Masthead) -> Outlet:
    """The whole site."""
    posts, seeds = _posts(masthead), seed.posts(masthead)
    site = Site(masthead, wordpress.THEME, (*posts, *seeds))
    pages: Pages = files(masthead, wordpress.STYLESHEET, site.posts)
    pages |= once(site.listings())
    pages |= once(_odd_pages(site))
    pages |= once(_indexes(site))
    pages |= once(site.paged("/category/actualite/", "Actualité", seeds))
    pages |= once({f"/?p={post.number}": moved(post.url) for post in site.posts})
    for turn, post in enumerate(posts):
        pages[post.path] = (delivered(site.answer(site.article(post)), turn),)
    for post, template in zip(seeds, seed.TEMPLATES, strict=True):
        pages[post.path] = (delivered(site.answer(site.article(post, template)), 0),)
    troubled = posts[STUMBLING].path
    pages[troubled] = stumbling(pages[troubled][0])
    pages[wordpress.MOVED_FROM] = (moved(posts[MOVED].url),)
    return Outlet(masthead=masthead, pages=pages, truth=tuple(post.truth() for post in site.posts))


def _posts(masthead: Masthead) -> tuple[Post, ...]:
    return tuple(
        Post(
            masthead=masthead,
            story=story,
            number=FIRST_NUMBER - 7 * age,
            path=f"/{masthead.local(story.published):%Y/%m/%d}/{story.slug}/",
            picture=f"/wp-content/uploads/{story.published:%Y/%m}/{story.slug}.png",
        )
        for age, story in enumerate(stories("fr"))
    )


def _odd_pages(site: Site) -> dict[str, Answer]:
    words = site.words("fr")
    not_found = site.page(words["not_found_title"], paragraph(words["not_found_text"]))
    gallery = fill_each("parts/gallery_item.html", map(site.post_fields, site.posts[:6]))
    found = f"{words['search_results']} : mali"
    return {
        "/?s=mali": site.listing(found, site.posts[:5]),
        "/a-propos/": site.page(words["about"], paragraph(words["about_text"])),
        "/galerie/la-semaine-en-images/": site.page(words["gallery_title"], gallery),
        "/espace-abonnes/": site.page(words["login_title"], fill("parts/login.html", words)),
        "/prive/redaction/": site.page("Rédaction", paragraph("Réservé à la rédaction.")),
        wordpress.SOFT_404: not_found,
        wordpress.GONE: replace(not_found, status=404),
    }


def _indexes(site: Site) -> dict[str, Answer]:
    masthead, changed = site.masthead, site.posts[0].modified
    rows = feeds.post_rows(site.posts)
    newest = feeds.sitemap(masthead, rows[:IN_THE_FIRST_SITEMAP])
    older = feeds.sitemap(masthead, rows[IN_THE_FIRST_SITEMAP:])
    about = feeds.sitemap(masthead, [(masthead.url("/a-propos/"), changed.isoformat())])
    children = {
        "/wp-sitemap-posts-post-1.xml": replace(
            document(newest, XML, changed=changed), coding="gzip"
        ),
        "/wp-sitemap-posts-post-2.xml.gz": document(
            gzip.compress(older.encode(), mtime=0), "application/x-gzip"
        ),
        "/wp-sitemap-posts-page-1.xml": document(about, XML),
    }
    index = feeds.sitemap_index(masthead.url(path) for path in children)
    feed = feeds.rss(masthead, site.posts[:IN_THE_FEED])
    rss = document(feed, "application/rss+xml; charset=UTF-8", changed=changed)
    return {
        **children,
        "/wp-sitemap.xml": document(index, XML, changed=changed),
        "/feed/": replace(rss, coding="gzip"),
        "/robots.txt": robots(
            "User-agent: *",
            "Disallow: /wp-admin/",
            "Disallow: /prive/",
            "Allow: /wp-admin/admin-ajax.php",
            "",
            f"Sitemap: {masthead.url('/wp-sitemap.xml')}",
        ),
    }
