"""A site is asked as often as it publishes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.rhythm import FIRST, LONGEST, SHORTEST, interval, next_due

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
moments = st.lists(
    st.timedeltas(timedelta(days=-40), timedelta(days=20)).map(lambda ago: NOW + ago), max_size=60
)


def _every(gap: timedelta, count: int) -> list[datetime]:
    return [NOW - gap * n for n in range(1, count + 1)]


def test_a_new_site_is_asked_soon_and_a_silent_one_seldom() -> None:
    assert interval(NOW, []) == FIRST
    assert interval(NOW, _every(timedelta(days=10), 1)) == LONGEST


def test_the_more_a_site_publishes_the_more_often_it_is_asked() -> None:
    minutes = (1, 15, 60, 240, 1440)
    waits = [interval(NOW, _every(timedelta(minutes=m), 300)) for m in minutes]
    assert waits == sorted(waits)
    assert waits[0] == SHORTEST
    assert waits[-1] == LONGEST
    assert timedelta(minutes=20) < waits[1] < timedelta(minutes=25)


def test_a_site_that_fell_silent_is_asked_less_often() -> None:
    busy = _every(timedelta(hours=1), 100)
    silent = [moment - timedelta(days=1) for moment in busy]
    assert interval(NOW, silent) > interval(NOW, busy)


@given(moments)
def test_always_within_bounds_and_the_same_again(published: list[datetime]) -> None:
    due = next_due("lefaso", NOW, published)
    assert NOW + 0.9 * SHORTEST <= due <= NOW + 1.1 * LONGEST
    assert due == next_due("lefaso", NOW, list(reversed(published)))


def test_sites_of_one_rhythm_do_not_fall_due_together() -> None:
    assert len({next_due(f"site-{n}", NOW, []) for n in range(100)}) > 90
