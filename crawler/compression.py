"""Scrapy's decompression, for servers that say gzip and send something else."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import brotli
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class TolerantCompressionMiddleware(HttpCompressionMiddleware):
    """A body that is not what its Content-Encoding says goes on as it came.

    Scrapy's own raises, and the spider never sees a page that is in the archive.
    """

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """As Scrapy's; the flag ``undecoded`` marks a body that could not be decoded."""
        try:
            return super().process_response(request, response)
        except (OSError, EOFError, zlib.error, brotli.error):
            headers = response.headers.copy()
            del headers["Content-Encoding"]
            kind = responsetypes.from_args(headers=headers, url=response.url, body=response.body)
            flags = [*response.flags, "undecoded"]
            return response.replace(cls=kind, headers=headers, flags=flags)
