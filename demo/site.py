"""A site's pages: its posts put into the templates of its theme."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from demo.answers import page
from demo.fields import Fields, body_halves, comments_html, masthead_fields, post_fields
from demo.outlet import Answer, Header, Masthead, Post
from demo.template import Html, fill, fill_each, joined

NEAR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How a publishing system lays its pages out: its templates, addresses and headers."""

    folder: str
    posts_a_page: int
    section_path: Callable[[str], str]
    tag_path: Callable[[str], str]
    author_path: Callable[[str], str]
    page_path: Callable[[str, int], str]
    post_fields: Callable[[Post], Fields]
    headers: tuple[Header, ...] = ()
    encoding: str = "utf-8"
    extra_links: tuple[tuple[str, str], ...] = ()
    relative_links: bool = False
    shell: str = "shell"

    def href(self, path: str) -> str:
        """A path as this theme writes it in links."""
        return (path.removeprefix("/") or "./") if self.relative_links else path

    def fill(self, template: str, *layers: Fields) -> Html:
        """One of this theme's templates, filled."""
        return fill(f"{self.folder}/{template}.html", *layers)

    def fill_each(self, template: str, rows: Iterable[Fields], *layers: Fields) -> Html:
        """One of this theme's templates, once for each row."""
        return fill_each(f"{self.folder}/{template}.html", rows, *layers)


