"""The pictures of an article, with caption and credit: no logos, avatars or counting pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.article import Image
from crawler import renditions, wires
from crawler.jsonld import texts, types_of
from crawler.metadata import absolute
from crawler.names import is_person
from crawler.source import Source, content, element_of, finder, squeeze
from crawler.title import letters, site_name

_MOST = 20
_FURNITURE = re.compile(
    r"(?:^|\s)(?:(?:site|custom)-?)?(?:logo|avatar|gravatar|icon|emoji|photo-author)(?:\s|$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[\s–—|/-]*(?:\(?\s*(?:©|\(c\)\s|(?:photos?|images?|cr[ée]dits?|picture|foto|fotografia|fotoğraf|bild|صورة|تصوير|picha|hoto|sawir|ፎቶ)(?:\s+(?:credit|cr[ée]dits?|by|de|par|na))?\s*[:：፡፦]|(?:photo|image|picture) (?:by|credit)|(?:crédit|credit) photo)\s*)(.{2,80}?)\)?\s*$",
    re.IGNORECASE,
)
_CREDITING = re.compile(  # one of these is in each of them, and in few other lines
    r"©|\(c\)|phot|imag|cr[ée]dit|pictur|foto|bild|صورة|تصوير|picha|hoto|sawir|ፎቶ", re.IGNORECASE
)
_PICTURES = finder(
    "//article//img | //main//img | //figure//img | (//h1 | //h2)[1]/following::img[position() < 8]"
)
_BEHIND_TEXT = finder("following::img")
_OUTSIDE = finder(
    "ancestor::*[self::nav or self::aside or self::footer or self::form or self::header[not(ancestor::article)]]"
)
_BOX = re.compile(
    r"related|recommend|sidebar|(?<!elementor-)widget|author|comment|newsletter|teaser|popular|(?<![a-z])(?:share|sharing|more|next|prev|previous)(?![a-z])"
    r"|more-?(?:stories|news|articles|from|on)(?![a-z])",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:©|\(c\)|copyright|(?:photos?|images?|picture|cr[ée]dits?|foto|fotografia|fotoğraf|bild|sources?|quelle|fuente|fonte|صورة|تصوير|picha|hoto|sawir|ፎቶ)(?:\s+(?:photo|credit|cr[ée]dits?|by|de|par|na|courtesy(?: of)?))*(?=\s*[:：፡፦]|\s))\s*[:：፡፦]?\s*",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:[.!?»”]|\s[|–—-])\s+(?P<who>[^.!?]{2,60})$|[(\[](?P<in>[^()\[\]]{2,60})[)\]]\s*$"
)
_ALONE = re.compile(  # what a button in a caption says, and a label with nothing behind it
    r"(?:enlarge|expand|zoom|agrandir|vergrößern|ampliar|تكبير)(?: image)?\W*|(?:credits?|photos?|images?|caption|legend|source)\s*:?",
    re.IGNORECASE,
)
_BEHIND_STOP = re.compile(r"[.!?»”]\s+\(([^()\[\]\s]+(?:\s[^()\[\]\s]+){1,2})\)\s*$")
_CREDITED = re.compile(r"credit|copyright|source|byline", re.IGNORECASE)
_PARTS = re.compile(r"\s*[/|–—,-]\s*|\s+via\s+")
_STOCK = re.compile(
    r"/\s*(?:getty|epa|imago|maxppp|sipa)\b|\b(?:getty images|shutterstock|istock|alamy|epa-efe)\b",
    re.IGNORECASE,
)
_CREDIT_LENGTH = 60
_EDGES = " ()[]|:–—-"
_STRIP = 3.5  # times as wide as high
_SENTENCE = 6  # words; shorter alternative texts name the picture
_IS_FILE = re.compile(
    r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#/])|/files?/|/uploads?/|/image", re.IGNORECASE
)
_GALLERY = re.compile(r"galler|galerie|galeria|lightbox|fancybox|slideshow", re.IGNORECASE)
_ATTACHED = re.compile(r"attachment|/galler|/photo|/diaporama", re.IGNORECASE)
_VIA = re.compile(r"\bvia\s+(?P<who>[^,;]{2,40})$")
_ENDS = (".", "!", "?", "»", "”", "؟", "።")
_SIZED = ("srcset", "data-srcset", "data-lazy-srcset")
_SOURCES = (*_SIZED, "data-src", "data-lazy-src", "data-original", "src")
_SIZE = re.compile(r"\s*([^\s,]\S*[^\s,])(?:\s+([\d.]+)[wxh])?\s*(?:,|$)")
_LONGEST = 8000  # characters of a list of sizes
_CAPTION = finder(
    "ancestor::figure[1]//figcaption | ancestor::*[contains(@class,'wp-caption')][1]//*[contains(@class,'caption-text')]"
    " | following-sibling::*[position() < 3][self::small or contains(@class,'caption') or contains(@class,'legend') or contains(@class,'picha')]"
)
_TABLE = finder("ancestor::table[1]")
_BEHIND = finder(
    "following-sibling::*[not(self::br)][1][self::small or self::span or self::p or self::em or self::i]"
)


def images(source: Source, title: str, blocks: list[str]) -> tuple[Image, ...]:
    """The main picture first, then those that stand in the article with that title and text; each once."""
    found: dict[str, Image] = {}
    headline = letters(title)
    main = list(_main(source))
    for image in (*_inside(source, blocks), *main):
        name = renditions.key(image.url)
        if letters(image.caption or "") == headline:
            image = replace(image, caption=None)
        old = found.get(name)
        if old is None:
            found[name] = image
        elif old.caption is None or old.credit is None:
            caption, credit = old.caption or image.caption, old.credit or image.credit
            found[name] = replace(old, caption=caption, credit=credit)
    first = [renditions.key(image.url) for image in main][:1]
    ordered = sorted(found, key=lambda name: name not in first)
    return tuple(found[name] for name in ordered[:_MOST])


def _main(source: Source) -> Iterator[Image]:
    said = [
        *(Image(url=url) for url in source.metas.get("og:image", ())[:1]),
        *_linked(source, source.article.get("image")),
        *(Image(url=url) for url in source.metas.get("twitter:image", ())[:1]),
    ]
    host = (urlsplit(source.url).hostname or "").removeprefix("www.").rpartition(".")[0]
    names = [letters(name) for name in (site_name(source), host) if name]
    for image in said:
        url = absolute(source, image.url)
        if url and not renditions.is_furniture(url, names):
            yield replace(image, url=url)


def _linked(source: Source, value: Any) -> Iterator[Image]:
    """JSON-LD's picture, with its caption and whose it is."""
    for node in (value if isinstance(value, list) else [value])[:1]:
        whole = source.linked.whole(node)
        if isinstance(whole, str):
            yield Image(url=whole)
        elif isinstance(whole, dict) and "person" not in types_of(whole):
            url = whole.get("url") or whole.get("contentUrl")
            caption, credit = parted(next(iter(texts(whole.get("caption"))), ""))
            told = next(iter(texts(whole.get("creditText") or whole.get("copyrightHolder"))), None)
            if isinstance(url, str):
                yield Image(url=url, caption=caption, credit=credit or told)


