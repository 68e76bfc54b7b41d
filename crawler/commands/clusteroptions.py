"""Where the jobs and the storage are: options of the commands for several machines."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

DATABASE, STORE = "DJELI_DATABASE", "DJELI_STORE"


def add_cluster(parser: ArgumentParser) -> None:
    """``--database`` and ``--store``."""
    parser.add_argument(
        "--database",
        default=os.environ.get(DATABASE),
        metavar="URL",
        help=f"of PostgreSQL: postgresql://user:password@host/name (default: ${DATABASE})",
    )
    parser.add_argument(
        "--store",
        default=os.environ.get(STORE),
        metavar="PLACE",
        help=f"a folder or URL that all machines reach, such as s3://bucket/desk (default: ${STORE})",
    )


def check(options: Namespace) -> None:
    """Say in one line what is missing: an option, or the packages."""
    from archive.errors import DjeliError, UsageError

    for name, variable in (("database", DATABASE), ("store", STORE)):
        if not getattr(options, name):
            raise UsageError(f"--{name} (or ${variable}) is needed")
    try:
        import procrastinate  # noqa: F401
        import psycopg  # noqa: F401
    except ImportError as e:
        raise DjeliError(
            f"several machines need further packages ({e.name} is missing):"
            " pip install -r requirements-cluster.txt"
        ) from e
