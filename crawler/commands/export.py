"""``djeli export``: the archive, or a part of it, as one WACZ file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.commands.options import add_data_dir

HELP = "write the archive, or a part of it, as one WACZ file for replay tools"
EXAMPLES = """\
examples:
  djeli export --wacz all.wacz              the whole archive in data/
  djeli export --wacz march.wacz --site radiookapi --since 2026-03-01 --until 2026-03-31
  djeli export --wacz all.wacz --sign key.pem

Dates are days, or times with their zone (2026-03-01T06:00:00Z); the day of --until is included.
A revisit brings the original that it refers to.  The key is made if there is none.
Exit status: 0 all is in it, 1 nothing matches or something could not be read or written, 2 wrong usage.
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--wacz", type=Path, required=True, metavar="FILE", help="the file to write"
    )
    parser.add_argument("--site", metavar="ID", help="only captures of this site")
    parser.add_argument("--since", metavar="DATE", help="only captures from this day or time on")
    parser.add_argument("--until", metavar="DATE", help="only captures up to this day or time")
    parser.add_argument("--sign", type=Path, metavar="KEY", help="sign with the key in this file")
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Export, and tell whether all could be read."""
    from archive.errors import UsageError
    from archive.export import Order, export_wacz
    from archive.selection import Selection

    if options.wacz.suffix != ".wacz":
        raise UsageError(f"{options.wacz}: the name of a WACZ file ends in .wacz")
    selection = Selection(
        wants_url=_belongs_to(options.site, options.data_dir) if options.site else None,
        since=_moment(options.since, "--since", timedelta()),
        before=_moment(options.until, "--until", timedelta(days=1)),
    )
    order = Order(
        data_dir=options.data_dir,
        out=options.wacz,
        selection=selection,
        title=f"Djeli: {options.site or 'all sites'}",
        description=_description(options),
        key_file=options.sign,
    )
    faults: list[str] = []

    def report(message: str) -> None:
        faults.append(message)
        sys.stderr.write(f"djeli: {message}\n")

    done = export_wacz(order, report)
    sys.stderr.write(
        f"{options.wacz}: {done.captures} captures and {done.pages} pages, "
        f"{done.records} records in {done.files} WARC files\n"
    )
    return int(bool(faults))


def _belongs_to(site_id: str, data_dir: Path) -> Callable[[str], bool]:
    from archive.errors import SiteError, UsageError
    from spiders.site import find_site, load_sites, site_for

    sites = load_sites(data_dir / "sites")
    try:
        wanted = find_site(sites, site_id)
    except SiteError as e:
        raise UsageError(str(e)) from None
    return lambda url: site_for(url, sites) == wanted


def _moment(text: str | None, option: str, whole_day: timedelta) -> datetime | None:
    """The time; of a bare day its beginning, and ``whole_day`` later."""
    from archive.errors import UsageError

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as e:
        raise UsageError(f"{option} {text}: no day like 2026-03-14, and no time") from e
    if len(text) <= len("2026-03-14"):
        return moment.replace(tzinfo=UTC) + whole_day
    if moment.tzinfo is None:
        raise UsageError(f"{option} {text}: a time needs its zone, as in 2026-03-14T06:00:00Z")
    return moment


def _description(options: Namespace) -> str | None:
    limits = [f"{name} {value}" for name, value in _limits(options) if value]
    return f"Captures {', '.join(limits)}" if limits else None


def _limits(options: Namespace) -> list[tuple[str, str | None]]:
    return [("of", options.site), ("since", options.since), ("until", options.until)]
