"""How long a host is left alone before another worker asks it: nobody knows when the last one did."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from protego import Protego

from archive import http1
from archive.errors import ArchiveError
from archive.index import Index
from archive.reader import Record, record_at
from archive.warcfile import locate
from crawler.coding import decoded
from crawler.politeness import LONGEST_DELAY
from crawler.settings import BOT_NAME, DOWNLOAD_DELAY
from spiders.site import Site


def gap_before(site: Site, folder: Path) -> float:
    """Seconds: the site's delay or, if its robots.txt that came along asks for more, that."""
    own = DOWNLOAD_DELAY if site.delay is None else site.delay
    return max(own, min(_crawl_delay(site, folder), LONGEST_DELAY))


def _crawl_delay(site: Site, folder: Path) -> float:
    parts = urlsplit(site.url)
    index = Index(folder / "index.sqlite")
    try:
        capture = index.newest_good(f"{parts.scheme}://{parts.netloc}/robots.txt")
        original = index.original(capture) if capture else None
        if original is None:
            return 0.0
        return _asked_in(record_at(locate(folder / "warc", original.file), original.offset))
    except ArchiveError:  # its record did not come along; the crawl asks again
        return 0.0
    finally:
        index.close()


def _asked_in(record: Record) -> float:
    head, body = http1.split(http1.skip_interim(record.block))
    coded = (http1.header(head, b"content-encoding") or b"").decode("latin-1")
    text = decoded(http1.payload(head, body), coded)[0].decode("utf-8", "replace")
    return float(Protego.parse(text).crawl_delay(BOT_NAME) or 0.0)
