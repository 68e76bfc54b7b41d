"""No request goes to this machine or its neighbours, whatever a link, a redirect or a name server says.

The check is made on the addresses that a connection is about to use, after the name was looked up:
what a host in a URL looks like (decimal, octal, a name of one's own) does not matter, and a name that
means another address a moment later is looked up and checked again.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface.declarations import implementer

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress, IHostResolution

_NAT64 = 0x0064FF9B << 96  # 64:ff9b::/96, RFC 6052
_KINDS = ("unspecified", "loopback", "link_local", "multicast", "reserved")
_PORTS = {"http": 80, "https": 443}


class Refused(IgnoreRequest):
    """A connection that is not made; says to what address, and what would allow it."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{host} is at {address}, a {kind_of(address)} address: not fetched"
            " (allow_private = true in the site file or --allow-private allows it)"
        )


def kind_of(address: str) -> str | None:
    """What keeps crawlers away from an IP address, in a word; None for one of the open internet."""
    ip = _innermost(ip_address(address.partition("%")[0]))
    for kind in _KINDS:
        if getattr(ip, f"is_{kind}"):
            return kind.replace("_", "-")
    return None if ip.is_global else "private"


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, Teredo, NAT64."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.teredo:
        return ip.teredo[1]
    if int(ip) >> 32 == _NAT64 >> 32:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def literal(host: str) -> str | None:
    """The address that a host in a URL is, in any form that name servers are not asked for; else None."""
    bare = host.strip("[]").lower().rstrip(".")
    if bare == "localhost" or bare.endswith(".localhost"):
        return "127.0.0.1"
    with suppress(ValueError):
        return str(ip_address(bare.partition("%")[0]))
    with suppress(OSError):  # 2130706433, 0x7f.1, 0177.0.0.1
        return socket.inet_ntoa(socket.inet_aton(bare))
    return None


def private_place(url: str) -> str | None:
    """``host:port`` of a URL that is itself written with a private address; None for any other."""
    parts = urlsplit(url)
    address = literal(parts.hostname or "")
    if address is None or kind_of(address) is None:
        return None
    return f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}"


@dataclass(slots=True)
class Guard:
    """For one request: the ``host:port`` that may be anywhere, and what was refused."""

    allowed: frozenset[str]
    refused: tuple[str, str] | None = None  # host, address


current_guard: ContextVar[Guard | None] = ContextVar("guard", default=None)


@implementer(IHostnameResolver)
class GuardedResolver(CachingHostnameResolver):
    """Scrapy's resolver; with a guard, addresses that are not of the open internet are left out."""

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        *args: Any,
        **kwargs: Any,
    ) -> IHostResolution:
        """As Twisted defines it."""
        guard, receiver = current_guard.get(), resolutionReceiver
        if guard is not None and f"{hostName}:{portNumber}" not in guard.allowed:
            receiver = _Guarded(receiver, hostName, guard)
        return super().resolveHostName(receiver, hostName, portNumber, *args, **kwargs)


@implementer(IResolutionReceiver)
class _Guarded:
    """Hands on what may be connected to."""

    def __init__(self, receiver: Any, host: str, guard: Guard) -> None:
        self._receiver, self._host, self._guard = receiver, host, guard

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        found: str = getattr(address, "host", "")
        if kind_of(found) is None:
            self._receiver.addressResolved(address)
        else:
            self._guard.refused = (self._host, found)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()
