"""``djeli search``: find articles by their words."""

from __future__ import annotations

import sys
import textwrap
from argparse import ArgumentParser, Namespace

from crawler.commands.options import add_data_dir, count

HELP = "find articles by their words"
EXAMPLES = """\
examples:
  djeli search Ménaka convoi
  djeli search 'drone*' --site lake-chad-monitor
  djeli search "القوات" --language ar --json

Every word must occur; case, accents and Arabic vowel signs do not matter; a trailing * finds
beginnings.  Newest first.  Exit status: 0 also when nothing is found, 1 if there is no catalogue.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("query", nargs="+", metavar="QUERY", help="words to look for")
    parser.add_argument("--site", metavar="ID", help="only articles of this site")
    parser.add_argument("--language", metavar="CODE", help="only articles in this language")
    parser.add_argument("--limit", type=count, default=20, metavar="N", help="default: 20")
    parser.add_argument(
        "--json", action="store_true", help="whole articles, one JSON object a line"
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Print what was found."""
    from archive.catalogue import Catalogue
    from archive.errors import ArchiveError

    path = options.data_dir / "catalogue.sqlite"
    if not path.exists():
        raise ArchiveError(f"no catalogue at {path}: nothing has been crawled into it yet")
    catalogue = Catalogue(path)
    found = list(
        catalogue.search(
            " ".join(options.query),
            site=options.site,
            language=options.language,
            limit=options.limit,
        )
    )
    for article in found:
        if options.json:
            sys.stdout.write(article.to_json() + "\n")
            continue
        date = (article.published_at or article.fetched_at)[:10]
        sys.stdout.write(
            f"{date}  {article.language or '-':<3}  {article.site or '-'}: {article.title}\n"
            f"    {article.url}\n"
            f"    {textwrap.shorten(article.text, 160, placeholder=' …')}\n"
        )
    if not found:
        sys.stderr.write(f"none of {catalogue.count()} articles matches\n")
    catalogue.close()
    return 0
