"""Sites whose furniture is marked up like their articles: nine languages, eleven markups, wordings known and unseen."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Any, Literal

from archive.reader import Record
from demo.story import Story, parse_body, stories

Wording = Literal["known", "fresh"]
Line = tuple[str, str]  # what a line is, and its HTML

LANGUAGES = ("fr", "en", "ar", "pt", "sw", "ha", "so", "am", "es")
_WHEN = datetime(2026, 3, 30, tzinfo=UTC)
_TABLE = Path(__file__).with_name("furniture.toml")
_TEXTUAL = ("text", "head", "item", "quote")


def _paragraphs(lines: list[Line]) -> str:
    return "".join(f"<p>{inner}</p>" for _, inner in lines)


def _classed(lines: list[Line]) -> str:
    return "".join(f'<p class="texte-article">{inner}</p>' for _, inner in lines)


def _divs(lines: list[Line]) -> str:
    return "".join(f"<div>{inner}</div>" for _, inner in lines)


def _spans(lines: list[Line]) -> str:
    return "".join(f'<div class="b"><span>{inner}</span></div>' for _, inner in lines)


def _boxed(lines: list[Line]) -> str:
    return "".join(f'<div class="block"><p>{inner}</p></div>' for _, inner in lines)


def _doubled(lines: list[Line]) -> str:
    return "<br><br>\n".join(inner for _, inner in lines)


def _single(lines: list[Line]) -> str:
    return "<br>\n".join(inner for _, inner in lines)


def _fielded(lines: list[Line]) -> str:
    """Lines parted by breaks, with a field and a button among those of the form."""
    field = "<input type='text'><button>ok</button>"
    return "".join(f"{inner}{field if kind == 'form' else ''}<br><br>" for kind, inner in lines)


def _rows(lines: list[Line]) -> str:
    return f"<table>{''.join(f'<tr><td>{inner}</td></tr>' for _, inner in lines)}</table>"


def _structured(lines: list[Line]) -> str:
    """Subheadings, lists and quotes as what they are; everything else as paragraphs of one kind."""
    tags = {"head": "h3", "item": "li", "quote": "blockquote"}
    html = "".join(
        f"<{(tag := tags.get(kind, 'p'))}>{inner}</{tag}>" for kind, inner in _with_lists(lines)
    )
    return html.replace("<li><ul>", "<ul>").replace("</ul></li>", "</ul>")


def _with_lists(lines: list[Line]) -> Iterator[Line]:
    for place, (kind, inner) in enumerate(lines):
        before = lines[place - 1][0] if place else ""
        after = lines[place + 1][0] if place + 1 < len(lines) else ""
        opened = "<ul><li>" if kind == "item" and before != "item" else ""
        closed = "</li></ul>" if kind == "item" and after != "item" else ""
        yield kind, f"{opened}{inner}{closed}"


def _named(lines: list[Line]) -> str:
    return "".join(
        f"<p>{inner}</p>" if kind in _TEXTUAL else f'<div class="k-{kind}"><p>{inner}</p></div>'
        for kind, inner in lines
    )


MARKUPS: dict[str, Callable[[list[Line]], str]] = {
    "paragraphs": _paragraphs,
    "classed": _classed,
    "divs": _divs,
    "spans": _spans,
    "boxed": _boxed,
    "doubled": _doubled,
    "single": _single,
    "fielded": _fielded,
    "rows": _rows,
    "structured": _structured,
    "named": _named,
}


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_TABLE.read_text("utf-8"))


@cache
def _stories(language: str) -> tuple[Story, ...]:
    if language != "es":
        return stories(language)
    return tuple(
        Story(
            language="es",
            slug=f"relato-{number}",
            title=row["title"],
            published=_WHEN,
            section="",
            blocks=parse_body(row["text"]),
        )
        for number, row in enumerate(_words()["es"]["story"])
    )


@dataclass(frozen=True)
class Site:
    """A site; ``shape`` is the seed of where its furniture stands."""

    language: str
    markup: str
    wording: Wording
    shape: int = 0

    @property
    def host(self) -> str:
        """Its name on the net."""
        return f"{self.markup}-{self.wording}-{self.shape}.{self.language}.example"

    @cached_property
    def stories(self) -> tuple[Story, ...]:
        """What it publishes, in an order of its own."""
        found = list(_stories(self.language))
        random.Random(self.host).shuffle(found)
        return tuple(found)

    def text(self, number: int) -> list[str]:
        """The blocks of an article as its author wrote them."""
        return list(self.stories[number].paragraphs)

    def record(self, number: int) -> Record:
        """The page around an article, as it was archived."""
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        return Record(
            type="response",
            url=f"https://{self.host}/2026/03/{self.stories[number].slug}/",
            date=_WHEN,
            id=None,
            fields=(),
            block=(head + self.html(number)).encode(),
            file="furnished.warc.gz",
            offset=number,
        )

    def html(self, number: int) -> str:
        """The page around an article."""
        page = _Page(self, number)
        title = escape(page.story.title)
        before, rest = page.before(), [*page.body(), *page.behind()]
        markup = MARKUPS[self.markup]
        inner = f"{markup(before)}<h1>{title}</h1>{markup([*page.under(), *rest])}"
        return (
            f'<!DOCTYPE html><html lang="{self.language}"><head><meta charset="utf-8">'
            f"<title>{title} - {self.host}</title></head><body><div>{inner}</div></body></html>"
        )


class _Page:
    """One page of a site: what the site always says, with numbers, names and titles of the page."""

    def __init__(self, site: Site, number: int) -> None:
        self.story = site.stories[number]
        self._others = [story for story in site.stories if story is not self.story]
        self._site = random.Random(site.host)  # the same on every page
        self._chance = random.Random(f"{site.host}{number}")
        self._table = _words()[site.language]
        kinds = self._table[site.wording]
        self._words = {kind: self._site.choice(texts) for kind, texts in kinds.items()}
        self._form, self._cookie = kinds["form"], kinds["cookie"]
        self._bio = kinds["bio"]
        self._name = self._chance.choice(self._table["names"])

    def _line(self, kind: str, text: str = "") -> Line:
        return kind, escape(self._filled(text or self._words[kind]))

    def _filled(self, text: str) -> str:
        return text.format(
            name=self._name,
            count=self._chance.randint(2, 400),
            day=self._chance.randint(1, 28),
            hour=self._chance.randint(10, 20),
        )

    def _link(self, kind: str, label: str) -> Line:
        other = self._chance.choice(self._others)
        link = f'<a href="/2026/03/{other.slug}/">{escape(other.title)}</a>'
        return kind, escape(label) + link

    def before(self) -> list[Line]:
        """Above the headline."""
        lines = [
            self._line("banner"),
            self._line("chip", self._chance.choice(self._table["chips"])),
        ]
        return self._site.sample(lines, self._site.randint(1, 2))

    def under(self) -> list[Line]:
        """Between the headline and the text."""
        lines = [
            self._line("title", self.story.title),
            self._line("by"),
            self._line("date"),
            self._line("time"),
            self._line("shares"),
            self._line("credit"),
        ]
        return self._site.sample(lines, len(lines))

    def body(self) -> list[Line]:
        """The text, with furniture between its paragraphs."""
        kinds = {"heading": "head", "list": "item", "quote": "quote", "paragraph": "text"}
        lines = [
            (kinds[block.kind], escape(text)) for block in self.story.blocks for text in block.texts
        ]
        gaps = [
            place
            for place in range(1, len(lines))
            if lines[place][0] == lines[place - 1][0] == "text"
        ]
        inside = [self._link("see", self._words["see"]), self._line("appeal"), self._line("credit")]
        for place, line in zip(
            sorted(self._chance.sample(gaps, min(len(gaps), 3)), reverse=True), inside, strict=False
        ):
            lines.insert(place, line)
        return lines

    def behind(self) -> list[Line]:
        """Behind the text."""
        tags = ", ".join(self._chance.sample(self._table["tags"], 2))
        groups = [
            [("tags", escape(self._words["label"] + tags))],
            [self._line("shares")],
            [self._line("bio", text) for text in self._bio],
            [self._line("appeal"), self._line("banner")],
            [self._line("more"), *(self._link("teaser", "") for _ in range(3))],
        ]
        self._site.shuffle(groups)
        voices = [
            line
            for text in self._chance.sample(self._table["readers"], self._chance.randint(0, 2))
            for line in (
                self._line("voice", self._chance.choice(self._table["names"])),
                self._line("voice", text),
            )
        ]
        form = [self._line("form", text) for text in self._form]
        foot = [self._line("foot"), *(self._line("cookie", text) for text in self._cookie)]
        return [line for group in groups for line in group] + [
            self._line("voices"),
            *voices,
            *form,
            *foot,
        ]


def sites(shapes: int = 1) -> list[Site]:
    """Every language in every markup and wording, so many times."""
    return [
        Site(language, markup, wording, shape)
        for language in LANGUAGES
        for markup in MARKUPS
        for wording in ("known", "fresh")
        for shape in range(shapes)
    ]
