"""Redirects are followed to whatever host they name, and one that leads in a circle is an error.

Scrapy drops both without a word to the spider: the first as off the site, the second as seen before.
A page that is lost in this way would be counted nowhere, and a site that has moved would be a crawl
that finished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy.http import Response


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's, for redirects by status."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """As Scrapy's own; the errback of a request that leads in a circle is called."""
        return _followed(super().process_response(request, response))


class MetaRefreshMiddleware(redirect.MetaRefreshMiddleware):
    """Scrapy's, for redirects by markup."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """As Scrapy's own; the errback of a request that leads in a circle is called."""
        return _followed(super().process_response(request, response))


def _followed(result: Request | Response) -> Request | Response:
    if isinstance(result, Request):
        if result.url in result.meta["redirect_urls"] and not result.dont_filter:
            raise IgnoreRequest(f"its redirects lead in a circle, back to {result.url}")
        result.meta["allow_offsite"] = True
    return result
