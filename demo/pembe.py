"""A small theme with relative links and a base element, for pages in Swahili, Somali and Amharic."""

from demo.fields import Fields, number_among
from demo.outlet import Post
from demo.site import Theme
from demo.story import Story, stories

LANGUAGES = ("sw", "so", "am")
STYLESHEET = "/mtindo/pembe.css"
GONE = "/habari/2026/01/habari-iliyoondolewa"
SOFT_404 = "/habari/2025/12/mwaka-uliopita-kwa-ufupi"
# An article's address to look at, but robots.txt forbids it.
DRAFT = "/binafsi/2026/03/rasimu-ya-habari-ya-usalama"
HEADERS = (
    (b"Server", b"LiteSpeed"),
    (b"cache-control", b"public, max-age=60"),
    (b"Cache-Control", b"stale-while-revalidate=30"),
)
ROOMS = {"sw": "habari", "so": "war", "am": "zena"}


def section_path(section: str) -> str:
    """A section's listing."""
    return f"/sehemu/{number_among((story.section for story in _all_stories()), section)}"


def tag_path(tag: str) -> str:
    """A topic's listing."""
    tags = (tag for story in _all_stories() for tag in story.tags)
    return f"/mada/{number_among(tags, tag)}"


def author_path(author: str) -> str:
    """An author's listing."""
    authors = (story.author or "" for story in _all_stories())
    return f"/waandishi/{number_among(authors, author)}"


def page_path(listing: str, number: int) -> str:
    """A listing's further page."""
    return f"{listing.rstrip('/')}/ukurasa/{number}"


def theme_fields(post: Post) -> Fields:
    """What only this theme's templates ask for: nothing."""
    return {}


def _all_stories() -> list[Story]:
    return [story for language in LANGUAGES for story in stories(language)]


THEME = Theme(
    folder="pembe",
    posts_a_page=6,
    section_path=section_path,
    tag_path=tag_path,
    author_path=author_path,
    page_path=page_path,
    post_fields=theme_fields,
    headers=HEADERS,
    relative_links=True,
    extra_links=(
        (GONE, "Habari iliyoondolewa"),
        (SOFT_404, "Mwaka 2025 kwa ufupi"),
        (DRAFT, "Rasimu ya habari ya usalama wa mpakani"),
        ("/ingia", "Ingia"),
    ),
)
