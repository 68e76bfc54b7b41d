"""Pages made by hand years ago: tables, PHP addresses with bare parameters, dates in Arabic words."""

from demo.calendars import arabic_moment
from demo.fields import Fields, block_html, number_among
from demo.outlet import Post
from demo.site import Theme
from demo.story import Block, stories
from demo.template import Html, joined

STYLESHEET = "/style/main.css"
META = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
GONE = "/article.php?id=17&sec=1"
SOFT_404 = "/article.php?id=99999&sec=1"
HEADERS = (
    (b"Server", b"Apache/2.2.15 (CentOS)"),
    (b"X-Powered-By", b"PHP/5.3.3"),
    (b"set-cookie", b"PHPSESSID=0123456789abcdef; path=/"),
    (b"Set-Cookie", b"lang=ar; path=/"),
)


def section_path(section: str) -> str:
    """A section's listing."""
    return f"/section.php?sid={section_number(section)}"


def section_number(section: str) -> int:
    """A section's number in addresses."""
    return number_among((story.section for story in stories("ar")), section)


def tag_path(tag: str) -> str:
    """The search that stands for a tag's listing."""
    tags = (tag for story in stories("ar") for tag in story.tags)
    return f"/search.php?tag={number_among(tags, tag)}"


def author_path(author: str) -> str:
    """The search that stands for an author's listing."""
    authors = (story.author or "" for story in stories("ar"))
    return f"/search.php?writer={number_among(authors, author)}"


def page_path(listing: str, number: int) -> str:
    """A listing's further page."""
    return f"{listing}{'&' if '?' in listing else 'index.php?'}page={number}"


def theme_fields(post: Post) -> Fields:
    """What only this theme's templates ask for."""
    return {
        "arabic_date": arabic_moment(post.published),
        "arabic_updated": arabic_moment(post.modified),
        "body_br": _body_with_breaks(post),
    }


def _body_with_breaks(post: Post) -> Html:
    return joined(map(_with_breaks, post.story.blocks))


def _with_breaks(block: Block) -> Html:
    if block.kind == "list":
        return block_html(block)
    return joined([" ".join(block.lines), Html("<br><br>")], "")


THEME = Theme(
    folder="handmade",
    posts_a_page=6,
    section_path=section_path,
    tag_path=tag_path,
    author_path=author_path,
    page_path=page_path,
    post_fields=theme_fields,
    headers=HEADERS,
    relative_links=True,
    extra_links=(
        (GONE, "تصحيح"),
        (SOFT_404, "حصاد العام"),
        ("/members.php", "منطقة الأعضاء"),
    ),
)
