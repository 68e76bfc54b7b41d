"""``scrapy shell`` as ever: looking at a page archives nothing and touches no journal."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy.commands import shell

from crawler.scrapy_commands import LOOKING


class Command(shell.Command):
    """Scrapy's, with archive and journal off."""

    default_settings: ClassVar[dict[str, Any]] = {**shell.Command.default_settings, **LOOKING}
