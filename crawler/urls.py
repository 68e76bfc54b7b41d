"""Addresses: absolute ones out of what pages say, one spelling for each, one identity for an article."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(
    r"(?:utm|at|mtm|pk|matomo|piwik|hsa|vero|stm|wt|ns|oly)_\w+"
    r"|_?(?:fb|g|y|dc|wb|gb|ms|tw|tt|sc|li_fat)(?:braid|raid|clid|lid|_id|lkid)|_ga|_gl|_hsenc|_hsmi"
    r"|mc_[ce]id|mkt_tok|igshid|igsh|xtor|xtref|ocid|maca|ncid|cmpid|cmp_id|s_kwcid|gclsrc"
    r"|traffic_source|spmailingid|hsctatracking|__twitter_impression|fb_(?:action|source|ref)\w*",
    re.IGNORECASE,
)
_SIDE_HOSTS = frozenset({"www", "www2", "www3", "m", "mobile", "mobi", "wap", "amp"})
_PUBLIC_SUFFIX = re.compile(r"(?:ac|co|com|edu|go|gob|gouv|gov|info|ne|net|or|org)\.[a-z]{2}")
_AMP_CACHE = re.compile(
    r"(?:[\w-]+\.(?:cdn\.ampproject\.org|bing-amp\.com)/[cv](?:/s)?"
    r"|(?:www\.)?google\.[a-z.]{2,6}/amp(?:/s)?)/([\w-]+(?:\.[\w-]+)+(?:/.*)?)",
    re.IGNORECASE,
)
_SESSION_NAME = re.compile(
    r"(?:php|j|asp|aspx)?sess(?:ion)?_?id\w*|cfid|cftoken|oscsid|zenid", re.IGNORECASE
)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/]*", re.IGNORECASE)
_TAIL = re.compile(  # what stands behind the article's own path, with any slashes
    r"(?:/(?:index|default)\.(?:html?|php\d?|aspx?|jsp|cfm)|/amp(?:\.html?)?|/comment-page-\d+)/?$",
    re.IGNORECASE,
)
_SAME_PAGE = re.compile(
    r"(?:no)?amp(?:html)?(?:=(?:1|0|true|mobile|available)?)?|outputtype=amp(?:-type)?|amp_\w+=.*|usqp=.*"
    r"|m=[01]|mobile=(?:[01]|true|false)|print(?:=(?:1|y|yes|true|print|pdf)?)?|replytocom=\d+|share=\w+|nb=1"
    r"|sid=[0-9a-f]{16,}",
    re.IGNORECASE,
)
_CAME_FROM = frozenset({"ref", "referrer", "referer", "source", "src", "from", "via", "rss"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_AMPERSAND = re.compile(r"&(?:amp|#0*38);")  # escaped once more than the markup needed
_NO_HOST = re.compile(r"[\s<>\"'{}|\\^`%,;()]")
_PLAIN = re.compile(  # nine of ten links: nothing in them that would have to be read twice
    r"(https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{2,4})?(?=[/?#]|$)|(?=/))"
    r"((?:/[\w%,.~!$'()*+=:@/-]*)?)(?:\?([\w%,.~!$'()*+=:@/-]*))?(?:#[\w%,.~!$'()*+=:@/-]*)?"
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\ufeff]+")


def absolute(href: str, base: str) -> str | None:
    """The http(s) URL without fragment that `href` means on a page at `base`; None for others."""
    if (plain := _PLAIN.fullmatch(href)) and (own := _origin(base)):
        origin, path, query = plain.groups()
        if "/." not in path and (origin or not path.startswith("//")):
            return f"{origin or own}{path or '/'}{f'?{query}' if query else ''}"
    return _absolute(href, base)


@lru_cache(256)
def _origin(base: str) -> str | None:
    """Scheme and host of an address without anything odd."""
    plain = _PLAIN.fullmatch(base)
    return plain[1] if plain else None


def _absolute(href: str, base: str) -> str | None:
    href = _AMPERSAND.sub("&", href)
    href = _UNSEEN.sub("", href).strip().replace(" ", "%20")
    if not href or href.startswith("#"):
        return None
    if href.lower().startswith("www."):
        href = f"//{href}"
    try:
        parts = urlsplit(_UNSEEN.sub("", urljoin(base, href)).replace(" ", "%20"))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host or not _is_host(host):
        return None
    path = re.sub(r"^(?:/\.\.(?=/|$))+", "", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path or "/", parts.query, ""))


def canonical(url: str) -> str:
    """One identity for a URL: no fragment, tracking parameter or default port; one spelling."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        netloc = _netloc(parts.scheme, parts.hostname or "", parts.port)
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return url
    query = "&".join(
        _encoded(pair, "!$'()*+,;:@/?=")
        for pair in parts.query.split("&")
        if pair and not TRACKING.fullmatch(pair.partition("=")[0])
    )
    return urlunsplit(
        (parts.scheme, netloc, _encoded(parts.path, "!$&'()*+,;=:@/") or "/", query, "")
    )


