"""``djeli sites``: which sites there are, lists of feeds in and out, a look at a new or an old one."""

from __future__ import annotations

import json
import sys
from argparse import (
    ArgumentParser,
    ArgumentTypeError,
    Namespace,
    RawDescriptionHelpFormatter,
    _SubParsersAction,
)
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.commands import adding, checking
from crawler.commands.options import add_data_dir

if TYPE_CHECKING:
    from spiders.site import Site

HELP = "list, add and check the sites that can be crawled"
EXAMPLES = """\
examples:
  djeli sites list
  djeli sites list --country ML,NE --kind radio
  djeli sites show radiookapi
  djeli sites add https://www.example.ml/
  djeli sites check radiookapi lefaso
  djeli sites import feeds.opml --country ML --language fr
  djeli sites export --opml > feeds.opml

A site is a file: spiders/sites/<id>.toml in the package, or sites/<id>.toml of your own in the folder
that --data-dir names; docs/sites.md tells what it may say.  `djeli sites ACTION --help` tells more.
Exit status: 0 done, 1 something could not be read, written, imported or crawled, 2 wrong usage.
"""
_IMPORT = """\
The file is OPML, or has one URL a line: of a feed or of a front page.  Each new site becomes a file in
DATA_DIR/sites, which you may edit; a site that there is already is left as it is.  What no folder of the OPML
(ML) or its language attribute says, --country and --language must.

examples:
  djeli sites import feeds.opml
  djeli sites import urls.txt --country NE --language fr,ha
"""


