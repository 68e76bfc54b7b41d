"""``djeli sites check``: whether sites can still be crawled, what is wrong, and the lines that mend it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.article import Article
from archive.errors import SiteError, UsageError
from crawler.commands.options import add_allow_private, add_data_dir, add_verbose, count

if TYPE_CHECKING:
    from spiders.golden import Golden
    from spiders.health import Health
    from spiders.prober import Look
    from spiders.site import Site

EXAMPLES = """\
Asks each site what its file names, reads a few of its newest articles, and those of its golden again.
green: all is well.  amber: it is crawled, but its file should be mended, or it is silent.  red: articles
are being lost.  Where it finds what mends a file, it prints the lines to put into it.

examples:
  djeli sites check                       all sites, bundled and your own
  djeli sites check radiookapi lefaso
  djeli sites check --json | jq '.[] | select(.level == "red")'

Exit status: 0 all green or amber, 1 any red, 2 wrong usage.
"""
_AGAIN = 2  # of the golden's articles that are read again
_COLOURS = {"green": "green", "amber": "yellow", "red": "bold red"}


def configure(parser: ArgumentParser) -> None:
    """The action's arguments."""
    parser.add_argument("sites", nargs="*", metavar="SITE", help="ids of sites (default: all)")
    parser.add_argument(
        "--articles", type=count, default=3, metavar="N", help="how many to read (default: 3)"
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="DIR",
        help="where goldens are (default: DATA_DIR/sites/recordings)",
    )
    parser.add_argument("--json", action="store_true", help="as a list of JSON objects")
    add_allow_private(parser)
    add_data_dir(parser)
    add_verbose(parser)


def run(options: Namespace) -> int:
    """Look at them all together, judge, tell."""
    from crawler.commands.crawl import open_first
    from crawler.commands.probing import looks
    from spiders.health import NO_NAME
    from spiders.prober import Target

    sites = _sites(options)
    goldens = {site.id: _golden(site, options) for site in sites}
    open_first(options.data_dir)
    targets = [
        Target(
            url=site.url,
            site=site,
            articles=options.articles,
            again=_urls(goldens[site.id])[:_AGAIN],
        )
        for site in sites
    ]
    found = [
        _judged(site, look, goldens[site.id])
        for site, look in zip(sites, looks(options, targets), strict=True)
    ]
    _tell(found, options)
    if len(found) > 1 and all(each.findings[0].what == NO_NAME for each in found):
        sys.stderr.write("djeli: no host has an address: is this machine connected?\n")
    return int(any(each.level == "red" for each in found))


def _sites(options: Namespace) -> list[Site]:
    from spiders.site import find_site, load_sites

    sites = load_sites(options.data_dir / "sites")
    try:
        return [find_site(sites, name) for name in dict.fromkeys(options.sites or sites)]
    except SiteError as error:
        raise UsageError(str(error)) from None


def _golden(site: Site, options: Namespace) -> Golden | None:
    """None where the site was never recorded."""
    from spiders.golden import Golden

    folder = options.record or options.data_dir / "sites" / "recordings"
    path = folder / f"{site.id}.json"
    if not path.exists():
        return None
    try:
        return Golden.from_json(path.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError) as error:
        raise SiteError(f"{path}: no golden: {error!r}") from error


def _urls(golden: Golden | None) -> tuple[str, ...]:
    return tuple(article["url"] for article in golden.articles) if golden else ()


def _judged(site: Site, look: Look | str, golden: Golden | None) -> Health:
    from crawler.commands.addreport import why_none
    from crawler.commands.probing import pages_of
    from crawler.urls import identity
    from spiders.health import Checked, Reread, before_by_url, health, lost

    if isinstance(look, str):
        return lost(site.id, look)
    before: Mapping[str, Mapping[str, Any]] = before_by_url(golden.articles if golden else ())
    pages = [
        Reread(
            page.answer,
            page.outcome if isinstance(page.outcome, Article) else None,
            "" if isinstance(page.outcome, Article) else why_none(page),
            before.get(identity(page.answer.asked)),
        )
        for page in pages_of(look, site.rules)
    ]
    return health(Checked(site=site, seen=look.seen, pages=pages, now=datetime.now(UTC)))


def _tell(found: Sequence[Health], options: Namespace) -> None:
    if options.json:
        rows = [_row(each) for each in found]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    elif sys.stdout.isatty():
        _coloured(found)
    else:
        sys.stdout.write(_plain(found))
    if options.json:
        return
    for each in found:
        if each.fix:
            sys.stdout.write(f"\n# {each.site}.toml\n")
            sys.stdout.writelines(f"{line}\n" for line in each.fix)


def _row(each: Health) -> dict[str, Any]:
    findings = [
        {"level": finding.level, "what": finding.what, "why": finding.why}
        for finding in each.findings
    ]
    fix = [str(line) for line in each.fix]
    return {"site": each.site, "level": each.level, "findings": findings, "fix": fix}


def _plain(found: Sequence[Health]) -> str:
    """A line for each finding, so that `grep red` does."""
    from crawler.commands.table import table

    rows = [
        [each.site, finding.level, finding.what, finding.why]
        for each in found
        for finding in each.findings
    ]
    return table(["site", "is", "what", "why"], rows) + "\n"


def _coloured(found: Sequence[Health]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False)
    for title in ("site", "is", "what", "why"):
        shown.add_column(title, no_wrap=title in ("site", "is"), overflow="fold")
    for each in found:
        for finding in each.findings:
            is_ = Text(finding.level, style=_COLOURS[finding.level])
            shown.add_row(each.site, is_, Text(finding.what), Text(finding.why))
    Console().print(shown)
