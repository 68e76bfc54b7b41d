"""A page beside the article's own: AMP, print, mobile, a later part; and where the article's own page is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.parts import first_part
from crawler.urls import absolute, canonical, in_house, plain_host

VersionKind = Literal["amp", "print", "mobile", "part"]


@dataclass(frozen=True, slots=True)
class Version:
    """What a page is beside an article's own page, and the address of that."""

    kind: VersionKind
    url: str


_AMP_PATH = re.compile(r"/amp(?=/?$)|^/amp(?=/)|\.amp(?=\.html?$|$)")
_PRINT_PATH = re.compile(
    r"/(?:print|printer|printer-friendly|imprimer|imprimir|impressao|طباعة)(?=/|$)", re.IGNORECASE
)
_PATH_KINDS: tuple[tuple[VersionKind, re.Pattern[str]], ...] = (
    ("amp", _AMP_PATH),
    ("print", _PRINT_PATH),
)
_CACHE = re.compile(r"https?://[\w-]+\.cdn\.ampproject\.org/[acvi]/(?:s/)?(?P<there>.+)")
_QUERY_KINDS: dict[tuple[str, str], VersionKind] = {
    **{("amp", value): "amp" for value in ("", "1", "true")},
    ("outputtype", "amp"): "amp",
    ("format", "amp"): "amp",
    **{("print", value): "print" for value in ("", "1", "true", "print", "y", "yes", "on")},
    ("format", "print"): "print",
    ("view", "print"): "print",
    ("printable", "1"): "print",
    ("m", "1"): "mobile",
    ("mobile", "1"): "mobile",
}
_WITH_PRINT = frozenset(["tmpl", "layout", "format"])  # Joomla sends these along
_MOBILE_HOST = re.compile(r"(?:m|mobile|mobi|touch)\.", re.IGNORECASE)


def canonical_version(tree: HtmlElement, url: str) -> Version | None:
    """What a page is instead of the article's own page, and where that is; None for an ordinary page.

    The page's own canonical link is believed if it stays on the site; else the address is taken
    without what makes it another version.
    """
    kind, derived = _shape(url)
    if _is_amp(tree):
        kind = "amp"
    if kind is None:
        first = first_part(tree, url)
        return Version("part", first) if first else None
    named = _canonical_link(tree, url, derived)
    address = named or derived
    return Version(kind, address) if address and canonical(address) != canonical(url) else None


def _is_amp(tree: HtmlElement) -> bool:
    root = tree.getroottree().getroot()
    return root.get("amp") is not None or root.get("⚡") is not None


def _shape(url: str) -> tuple[VersionKind | None, str | None]:
    """What the address alone says, and the address without it."""
    if cached := _CACHE.fullmatch(url):
        there = f"https://{cached['there']}"
        return "amp", _shape(there)[1] or there
    parts = urlsplit(url)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    for key, value in pairs.items():
        if kind := _QUERY_KINDS.get((key.lower(), value.lower())):
            extra = _WITH_PRINT if kind == "print" else frozenset()
            rest = {k: v for k, v in pairs.items() if k != key and k.lower() not in extra}
            return kind, urlunsplit((*parts[:3], urlencode(rest, safe=",:/"), ""))
    for kind, path in _PATH_KINDS:
        if path.search(parts.path):
            bare = path.sub("", parts.path, count=1)
            return kind, urlunsplit((*parts[:2], bare or "/", parts.query, ""))
    if match := _MOBILE_HOST.match(parts.netloc):
        return "mobile", urlunsplit((parts.scheme, parts.netloc[match.end() :], *parts[2:4], ""))
    if parts.netloc.startswith("amp."):
        return "amp", urlunsplit((parts.scheme, parts.netloc[4:], *parts[2:4], ""))
    return None, None


def _canonical_link(tree: HtmlElement, url: str, derived: str | None) -> str | None:
    """The address that the page names, if it is one of the same site and no front page."""
    for element in tree.iter("link"):
        if "canonical" not in (element.get("rel") or "").lower().split():
            continue
        there = absolute(element.get("href") or "", url)
        if there and urlsplit(there).path.strip("/") and _is_of_site(there, derived or url):
            return there
    return None


def _is_of_site(there: str, own: str) -> bool:
    host = plain_host(own)
    bare = _MOBILE_HOST.sub("", host, count=1).removeprefix("amp.")
    return (
        in_house(there, own) or plain_host(there) == bare or plain_host(there).endswith(f".{bare}")
    )
