"""A world of made-up outlets: what each publishes when, and when which of them misbehaves how; all from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal

from tests.treesite import paragraphs_of, title_of

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
BACKLOG = timedelta(days=3)  # published before anybody looks
OUTAGE = timedelta(hours=30)  # begins in the evening: the next day is lost as a whole
A_SITE = 10_000  # numbers of articles

TroubleKind = Literal[
    "refused",  # nobody listens
    "blocked",  # 403 for all
    "down",  # 503 for all, robots.txt too
    "throttled",  # 429 with Retry-After
    "feed_html",
    "feed_error",
    "feed_moved",
    "robots",  # a section is forbidden
    "redesign",
    "page_503",
    "page_403",
    "page_404",
    "page_hangs",
]
_BY_NUMBER: tuple[TroubleKind | None, ...] = (
    None,
    "refused",
    "feed_html",
    "blocked",
    "feed_moved",
    "throttled",
    "robots",
    "redesign",
    "down",
    "feed_error",
    None,
)
_FOR_GOOD: frozenset[TroubleKind] = frozenset({"feed_moved", "redesign"})
_OF_PAGES: tuple[tuple[float, TroubleKind, tuple[float, float]], ...] = (  # share, what, hours
    (0.03, "page_503", (3, 20)),
    (0.015, "page_403", (2, 8)),
    (0.02, "page_404", (0.5, 0.7)),
    (0.005, "page_hangs", (1, 5)),
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong, from when to when."""

    kind: TroubleKind
    begin: datetime
    end: datetime

    def is_on(self, now: datetime) -> bool:
        """Whether it does so now."""
        return self.begin <= now < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article of the world; ``alias`` is a second address, which the feed names."""

    number: int
    path: str
    published: datetime
    alias: str | None = None
    corrected: datetime | None = None
    removed: datetime | None = None
    in_feed: bool = True
    trouble: Trouble | None = None

    @property
    def title(self) -> str:
        """No other has the same."""
        return title_of(self.number)

    def version(self, now: datetime) -> int:
        """1, or 2 once it was corrected."""
        return 2 if self.corrected and now >= self.corrected else 1

    def paragraphs(self, now: datetime) -> list[str]:
        """Its text as it stands."""
        correction = f"Correction : le nombre cité d'abord dans le récit {self.number} était faux."
        return [*paragraphs_of(self.number), *([correction] if self.version(now) == 2 else [])]

    def is_public(self, now: datetime) -> bool:
        """Published and not taken back."""
        return self.published <= now and not (self.removed and now >= self.removed)


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A site: its features follow from its number, so that a few sites have all of them."""

    number: int
    stories: tuple[Story, ...]  # oldest first
    trouble: Trouble | None
    joins: datetime  # when its site file is written

    @property
    def id(self) -> str:
        """Of its site file."""
        return f"outlet{self.number:03}"

    @property
    def address(self) -> str:
        """A loopback address of its own."""
        return f"127.1.{self.number // 250}.{self.number % 250 + 1}"

    @property
    def window(self) -> int:
        """Items in its feed."""
        return 10 + self.number % 11

    @property
    def sources(self) -> tuple[str, ...]:
        """Their names, the front page always."""
        number = self.number
        there = {
            "feed": number % 10 != 7,
            "sitemap": number % 3 == 1,
            "news": number % 7 == 0,
            "posts": number % 3 == 2,
            "front": True,
        }
        return tuple(name for name, is_there in there.items() if is_there)

    @cached_property
    def by_path(self) -> dict[str, Story]:
        """Both addresses of a story."""
        paths = {story.path: story for story in self.stories}
        return paths | {story.alias: story for story in self.stories if story.alias}

    def has(self, kind: TroubleKind, now: datetime) -> bool:
        """Whether this trouble is on."""
        trouble = self.trouble
        return trouble is not None and trouble.kind == kind and trouble.is_on(now)

    def is_up(self, now: datetime) -> bool:
        """Whether it answers with what it has."""
        return not any(self.has(kind, now) for kind in ("refused", "blocked", "down", "throttled"))

    def public(self, now: datetime) -> list[Story]:
        """Newest first."""
        return [story for story in reversed(self.stories) if story.is_public(now)]

    def listed(self, source: str, now: datetime) -> list[Story]:
        """What a source names."""
        if source == "feed" and (self.has("feed_html", now) or self.has("feed_error", now)):
            return []
        stories = self.public(now)
        if source == "feed":
            return [story for story in stories if story.in_feed][: self.window]
        if source == "news":
            return [story for story in stories if now - story.published < timedelta(days=2)]
        return stories[: {"sitemap": 5000, "posts": 100, "front": 25}[source]]


