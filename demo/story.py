"""The newsroom's raw material: stories and readers' comments, read from TOML files."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent

BlockKind = Literal["paragraph", "heading", "list", "quote"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a story's body: a paragraph, a subheading, a list or a quote."""

    kind: BlockKind
    lines: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The block as plain text, every blank an ordinary space; a list's items stand alone."""
        lines = self.lines if self.kind == "list" else (" ".join(self.lines),)
        return tuple(map(plain, lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a journalist handed in: the article without any page around it."""

    language: str
    slug: str
    title: str
    published: datetime
    section: str
    blocks: tuple[Block, ...]
    lead: str | None = None
    author: str | None = None
    modified: datetime | None = None
    tags: tuple[str, ...] = ()
    place: str = ""
    country: str = ""
    caption: str = ""
    credit: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body as a clean extraction should give it: a text per paragraph and list item."""
        return texts(self.blocks)

    @property
    def summary(self) -> str:
        """The lead, or else the first sentences of the body."""
        return self.lead or self.paragraphs[0]


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment."""

    author: str
    text: str


def plain(text: str) -> str:
    """Text with runs of blanks, no-break spaces too, turned into single spaces."""
    return " ".join(text.split())


def texts(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Blocks as plain text."""
    return tuple(text for block in blocks for text in block.texts)


def parse_body(body: str) -> tuple[Block, ...]:
    """Split a story's body at blank lines into typed blocks."""
    return tuple(_blocks(body.strip()))


@cache
def stories(language: str) -> tuple[Story, ...]:
    """All stories in a language, newest first."""
    with (HERE / "stories" / f"{language}.toml").open("rb") as file:
        rows = tomllib.load(file)["story"]
    return newest_first(tuple(_story(language, row) for row in rows))


def newest_first(unsorted: tuple[Story, ...]) -> tuple[Story, ...]:
    """Order stories as a front page does."""
    return tuple(sorted(unsorted, key=lambda story: (story.published, story.slug), reverse=True))


@cache
def comments(language: str) -> tuple[Comment, ...]:
    """Readers' comments in a language."""
    with (HERE / "comments" / f"{language}.toml").open("rb") as file:
        rows = tomllib.load(file)["comment"]
    return tuple(Comment(row["author"], row["text"]) for row in rows)


def seed_story() -> Story:
    """The article that every extraction is first tried on."""
    title, *body = (HERE / "seed" / "article.txt").read_text("utf-8").strip().split("\n\n")
    return Story(
        language="fr",
        slug="les-rebelles-maliens-affirment-avoir-tue-131-soldats-et-mercenaires-russes",
        title=title,
        published=datetime.fromisoformat("2024-08-02T09:14:00+00:00"),
        section="Sécurité",
        blocks=parse_body("\n\n".join(body)),
        author="Oumou Dembélé",
        tags=("Mali", "CSP", "Tinzaouaten", "Wagner"),
        place="Tinzaouaten",
        country="ML",
        caption=title,
    )


def _story(language: str, row: dict[str, Any]) -> Story:
    values = row | {"blocks": parse_body(row["body"]), "tags": tuple(row.get("tags", ()))}
    del values["body"]
    return Story(language=language, **values)


def _blocks(body: str) -> Iterator[Block]:
    for chunk in body.split("\n\n"):
        lines = [line.strip() for line in chunk.strip().splitlines()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            yield Block("heading", (lines[0].removeprefix("## "),))
        elif lines[0].startswith("- "):
            yield Block("list", tuple(line.removeprefix("- ") for line in lines))
        elif lines[0].startswith(">"):
            yield Block("quote", tuple(line.lstrip("> ") for line in lines))
        else:
            yield Block("paragraph", tuple(lines))
