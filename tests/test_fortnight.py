"""Two days of scheduled crawls over six outlets that fail in five ways; `python -m bench.fortnight` is longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bench.fortnight import Fortnight, article_promises, promises_of, simulated
from bench.world import outlets

TOO_SMALL = "state: bytes a URL"  # of a dozen URLs a page of SQLite is hundreds of bytes each


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fortnight]:
    made = outlets((1, 2, 3, 4, 5, 14), 2, seed=1)
    folder = tmp_path_factory.mktemp("fortnight")
    with simulated(made, folder, timedelta(hours=2), 2) as fortnight:
        yield fortnight


def test_every_promise_is_kept(fortnight: Fortnight) -> None:
    promises = {promise.name: promise for promise in promises_of(fortnight)}
    assert [p for p in promises.values() if not p.is_kept and p.name != TOO_SMALL] == []
    assert int(promises["(articles)"].measured) > 40
    assert int(promises["(corrections)"].measured) > 0


def test_the_judge_sees_what_is_lost_and_what_is_there_twice(fortnight: Fortnight) -> None:
    path = max(fortnight.data_dir.glob("articles/*.jsonl"), key=_size)
    first, second, *others = path.read_text().splitlines(keepends=True)
    path.write_text("".join([second, second, *others]))
    wrong = {p.name: p.measured for p in article_promises(fortnight) if not p.is_kept}
    path.write_text("".join([first, second, *others]))
    assert wrong == {"articles: lost": "1", "articles: twice": "1"}


def _size(path: Path) -> int:
    return path.stat().st_size
