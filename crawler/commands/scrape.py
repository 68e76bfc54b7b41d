"""``djeli scrape``: one URL, or many, to articles on stdout."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.commands.options import (
    add_allow_private,
    add_data_dir,
    add_verbose,
    scrapy_process,
    seconds,
)

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess

    from archive.article import Article

HELP = "print the articles at URLs as JSON, one a line"
EXAMPLES = """\
examples:
  djeli scrape https://example.org/2026/03/article.html
  djeli scrape - < urls.txt > articles.jsonl
  djeli scrape --no-archive URL | jq .text

Any URL will do; it needs no site file.  Articles go to stdout, all else to stderr.
Exit status: 0 every URL gave its article, 1 some did not (one line each says why), 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("urls", nargs="+", metavar="URL", help="http(s) URLs, or - for stdin")
    parser.add_argument("--no-archive", action="store_true", help="keep nothing on disk")
    parser.add_argument(
        "--no-requisites", action="store_true", help="leave out style sheets, pictures and fonts"
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=30,
        metavar="SECONDS",
        help="for one answer (default: 30)",
    )
    parser.add_argument(
        "--ignore-robots", action="store_true", help="fetch what robots.txt asks not to fetch"
    )
    add_allow_private(parser)
    add_data_dir(parser)
    add_verbose(parser)


def run(options: Namespace) -> int:
    """Scrape, print, and tell whether every URL gave its article."""
    from archive.errors import UsageError
    from crawler.process import run as run_crawls
    from spiders.manners import private_places
    from spiders.pages import PagesSpider
    from spiders.site import sites_in

    wanted = list(dict.fromkeys(_urls(options.urls)))
    bad = [url for url in wanted if not _is_http(url)]
    for url in bad:
        _complain(url, "not an http:// or https:// URL")
    urls = [url for url in wanted if url not in bad]
    if not urls:
        raise UsageError("no URL to scrape")
    if not options.no_archive:
        from crawler.commands.crawl import open_first

        open_first(options.data_dir)
    process = scrapy_process(
        options,
        logging.CRITICAL,
        ARCHIVE_ENABLED=not options.no_archive,
        ARCHIVE_REVISITS=False,  # a one-off capture is evidence by itself
        JOURNAL_ENABLED=False,
        PRIVATE_PLACES=sorted(
            set().union(*map(private_places, sites_in(options.data_dir).values()))
        ),
        REQUISITES=not options.no_requisites,
        DOWNLOAD_TIMEOUT=options.timeout,
        CONCURRENT_REQUESTS=16,  # many hosts
        DOWNLOAD_DELAY=0.25,
        AUTOTHROTTLE_START_DELAY=0.25,
        RETRY_TIMES=1,
        ROBOTSTXT_OBEY=not options.ignore_robots,
    )
    output = _Output(process)
    crawler = process.create_crawler(PagesSpider)
    (crawl,) = run_crawls(process, [crawler], urls=urls, found=output.write, missed=_complain)
    if output.error:
        raise output.error
    if crawl.error:
        sys.stderr.write(f"djeli: {crawl.error}\n")
    failed = crawl.error or crawler.stats.get_value("archive/failure")  # said when it happened
    return int(bool(bad) or len(output.done) < len(urls) or bool(failed))


class _Output:
    """Articles to stdout; when that takes no more, nothing more is fetched."""

    def __init__(self, process: AsyncCrawlerProcess) -> None:
        self.done: set[str] = set()
        self.error: OSError | None = None
        self._process = process
        self._stopping: asyncio.Future[None] | None = None

    def write(self, url: str, article: Article) -> None:
        """Called for each article once it is durable; an error here would only be logged."""
        if self.error:
            return
        try:
            sys.stdout.write(article.to_json() + "\n")
            sys.stdout.flush()
        except OSError as e:
            self.error = e
            self._stopping = asyncio.ensure_future(self._process.stop())
            return
        self.done.add(url)


def _urls(arguments: Iterable[str]) -> Iterator[str]:
    for argument in arguments:
        if argument != "-":
            yield argument
            continue
        yield from (line.strip() for line in sys.stdin if line.strip())


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _complain(url: str, reason: str) -> None:
    sys.stderr.write(f"djeli: {url}: {reason}\n")
