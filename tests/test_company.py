"""The first pages of a host wait for each other, and for nothing else."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, cast

from crawler.learned import Standing
from spiders.company import ENOUGH, Company

HOST = "news.example"


@dataclass
class _Slot:
    active: set[int] = field(default_factory=set)


@dataclass
class _Scheduler:
    pending: bool = False

    def has_pending_requests(self) -> bool:
        return self.pending


@dataclass
class _EngineSlot:
    scheduler: _Scheduler = field(default_factory=_Scheduler)
    closing: object | None = None


@dataclass
class _Scraper:
    slot: _Slot = field(default_factory=_Slot)


@dataclass
class _Engine:
    """What of Scrapy's engine tells whether anything is under way."""

    _slot: _EngineSlot = field(default_factory=_EngineSlot)
    scraper: _Scraper = field(default_factory=_Scraper)
    downloader: _Slot = field(default_factory=_Slot)
    _start: object | None = None


@dataclass
class _Crawler:
    engine: _Engine = field(default_factory=_Engine)


def busy() -> _Engine:
    """An engine that has requests to send."""
    engine = _Engine()
    engine._slot.scheduler.pending = True
    return engine


def waited(engine: _Engine, *, met: int = 1, patience: float = 0.4, brings: bool = True) -> float:
    """How long a page waits."""
    company = Company(cast("Any", _Crawler(engine)), lambda host: brings, patience)
    company.note(HOST, Standing(met, None))
    engine.scraper.slot.active.add(1)
    began = time.monotonic()
    asyncio.run(company.wait(HOST))
    return time.monotonic() - began


def test_a_lone_page_does_not_wait() -> None:
    assert waited(_Engine()) < 0.2


def test_a_page_of_a_host_that_is_known_does_not_wait() -> None:
    assert waited(busy(), met=ENOUGH) < 0.2


def test_nothing_waits_when_the_crawl_is_closing_or_the_host_is_done() -> None:
    closing = busy()
    closing._slot.closing = object()
    assert waited(closing) < 0.2
    assert waited(busy(), brings=False) < 0.2


def test_it_waits_as_long_as_it_has_patience() -> None:
    assert 0.4 <= waited(busy()) < 2


def test_it_waits_for_what_is_being_fetched_or_read() -> None:
    fetching, reading, starting = _Engine(), _Engine(), _Engine(_start=object())
    fetching.downloader.active.add(2)
    reading.scraper.slot.active.add(2)
    for engine in (fetching, reading, starting):
        assert waited(engine) >= 0.4


def test_the_third_page_wakes_the_first_two() -> None:
    async def three() -> list[Standing]:
        company = Company(cast("Any", _Crawler(busy())), lambda host: True, 30.0)
        company.note(HOST, Standing(2, None))
        first = [asyncio.ensure_future(company.wait(HOST)) for _ in range(2)]
        await asyncio.sleep(0.1)
        company.note(HOST, Standing(3, None))
        company.note(HOST, Standing(2, None))  # an older answer that comes late
        return list(await asyncio.gather(*first))

    began = time.monotonic()
    assert [standing.met for standing in asyncio.run(three())] == [3, 3]
    assert time.monotonic() - began < 5
