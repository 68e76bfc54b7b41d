"""SPIP with its stock templates: numbered addresses, crayon classes, and headers in odd cases."""

from demo.calendars import in_words
from demo.fields import Fields, body_html, number_among
from demo.outlet import Post
from demo.site import Theme
from demo.story import stories
from demo.template import Html

STYLESHEET = "/squelettes/css/canal.css"
MOVED_FROM = "/article88.html"
GONE = "/spip.php?article12"
SOFT_404 = "/spip.php?article99999"
HEADERS = (
    (b"Server", b"nginx/1.22.1"),
    (b"Composed-By", b"SPIP 4.2.8 @ www.spip.net + http://canal-do-norte.example/config.txt"),
    (b"X-Spip-Cache", b"3600"),
    (b"vary", b"Cookie"),
    (b"Vary", b"Accept-Encoding"),
    (b"X-Assunto", "Segurança e população".encode("latin-1")),
)
CLASSES = {
    "<h2>": '<h2 class="spip">',
    "<ul>": '<ul class="spip" role="list">',
    "<blockquote>": '<blockquote class="spip">',
}


def section_path(section: str) -> str:
    """A rubric's listing."""
    return f"/spip.php?rubrique{number_among((story.section for story in stories('pt')), section)}"


def tag_path(tag: str) -> str:
    """A keyword's listing."""
    tags = (tag for story in stories("pt") for tag in story.tags)
    return f"/spip.php?mot{number_among(tags, tag)}"


def author_path(author: str) -> str:
    """An author's listing."""
    authors = (story.author or "" for story in stories("pt"))
    return f"/spip.php?auteur{number_among(authors, author)}"


def page_path(listing: str, number: int) -> str:
    """A listing's further page, which SPIP names by the number of articles before it."""
    before = (number - 1) * THEME.posts_a_page
    return f"{listing}{'&' if '?' in listing else 'spip.php?'}debut_articles={before}"


def theme_fields(post: Post) -> Fields:
    """What only this theme's templates ask for."""
    body: str = body_html(post.story.blocks)
    for plain, classed in CLASSES.items():
        body = body.replace(plain, classed)
    return {
        "modified_date": in_words(post.modified, post.story.language),
        "body_spip": Html(body),
    }


THEME = Theme(
    folder="spip",
    posts_a_page=6,
    section_path=section_path,
    tag_path=tag_path,
    author_path=author_path,
    page_path=page_path,
    post_fields=theme_fields,
    headers=HEADERS,
    relative_links=True,
    extra_links=(
        (MOVED_FROM, "Arquivo"),
        (GONE, "Artigo retirado"),
        (SOFT_404, "Retrospetiva do ano"),
        ("/spip.php?page=login", "Área de assinantes"),
    ),
)
