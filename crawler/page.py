"""A page out of a WARC record, and what kind of page it is: only an article becomes an Article."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive import http1
from archive.reader import Record
from crawler.boilerplate import prose_of
from crawler.charset import Text, text_of
from crawler.coding import decoded

KindName = Literal[
    "article",
    "listing",
    "feed",
    "search",
    "gallery",
    "wall",
    "soft 404",
    "error",
    "redirect",
    "other",
]

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server answered, content codings removed.

    ``content_type`` is lower-case without parameters, ``charset`` as HTTP declared it.
    ``payload_digest`` is ``sha1:`` and base32 over the payload with its content coding.
    """

    url: str
    status: int
    content_type: str | None
    charset: str | None
    body: bytes
    fetched_at: datetime
    truncated: bool
    payload_digest: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page is, and the reason for saying so."""

    name: KindName
    reason: str


def page_from(record: Record) -> Page:
    """The page in a response record, or in a resource record that has no HTTP head."""
    raw = http1.skip_interim(record.block)
    status = http1.status(raw)
    if status is None:
        return _page(record, 200, b"", record.block)
    head, body = http1.split(raw)
    return _page(record, status, head, http1.payload(head, body))


def _page(record: Record, status: int, head: bytes, payload: bytes) -> Page:
    body, warnings = decoded(payload, _header(head, b"content-encoding") or "")
    declared = _header(head, b"content-type") if head else record.field("Content-Type")
    named = _CHARSET.search(declared or "")
    cut = record.field("WARC-Truncated") is not None or record.rest > 0 or _is_short(head, payload)
    if cut:
        warnings += ("the page is cut off",)
    if record.date is None:
        warnings += ("the record has no date",)
    return Page(
        url=(record.url or "").strip("<> "),
        status=status,
        content_type=(declared or "").partition(";")[0].strip().lower() or None,
        charset=named[1].lower() if named else None,
        body=body,
        fetched_at=(record.date or _EPOCH).astimezone(UTC),
        truncated=cut,
        payload_digest=_digest(record, payload),
        warnings=warnings,
    )


def _digest(record: Record, payload: bytes) -> str:
    """Of the whole payload, also where the record's block was too large to be kept whole."""
    sums = record.measures.payload if record.measures else {}
    digest = sums.get("sha1") or hashlib.sha1(payload).digest()
    return "sha1:" + base64.b32encode(digest).decode()


def _header(head: bytes, name: bytes) -> str | None:
    value = http1.header(head, name)
    return value.decode("latin-1") if value is not None else None


def _is_short(head: bytes, payload: bytes) -> bool:
    """Fewer bytes than Content-Length promised, and no chunks that would say otherwise."""
    length = _header(head, b"content-length") or ""
    return (
        length.isascii()
        and length.isdigit()
        and not http1.is_chunked(head)
        and len(payload) < int(length[:15])
    )


def text(page: Page) -> Text:
    """The page as text, with the charset taken and what was wrong about it."""
    return text_of(page.body, page.charset)


def decode(page: Page) -> str:
    """The page as text; bytes that mean nothing in its charset become U+FFFD."""
    return text(page).text


# What kind of page it is

NO_HTML = "no HTML in it"
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"RIFF",
    b"\x1a\x45\xdf\xa3",
    b"OggS",
    b"ID3",
    b"\x00\x00\x00",
)
_XML_KINDS: tuple[tuple[re.Pattern[bytes], KindName, str], ...] = (
    (re.compile(rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE), "feed", "a feed"),
    (re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE), "other", "a sitemap"),
)
_HTML_TYPES = (
    None,
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/octet-stream",
    "text/xml",
    "application/xml",
)
_CHALLENGE = re.compile(
    r"just a moment\.\.\.|attention required! \| cloudflare|checking your browser|cf-browser-verification|cf-challenge"
    r"|/cdn-cgi/challenge-platform|ddos-guard|sgcaptcha|_incapsula_resource|px-captcha|verify(?:ing)? you are (?:a )?human"
    r"|please enable cookies to continue|unusual traffic from your",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b(?:page|article|post|story|content)\s+(?:was\s+|is\s+|could\s+)?(?:not?\s+(?:be\s+)?(?:longer\s+)?(?:found|available|exist)|introuvable)|^\W*(?:error|erreur|erro)?\W*404\b"
    r"|\b404\b.{0,20}(?:not found|error|erreur)|(?:page|article|contenu)\s+(?:introuvable|non\s+trouv|inexistant)|n'existe (?:pas|plus)|nothing (?:was )?found"
    r"|p[áa]gina n[ãa]o (?:encontrada|existe)|p[áa]gina no encontrada|ukurasa haujapatikana|ukurasa haupatikani|ba a samu shafin|bogga lama helin"
    r"|الصفحة غير موجودة|لم يتم العثور|الصفحة التي تبحث|ገጹ አልተገኘም",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"(?:^|\s)(?:home|archive|category|tag|author|post-type-archive\S*|page-front|path-frontpage)(?=\s|$)"
)
_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|connexion|se connecter|iniciar|entrar|تسجيل الدخول)\b", re.IGNORECASE
)
_ABOUT = re.compile(  # the whole last step of a path, or a page's name in a query
    r"(?:/|page=)(?:about(?:-us)?|contact(?:-us)?|a-propos|qui-sommes-nous|mentions-legales|nous-contacter|quem-somos|sobre(?:-nos)?|contactos?|contatos?"
    r"|privacy(?:-policy)?|terms(?:-of-use)?|impressum|kuhusu(?:-sisi)?|advertise)(?:\.\w{3,5})?/?\??$",
    re.IGNORECASE,
)
_SHOWN = 4  # pictures with captions; fewer are an article's
_TOLD = 600  # characters of running text beside them; more is an article
_LITTLE = 900  # characters of text; a wall or an error page says less, an article mostly more


