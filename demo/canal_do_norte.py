"""Canal do Norte: Portuguese, SPIP, with only a news sitemap, a Latin-1 page and a cookie wall."""

from dataclasses import replace

from demo import feeds, spip
from demo.answers import delivered, document, files, moved, once, robots
from demo.outlet import Answer, Masthead, Outlet, Pages, Post
from demo.site import Site, paragraph
from demo.story import stories
from demo.template import fill, fill_each

FIRST_NUMBER = 347
LATIN_1_PAGE, BEHIND_COOKIES, MOVED = 3, 1, 6
LATIN_1 = "iso-8859-1"


def canal_do_norte(masthead: Masthead) -> Outlet:
    """The whole site."""
    posts = _posts(masthead)
    site = Site(masthead, spip.THEME, posts)
    latin_1_site = Site(masthead, replace(spip.THEME, encoding=LATIN_1), posts)
    pages: Pages = files(masthead, spip.STYLESHEET, posts)
    pages |= once(site.listings())
    pages |= once(_odd_pages(site))
    pages |= once(_indexes(site))
    for turn, post in enumerate(posts):
        own = latin_1_site if turn == LATIN_1_PAGE else site
        template = "article_wall" if turn == BEHIND_COOKIES else "article"
        pages[post.path] = (delivered(own.answer(own.article(post, template)), turn + 2),)
        pages[f"/spip.php?page=imprimir&id_article={post.number}"] = pages[post.path]
    pages[spip.MOVED_FROM] = (moved(posts[MOVED].url),)
    truth = tuple(
        post.truth(encoding=LATIN_1 if turn == LATIN_1_PAGE else "utf-8")
        for turn, post in enumerate(posts)
    )
    return Outlet(masthead=masthead, pages=pages, truth=truth)


def _posts(masthead: Masthead) -> tuple[Post, ...]:
    return tuple(
        Post(
            masthead=masthead,
            story=story,
            number=FIRST_NUMBER - 4 * age,
            path=f"/spip.php?article{FIRST_NUMBER - 4 * age}",
            picture=f"/IMG/png/{story.slug}.png",
        )
        for age, story in enumerate(stories("pt"))
    )


def _odd_pages(site: Site) -> dict[str, Answer]:
    words = site.words("pt")
    not_found = site.page(words["not_found_title"], paragraph(words["not_found_text"]))
    gallery = fill_each("parts/gallery_item.html", map(site.post_fields, site.posts[:6]))
    return {
        "/spip.php?page=sobre": site.page(words["about"], paragraph(words["about_text"])),
        "/spip.php?page=galeria": site.page(words["gallery_title"], gallery),
        "/spip.php?page=login": site.page(words["login_title"], fill("parts/login.html", words)),
        "/spip.php?page=plan": site.listing("Mapa do sítio", site.posts),
        "/spip.php?page=recherche&recherche=paz": site.listing(
            f"{words['search_results']}: paz", site.posts[:5]
        ),
        spip.SOFT_404: not_found,
        spip.GONE: replace(not_found, status=404),
    }


def _indexes(site: Site) -> dict[str, Answer]:
    sitemap = feeds.news_sitemap(site.masthead, site.posts)
    changed = site.posts[0].modified
    return {
        "/sitemap_news.xml": document(sitemap, "text/xml; charset=utf-8", changed=changed),
        "/robots.txt": robots(
            "User-agent: *",
            "Disallow: /ecrire/",
            "Disallow: /spip.php?page=imprimir",
        ),
    }
