"""`python -m judges.replayweb_check`: does a reader see the archived pages in ReplayWeb.page?

Debian's Chromium opens articles of the demo newsroom's archive in ReplayWeb.page: headline, first and last paragraph
must be there as the authors wrote them, with the pictures and style sheets that the newsroom has, and
nothing may be asked for elsewhere.  Captures made by hand come first, to judge the judge.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from judges.captures import Capture, Unusable, captures
from judges.expectations import newsroom_pages, odd_pages
from judges.install import JudgeError, free_port, installed_packages, program, run, say
from judges.newsroom import crawled, warc_files
from judges.odd_archive import write_odd_archive
from judges.sight import Expected, missing_from
from judges.visits import PACKAGES, SCREENS, Reader, Visit, seen_by

Pages = Sequence[tuple[Capture, str, Expected]]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An archive as a file that ReplayWeb.page reads, and what must be seen in it."""

    name: str
    file: Path
    pages: Pages


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every page that was opened is seen as it was written."""
    options = _parser().parse_args(arguments)
    try:
        with TemporaryDirectory(prefix="djeli-replayweb-") as folder:
            return int(_judge(options, Path(folder)))
    except JudgeError as e:
        say(f"replayweb_check: {e}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m judges.replayweb_check", description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, help="an archive of the demo newsroom, in place of a new one"
    )
    parser.add_argument(
        "--file", type=Path, help="a WACZ or WARC file to open, in place of `djeli export --wacz`"
    )
    parser.add_argument("--all", action="store_true", help="open every article, not one per outlet")
    return parser


def _judge(options: argparse.Namespace, scratch: Path) -> bool:
    """Whether there are faults; they are printed."""
    chromium = program("Chromium", "chromium", "/usr/bin/chromium")
    modules = installed_packages("replayweb", PACKAGES)
    shutil.rmtree(SCREENS, ignore_errors=True)  # the last run's would be taken for this one's
    odd = write_odd_archive(scratch / "odd" / "warc")
    data_dir = options.data_dir or scratch / "newsroom"
    if options.data_dir is None:
        crawled(data_dir, free_port())
    articles = newsroom_pages(_captures(data_dir), every=options.all)
    exhibits = [
        Exhibit("odd captures made by hand", odd, odd_pages(_captures(scratch / "odd"))),
        Exhibit(str(data_dir), options.file or _exported(data_dir, scratch), articles),
    ]
    faults = 0
    for number, exhibit in enumerate(exhibits):
        reader = Reader(chromium, modules, scratch / f"profile-{number}")
        faults += _faults(exhibit, reader)
    return bool(faults)


def _captures(data_dir: Path) -> list[Capture]:
    found = list(captures(warc_files(data_dir)))
    for one in found:
        if isinstance(one, Unusable):
            raise JudgeError(f"cannot be replayed by anybody: {one.what}: {one.reason}")
    return [one for one in found if isinstance(one, Capture)]


def _exported(data_dir: Path, scratch: Path) -> Path:
    target = scratch / "archive.wacz"
    command = [sys.executable, "-m", "crawler", "export", "--wacz", str(target)]
    run([*command, "--data-dir", str(data_dir)], "djeli export fails")
    return target


def _faults(exhibit: Exhibit, reader: Reader) -> int:
    """Opens an exhibit's pages, prints what each lacks, and counts the wrong ones."""
    _print(f"\n{exhibit.name}:")
    visits = [Visit(capture, screen) for capture, screen, _ in exhibit.pages]
    tour = seen_by(reader, exhibit.file, visits)
    counts: Counter[str] = Counter()
    for (capture, _, expected), sight in zip(exhibit.pages, tour.sights, strict=True):
        lacks = missing_from(sight, expected)
        outcome = "right" if not lacks else "known" if expected.excuse else "wrong"
        counts[outcome] += 1
        why = "; ".join([*lacks, *([expected.excuse] if lacks and expected.excuse else [])])
        _print(f"{outcome}  {capture.name} ({', '.join(capture.kinds)}) {why}".rstrip())
    for line in tour.asked_elsewhere:
        _print(f"wrong  asked for elsewhere: {line}")
    _print(
        f"{len(visits)} pages opened: {counts['right']} right, {counts['known']} known, "
        f"{counts['wrong']} wrong; {len(tour.asked_elsewhere)} requests went elsewhere, and "
        f"{tour.browsers_own} of the browser's own, all refused; screenshots in {SCREENS}"
    )
    return counts["wrong"] + len(tour.asked_elsewhere)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
