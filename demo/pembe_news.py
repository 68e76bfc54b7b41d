"""Pembe News: Swahili, Somali and Amharic, with neither feed nor sitemap: only its front page and paging."""

from dataclasses import replace

from demo import pembe
from demo.answers import delivered, files, once, robots
from demo.outlet import Answer, Masthead, Outlet, Pages, Post
from demo.site import Site, paragraph
from demo.story import newest_first, stories
from demo.template import fill, fill_each

FIRST_NUMBER = 78


def pembe_news(masthead: Masthead) -> Outlet:
    """The whole site."""
    posts = _posts(masthead)
    site = Site(masthead, pembe.THEME, posts)
    pages: Pages = files(masthead, pembe.STYLESHEET, posts)
    pages |= once(site.listings())
    pages |= once(_odd_pages(site))
    for turn, post in enumerate(posts):
        pages[post.path] = (delivered(site.answer(site.article(post)), turn + 1),)
    return Outlet(masthead=masthead, pages=pages, truth=tuple(post.truth() for post in posts))


def _posts(masthead: Masthead) -> tuple[Post, ...]:
    written = [story for language in pembe.LANGUAGES for story in stories(language)]
    return tuple(
        Post(
            masthead=masthead,
            story=story,
            number=FIRST_NUMBER - age,
            path=f"/{pembe.ROOMS[story.language]}/{masthead.local(story.published):%Y/%m}/"
            f"{story.slug}",
            picture=f"/picha/{story.slug}.png",
        )
        for age, story in enumerate(newest_first(tuple(written)))
    )


def _odd_pages(site: Site) -> dict[str, Answer]:
    words = site.words("sw")
    not_found = site.page(words["not_found_title"], paragraph(words["not_found_text"]))
    gallery = fill_each("parts/gallery_item.html", map(site.post_fields, site.posts[:6]))
    return {
        "/robots.txt": robots("User-agent: *", "Disallow: /binafsi/", "Disallow: /usimamizi/"),
        "/kuhusu": site.page(words["about"], paragraph(words["about_text"])),
        "/waandishi": site.page(words["contact"], paragraph(words["author_note"])),
        "/picha": site.page(words["gallery_title"], gallery),
        "/ingia": site.page(words["login_title"], fill("parts/login.html", words)),
        pembe.DRAFT: site.page("Rasimu", paragraph("Ukurasa huu ni wa wahariri peke yao.")),
        pembe.SOFT_404: not_found,
        pembe.GONE: replace(not_found, status=404),
    }
