"""The key that URLs are looked up by: the SURT of CDX files.

``http://www.Example.org:80/B/?z=1&a=2#top`` becomes ``org,example)/b?a=2&z=1``.  The rules are those of the
Wayback Machine (iipc/webarchive-commons, ``WaybackURLKeyMaker``) as tools in Python have them.  Written
for this because the package that has them, ``surt``, is under the AGPL.
"""

from __future__ import annotations

import re
import socket
from urllib.parse import unquote_to_bytes

_URL = re.compile(
    rb"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL
)
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_SCHEMES = re.compile(rb"(https?://)+")
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_UNSAFE = re.compile(rb"[^\x21\x22\x24\x26-\x7e]")  # controls, blank, #, % and all beyond ASCII
_DOTS = re.compile(rb"\.{2,}")
_WWW = re.compile(rb"www\d*\.")
_NUMBERS = re.compile(rb"\d+(?:\.\d+){0,3}")
_PORT = re.compile(rb":(\d{1,5})?")
_DEFAULT_PORTS = {b"http": 80, b"https": 443}
_PATH_SESSIONS = tuple(
    re.compile(rb"(.*/)" + session + rb"/([^?]+\.aspx.*)", re.IGNORECASE)
    for session in (rb"\((?:[a-z]\([0-9a-z]{24}\))+\)", rb"\([0-9a-z]{24}\)")
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"(.*)(?:" + session + rb")(?:&(.*))?", re.IGNORECASE)
    for session in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def url_key(url: str) -> str:
    """The SURT without a scheme; a URL without a host keeps its scheme, and a hopeless one stays."""
    if url.startswith(("filedesc", "warcinfo")):
        return url
    raw = re.sub(rb"[\r\n\t]", b"", url.encode("utf-8", "surrogateescape").strip())
    if not raw:
        return "-"
    raw = raw if _SCHEME.match(raw) else b"http://" + raw
    match = _URL.fullmatch(_SCHEMES.sub(rb"\1", raw, count=1))
    if match is None:
        return url
    scheme, authority, path, query = (part or b"" for part in match.groups())
    if not authority and scheme.lower().startswith(b"http"):  # http:///host/path
        authority, slash, rest = path.lstrip(b"/").partition(b"/")
        path = slash + rest
    host, port = _host_and_port(authority)
    if port is None:
        return url
    number = int(port[1:] or 0)
    shown = b"" if number in (0, _DEFAULT_PORTS.get(scheme.lower(), 0)) else b":%d" % number
    tail = _tail(_path(path) if host else _opaque(path), _query(query))
    key = _surt(host) + shown + b")" + (tail or b"/") if host else scheme.lower() + b":" + tail
    return key.decode("ascii")


def _tail(path: bytes, query: bytes) -> bytes:
    return (path or b"/") + b"?" + query if query else path


def _host_and_port(authority: bytes) -> tuple[bytes, bytes | None]:
    """The port with its colon; None if it is none."""
    bare = authority.rpartition(b"@")[2]
    bracket = bare.rfind(b"]")
    colon = bare.find(b":", bracket + 1)
    host, port = (bare, b"") if colon < 0 else (bare[:colon], bare[colon:])
    is_port = not port or (_PORT.fullmatch(port) and int(port[1:] or 0) < 65536)
    return _host(host.removeprefix(b"[").removesuffix(b"]")), port if is_port else None


def _host(raw: bytes) -> bytes:
    host = _unescaped(raw)
    try:
        host = host.decode().encode("idna")
    except UnicodeError:
        host = raw if not host.isascii() else host
    host = _DOTS.sub(b".", host).strip(b".").lower()
    if _NUMBERS.fullmatch(host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
        except OSError:
            return host
    return _WWW.sub(b"", _escaped(host), count=1) if _WWW.match(host) else _escaped(host)


def _surt(host: bytes) -> bytes:
    return host if b":" in host else b",".join(reversed(host.split(b".")))


def _path(raw: bytes) -> bytes:
    kept: list[bytes] = []
    segments = _unescaped(raw).split(b"/")[1:]
    for segment in segments:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    path = b"/" + b"/".join([s for s in kept[:-1] if s] + kept[-1:])
    path = _escaped(path).lower()
    for session in _PATH_SESSIONS:
        path = session.sub(rb"\1\2", path)
    return path.removesuffix(b"/")


def _opaque(raw: bytes) -> bytes:
    return _escaped(_unescaped(raw)).lower().removesuffix(b"/")


def _query(raw: bytes) -> bytes:
    query = _escaped(_unescaped(raw))
    for session in _QUERY_SESSIONS:
        if match := session.fullmatch(query):
            query = match[1] + (match[2] or b"")
    pairs = [pair.partition(b"=") for pair in query.lower().split(b"&")]
    pairs.sort()  # "a" before "a=" before "a=1"
    return b"&".join(b"".join(pair) for pair in pairs)


def _unescaped(raw: bytes) -> bytes:
    while _ESCAPE.search(raw):
        raw = unquote_to_bytes(raw)
    return raw


def _escaped(raw: bytes) -> bytes:
    return _UNSAFE.sub(lambda match: b"%%%02X" % match[0][0], raw)
