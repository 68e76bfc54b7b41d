"""Take a look at sites: a spider for each, together, with one connection to a host."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.article import Article
from crawler.commands.options import scrapy_process
from crawler.commands.recording import extracted
from spiders.answers import Answer, Got

if TYPE_CHECKING:
    from crawler.commands.recording import Outcome
    from crawler.rules import Rules
    from spiders.prober import Look, Target

SECONDS = 30  # for one answer
ENDED = "the look was broken off"


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page that was asked for, and what it holds; None where it did not come."""

    answer: Answer
    outcome: Outcome | None


def looks(options: Namespace, targets: Sequence[Target], **settings: Any) -> list[Look | str]:
    """A look at each target, in their order, or why there is none."""
    from crawler.commands.crawl import watched
    from crawler.process import run as run_crawls
    from spiders.prober import probe_class

    process = scrapy_process(
        options,
        logging.CRITICAL,
        JOURNAL_ENABLED=False,
        PROGRESS_LINES=False,
        DOWNLOAD_TIMEOUT=SECONDS,
        RETRY_TIMES=1,
        **settings,
    )
    crawlers = [process.create_crawler(probe_class(target)) for target in targets]
    with watched(crawlers, options):
        crawls = run_crawls(process, crawlers)
    found: list[Look | str] = []
    for crawl in crawls:
        look: Look | None = getattr(crawl.crawler.spider, "look", None)
        failure = crawl.crawler.stats.get_value("archive/failure")
        found.append(look or crawl.error or failure or ENDED)
    return found


def pages_of(look: Look, rules: Rules | None) -> list[Page]:
    """The pages of a look, read; what recurs is learned from them alone."""
    records = [page.record for page in look.pages if isinstance(page, Got) and page.record]
    outcomes = iter(extracted(records, rules))
    return [
        Page(page, next(outcomes) if isinstance(page, Got) and page.record else None)
        for page in look.pages
    ]


def articles_of(pages: Sequence[Page]) -> list[Article]:
    """The articles among the pages."""
    return [page.outcome for page in pages if isinstance(page.outcome, Article)]