def _inside(source: Source, blocks: list[str]) -> Iterator[Image]:
    behind = _behind(source, blocks)
    for element in _PICTURES(source.tree)[: 4 * _MOST]:
        url = _url(source, element)
        if not url or _OUTSIDE(element) or _in_box(element) or _leads(source, element):
            continue
        caption, credit = _told(element)
        if element not in behind or caption or credit or _in_gallery(element):
            yield Image(url=url, caption=caption, credit=credit)


def _behind(source: Source, blocks: list[str]) -> frozenset[HtmlElement]:
    """The pictures behind the last words of the text: of who wrote it, and of what else there is to read."""
    last = element_of(source.tree, blocks[-1]) if blocks else None
    return frozenset() if last is None else frozenset(_BEHIND_TEXT(last))


def _in_gallery(element: HtmlElement) -> bool:
    """Whether a near ancestor is called a row of pictures."""
    near = islice(element.iterancestors(), 5)
    return any(_GALLERY.search(ancestor.get("class") or "") for ancestor in near)


def _url(source: Source, element: HtmlElement) -> str | None:
    """The address of a picture in the largest size that the page names."""
    if _FURNITURE.search(element.get("class") or "") or _is_small(element):
        return None
    for name in _SOURCES:
        said = _widest(element.get(name) or "") if name in _SIZED else element.get(name)
        url = absolute(source, said) if said and not said.startswith("data:") else None
        if url:
            return None if renditions.is_furniture(url) else url
    return None


def _widest(said: str) -> str | None:
    """Of several sizes the largest."""
    sizes = [(float(match[2] or 0), match[1]) for match in _SIZE.finditer(said[:_LONGEST])]
    return max(sizes, key=lambda size: size[0])[1] if sizes else None


