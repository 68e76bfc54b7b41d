"""What spiders yield comes out of one middleware as it comes out of Scrapy's five."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import default_settings
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.test import get_crawler

from crawler import settings
from crawler.yielded import PARTS, YieldedMiddleware

ASKED = "http://kibaru.example/asked"
YIELDED: tuple[tuple[str, dict[str, Any]], ...] = (
    (ASKED + "/1", {}),
    (ASKED + "/2", {"depth_reset": True}),
    ("https://relais.example/3", {"referrer_policy": "origin"}),
    (ASKED + "/" + "long" * 600, {}),
    (ASKED + "/5", {"redirect_times": 1, "depth": 7}),
)


def _made(**given: Any) -> tuple[Any, list[BaseSpiderMiddleware]]:
    crawler = get_crawler(settings_dict=given, prevent_warnings=True)
    crawler.spider = crawler._create_spider("yielding")
    return crawler, [build_from_crawler(part, crawler) for part in PARTS]


async def _all(given: list[Any]) -> AsyncIterator[Any]:
    for each in given:
        yield each


def _seen(chain: list[BaseSpiderMiddleware], crawler: Any, depth: int | None) -> Any:
    """What comes out, of a page (at some depth) and of the spider's start."""

    async def run() -> list[Any]:
        meta = {} if depth is None else {"depth": depth}
        response = Response(ASKED, request=Request(ASKED, meta=meta))
        requests = [Request(url, meta=dict(meta)) for url, meta in YIELDED]
        passed: Any = _all([*requests, {"an": "item"}])
        for part in chain:
            passed = part.process_spider_output_async(response, passed)
        out = [found async for found in passed]
        begun: Any = _all([Request(url, meta=dict(meta)) for url, meta in YIELDED[:2]])
        for part in chain:
            begun = part.process_start(begun)
        out += [found async for found in begun]
        return [*map(_told, out), response.meta["depth"]]

    return asyncio.run(run()), crawler.stats.get_stats()


def _told(found: Any) -> Any:
    if not isinstance(found, Request):
        return found
    return found.url, found.meta, found.priority, found.headers.to_unicode_dict()


@pytest.mark.parametrize("depth", [None, 0, 3])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"DEPTH_LIMIT": 1, "DEPTH_PRIORITY": 2, "DEPTH_STATS_VERBOSE": True},
        {"REFERRER_POLICY": "no-referrer", "URLLENGTH_LIMIT": 40},
    ],
)
def test_it_is_the_same(given: dict[str, Any], depth: int | None) -> None:
    crawler, theirs = _made(**given)
    expected = _seen(theirs, crawler, depth)
    crawler, _ = _made(**given)
    assert _seen([YieldedMiddleware(crawler)], crawler, depth) == expected


def test_what_is_switched_off_is_left_out() -> None:
    crawler, _ = _made()
    off = get_crawler(settings_dict={"REFERER_ENABLED": False, "URLLENGTH_LIMIT": 0})
    off.spider = crawler.spider
    (request, *_), _ = _seen([YieldedMiddleware(off)], off, None)
    assert "Referer" not in request[3]


def test_they_are_all_that_scrapy_has() -> None:
    ours = {f"{part.__module__}.{part.__qualname__}" for part in PARTS}
    assert ours.isdisjoint(settings.SPIDER_MIDDLEWARES_BASE)
    theirs = sorted(default_settings.SPIDER_MIDDLEWARES_BASE.items(), key=lambda item: -item[1])
    order = [name for name, _ in theirs if name not in settings.SPIDER_MIDDLEWARES_BASE]
    assert order == [f"{part.__module__}.{part.__qualname__}" for part in PARTS]
