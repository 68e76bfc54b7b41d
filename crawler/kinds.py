"""What kind of page it is, and what shows it: only an article becomes an Article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from lxml.html import HtmlElement

from crawler import jsonld, standins
from crawler.boilerplate import prose_of
from crawler.jsonld import Linked

if TYPE_CHECKING:
    from crawler.page import Page

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


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page is, and the reason for saying so."""

    name: KindName
    reason: str


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
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")  # UTF-16, whose markup is half nulls
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
_CHALLENGE = re.compile(  # what readers see of it
    r"^just a moment\b|^un instant\W*$|^un momento\W*$|^um momento\W*$|^لحظة\W*$|attention required! \| cloudflare|checking (?:if the site|your browser)|ddos-guard|sucuri website firewall"
    r"|verif(?:y|ying)(?: that)? you are (?:a |not a )?(?:human|robot|bot)|please enable cookies to continue|enable javascript and cookies to continue|unusual traffic from your"
    r"|making sure you(?:'|’)re not a bot|press (?:&|and) hold|are you a robot|pardon our interruption|incapsula incident id|request unsuccessful\. incapsula"
    r"|v[ée]rification de (?:votre|la s[ée]curit[ée])[^.]{0,30}(?:navigateur|connexion)|confirmez que vous [êe]tes (?:un )?humain|verifique que [ée] humano|التحقق من أنك (?:إنسان|لست)",
    re.IGNORECASE,
)
_CHALLENGER = re.compile(  # what only such pages load
    r"_cf_chl_opt|cf-browser-verification|cf-challenge|cdn-cgi/challenge-platform/h/\w/orchestrate|sgcaptcha|_incapsula_resource|px-captcha|captcha-delivery\.com"
    r"|sucuri_cloudproxy|awswaf\.com|/_sec/cp_challenge|ddos-guard\.net/check|anubis_challenge|human-challenge",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"(?:error|erreur|erro|خطأ)?\W*\b404\b(?:\W*(?:not found|page|error|erreur|erro|introuvable))*"
    r"|(?:this |that |the |requested )?(?:page|article|post|story|content)\s+(?:you\s+\w+\s+(?:looking\s+for|requested)\s+)?(?:was\s+|is\s+|could\s+|can\s?|ca(?=n)|could(?=n)|has\s+|does\s?|is(?=n)|was(?=n))?(?:not?|n['’]t|been)\s*(?:be\s+)?(?:longer\s+)?(?:found|available|exists?|removed|deleted)"
    r"|nothing (?:was )?found|(?:we )?(?:can(?:no|['’])t|could(?:n['’]t| not)) (?:seem to )?find (?:the|that|this) page|not found"
    r"|(?:cette |la )?(?:page|article|contenu)\s+(?:demand[ée]e?\s+)?(?:est\s+)?(?:introuvable|non\s+trouv\w+|inexistante?|n['’](?:existe|est)\s+(?:pas|plus)(?:\s+disponible)?|supprim\w+)"
    r"|(?:esta )?(?:p[áa]gina|artigo|not[íi]cia)\s+(?:que procura\s+)?n[ãa]o\s+(?:foi\s+)?(?:encontrad[oa]|existe)|p[áa]gina no (?:encontrada|existe)"
    r"|ukurasa (?:huu )?(?:haujapatikana|haupatikani|haupo|hauonekani|haukupatikana)|(?:ba a (?:samu|sami)|babu) (?:wannan )?shafin?|bogg(?:a|an) (?:lama hel\w+|ma jir\w+)"
    r"|(?:هذه )?الصفحة (?:المطلوبة |التي تبحث عنها )?(?:غير موجودة|غير متوفرة|غير متاحة)|لم يتم العثور على (?:الصفحة|هذه الصفحة|المحتوى)|ገጹ (?:አልተገኘም|የለም)",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"\b(?:oops|ooops|oups|ops|whoops|sorry|d[ée]sol[ée]e?|pardon|uh[- ]oh|hmm+|samahani|yi hakuri|desculpe|lo sentimos|عذرا|عفوا|ይቅርታ|la|the|error|erreur)\b",
    re.IGNORECASE,
)
_MOSTLY = 0.6  # of a title's letters: then it says nothing else
_LISTING = re.compile(
    r"(?:^|\s)(?:home|blog|archive|category|tag|author|post-type-archive\S*|page-front|path-frontpage|view-category|view-categories|view-tag|view-featured)(?=\s|$)"
)
_LISTED = re.compile(  # the whole path: a shelf of the site, and at most its number
    r"/(?:[^/]+/)*(?:page/\d+|(?:category|categories|categorie|categoria|rubrique|rubriques|section|sections|tag|tags|topic|topics|sujet|label|etiquette|mot-cle|mots-cles|archives?|secao|editoria"
    r"|author|authors|auteur|auteurs|autor|قسم|تصنيف|وسم|كاتب)/(?:[^/]+/){0,2}(?:page/\d+/)?|(?:19|20)\d\d/(?:\d\d?/){0,2}(?:page/\d+/)?)$"
)
_LISTED_QUERY = re.compile(
    r"(?:^|&)(?:cat|tag|author|paged|category_name)=[^&]+$|^(?:rubrique|mot|auteur)\d+$"
)
_SEARCH = re.compile(
    r"/(?:search|recherche|busca|buscar|pesquisa|rechercher|tafuta|بحث)(?:/[^/]*|\.\w+)?/?$"
)
_ASKED = re.compile(r"(?:^|&)(?:s|q|query|search|recherche|keyword|keywords|searchword)=")
_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|connexion|se connecter|iniciar|entrar|ingia|تسجيل الدخول)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(  # the whole last step of a path, or a page's name in a query
    r"(?:/|page=)(?:about(?:-us)?|contact(?:-us)?|a-propos|qui-sommes-nous|mentions-legales|nous-contacter|quem-somos|sobre(?:-nos)?|contactos?|contatos?"
    r"|privacy(?:-policy)?|terms(?:-of-use)?|impressum|kuhusu(?:-sisi)?|advertise)(?:\.\w{3,5})?/?\??$",
    re.IGNORECASE,
)
_SHELVES = frozenset({"collectionpage", "profilepage"})
_SHOWN = 4  # pictures with captions; fewer are an article's
_TOLD = 500  # characters of running text beside them; more is an article
_LITTLE = 900  # characters of text; a wall or an error page says less, an article mostly more
_COUNTED = 8 * _LITTLE


