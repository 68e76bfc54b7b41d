"""The headline of an article: the visible one, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import chain, islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler import marked
from crawler.jsonld import texts
from crawler.source import Source, content, finder, squeeze

_LONGEST = 500  # characters of a headline that are looked at
_MOST_PARTS = 20
_MOST_HEADINGS = 6
_KICKER = 40  # characters of a topic that stands before a headline
_FIRST_LINKS = 30  # among which the site's name leads to its front page
_SAME_STORY = (
    0.3  # of the words of two headlines that tell the same; unlike ones share an article or two
)
_PARAGRAPH = 100  # characters; shorter ones are lines
_HEADLINE = 4  # words; a site's or a section's name has fewer
_LEAST_PART = 12  # characters of a headline between dashes
_WORD = re.compile(r"\w{3,}")
_Beginnings = Callable[[str], list[tuple[str, HtmlElement]]]


def site_name(source: Source) -> str | None:
    """The name of the site, as it calls itself."""
    publisher = source.linked.whole(source.article.get("publisher"))
    named = [source.meta("og:site_name", "application-name"), *texts(publisher)[:1]]
    for node in source.linked.of_types(frozenset({"website"})):
        named.extend(texts(node.get("name"))[:1])
    return next((name for name in named if name), None)


def title(source: Source) -> str | None:
    """The headline: what the metadata agree on; else the visible one that they know; else the only one."""
    names = _names(source)
    said = _said(source, names)
    heads, lower = _heads(source, names), _headings(source.tree, "h2")
    return (
        _agreed(source, names, heads)
        or _verbatim([*heads, *lower], said)
        or _known(heads, said)
        or _only(heads, said)
        or _known(lower, said)
        or _part_shown(source, said)
        or (heads[0] if len(heads) == 1 else None)
        or next((_before_bar(text) for text in said if " " in text), None)
        or _above_text(source, names)
        or next((text for text in (*said, *heads) if text), None)
    )


def _agreed(source: Source, names: list[str], heads: list[str]) -> str | None:
    """What JSON-LD and Open Graph both say, word for word; as readers see it, where only some words differ."""
    said = without_suffix(source.meta("og:title") or "", names)
    linked = [without_suffix(text, names) for text in _linked(source)]
    is_same = said and any(letters(text) == letters(said) for text in linked)
    if not (is_same and _is_headline(said, names)):
        return None
    return next((head for head in heads if _is_shown(head, said)), said)


def _is_shown(head: str, said: str) -> bool:
    """Whether a heading has the same letters, maybe other capitals, or all but one word and a colon before them."""
    kicker, colon, rest = said.partition(": ")
    if colon and " " not in kicker and letters(head) == letters(rest):
        return True
    return letters(head) == letters(said) and (" :" in said or " :" not in head)


def _linked(source: Source) -> list[str]:
    """What JSON-LD calls the article."""
    return (texts(source.article.get("headline")) or texts(source.article.get("name")))[:1]


def _names(source: Source) -> list[str]:
    """What the site is called: by itself, by its address, by its logo and by what leads to its front page."""
    front = [
        content(link)
        for link in islice(_links(source.tree), _FIRST_LINKS)
        if _is_front(source, link)
    ]
    names = [site_name(source), urlsplit(source.url).hostname, _logo(source.tree), *front]
    return [name for name in names if name]


def _said(source: Source, names: list[str]) -> list[str]:
    """What the metadata call the article, most trustworthy first; not what they call the site."""
    graph = source.meta("og:title") or ""
    other = source.meta("twitter:title", "parsely-title", "dc.title", "headline") or ""
    page = squeeze(source.tree.findtext(".//title") or "")
    said = [without_suffix(text, names) for text in (*_linked(source), graph, other, page)]
    return [text for text in said if _is_headline(text, names)]


def _heads(source: Source, names: list[str]) -> list[str]:
    """The headings that can be the article's: none of the site's name, none that lead to another page."""
    found = [e for e in _elements(source.tree, "h1") if not _leads_away(source, e)]
    heads = _headlines(found, names)
    page = squeeze(source.tree.findtext(".//title") or "")
    pieces = [letters(piece) for piece in _DASH.split(page[:_LONGEST])[:_MOST_PARTS]]
    if any(letters(head) in pieces for head in heads) and len(pieces) > 1:
        shown = _part_shown(source, [page]) or ""
        if len(shown.split()) >= _HEADLINE and letters(shown) not in map(letters, heads):
            heads = [shown]
    told = [e for e in _MARKED(source.marks)[:_MOST_HEADINGS] if e not in source.others]
    heads = heads or _headlines(told, names)
    return heads or ([] if _linked(source) else _step(source.tree))


def _headlines(elements: list[HtmlElement], names: list[str]) -> list[str]:
    """The texts of elements that may be headlines, each once."""
    texts = dict.fromkeys(squeeze(content(element))[:_LONGEST] for element in elements)
    return [text for text in texts if _is_headline(text, names)]


def _leads_away(source: Source, heading: HtmlElement) -> bool:
    """Whether all of a heading is a link to another page."""
    links = [link for link in heading.iter("a") if link.get("href")]
    if not links or content(links[0]) != content(heading):
        return False
    outer = links[0].get("href") or ""
    return not outer.startswith("#") and _path(source, outer) != urlsplit(source.url).path


_INNER = re.compile(  # the beginning of an address that leads to no front page, wherever it lies
    r"(?:https?://[^/?#\\]+)?/[^/.?#;\s\\](?!.*\.\.)", re.IGNORECASE
)


def _is_front(source: Source, link: HtmlElement) -> bool:
    href = link.get("href") or ""
    return not _INNER.match(href) and _path(source, href) in ("", "/")


def _path(source: Source, href: str) -> str:
    """The path of a link to this host; the whole address of one to another."""
    try:
        parts, own = urlsplit(urljoin(source.base, href)), urlsplit(source.url)
    except ValueError:
        return href
    same = parts.hostname == own.hostname and not parts.query
    return parts.path if same else href


def _verbatim(heads: list[str], said: list[str]) -> str | None:
    """The heading that is word for word what the metadata's first title is."""
    same = (head for head in heads if said and letters(head) == letters(said[0]))
    return next((_tidy(head, said[0]) for head in same), None)


