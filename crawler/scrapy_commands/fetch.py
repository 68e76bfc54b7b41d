"""``scrapy fetch`` as ever: looking at a page archives nothing and touches no journal."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import fetch

from crawler.scrapy_commands import LOOKING


class Command(fetch.Command):
    """Scrapy's, with archive and journal off."""

    default_settings: ClassVar[dict[str, Any]] = {**fetch.Command.default_settings, **LOOKING}
