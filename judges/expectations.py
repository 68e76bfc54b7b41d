"""Which captures a reader opens, and what must be seen there."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from demo.newsroom import newsroom
from demo.outlet import Answer, Outlet, TrueArticle
from judges.captures import Capture, truth
from judges.install import JudgeError
from judges.sight import Expected

Page = tuple[Capture, str, Expected]  # the second is the screenshot's name
_HEADLINE = re.compile(rb"<h1>(.*?)</h1>")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
_CHARSET_LIE = "its server declares a wrong charset: browsers misread it live, too"
_CHARSET_UNKNOWN = "no charset declared: ReplayWeb.page takes it for UTF-8, where browsers guess"
_TWIN = "another capture of the same second: timestamps have 14 digits"
_NO_ARTICLE = {"404", "other error", "redirect"}


def newsroom_pages(found: Sequence[Capture], *, every: bool) -> list[Page]:
    """Captures of articles: all of them, or the first of each outlet."""
    archived = frozenset(one.url for one in found)
    moments = Counter((one.key, one.timestamp) for one in found)
    found = [one for one in found if not _NO_ARTICLE.intersection(one.kinds)]
    truths = _truths(urlsplit(one.url).port for one in found)
    pages: list[Page] = []
    opened: set[str] = set()
    for one in found:
        if one.url in truths:
            outlet, article = truths[one.url]
            if every or outlet.id not in opened:
                opened.add(outlet.id)
                name = f"{outlet.id}-{len(pages):03}"
                expected = _as_written(outlet, article, archived)
                if moments[one.key, one.timestamp] > 1:
                    expected = replace(expected, excuse=_TWIN)
                pages.append((one, name, expected))
    if not pages:
        raise JudgeError("the archive holds no article of the demo newsroom")
    return pages


def odd_pages(found: Sequence[Capture]) -> list[Page]:
    """Captures made by hand that have a page to show."""
    pages: list[Page] = []
    for one in found:
        answer = truth(one)
        headline = _HEADLINE.search(answer.payload)
        if headline and answer.status == 200 and "charset" not in one.kinds:
            expected = Expected(headline=headline[1].decode(), passages=())
            pages.append((one, f"odd-{len(pages):03}", expected))
    return pages


def _truths(ports: Iterable[int | None]) -> dict[str, tuple[Outlet, TrueArticle]]:
    return {
        article.url: (outlet, article)
        for port in set(ports)
        if port
        for outlet in newsroom(port)
        for article in outlet.truth
    }


def _as_written(outlet: Outlet, article: TrueArticle, archived: frozenset[str]) -> Expected:
    last_answers = {outlet.masthead.url(path): pages[-1] for path, pages in outlet.pages.items()}
    return Expected(
        headline=article.title,
        passages=(article.paragraphs[0], article.paragraphs[-1]),
        parts=frozenset(url for url, answer in last_answers.items() if answer.status == 200),
        archived=archived,
        excuse=_charset_excuse(outlet.answer(article.url), article),
    )


def _charset_excuse(answer: Answer, article: TrueArticle) -> str | None:
    """Browsers believe the header, then the page's head; where both are silent they guess."""
    header = answer.header(b"content-type") or b""
    declared = _CHARSET.search(header) or _CHARSET.search(answer.body[:1024])
    if declared is None:
        return _CHARSET_UNKNOWN
    is_true = codecs.lookup(declared[1].decode()).name == codecs.lookup(article.encoding).name
    return None if is_true else _CHARSET_LIE
