"""What a worker hands in, killed before any of its steps: no page is lost, no article is there twice."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive import storage
from archive.errors import ArchiveError
from archive.reader import Record, read_records
from crawler.cluster.child import Asked, crawl_site
from crawler.cluster.gap import gap_before
from crawler.cluster.handing import Desk, Run, beginning, hand_in, recover, take_in
from crawler.ledger import ledger_of
from crawler.progress import Summary
from spiders.site import sites_in
from tests.treesite import SITE, TreeSite, serving

ARTICLES = 6


@pytest.fixture
def site() -> Iterator[TreeSite]:
    with serving(TreeSite(ARTICLES)) as tree:
        yield tree


def _desk(tmp_path: Path, name: str, site: TreeSite) -> Desk:
    site.write_site_file(tmp_path / name)
    return Desk(data_dir=tmp_path / name, store=str(tmp_path / "store"))


def _crawl(run: Run, **asked: int) -> Summary:
    return asyncio.run(crawl_site(run.site, run.folder, Asked(**asked)))  # type: ignore[arg-type]


def _job(desk: Desk) -> Summary:
    """What a job does."""
    with beginning(desk, SITE, desk.data_dir.name) as run:
        taken = take_in(desk, run)
        summary = _crawl(run)
        hand_in(desk, run, taken, lambda: True)
    return summary


def _articles(store: str) -> Counter[str]:
    return Counter(
        json.loads(line)["url"]
        for place in storage.matching(f"{store}/articles/*.jsonl")
        for line in Path(place).read_text(encoding="utf-8").splitlines()
    )


def _responses(store: str) -> Counter[str]:
    return Counter(
        found.url or ""
        for place in storage.matching(f"{store}/warc/*.warc.gz")
        for found in read_records(Path(place))
        if isinstance(found, Record) and found.type == "response"
    )


def test_the_second_machine_goes_on_where_the_first_was(tmp_path: Path, site: TreeSite) -> None:
    first, second = _desk(tmp_path, "m1", site), _desk(tmp_path, "m2", site)
    assert _job(first).articles == ARTICLES
    asked = len(site.hits)
    again = _job(second)
    assert (again.reason, again.articles, again.known) == ("finished", 0, ARTICLES)
    assert {hit.path for hit in site.hits[asked:]} == {"/"}  # robots.txt is a day's
    assert set(_articles(first.store)) == site.article_urls
    assert set(_responses(first.store)) == site.urls
    assert not list(first.work.glob("*"))
    assert storage.names_in(f"{first.store}/state") == [f"{SITE}.sqlite"]


def test_cdxj_and_what_was_learned_lie_beside_the_warc_files(
    tmp_path: Path, site: TreeSite
) -> None:
    desk = _desk(tmp_path, "m1", site)
    _job(desk)
    (warc,) = storage.names_in(f"{desk.store}/warc")
    (cdxj,) = storage.matching(f"{desk.store}/cdxj/*.cdxj")
    lines = Path(cdxj).read_text().splitlines()
    assert lines == sorted(lines)
    assert {json.loads(line.split(" ", 2)[2])["filename"] for line in lines} == {warc}
    assert len(lines) == len(site.urls)
    assert len(storage.names_in(f"{desk.store}/learned")) == 1


def test_what_is_kept_is_an_ordinary_data_folder(tmp_path: Path, site: TreeSite) -> None:
    site.write_site_file(tmp_path / "m1")
    desk = Desk(data_dir=tmp_path / "m1", store=str(tmp_path / "store"), keep_local=True)
    _job(desk)
    assert set(_responses(str(desk.data_dir))) == site.urls
    assert set(_articles(str(desk.data_dir))) == site.article_urls


@dataclass(frozen=True, slots=True, kw_only=True)
class Dying(Desk):
    """A machine whose power is cut before it touches the storage for the n-th time."""

    left: list[int] = field(default_factory=list)

    def place(self, *names: str) -> str:
        """As ``Desk``."""
        self.left[0] -= 1
        if self.left[0] < 0:
            raise KeyboardInterrupt
        return storage.joined(self.store, *names)


def test_killed_before_any_step_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, site: TreeSite
) -> None:
    made = _desk(tmp_path, "made", site)
    with beginning(made, SITE, "m1") as run:
        _crawl(run)
    for step in range(40):
        here = tmp_path / f"step{step}"
        (here / "m1" / "work").mkdir(parents=True)
        folder = here / "m1" / "work" / run.name
        shutil.copytree(run.folder, folder, symlinks=True)
        dying = Dying(data_dir=here / "m1", store=str(here / "store"), left=[step])
        try:
            hand_in(dying, Run(run.name, SITE, folder), [], lambda: True)
        except KeyboardInterrupt:
            pass
        else:
            break
        successor = _desk(here, "m2", site)
        (here / "m2" / "sites").rename(here / "sites")
        (here / "m2" / "sites").symlink_to(here / "sites")
        _hand_in_alone(successor)  # before the dead machine is back
        assert recover(Desk(data_dir=here / "m1", store=dying.store)) == [SITE]
        _hand_in_alone(successor)  # and after
        assert _articles(dying.store) == dict.fromkeys(site.article_urls, 1), step
        assert set(_responses(dying.store)) == site.urls
        assert storage.names_in(f"{dying.store}/incoming/{SITE}") == []
        assert not list((here / "m1" / "work").glob("*"))
    else:
        pytest.fail("the hand-in never ended")
    assert step == 6  # WARC, CDXJ, what was learned, articles, state, publication


def _hand_in_alone(desk: Desk) -> None:
    """The site's next job, without asking the site: a state that holds nothing would ask for it all."""
    with beginning(desk, SITE, "m2") as run:
        taken = take_in(desk, run)
        hand_in(desk, run, taken, lambda: True)


