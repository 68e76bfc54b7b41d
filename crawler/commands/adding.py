"""``djeli sites add``: look at a site, write its file, record it for the tests, tell what was found."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.article import Article
from archive.errors import SiteError, UsageError
from crawler.commands.options import add_allow_private, add_data_dir, add_verbose, count, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spiders.naming import Found, Line
    from spiders.prober import Look
    from spiders.site import Site

EXAMPLES = """\
Asks robots.txt, the front page, feeds, the WordPress API and sitemaps, as gently as a crawl does, and
reads a few of the newest articles.  Writes DATA_DIR/sites/<id>.toml, and a recording (<id>.warc.gz)
with its golden (<id>.json), which a test compares with what is extracted later.  What is a guess says
so in the file: look at it.  A file that is there already stays, but for --force.

examples:
  djeli sites add https://www.example.ml/
  djeli sites add https://example.org/ha/ --id example-hausa --country NG --language ha
  djeli sites add https://www.example.ml/ --articles 6 --record tests/sites --force

Exit status: 0 the site can be crawled, 1 it cannot (the report says why), 2 wrong usage.
"""


_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The three files of a site."""

    site: Path
    warc: Path
    golden: Path

    @classmethod
    def of(cls, site_id: str, options: Namespace) -> Paths:
        """Where the options want them."""
        folder = options.record or options.data_dir / "sites" / "recordings"
        return cls(
            site=options.data_dir / "sites" / f"{site_id}.toml",
            warc=folder / f"{site_id}.warc.gz",
            golden=folder / f"{site_id}.json",
        )

    def refuse_existing(self) -> None:
        """`UsageError` for the first that is there."""
        for path in (self.site, self.warc, self.golden):
            if path.exists():
                raise UsageError(f"{path} is there already (--force writes it anew)")


def configure(parser: ArgumentParser) -> None:
    """The action's arguments."""
    from crawler.commands.sites import codes, country

    parser.add_argument("url", metavar="URL", help="the front page, or a feed of the site")
    parser.add_argument("--id", metavar="ID", help="what the site is to be called: a-z, 0-9 and -")
    parser.add_argument("--name", help="as the outlet calls itself (default: as its pages say)")
    parser.add_argument(
        "--country", type=country, metavar="CODE", help="where it is published (default: a guess)"
    )
    parser.add_argument(
        "--language",
        type=codes,
        default=(),
        metavar="CODE[,CODE]",
        help="what it is written in, the main one first (default: as its articles show)",
    )
    parser.add_argument(
        "--articles", type=count, default=4, metavar="N", help="how many to read (default: 4)"
    )
    parser.add_argument(
        "--delay",
        type=seconds,
        metavar="SECONDS",
        help="between two requests; goes into the file (default: 1, or as robots.txt asks)",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="DIR",
        help="where recording and golden go (default: DATA_DIR/sites/recordings)",
    )
    parser.add_argument("--force", action="store_true", help="write over files that are there")
    add_allow_private(parser)
    add_data_dir(parser)
    add_verbose(parser)


def run(options: Namespace) -> int:
    """Look, write, report."""
    from crawler.commands.addreport import report
    from crawler.commands.crawl import open_first
    from crawler.commands.probing import articles_of, looks, pages_of
    from spiders.prober import Target

    site_id = _id(options)
    paths = Paths.of(site_id, options)
    if not options.force:
        paths.refuse_existing()
    open_first(options.data_dir)
    settings = {"ARCHIVE_REVISITS": False}  # a recording needs whole records
    if options.delay:
        settings |= {"DOWNLOAD_DELAY": options.delay, "AUTOTHROTTLE_START_DELAY": options.delay}
    target = Target(url=options.url, articles=options.articles)
    (look,) = looks(options, [target], **settings)
    if isinstance(look, str):
        raise SiteError(f"{options.url}: {look}")
    pages = pages_of(look, None)
    found = _found(look, articles_of(pages), options)
    if not found.lacks:
        site = _write_site(paths.site, found.lines)
        pages = pages_of(look, site.rules)
        _record(paths, site, look, options.data_dir)
    sys.stdout.write(report(look, pages, found))
    if not found.lacks:
        sys.stdout.write(
            f"\nwritten: {paths.site}\n         {paths.warc}\n         {paths.golden}\n"
        )
    return int(bool(found.lacks))


def is_http(url: str) -> bool:
    """Whether a URL can be asked for."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _id(options: Namespace) -> str:
    """What the site is called: as asked for, as the file says that it has, or after its host."""
    from spiders.drafts import site_id
    from spiders.site import load_sites, site_for

    if not is_http(options.url):
        raise UsageError(f"{options.url}: not an http:// or https:// URL")
    if options.id and not _ID.fullmatch(options.id):
        raise UsageError(f"--id {options.id}: allowed are a-z, 0-9 and -")
    sites = load_sites(options.data_dir / "sites")
    known = site_for(options.url, sites)
    if known and known.id != options.id and not options.force:
        raise UsageError(
            f"{options.url} is {known.id} already: `djeli sites check {known.id}` looks at it"
            " (--force writes a file of your own that replaces it)"
        )
    return options.id or (known.id if known else site_id(options.url, sites))


def _found(look: Look, articles: Sequence[Article], options: Namespace) -> Found:
    from spiders.naming import Given, Read, site_lines

    given = Given(
        name=options.name,
        country=options.country,
        languages=options.language,
        delay=options.delay,
    )
    return site_lines(look.seen, Read(look.pages, articles), given, datetime.now(UTC).date())


def _write_site(path: Path, lines: Sequence[Line]) -> Site:
    """The site that the lines make; read from the file, so that a slip would be found at once."""
    from spiders.site import load_site

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return load_site(path)


def _record(paths: Paths, site: Site, look: Look, data_dir: Path) -> None:
    """The source by which the articles were found and their pages; the golden is read from the file."""
    from crawler.commands.recording import articles_in, responses, with_requests, write_recording
    from spiders.answers import Got
    from spiders.golden import Golden, furniture

    answers = [*([look.best.answer] if look.best else []), *look.pages]
    came = {a.url: a.record for a in answers if isinstance(a, Got) and a.record}
    records = with_requests(came.values(), data_dir / "warc")
    write_recording(paths.warc, site.id, records, datetime.now(UTC))
    articles = articles_in(paths.warc, site.rules)
    urls = {article.url for article in articles}
    pages = [record for record in responses(paths.warc) if record.url in urls]
    source = {}
    if look.best and isinstance(look.best.answer, Got):
        source = {
            "kind": look.best.wanted.kind,
            "url": look.best.answer.url,
            "links": len(look.best.links),
        }
    golden = Golden.of(site.id, source, articles, furniture(pages, articles))
    paths.golden.write_text(golden.to_json(), encoding="utf-8")