@dataclass(frozen=True, slots=True)
class Site:
    """A masthead's posts in a theme."""

    masthead: Masthead
    theme: Theme
    posts: tuple[Post, ...]
    _fields: dict[str, Fields] = field(default_factory=dict)

    def article(self, post: Post, template: str = "article") -> Html:
        """An article's page."""
        layer = self._article_fields(post)
        return self._shell(
            self.theme.fill(template, layer),
            {
                "head_title": f"{post.story.title} - {self.masthead.name}",
                "head": self.theme.fill("head", layer),
                "body_class": f"single postid-{post.number}",
                "language": post.story.language,
            },
        )

    def listings(self) -> dict[str, Answer]:
        """The front page, its further pages, and those of sections, tags and authors."""
        words = self.words(self.masthead.languages[0])
        pages = self.paged("/", words["latest"], self.posts)
        for section in sorted({post.story.section for post in self.posts}):
            chosen = [post for post in self.posts if post.story.section == section]
            pages |= self.paged(self.theme.section_path(section), section, chosen)
        for tag in sorted({tag for post in self.posts for tag in post.story.tags}):
            chosen = [post for post in self.posts if tag in post.story.tags]
            pages |= self.paged(self.theme.tag_path(tag), tag, chosen)
        for author in sorted({post.story.author for post in self.posts if post.story.author}):
            chosen = [post for post in self.posts if post.story.author == author]
            pages |= self.paged(self.theme.author_path(author), author, chosen)
        return pages

    def paged(self, path: str, heading: str, posts: Sequence[Post]) -> dict[str, Answer]:
        """A listing of posts, as many pages as it needs."""
        size = self.theme.posts_a_page
        starts = range(0, len(posts), size)
        paths = [path, *(self.theme.page_path(path, n) for n in range(2, len(starts) + 1))]
        links = [self._link(path, str(number), "span") for number, path in enumerate(paths, 1)]
        return {
            path: self.listing(heading, posts[start : start + size], links)
            for path, start in zip(paths, starts, strict=True)
        }

    def listing(self, heading: str, posts: Sequence[Post], links: Sequence[Html] = ()) -> Answer:
        """One page of teasers."""
        language = posts[0].story.language
        teasers = (self._teaser(post) for post in posts)
        layer = {
            "heading": heading,
            "teasers": joined(teasers),
            "page_links": joined(links, " "),
        }
        main = self.theme.fill("listing", layer, self.words(language))
        title = f"{heading} - {self.masthead.name}"
        return self.answer(self._shell(main, {"head_title": title, "language": language}))

    def page(self, heading: str, content: str) -> Answer:
        """A page that is no article."""
        language = self.masthead.languages[0]
        layer = {"heading": heading, "content": content}
        main = self.theme.fill("page", layer, self.words(language))
        return self.answer(self._shell(main, {"head_title": heading, "language": language}))

    def answer(self, markup: Html) -> Answer:
        """Markup as this site's server sends it."""
        return page(markup, headers=self.theme.headers, encoding=self.theme.encoding)

    def words(self, language: str) -> Fields:
        """The site's name and its furniture in a language."""
        if language not in self._fields:
            self._fields[language] = masthead_fields(self.masthead, language)
        return self._fields[language]

    def post_fields(self, post: Post) -> Fields:
        """A post's fields, those of the theme's own included."""
        story = post.story
        own = {
            "section_href": self.theme.href(self.theme.section_path(story.section)),
            "author_href": self.theme.href(self._author_path(story.author)),
        }
        return {**post_fields(post), **own, **self.theme.post_fields(post)}

    def _author_path(self, author: str | None) -> str:
        return self.theme.author_path(author) if author else "/"

    def _teaser(self, post: Post) -> Html:
        return self.theme.fill("teaser", self.post_fields(post), self.words(post.story.language))

    def _article_fields(self, post: Post) -> Fields:
        story, theme = post.story, self.theme
        words = self.words(story.language)
        fields = {**words, **self.post_fields(post)}
        other, second, third, *_ = near = self._near(post)
        optional = {
            "standfirst": story.lead,
            "byline": story.author,
            "author_box": story.author,
            "author_meta": story.author,
            "updated": story.modified,
        }
        return {
            **fields,
            **{name: theme.fill(name, fields) if has else "" for name, has in optional.items()},
            **body_halves(story),
            **_named("other", other),
            **_named("second", second),
            **_named("third", third),
            "tag_links": joined(self._link(theme.tag_path(tag), tag, "li") for tag in story.tags),
            "neighbours": self._neighbours(post),
            "related": theme.fill_each("related", map(self.post_fields, near[1:]), words),
            "comments": comments_html(post, f"{theme.folder}/comment.html"),
            "comment_form": theme.fill("comment_form", fields),
        }

    def _near(self, post: Post) -> list[Post]:
        place = self.posts.index(post)
        others = [*self.posts[place + 1 :], *self.posts[:place]]
        same_language = [other for other in others if other.story.language == post.story.language]
        return same_language[:NEAR]

    def _neighbours(self, post: Post) -> Html:
        place, words = self.posts.index(post), self.words(post.story.language)
        around = {"previous": place + 1, "next": place - 1}
        return joined(
            self.theme.fill(
                "neighbour", {"direction": words[name]}, self.post_fields(self.posts[index])
            )
            for name, index in around.items()
            if 0 <= index < len(self.posts)
        )

    def _link(self, path: str, text: str, around: str) -> Html:
        layer = {"path": self.theme.href(path), "text": text, "around": around}
        return fill("parts/link.html", layer)

    def _shell(self, main: Html, layer: Fields) -> Html:
        language = layer["language"]
        sections = sorted({post.story.section for post in self.posts})
        most_read = [post for post in self.posts if post.story.language == language][1::4]
        around = {
            "main": main,
            "head": "",
            "charset": self.theme.encoding,
            "body_class": "home blog archive",
            "nav": joined(
                self._link(self.theme.section_path(name), name, "li") for name in sections
            ),
            "most_read_list": self.theme.fill_each("related", map(self.post_fields, most_read)),
            "extra_links": joined(self._link(*pair, "div") for pair in self.theme.extra_links),
        }
        return self.theme.fill(self.theme.shell, layer, around, self.words(language))


def paragraph(text: str) -> Html:
    """A paragraph of text."""
    return fill("parts/paragraph.html", {"text": text})


def _named(prefix: str, post: Post) -> Fields:
    return {
        f"{prefix}_path": post.path,
        f"{prefix}_relative": post.path.removeprefix("/"),
        f"{prefix}_title": post.story.title,
    }
