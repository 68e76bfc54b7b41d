"""A page's furniture out of its tree: what is named, marked or built like furniture is not the article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml.etree import _Element

from crawler.marked import apart, remembered
from crawler.source import finder
from crawler.words import by_letter

_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "nav",
        "footer",
        "form",
        "button",
        "input",
        "select",
        "textarea",
        "dialog",
        "figcaption",
        "video",
        "audio",
        "canvas",
        "label",
        "menu",
        "fieldset",
        "amp-ad",
        "amp-iframe",
        "amp-social-share",
    ]
)
_ROLES = frozenset(
    [
        "navigation",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "alert",
        "menu",
        "menubar",
        "toolbar",
    ]
)
_B, _E = r"(?<![^\s_-])", r"(?:$|[\s_-])"
_CALLED = r"""
    shar(?:e|es|ing)(?:bar|box|buttons?|links?|tools?|this)? social(?:s|bar|links?|share|icons?|media)? sociable addtoany\w* a2a\w* sharedaddy sd-sharing
    heateor\w* addthis\w* jp-relatedposts related(?:posts?|articles?|content|news|stories)? recommend\w* recirc\w* read-?(?:also|more|next) lire-?aussi
    a-?lire voir-?aussi leia-?tambem most-?popular popular trending most-?(?:read|viewed) more-?(?:stories|news|from|on|articles) you-?may\w* yarpp\w*
    crp_related outbrain\w* taboola\w* mgid\w* zergnet\w* teads\w* next-?(?:post|article|story) prev-?(?:post|article) post-?nav\w* pagination pager
    nav-?links navigation navbar breadcrumbs? ariane newsletters?(?:-\w+)? subscri\w+ sign-?up mailing\w* mc4wp\w* mailchimp\w* optin\w* popup\w* modal
    respond disqus\w* author-?(?:box|bio|info|desc\w*|card|profile|details|block) about-?(?:the-?)?author auteur post-?author entry-?author
    article-?author entry-?(?:meta|info|footer|tags?|date|categor\w+|header-meta) post-?(?:meta|info|footer|tags?|date|categor\w+|header-meta)
    article-?(?:meta|info|footer|tags?|date|categor\w+|header-meta) byline cat-?links? tags?-?links? tags tag-?(?:list|cloud) tagcloud reading-?time
    posted-?on timestamp cookie\w* consent\w* gdpr\w* cmp-?(?:banner|box|popup) side-?bar\w* sidebar footer colophon masthead skip-?link
    screen-reader-text sr-only visually-?hidden ads? advert\w* adsbygoogle adsense sponsor\w* dfp\w* publicite wp-caption-text caption figcaption
    image-?credit photo-?credit credits? copyright donat\w+ print-?only noprint no-print ez-toc\w* toc[-_]?(?:container|list|title)? teaser promo\w*
    whatsapp\w* telegram\w* follow-?us\w* twitter-tweet instagram-media tiktok-embed bluesky-embed reddit-embed mastodon-embed fb-post oembed-placeholder
    embed-placeholder
"""
_NAMED = re.compile(_B + by_letter(_CALLED.split()) + _E)  # of what is in lower case
_COMMENTS = re.compile(
    rf"{_B}(?:comments?(?:-?(?:list|area|form|section|respond|wrap\w*|container|box|block|title|thread))?|commentaires?|forum|disqus_thread|fb-comments|reader-comments){_E}",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:article|entry|post|story|text|page)[-_]*(?:content|body|text)|content[-_]*body",
    re.IGNORECASE,
)
_TEXTUAL = frozenset(["p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote"])
_HEADINGS = frozenset(["h2", "h3", "h4", "h5", "h6"])
_MUTE = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "input",
        "button",
        "select",
        "textarea",
        "object",
        "embed",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHARER = re.compile(
    r"facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:share|intent)|wa\.me/\?|api\.whatsapp\.com/send|whatsapp://|t\.me/share|telegram\.me/share"
    r"|linkedin\.com/share|pinterest\.\w+/pin|reddit\.com/submit|mailto:\?|viber://|tumblr\.com/share|plus\.google\.com/share|javascript:window\.print",
    re.IGNORECASE,
)
_TEXTBOXES = finder("//*[@role='textbox']")
_FIELDS = frozenset(["input", "textarea", "select", "form"])
_IN_SHARERS = (  # each of them has one of these in it
    *("share", "dialog", "intent", "wa.me/?", "whatsapp", "/pin", "submit", "mailto:?", "viber", "plus.google"),
    "javascript:window.print",
)  # fmt: skip
_UNSAID = frozenset(["script", "style", "option"])
_STOPS = (".", "»", "”", "؟", "።")
_SENTENCE = 130  # characters of a sentence that no button or heading says
_LONG = 40  # characters of a piece of running text
_SMALL = 320  # characters of prose; a box with more is not climbed into
_KEEP = frozenset(["html", "body", "main", "article", "h1"])


def strip(tree: _Element) -> None:
    """Take the furniture out of ``tree`` in place; what holds much of the prose always stays."""
    prose = _prose(tree)
    whole = prose.get(tree, 0)
    head = next(tree.iter("h1"), None)
    above = set(head.iterancestors()) | {head} if head is not None else set()
    for element in _boxes(tree):
        _drop(element)
    doomed: dict[str, list[_Element]] = {}
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in _KEEP and element not in above:
            why = _why_furniture(element, prose.get(element, 0), whole)
            if why:
                doomed.setdefault(why, []).append(element)
    for elements in doomed.values():
        outer = _outermost(elements)
        if sum(prose.get(e, 0) for e in outer) * 2 <= whole or elements[0].tag in _MUTE:
            for element in outer:
                _drop(element)


def _outermost(elements: list[_Element]) -> list[_Element]:
    """Those that stand in none of the others: what is called one thing inside and out is told once."""
    inner = set(elements)
    return [e for e in elements if inner.isdisjoint(e.iterancestors())]


def is_named_comments(element: _Element) -> bool:
    """Whether an element is called what readers' comments stand in."""
    return _is_comments(f"{element.get('class') or ''} {element.get('id') or ''}")


