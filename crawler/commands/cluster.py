"""``djeli cluster``: prepare PostgreSQL and the storage for several machines, and look at their jobs."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

from crawler.commands.clusteroptions import add_cluster, check
from crawler.commands.options import add_data_dir, count

HELP = "prepare and watch the crawls of several machines"
EXAMPLES = """\
examples:
  djeli cluster init --store s3://desk --database postgresql://desk@db/djeli
  djeli cluster init lefaso radiookapi     the same; the machines crawl these, not all that there are
  djeli cluster status                     the queue, the workers, what was crawled and what is due next
  djeli cluster defer lefaso radiookapi    ask for crawls now, whenever their time is
  djeli cluster defer                      ask for all that are due (each worker's tick does so every minute)
  djeli cluster retry --dead-after 60      end the jobs of dead workers and ask for them again (so does the tick)

$DJELI_DATABASE and $DJELI_STORE stand for the options.  `init` makes the tables and puts the data
folder's own site files into the storage for all machines; run it again when they have changed.
Exit status: 0 done, 1 PostgreSQL or the storage cannot be reached, 2 wrong usage.
"""
_ACTIONS = {
    "init": "make the tables, and give all machines the site files of this data folder",
    "status": "print what is queued, who works, what is due",
    "defer": "queue crawls of the sites named, or of those that are due",
    "retry": "end the jobs of dead workers, and queue their crawls again",
}


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    for name, what in _ACTIONS.items():
        action = actions.add_parser(
            name, help=what, description=f"{what[0].upper()}{what[1:]}.", epilog=EXAMPLES,
            formatter_class=RawDescriptionHelpFormatter,
        )  # fmt: skip
        add_cluster(action)
        add_data_dir(action)
        if name in ("init", "defer"):
            action.add_argument("sites", nargs="*", metavar="SITE", help="ids of sites")
        if name == "status":
            action.add_argument("--json", action="store_true", help="print it as JSON")
        if name == "retry":
            action.add_argument(
                "--dead-after", type=count, default=60, metavar="SECONDS", help="default: 60"
            )
    parser.epilog = f"{EXAMPLES}\n--data-dir and the others follow the action."


def run(options: Namespace) -> int:
    """Do it, and print what was done."""
    check(options)
    from crawler.cluster import watching

    sys.stdout.write(asyncio.run(getattr(watching, options.action)(options)))
    return 0