def test_a_successor_that_fetched_the_same_pages_keeps_its_own(
    tmp_path: Path, site: TreeSite
) -> None:
    dead, alive = _desk(tmp_path, "m1", site), _desk(tmp_path, "m2", site)
    with beginning(dead, SITE, "m1") as run:
        _crawl(run)  # killed before it could hand in
    assert _job(alive).articles == ARTICLES
    assert recover(dead) == [SITE]
    assert len(storage.names_in(f"{dead.store}/incoming/{SITE}")) == 1
    assert _job(alive).articles == 0
    assert _articles(dead.store) == dict.fromkeys(site.article_urls, 1)
    assert _responses(dead.store) == dict.fromkeys(site.urls, 2)  # both captures are kept


def test_leftovers_that_come_first_are_not_fetched_again(tmp_path: Path, site: TreeSite) -> None:
    dead, alive = _desk(tmp_path, "m1", site), _desk(tmp_path, "m2", site)
    with beginning(dead, SITE, "m1") as run:
        _crawl(run)
    assert recover(dead) == [SITE]
    asked = len(site.hits)
    assert _job(alive).articles == 0
    assert {hit.path for hit in site.hits[asked:]} == {"/", "/robots.txt"}
    assert _articles(dead.store) == dict.fromkeys(site.article_urls, 1)


def test_a_crawl_cut_into_slices_is_one_crawl(tmp_path: Path) -> None:
    with serving(TreeSite(12)) as site:
        desks = [_desk(tmp_path, name, site) for name in ("m1", "m2")]
        for desk in desks:
            site.write_site_file(desk.data_dir, delay=0.4)
        reasons = []
        for number in range(8):
            desk = desks[number % 2]
            with beginning(desk, SITE, desk.data_dir.name) as run:
                taken = take_in(desk, run)
                reasons.append(_crawl(run, seconds=4).reason)
                hand_in(desk, run, taken, lambda: True)
            if reasons[-1] == "finished":
                break
        assert reasons[0] == "closespider_timeout"
        assert reasons[-1] == "finished"
        assert _articles(desks[0].store) == dict.fromkeys(site.article_urls, 1)
        assert set(_responses(desks[0].store)) == site.urls
        assert max(Counter(hit.path for hit in site.hits).values()) == 1


def test_a_worker_that_has_lost_its_host_returns_no_state(tmp_path: Path, site: TreeSite) -> None:
    desk = _desk(tmp_path, "m1", site)
    with beginning(desk, SITE, "m1") as run:
        _crawl(run)
        with pytest.raises(ArchiveError, match="no longer held"):
            hand_in(desk, run, [], lambda: False)
    assert storage.names_in(f"{desk.store}/state") == []
    assert _articles(desk.store) == {}


def test_the_next_worker_leaves_a_host_alone_for_its_delay(tmp_path: Path, site: TreeSite) -> None:
    site.robots = b"User-agent: *\nCrawl-delay: 2.5\nAllow: /\n"
    desk = _desk(tmp_path, "m1", site)
    known = sites_in(desk.data_dir)[SITE]
    with beginning(desk, SITE, "m1") as run:
        assert gap_before(known, run.folder) == 0.0
    with beginning(desk, SITE, "m1") as run:
        _crawl(run, seconds=4)
        hand_in(desk, run, [], lambda: True)
    with beginning(desk, SITE, "m1") as run:
        assert gap_before(known, run.folder) == 2.5
        with ledger_of(run.journal) as ledger:
            assert ledger.next_due is None


def test_the_storage_may_be_a_bucket(tmp_path: Path, site: TreeSite, bucket: str) -> None:
    site.write_site_file(tmp_path / "m1")
    desk = Desk(data_dir=tmp_path / "m1", store=f"{bucket}/desk")
    assert _job(desk).articles == ARTICLES
    assert _job(desk).articles == 0
    assert storage.names_in(desk.place("state")) == [f"{SITE}.sqlite"]
    assert storage.names_in(desk.place("incoming", SITE)) == []
    (name,) = storage.names_in(desk.place("articles"))
    with storage.opened(desk.place("articles", name)) as file:
        urls = [json.loads(line)["url"] for line in file.read().decode().splitlines()]
    assert sorted(urls) == sorted(site.article_urls)
