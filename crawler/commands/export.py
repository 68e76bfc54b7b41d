"""``djeli export``: the archive, or a part of it, as one WACZ file, or its articles as a list or tables."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.commands.options import add_data_dir
from crawler.commands.wanted import FILTERS, add_filters, moment, wanted_by

if TYPE_CHECKING:
    from archive.article import Article
    from archive.catalogue import Catalogue
    from archive.selection import Selection
    from archive.wanted import Wanted

FORMATS = ("wacz", "jsonl", "csv", "parquet", "sqlite")
_FILES = ("parquet", "sqlite")  # no streams of lines: they need a file
HELP = "write the archive or a part of it as WACZ for replay tools, or articles as lists and tables"
EXAMPLES = """\
examples:
  djeli export --wacz all.wacz              the whole archive in data/
  djeli export --wacz march.wacz --site radiookapi --since 2026-03-01 --until 2026-03-31
  djeli export --wacz all.wacz --sign key.pem
  djeli export --wacz sahel.wacz --country ML,NE,BF --relevance 0.5
  djeli export --format csv --out sahel.csv --country ML,NE,BF --since 2026-03-01
  djeli export --format jsonl --actor JNIM > jnim.jsonl
  djeli export --out sahel.sqlite --country ML,NE,BF
  djeli export --out sahel.parquet --since 2026-03-01     needs pyarrow: requirements-parquet.txt

Dates are days, or times with their zone (2026-03-01T06:00:00Z); the day of --until is included.
They are those of publication; with --wacz and no other filter than --site, those of capture, and
pages that are no articles are in it.  Other filters choose articles: their records go in, with what
their pages need to be seen.  A revisit brings the original that it refers to.  The key is made if
there is none.  Lists have each article's story, version and relations beside its own fields.
Exit status: 0 all is in it, 1 nothing matches or something could not be read or written, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--wacz", type=Path, metavar="FILE", help="write a WACZ to this file")
    parser.add_argument(
        "--format", choices=FORMATS, help="by default what the name of --out ends in"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the file to write; a list goes to stdout by default",
    )
    parser.add_argument("--words", default="", metavar="QUERY", help="only articles with these")
    add_filters(parser)
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign with the key in this file")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Export, and tell whether all could be read."""
    wanted = wanted_by(options, options.words)
    kind, out = _target(options)
    if kind == "wacz" and out:
        return _wacz(options, wanted, out)
    return _list(options, wanted, kind, out)


def _target(options: Namespace) -> tuple[str, Path | None]:
    """Which format and where to; of what ``--wacz`` stands for, of ``--format`` and ``--out``."""
    from archive.errors import UsageError

    if options.wacz and (options.format or options.out):
        raise UsageError("--wacz names format and file: give no --format and no --out")
    out: Path | None = options.wacz or options.out
    kind = "wacz" if options.wacz else options.format or (out.suffix[1:] if out else None)
    if kind not in FORMATS:
        raise UsageError(f"which format? --format is one of {', '.join(FORMATS)}")
    if kind == "wacz" and (out is None or out.suffix != ".wacz"):
        raise UsageError(f"{out or '--out'}: the name of a WACZ file ends in .wacz")
    if kind in _FILES and out is None:
        raise UsageError(f"{kind} needs a file to be written to: --out FILE")
    if kind != "wacz" and options.sign:
        raise UsageError(f"--sign is for WACZ files, not for {kind}")
    return kind, out


def _wacz(options: Namespace, wanted: Wanted, out: Path) -> int:
    from archive.export import Order, export_wacz

    order = Order(
        data_dir=options.data_dir,
        out=out,
        selection=_selection(options, wanted),
        title=f"Djeli: {', '.join(options.site) or 'all sites'}",
        description=_description(options),
        key_file=options.sign,
    )
    faults: list[str] = []

    def report(message: str) -> None:
        faults.append(message)
        sys.stderr.write(f"djeli: {message}\n")

    done = export_wacz(order, report)
    sys.stderr.write(
        f"{out}: {done.captures} captures and {done.pages} pages, "
        f"{done.records} records in {done.files} WARC files\n"
    )
    return int(bool(faults))