def outlets(numbers: Iterable[int], days: float, seed: int) -> list[Outlet]:
    """The outlets of these numbers, that publish until the days are over."""
    return [_outlet(number, days, random.Random(seed * A_SITE + number)) for number in numbers]


def a_day(number: int) -> float:
    """Articles that an outlet publishes: one of twenty a stream, a quarter some, the others hardly any."""
    if number % 20 == 0:
        return 60.0
    return 6.0 if number % 4 == 1 else 0.8


def _outlet(number: int, days: float, dice: random.Random) -> Outlet:
    end = BEGIN + timedelta(days=days)
    moments = _moments(a_day(number), end, dice)
    stories = [_story(number, n, moment, dice) for n, moment in enumerate(moments)]
    joins = BEGIN + timedelta(days=int(days / 3), hours=6) if number % 7 == 6 else BEGIN
    trouble = _trouble(_BY_NUMBER[number % len(_BY_NUMBER)], days, dice)
    return Outlet(number=number, stories=tuple(stories), trouble=trouble, joins=joins)


def _moments(rate: float, end: datetime, dice: random.Random) -> Iterator[datetime]:
    """Poisson, nine tenths of it by day."""
    moment = BEGIN - BACKLOG * (3 if rate < 1 else 1)
    while True:
        moment += timedelta(days=dice.expovariate(rate * 1.5))
        if moment >= end:
            return
        if dice.random() < (0.9 if 6 <= moment.hour < 22 else 0.2):
            yield moment.replace(microsecond=0)


def _story(outlet: int, n: int, moment: datetime, dice: random.Random) -> Story:
    number = outlet * A_SITE + n
    section = dice.choice(("actualite", "securite"))
    slug = f"les-habitants-racontent-leur-nuit-numero-{number}"
    dated = f"/{section}/{moment:%Y/%m/%d}/{slug}.html"
    return Story(
        number=number,
        path=f"/{section}/{slug}/" if outlet % 3 == 2 else dated,
        published=moment,
        alias=f"/breves/{slug}.html" if dice.random() < 0.03 else None,
        corrected=moment + _hours(dice, 1, 20) if dice.random() < 0.08 else None,
        removed=moment + _hours(dice, 2, 60) if dice.random() < 0.015 else None,
        in_feed=dice.random() >= 0.04,
        trouble=_page_trouble(moment, dice),
    )


def _page_trouble(moment: datetime, dice: random.Random) -> Trouble | None:
    chance = dice.random()
    for share, kind, (least, most) in _OF_PAGES:
        if chance < share:
            return Trouble(kind, moment, moment + _hours(dice, least, most))
        chance -= share
    return None


def _trouble(kind: TroubleKind | None, days: float, dice: random.Random) -> Trouble | None:
    if kind is None:
        return None
    evening = BEGIN + timedelta(days=int(days * dice.uniform(0.1, 0.6)), hours=dice.randint(18, 23))
    return Trouble(
        kind, evening, datetime.max.replace(tzinfo=UTC) if kind in _FOR_GOOD else evening + OUTAGE
    )


def _hours(dice: random.Random, least: float, most: float) -> timedelta:
    return timedelta(hours=dice.uniform(least, most))
