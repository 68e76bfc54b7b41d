"""``python -m bench.peers.runner NAME``: one extractor as a process; a page a line in, what it found a line out.

It runs in the extractor's own environment, so it imports nothing but that extractor.  In: ``url``,
``type`` (the content type that HTTP gave), ``html`` (base64) and ``before``, the same of other pages
of the site, from which it may learn.  Out: ``text``, ``title``, ``authors``, ``date``, ``error``
(null where all went well) and ``seconds`` of processor time, without what learning took.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from time import process_time
from typing import Any, TextIO

Found = dict[str, Any]
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BETWEEN_BLOCKS = "\n\n"


def main() -> int:
    """Answer until the input ends; what an extractor prints itself goes to stderr."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(10_000)
    out, sys.stdout = sys.stdout, sys.stderr
    extract = EXTRACTORS[sys.argv[1]]
    extract(
        _WARM_UP, "text/html", "http://kibaru.example/"
    )  # imports and tables are not the page's
    _serve(extract, sys.stdin, out)
    return 0


def _serve(extract: Callable[[bytes, str, str], Found], pages: Iterable[str], out: TextIO) -> None:
    for line in pages:
        page = json.loads(line)
        html = base64.b64decode(page["html"])
        if isinstance(extract, Ours):
            extract.learn(page["before"])
        began = process_time()
        found = _outcome(extract, html, page["type"], page["url"])
        found["seconds"] = process_time() - began
        out.write(json.dumps(found) + "\n")
        out.flush()


def _outcome(
    extract: Callable[[bytes, str, str], Found], html: bytes, content_type: str, url: str
) -> Found:
    try:
        return {"error": None, **extract(html, content_type, url)}
    except Exception as e:  # noqa: BLE001  a stranger's code on a stranger's page
        return {"error": f"{type(e).__name__}: {e}"[:200]}


def decoded(html: bytes, content_type: str) -> str:
    """The page for extractors that want text: as it declares itself, else UTF-8."""
    match = _CHARSET.search(content_type.encode()) or _CHARSET.search(html[:4096])
    try:
        return html.decode(match[1].decode() if match else "utf-8", "replace")
    except LookupError:
        return html.decode("utf-8", "replace")


class Ours:
    """Our extraction, which can learn what recurs on a site."""

    def __init__(self) -> None:
        self._learned: Any = None
        self._known: dict[str, Any] = {}

    def learn(self, others: list[dict[str, str]]) -> None:
        """Look at the other pages of a site; each is read once."""
        if not others:
            return
        from crawler.fingerprint import host_of
        from crawler.learning import learn
        from crawler.reading import fingerprint

        for page in others:
            if page["url"] not in self._known:
                html = base64.b64decode(page["html"])
                record = self._record(html, page["type"], page["url"])
                self._known[page["url"]] = fingerprint(record)
        found = [self._known[page["url"]] for page in others]
        host = host_of(others[0]["url"]) or ""
        self._learned = learn(host, [one for one in found if one])

    def __call__(self, html: bytes, content_type: str, url: str) -> Found:
        """The article of a page."""
        from archive.article import Article
        from crawler.extract import article_from

        article = article_from(self._record(html, content_type, url), None, self._learned)
        self._learned = None
        if not isinstance(article, Article):
            return {"none": f"{article.kind}: {article.reason}"}
        return {
            "text": article.text,
            "title": article.title,
            "authors": list(article.authors),
            "date": article.published_at,
        }

    def _record(self, html: bytes, content_type: str, url: str) -> Any:
        from archive.reader import Record

        block = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + html
        when = datetime.now(UTC)
        return Record(
            type="response", url=url, date=when, id=None, fields=(), block=block, file="-", offset=0
        )


def _trafilatura(**options: bool) -> Callable[[bytes, str, str], Found]:
    def extract(html: bytes, _: str, url: str) -> Found:
        document = import_module("trafilatura").bare_extraction(
            html, url=url, include_comments=False, with_metadata=True, **options
        )
        if document is None:
            return {}
        return {
            "text": document.text,
            "title": document.title,
            "authors": document.author,
            "date": document.date,
        }

    return extract


