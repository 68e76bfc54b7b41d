"""``scrapy parse`` as ever: looking at a page archives nothing and touches no journal."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import parse

from crawler.scrapy_commands import LOOKING


class Command(parse.Command):
    """Scrapy's, with archive and journal off."""

    default_settings: ClassVar[dict[str, Any]] = {**parse.Command.default_settings, **LOOKING}
