"""How many pages of furnished sites give exactly the article: alone, and with what other pages of the site teach.

python -m bench.furniture --shapes 2
python -m bench.furniture --languages fr,ar --markups rows --wording known --show 5
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from archive.article import Article
from bench.furnished import LANGUAGES, MARKUPS, Site, sites
from crawler.extract import article_from
from crawler.learning import learn
from crawler.reading import fingerprint
from crawler.recurring import Learned

PAGES = 5
SEEN = (1, 2, 3, 5)  # pages of a site that were met


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page gave: lines that are none of the article's, and lines of the article that are missing."""

    site: Site
    number: int
    seen: int
    left: tuple[str, ...]
    lost: tuple[str, ...]
    titled: bool

    @property
    def is_exact(self) -> bool:
        """The article and nothing else."""
        return not self.left and not self.lost


def measured(site: Site) -> list[Outcome]:
    """Every page of a site that was met, each time one more was."""
    found = []
    for seen in SEEN:
        learned = learned_from(site, seen)
        found += [
            outcome(site, number, seen, learned) for number in range(PAGES if seen == 1 else seen)
        ]
    return found


def learned_from(site: Site, seen: int) -> Learned | None:
    """What so many pages of a site teach."""
    prints = [fingerprint(site.record(number)) for number in range(seen)]
    return learn(site.host, [each for each in prints if each])


def outcome(site: Site, number: int, seen: int, learned: Learned | None) -> Outcome:
    """One page, read with what was learned."""
    article = article_from(site.record(number), None, learned)
    text = article.text if isinstance(article, Article) else ""
    title = article.title if isinstance(article, Article) else ""
    left, lost = _differences(text, site.text(number))
    return Outcome(
        site, number, seen, left, lost, title == " ".join(site.stories[number].title.split())
    )


def _differences(text: str, truth: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Blocks that one of the two does not have in its order; a bare text's blanks make no difference."""
    given = text.split("\n\n") if text else []
    if " ".join(text.split()) == " ".join(truth):
        return (), ()
    whole, wanted = Counter(given), Counter(truth)
    left, lost = tuple((whole - wanted).elements()), tuple((wanted - whole).elements())
    return (left, lost) if left or lost else (("another order",), ())


def table(found: Sequence[Outcome]) -> str:
    """Exact pages in per cent, a line for each wording and number of pages met."""
    lines = ["wording  met  pages  exact  with leftovers  losing  titles right"]
    for wording in ("known", "fresh"):
        for seen in SEEN:
            some = [each for each in found if (each.site.wording, each.seen) == (wording, seen)]
            if some:
                shares = (
                    f"{100 * sum(map(bool, flags)) / len(some):.1f} %"
                    for flags in (
                        [each.is_exact for each in some],
                        [each.left for each in some],
                        [each.lost for each in some],
                        [each.titled for each in some],
                    )
                )
                a, b, c, d = shares
                lines.append(
                    f"{wording:7}  {seen:3}  {len(some):5}  {a:>7}  {b:>7}  {c:>7}  {d:>7}"
                )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shapes", type=int, default=1, help="sites of each kind")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--markups", default=",".join(MARKUPS))
    parser.add_argument("--wording", default="known,fresh")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="print N pages that are not exact"
    )
    parser.add_argument("--met", default="", help="pages met of those that are printed: 1, 2, 3, 5")
    args = parser.parse_args()
    chosen = [
        site
        for site in sites(args.shapes)
        if site.language in args.languages.split(",")
        and site.markup in args.markups.split(",")
        and site.wording in args.wording.split(",")
    ]
    with ProcessPoolExecutor() as pool:
        found = [each for outcomes in pool.map(measured, chosen, chunksize=4) for each in outcomes]
    wrong = [each for each in found if not each.is_exact and str(each.seen) in (args.met or "1235")]
    for each in wrong[: args.show]:
        print(f"{each.site.host} page {each.number}, {each.seen} met")  # noqa: T201
        for sign, texts in (("+", each.left), ("-", each.lost)):
            print(*(f"  {sign} {text}" for text in texts), sep="\n")  # noqa: T201
    print(table(found))  # noqa: T201


if __name__ == "__main__":
    main()