def _is_small(element: HtmlElement) -> bool:
    """Whether a picture is an icon, or a strip as advertisements are."""
    sizes = [element.get(name) or "" for name in ("width", "height")]
    known = [int(size[:6]) for size in sizes if size.isascii() and size.isdigit()]
    return any(size < 100 for size in known) or (len(known) == 2 and known[0] > _STRIP * known[1])


def _in_box(element: HtmlElement) -> bool:
    """Whether a picture stands among teasers: a near ancestor is called so, or links the picture elsewhere."""
    for count, ancestor in enumerate(element.iterancestors()):
        if ancestor.tag in ("article", "main", "body") or count > 4:
            return False
        if _BOX.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


def _leads(source: Source, element: HtmlElement) -> bool:
    """Whether a picture leads to another page, as those of teasers do; its own file is none."""
    for link in element.iterancestors("a"):
        url = absolute(source, link.get("href") or "")
        if url is None:
            return False
        there, here = urlsplit(url), urlsplit(source.url)
        is_own = there.path.rstrip("/") == here.path.rstrip("/") or _IS_FILE.search(url)
        return not is_own and there.hostname == here.hostname and not _ATTACHED.search(url)
    return False


def captions(tree: HtmlElement) -> list[str]:
    """The text of every caption on a page, as it stands there."""
    boxes = (_caption(image) for image in tree.iter("img"))
    return [content(box) for box in (*boxes, *tree.iter("figcaption")) if box is not None]


def _caption(image: HtmlElement) -> HtmlElement | None:
    """What is marked as the caption, or a short line right behind the picture that names who took it."""
    for box in _CAPTION(image):
        return box
    for box in _BEHIND(image):
        if is_credited(content(box)):
            return box
    for table in _TABLE(image):
        if 0 < len(content(table)) <= 300 and len(table.findall(".//img")) == 1:
            return table
    return None


def is_credited(text: str) -> bool:
    """Whether a line ends by saying whose picture it is."""
    if len(text) > 300 or "://" in text or not _CREDITING.search(text):
        return False
    return _CREDIT.search(text) is not None


def _told(element: HtmlElement) -> tuple[str | None, str | None]:
    """Caption and credit; the credit may stand in an element of its own or end the caption."""
    box = _caption(element)
    if box is None:
        alt = squeeze(element.get("alt") or "")
        return parted(alt) if _reads_as_caption(alt) else (None, None)
    caption = content(box)[:600]
    for part in box.iter():
        if part is not box and _CREDITED.search(part.get("class") or ""):
            credit = content(part)
            rest = caption.replace(credit, "").strip(" |–—-/")
            return rest or None, _bare(credit)
    return parted(caption)


def parted(caption: str) -> tuple[str | None, str | None]:
    """A caption without the credit that ends it, and the credit without the word that says it is one."""
    if (match := _CREDITING.search(caption)) and (match := _CREDIT.search(caption)):
        return _clean(caption[: match.start()]), _bare(match[1])
    if (match := _BEHIND_STOP.search(caption)) and is_person(match[1]):
        return _clean(caption[: match.start(1)]), match[1]
    for name in ("who", "in"):
        if (match := _SIGNED.search(caption)) and match[name] and _is_signed(match[name]):
            return _clean(caption[: match.start(name)]), _bare(match[name])
    via = _VIA.search(caption) if len(caption) <= _CREDIT_LENGTH else None
    if via and _is_signed(via["who"]):
        return None, _bare(caption)
    return _clean(caption), None


def _is_signed(who: str) -> bool:
    """Whether the last words of a caption are an agency's, with a name perhaps, or a photographer's."""
    bare = _bare(who) or ""
    if bare != who.strip(_EDGES) and is_person(bare):
        return True
    if len(who) <= _CREDIT_LENGTH and _STOCK.search(bare):
        return True
    return any(wires.is_agency(part.removesuffix(" Photo")) for part in _PARTS.split(bare))


def _clean(text: str) -> str | None:
    bare = text.strip().rstrip("([").rstrip(" |–—-/")
    return bare if _bare(bare) and not _ALONE.fullmatch(bare) else None


def _bare(credit: str) -> str | None:
    """A credit without what only leads to it."""
    bare = credit.strip(_EDGES)
    while (shorter := _LABEL.sub("", bare)) != bare:
        bare = shorter
    bare = bare.strip(_EDGES)
    first, _, again = bare.partition(" | ")
    return (first if first.lower() == again.lower() else bare) or None


def _reads_as_caption(alt: str) -> bool:
    """Whether an alternative text is a sentence about the picture."""
    return len(alt.split()) >= _SENTENCE and alt[0].isupper() and alt.endswith(_ENDS)
