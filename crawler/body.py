"""The article's body as blocks of text: trafilatura cuts it out of a cleaned tree, what is left of furniture goes."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler import boilerplate, breaks, chosen, edges, liveblog, phrases, recurring, told
from crawler.blocks import Block
from crawler.cut import Cutter, enough_of
from crawler.fingerprint import Row
from crawler.images import is_credited
from crawler.known import Known
from crawler.mending import mended
from crawler.recurring import Learned

_SENTENCE = (".", "!", "?", "…", "»", "”", '"', "؟", "።", "፧", "。", ":", ";", "’", ")", "]")
_FAR_LESS = 0.4  # of the page's running text: then the cleaning or the precision was too much
_FAR_MORE = 1.6
_LINKED = 3  # times the running text; what was found is mostly links, as on a listing
_PART = 0.6  # of the running text that was left
_TITLE = 20  # characters; a shorter one may be the beginning of anything
_ENDLESS = 6_000  # characters; no paragraph is as long: the page was taken as one, or another part
_PARAGRAPH = 80  # characters of one; names and dates of comments have fewer
_LEAST = 400  # characters of running text in an article; fewer are a teaser


def body_of(
    tree: HtmlElement,
    url: str,
    known: Known,
    learned: Learned | None = None,
    lines: list[Row] | None = None,
) -> list[str]:
    """The article's blocks; none where there is no running text.  ``lines`` are the tree's rows, if at hand."""
    said = told.body(tree)
    alone = chosen.alone(tree, known.headline)
    tree = recurring.stripped(alone, learned, lines if alone is tree else None)
    bare = deepcopy(tree)
    live = liveblog.live(bare)
    boilerplate.strip(bare)
    breaks.join_initials(bare)
    breaks.to_paragraphs(bare)
    found = _inside(tree, bare, url, known, said)
    found = recurring.without(trimmed(found, known), learned)
    return [block.text for block in (live.around(found) if live else found)]


def _inside(tree: HtmlElement, bare: HtmlElement, url: str, known: Known, said: str) -> list[Block]:
    """What stands inside the article, of the tree without its furniture; of the whole one if too much was cleaned."""
    found, prose = _found(bare), boilerplate.prose_of(tree)
    size, cleaned = _size(found), prose - boilerplate.prose_of(bare)
    if size < enough_of(prose, _FAR_LESS) and cleaned > (_FAR_MORE - 1) * size:
        other = _found(tree)
        if _size(other) > _FAR_MORE * size:
            return other
    host = urlsplit(url).netloc
    found = _behind_title(mended(bare, found, host), known)
    found = edges.inside(found, bare, host, known)
    return told.without_untold(found, said)


def _size(found: list[Block]) -> int:
    return sum(len(block.text) for block in found)


def _found(tree: HtmlElement) -> list[Block]:
    """What trafilatura takes for the article: by its best judgement; more or less where that cannot be right."""
    cutter, prose = Cutter(tree), boilerplate.prose_of(tree)
    found = cutter.cut("balanced")
    if any(len(block.text) > _ENDLESS for block in found):
        return _of_article(tree) or found
    if _size(found) > _LINKED * prose:
        return cutter.cut("precision")
    size = _size(found)
    is_little = size < enough_of(prose, _PART) and _FAR_MORE * size < cutter.said
    if is_little and not cutter.is_whole(found):
        other = cutter.cut("recall")
        return other if _size(other) > _FAR_MORE * size else found
    return found


def _of_article(tree: HtmlElement) -> list[Block]:
    """What stands in the only element that the page calls its article; none where there are several."""
    homes = [home for home in tree.iter("article") if boilerplate.prose_of(home) >= _LEAST]
    return Cutter(deepcopy(homes[0])).cut("balanced") if len(homes) == 1 else []


def trimmed(found: list[Block], known: Known) -> list[Block]:
    """Without what trafilatura took along: phrases, repeats, bylines, scraps at either end."""
    kept = _before_comments(_behind_title(found, known))
    kept = [block for block in _without_asides(kept) if not phrases.is_furniture(block.text)]
    kept = [b for b in _unknown(list(_once(kept)), known) if not is_credited(b.text)]
    kept = _without_scraps(kept) if any(_is_sentence(block.text) for block in kept) else kept
    return kept if 2 * _size(kept) > _size(found) or _size(kept) > 200 else found


def _behind_title(found: list[Block], known: Known) -> list[Block]:
    """What follows the headline, where it was taken along and only short lines stand before it."""
    for place, block in enumerate(found[:20]):
        if known.title and phrases.plain(block.text) == known.title:
            return found[place + 1 :]
        if len(block.text) > 100:
            return found
    return found


def _before_comments(found: list[Block]) -> list[Block]:
    """Up to the heading of the comments, if some text stands before it: comment counts stand on top."""
    before = 0
    for place, block in enumerate(found):
        if before >= 200 and phrases.is_end(block.text) and not _goes_on(found[place + 1 :]):
            return found[:place]
        before += len(block.text)
    return found


def _goes_on(found: list[Block]) -> bool:
    """Whether the article does behind the words of a button: next to nothing but paragraphs follows."""
    told = [block for block in found if block.kind == "text" and len(block.text) >= _PARAGRAPH]
    return len(told) > 1 and 4 * len(told) >= 3 * len(found)


def _without_asides(found: list[Block]) -> list[Block]:
    """Without headings such as "Read also" and the teaser lines behind them."""
    kept: list[Block] = []
    teasing = False
    for block in found:
        if phrases.is_aside(block.text):
            teasing = True
        elif not teasing or _is_sentence(block.text) or block.kind == "head":
            teasing = False
            kept.append(block)
    return kept


def _once(found: list[Block]) -> Iterator[Block]:
    """Longer blocks the first time only: phone and desktop layouts repeat them."""
    seen: set[str] = set()
    for block in found:
        if block.text not in seen or len(block.text) < 40:
            yield block
        seen.add(block.text)


def _unknown(found: list[Block], known: Known) -> Iterator[Block]:
    """What the article does not tell elsewhere; subheadings among the paragraphs may be called as its tags are."""
    has_begun = False
    for block in found:
        has_begun = has_begun or (block.kind == "text" and len(block.text) >= _PARAGRAPH)
        is_chip = not (has_begun and block.kind == "head")
        if not _is_known(block, known, is_chip=is_chip):
            yield block


def _is_known(block: Block, known: Known, *, is_chip: bool) -> bool:
    """The title again, an author, and if it may be one a chip, a caption, the section: each as a whole block."""
    if len(block.text) > 600:
        return False
    said = phrases.plain(block.text)
    if said == known.title or _is_trail(said, known.title) or (is_chip and said in known.others):
        return True
    if len(block.text) > 120 or (_is_sentence(block.text) and len(block.text) > 60):
        return False
    rest = f" {said} "
    for author in known.authors:
        if not any(map(str.isalpha, author)):
            continue
        rest = rest.replace(f" {author} ", " ")
    return rest != f" {said} " and len(rest.split()) <= 8


def _is_trail(said: str, title: str) -> bool:
    """Whether a line leads to the title, or is it without the site's name."""
    long, short = (said, title) if len(said) > len(title) else (title, said)
    ends = long.endswith(short) or long.startswith(short)
    return len(short) >= _TITLE and ends and len(long) < len(short) + 50


def _is_sentence(text: str) -> bool:
    return len(text) >= 80 or (text.endswith(_SENTENCE) and len(text.split()) > 3)


def _is_scrap(block: Block) -> bool:
    """A line that is no sentence: a chip, a place, a date; no salutation."""
    if block.text.endswith((",", "،")) and len(block.text.split()) > 2:
        return False
    return block.kind in ("text", "cell") and len(block.text) < 60 and not _is_sentence(block.text)


def _without_scraps(found: list[Block]) -> list[Block]:
    """Without the lines before the first and the lines and headings behind the last sentence."""
    start, end = 0, len(found)
    while _is_scrap(found[start]):
        start += 1
    while _is_scrap(found[end - 1]) or found[end - 1].kind == "head":
        end -= 1
        if end == start:
            return found
    return found[start:end]
