"""WordPress with a magazine theme: its addresses, headers and metadata."""

from demo.fields import Fields, json_script, slugify
from demo.outlet import Post
from demo.site import Theme
from demo.template import Html

STYLESHEET = "/wp-content/themes/Newspaper/style.css"
MOVED_FROM = "/2025/actualites/ancienne-adresse.html"
GONE = "/2026/02/11/article-retire-a-la-demande-de-la-source/"
SOFT_404 = "/2025/12/24/bilan-de-l-annee/"
HEADERS = (
    (b"Server", b"nginx"),
    (b"X-Powered-By", b"PHP/8.1.27"),
    (b"Vary", b"Cookie"),
    (b"X-Devise", "L'actualité du Sahel".encode("latin-1")),
)


def section_path(section: str) -> str:
    """A category's listing."""
    return f"/category/{slugify(section)}/"


def tag_path(tag: str) -> str:
    """A tag's listing."""
    return f"/tag/{slugify(tag)}/"


def author_path(author: str) -> str:
    """An author's listing."""
    return f"/author/{slugify(author)}/"


def page_path(listing: str, number: int) -> str:
    """A listing's further page."""
    return f"{listing}page/{number}/"


def theme_fields(post: Post) -> Fields:
    """What only this theme's templates ask for."""
    return {"json_ld": _json_ld(post)}


THEME = Theme(
    folder="wordpress",
    posts_a_page=8,
    section_path=section_path,
    tag_path=tag_path,
    author_path=author_path,
    page_path=page_path,
    post_fields=theme_fields,
    headers=HEADERS,
    extra_links=(
        (MOVED_FROM, "Notre dossier de la semaine"),
        (GONE, "Article retiré à la demande de la source"),
        (SOFT_404, "2025 : le bilan de l’année"),
    ),
)


def _json_ld(post: Post) -> Html:
    organization = {
        "@type": "Organization",
        "@id": post.masthead.url("/#organization"),
        "name": post.masthead.name,
        "url": post.masthead.url(),
    }
    web_page = {"@type": "WebPage", "@id": post.url, "url": post.url, "name": post.story.title}
    graph = [_article_ld(post), web_page, _picture_ld(post), organization]
    return json_script({"@context": "https://schema.org", "@graph": graph})


def _article_ld(post: Post) -> dict[str, object]:
    story = post.story
    author = {"author": {"@type": "Person", "name": story.author}} if story.author else {}
    return {
        "@type": "NewsArticle",
        "@id": f"{post.url}#article",
        "isPartOf": {"@id": post.url},
        **author,
        "headline": story.title,
        "datePublished": post.published.isoformat(),
        "dateModified": post.modified.isoformat(),
        "mainEntityOfPage": {"@id": post.url},
        "commentCount": 3,
        "publisher": {"@id": post.masthead.url("/#organization")},
        "image": {"@id": f"{post.url}#primaryimage"},
        "thumbnailUrl": post.masthead.url(post.picture),
        "keywords": list(story.tags),
        "articleSection": [story.section],
        "inLanguage": "fr-FR",
    }


def _picture_ld(post: Post) -> dict[str, object]:
    return {
        "@type": "ImageObject",
        "@id": f"{post.url}#primaryimage",
        "url": post.masthead.url(post.picture),
        "width": 480,
        "height": 270,
        "caption": post.story.title,
    }
