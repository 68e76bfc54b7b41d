"""An article on several pages: where it goes on, and its parts as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree
from lxml.html import HtmlElement

from archive.article import Article
from crawler.urls import absolute, canonical, in_house, plain_host

MOST = 20  # parts; more is a gallery or a trap
LONGEST_LABEL = 60  # characters of a link's text


@dataclass(frozen=True, slots=True)
class Continued:
    """Where an article goes on: ``url`` is its next part, or a page that has all of it."""

    url: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Link:
    """A link's absolute address, its relations and its words in lower case."""

    url: str
    rel: frozenset[str]
    text: str


# Addresses of parts

_WORD = r"(?:page|pagina|página|seite|pg|p|part|partie|parte|صفحة)"
_PATH = re.compile(rf"/(?:{_WORD}[-/_]?)?(\d{{1,2}})/?")  # behind the first part's path
_FILE = re.compile(rf"(?:[-_,.]{_WORD}[-_,]?|[_,])(\d{{1,2}})")  # before the file's ending
_ENDING = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|shtml|cfm)$", re.IGNORECASE)
_NAMES = """
page pg paged pagenum pageno page_no page_num pagenumber pagina pag seite part partie parte p
"""
_KEYS = frozenset(_NAMES.split())
_FROM_ZERO = frozenset(["start", "limitstart"])  # Joomla counts from nought
_WHOLE_KEYS = frozenset(["all", "showall", "single", "singlepage", "single_page", "view", "page"])
_WHOLE_VALUES = frozenset(["1", "all", "true", "yes", "full", "single", "tout", "todo", "tudo"])
_WHOLE_PATH = re.compile(r"/(?:all|full|single|single-page|tout|integral|tudo|todo)/?")


def number_in(url: str, first: str) -> int | None:
    """Which part of the article at ``first`` an address is by its own shape; None if it is no part of that.

    Drupal and Joomla count from nought: of ``?page=`` the number is taken as it stands, of ``?start=``
    one more.
    """
    there, here = urlsplit(url), urlsplit(first)
    if plain_host(url) != plain_host(first) or not here.path.strip("/"):
        return None
    own, other = here.path.rstrip("/"), there.path.rstrip("/")
    if other == own:
        return _query_number(there.query, here.query)
    if _pairs(there.query) != _pairs(here.query):
        return None
    if other.startswith(own) and (match := _PATH.fullmatch(other, len(own))):
        return int(match[1])
    ending = _ENDING.search(own)
    if ending and other.startswith(own[: ending.start()]) and other.endswith(ending[0]):
        match = _FILE.fullmatch(other, ending.start(), len(other) - len(ending[0]))
        return int(match[1]) if match else None
    return None


def _query_number(there: str, here: str) -> int | None:
    """The one parameter that differs, if it numbers pages."""
    new, old = _pairs(there), _pairs(here)
    changed = {key for key in new.keys() | old.keys() if new.get(key, "") != old.get(key, "")}
    if len(changed) != 1:
        return None
    key = changed.pop()
    match = re.fullmatch(r"(?:0,)?(\d{1,2})", new.get(key, ""))
    if match is None or old.get(key, "0") not in ("0", "1"):
        return None
    if key.lower() in _FROM_ZERO:
        return int(match[1]) + 1
    return int(match[1]) if key.lower() in _KEYS else None


def _pairs(query: str) -> dict[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True))


def _stems(url: str) -> Iterator[str]:
    """What the first part's address can be, if this is the address of a later one."""
    parts = urlsplit(url)
    pairs = _pairs(parts.query)
    for key in pairs:
        if key.lower() in _KEYS | _FROM_ZERO:
            rest = {name: value for name, value in pairs.items() if name != key}
            yield urlunsplit((*parts[:3], urlencode(rest, safe=",:/"), ""))
    path = parts.path.rstrip("/")
    slash = "/" if parts.path.endswith("/") else ""
    if match := re.search(rf"{_PATH.pattern}$", path):
        yield urlunsplit((*parts[:2], path[: match.start()] + slash, parts.query, ""))
    if (ending := _ENDING.search(path)) and (
        match := re.search(rf"{_FILE.pattern}$", path[: ending.start()])
    ):
        yield urlunsplit((*parts[:2], path[: match.start()] + ending[0], parts.query, ""))


# Words of links