def _newspaper4k(html: bytes, content_type: str, url: str) -> Found:
    article = import_module("newspaper").Article(url, fetch_images=False)
    article.download(input_html=decoded(html, content_type))
    article.parse()
    return {
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "date": str(article.publish_date or ""),
    }


def _readability(html: bytes, content_type: str, _: str) -> Found:
    document = import_module("readability").Document(decoded(html, content_type))
    tree = import_module("lxml.html").fromstring(document.summary(html_partial=True))
    return {
        "text": _text(tree),
        "title": document.short_title(),
        "authors": _author(document),
    }


def _author(document: Any) -> str | None:
    """Newer releases know the author, and say so if they do not."""
    author = document.author() if hasattr(document, "author") else None
    return None if author == "[no-author]" else author


def _text(tree: Any) -> str:
    """The paragraphs of a cleaned tree: readability hands out markup only."""
    blocks = tree.xpath("//p | //li | //blockquote[not(p)] | //h2 | //h3 | //h4 | //pre | //td")
    texts = [" ".join(block.text_content().split()) for block in blocks]
    return _BETWEEN_BLOCKS.join(filter(None, texts)) or tree.text_content()


def _resiliparse(html: bytes, content_type: str, _: str) -> Found:
    tree = import_module("resiliparse.parse.html").HTMLTree.parse(decoded(html, content_type))
    plain = import_module("resiliparse.extract.html2text").extract_plain_text
    text = plain(tree, main_content=True, alt_texts=False, comments=False)
    return {"text": text, "title": tree.title}


def _goose3(html: bytes, content_type: str, url: str) -> Found:
    article = _goose().extract(url=url, raw_html=decoded(html, content_type))
    return {
        "text": article.cleaned_text,
        "title": article.title,
        "authors": list(article.authors),
        "date": str(article.publish_date or ""),
    }


@cache
def _goose() -> Any:
    package = import_module("goose3")
    return package.Goose({"enable_image_fetching": False, "strict": False})


def _justext(html: bytes, content_type: str, _: str) -> Found:
    package = import_module("justext")
    paragraphs = package.justext(decoded(html, content_type), _stop_words())
    texts = [paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate]
    return {"text": _BETWEEN_BLOCKS.join(texts)}


@cache
def _stop_words() -> frozenset[str]:
    """Of all its languages together: which one a page is in, it does not find out itself."""
    package = import_module("justext")
    lists = [package.get_stoplist(language) for language in package.get_stoplists()]
    return frozenset().union(*lists)


def _news_please(html: bytes, content_type: str, url: str) -> Found:
    article = import_module("newsplease").NewsPlease.from_html(
        decoded(html, content_type), url=url, fetch_images=False
    )
    return {
        "text": article.maintext,
        "title": article.title,
        "authors": list(article.authors or ()),
        "date": str(article.date_publish or ""),
    }


EXTRACTORS: dict[str, Callable[[bytes, str, str], Found]] = {
    "ours": Ours(),
    "ours-learned": Ours(),
    "trafilatura": _trafilatura(),
    "trafilatura-fast": _trafilatura(fast=True),
    "trafilatura-precision": _trafilatura(favor_precision=True),
    "trafilatura-recall": _trafilatura(favor_recall=True),
    "newspaper4k": _newspaper4k,
    "readability-lxml": _readability,
    "resiliparse": _resiliparse,
    "goose3": _goose3,
    "justext": _justext,
    "news-please": _news_please,
}
_WARM_UP = (
    b"<html><head><title>Le pont de Ngala</title></head><body><article><h1>Le pont de Ngala</h1>"
    + b"<p>The bridge at Ngala was open again on Tuesday, nine days after it had been closed.</p>"
    * 9
    + b"</article></body></html>"
)

if __name__ == "__main__":
    sys.exit(main())
