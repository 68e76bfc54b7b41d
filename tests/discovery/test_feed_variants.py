"""Feeds as servers really send them: every link, no other, each with its day."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from spiders.links import feed_links, sitemap_links
from tests.discovery.feedshapes import BOTH, FEED, HOME, NOON, RSS2, SHAPES, TITLES, WHEN


@pytest.mark.parametrize("name", SHAPES)
def test_every_link_with_its_day_and_no_other(name: str) -> None:
    found = feed_links(SHAPES[name], FEED)
    assert [link.url for link in found] == BOTH
    assert [link.published for link in found] == WHEN


@pytest.mark.parametrize("name", SHAPES)
def test_titles_are_those_of_the_entries(name: str) -> None:
    assert [link.title for link in feed_links(SHAPES[name], FEED)] == TITLES


def test_there_are_many() -> None:
    assert len(SHAPES) >= 60
    assert len({*SHAPES.values()}) == len(SHAPES)


DAYS = [
    ("Wed, 01 May 2024 12:00:00 GMT", NOON),
    ("Wed, 1 May 2024 12:00:00 gmt", NOON),
    ("Wed, 01 May 24 12:00:00 UT", NOON),
    ("Wed, 01 May 2024 12:00 Z", NOON),
    ("01 May 2024 08:00:00 EDT", NOON),
    ("Wed, 01 May 2024 13:00:00 WAT", NOON),
    ("Wed, 01 May 2024 14:00:00 CAT", NOON),
    ("Wed, 01 May 2024 15:00:00 EAT", NOON),
    ("Wed, 01 May 2024 14:00:00 SAST", NOON),
    ("Wed, 01 May 2024 14:00:00 CEST", NOON),
    ("Wed, 01 May 2024 13:00:00 +01:00", NOON),
    ("Wed, 01 May 2024 13:00:00 GMT+1", NOON),
    ("Wed, 01 May 2024 15:00:00 GMT+0300", NOON),
    ("Wed, 01 May 2024 15:00:00 UTC+03:00", NOON),
    ("Thu, 01 May 2024 12:00:00 +0000", NOON),  # no Thursday; the date counts
    ("Wednesday, May 1, 2024 12:00:00 GMT", NOON),
    ("mer., 01 mai 2024 12:00:00 +0000", NOON),
    ("mercredi 1er mai 2024 13:00:00 +0100", NOON),
    ("qua, 01 maio 2024 14:00:00 +0200", NOON),
    ("الأربعاء، 01 مايو 2024 14:00:00 +0200", NOON),
    ("2024-05-01T12:00:00Z", NOON),
    ("2024-05-01T12:00Z", NOON),
    ("2024-05-01T13:00:00+0100", NOON),
    ("2024-05-01T13:00:00+01", NOON),
    ("2024-05-01T12:00:00.000Z", NOON),
    ("2024-05-01 12:00:00 +0000", NOON),
    ("2024-05-01 12:00:00 UTC", NOON),
    ("\n  Wed, 01 May 2024\n 12:00:00 +0000 ", NOON),
    ("1714564800", NOON),
    ("Wed, 01 May 2030 12:00:00 GMT", datetime(2030, 5, 1, 12, tzinfo=UTC)),  # as it says
    ("Wed, 01 May 2024 12:00:00", None),
    ("2024-05-01T12:00:00", None),
    ("2024-05-01 12:00", None),
    ("mer., 01 mai 2024 12:00", None),
    ("2024-05-01", None),
    ("01/05/2024 12:00", None),
    ("Wed, 30 Nov -0001 00:00:00 +0000", None),
    ("Thu, 01 Jan 1970 00:00:00 +0000", None),
    ("0000-00-00T00:00:00Z", None),
    ("Wed, 32 May 2024 12:00:00 GMT", None),
    ("Il y a 3 heures", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "wanted"), DAYS)
def test_days_as_servers_write_them(text: str, wanted: datetime | None) -> None:
    feed = RSS2.replace("Wed, 01 May 2024 12:00:00 +0000", text)
    assert feed_links(feed.encode(), FEED)[0].published == wanted


ZONELESS = [
    ("Wed, 01 May 2024 12:00:00", datetime(2024, 5, 1, 9, tzinfo=UTC)),
    ("2024-05-01T12:00:00", datetime(2024, 5, 1, 9, tzinfo=UTC)),
    ("2024-05-01 12:00", datetime(2024, 5, 1, 9, tzinfo=UTC)),
    ("mer., 01 mai 2024 12:00", datetime(2024, 5, 1, 9, tzinfo=UTC)),
    ("01/05/2024 12:00", datetime(2024, 5, 1, 9, tzinfo=UTC)),
    ("Wed, 01 May 2024 12:00:00 GMT", datetime(2024, 5, 1, 12, tzinfo=UTC)),  # its own comes first
    ("Wed, 01 May 2024 12:00:00 -0000", datetime(2024, 5, 1, 12, tzinfo=UTC)),
    ("2024-05-01T12:00:00+01:00", datetime(2024, 5, 1, 11, tzinfo=UTC)),
    ("2024-05-01", None),  # of which hour nobody knows
    ("Il y a 3 heures", None),
]


@pytest.mark.parametrize(("text", "wanted"), ZONELESS)
def test_an_hour_without_zone_is_the_sites(text: str, wanted: datetime | None) -> None:
    feed = RSS2.replace("Wed, 01 May 2024 12:00:00 +0000", text)
    assert feed_links(feed.encode(), FEED, "Africa/Mogadishu")[0].published == wanted
    told = {"items": [{"url": f"{HOME}a", "date_published": text}]}
    found = feed_links(json.dumps(told).encode(), FEED, "Africa/Mogadishu")
    assert found[0].published == wanted
    urlset = (
        f"<urlset><url><loc>{HOME}a</loc><publication_date>{text}</publication_date></url></urlset>"
    )
    found = sitemap_links(urlset.encode(), FEED, "Africa/Mogadishu").articles
    assert found[0].published == wanted


def test_summer_time_is_that_of_the_day() -> None:
    for text, hour in (("2024-07-01T12:00:00", 9), ("2024-12-01T12:00:00", 10)):
        feed = RSS2.replace("Wed, 01 May 2024 12:00:00 +0000", text)
        found = feed_links(feed.encode(), FEED, "Africa/Cairo")[0].published
        assert found == datetime.fromisoformat(f"{text[:10]}T{hour:02}:00:00+00:00")


def test_a_guid_is_the_link_of_last_resort() -> None:
    item = f"<item><title>a</title><guid isPermaLink='false'>{HOME}?p=11</guid></item>"
    assert [link.url for link in feed_links(f"<rss>{item}</rss>".encode(), FEED)] == [
        f"{HOME}?p=11"
    ]
    numbered = item.replace(f"{HOME}?p=11", "11 at kibaru.example")
    assert feed_links(f"<rss>{numbered}</rss>".encode(), FEED) == []
