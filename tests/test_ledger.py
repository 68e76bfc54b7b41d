"""What a site's crawls know of it, in the site's journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from crawler.backoff import GivenUp, Retry
from crawler.journal import Journal
from crawler.ledger import CHECKS, DuePage, Ledger, ledger_of

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
URL = "https://example.org/a"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "site.sqlite")
    yield journal
    journal.release()


@pytest.fixture
def ledger(journal: Journal) -> Ledger:
    return journal.ledger


def test_what_is_known_is_not_fetched_again(ledger: Ledger) -> None:
    assert not ledger.is_settled(URL)
    ledger.keep(URL, NOW)
    ledger.dismiss(URL + "/none")
    assert ledger.is_settled(URL)
    assert ledger.is_settled(URL + "/none")
    assert list(ledger.due(NOW)) == []


def test_an_article_is_looked_at_again_four_times(ledger: Ledger) -> None:
    ledger.keep(URL, NOW)
    for wait in CHECKS:
        before = NOW + wait - timedelta(seconds=1)
        assert list(ledger.due(before)) == []
        assert list(ledger.due(NOW + wait)) == [DuePage(URL, "check")]
        ledger.check(URL, NOW + wait)
    assert list(ledger.due(NOW + timedelta(days=400))) == []
    assert ledger.is_settled(URL)


def test_a_failed_page_is_due_until_it_is_given_up(ledger: Ledger) -> None:
    moment, tries = NOW, 0
    while isinstance(
        follows := ledger.fail(URL, "server", "the server answered 503", moment), Retry
    ):
        tries += 1
        assert list(ledger.due(follows.at - timedelta(seconds=1))) == []
        assert list(ledger.due(follows.at)) == [DuePage(URL, "retry")]
        assert list(ledger.failing()) == [DuePage(URL, "retry")]
        moment = follows.at
    assert isinstance(follows, GivenUp)
    (missing,) = ledger.missing()
    assert (missing.url, missing.since, missing.due) == (URL, NOW, None)
    assert (missing.tries, missing.why) == (tries + 1, "the server answered 503")
    assert ledger.is_settled(URL)


def test_failures_of_another_class_begin_anew(ledger: Ledger) -> None:
    for _ in range(3):
        ledger.fail(URL, "server", "503", NOW)
    assert isinstance(ledger.fail(URL, "gone", "404", NOW), Retry)
    (missing,) = ledger.missing()
    assert missing.tries == 4
    later = NOW + timedelta(days=50)
    assert isinstance(ledger.fail(URL, "server", "503", later), GivenUp)


def test_a_page_that_arrives_is_missed_no_more(ledger: Ledger) -> None:
    ledger.note_run(NOW, "complete", None, 3)
    ledger.fail(URL, "timeout", "TimeoutError", NOW)
    (day,) = ledger.days()
    assert (day.status, day.missing, day.why) == ("partial", 1, "not arrived: 1 of its pages")
    ledger.keep(URL, NOW + timedelta(hours=1))
    (day,) = ledger.days()
    assert (day.day, day.status, day.runs, day.articles) == (date(2026, 3, 14), "complete", 1, 3)
    assert list(ledger.missing()) == []


def test_a_held_page_stays_held_when_its_check_fails(ledger: Ledger) -> None:
    ledger.keep(URL, NOW)
    ledger.fail(URL, "server", "503", NOW + CHECKS[0])
    assert list(ledger.missing()) == []
    assert list(ledger.due(NOW + CHECKS[1] + CHECKS[0])) == [DuePage(URL, "check")]


def test_a_day_is_as_its_last_run_left_it(ledger: Ledger) -> None:
    ledger.note_run(NOW, "unreachable", "timeout", 0)
    ledger.note_run(NOW + timedelta(hours=1), "complete", None, 4)
    ledger.note_run(NOW + timedelta(days=1), "blocked", "403", 0)
    found = [(d.day.day, d.status, d.why, d.runs, d.articles) for d in ledger.days()]
    assert found == [(14, "complete", None, 2, 4), (15, "blocked", "403", 1, 0)]


def test_the_rhythm_is_remembered_for_a_fortnight(ledger: Ledger) -> None:
    old, young = NOW - timedelta(days=15), NOW - timedelta(days=1)
    ledger.note_published([old, young, NOW + timedelta(days=1)], NOW)
    assert ledger.published() == [young]
    assert ledger.next_due is None
    ledger.next_due = NOW
    assert ledger.next_due == NOW


def test_it_lies_in_the_journals_transactions(tmp_path: Path) -> None:
    """What was not committed when the process died had not happened."""
    journal = Journal(tmp_path / "site.sqlite")
    journal.ledger.keep(URL, NOW)
    journal.commit()
    journal.ledger.keep(URL + "/2", NOW)
    journal.release()
    again = Journal(tmp_path / "site.sqlite")
    assert again.ledger.is_settled(URL)
    assert not again.ledger.is_settled(URL + "/2")
    again.close("finished")


def test_others_can_read_it_while_it_is_written(tmp_path: Path, journal: Journal) -> None:
    journal.ledger.note_run(NOW, "complete", None, 1)
    journal.commit()
    with ledger_of(journal.path) as ledger:
        assert [day.articles for day in ledger.days()] == [1]
        with pytest.raises(ValueError, match="reading only"):
            ledger.dismiss(URL)
    with pytest.raises(ArchiveError, match="cannot"), ledger_of(tmp_path / "none.sqlite") as none:
        list(none.days())


def test_a_page_takes_little(tmp_path: Path) -> None:
    """Less than 200 bytes a URL, checks and failures included; some thirty once it is settled."""
    journal = Journal(tmp_path / "site.sqlite")
    count = 20_000
    for number in range(count):
        url = f"https://www.example.org/politique/2026/03/14/une-ville-et-son-marche-{number}/"
        if number % 10:
            journal.ledger.keep_unwatched(url)
        else:
            journal.ledger.keep(url, NOW)
    journal.close("finished")
    sqlite3.connect(journal.path).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert journal.path.stat().st_size / count < 60


def test_a_site_takes_little_even_if_it_has_few_pages(tmp_path: Path) -> None:
    """Six articles a day for a fortnight: with all that a journal has beside them less than 200 bytes a URL."""
    path = tmp_path / "site.sqlite"
    urls = [f"https://www.example.org/2026/03/une-ville-et-son-marche-{n}/" for n in range(84)]
    for day in range(14):
        journal, now = Journal(path), NOW + timedelta(days=day)
        for url in urls[6 * day : 6 * day + 6]:
            journal.ledger.keep(url, now)
        for page in list(journal.ledger.due(now)):
            journal.ledger.check(page.url, now)
        journal.ledger.note_published([now - timedelta(hours=n) for n in range(6)], now)
        journal.ledger.note_run(now, "complete", None, 6)
        journal.ledger.next_due = now
        journal.close("finished")
    assert path.stat().st_size < 200 * len(urls)


def test_a_crawl_leaves_no_empty_pages_behind(tmp_path: Path) -> None:
    path = tmp_path / "site.sqlite"
    for _ in range(2):  # what was seen is forgotten when the next crawl begins
        journal = Journal(path)
        rows = [journal.add(bytes(400), 0, waiting=False) for _ in range(500)]
        journal.settle(rows)
        journal.close("finished")
    assert {found.name for found in tmp_path.iterdir()} == {"site.sqlite", "site.lock"}
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert path.stat().st_size <= 8 * 1024  # a site without pages