def _selection(options: Namespace, wanted: Wanted) -> Selection:
    """Captures by site and time; by what is known of articles, if that is asked for."""
    from dataclasses import replace

    from archive.selection import Selection

    wants_url = _belongs_to(options.site, options.data_dir) if options.site else None
    if not replace(wanted, sites=(), since=None, before=None).is_anything:
        return Selection(pages=_records(options.data_dir, wanted))
    return Selection(
        wants_url=wants_url,
        since=moment(options.since, "--since", timedelta()),
        before=moment(options.until, "--until", timedelta(days=1)),
    )


def _records(data_dir: Path, wanted: Wanted) -> frozenset[str]:
    """Of the pages that the articles were read from."""
    from crawler.commands.search import open_catalogue

    with open_catalogue(data_dir) as catalogue:
        sources = [article.provenance for article in catalogue.search(wanted)]
    ids = {source.record_id for source in sources} | {id_ for s in sources for id_ in s.parts}
    return frozenset(id_ for id_ in ids if id_)


def _list(options: Namespace, wanted: Wanted, kind: str, out: Path | None) -> int:
    from archive.errors import ArchiveError
    from crawler.commands.search import open_catalogue

    write = _writer(kind)
    with open_catalogue(options.data_dir) as catalogue:
        found = catalogue.search(wanted)
        first = next(found, None)
        if first is None:
            raise ArchiveError(f"nothing to export: none of {catalogue.count()} articles matches")
        write(out, catalogue, chain((first,), found))
    return 0


def _writer(kind: str) -> Callable[[Path | None, Catalogue, Iterable[Article]], None]:
    """What writes articles in that form; a library that it lacks is an error before anything is read."""
    if kind == "sqlite":
        from archive.sqlitefile import write_sqlite

        return _to_file(write_sqlite)
    if kind == "parquet":
        from archive.parquet import write_parquet

        return _to_file(write_parquet())
    from archive.lists import csv_lines, json_lines

    return partial(_lines, csv_lines if kind == "csv" else json_lines)


def _to_file(
    write: Callable[[Path, Catalogue, Iterable[Article]], None],
) -> Callable[[Path | None, Catalogue, Iterable[Article]], None]:
    def written(out: Path | None, catalogue: Catalogue, articles: Iterable[Article]) -> None:
        assert out is not None
        write(out, catalogue, articles)

    return written


def _lines(
    form: Callable[[Catalogue, Iterable[Article]], Iterator[str]],
    out: Path | None,
    catalogue: Catalogue,
    articles: Iterable[Article],
) -> None:
    from archive.errors import ArchiveError
    from archive.package import written_aside

    lines = form(catalogue, articles)
    if out is None:
        sys.stdout.writelines(lines)
        return
    try:
        with written_aside(out) as file:
            file.writelines(line.encode() for line in lines)
    except OSError as e:
        raise ArchiveError(f"cannot write {e.filename or out}: {e.strerror or e}") from e


def _belongs_to(site_ids: Sequence[str], data_dir: Path) -> Callable[[str], bool]:
    from archive.errors import SiteError, UsageError
    from spiders.site import find_site, load_sites, site_for

    sites = load_sites(data_dir / "sites")
    try:
        wanted = [find_site(sites, site_id) for site_id in site_ids]
    except SiteError as e:
        raise UsageError(str(e)) from None
    return lambda url: site_for(url, sites) in wanted


def _description(options: Namespace) -> str | None:
    """What was asked for, in the words of the options."""
    asked = [(name, getattr(options, name)) for name in FILTERS]
    limits = [
        f"{name} {','.join(value) if isinstance(value, tuple) else value}"
        for name, value in asked
        if value not in (None, ())
    ]
    limits += [f"words {options.words}"] if options.words else []
    return f"Captures: {'; '.join(limits)}" if limits else None
