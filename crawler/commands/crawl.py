"""``djeli crawl``: fetch what is new on news sites into the archive."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir, add_verbose, scrapy_process

if TYPE_CHECKING:
    from crawler.process import Crawl
    from crawler.progress import Summary

HELP = "crawl news sites into the archive"
EXAMPLES = """\
examples:
  djeli crawl radiookapi                    one site
  djeli crawl lefaso hiiraan --data-dir d   several, into the folder d
  djeli crawl --all                         every site that `djeli sites list` shows

An interrupted crawl (Ctrl-C, kill, power cut) goes on where it was when it is run again.
Exit status: 0 all done, 1 something could not be fetched, extracted or kept, 2 wrong usage.
"""

_COLUMNS = (
    ("site", "site"),
    ("records", "responses"),
    ("new articles", "articles"),
    ("held before", "known"),
    ("other pages", "not_articles"),
    ("requisites", "requisites"),
    ("gone", "gone"),
    ("forbidden", "forbidden"),
    ("failed", "failed"),
)


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("sites", nargs="*", metavar="SITE", help="ids of sites to crawl")
    parser.add_argument("--all", action="store_true", help="crawl every site")
    parser.add_argument(
        "--no-requisites", action="store_true", help="leave out style sheets, pictures and fonts"
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON on stdout")
    add_data_dir(parser)
    add_verbose(parser)


def run(options: Namespace) -> int:
    """Crawl, print a table of what was found, and tell whether all was done."""
    from archive.errors import SiteError, UsageError
    from crawler.process import run as run_crawls
    from spiders.site import find_site, sites_in

    sites = sites_in(options.data_dir)
    names = sorted(sites) if options.all else list(dict.fromkeys(options.sites))
    if not names:
        raise UsageError("name the sites to crawl, or --all; `djeli sites list` shows them")
    try:
        for name in names:
            find_site(sites, name)
    except SiteError as e:
        raise UsageError(str(e)) from None
    open_first(options.data_dir)
    process = scrapy_process(options, logging.INFO, REQUISITES=not options.no_requisites)
    crawls = run_crawls(process, [process.create_crawler(name) for name in names])
    return _report(crawls, options)


def open_first(data_dir: Path) -> None:
    """An archive that cannot be written is an error before anything is fetched."""
    from archive import articles, keep

    keep.release(keep.open_archive(data_dir, {}))
    articles.release(articles.open_articles(data_dir))


def _report(crawls: list[Crawl], options: Namespace) -> int:
    from crawler.progress import summary

    summaries = [summary(c.crawler.spidercls.name, c.crawler.stats) for c in crawls if not c.error]
    if options.json:
        rows = [dataclasses.asdict(s) | {"done": s.is_done} for s in summaries]
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
    else:
        sys.stdout.write(_table(summaries, options.data_dir))
    for crawl in crawls:
        if crawl.error:
            sys.stderr.write(f"djeli: {crawl.crawler.spidercls.name}: {crawl.error}\n")
    for line in filter(None, map(_trouble, summaries)):
        sys.stderr.write(f"djeli: {line}\n")
    return int(any(c.error for c in crawls) or not all(s.is_done for s in summaries))


def _trouble(summary: Summary) -> str | None:
    """Why a crawl is not done, in words."""
    from crawler.archiving import ARCHIVE_FAILED

    if summary.reason == "shutdown":
        return f"{summary.site}: interrupted; run the same command again to go on"
    if summary.reason == ARCHIVE_FAILED:
        return None  # said when it happened
    if summary.reason != "finished":
        return f"{summary.site}: stopped: {summary.reason}"
    if summary.is_dark and summary.sources:
        return f"{summary.site}: its feeds, sitemaps and listings name no article"
    if summary.is_dark:
        return f"{summary.site}: none of its feeds, sitemaps and listings could be read"
    if summary.failed:
        return f"{summary.site}: {summary.failed} pages failed; the next crawl tries them again"
    return None


def _table(summaries: list[Summary], data_dir: Path) -> str:
    from crawler.commands.table import table

    rows = [[str(getattr(s, field)) for _, field in _COLUMNS] for s in summaries]
    lines = [table([title for title, _ in _COLUMNS], rows)]
    left_out = sum(s.left_out for s in summaries)
    if left_out:
        lines.append(f"{left_out} older links of sitemaps were left out (SITEMAP_ARTICLES)")
    lines.append(f"WARC files: {data_dir / 'warc'}")
    lines.append(f"articles:   {data_dir / 'articles'}")
    return "\n".join(lines) + "\n"
