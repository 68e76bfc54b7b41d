"""What connections are used for, and whom they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from crawler.connections import Connection


class Errand(Protocol):
    """What a connection is used for: bytes to be sent, and a reader of what comes back."""

    message: bytes
    timeout: float  # seconds to connect
    cancel: Callable[[], object]  # ends what is being done for it

    def begin(self, connection: Connection) -> None:
        """Its message is about to be sent."""

    def receive(self, data: bytes) -> None:
        """What has come; who needs no more calls ``connection.end``."""

    def lose(self, reason: Failure) -> None:
        """There is no connection, or none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The other end of a connection.  ``protocols`` is e.g. ``("http/1.1", "tls/1.3")``."""

    host: str
    address: IPv4Address | IPv6Address
    protocols: tuple[str, ...] = ("http/1.1",)
    cipher_suite: str | None = None
    certificate: Any = None  # of twisted.internet.ssl
