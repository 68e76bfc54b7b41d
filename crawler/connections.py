"""Connections to servers: made through Twisted's endpoints, used one request at a time, kept for the next.

Names are looked up by the reactor's resolver and TLS is as Scrapy's context factory says, so that a
guarded resolver (``crawler.addresses``) and the settings of TLS hold here as well.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twisted.internet import ssl
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from crawler.errand import Errand, Peer
from crawler.tunnel import Tunnel

if TYPE_CHECKING:
    from crawler.requesthead import Place

KEPT_SECONDS = 240.0  # that a connection may be idle
_LAST_WORDS = 1.0  # seconds that connections have to close in order


class Connection(Protocol):
    """One of ``pool``'s; ``idle_since`` is of ``time.monotonic``."""

    transport: Any  # which zope's interfaces do not type

    def __init__(self, place: Place, pool: Connections) -> None:
        self.place, self._pool = place, pool
        self.idle_since = 0.0
        self.is_used = False
        self._errand: Errand | None = None

    @cached_property
    def peer(self) -> Peer:
        """To be asked for once bytes have come: only then it is certain what TLS has agreed on."""
        host = self.transport.getPeer().host
        address = ipaddress.ip_address(host)
        tls = self.transport.getHandle()
        if not hasattr(tls, "get_protocol_version_name"):
            return Peer(host=host, address=address)
        version = tls.get_protocol_version_name().lower().replace("v", "/")  # TLSv1.3
        return Peer(
            host=host,
            address=address,
            protocols=("http/1.1", version),
            cipher_suite=tls.get_cipher_name(),
            certificate=ssl.Certificate(self.transport.getPeerCertificate()),
        )

    def ask(self, errand: Errand) -> None:
        """Send its message; what comes back is for it."""
        self._errand = errand
        errand.cancel = self.abort
        errand.begin(self)
        self.transport.write(errand.message)

    def end(self, *, is_kept: bool) -> None:
        """The errand is done."""
        self._errand, self.is_used = None, True
        if is_kept:
            self._pool.keep(self)
        else:
            self.close()

    def abort(self) -> None:
        """The errand is given up."""
        self._errand = None
        self.transport.abortConnection()

    def close(self) -> None:
        """In order."""
        self.transport.loseConnection()

    def encrypt(self, policy: Any) -> None:
        """Begin TLS with the host; what was a tunnel's errand is done."""
        self._errand = None
        creator = policy.creatorForNetloc(self.place.host.encode("ascii"), self.place.port)
        self.transport.startTLS(creator)

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """As Twisted calls it."""
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """As Twisted calls it; what nobody has asked for ends the connection."""
        if self._errand is None:
            self._pool.forget(self)
            self.close()
        else:
            self._errand.receive(data)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's
        """As Twisted calls it."""
        errand, self._errand = self._errand, None
        if errand is None:
            self._pool.forget(self)
        else:
            errand.lose(reason)


class Connections:
    """All of a handler; of one place up to ``kept`` idle ones are held."""

    def __init__(self, reactor: Any, policy: Any, kept: int) -> None:
        self._reactor, self._policy, self._kept = reactor, policy, kept
        self._idle: defaultdict[Place, list[Connection]] = defaultdict(list)
        self._sweeping: asyncio.TimerHandle | None = None
        self._all_closed: asyncio.Future[None] | None = None

    def run(self, errand: Errand, place: Place) -> None:
        """On an idle connection, or a new one."""
        if idle := self._idle.get(place):
            idle.pop().ask(errand)
        else:
            self.connect(errand, place)

    def connect(self, errand: Errand, place: Place) -> None:
        """On a new connection; the errand is told if there is none to be had.

        Raises ``ValueError`` for a host of which TLS takes the name for none.
        """
        endpoint = self._endpoint(place, errand.timeout)
        connecting = endpoint.connect(_Factory(place, self))
        errand.cancel = connecting.cancel
        first = Tunnel(errand, place, self._policy) if place.is_tunnelled else errand
        connecting.addCallbacks(lambda connection: connection.ask(first), errand.lose)

    def _endpoint(self, place: Place, timeout: float) -> Any:
        host, port, is_encrypted = place.host, place.port, place.scheme == "https"
        if place.proxy:
            host, port, is_encrypted = place.proxy.host, place.proxy.port, place.proxy.is_encrypted
        endpoint: Any = HostnameEndpoint(
            self._reactor, host, port, timeout=timeout, bindAddress=place.bind
        )
        if not is_encrypted:
            return endpoint
        return wrapClientTLS(self._policy.creatorForNetloc(host.encode("ascii"), port), endpoint)

    def keep(self, connection: Connection) -> None:
        """For another errand to the same place."""
        connection.idle_since = time.monotonic()
        idle = self._idle[connection.place]
        idle.append(connection)
        if len(idle) > self._kept:
            idle.pop(0).close()
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(KEPT_SECONDS / 4, self._sweep)

    def forget(self, connection: Connection) -> None:
        """It is lost, or no good."""
        idle = self._idle.get(connection.place)
        if idle and connection in idle:
            idle.remove(connection)
        if self._all_closed and not self._all_closed.done() and not any(self._idle.values()):
            self._all_closed.set_result(None)

    def _sweep(self) -> None:
        """Close what has been idle for long."""
        self._sweeping = None
        oldest = time.monotonic() - KEPT_SECONDS
        for place, idle in list(self._idle.items()):
            while idle and idle[0].idle_since < oldest:
                idle.pop(0).close()
            if not idle:
                del self._idle[place]
        if self._idle:
            self._sweeping = asyncio.get_running_loop().call_later(KEPT_SECONDS / 4, self._sweep)

    async def close(self) -> None:
        """Close the idle ones, and wait a moment until they are."""
        if self._sweeping:
            self._sweeping.cancel()
        idle = [connection for kept in self._idle.values() for connection in kept]
        if not idle:
            return
        self._all_closed = asyncio.get_running_loop().create_future()
        for connection in idle:
            connection.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_closed, _LAST_WORDS)


class _Factory(Factory):
    """Makes the protocol of a connection that is being made."""

    noisy = False

    def __init__(self, place: Place, pool: Connections) -> None:
        self._place, self._pool = place, pool

    def buildProtocol(self, addr: Any) -> Connection:  # noqa: N802 - Twisted's name
        """As Twisted calls it."""
        return Connection(self._place, self._pool)
