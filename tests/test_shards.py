"""Crawling on several machines without any service: each host is of one of them, always the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crawler.hosts import shard_of, turns
from tests.conftest import Crawled, Djeli

HOSTS = [f"outlet-{number}.example" for number in range(2000)]


def test_every_host_is_of_one_shard_and_shards_are_alike() -> None:
    for shards in (1, 2, 5, 16):
        counts = Counter(shard_of(host, shards) for host in HOSTS)
        assert set(counts) == set(range(1, shards + 1))
        assert max(counts.values()) < 1.35 * len(HOSTS) / shards


def test_a_host_stays_where_it_is_in_every_process_and_year() -> None:
    assert [shard_of(host, 5) for host in HOSTS[:8]] == [shard_of(host, 5) for host in HOSTS[:8]]
    assert shard_of("www.radiookapi.net", 5) == 4
    assert shard_of("lefaso.net", 5) == 3


def test_one_machine_more_moves_few_hosts_and_none_between_the_old() -> None:
    moved = [(shard_of(host, 5), shard_of(host, 6)) for host in HOSTS]
    moved = [(old, new) for old, new in moved if old != new]
    assert all(new == 6 for _, new in moved)
    assert 0.1 < len(moved) / len(HOSTS) < 0.25


def test_sites_with_a_host_in_common_take_one_turn() -> None:
    hosts = turns(
        [("a", {"a.example"}), ("b", {"b.example", "x.example"}), ("c", {"c.example", "x.example"})]
    )
    assert hosts["a"] == "a.example"
    assert hosts["b"] == hosts["c"] == "b.example"


def test_the_shards_of_a_crawl_are_the_whole_crawl(
    djeli: Djeli, crawled: Crawled, tmp_path: Path
) -> None:
    ids = sorted(outlet.id for outlet in crawled.server.outlets)
    (tmp_path / "sites").symlink_to(crawled.data_dir / "sites")
    named: list[str] = []
    for number in (1, 2, 3):
        done = djeli(
            "crawl", "--due", *ids, "--shard", f"{number}/3", "--no-requisites", "--json",
            "--data-dir", tmp_path,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        named += [line.split('"')[3] for line in done.stdout.splitlines() if '"site"' in line]
    assert sorted(named) == ids
    assert _titles(tmp_path) == _titles(crawled.data_dir)


@pytest.mark.parametrize("shard", ["0/2", "3/2", "2", "a/b", "1/0"])
def test_a_shard_that_is_none_is_wrong_usage(djeli: Djeli, tmp_path: Path, shard: str) -> None:
    called = djeli("crawl", "--all", "--shard", shard, "--data-dir", tmp_path)
    assert called.returncode == 2
    assert "like 2/5" in called.stderr


def _titles(data_dir: Path) -> list[str]:
    from archive.article import Article

    return sorted(
        Article.from_json(line).title
        for path in (data_dir / "articles").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    )
