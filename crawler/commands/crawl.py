"""``djeli crawl``: fetch what is new on news sites into the archive."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import (
    add_allow_private,
    add_data_dir,
    add_verbose,
    count,
    day,
    scrapy_process,
    shard,
)

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.process import Crawl
    from crawler.progress import Summary
    from spiders.site import Site

HELP = "crawl news sites into the archive"
EXAMPLES = """\
examples:
  djeli crawl radiookapi                    one site
  djeli crawl lefaso hiiraan --data-dir d   several, into the folder d
  djeli crawl --all                         every site that `djeli sites list` shows
  djeli crawl --due                         those whose time has come; for a timer (`djeli schedule`)
  djeli crawl --due --shard 2/5             the second of five machines; each host is of one of them
  djeli crawl lefaso --since 2024-01-01     also what its archives hold from that day on
  djeli crawl lefaso --from-archive > a.jsonl               the same crawl out of the archive, offline
  djeli crawl lefaso --from-archive --as-of 2026-03-14 -o a.jsonl

An interrupted crawl (Ctrl-C, kill, power cut) goes on where it was when it is run again.  Pages that
failed are tried again: at once by a crawl of a named site, when their time has come by --due.
--from-archive asks no server and changes nothing in the data folder: each request is answered with the
newest good capture, until --as-of; the articles come on stdout, in the order of their captures.
Exit status: 0 all done, 1 something could not be fetched, extracted or kept, 2 wrong usage.
"""

_COLUMNS = (
    ("site", "site"),
    ("records", "responses"),
    ("new articles", "articles"),
    ("corrected", "corrected"),
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
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="crawl every site")
    which.add_argument(
        "--due", action="store_true", help="of the sites named, or of all, those that are due"
    )
    parser.add_argument(
        "--shard",
        type=shard,
        metavar="N/M",
        help="only the sites whose hosts fall to the Nth of M machines; the same on each of them",
    )
    parser.add_argument(
        "--since", type=day, metavar="YYYY-MM-DD", help="walk the archives back to this day"
    )
    parser.add_argument(
        "--stop-after",
        type=count,
        metavar="SECONDS",
        help="end in order after so long; the next crawl goes on",
    )
    parser.add_argument("--only-due-pages", action="store_true", help=SUPPRESS)
    parser.add_argument("--ends-with", type=int, metavar="PID", help=SUPPRESS)
    parser.add_argument(
        "--no-requisites", action="store_true", help="leave out style sheets, pictures and fonts"
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON on stdout")
    parser.add_argument(
        "--metrics",
        type=Path,
        metavar="FILE",
        help="write the summary for Prometheus' node exporter",
    )
    offline = parser.add_argument_group("out of the archive")
    offline.add_argument(
        "--from-archive", action="store_true", help="ask the archive only; print articles"
    )
    offline.add_argument("--as-of", metavar="DATE", help="as it was until this day or time")
    offline.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="of the articles; default: stdout"
    )
    add_allow_private(parser)
    add_data_dir(parser)
    add_verbose(parser)


def run(options: Namespace) -> int:
    """Crawl, print a table of what was found, and tell whether all was done."""
    from crawler.commands import fromarchive
    from crawler.dying import die_with
    from crawler.process import run as run_crawls

    if options.ends_with:
        die_with(options.ends_with)
    fromarchive.check(options)
    names = _names(options)
    if options.from_archive:
        return fromarchive.run(options, names)
    if not names:
        sys.stderr.write("nothing is due\n" if options.due else "no site falls to this machine\n")
        return _report([], options)
    open_first(options.data_dir)
    process = scrapy_process(
        options,
        logging.INFO,
        REQUISITES=not options.no_requisites,
        CRAWL_DUE=options.due or options.only_due_pages,
        CLOSESPIDER_TIMEOUT=options.stop_after or 0,
        CRAWL_SINCE=options.since.isoformat() if options.since else None,
    )
    crawlers = [process.create_crawler(name) for name in names]
    with watched(crawlers, options):
        crawls = run_crawls(process, crawlers)
    return _report(crawls, options)


def _names(options: Namespace) -> list[str]:
    """The sites to crawl: none only where none is due."""
    from archive.errors import SiteError, UsageError
    from spiders.site import find_site, sites_in

    sites = sites_in(options.data_dir)
    names = list(dict.fromkeys(options.sites))
    if options.all and names:
        raise UsageError("either name sites or say --all")
    if not names and not options.all and not options.due:
        raise UsageError(
            "name the sites to crawl, or --all or --due; `djeli sites list` shows them"
        )
    try:
        for name in names:
            find_site(sites, name)
    except SiteError as e:
        raise UsageError(str(e)) from None
    names = names or sorted(sites)
    if options.shard:
        names = _in_shard(names, sites, options.shard)
    return [n for n in names if _is_due(options.data_dir, n)] if options.due else names


def _in_shard(names: list[str], sites: Mapping[str, Site], shard: tuple[int, int]) -> list[str]:
    """Sites with a host in common fall to one machine, whichever of them are named."""
    from crawler.hosts import shard_of, turns

    hosts = turns((site.id, set(site.domains)) for site in sites.values())
    number, of = shard
    return [name for name in names if shard_of(hosts.get(name, name), of) == number]


def _is_due(data_dir: Path, name: str) -> bool:
    """Whether its time has come and nobody is crawling it; a site never crawled is due."""
    from crawler.journal import is_held
    from crawler.ledger import ledger_of

    path = data_dir / "state" / f"{name}.sqlite"
    if not path.exists():
        return True
    if is_held(path):
        return False
    with ledger_of(path) as ledger:
        due = ledger.next_due
    return due is None or due <= datetime.now(UTC)


@contextmanager
def watched(crawlers: Sequence[Crawler], options: Namespace) -> Iterator[None]:
    """A live table, where somebody is watching a terminal."""
    from crawler.live import is_terminal, live_table

    if options.verbose or not is_terminal():
        yield
        return
    for crawler in crawlers:
        crawler.settings.set("PROGRESS_LINES", value=False, priority="cmdline")
    with live_table(crawlers):
        yield


def open_first(data_dir: Path) -> None:
    """An archive that cannot be written is an error before anything is fetched."""
    from archive import articles, keep

    keep.release(keep.open_archive(data_dir, {}))
    articles.release(articles.open_articles(data_dir))


def _report(crawls: list[Crawl], options: Namespace) -> int:
    from crawler.metrics import write_metrics
    from crawler.progress import summary

    summaries = [summary(c.crawler.spidercls.name, c.crawler.stats) for c in crawls if not c.error]
    if options.metrics:
        write_metrics(options.metrics, summaries, datetime.now(UTC))
    if options.json:
        rows = [dataclasses.asdict(s) | {"done": s.is_done} for s in summaries]
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
    elif summaries or crawls:
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
    if summary.reason == "closespider_timeout":
        return f"{summary.site}: stopped after its time; run the same command again to go on"
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
