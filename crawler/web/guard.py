"""Who may read, and what a browser is told to hold back."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "djeli"
APP_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
ARCHIVED_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline' data:; img-src 'self' data: blob:;"
    " font-src 'self' data:; media-src 'self' data: blob:; frame-src 'self'; form-action 'none';"
    " base-uri 'self'; frame-ancestors 'self'; sandbox"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_OPEN = ("/static/", "/enter", "/robots.txt")


@dataclass(frozen=True, slots=True)
class Key:
    """What a token opens: derived keys, so that the token itself is in no cookie and no address."""

    token: str

    def derived(self, purpose: str) -> str:
        """Half a SHA-256 that stands for the token in one place."""
        return hmac.new(self.token.encode(), purpose.encode(), sha256).hexdigest()[:32]

    def is_token(self, given: str) -> bool:
        """Compared in a time that tells nothing."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def fits(self, given: str, purpose: str) -> bool:
        """Whether this is the derived key of that purpose."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.derived(purpose).encode())


class Guard:
    """In front of the application: host names, the token, methods, headers of every answer.

    ``hosts`` are the names by which the room may be called, against DNS rebinding; None for any.
    """

    def __init__(self, app: ASGIApp, key: Key | None, hosts: frozenset[str] | None) -> None:
        self._app, self._key, self._hosts = app, key, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message))
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, sending)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if self._hosts is not None and _name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("This room is not called by that name.\n", 421)
        if scope["method"] == "POST" and not _is_own(headers):
            return PlainTextResponse("A form of another site.\n", 403)
        if self._key is None or self._is_let_in(self._key, scope, headers):
            return None
        if "text/html" in headers.get("accept", "") and scope["method"] == "GET":
            return RedirectResponse("/enter", 303)
        return PlainTextResponse(
            "A token is needed: Authorization: Bearer TOKEN\n", 401, {"WWW-Authenticate": "Bearer"}
        )

    def _is_let_in(self, key: Key, scope: Scope, headers: Headers) -> bool:
        path: str = scope["path"]
        if path.startswith(_OPEN):
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and key.is_token(given.strip()):
            return True
        if path.startswith("/replay/k."):
            return key.fits(path.removeprefix("/replay/k.").partition("/")[0], "replay")
        return key.fits(_cookie(headers), "cookie")


def _complete(headers: MutableHeaders) -> None:
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    if (
        "content-security-policy" not in headers
    ):  # browsers refuse sandboxed pages that name an opener policy
        headers["Content-Security-Policy"] = APP_POLICY
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_own(headers: Headers) -> bool:
    """Whether a form comes from a page of ours; programs that send no such header are no browsers."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[").lower()
    return host.partition(":")[0].lower()


def loopback_names(host: str) -> frozenset[str]:
    """By which names a room on this machine is called."""
    names: Iterable[str] = ("localhost", "127.0.0.1", "::1", host.lower())
    return frozenset(names)
