"""A Scrapy request as the bytes of an HTTP/1.1 request, and where they are to be sent; pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.url import add_http_if_no_scheme
from twisted.internet.abstract import isIPv6Address

from archive import http1

_TARGET = re.compile(rb"[\x21-\x7e]+")
_WITH_LENGTH = ("POST", "PUT")  # say how long their body is even if there is none (RFC 9110, 8.6)
_FRAMING = (b"Host", b"Content-Length", b"Transfer-Encoding")  # are set here
_NAMES = {
    name.title(): name for name in (b"Content-MD5", b"DNT", b"ETag", b"TE", b"WWW-Authenticate")
}  # that are usually written so
_PORTS = {"http": 80, "https": 443}


class Proxy(NamedTuple):
    """``authorization`` is the value of Proxy-Authorization for a tunnel, never for the site."""

    is_encrypted: bool
    host: str
    port: int
    authorization: bytes | None = None


class Place(NamedTuple):
    """What a connection leads to; two requests to the same place may use one after the other."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None = None
    bind: tuple[str, int] | None = None

    @property
    def is_tunnelled(self) -> bool:
        """Whether a proxy only passes on what it cannot read."""
        return self.proxy is not None and self.scheme == "https"


def place_of(request: Request, bind: tuple[str, int] | None) -> Place:
    """Where to connect to for it; by ``bind`` unless its meta says something else."""
    parts = urlparse_cached(request)
    host, port = _host_and_port(parts.scheme, parts.netloc)
    meta = request.meta
    if "bindaddress" in meta and (own := meta["bindaddress"]):
        bind = (own, 0) if isinstance(own, str) else own
    if not meta.get("proxy"):
        return Place(parts.scheme, host, port, None, bind)
    proxy = _proxy_at(meta["proxy"])
    if parts.scheme == "http":  # the proxy asks for it, on the same connection for all sites
        return Place("http", "", 0, proxy, bind)
    if proxy.is_encrypted:
        raise NotImplementedError("HTTPS proxies for HTTPS destinations are not supported")
    authorization = request.headers.get(b"Proxy-Authorization")
    return Place("https", host, port, proxy._replace(authorization=authorization), bind)


@lru_cache(1024)
def _host_and_port(scheme: str, netloc: str) -> tuple[str, int]:
    name = netloc.rpartition("@")[2]
    host, colon, port = name.rpartition(":")
    if not colon or not (port.isdecimal() or not port):
        host, port = name, ""
    return host.strip("[]"), int(port) if port else _PORTS.get(scheme, 0)


@lru_cache(64)
def _proxy_at(address: str) -> Proxy:
    parts = urlsplit(add_http_if_no_scheme(address))
    is_encrypted = parts.scheme == "https"
    return Proxy(is_encrypted, parts.hostname or "", parts.port or (443 if is_encrypted else 80))


def message_of(request: Request, place: Place) -> bytes:
    """The whole request.  Raises ``ValueError`` for a method, URL or field's name that is none."""
    url = request.url.partition("#")[0]
    parts = urlparse_cached(request)
    target = url
    if place.proxy is None or place.is_tunnelled:
        target = url[url.index("//") + 2 + len(parts.netloc) :]
        target = target if target.startswith("/") else f"/{target}"
    method, asked = request.method.encode(), target.encode("ascii")
    if not http1.TOKEN.fullmatch(method) or not _TARGET.fullmatch(asked):
        raise ValueError(f"no request of HTTP: {request.method} {target}")
    host = request.headers.get(b"Host") or _host_field(parts.scheme, parts.netloc)
    lines = [b"%b %b HTTP/1.1\r\nHost: %b\r\n" % (method, asked, host)]
    if request.body or request.method in _WITH_LENGTH:
        lines.append(b"Content-Length: %d\r\n" % len(request.body))
    lines += _field_lines(request, is_tunnelled=place.is_tunnelled)
    return b"".join((*lines, b"\r\n", request.body))


@lru_cache(1024)
def _host_field(scheme: str, netloc: str) -> bytes:
    host, port = _host_and_port(scheme, netloc)
    host = f"[{host}]" if isIPv6Address(host) else host
    return (host if port == _PORTS.get(scheme) else f"{host}:{port}").encode("ascii")


def _field_lines(request: Request, *, is_tunnelled: bool) -> list[bytes]:
    lines = []
    for name, values in dict.items(request.headers):
        if name in _FRAMING or (is_tunnelled and name == b"Proxy-Authorization"):
            continue
        written = _written(name)
        lines += [b"%b: %b\r\n" % (written, b" ".join(v.splitlines()).strip()) for v in values]
    return lines


@lru_cache(1024)
def _written(name: bytes) -> bytes:
    if not http1.TOKEN.fullmatch(name):
        raise ValueError(f"no name of a header field: {name!r}")
    return _NAMES.get(name, name)
