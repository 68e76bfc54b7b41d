"""``djeli worker``: crawl what `djeli cluster` has queued, beside the workers of other machines."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from crawler.commands.clusteroptions import add_cluster, check
from crawler.commands.options import add_allow_private, add_data_dir, add_verbose, count

HELP = "crawl sites beside the workers of other machines"
EXAMPLES = """\
examples:
  djeli worker --store s3://desk --database postgresql://desk@db/djeli
  djeli worker --store /mnt/desk --jobs 8        eight sites at a time ($DJELI_DATABASE names PostgreSQL)
  djeli worker --keep-local                      what was sent stays in the data folder as well

A worker takes a site's state from the storage, crawls it, and returns what it brought: WARC files,
CDXJ and articles first, then the state.  Killed at any moment it loses no page: another worker goes on
from the state that was returned last, and what lies in the data folder is sent at the next start.
SIGTERM and Ctrl-C let each crawl end in order; what is left of it is another job's.
Exit status: 0 ended, 1 PostgreSQL or the storage cannot be reached, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--jobs", type=count, default=2, metavar="N", help="sites at a time (default: 2)"
    )
    parser.add_argument(
        "--keep-local", action="store_true", help="do not delete what the storage has"
    )
    parser.add_argument(
        "--no-requisites", action="store_true", help="leave out style sheets, pictures and fonts"
    )
    parser.add_argument(
        "--slice",
        type=count,
        default=900,
        metavar="SECONDS",
        help="return a crawl's state after so long; the rest is another job's (default: 900)",
    )
    parser.add_argument(
        "--dead-after",
        type=count,
        default=60,
        metavar="SECONDS",
        help="a worker that was silent for so long is dead (default: 60; the same on each machine)",
    )
    add_cluster(parser)
    add_allow_private(parser)
    add_data_dir(parser)
    add_verbose(parser)


def run(options: Namespace) -> int:
    """Work until told to stop."""
    check(options)
    from crawler.cluster.working import run_worker

    return run_worker(options)
