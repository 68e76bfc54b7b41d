"""The pictures of an article, with caption and credit: no logos, avatars or counting pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from archive.article import Image
from crawler import wires
from crawler.jsonld import texts, types_of
from crawler.metadata import absolute
from crawler.names import is_person
from crawler.source import Source, content, finder, squeeze

_MOST = 20
_NOT_ONE = re.compile(
    r"logo|avatar|gravatar|icon|sprite|pixel|spacer|blank|placeholder|1x1|badge|banner|button|emoji|loader|loading|/ads?/|doubleclick"
    r"|facebook\.com/tr|scorecardresearch|google-analytics|feedburner|share|\.svg(?:$|\?)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|\s)(?:(?:site|custom)-?)?(?:logo|avatar|gravatar|icon|emoji|photo-author)(?:\s|$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[\s–—|/-]*(?:\(?\s*(?:©|\(c\)\s|(?:photos?|images?|cr[ée]dits?|picture|foto|fotografia|fotoğraf|bild|صورة|تصوير|picha|hoto|sawir|ፎቶ)(?:\s+(?:credit|cr[ée]dits?|by|de|par|na))?\s*[:：፡፦]|(?:photo|image|picture) (?:by|credit)|(?:crédit|credit) photo)\s*)(.{2,80}?)\)?\s*$",
    re.IGNORECASE,
)
_PICTURES = finder(
    "//article//img | //main//img | //figure//img | (//h1 | //h2)[1]/following::img[position() < 8]"
)
_OUTSIDE = finder(
    "ancestor::*[self::nav or self::aside or self::footer or self::form or self::header[not(ancestor::article)]]"
)
_BOX = re.compile(
    r"related|recommend|sidebar|widget|author|comment|share|newsletter|teaser|popular|more|next|prev",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:©|\(c\)|copyright|(?:photos?|images?|picture|cr[ée]dits?|foto|fotografia|fotoğraf|bild|source|صورة|تصوير|picha|hoto|sawir|ፎቶ)(?:\s+(?:photo|credit|cr[ée]dits?|by|de|par|na|courtesy(?: of)?))*(?=\s*[:：፡፦]|\s))\s*[:：፡፦]?\s*",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:[.!?»”]|\s[|–—-])\s+(?P<who>[^.!?]{2,60})$|[(\[](?P<in>[^()\[\]]{2,60})[)\]]\s*$"
)
_CREDITED = re.compile(r"credit|copyright|source|byline", re.IGNORECASE)
_PARTS = re.compile(r"\s*[/|–—,-]\s*|\s+via\s+")
_STOCK = re.compile(
    r"/\s*(?:getty|epa|imago|maxppp|sipa)\b|\b(?:getty images|shutterstock|istock|alamy|epa-efe)\b",
    re.IGNORECASE,
)
_CREDIT_LENGTH = 60
_EDGES = " ()[]|:–—-"
_SENTENCE = 6  # words; shorter alternative texts name the picture
_IS_FILE = re.compile(
    r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#/])|/files?/|/uploads?/|/image", re.IGNORECASE
)
_ATTACHED = re.compile(r"attachment|/galler|/photo|/diaporama", re.IGNORECASE)
_VIA = re.compile(r"\bvia\s+(?P<who>[^,;]{2,40})$")
_ENDS = (".", "!", "?", "»", "”", "؟", "።")
_SOURCES = ("data-src", "data-lazy-src", "data-original", "src")
_CAPTION = finder(
    "ancestor::figure[1]//figcaption | ancestor::*[contains(@class,'wp-caption')][1]//*[contains(@class,'caption-text')]"
    " | following-sibling::*[position() < 3][self::small or contains(@class,'caption') or contains(@class,'legend') or contains(@class,'picha')]"
)
_TABLE = finder("ancestor::table[1]")
_BEHIND = finder(
    "following-sibling::*[not(self::br)][1][self::small or self::span or self::p or self::em or self::i]"
)


def images(source: Source) -> tuple[Image, ...]:
    """The main picture first, then those in the article, each once."""
    found: dict[str, Image] = {}
    for image in (*_inside(source), *_main(source)):
        key = _key(image.url)
        old = found.get(key)
        if old is None or (old.caption is None and image.caption):
            found[key] = image
    main = [_key(image.url) for image in _main(source)][:1]
    ordered = sorted(found, key=lambda key: key not in main)
    return tuple(found[key] for key in ordered[:_MOST])


def _key(url: str) -> str:
    """The same picture in another size: WordPress's ``-1024x683`` and all parameters aside."""
    return re.sub(r"-\d{2,4}x\d{2,4}(?=\.\w+$)|-scaled(?=\.\w+$)", "", urlsplit(url).path)


def _main(source: Source) -> Iterator[Image]:
    said = [
        *(Image(url=url) for url in source.metas.get("og:image", ())[:1]),
        *_linked(source, source.article.get("image")),
        *(Image(url=url) for url in source.metas.get("twitter:image", ())[:1]),
    ]
    for image in said:
        url = absolute(source, image.url)
        if url and not _NOT_ONE.search(urlsplit(url).path):
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


def _inside(source: Source) -> Iterator[Image]:
    for element in _PICTURES(source.tree)[: 4 * _MOST]:
        url = _url(source, element)
        if url and not _OUTSIDE(element) and not _in_box(element) and not _leads(source, element):
            caption, credit = _told(element)
            yield Image(url=url, caption=caption, credit=credit)


def _url(source: Source, element: HtmlElement) -> str | None:
    for name in _SOURCES:
        said = element.get(name)
        if (
            said
            and not said.startswith("data:")
            and not _NOT_ONE.search(said)
            and not _FURNITURE.search(element.get("class") or "")
        ):
            return None if _is_small(element) else absolute(source, said)
    return None


def _is_small(element: HtmlElement) -> bool:
    sizes = [element.get(name) or "" for name in ("width", "height")]
    return any(size.isascii() and size.isdigit() and int(size[:6]) < 100 for size in sizes)


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
    return len(text) <= 300 and "://" not in text and _CREDIT.search(text) is not None


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
    if match := _CREDIT.search(caption):
        return _clean(caption[: match.start()]), _bare(match[1])
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
    return bare if _bare(bare) else None


def _bare(credit: str) -> str | None:
    """A credit without what only leads to it."""
    bare = credit.strip(_EDGES)
    while (shorter := _LABEL.sub("", bare)) != bare:
        bare = shorter
    return bare.strip(_EDGES) or None


def _reads_as_caption(alt: str) -> bool:
    """Whether an alternative text is a sentence about the picture."""
    return len(alt.split()) >= _SENTENCE and alt[0].isupper() and alt.endswith(_ENDS)
