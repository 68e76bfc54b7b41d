"""``djeli search``: find articles by their words and by what is known of them."""

from __future__ import annotations

import sys
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir, count
from crawler.commands.wanted import add_filters, wanted_by

if TYPE_CHECKING:
    from archive.article import Article
    from archive.catalogue import Catalogue, Named
    from archive.wanted import Order, Wanted

HELP = "find articles by their words, country, language, date and more"
EXAMPLES = """\
examples:
  djeli search Ménaka convoi
  djeli search 'drone*' --site lake-chad-monitor
  djeli search "القوات" --language ar --json
  djeli search --country ML,NE --since 2026-03-01 --relevance 0.5 --unique
  djeli search embuscade --mentions BF --actor JNIM --sort best

Every word must occur; case, accents and Arabic vowel signs do not matter; a trailing * finds
beginnings.  Of several values parted by commas one is enough.  Newest first.
Exit status: 0 also when nothing is found, 1 if there is no catalogue, 2 wrong usage.
"""

_NAMED = 3  # sites of copies


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words to look for")
    add_filters(parser)
    parser.add_argument("--unique", action="store_true", help="each story once, with its copies")
    parser.add_argument(
        "--sort", choices=("newest", "best"), default="newest", help="default: newest"
    )
    parser.add_argument("--limit", type=count, default=20, metavar="N", help="default: 20")
    parser.add_argument(
        "--json", action="store_true", help="whole articles, one JSON object a line"
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Print what was found."""
    from archive.errors import UsageError

    wanted = wanted_by(options, " ".join(options.query))
    if wanted.is_anything:
        raise UsageError("nothing to look for: give a word, or a filter such as --country ML")
    with open_catalogue(options.data_dir) as catalogue:
        found = matching(catalogue, Asked(wanted, options.sort, unique=options.unique))
        shown = 0
        for article in islice(found, options.limit):
            shown += 1
            line = f"{article.to_json()}\n" if options.json else _entry(catalogue, article)
            sys.stdout.write(line)
        if not shown:
            sys.stderr.write(f"none of {catalogue.count()} articles matches\n")
            sys.stderr.writelines(f"djeli: {hint}\n" for hint in _hints(catalogue, wanted))
    return 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which articles, in which order, and whether each story comes once."""

    wanted: Wanted
    order: Order = "newest"
    unique: bool = False


def matching(catalogue: Catalogue, asked: Asked) -> Iterator[Article]:
    """The articles that are found."""
    found = catalogue.search(asked.wanted, asked.order)
    return catalogue.once_each(found) if asked.unique else found


@contextmanager
def open_catalogue(data_dir: Path) -> Iterator[Catalogue]:
    """The folder's catalogue; ``ArchiveError`` if there is none."""
    from archive.catalogue import Catalogue
    from archive.errors import ArchiveError

    path = data_dir / "catalogue.sqlite"
    if not path.exists():
        raise ArchiveError(f"no catalogue at {path}: nothing has been crawled into it yet")
    if not path.stat().st_size:
        raise ArchiveError(f"{path} is no catalogue: it is empty; make it again: djeli rebuild")
    catalogue = Catalogue(path)
    try:
        yield catalogue
    finally:
        catalogue.close()


def _hints(catalogue: Catalogue, wanted: Wanted) -> Iterator[str]:
    """Which values there are, of the filters that no article at all could meet."""
    asked: tuple[tuple[Named, tuple[str, ...]], ...] = (
        ("site", wanted.sites),
        ("language", wanted.languages),
        ("wire", wanted.wires),
        ("actor", wanted.actors),
    )
    for name, values in asked:
        there = catalogue.values_of(name) if values else []
        known = {value.casefold() for value in there}
        for value in values:
            if value.casefold() not in known:
                yield f"no article has --{name} {value}; there are: {', '.join(there) or 'none'}"


def _entry(catalogue: Catalogue, article: Article) -> str:
    date = (article.published_at or article.fetched_at)[:10]
    countries = [country.code for country in article.countries if country.role == "covered"]
    where = f"  {','.join(countries)}" if countries else ""
    lines = [
        f"{date}  {article.language or '-':<3}{where}  {article.site or '-'}: {article.title}",
        f"    {article.url}",
        f"    {textwrap.shorten(article.text, 160, placeholder=' …')}",
        *(f"    {note}" for note in _notes(catalogue, article)),
    ]
    return "".join(f"{line}\n" for line in lines)


def _notes(catalogue: Catalogue, article: Article) -> Iterator[str]:
    """How many copies there are and where; whose text it is; which version."""
    story = catalogue.story_of(article.id)
    versions = catalogue.versions_of(article.id)
    own = {version.id for version in versions}
    copies = [member for member in story.members if member.id not in own] if story else []
    if copies:
        sites = list(dict.fromkeys(member.site or member.url for member in copies))
        more = f" and {len(sites) - _NAMED} more" if len(sites) > _NAMED else ""
        noun = "copy" if len(copies) == 1 else "copies"
        yield f"+{len(copies)} {noun}: {', '.join(sites[:_NAMED])}{more}"
    if story and story.wire:
        yield f"from {story.wire}"
    numbers = {version.id: version.number for version in versions}
    if (last := max(numbers.values(), default=1)) > 1:
        yield f"version {numbers[article.id]} of {last}"
