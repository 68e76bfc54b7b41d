"""What a template can say of a post: its fields, its body as markup, its readers' comments."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from demo.calendars import in_words
from demo.outlet import Masthead, Post
from demo.phrases import phrases
from demo.story import Block, Comment, Story, comments
from demo.template import Html, escaped, fill_each, joined

Fields = Mapping[str, str]

TAGS = {"paragraph": "p", "heading": "h2"}
INLINE_LINK_AFTER = 2
COMMENTS_A_PAGE = 3


def masthead_fields(masthead: Masthead, language: str) -> Fields:
    """The site's own words, furniture included, in one of its languages."""
    own = {
        "site_id": masthead.id,
        "site": masthead.name,
        "motto": masthead.motto,
        "base": masthead.url(""),
        "language": language,
    }
    return {**phrases(language), **own}


def post_fields(post: Post) -> Fields:
    """A post's facts as text for templates."""
    story = post.story
    return {
        "title": story.title,
        "lead": story.lead or "",
        "summary": story.summary,
        "author": story.author or "",
        "section": story.section,
        "slug": story.slug,
        "place": story.place,
        "url": post.url,
        "path": post.path,
        "relative": post.path.removeprefix("/"),
        "number": str(post.number),
        "picture": post.picture,
        "picture_relative": post.picture.removeprefix("/"),
        "picture_url": post.masthead.url(post.picture),
        "caption": story.caption,
        "credit": story.credit,
        "date": in_words(post.published, story.language),
        "time": f"{post.published:%H:%M}",
        "iso": post.published.isoformat(),
        "modified_iso": post.modified.isoformat(),
    }


def body_html(blocks: Sequence[Block]) -> Html:
    """A story's blocks as an editor writes them."""
    return joined(block_html(block) for block in blocks)


def block_html(block: Block) -> Html:
    """One block as an editor writes it."""
    if block.kind == "list":
        return Html(f"<ul>\n{joined(_element('li', line) for line in block.lines)}\n</ul>")
    text = " ".join(block.lines)
    if block.kind == "quote":
        return Html(f"<blockquote>{_element('p', text)}</blockquote>")
    return _element(TAGS[block.kind], text)


def body_halves(story: Story) -> Fields:
    """The body in two parts, between which sites put a link to another story."""
    return {
        "body_start": body_html(story.blocks[:INLINE_LINK_AFTER]),
        "body_rest": body_html(story.blocks[INLINE_LINK_AFTER:]),
    }


def comments_html(post: Post, template: str) -> Html:
    """Some of the readers' comments in the story's language, each filled into a template."""
    language = post.story.language
    pool = comments(language)
    first = post.number * COMMENTS_A_PAGE
    numbers = range(first, first + COMMENTS_A_PAGE)
    rows = (_comment_fields(post, number, pool[number % len(pool)]) for number in numbers)
    return fill_each(template, rows, phrases(language))


def number_among(names: Iterable[str], name: str) -> int:
    """A name's place in the alphabet of names, as numbered addresses have it."""
    return 1 + sorted(set(names)).index(name)


def _comment_fields(post: Post, number: int, comment: Comment) -> Fields:
    written = post.published + timedelta(hours=5 * (number % COMMENTS_A_PAGE) + 2)
    return {
        "comment_number": str(number),
        "comment_author": comment.author,
        "comment_text": comment.text,
        "comment_date": in_words(written, post.story.language),
        "comment_time": f"{written:%H:%M}",
        "comment_iso": written.isoformat(),
    }


def json_script(value: object) -> Html:
    """A value as JSON that is safe inside a script element."""
    return Html(json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))


def slugify(text: str) -> str:
    """A name as WordPress puts it in an address: "Société civile" is "societe-civile"."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "-")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _element(tag: str, text: str) -> Html:
    return Html(f"<{tag}>{escaped(text)}</{tag}>")
