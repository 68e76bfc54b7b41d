"""The pages on which extractors are measured: the demo newsroom's, and those of a data folder."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.newsroom import newsroom
from demo.outlet import Outlet, TrueArticle
from demo.phrases import phrases

NEWSROOM = "newsroom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a perfect extractor would find on a page; what is not known is empty.

    ``texts`` are alternatives, each of them right: with the standfirst and without.  ``inside`` are
    snippets of the text, ``leftovers`` snippets of the page that are none of it.  Where ``is_strict``,
    short leftovers count too, outside of the true paragraphs.
    """

    texts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    is_strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as a server gave it; ``site`` is the host, ``group`` the data set."""

    id: str
    group: str
    site: str
    url: str
    content_type: str
    html: bytes
    truth: Truth


def newsroom_pages() -> Iterator[Page]:
    """Every article of the demo newsroom, with what its author wrote."""
    for outlet in newsroom():
        for true in outlet.truth:
            yield _demo_page(outlet, true)


def _demo_page(outlet: Outlet, true: TrueArticle) -> Page:
    answer = outlet.answer(true.url)
    content_type = answer.header(b"Content-Type") or b"text/html"
    text = "\n".join(true.paragraphs)
    return Page(
        id=true.url,
        group=NEWSROOM,
        site=outlet.id,
        url=true.url,
        content_type=content_type.decode(),
        html=answer.body,
        truth=Truth(
            texts=(text, f"{true.lead}\n{text}") if true.lead else (text,),
            leftovers=tuple(phrases(true.language).values()),
            title=true.title,
            authors=true.authors,
            date=true.published.isoformat(),
            is_strict=True,
        ),
    )


def pages_in(folder: Path) -> Iterator[Page]:
    """The pages that ``manifest.jsonl`` lists, in its order; their files are HTML, gzipped or not."""
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield _listed(folder, json.loads(line))


def _listed(folder: Path, entry: dict[str, Any]) -> Page:
    body = (folder / entry["file"]).read_bytes()
    true: dict[str, Any] = entry["truth"]
    authors = true.get("authors") or ()
    return Page(
        id=entry["id"],
        group=entry["set"],
        site=entry["site"],
        url=entry.get("url") or "",
        content_type="text/html",
        html=gzip.decompress(body) if entry["file"].endswith(".gz") else body,
        truth=Truth(
            texts=(true["text"], *(true.get("alts") or ())) if true.get("text") else (),
            inside=tuple(true.get("with") or ()),
            leftovers=tuple(true.get("without") or ()),
            title=true.get("title"),
            authors=(authors,) if isinstance(authors, str) else tuple(authors),
            date=true.get("date"),
            is_strict=entry["set"] == "seedlike",
        ),
    )