@lru_cache(maxsize=4096)  # menus and lists name a page several times
def identity(url: str) -> str:
    """What tells one article from another, wherever its link was found; not an address to fetch.

    The same for http and https, with or without `www.`, on mobile and AMP pages, with or without a
    trailing slash, `index.html`, session ids and what counts clicks.
    """
    while (simpler := _simpler(url)) != url:
        url = simpler
    return url


def without_tracking(url: str) -> str:
    """A URL without fragment and without the parameters that only follow readers about; else as it is."""
    base, mark, query = url.partition("#")[0].partition("?")
    kept = [p for p in query.split("&") if p and not TRACKING.fullmatch(p.partition("=")[0])]
    return base + ("?" + "&".join(kept) if mark and kept else "")


def plain_host(url: str) -> str:
    """The host of a URL in lower case, without port and `www.`; "" when it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def in_house(url: str, page: str) -> bool:
    """Whether a link on a page stays there: same host, or one a subdomain of the other.

    Two newsrooms may share an address, so the page's port counts if it names one.
    """
    host, own = plain_host(url), plain_host(page)
    if host != own and not host.endswith(f".{own}") and not own.endswith(f".{host}"):
        return False
    return urlsplit(page).port in (None, urlsplit(url).port)


def is_address(host: str) -> bool:
    """Whether a host is an IP address, which has no subdomains."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _simpler(url: str) -> str:
    url = canonical(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return url
    if (origin := _AMP_CACHE.match(f"{parts.netloc}{parts.path}")) is not None:
        return f"https://{origin[1]}" + (f"?{parts.query}" if parts.query else "")
    path = _SESSION_PATH.sub("", re.sub(r"/{2,}", "/", parts.path))
    path = _TAIL.sub("/", path)
    if re.match(r"/amp/.", path, re.IGNORECASE):
        path = path[4:]
    return urlunsplit(
        ("https", _main_host(parts.netloc), path.rstrip("/") or "/", _told(parts), "")
    )


def _main_host(netloc: str) -> str:
    """`www.`, `m.` and the like taken off, as long as what is left is somebody's name."""
    first, _, rest = netloc.partition(".")
    is_name = "." in rest and not _PUBLIC_SUFFIX.fullmatch(rest.partition(":")[0])
    return rest if first in _SIDE_HOSTS and is_name else netloc


def _told(parts: SplitResult) -> str:
    """The parameters that tell articles apart, in an order of their own."""
    pairs = [pair for pair in parts.query.split("&") if pair and not _tells_nothing(pair)]
    return "&".join(sorted(pairs))


def _tells_nothing(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if _SESSION_NAME.fullmatch(name) or _SAME_PAGE.fullmatch(pair):
        return True
    return name.lower() in _CAME_FROM and bool(re.fullmatch(r"[A-Za-z_.-]*", value))


def _is_host(host: str) -> bool:
    is_named = "." in host.strip(".") or ":" in host or host == "localhost"
    return is_named and not _NO_HOST.search(host)


def _netloc(scheme: str, host: str, port: int | None) -> str:
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        with suppress(UnicodeError):  # a host that no resolver would know stays as it is
            host = host.encode("idna").decode("ascii")
    return host if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"


def _encoded(text: str, safe: str) -> str:
    """Escapes in upper case where they are needed, and nowhere else."""

    def settle(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(settle, text), safe=safe + "%", errors="replace")
