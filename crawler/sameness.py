"""Scrapy's request fingerprints, without canonicalizing what is canonical: most of a frontier's time."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from scrapy.utils.request import RequestFingerprinter

if TYPE_CHECKING:
    from scrapy import Request

# Of these w3lib changes nothing: lower-case host of letters or an address, no query, no dot segments.
_BYTE = r"(?:0|[1-9][0-9]{0,2})"
_CANONICAL = re.compile(
    rf"https?://(?:(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]+|(?:{_BYTE}\.){{3}}{_BYTE})(?::[1-9][0-9]{{0,4}})?"
    r"(?:/(?!\.)[A-Za-z0-9._~-]*)+"
)


class PlainFingerprinter(RequestFingerprinter):
    """The same fingerprints, so that journals of interrupted crawls stay good."""

    def fingerprint(self, request: Request) -> bytes:
        """As Scrapy defines it."""
        url = request.url
        if request.method != "GET" or request.body or not _CANONICAL.fullmatch(url):
            return super().fingerprint(request)
        told = f'{{"body": "", "headers": {{}}, "method": "GET", "url": "{url}"}}'
        return hashlib.sha1(told.encode(), usedforsecurity=False).digest()