def kind_of(page: Page, tree: HtmlElement | None) -> Kind:
    """The kind of a page, from its status, type, address and markup; ``tree`` is None where it is no HTML."""
    if kind := _by_answer(page) or _by_bytes(page):
        return kind
    if tree is None:
        return Kind("other", NO_HTML)
    return (
        _by_wall(page, tree)
        or _by_words(tree)
        or _by_markup(page, tree)
        or _by_pictures(tree)
        or Kind("article", "nothing speaks against it")
    )


def _by_answer(page: Page) -> Kind | None:
    if 300 <= page.status < 400:
        return Kind("redirect", f"status {page.status}")
    if page.status >= 400:
        challenged = page.status in (401, 403, 429, 503) and _CHALLENGE.search(
            page.body[:50_000].decode("latin-1")
        )
        return (
            Kind("wall", f"a bot challenge with status {page.status}")
            if challenged
            else Kind("error", f"status {page.status}")
        )
    if page.status not in (200, 203):
        return Kind("other", f"status {page.status}")
    return None


def _by_bytes(page: Page) -> Kind | None:
    start = page.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return Kind("other", "an empty body")
    if start.startswith(_BINARY) or (
        page.body[:4096].count(b"\x00") > 1024 and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        return Kind("other", "a binary file")
    if b"<html" not in start.lower():
        for pattern, name, reason in _XML_KINDS:
            if pattern.search(start):
                return Kind(name, reason)
    if start.startswith((b"{", b"[")) or page.content_type not in _HTML_TYPES:
        return Kind("other", f"content type {page.content_type}")
    return None


def _by_wall(page: Page, tree: HtmlElement) -> Kind | None:
    size = len(_words(tree))
    if size > _LITTLE:
        return None
    title = tree.findtext(".//title") or ""
    if _CHALLENGE.search(title) or _CHALLENGE.search(page.body[:50_000].decode("latin-1")):
        return Kind("wall", "a bot challenge")
    if tree.xpath("boolean(//input[@type='password'])") and (size < 500 or _LOGIN.search(title)):
        return Kind("wall", "a login form and little text")
    for refresh in tree.iter("meta"):
        if (
            (refresh.get("http-equiv") or "").lower() == "refresh"
            and "url=" in (refresh.get("content") or "").lower()
            and size < 300
        ):
            return Kind("redirect", "a meta refresh")
    if (
        size < 600
        and re.search(r"cookies?\b", _words(tree), re.IGNORECASE)
        and not tree.xpath("boolean(//article//p)")
    ):
        return Kind("wall", "a cookie notice and little text")
    return None


def _by_words(tree: HtmlElement) -> Kind | None:
    body = tree.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    if "error404" in classes.split():
        return Kind("soft 404", "body class error404")
    title = " ".join((tree.findtext(".//title") or "").split())
    heads = [" ".join(h.itertext()).strip() for h in tree.iter("h1")][:3]
    for said in (title, *heads):
        if len(said) < 90 and _NOT_FOUND.search(said) and len(_words(tree)) < 6 * _LITTLE:
            return Kind("soft 404", f"it says {said[:60]!r}")
    return None


def _by_markup(page: Page, tree: HtmlElement) -> Kind | None:
    body = tree.find("body")
    classes = (body.get("class") or "").lower() if body is not None else ""
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return Kind("other", "an address that is none")
    names = classes.split()
    if (
        "search-results" in names
        or "search-no-results" in names
        or re.search(r"(?:^|&)s=", parts.query)
    ):
        return Kind("search", "the results of a search")
    kinds = tree.xpath("//meta[@property='og:type']/@content")
    single = "article" in [str(said).lower() for said in kinds] or any(
        n.startswith(("single", "node-type-article", "article")) for n in names
    )
    if single:
        return None
    if _ABOUT.search(f"{parts.path}?{parts.query}") and len(_words(tree)) < 4 * _LITTLE:
        return Kind("other", "the address of a page about the site")
    if not parts.path.strip("/") and not parts.query and parts.hostname:
        return Kind("listing", "the front page of the site")
    if (found := _LISTING.search(classes)) and "page-id" not in classes:
        return Kind("listing", f"body class {found[0].strip()}")
    if (
        re.search(
            r"/(?:page/\d+|category|categorie|tag|tags|author|auteur)/(?:[^/]+/)?(?:page/\d+/?)?$",
            parts.path,
        )
        and len(tree.findall(".//article")) != 1
    ):
        return Kind("listing", "the address of a listing")
    return None


def _by_pictures(tree: HtmlElement) -> Kind | None:
    """A gallery: pictures, each in a figure with its caption, and hardly a sentence beside them."""
    figures = [figure for figure in tree.iter("figure") if figure.find(".//img") is not None]
    captioned = [figure for figure in figures if figure.find(".//figcaption") is not None]
    if len(captioned) < _SHOWN:
        captioned = [f for f in figures if "gallery" in (f.get("class") or "")]
    if len(captioned) < _SHOWN:
        return None
    if prose_of(tree) > _TOLD:
        return None
    return Kind("gallery", f"{len(captioned)} pictures and little text")


def _words(tree: HtmlElement) -> str:
    """All visible text, blanks collapsed; counted only to a few thousand characters."""
    pieces: list[str] = []
    size = 0
    for node in tree.iter():
        if not isinstance(node.tag, str) or node.tag in (
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "title",
        ):
            piece = node.tail or ""
        else:
            piece = f"{node.text or ''} {node.tail or ''}"
        if piece := " ".join(piece.split()):
            pieces.append(piece)
            size += len(piece)
        if size > 8 * _LITTLE:
            break
    return " ".join(pieces)
