"""Tunnels through proxies, for what is encrypted between us and the site."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import TunnelError
from twisted.internet.abstract import isIPv6Address
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from crawler.connections import Connection
    from crawler.errand import Errand
    from crawler.requesthead import Place

_MAX_HEAD = 1 << 16  # bytes
_STATUS = re.compile(rb"HTTP/1\.\d (\d{3})[^\r\n]{0,1000}")


class Tunnel:
    """The errand that goes before another one: has a proxy dig a tunnel (RFC 9110, 9.3.6)."""

    def __init__(self, then: Errand, place: Place, policy: Any) -> None:
        self._then, self._place, self._policy = then, place, policy
        self._received = b""
        self.timeout = then.timeout
        host = f"[{place.host}]" if isIPv6Address(place.host) else place.host
        end = f"{host}:{place.port}".encode("ascii")
        lines = [b"CONNECT %b HTTP/1.1" % end, b"Host: %b" % end]
        if place.proxy and place.proxy.authorization:
            lines.append(b"Proxy-Authorization: %b" % place.proxy.authorization)
        self.message = b"\r\n".join((*lines, b"", b""))

    @property
    def cancel(self) -> Callable[[], object]:
        """That of the errand for which it is dug."""
        return self._then.cancel

    @cancel.setter
    def cancel(self, cancel: Callable[[], object]) -> None:
        self._then.cancel = cancel

    def begin(self, connection: Connection) -> None:
        """As connections call it."""
        self._connection = connection

    def receive(self, data: bytes) -> None:
        """The proxy's answer; nothing may follow it before TLS has begun."""
        self._received += data
        status = _STATUS.match(self._received)
        if len(self._received) > _MAX_HEAD:
            self._refuse(self._received[:100])
        elif b"\r\n\r\n" not in self._received:
            return
        elif status is None or status[1] != b"200":
            self._refuse(status[0] if status else self._received[:100])
        else:
            self._connection.encrypt(self._policy)
            self._connection.ask(self._then)

    def lose(self, reason: Failure) -> None:
        """As connections call it."""
        self._fail(f"{type(reason.value).__name__}: {reason.value}")

    def _refuse(self, answer: bytes) -> None:
        self._connection.abort()
        self._fail(repr(answer)[2:-1])

    def _fail(self, why: str) -> None:
        proxy = self._place.proxy
        assert proxy is not None
        words = f"Could not open CONNECT tunnel with proxy {proxy.host}:{proxy.port} [{why}]"
        self._then.lose(Failure(TunnelError(words)))
