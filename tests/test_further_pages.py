"""An article over several pages is one; AMP and print pages lead to the article's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Djeli
from tests.routes import SITE, Answer, Routes, feed, front_page, serving
from tests.treesite import paragraphs_of, title_of

LONG = "/reportage/la-longue-route-de-menaka.html"


def _page(number: int, paragraphs: list[str], *, links: str = "", head: str = "") -> Answer:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Answer(
        f"<html lang=fr><head><title>{title_of(number)}</title>{head}</head><body>"
        f"<h1>{title_of(number)}</h1>{text}<div class=pages>{links}</div></body></html>"
    )


@pytest.fixture
def routes(tmp_path: Path) -> Iterator[Routes]:
    parts = [paragraphs_of(number) for number in (21, 22, 23)]
    with serving() as routes:
        numbered = [LONG, f"{LONG}?page=2", f"{LONG}?page=3"]
        for place, path in enumerate(numbered):
            links = "".join(
                f"<b>{n}</b> " if n == place + 1 else f'<a href="{there}">{n}</a> '
                for n, there in enumerate(numbered, 1)
            )
            if place < 2:
                links += f'<a rel=next href="{numbered[place + 1]}">Page suivante</a>'
            routes.set(path, _page(21, parts[place], links=links))
        own, amp = "/actualite/le-marche-de-gossi.html", "/amp/actualite/le-marche-de-gossi.html"
        canonical = f'<link rel=canonical href="{routes.base}{own}">'
        routes.set(own, _page(31, paragraphs_of(31)))
        routes.set(amp, _page(31, paragraphs_of(31)[:3], head=canonical))
        lone = "/actualite/une-ecole-rouvre.html"
        gone = f'<link rel=canonical href="{routes.base}{lone}">'
        routes.set(f"{lone}?print=1", _page(41, paragraphs_of(41), head=gone))
        paths = [LONG, amp, f"{lone}?print=1"]
        routes.set("/feed", feed(routes.base, paths))
        routes.set("/", front_page([]))
        routes.write_site_file(tmp_path, f'feeds = ["{routes.base}/feed"]')
        yield routes


def _crawled(data_dir: Path) -> dict[str, dict[str, Any]]:
    lines = [
        line for path in data_dir.glob("articles/*.jsonl") for line in path.read_text().splitlines()
    ]
    return {article["title"]: article for article in map(json.loads, lines)}


def test_pages_that_belong_together(routes: Routes, djeli: Djeli, tmp_path: Path) -> None:
    outcome = djeli("crawl", SITE, "--data-dir", tmp_path)
    found = _crawled(tmp_path)
    assert set(found) == {title_of(21), title_of(31), title_of(41)}, outcome.stderr
    whole = found[title_of(21)]
    assert whole["text"].split("\n\n") == [p for n in (21, 22, 23) for p in paragraphs_of(n)]
    assert len(whole["provenance"]["parts"]) == 2
    assert found[title_of(31)]["text"].split("\n\n") == paragraphs_of(31)
    assert "/amp/" not in found[title_of(31)]["url"]
    assert found[title_of(41)]["url"].endswith("?print=1")  # its own page is not there

    again = djeli("crawl", SITE, "--json", "--data-dir", tmp_path)
    (site,) = json.loads(again.stdout)
    assert site["articles"] == 0, again.stderr

    warcs = sorted(tmp_path.glob("warc/*.warc.gz"))
    extracted = djeli("extract", *warcs, "--data-dir", tmp_path)
    lines = {p for path in tmp_path.glob("articles/*.jsonl") for p in path.read_text().splitlines()}
    assert set(extracted.stdout.splitlines()) == lines


def test_a_part_that_is_missing_is_named(routes: Routes, djeli: Djeli, tmp_path: Path) -> None:
    routes.set(f"{LONG}?page=3", Answer("no", 404))
    djeli("crawl", SITE, "--data-dir", tmp_path)
    article = _crawled(tmp_path)[title_of(21)]
    assert article["text"].split("\n\n") == [*paragraphs_of(21), *paragraphs_of(22)]
    assert article["warnings"] == [f"a further part is missing: {routes.base}{LONG}?page=3"]
    extracted = djeli("extract", *tmp_path.glob("warc/*.warc.gz"), "--data-dir", tmp_path)
    assert json.dumps(article, ensure_ascii=False) in extracted.stdout.splitlines()
