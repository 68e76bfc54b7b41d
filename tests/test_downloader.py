"""Our downloader does for a request what Scrapy's does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Downloader as Stock
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.downloader import Downloader

URL = "http://kibaru.example/a"
SAID = {
    "none": None,
    "response": Response(URL, status=299),
    "request": Request(URL + "/again"),
    "number": 7,
}


def _say(request: Request, stage: str, otherwise: Any) -> Any:
    """What the request's meta has for that stage: a value, a coroutine of one, or an exception."""
    request.meta["heard"].append(stage)
    said, _, later = request.meta.get(stage, "").partition(", ")
    if said == "raise":
        raise IgnoreRequest(stage)
    value = SAID.get(said, otherwise)
    return _coroutine(value) if later else value


async def _coroutine(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


class First:
    """Nearest to the engine."""

    def process_request(self, request: Request) -> Any:
        return _say(request, "first", None)

    def process_response(self, request: Request, response: Response) -> Any:
        return _say(request, "first answer", response)


class Second:
    """Nearest to the downloader."""

    def process_request(self, request: Request) -> Any:
        return _say(request, "second", None)

    def process_response(self, request: Request, response: Response) -> Any:
        return _say(request, "second answer", response)

    def process_exception(self, request: Request, exception: Exception) -> Any:
        return _say(request, "exception", None)


async def _fetched(request: Request) -> Response:
    request.meta["heard"].append("fetched")
    return Response(URL, status=200)


def _crawler(**settings: Any) -> Any:
    settings |= {"DOWNLOAD_HANDLERS": {"http": None, "https": None}}  # they would open sessions
    return get_crawler(settings_dict=settings, prevent_warnings=True)


def _outcome(kind: type[Stock], meta: dict[str, Any]) -> Any:
    """What the middlewares make of a request, and in which order they were asked."""
    crawler = _crawler(DOWNLOADER_MIDDLEWARES_BASE={First: 1, Second: 2})
    crawler.spider = Spider("downloading")
    request = Request(URL, meta={**meta, "heard": []})

    async def run() -> Any:
        try:
            found = await kind(crawler).middleware.download_async(_fetched, request)
        except (IgnoreRequest, TypeError) as e:
            return type(e).__name__
        return type(found).__name__, found.url, getattr(found, "status", None)

    return asyncio.run(run()), request.meta["heard"]


@pytest.mark.parametrize("stage", ["first", "second", "second answer", "first answer", "exception"])
@pytest.mark.parametrize("later", ["", ", later"])
@pytest.mark.parametrize("said", [*SAID, "nothing", "raise"])
def test_middlewares_are_asked_as_scrapy_asks_them(stage: str, said: str, later: str) -> None:
    meta = {"first": "raise"} if stage == "exception" else {}
    meta[stage] = said + later
    assert _outcome(Downloader, meta) == _outcome(Stock, meta)


def test_who_listens_is_told() -> None:
    crawler = _crawler()
    send, heard = Downloader(crawler).signals.send_catch_log, []
    assert send(signals.request_left_downloader, request=URL) == []

    def hear(request: str) -> None:
        heard.append(request)

    crawler.signals.connect(hear, signals.request_left_downloader)
    assert send(signals.request_left_downloader, request=URL) == [(hear, None)]
    assert heard == [URL]
