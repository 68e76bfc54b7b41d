"""Our extraction beside that of others, on the demo newsroom and on pages of a folder, page by page in turns.

``python -m bench.extraction --data DIR`` prints a table in Markdown for each set of pages.  The folder
holds ``manifest.jsonl`` (id, set, site, url, file and truth of each page) and the pages.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench.extraction_pages import Page, newsroom_pages, pages_in
from bench.extraction_runs import LEARNED, Extractor, MissingError, answers, extractor, peers
from bench.extraction_scores import Answer, Summary, score, summary
from judges.install import say

VARIABLE = "DJELI_EXTRACTION_DATA"  # names the folder where --data does not
OWN_NAMES = ("ours", LEARNED)
ENGINES = ("trafilatura", "trafilatura-fast", "trafilatura-precision", "trafilatura-recall")
TITLES = (
    "extractor",
    "P",
    "R",
    "F1",
    "macro F1",
    "exact",
    "nothing",
    "snippets F1",
    "leaking",
    "title",
    "authors",
    "date",
    "pages/s",
)

Results = dict[str, dict[str, Summary]]  # set, extractor


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all extractors on all pages; an extractor that does not run is named with its reason."""
    options = _parser().parse_args(arguments)
    pages = _pages(options)
    if not pages:
        say(f"bench.extraction: no pages in the sets {options.sets}")
        return 2
    with ExitStack() as stack:
        running, missing = _extractors(_names(options.peers), stack)
        found = answers(running, pages)
    _tell_errors(found)
    results = _results(pages, found)
    sys.stdout.write("\n".join(_report(results, missing)) + "\n")
    if options.json:
        options.json.write_text(_as_json(results, missing), "utf-8")
    return int("ours" in missing)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.extraction", description=__doc__)
    said = os.environ.get(VARIABLE)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(said) if said else None,
        help=f"a folder of pages with their truth (default: ${VARIABLE}; none: the newsroom alone)",
    )
    parser.add_argument("--sets", type=_listed, help="these sets only, e.g. newsroom,fundus")
    parser.add_argument("--pages", type=int, metavar="N", help="a sample of N pages of each set")
    parser.add_argument("--peers", type=_listed, help="these extractors beside ours (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _names(chosen: list[str] | None) -> list[str]:
    everyone = [*ENGINES, *(line.split("==")[0] for line in peers())]
    return [*OWN_NAMES, *(everyone if chosen is None else chosen)]


def _pages(options: argparse.Namespace) -> list[Page]:
    """By set; a sample is the same every time."""
    sets: dict[str, list[Page]] = {}
    for page in _all_pages(options.data):
        if options.sets is None or page.group in options.sets:
            sets.setdefault(page.group, []).append(page)
    if options.pages:
        chance = random.Random(7)
        sets = {
            name: chance.sample(found, min(options.pages, len(found)))
            for name, found in sets.items()
        }
    return [page for found in sets.values() for page in found]


def _all_pages(data: Path | None) -> Iterator[Page]:
    yield from newsroom_pages()
    if data:
        yield from pages_in(data)


def _extractors(names: Sequence[str], stack: ExitStack) -> tuple[list[Extractor], dict[str, str]]:
    running, missing = [], {}
    for name in names:
        try:
            one = extractor(name)
        except MissingError as e:
            missing[name] = str(e)
            continue
        stack.callback(one.close)
        running.append(one)
    return running, missing


def _tell_errors(found: dict[str, list[Answer]]) -> None:
    """An extractor that breaks on a page has found nothing there; that is no secret."""
    for name, said in found.items():
        errors = [answer.error for answer in said if answer.error]
        if errors:
            say(f"{name}: broke on {len(errors)} pages, first with: {errors[0]}")


def _results(pages: Sequence[Page], found: dict[str, list[Answer]]) -> Results:
    groups = list(dict.fromkeys(page.group for page in pages))
    chosen = {group: [n for n, page in enumerate(pages) if page.group == group] for group in groups}
    if len(groups) > 1:
        chosen["all"] = list(range(len(pages)))
    return {
        group: {name: _summary(pages, said, places) for name, said in found.items()}
        for group, places in chosen.items()
    }


def _summary(pages: Sequence[Page], said: Sequence[Answer], places: Sequence[int]) -> Summary:
    scores = [score(pages[n].truth, said[n]) for n in places]
    return summary(scores, [said[n] for n in places])


def _report(results: Results, missing: dict[str, str]) -> Iterator[str]:
    """Markdown."""
    for group, rows in results.items():
        pages = next(iter(rows.values())).pages
        yield f"\n### {group}, {pages} pages\n"
        yield f"| {' | '.join(TITLES)} |"
        yield f"| --- |{' ---: |' * (len(TITLES) - 1)}"
        yield from (_row(name, figures) for name, figures in rows.items())
        yield from (f"| {name} | {reason} |" for name, reason in missing.items())


def _row(name: str, figures: Summary) -> str:
    cells = [
        _decimal(figures.precision),
        _decimal(figures.recall),
        _decimal(figures.f1),
        _decimal(figures.macro_f1),
        _percent(figures.exact),
        str(figures.nothing),
        _decimal(figures.snippets),
        _percent(figures.leaking),
        _percent(figures.title),
        _percent(figures.authors),
        _percent(figures.date),
        f"{figures.pages / figures.seconds:.0f}" if figures.seconds else "–",
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _as_json(results: Results, missing: dict[str, str]) -> str:
    sets = {
        group: {name: asdict(figures) for name, figures in rows.items()}
        for group, rows in results.items()
    }
    return json.dumps({"sets": sets, "missing": missing}, indent=1)


if __name__ == "__main__":
    sys.exit(main())