def configure(parser: ArgumentParser) -> None:
    """The command's actions, each with its arguments."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="all sites, or those of a country, language or kind")
    _add_filters(listing)
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(act=_list)
    show = actions.add_parser("show", help="all that is known of one site")
    show.add_argument("site", metavar="ID")
    show.add_argument("--json", action="store_true", help="as a JSON object")
    show.set_defaults(act=_show)
    bring = actions.add_parser(
        "import",
        help="make site files of an OPML file or a list of URLs",
        epilog=_IMPORT,
        formatter_class=RawDescriptionHelpFormatter,
    )
    bring.add_argument("file", type=Path, metavar="FILE", help="OPML, or one URL a line")
    bring.add_argument("--country", type=country, metavar="CODE", help="where all are published")
    bring.add_argument(
        "--language", type=codes, default=(), metavar="CODE[,CODE]", help="what all are written in"
    )
    bring.set_defaults(act=_import)
    _configure_looks(actions)
    export = actions.add_parser("export", help="write the sites' feeds for other readers")
    export.add_argument("--opml", action="store_true", required=True, help="as OPML, on stdout")
    _add_filters(export)
    export.set_defaults(act=_export)
    for action in (listing, show, bring, export):
        add_data_dir(action)


def _configure_looks(actions: _SubParsersAction[ArgumentParser]) -> None:
    """The two that ask sites."""
    add = actions.add_parser(
        "add",
        help="look at a site, write its file and a recording for the tests",
        epilog=adding.EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    adding.configure(add)
    add.set_defaults(act=adding.run)
    check = actions.add_parser(
        "check",
        help="look whether sites can still be crawled, and what would mend them",
        epilog=checking.EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    checking.configure(check)
    check.set_defaults(act=checking.run)


def run(options: Namespace) -> int:
    """Do what was asked for."""
    status: int = options.act(options)
    return status


def _add_filters(parser: ArgumentParser) -> None:
    for name, what in (("country", "of this country"), ("language", "in this language")):
        parser.add_argument(
            f"--{name}", type=codes, default=(), metavar="CODE[,CODE]", help=f"only sites {what}"
        )
    parser.add_argument("--kind", type=_kinds, default=(), metavar="KIND[,KIND]", help=_kind_help())


def _kind_help() -> str:
    return "only news, agency, radio, ngo, state or research"


def codes(text: str) -> tuple[str, ...]:
    """Codes parted by commas, for argparse."""
    return tuple(filter(None, (part.strip().lower() for part in text.split(","))))


def _kinds(text: str) -> tuple[str, ...]:
    from spiders.sitevalues import KINDS

    kinds = codes(text)
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ArgumentTypeError(f"{unknown[0]!r} is not one of {', '.join(KINDS)}")
    return kinds


def country(text: str) -> str:
    """The code of a country, for argparse."""
    from spiders import sitevalues

    try:
        return sitevalues.country(text.upper())
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _chosen(options: Namespace) -> list[Site]:
    from spiders.site import load_sites

    return [
        site
        for site in load_sites(options.data_dir / "sites").values()
        if (not options.country or site.country.lower() in options.country)
        and (not options.language or set(options.language) & set(site.languages))
        and (not options.kind or site.kind in options.kind)
    ]


def _list(options: Namespace) -> int:
    from crawler.commands.table import table

    sites = _chosen(options)
    if options.json:
        sys.stdout.writelines(json.dumps(_row(site), ensure_ascii=False) + "\n" for site in sites)
        return 0
    titles = ["id", "country", "languages", "kind", "scale", "feeds", "name", "url"]
    sys.stdout.write(table(titles, [_cells(site) for site in sites]) + "\n")
    return 0


def _cells(site: Site) -> list[str]:
    languages, scale = ",".join(site.languages), site.scale or ""
    return [site.id, site.country, languages, site.kind, scale, _status(site), site.name, site.url]


def _status(site: Site) -> str:
    """How the feeds are known, in a word each; "" where they are looked for on the front page."""
    words = (known.partition(" ")[0] if known else "given" for known in site.known)
    return ",".join(dict.fromkeys(words))


def _row(site: Site) -> dict[str, Any]:
    names = ("id", "country", "languages", "kind", "scale", "ownership", "name", "url")
    feeds = [
        {"url": url, "known": known} for url, known in zip(site.feeds, site.known, strict=True)
    ]
    return {name: getattr(site, name) for name in names} | {"feeds": feeds}


def _show(options: Namespace) -> int:
    from archive.errors import SiteError, UsageError
    from spiders.site import find_site, load_sites

    try:
        site = find_site(load_sites(options.data_dir / "sites"), options.site)
    except SiteError as error:
        if options.site in str(error).partition(":")[0]:
            raise UsageError(str(error)) from None
        raise
    said = dict(_said(site))
    if options.json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")
        return 0
    width = max(map(len, said))
    for name, value in said.items():
        for line in value if isinstance(value, list) else [value]:
            sys.stdout.write(f"{name:{width}}  {line}\n")
            name = ""
    return 0


def _said(site: Site) -> Iterable[tuple[str, Any]]:
    """What the file says or what follows from it, by the names of the keys."""
    for field in fields(site):
        value = getattr(site, field.name)
        if field.name == "feeds":
            known = zip(site.feeds, site.known, strict=True)
            value = [f"{url} ({how})" if how else url for url, how in known]
        if field.name in ("known", "layout", "until") or value in (None, (), [], False):
            continue
        value = getattr(value, "pattern", value)
        yield field.name, [str(item) for item in value] if isinstance(value, tuple) else value
    for field in fields(site.layout):
        if value := getattr(site.layout, field.name):
            yield field.name, list(value) if isinstance(value, tuple) else value
    if site.until:
        yield "until", [str(block.day) for block in site.until]


def _import(options: Namespace) -> int:
    from spiders.drafts import Left, Said, drafts
    from spiders.outlines import Outline, Stray, outlines_in
    from spiders.site import load_sites

    folder = options.data_dir / "sites"
    listed = outlines_in(options.file.read_bytes())
    found = [one for one in listed if isinstance(one, Outline)]
    said = Said(country=options.country, languages=options.language)
    failed = len(found) < len(listed) or not found
    if not found:
        sys.stderr.write(f"djeli: {options.file}: no feeds or URLs in it\n")
    for stray in (one for one in listed if found and isinstance(one, Stray)):
        sys.stderr.write(
            f"djeli: {options.file}: {stray.where}: {stray.text!r} is no http or https URL\n"
        )
    for draft in drafts(found, load_sites(folder), said):
        if isinstance(draft, Left):
            failed |= not draft.is_known
            sys.stderr.write(f"djeli: {draft.url}: {draft.why}\n")
        else:
            failed |= not _written(folder / f"{draft.id}.toml", draft.text)
    return int(failed)


def _written(path: Path, text: str) -> bool:
    """Whether a new file holds a site; one that does not is not left behind."""
    from archive.errors import SiteError
    from spiders.site import load_site

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    try:
        load_site(path)
    except SiteError as error:
        path.unlink()
        sys.stderr.write(f"djeli: {error}\n")
        return False
    sys.stdout.write(f"{path}\n")
    return True


def _export(options: Namespace) -> int:
    from spiders.outlines import opml

    sys.stdout.write(opml(_chosen(options)))
    return 0
