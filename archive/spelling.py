"""Addresses that are spelled differently and mean the same page, as the Wayback Machine's key has it; pure.

An index looks URLs up as they were fetched.  Most spellings are found by writing down the usual ones of
the key; the few that are fetched otherwise (capitals, parameters in another order, a port that says
nothing) an index notes with their key's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import product
from urllib.parse import quote, unquote

from archive.urlkey import url_key

_SAFE = "!#$%&'()*+,/:;=?@[]|~"
_ESCAPED = re.compile(
    r"(?:%(?:22|3c|3e|5c|5e|60|7b|7c|7d|[89a-f][0-9a-f]))+", re.IGNORECASE
)  # what an address of ours or a browser may have escaped that was not

_SIMPLE = re.compile(
    r"https?://(?!www\d)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::(?!80/|443/)[1-9]\d{1,3}(?=/)|:[1-5]\d{4}(?=/))?"
    r"(?:/[a-z0-9_-][a-z0-9._-]*)*/?"
)


def spellings(url: str) -> list[str]:
    """The URL, then others under which the same page is usually fetched, the likeliest first."""
    plain = _plain(url_key(url))
    return list(dict.fromkeys((*_usual(url), *(_usual(plain) if plain else ()))))


def key_number(url: str) -> int:
    """64 bits that stand for the key of a URL, as SQLite keeps them."""
    digest = blake2b(url_key(url).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def is_usual(url: str) -> bool:
    """Whether a URL is among the spellings of every other one with its key."""
    if _SIMPLE.fullmatch(url):
        return True  # as most are; this takes a hundredth of the time
    plain = _plain(url_key(url))
    return plain is not None and url in _usual(plain)


def _plain(key: str) -> str | None:
    """The simplest URL of a key; None for one that has no host."""
    authority, mark, rest = key.partition(")")
    host, colon, port = authority.partition(":")
    if not mark or not host or (colon and not port.isdigit()):
        return None
    name = host if re.fullmatch(r"[\d.]+", host) else ".".join(reversed(host.split(",")))
    return f"http://{name}{colon}{port}{rest}"


def _usual(url: str) -> Iterator[str]:
    scheme, _, rest = url.partition("://")
    base, mark, query = rest.partition("?")
    host, slash, path = base.partition("/")
    other = "http" if scheme == "https" else "https"
    turned = path[:-1] if path.endswith("/") else f"{path}/" if path else ""
    paths = dict.fromkeys((f"{slash}{path}", f"/{turned}"))
    hosts = dict.fromkeys((host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"))
    for kind, name, end in product((scheme, other), hosts, paths):
        for written, asked in _written(end, query):
            yield f"{kind}://{name}{written}{mark}{asked}"


def _written(path: str, query: str) -> Iterator[tuple[str, str]]:
    """With more escapes and with fewer."""
    bare = _unescaped(path)
    for form in dict.fromkeys((path, quote(path, safe=_SAFE), unquote(path))):
        yield form, query
    capital = quote(bare, safe=_SAFE)
    for form, asked in product((path, bare, capital), (query, _unescaped(query))):
        yield form, asked
    yield capital, quote(_unescaped(query), safe=_SAFE)


def _unescaped(text: str) -> str:
    """With the escapes undone that stand for what is no part of a URL's syntax."""
    return _ESCAPED.sub(lambda match: unquote(match[0]), text)