def kind_of(page: Page, tree: HtmlElement | None, linked: Linked | None = None) -> Kind:
    """The kind of a page, from its status, type, address and markup; ``tree`` is None where it is no HTML.

    ``linked`` is its JSON-LD, if that is at hand.
    """
    if kind := _by_answer(page) or _by_bytes(page):
        return kind
    if tree is None:
        return Kind("other", NO_HTML)
    words = _words(tree)
    return (
        _by_wall(page, tree, words)
        or _by_words(tree, words)
        or _by_markup(page, tree, words, linked or jsonld.read(tree))
        or _by_pictures(tree)
        or Kind("article", "nothing speaks against it")
    )


def _by_answer(page: Page) -> Kind | None:
    if 300 <= page.status < 400:
        return Kind("redirect", f"status {page.status}")
    if page.status >= 400:
        start = page.body[:50_000].decode("latin-1")
        shown = re.sub(r"<[^>]*>", "\n", start)
        challenged = _CHALLENGER.search(start) or any(map(_CHALLENGE.search, shown.split("\n")))
        if challenged and page.status in (401, 403, 405, 429, 503):
            return Kind("wall", f"a bot challenge with status {page.status}")
        return Kind("error", f"status {page.status}")
    if page.status not in (200, 203):
        return Kind("other", f"status {page.status}")
    return None


def _by_bytes(page: Page) -> Kind | None:
    start = page.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return Kind("other", "an empty body")
    if start.startswith(_BINARY) or (
        page.body[:4096].count(b"\x00") > 1024 and not start.startswith(_WIDE)
    ):
        return Kind("other", "a binary file")
    if b"<html" not in start.lower():
        for pattern, name, reason in _XML_KINDS:
            if pattern.search(start):
                return Kind(name, reason)
    if start.startswith((b"{", b"[")) or page.content_type not in _HTML_TYPES:
        return Kind("other", f"content type {page.content_type}")
    return None


def _by_wall(page: Page, tree: HtmlElement, words: str) -> Kind | None:
    if len(words) > _LITTLE:
        return None
    title = " ".join((tree.findtext(".//title") or "").split())
    if any(_CHALLENGE.search(said) for said in (title, words)):
        return Kind("wall", "a bot challenge")
    if _CHALLENGER.search(page.body[:50_000].decode("latin-1")):
        return Kind("wall", "the scripts of a bot challenge")
    is_login = len(words) < 500 or _LOGIN.search(title)
    if is_login and tree.xpath("boolean(//input[@type='password'])"):
        return Kind("wall", "a login form and little text")
    if len(words) < 300 and any(map(_is_refresh, tree.iter("meta"))):
        return Kind("redirect", "a meta refresh")
    if len(words) < 600 and _COOKIES.search(words) and not tree.xpath("boolean(//article//p)"):
        return Kind("wall", "a cookie notice and little text")
    return None


_COOKIES = re.compile(r"cookies?\b|ملفات تعريف الارتباط", re.IGNORECASE)