def prose_of(tree: _Element) -> int:
    """Characters of running text on a page, furniture and all."""
    size = 0
    for element in tree.iter():
        if (text := element.text) and len(text) >= _LONG and _may_tell(element):
            size += _long(text)
        if (tail := element.tail) and len(tail) >= _LONG and element is not tree:
            size += _long(tail)
    return size


def _may_tell(element: _Element) -> bool:
    return isinstance(element.tag, str) and element.tag != "a" and element.tag not in _TAGS


def _prose(tree: _Element) -> dict[_Element, int]:
    """For each element with any, the characters of running text in it: pieces of forty or more outside links."""
    sums: dict[_Element, int] = defaultdict(int)
    elements = list(tree.iter())
    for element in elements:
        if (text := element.text) and len(text) >= _LONG and _may_tell(element):
            sums[element] += _long(text)
        parent = element.getparent() if (tail := element.tail) and len(tail) >= _LONG else None
        if tail and parent is not None:
            sums[parent] += _long(tail)
    for element in reversed(elements):
        parent = element.getparent() if (size := sums.get(element, 0)) else None
        if parent is not None:
            sums[parent] += size
    return sums


def _long(text: str) -> int:
    size = len(text.strip())
    return size if size >= _LONG else 0


def _why_furniture(element: _Element, held: int, whole: int) -> str | None:
    """What makes an element furniture; elements with one reason are judged together."""
    tag = str(element.tag)
    if tag in _TAGS:
        return tag
    name = element.get("class") or ""
    if tag not in _TEXTUAL and (mark := element.get("id")):
        name = f"{name} {mark}"
    if "-" in tag:
        name = f"{name} {tag}"
    if name and whole - held >= 250 and _is_comments(name):
        return "comments"
    if held * 3 > whole or (held * 10 > whole and _BODY.search(name)):
        return None
    role = (element.get("role") or "").lower()
    if tag == "aside" or role in _ROLES or element.get("hidden") is not None:
        return "aside"
    if name and tag not in _HEADINGS and (called := _called(name)):
        return called
    style = element.get("style")
    return "hidden" if style and _HIDDEN.search(style) else None


@remembered
def _called(name: str) -> str | None:
    """What an element's class or id calls furniture."""
    said = name.lower()
    found = _NAMED.search(said)
    if found is None and said != name:
        found = _NAMED.search(apart(name).lower())
    return found[0].strip(" -_") if found else None


@remembered
def _is_comments(name: str) -> bool:
    return bool(_COMMENTS.search(name))


def _boxes(tree: _Element) -> Iterator[_Element]:
    """The boxes around form fields and share links, however they are named."""
    boxes = frozenset(_TEXTBOXES(tree))
    fields = [e for e in tree.iter(*(["*"] if boxes else _FIELDS)) if _is_field(e) or e in boxes]
    marks = [*fields, *(a for a in tree.iter("a") if _shares(a.get("href") or ""))]
    for mark in marks[:400]:
        if (box := _box(mark)) is not None:
            yield box


def _is_field(element: _Element) -> bool:
    is_hidden = element.tag == "input" and element.get("type") == "hidden"
    return element.tag in _FIELDS and not is_hidden


def _shares(href: str) -> bool:
    said = href.casefold()
    return any(part in said for part in _IN_SHARERS) and _SHARER.search(href) is not None


def _box(mark: _Element) -> _Element | None:
    """The largest ancestor that says little: a heading, a line or two, fields and buttons."""
    best = mark
    for ancestor in mark.iterancestors():
        if ancestor.tag in _KEEP or ancestor.tag == "table" or not _says_little(ancestor):
            break
        best = ancestor
    return best


def _says_little(element: _Element) -> bool:
    size = 0
    for node in element.iter():
        text = node.text if node.tag not in _UNSAID and isinstance(node.tag, str) else None
        for said in (text, node.tail if node is not element else None):
            if said and (said := said.strip()):
                size += len(said)
                if size > _SMALL or (len(said) > _SENTENCE and said.endswith(_STOPS)):
                    return False
    return next(element.iter("h1"), None) is None


def _drop(element: _Element) -> None:
    """Remove an element and keep the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + " " + element.tail
        else:
            parent.text = (parent.text or "") + " " + element.tail
    parent.remove(element)