_NEXT = re.compile(
    r"(?:(?:lire|voir) )?(?:la )?suite|(?:page )?suivante?|next(?: page)?|continue(?: reading)?|continued"
    r"|(?:página )?(?:seguinte|siguiente)|próxim[ao](?: página)?|continuar(?: (?:a ler|lendo|leyendo))?"
    r"|(?:الصفحة )?التالية?|(?:ukurasa )?unaofuata|inayofuata|(?:shafi )?na gaba|(?:bogga )?xiga|ቀጣይ(?: ገጽ)?"
)
_WHOLE = re.compile(
    r"(?:view |read |show )?(?:as |on |in )?(?:an? |one )?single page|view all|show all|one page|full article"
    r"|(?:read|view) (?:the )?(?:full|whole|entire) (?:article|story)"
    r"|(?:lire |voir |afficher )?(?:l['’])?article (?:complet|en entier|intégral)|sur une (?:seule )?page"
    r"|version (?:complète|intégrale)|tout afficher|afficher tout|(?:ler |ver )?(?:o )?artigo completo"
    r"|página única|ver tudo|mostrar tudo|artículo completo|ver todo|صفحة واحدة|المقال كاملا|عرض الكل"
)
_NUMBERED = re.compile(
    r"(?:(?:page|página|pagina|p\.?|part|partie|parte|الصفحة|صفحة|ukurasa|shafi|bogga|ገጽ) ?)?"
    r"(\d{1,2})(?: ?(?:/|of|sur|de|من) ?\d{1,2})?"
)
_MARKS = " \t»›>→←‹«|[]()…:."


def _links(tree: HtmlElement, url: str) -> Iterator[_Link]:
    """The links that say that they lead to other parts, but for those among readers' comments."""
    comments: set[HtmlElement] | None = None
    for element in tree.iter("a", "link"):
        if not (said := element.get("href")):
            continue
        rel = frozenset((element.get("rel") or "").lower().split())
        text = _label(element) if element.tag == "a" else ""
        if not rel & _RELATIONS and not _leads_on(text):
            continue
        comments = _comments(tree) if comments is None else comments
        if element not in comments and (there := absolute(said, url)):
            yield _Link(there, rel, text)


_RELATIONS = frozenset(["next", "prev", "first"])


def _label(element: HtmlElement) -> str:
    """A link's words in lower case, without the marks around them; empty where it is long."""
    words = element.text_content() if len(element) else element.text or ""
    text = " ".join(words[:200].split()).strip(_MARKS).casefold()
    return text if len(text) <= LONGEST_LABEL else ""


@lru_cache(4096)
def _leads_on(text: str) -> bool:
    return any(words.fullmatch(text) for words in (_NUMBERED, _NEXT, _WHOLE))


def _comments(tree: HtmlElement) -> set[HtmlElement]:
    """What stands in a box that is named for comments and holds no headline."""
    around: set[HtmlElement] = set()
    for headline in tree.iter("h1"):
        box: HtmlElement | None = headline
        while box is not None and box not in around:
            around.add(box)
            box = box.getparent()
    inside: set[HtmlElement] = set()
    for element in tree.iter(etree.Element):
        if element.getparent() in inside or (element not in around and _is_of_comments(element)):
            inside.add(element)
    return inside


def _is_of_comments(element: HtmlElement) -> bool:
    return "comment" in f"{element.get('class', '')} {element.get('id', '')}".lower()


def _said_number(link: _Link) -> int | None:
    match = _NUMBERED.fullmatch(link.text)
    return int(match[1]) if match else None


# Where it goes on


def continued(tree: HtmlElement, url: str) -> Continued | None:
    """The next part of the article on a page, or all of it on one page; None where this is all.

    Only an address made of the page's own counts: in WordPress ``rel=next`` is another post, and the
    parts of a series have addresses of their own.  What is there still has to ``belong``.
    """
    links = list(_links(tree, url))
    stem, number = _place(links, url)
    whole = next((link.url for link in links if _is_whole(link, stem)), None)
    if whole and not _same(whole, url):
        return Continued(whole, True)
    follows = next((link.url for link in links if _follows(link, url, stem, number)), None)
    return Continued(follows, False) if follows and number < MOST else None


def first_part(tree: HtmlElement, url: str) -> str | None:
    """Where the article on a page begins, if this is a later part of it."""
    stem, _ = _place(list(_links(tree, url)), url) if any(_stems(url)) else (url, 1)
    return stem if stem != url else None


def _place(links: Sequence[_Link], url: str) -> tuple[str, int]:
    """The first part's address and which part this is; most pages are the first themselves."""
    for stem in _stems(url):
        number = number_in(url, stem)
        if number and any(_leads_back(link, stem) for link in links):
            return stem, number
    return url, 1


