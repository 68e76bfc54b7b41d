"""Lake Chad Monitor: English and Hausa, Drupal, with Atom and one report behind a subscriber wall."""

from dataclasses import replace

from demo import drupal, feeds
from demo.answers import delivered, document, files, moved, once, robots
from demo.fields import body_html
from demo.outlet import Answer, Masthead, Outlet, Pages, Post, TrueArticle
from demo.site import Site, paragraph
from demo.story import newest_first, stories, texts
from demo.template import Html, fill, fill_each

FIRST_NUMBER = 2290
BEFORE_THE_WALL = 2
PAYWALLED, MOVED = 4, 9


def lake_chad_monitor(masthead: Masthead) -> Outlet:
    """The whole site."""
    posts = _posts(masthead)
    site = Site(masthead, drupal.THEME, posts)
    pages: Pages = files(masthead, drupal.STYLESHEET, posts)
    pages |= once(site.listings())
    pages |= once(_odd_pages(site))
    pages |= once(_indexes(site))
    pages |= once({f"/node/{post.number}": moved(post.path) for post in posts})
    for turn, post in enumerate(posts):
        markup = _walled(site, post) if turn == PAYWALLED else site.article(post)
        pages[post.path] = (delivered(site.answer(markup), turn),)
    pages[drupal.MOVED_FROM] = (moved(posts[MOVED].path),)
    return Outlet(
        masthead=masthead, pages=pages, truth=tuple(map(_truth, range(len(posts)), posts))
    )


def _posts(masthead: Masthead) -> tuple[Post, ...]:
    return tuple(
        Post(
            masthead=masthead,
            story=story,
            number=FIRST_NUMBER - 3 * age,
            path=f"{'/ha/labarai' if story.language == 'ha' else '/news'}/"
            f"{masthead.local(story.published):%Y}/{story.slug}",
            picture=f"/sites/default/files/styles/large/public/{story.slug}.png",
        )
        for age, story in enumerate(newest_first(stories("en") + stories("ha")))
    )


def _truth(turn: int, post: Post) -> TrueArticle:
    whole = post.truth()
    if turn != PAYWALLED:
        return whole
    shown = texts(post.story.blocks[:BEFORE_THE_WALL])
    return replace(whole, paragraphs=shown, access="paywalled")


def _walled(site: Site, post: Post) -> Html:
    words = site.words(post.story.language)
    wall = {
        "body": body_html(post.story.blocks[:BEFORE_THE_WALL]),
        "wall": site.theme.fill("wall", words),
    }
    theme = replace(site.theme, post_fields=lambda other: {**site.theme.post_fields(other), **wall})
    return Site(site.masthead, theme, site.posts).article(post)


def _odd_pages(site: Site) -> dict[str, Answer]:
    words = site.words("en")
    not_found = site.page(words["not_found_title"], paragraph(words["not_found_text"]))
    login = site.page(words["login_title"], fill("parts/login.html", words))
    gallery = fill_each("parts/gallery_item.html", map(site.post_fields, site.posts[:6]))
    return {
        "/about": site.page(words["about"], paragraph(words["about_text"])),
        "/contact": site.page(words["contact"], paragraph("desk@lake-chad-monitor.example")),
        "/gallery/week-in-pictures": site.page(words["gallery_title"], gallery),
        "/search/node": site.listing(words["search_results"], site.posts[:5]),
        "/user/login": login,
        "/user/register": login,
        "/members/briefing": login,
        drupal.SOFT_404: not_found,
        drupal.GONE: replace(not_found, status=404),
    }


def _indexes(site: Site) -> dict[str, Answer]:
    feed = feeds.atom(site.masthead, site.posts)
    changed = max(post.modified for post in site.posts)
    return {
        "/atom.xml": document(feed, "application/atom+xml; charset=utf-8", changed=changed),
        "/robots.txt": robots(
            "User-agent: *",
            "Crawl-delay: 0.05",
            "Disallow: /core/",
            "Disallow: /admin/",
            "Disallow: /node/add/",
        ),
    }