def _known(heads: list[str], said: list[str]) -> str | None:
    """The heading that the metadata know: in whole, or with what stands before or behind it."""
    for head in heads:
        known = [text for text in said if _alike(head, text)]
        if known:
            tidy = (_tidy(head, text) for text in known)
            return next((text for text in tidy if text != head), head)
    return None


def _only(heads: list[str], said: list[str]) -> str | None:
    """The only heading of its rank, where the metadata say the same in other words or say nothing."""
    if len(heads) != 1:
        return None
    own = _words(heads[0])
    shared = [
        len(own & words) / min(len(own), len(words)) for text in said if (words := _words(text))
    ]
    return heads[0] if own and (not said or max(shared, default=0) >= _SAME_STORY) else None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _part_shown(source: Source, said: list[str]) -> str | None:
    """What the metadata say, or a part of it between dashes, that stands on the page in an element of its own."""
    beginnings = _beginnings(source)
    for text in said:
        cuts = [0, *(dash.end() for dash in islice(_DASH.finditer(text), _MOST_PARTS))]
        ends = [len(text), *(dash.start() for dash in islice(_DASH.finditer(text), _MOST_PARTS))]
        spans = [text[a:b].strip() for a in cuts for b in ends if b - a >= _LEAST_PART]
        for part in sorted(spans, key=len, reverse=True):
            if _showing(letters(part), beginnings) is not None:
                return part
    return None


def showing(source: Source, text: str) -> HtmlElement | None:
    """The element that shows a text and nothing else; in old markup it may be any."""
    return _showing(letters(text), _beginnings(source))


def _showing(wanted: str, beginnings: _Beginnings) -> HtmlElement | None:
    for tag in _SHOWING:
        for start, element in beginnings(tag):
            if wanted.startswith(start) and letters(content(element)) == wanted:
                return element
    return None


def _beginnings(source: Source) -> _Beginnings:
    """For a tag, its first elements with the letters that they begin with: read once for all that is looked for."""
    steps = {element for box in _TRAILS(source.marks)[:10] for element in islice(box.iter(), 100)}

    @cache
    def beginning(tag: str) -> list[tuple[str, HtmlElement]]:
        found = []
        for element in islice(source.tree.iter(tag), 200):
            own = element.text or (element[0].text if len(element) else None)
            if own and element not in steps and (start := letters(own[:40])):
                found.append((start, element))
        return found

    return beginning


def _before_bar(text: str) -> str:
    """A title without the few words behind its last bar, which name the site or a section of it."""
    head, bar, name = text.rpartition("|")
    is_name = bar and len(head.split()) >= _HEADLINE and len(name.split()) <= _HEADLINE
    return head.strip() if is_name else text


def _above_text(source: Source, names: list[str]) -> str | None:
    """The heading under which the page's first long paragraph stands."""
    above: str | None = None
    for element in source.tree.iter("h1", "h2", "h3", "p"):
        if element in source.others or _ASIDE(element):
            continue
        text = squeeze(content(element))[:_LONGEST]
        if element.tag == "p" and len(text) > _PARAGRAPH:
            return above
        if element.tag != "p" and _is_headline(text, names) and not _leads_away(source, element):
            above = text
    return None


_NAMED = marked.named("entry-title post-title article-title single-title headline titre titulo")
_MARKED = marked.finder(lambda one: _NAMED(one) or one.get("itemprop") == "headline", told=True)
_SHOWING = ("h1", "h2", "h3", "h4", "strong", "b", "font", "td", "div", "span", "p")