def _leads_back(link: _Link, stem: str) -> bool:
    """Whether a link on a later part calls the first one "1", or names it as what comes before."""
    if _said_number(link) != 1 and not {"prev", "first"} & link.rel:
        return False
    return _same(link.url, stem) or number_in(link.url, stem) in (0, 1)


def _same(one: str, other: str) -> bool:
    return canonical(one).rstrip("/") == canonical(other).rstrip("/")


def _is_whole(link: _Link, stem: str) -> bool:
    if not _WHOLE.fullmatch(link.text) or not in_house(link.url, stem):
        return False
    there, here = urlsplit(link.url), urlsplit(stem)
    own, other = here.path.rstrip("/"), there.path.rstrip("/")
    if own != other:
        return (
            bool(own) and other.startswith(own) and bool(_WHOLE_PATH.fullmatch(other[len(own) :]))
        )
    new, old = _pairs(there.query), _pairs(here.query)
    changed = {key: value for key, value in new.items() if old.get(key) != value and value}
    return bool(changed) and all(
        key.lower() in _WHOLE_KEYS and value.lower() in _WHOLE_VALUES
        for key, value in changed.items()
    )


def _follows(link: _Link, url: str, stem: str, number: int) -> bool:
    """Whether a link leads to the next number of the same article, and says so."""
    said = _said_number(link)
    says_next = "next" in link.rel or bool(_NEXT.fullmatch(link.text))
    if (said is None and not says_next) or _same(link.url, url):
        return False
    there = number_in(link.url, stem)
    if there == number + 1:
        return says_next or said == there
    is_from_nought = there == number == 1 and url == stem  # Drupal: the second page is ?page=1
    return is_from_nought and (says_next or said == 2)


# Parts as one

WORD = re.compile(r"\w+(?:['’ʼ.-]\w+)*")
_PAGE_MARK = re.compile(
    r"[\s,–—|:-]*[(\[]?(?:(?:page|página|pagina|صفحة|الصفحة|ukurasa|shafi|bogga|ገጽ) ?\d{1,2}"
    r"(?: ?(?:/|of|sur|de|من) ?\d{1,2})?|\d{1,2} ?/ ?\d{1,2})[)\]]?$"
)
_ENDED = (".", "!", "?", "…", "»", "”", '"', "؟", "።", ":", ";", ")", "]")
_REPEATABLE = 40  # characters; shorter blocks may stand in two parts in their own right


def belongs(first: Article, further: Article) -> bool:
    """Whether what was found at the next part's address is that: same site and headline, no other day."""
    if plain_host(first.url) != plain_host(further.url) or first.url == further.url:
        return False
    days = {(one.published_at or "")[:10] for one in (first, further)} - {""}
    title = first.title.casefold()
    return len(days) < 2 and title == _PAGE_MARK.sub("", further.title.casefold())


def joined(articles: Sequence[Article]) -> Article:
    """The parts as one article: the first one's facts, the texts behind each other without what is repeated.

    It ends before the first part that does not ``belong``.  What was found out about the first part's
    text (language, places, actors, sketch) has to be found out again by the caller.
    """
    first, *further = articles
    blocks = first.text.split("\n\n")
    further = list(takewhile(lambda article: belongs(first, article), further))
    if not further:
        return first
    parts, images, warnings = [*first.provenance.parts], [*first.images], [*first.warnings]
    for article in further:
        blocks = _continued_by(blocks, article.text.split("\n\n"))
        parts += [
            name for name in (article.provenance.record_id, *article.provenance.parts) if name
        ]
        images += [one for one in article.images if one.url not in {known.url for known in images}]
        warnings += [one for one in article.warnings if one not in warnings]
    text = "\n\n".join(blocks)
    return replace(
        first,
        text=text,
        word_count=len(WORD.findall(text)),
        images=tuple(images),
        warnings=tuple(warnings),
        provenance=replace(first.provenance, parts=tuple(parts)),
    )


def lacking(article: Article, url: str) -> Article:
    """An article whose next part, at that address, did not come."""
    return replace(article, warnings=(*article.warnings, f"a further part is missing: {url}"))


def _continued_by(blocks: list[str], more: list[str]) -> list[str]:
    """What is new of the next part; a sentence that the break has cut becomes one block again."""
    seen = set(blocks)
    new = [block for block in more if block not in seen or len(block) < _REPEATABLE]
    while new and new[0] in blocks[:3]:  # a label or place name above the text of every part
        new = new[1:]
    if not new or not any(block not in seen for block in new):
        return blocks
    if not blocks[-1].endswith(_ENDED) and new[0][:1].islower():
        return [*blocks[:-1], f"{blocks[-1]} {new[0]}", *new[1:]]
    return [*blocks, *new]
