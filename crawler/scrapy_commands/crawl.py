"""``scrapy crawl`` with an exit status that tells the truth."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from archive.errors import DjeliError
from crawler.process import run
from crawler.progress import summary


class Command(crawl.Command):
    """Exit status 0 only if the crawl finished and nothing failed."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """As Scrapy's, for one spider."""
        if len(args) != 1:
            raise UsageError("running 'scrapy crawl' takes the name of one spider")
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        try:
            crawler = process.create_crawler(args[0])
        except DjeliError as e:
            sys.stderr.write(f"{e}\n")
            self.exitcode = 2
            return
        (crawl_run,) = run(process, [crawler], **opts.spargs)
        if crawl_run.error:
            sys.stderr.write(f"{args[0]}: {crawl_run.error}\n")
            self.exitcode = 1
        elif not summary(args[0], crawler.stats).is_done:
            self.exitcode = 1