def _is_refresh(meta: HtmlElement) -> bool:
    is_one = (meta.get("http-equiv") or "").lower() == "refresh"
    return is_one and "url=" in (meta.get("content") or "").lower()


def _by_words(tree: HtmlElement, words: str) -> Kind | None:
    """A page that says it is not there, in its title or heading, and hardly anything else."""
    body = tree.find("body")
    classes = (body.get("class") or "") if body is not None else ""
    if "error404" in classes.split():
        return Kind("soft 404", "body class error404")
    title = " ".join((tree.findtext(".//title") or "").split())
    heads = [" ".join(" ".join(h.itertext()).split()) for h in (*tree.iter("h1"), *tree.iter("h2"))]
    if standins.is_paper(_pieces(title), heads):
        return Kind("other", f"a page about the site: {title[:60]!r}")
    if len(words) >= 6 * _LITTLE:
        return None
    titles = [piece for whole in (title, *heads[:4]) for piece in _pieces(whole)]
    for said in titles:
        if len(said) < 120 and _says_missing(said):
            return Kind("soft 404", f"it says {said[:60]!r}")
    found = standins.stand_in(list(filter(None, titles)) or [words], words)
    return Kind(*found) if found else None


def _pieces(title: str) -> Iterator[str]:
    """A title, and what of it stands before or behind a dash: the rest is the site's name."""
    yield title
    parts = re.split(r"\s+[|–—•·»:-]+\s+", title)
    yield from parts if len(parts) > 1 else ()


def _says_missing(said: str) -> bool:
    found = sum(len(match[0]) for match in _NOT_FOUND.finditer(said))
    return found > 0 and found >= _MOSTLY * len(_SORRY.sub("", said).strip(" .!?,…،:;"))


def _by_markup(page: Page, tree: HtmlElement, words: str, linked: Linked) -> Kind | None:
    body = tree.find("body")
    classes = (body.get("class") or "").lower() if body is not None else ""
    names = classes.split()
    try:
        parts = urlsplit(page.url)
    except ValueError:
        return Kind("other", "an address that is none")
    if "search-results" in names or "search-no-results" in names or _is_search(parts, linked):
        return Kind("search", "the results of a search")
    if not linked.article and (shelf := _shelf(linked)):
        return Kind("listing", f"it calls itself {shelf}")
    kinds = tree.xpath("//meta[@property='og:type']/@content")
    single = any(n.startswith(("single", "node-type-article", "article")) for n in names)
    if single or linked.article or "article" in [str(said).lower() for said in kinds]:
        return None
    if _ABOUT.search(f"{parts.path}?{parts.query}") and len(words) < 4 * _LITTLE:
        return Kind("other", "the address of a page about the site")
    if not parts.path.strip("/") and not parts.query and parts.hostname:
        return Kind("listing", "the front page of the site")
    if (found := _LISTING.search(classes)) and "page-id" not in classes:
        return Kind("listing", f"body class {found[0].strip()}")
    path = unquote(parts.path).rstrip("/") + "/"
    if (_LISTED.fullmatch(path) or _LISTED_QUERY.search(parts.query)) and _is_several(tree):
        return Kind("listing", "the address of a listing")
    return None


def _is_search(parts: SplitResult, linked: Linked) -> bool:
    if linked.of_types(frozenset({"searchresultspage"})):
        return True
    path = unquote(parts.path)
    if _SEARCH.search(path):
        return not linked.article
    return bool(_ASKED.search(parts.query)) and path.strip("/") in ("", "index.php", "index.html")


def _shelf(linked: Linked) -> str | None:
    """What JSON-LD calls a page of several articles."""
    for node in linked.nodes:
        for name in sorted(jsonld.types_of(node) & _SHELVES):
            return name
    return None


def _is_several(tree: HtmlElement) -> bool:
    return len(tree.findall(".//article")) != 1


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


_SILENT = frozenset(["script", "style", "noscript", "template", "head", "title"])


def _words(tree: HtmlElement) -> str:
    """All visible text, blanks collapsed; counted only to a few thousand characters."""
    pieces: list[str] = []
    size, enough = 0, _COUNTED
    for node in tree.iter():
        texts = (node.text, node.tail) if _is_spoken(node) else (node.tail,)
        for text in texts:
            if text and not text.isspace():
                pieces.append(text)
                size += len(text)
        if size > enough:
            if len(_joined(pieces)) > _COUNTED:
                break
            enough = 2 * size  # much of it is blanks
    return _joined(pieces)


def _is_spoken(node: HtmlElement) -> bool:
    return isinstance(node.tag, str) and node.tag not in _SILENT


def _joined(pieces: list[str]) -> str:
    return " ".join(" ".join(pieces).split())
