"""One archived page with all that it needs to be seen, as a WACZ made when it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from archive.article import Article
from archive.errors import DamagedRecordError
from archive.export import Order, export_wacz
from archive.index import Capture
from archive.replay import replayed
from archive.selection import Selection
from crawler.coding import decoded
from crawler.requisites import css_requisites, page_requisites
from crawler.web.records import members_of
from crawler.web.room import Room

_MOST = 400  # captures of one package
_FILE = "page.warc.gz"


def wacz_of(room: Room, article: Article, page: Capture) -> bytes:
    """The package of an article's page; only what is in the archive can be in it."""
    with TemporaryDirectory(prefix="djeli-") as name:
        folder = Path(name)
        for part in ("warc", "articles"):
            (folder / part).mkdir()
        offset = _write(room, folder / "warc" / _FILE, [page, *_needed(room, page)], page)
        source = replace(article.provenance, warc_file=_FILE, warc_offset=offset)
        line = replace(article, provenance=source).to_json()
        (folder / "articles" / "page.jsonl").write_text(f"{line}\n", "utf-8")
        out = folder / "page.wacz"
        order = Order(data_dir=folder, out=out, selection=Selection(), title=article.title)
        export_wacz(order, lambda _: None)
        return out.read_bytes()


def _write(room: Room, path: Path, captures: Iterable[Capture], page: Capture) -> int:
    """Where the page's record begins in the file."""
    place = found = 0
    with path.open("wb") as file:
        for record, data in members_of(room, captures):
            if record.id == page.record_id:
                found = place
            place += file.write(data)
    return found


def _needed(room: Room, page: Capture) -> Iterator[Capture]:
    """Captures of pictures, style sheets, fonts and scripts, nearest in time to the page's."""
    moment = datetime.fromisoformat(page.date)
    waiting, met = deque(_requisites(room, page)), {page.url}
    while waiting and len(met) < _MOST:
        url = waiting.popleft()
        if url in met:
            continue
        met.add(url)
        found = room.captured.nearest(url, moment)
        if found:
            yield found
            waiting.extend([found.location] if found.location else _requisites(room, found))


def _requisites(room: Room, capture: Capture) -> list[str]:
    is_css = capture.mime == "text/css" or urlsplit(capture.url).path.endswith(".css")
    if not is_css and capture.mime not in ("text/html", "application/xhtml+xml", None):
        return []
    original = room.captured.original(capture)
    if original is None:
        return []
    try:
        record = room.captured.record_of(original)
    except DamagedRecordError:
        return []
    answer = replayed(record, record)
    body, _ = decoded(answer.body, answer.coding)
    if is_css:
        return css_requisites(body, capture.url)
    try:
        tree = document_fromstring(body, parser=HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    return page_requisites(tree, capture.url)
