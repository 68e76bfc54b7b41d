"""Drupal with its stock theme: addresses, headers, and the date format that it keeps in every language."""

from demo.calendars import drupal_moment
from demo.fields import Fields, body_html, slugify
from demo.outlet import Post
from demo.site import Theme

STYLESHEET = "/sites/default/files/css/css_lake.css"
MOVED_FROM = "/node/418"
GONE = "/news/2025/correction-withdrawn-report"
SOFT_404 = "/news/2025/year-review"
HEADERS = (
    (b"server", b"Apache"),
    (b"X-Drupal-Dynamic-Cache", b"MISS"),
    (b"X-Generator", b"Drupal 10 (https://www.drupal.org)"),
    (b"Cache-Control", b"must-revalidate, no-cache, private"),
    (b"X-Content-Type-Options", b"nosniff"),
    (b"x-content-type-options", b"nosniff"),
    (b"CONTENT-language", b"en"),
)


def section_path(section: str) -> str:
    """A section's listing."""
    return f"/section/{slugify(section)}"


def tag_path(tag: str) -> str:
    """A taxonomy term's listing."""
    return f"/taxonomy/term/{slugify(tag)}"


def author_path(author: str) -> str:
    """An author's listing."""
    return f"/user/{slugify(author)}"


def page_path(listing: str, number: int) -> str:
    """A pager's further page; the first is 0."""
    return f"{listing}?page={number - 1}"


def theme_fields(post: Post) -> Fields:
    """What only this theme's templates ask for."""
    return {
        "drupal_date": drupal_moment(post.published),
        "language": post.story.language,
        "body": body_html(post.story.blocks),
        "wall": "",
    }


THEME = Theme(
    folder="drupal",
    posts_a_page=10,
    section_path=section_path,
    tag_path=tag_path,
    author_path=author_path,
    page_path=page_path,
    post_fields=theme_fields,
    headers=HEADERS,
    extra_links=(
        (MOVED_FROM, "From the archive"),
        (GONE, "Withdrawn report"),
        (SOFT_404, "The year in review"),
        ("/gallery/week-in-pictures", "The week in pictures"),
        ("/members/briefing", "Members’ briefing"),
    ),
)
