"""Later and later, by what went wrong, and given up with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.backoff import WAITS, GivenUp, Retry, after_failure, class_of_status, retry_after

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", WAITS)
def test_each_wait_is_longer_until_it_is_given_up(kind: str) -> None:
    outcomes = [after_failure(kind, tries, NOW) for tries in range(1, 20)]  # type: ignore[arg-type]
    waits = [outcome.at - NOW for outcome in outcomes if isinstance(outcome, Retry)]
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(minutes=5)
    last = outcomes[-1]
    assert isinstance(last, GivenUp)
    assert kind in last.reason
    assert [type(o) for o in outcomes] == [Retry] * len(waits) + [GivenUp] * (19 - len(waits))


def test_a_server_that_asks_for_time_gets_it() -> None:
    assert after_failure("throttled", 1, NOW, timedelta(hours=3)) == Retry(NOW + timedelta(hours=3))
    assert after_failure("throttled", 1, NOW, timedelta(seconds=1)) == Retry(
        NOW + timedelta(minutes=10)
    )
    assert after_failure("server", 1, NOW, timedelta(days=400)) == Retry(NOW + timedelta(days=7))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "blocked"),
        (403, "blocked"),
        (404, "gone"),
        (408, "throttled"),
        (410, "gone"),
        (429, "throttled"),
        (451, "blocked"),
        (500, "server"),
        (503, "server"),
        (520, "server"),
    ],
)
def test_classes_of_answers(status: int, kind: str) -> None:
    assert class_of_status(status) == kind


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("Sat, 14 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Sat, 14 Mar 2026 11:00:00 GMT", timedelta()),
        ("Saturday, 14-Mar-26 13:00:00 GMT", timedelta(hours=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, wait: timedelta | None) -> None:
    assert retry_after(value, NOW) == wait


@given(st.text())
def test_no_value_of_a_stranger_raises(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= timedelta()
