"""Dates as pages write them, in the region's languages and calendars."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import dates
from crawler.dates import When

READ = [
    ("2024-08-01T10:22:33+00:00", None, "2024-08-01T10:22:33Z", "second"),
    ("2024-08-01T10:22:33+0100", None, "2024-08-01T10:22:33+01:00", "second"),
    ("2024-08-01T10:22+03:00", None, "2024-08-01T10:22:00+03:00", "minute"),
    ("2024-08-01T10:22:33", None, "2024-08-01", "day"),
    ("2024-08-01 10:22", "Africa/Niamey", "2024-08-01T10:22:00+01:00", "minute"),
    ("Thu, 01 Aug 2024 10:22:33 GMT", None, "2024-08-01T10:22:33Z", "second"),
    ("1722500000", None, "2024-08-01T08:13:20Z", "second"),
    ("20240801", None, "2024-08-01", "day"),
    ("Publié le 1er août 2024 à 14h05", None, "2024-08-01", "day"),
    ("1 août 2024 à 14h05", "Africa/Bamako", "2024-08-01T14:05:00Z", "minute"),
    ("March 14, 2025", None, "2025-03-14", "day"),
    ("July 3rd, 2024 4:05 PM WAT", None, "2024-07-03T16:05:00+01:00", "minute"),
    ("14 de março de 2025", None, "2025-03-14", "day"),
    ("14 Machi 2025", None, "2025-03-14", "day"),
    ("3 ga Fabrairu 2025", None, "2025-02-03", "day"),
    ("5 Luulyo 2024", None, "2024-07-05", "day"),
    ("14 جويلية 2024", None, "2024-07-14", "day"),
    ("١٤ تموز ٢٠٢٤", None, "2024-07-14", "day"),
    ("12 كانون الثاني 2025", None, "2025-01-12", "day"),
    ("3 غشت 2024", None, "2024-08-03", "day"),
    ("መስከረም 1 ቀን 2017 ዓ.ም", None, "2024-09-11", "day"),
    ("12 ኦክቶበር 2024", None, "2024-10-12", "day"),
    ("07/03/2025 - 10:20 GMT", None, "2025-03-07T10:20:00Z", "minute"),
    ("12/31/2023", None, "2023-12-31", "day"),
    ("31.12.2023", None, "2023-12-31", "day"),
    ("Publié le : 01/08/2024 - 14:05 TU", None, "2024-08-01T14:05:00Z", "minute"),
    ("le 1er avr. 2024 à 14 h 05", "Africa/Niamey", "2024-04-01T14:05:00+01:00", "minute"),
    ("1 août 2024 à 14h05 CEST", None, "2024-08-01T14:05:00+02:00", "minute"),
    ("Aug 1, 2024 at 2:05 p.m. EDT", None, "2024-08-01T14:05:00-04:00", "minute"),
    (
        "12 يناير/كانون الثاني 2024 - 10:20 م",
        "Africa/Khartoum",
        "2024-01-12T22:20:00+02:00",
        "minute",
    ),
    ("1 أوت 2024", None, "2024-08-01", "day"),
    ("2 من أغسطس 2024", None, "2024-08-02", "day"),
    ("13 دجنبر 2024", None, "2024-12-13", "day"),
    ("5 كانون الأول/ديسمبر 2024", None, "2024-12-05", "day"),
    ("02/08/24", None, "2024-08-02", "day"),
    ("ሓምለ 26, 2016", None, "2024-08-02", "day"),
    ("Ogost 2, 2024", None, "2024-08-02", "day"),
    ("Ijumaa, 2 Agosti 2024", None, "2024-08-02", "day"),
    ("Juma'a, 2 Agusta 2024", None, "2024-08-02", "day"),
    ("الخميس 3 آذار 2024", None, "2024-03-03", "day"),
    ("3 نونبر 2024", None, "2024-11-03", "day"),
    ("3 ga watan Agusta, 2024", None, "2024-08-03", "day"),
    ("Sábado, 3 de Agosto de 2024", None, "2024-08-03", "day"),
    ("3 de mayo de 2024", None, "2024-05-03", "day"),
    ("Noofembar 2, 2024", None, "2024-11-02", "day"),
    ("14 Waxabajjii 2024", None, "2024-06-14", "day"),
    ("Aug-01-2024", None, "2024-08-01", "day"),
    ("ነሐሴ 1/2016", None, "2024-08-07", "day"),
    ("ነሐሴ 1፣ 2016 3:40", "Africa/Addis_Ababa", "2024-08-07", "day"),  # hours from sunrise
    ("14 Machi 2025, saa 8:05 mchana", "Africa/Nairobi", "2025-03-14", "day"),
]


@pytest.mark.parametrize(("text", "zone", "value", "precision"), READ)
def test_reads(text: str, zone: str | None, value: str, precision: str) -> None:
    when = dates.parse(text, zone)
    assert when is not None
    assert (when.value, when.precision) == (value, precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hier",
        "2024",
        "99/99/2024",
        "2024-13-45",
        "10:30",
        "1 200 000 francs",
        "12 mars",
        "0000-00-00",
    ],
)
def test_invents_no_date(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("2024-08-01T10:00:00+02:00", "2024-08-01T08:30:00Z", False),
        ("2024-08-01T10:00:00Z", "2024-08-01T09:00:00Z", True),
        ("2024-08-01", "2024-08-01T09:00:00Z", False),
        ("2024-08-02", "2024-08-01T09:00:00Z", True),
    ],
)
def test_later(one: str, other: str, later: bool) -> None:
    assert dates.is_after(When(one, "second"), When(other, "second")) is later


@pytest.mark.parametrize(
    ("year", "month", "day", "gregorian"),
    [
        (2016, 1, 1, date(2023, 9, 12)),  # behind an Ethiopian leap year
        (2017, 1, 1, date(2024, 9, 11)),
        (2015, 13, 6, date(2023, 9, 11)),
        (2017, 4, 29, date(2025, 1, 7)),  # Christmas
    ],
)
def test_ethiopian_calendar(year: int, month: int, day: int, gregorian: date) -> None:
    assert dates.from_ethiopian(year, month, day) == gregorian


def test_ethiopian_days_follow_each_other() -> None:
    days = [
        dates.from_ethiopian(2016, month, day) for month in range(1, 13) for day in range(1, 31)
    ]
    known = [day for day in days if day]
    assert [later - day for day, later in pairwise(known)] == [timedelta(1)] * 359


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://a.example/2024/08/05/titre/", "2024-08-05"),
        ("https://a.example/news/2024-08-05-title", "2024-08-05"),
        ("https://a.example/news/20240805-title", "2024-08-05"),
    ],
)
def test_date_in_address(url: str, value: str) -> None:
    assert dates.from_url(url) == When(value, "day")


@pytest.mark.parametrize(
    "url", ["https://a.example/2024/99/05/", "https://a.example/p/20241", "https://a.example/"]
)
def test_no_date_in_address(url: str) -> None:
    assert dates.from_url(url) is None


@given(st.text(max_size=400))
def test_never_raises(text: str) -> None:
    when = dates.parse(text, "Africa/Nairobi")
    assert when is None or when.day.year >= 1990


@given(st.integers(631_300_000, 3_786_912_000), st.integers(-12 * 60, 14 * 60))
def test_reads_back_what_it_writes(seconds: int, minutes: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    when = dates.parse(moment.isoformat())
    assert when is not None
    assert datetime.fromisoformat(when.value) == moment
