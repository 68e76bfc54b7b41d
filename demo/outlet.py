"""An outlet: a news site's masthead, the answers its server gives, and the articles it really holds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal
from urllib.parse import urlsplit

from demo.story import Story, plain

Access = Literal["free", "partial", "paywalled"]
Coding = Literal["identity", "gzip", "br"]
Framing = Literal["length", "chunked", "close"]
Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says: its content, and how it is coded and framed on the wire."""

    status: int = 200
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    coding: Coding = "identity"
    framing: Framing = "length"
    trailers: tuple[Header, ...] = ()
    version: bytes = b"HTTP/1.1"

    def header(self, name: bytes) -> bytes | None:
        """The first value of a header, whatever the case of its name."""
        values = (value for key, value in self.headers if key.lower() == name.lower())
        return next(values, None)


Pages = dict[str, tuple[Answer, ...]]


def target(url: str) -> str:
    """An address's path and query: the key of its page."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueImage:
    """A picture that belongs to an article."""

    url: str
    caption: str | None
    credit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueArticle:
    """An article as its author knows it: what a perfect reader of the page would find.

    `lead` is the standfirst and not part of `paragraphs`, in which subheadings, quotes and the
    items of lists each are a text of their own, without a mark.
    """

    url: str
    canonical_url: str
    title: str
    lead: str | None
    paragraphs: tuple[str, ...]
    language: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    section: str | None
    tags: tuple[str, ...]
    images: tuple[TrueImage, ...]
    access: Access
    encoding: str

    @property
    def text(self) -> str:
        """The body as a clean extraction should give it."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """Who an outlet is and where its server listens."""

    id: str
    name: str
    motto: str
    colour: str
    languages: tuple[str, ...]
    country: str
    address: str
    port: int
    zone: str
    utc_offset: int
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()

    def url(self, path: str = "/") -> str:
        """The absolute address of a path of this site."""
        return f"http://{self.address}:{self.port}{path}"

    def local(self, moment: datetime) -> datetime:
        """A moment in the outlet's own time; none of these countries changes its clocks."""
        return moment.astimezone(timezone(timedelta(hours=self.utc_offset)))

    def site_toml(self) -> str:
        """The site file with which the crawler reads this outlet."""
        lists = {
            "languages": self.languages,
            "feeds": tuple(map(self.url, self.feeds)),
            "sitemaps": tuple(map(self.url, self.sitemaps)),
        }
        strings = {
            "name": self.name,
            "url": self.url(),
            "country": self.country,
            "timezone": self.zone,
        }
        lines = [f"{key} = {_toml(value)}" for key, value in strings.items()]
        lines += [f"{key} = [{', '.join(map(_toml, v))}]" for key, v in lists.items() if v]
        return "\n".join([*lines, "delay = 0.05"]) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A whole news site; a path's n-th request gets its n-th answer, and the last one ever after."""

    masthead: Masthead
    pages: Mapping[str, tuple[Answer, ...]]
    truth: tuple[TrueArticle, ...]

    @property
    def id(self) -> str:
        """The site's name in commands and file names."""
        return self.masthead.id

    def answer(self, url: str) -> Answer:
        """What an address of this site gives in the end; KeyError if it is not on the site."""
        return self.pages[target(url)][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A story with its place on a site."""

    masthead: Masthead
    story: Story
    number: int
    path: str
    picture: str

    @property
    def url(self) -> str:
        """The article's absolute address."""
        return self.masthead.url(self.path)

    @property
    def published(self) -> datetime:
        """When it appeared, in the outlet's time."""
        return self.masthead.local(self.story.published)

    @property
    def modified(self) -> datetime:
        """When it last changed, in the outlet's time."""
        return self.masthead.local(self.story.modified or self.story.published)

    def truth(self, *, encoding: str = "utf-8") -> TrueArticle:
        """The article that this post's page holds."""
        story = self.story
        return TrueArticle(
            url=self.url,
            canonical_url=self.url,
            title=plain(story.title),
            lead=plain(story.lead) if story.lead else None,
            paragraphs=story.paragraphs,
            language=story.language,
            authors=(story.author,) if story.author else (),
            published=self.published,
            modified=self.masthead.local(story.modified) if story.modified else None,
            section=story.section,
            tags=story.tags,
            images=(self._image(),),
            access="free",
            encoding=encoding,
        )

    def _image(self) -> TrueImage:
        return TrueImage(
            url=self.masthead.url(self.picture),
            caption=plain(self.story.caption) or None,
            credit=plain(self.story.credit) or None,
        )


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
