"""What a failed download means: in words for people, and as the class by which it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Self

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.addresses import Refused
from crawler.archiving import ArchiveFailed
from crawler.backoff import class_of_status, retry_after
from crawler.politeness import Throttled

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from crawler.backoff import FailureClass

_TRANSIENT = {408, 425, 429}  # client errors that say "later"; other 4xx are answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """``counted`` is how a crawl's summary counts it; ``wish`` the server's Retry-After."""

    counted: Literal["forbidden", "gone", "failed"]
    words: str
    kind: FailureClass
    wish: timedelta | None = None

    @classmethod
    def of_extractor(cls, reason: str) -> Self:
        """The page is in the archive; the extractor broke on it."""
        return cls(counted="failed", words=reason, kind="extraction")


def meaning(failure: Failure, now: datetime) -> Meaning | None:
    """None where the archive failed: that ends the crawl and is said elsewhere."""
    error = failure.value
    if isinstance(error, ArchiveFailed):
        return None
    if isinstance(error, HttpError):
        return _of_answer(error, now)
    if isinstance(error, Throttled):
        return Meaning(counted="failed", words=str(error), kind="throttled", wish=error.until - now)
    if isinstance(error, IgnoreRequest):
        forbidden = isinstance(error, Refused) or str(error).startswith("Forbidden by robots.txt")
        counted: Literal["forbidden", "failed"] = "forbidden" if forbidden else "failed"
        kind: FailureClass = "blocked" if forbidden else "server"
        return Meaning(counted=counted, words=str(error) or "ignored", kind=kind)
    return _of_connection(error)


def _of_answer(error: HttpError, now: datetime) -> Meaning:
    response = error.response
    definite = 400 <= response.status < 500 and response.status not in _TRANSIENT
    asked = response.headers.get("Retry-After")
    return Meaning(
        counted="gone" if definite else "failed",
        words=f"the server answered {response.status}",
        kind=class_of_status(response.status),
        wish=retry_after(asked.decode("latin-1"), now) if asked else None,
    )


def _of_connection(error: BaseException | None) -> Meaning:
    cause = error.__cause__ if error else None
    kind: FailureClass = "connection"
    if isinstance(error, CannotResolveHostError):
        kind = "dns"
    elif isinstance(error, DownloadTimeoutError):
        kind = "timeout"
    if isinstance(error, DownloadFailedError) and cause:
        error = cause  # it has the name of what happened
        kind = "tls" if isinstance(error, TLSError) else kind
    words = f"{type(error).__name__}: {error}".rstrip(": ")
    return Meaning(counted="failed", words=words, kind=kind)
