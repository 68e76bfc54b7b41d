"""Nile Dispatch: Arabic, hand-made, with a broken feed and pages whose encoding is not what they say."""

from dataclasses import replace

from demo import feeds, handmade
from demo.answers import delivered, document, files, once, robots, undeclared
from demo.outlet import Answer, Header, Masthead, Outlet, Pages, Post, TrueArticle
from demo.site import Site, paragraph
from demo.story import stories
from demo.template import Html, fill, fill_each

FIRST_NUMBER = 431
# By age: a page in windows-1256 that nothing declares; one in UTF-8 that the header calls Latin-1.
UNDECLARED, MISDECLARED = 2, 4
WINDOWS = "windows-1256"
# Older pages than these are laid out in tables, with line breaks for paragraphs.
BREAKS_FROM = 9
LATIN_1: Header = (b"Content-Type", b"text/html; charset=ISO-8859-1")
NOTHING_DECLARED: Header = (b"Content-Type", b"text/html")


def nile_dispatch(masthead: Masthead) -> Outlet:
    """The whole site."""
    posts = _posts(masthead)
    site = Site(masthead, handmade.THEME, posts)
    pages: Pages = files(masthead, handmade.STYLESHEET, posts)
    pages |= once(site.listings())
    pages["/index.php"] = pages["/"]
    pages |= once(_odd_pages(site))
    pages |= once(_indexes(site))
    for turn, post in enumerate(posts):
        pages[post.path] = (delivered(_article(site, post, turn), turn + 5),)
    truth = tuple(_truth(post, turn) for turn, post in enumerate(posts))
    return Outlet(masthead=masthead, pages=pages, truth=truth)


def _truth(post: Post, turn: int) -> TrueArticle:
    whole = post.truth(encoding=WINDOWS if turn == UNDECLARED else "utf-8")
    if turn < BREAKS_FROM or whole.lead is None:
        return whole
    # Nothing but bold type sets the old layout's standfirst apart: it is the first paragraph.
    return replace(whole, lead=None, paragraphs=(whole.lead, *whole.paragraphs))


def _posts(masthead: Masthead) -> tuple[Post, ...]:
    numbered = ((FIRST_NUMBER - 2 * age, story) for age, story in enumerate(stories("ar")))
    return tuple(
        Post(
            masthead=masthead,
            story=story,
            number=number,
            path=f"/article.php?id={number}&sec={handmade.section_number(story.section)}",
            picture=f"/images/news/{number}.png",
        )
        for number, story in numbered
    )


def _article(site: Site, post: Post, turn: int) -> Answer:
    if turn >= BREAKS_FROM:
        old = Site(site.masthead, replace(site.theme, shell="shell_old"), site.posts)
        return site.answer(old.article(post, "article_old"))
    markup = site.article(post)
    headers = site.theme.headers
    if turn == UNDECLARED:
        bare = markup.replace(handmade.META, "")
        return undeclared(bare, headers=(*headers, NOTHING_DECLARED), encoding=WINDOWS)
    if turn == MISDECLARED:
        return undeclared(markup, headers=(*headers, LATIN_1))
    return site.answer(markup)


def _odd_pages(site: Site) -> dict[str, Answer]:
    words = site.words("ar")
    not_found = site.page(words["not_found_title"], paragraph(words["not_found_text"]))
    gallery = fill_each("parts/gallery_item.html", map(site.post_fields, site.posts[:6]))
    return {
        "/about.php": site.page(words["about"], paragraph(words["about_text"])),
        "/gallery.php": site.page(words["gallery_title"], gallery),
        "/members.php": site.page(words["login_title"], fill("parts/login.html", words)),
        "/search.php": site.listing(words["search_results"], site.posts[:5]),
        "/news.php": site.listing(words["latest"], site.posts[:3]),
        handmade.SOFT_404: not_found,
        handmade.GONE: replace(not_found, status=404),
    }


def _indexes(site: Site) -> dict[str, Answer]:
    feed: Html = feeds.broken_rss(site.masthead, site.posts)
    return {
        "/rss.php": document(feed, "text/html; charset=UTF-8", changed=site.posts[0].modified),
        "/robots.txt": robots("User-agent: *", "Disallow: /admin/", "Disallow: /comment.php"),
    }