def _logo(tree: HtmlElement) -> str | None:
    """What the first linked picture of the page is called: mostly the site."""
    images = (image for image in tree.getroottree().iter("img") if image.get("alt"))
    return next((one.get("alt") for one in images if _is_link(one.getparent())), None)


def _links(tree: HtmlElement) -> Iterator[HtmlElement]:
    return (link for link in tree.getroottree().iter("a") if _is_link(link))


def _is_link(element: HtmlElement | None) -> bool:
    return element is not None and element.tag == "a" and element.get("href") is not None


_ASIDE = finder("ancestor-or-self::*[self::nav or self::aside or self::footer]")
_CRUMBS = marked.named("breadcrumb")
_TRAILS = marked.finder(lambda one: one.tag == "nav" or _CRUMBS(one), "nav")


def _trailing(tree: HtmlElement) -> list[HtmlElement]:
    """The headings that stand in a menu or in breadcrumbs."""
    return [
        heading
        for heading in tree.getroottree().iter("h1")
        if any(
            box.tag == "nav" or "breadcrumb" in (box.get("class") or "")
            for box in chain([heading], heading.iterancestors())
        )
    ]


def _step(tree: HtmlElement) -> list[str]:
    """The heading that is the last step of the breadcrumbs, on a page that has no other."""
    steps = _trailing(tree)
    return [content(step)[:_LONGEST] for step in steps] if len(steps) == 1 else []


def _headings(tree: HtmlElement, tag: str) -> list[str]:
    return [squeeze(content(element))[:_LONGEST] for element in _elements(tree, tag)]


def _elements(tree: HtmlElement, tag: str) -> list[HtmlElement]:
    steps = _trailing(tree)
    found = islice(tree.iter(tag), _MOST_HEADINGS)
    return [element for element in found if element not in steps and not _ASIDE(element)]


def _is_headline(head: str, names: list[str]) -> bool:
    own = letters(head)
    return len(own) > 3 and not any(own == letters(name) for name in names)


def _tidy(head: str, text: str) -> str:
    """The visible headline; without a kicker that stands in the same element."""
    kicker = head.endswith(text) and len(text) * 3 > len(head)
    quoted = f"“{text}”" in head or f"« {text} »" in head
    if kicker or quoted:
        return text
    before, colon, rest = text.partition(": ")
    apart = colon and head.endswith(f" {rest}") and not head.endswith(f": {rest}")
    return rest if apart and len(before) < _KICKER and len(rest) * 2 > len(head) else head


_SIGNS = re.compile(r"[\W_]+")


@lru_cache(8192)
def letters(text: str) -> str:
    """Letters and digits only, in lower case: what is left when typography is taken away."""
    return _SIGNS.sub("", text.lower())


def _alike(one: str, other: str) -> bool:
    """The same words, or one the beginning or end of the other: cut short, or with a kicker or a site name."""
    a, b = letters(one), letters(other)
    short, long = sorted((a, b), key=len)
    if a == b:
        return bool(a)
    return (
        len(short) >= 12
        and len(short) * 3 > len(long)
        and (long.startswith(short) or long.endswith(short))
    )


_LABELS = frozenset(  # what sites write behind a title, beside their name
    [
        "opinion",
        "editorial",
        "column",
        "analysis",
        "letters",
        "infographic",
        "news",
        "staff",
        "opinião",
        "éditorial",
        "رأي",
    ]
)
_PAGE = re.compile(
    r"\s+[|\-–—•·]\s+(?:page|seite|página|pagina|ukurasa|صفحة|الصفحة)\s+\d+(?:\W+(?:of|sur|de|von|من)?\s*\d+)?(?=$|\s+[|\-–—•·]\s)",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s+[|\-–—•·»:/]+\s+|\s*\|\s*|\s+»\s+")


def _closed(text: str, dash: re.Match[str]) -> str:
    """What stands before the dash; a » that closes a quotation is no dash."""
    head = text[: dash.start()]
    if "»" in dash[0] and head.count("«") > head.count("»"):
        head = text[: text.index("»", dash.start()) + 1]
    return head.strip()


def without_suffix(text: str, names: list[str]) -> str:
    """A title without `` - The Site`` behind it (or before it)."""
    known = {letters(form) for name in names for form in (name, *_shorter(name))}
    text = _PAGE.sub("", text[:_LONGEST])
    parts = list(_DASH.finditer(text))[:_MOST_PARTS]
    for dash in reversed(parts):
        if letters(text[dash.end() :]) in known or letters(text[dash.end() :]) in _LABELS:
            return _closed(text, dash)
    for dash in reversed(parts):
        if letters(text[: dash.start()]) in known:
            return text[dash.end() :].strip()
    return text.strip()


def _shorter(name: str) -> Iterator[str]:
    """A host name without what stands before its domain, and the domain's name alone."""
    labels = name.split(".") if " " not in name else []
    yield name.removeprefix("www.").rsplit(".", 1)[0]
    for count in range(1, len(labels) - 1):
        yield ".".join(labels[count:])
        yield ".".join(labels[count:-1])
