"""``djeli sites list``: which sites there are."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace

from crawler.commands.options import add_data_dir

HELP = "list the sites that can be crawled"
EXAMPLES = """\
examples:
  djeli sites list
  djeli sites list --country ML
  djeli sites list --json

A site is a file: spiders/sites/<id>.toml in the package, or DATA_DIR/sites/<id>.toml of your own.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("action", choices=["list"])
    parser.add_argument(
        "--country", type=str.upper, metavar="CODE", help="only sites of this country (ISO 3166)"
    )
    parser.add_argument(
        "--language", type=str.lower, metavar="CODE", help="only sites in this language (ISO 639)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Print them, in the order of their ids."""
    from crawler.commands.table import table
    from spiders.site import load_sites

    sites = load_sites(options.data_dir / "sites")
    shown = [
        {
            "id": site.id,
            "country": site.country,
            "languages": list(site.languages),
            "kind": site.kind,
            "name": site.name,
            "url": site.url,
        }
        for _, site in sorted(sites.items())
        if options.country in (None, site.country)
        and (options.language is None or options.language in site.languages)
    ]
    if options.json:
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in shown)
        return 0
    rows = [[",".join(v) if isinstance(v, list) else str(v) for v in row.values()] for row in shown]
    titles = ["id", "country", "languages", "kind", "name", "url"]
    sys.stdout.write(table(titles, rows) + "\n")
    return 0
