"""Scrapy's decompression, where a spider wants it, and for servers that say gzip and send something else."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import brotli
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.responsetypes import responsetypes
from zlib_ng import zlib_ng

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


AS_SENT = "as_sent"  # in a request's meta: its callback reads the record, not the response's body
_REFRESH = re.compile(rb"<meta\b[^>]*refresh", re.I)
_LOOKED_AT = 4096  # characters, in which Scrapy looks for a refresh
_LONGEST = 4  # bytes of a character
_CONTINUING = bytes(range(0x80, 0xC0))  # bytes that begin none in UTF-8


class TolerantCompressionMiddleware(HttpCompressionMiddleware):
    """A body that is not what its Content-Encoding says goes on as it came.

    Scrapy's own raises, and the spider never sees a page that is in the archive.  A gzip body of which
    nobody wants more than the record stays as it is, unless the page may refresh to another.
    """

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """As Scrapy's; the flag ``undecoded`` marks a body that could not be decoded."""
        if request.meta.get(AS_SENT) and _stays(response):
            return response
        try:
            return super().process_response(request, response)
        except (OSError, EOFError, zlib.error, brotli.error):
            headers = response.headers.copy()
            del headers["Content-Encoding"]
            kind = responsetypes.from_args(headers=headers, url=response.url, body=response.body)
            flags = [*response.flags, "undecoded"]
            return response.replace(cls=kind, headers=headers, flags=flags)


def _stays(response: Response) -> bool:
    """Whether it is gzip, as it says, of a page that leads nowhere else by itself."""
    if response.headers.getlist("Content-Encoding") != [b"gzip"]:
        return False
    try:
        beginning = _beginning(response.body[: _LOOKED_AT * _LONGEST])
    except zlib_ng.error:  # type: ignore[misc]  # its stubs do not say what it is
        return False
    return not _REFRESH.search(beginning)


def _beginning(coded: bytes) -> bytes:
    """The first characters of a gzipped page, of whatever length they are."""
    inflate = zlib_ng.decompressobj(31)
    found = inflate.decompress(coded, _LOOKED_AT)
    missing = 0 if found.isascii() else len(found) - len(found.translate(None, _CONTINUING))
    if missing and inflate.unconsumed_tail:
        found += inflate.decompress(inflate.unconsumed_tail, missing * _LONGEST)
    return found
