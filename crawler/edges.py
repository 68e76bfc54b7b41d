"""Where in a page's column the article begins and ends: what stands outside, or between as a link, is not the article."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice

from lxml.etree import _Element
from lxml.html import HtmlElement

from crawler import appeals, colophon, dates, phrases
from crawler.blocks import Block
from crawler.column import Line, homes, led_in, lines
from crawler.known import Known
from crawler.mending import filled
from crawler.title import letters

_SIGNS = re.compile(
    r"#\w+[\s,]+#\w|^[←→«»‹›<>]+\s|\s[←→«»‹›<>]+$|\(\d+\)\s*:?$"
)  # tags, arrows, counts
_STOPS = (".", "!", "?", "…", "»", "”", '"', "؟", "።", "፧", "。")
_ADDRESSES = ("http://", "https://", "www.")
_SUBHEADS = frozenset(["h2", "h3", "h4"])
_HEADS = frozenset(["h2", "h3", "h4", "h5", "h6"])
_CAPTIVE = 36  # characters of a line that may be an appeal's heading, whatever it says
_OPENING = 90  # characters of a first sentence that hangs among the paragraphs
_LONG = 140  # characters of a sentence that is no caption and no teaser
_BELOW = 0.6  # of the running text stands below the headline, or it is none
_INNER = frozenset(["li", "dd", "dt", "td", "th", "h2", "h3", "h4", "h5", "h6", "blockquote"])
_SURE, _UNSURE, _BRIEF = -4.0, -2.0, -1.3  # a gap weighs no more, however many lines it has
_MOST, _SOME = 0.45, 0.15  # of the running text may stand behind the end
_LINES = 2000  # of an article; where there are more, pieces of lines are not looked for
_PIECE = 30  # letters; a shorter piece of a line may stand anywhere
_LEAST = 200  # characters of what is left
_ENOUGH = 400  # characters of what is left, where that is the smaller part
_GREETING = 12  # words of a line that ends with a comma
_ITEM = 0.35  # the weight of an item that a line with a colon leads in
_BOX = 60  # elements; what has more is a part of the page
_DEEP = 4  # boxes in each other around a sentence among the paragraphs
_FEW = 4  # links in one article that lead away; more are its subject
_MANY = 5  # short lines in a row; no list, and yet no running text
_LISTED = 8  # items of a list of other articles; a longer one is what the article is about
_GUIDE = 60  # sentences; no news story is as long
_CHATTY = 0.2  # of the sentences speak to the reader: a guide, in which appeals look like text


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a line is judged by: where the running text hangs, and whether it speaks to the reader."""

    homes: frozenset[_Element]
    chatty: bool
    names: tuple[str, ...]
    site: str


def inside(found: list[Block], tree: HtmlElement, host: str, known: Known) -> list[Block]:
    """The blocks without those that stand on the page before, behind or beside the article."""
    whole = lines(tree, host)
    wanted = letters(known.headline)
    column = [line for line in _below(whole, wanted) if letters(line.text) != wanted]
    if not any(len(line.text) >= _LONG for line in column) and _prose(column) < _ENOUGH:
        return found
    told = [phrases.plain(line.text) for line in column if _is_prose(line)]
    names = colophon.named(known.authors, told)
    ground = _Ground(
        homes(filter(_is_prose, column)), _is_chatty(column), names, phrases.plain(known.site)
    )
    start = _begin(column, ground)
    ground = replace(ground, names=names + _signed(column, start))
    end = start + _end(column[start:], ground)
    kept = column[start:end]
    beside = _between(kept, ground)
    said = (letters(line.text) for line in kept)
    own = dict.fromkeys(text for text in said if text not in beside)
    away = {letters(line.text) for line in whole}.difference(own)
    left = [block for block in found if not _is_away(block.text, own, away)]
    led = set(led_in(kept, ground.homes))
    left = filled(left, [(x, n in led or _is_own(x, beside, ground)) for n, x in enumerate(kept)])
    sure = [
        block for block in found if _is_sentence(block.text) and not _is_small_print(block.text)
    ]
    least = _ENOUGH if 2 * _size(left) <= _size(sure) else _LEAST
    return left if _size(left) > least else found


def _is_small_print(text: str) -> bool:
    return phrases.is_furniture(text) or appeals.is_appeal(text)


def _is_own(line: Line, beside: set[str], ground: _Ground) -> bool:
    """Whether a line hangs among the running text, as a sentence or a subheading, and is no furniture."""
    if line.is_linked or letters(line.text) in beside:
        return False
    if line.tag in _SUBHEADS:
        return _is_at_home(line, ground) and _weight(line, ground) > _BRIEF
    if _is_scrap(line, ground):
        return False
    return line.box in ground.homes or _is_boxed(line, ground)


def _is_boxed(line: Line, ground: _Ground) -> bool:
    """Whether a sentence stands in a box among the paragraphs: a definition, a glossary, background."""
    if line.box is None or len(line.text) < _OPENING or not line.text.endswith(_STOPS):
        return False
    outer = line.box
    for around in islice(line.box.iterancestors(), _DEEP):
        if around in ground.homes:
            inner = list(islice(outer.iter(), _BOX))
            return len(inner) < _BOX and all(one.tag != "a" for one in inner)
        outer = around
    return False


def _is_at_home(line: Line, ground: _Ground) -> bool:
    """Whether a subheading hangs among the running text, maybe in a box of its own."""
    if line.box is None or line.box in ground.homes:
        return line.box is not None
    return len(line.box) == 1 and line.box.getparent() in ground.homes


def _size(found: list[Block]) -> int:
    return sum(len(block.text) for block in found)


def _is_away(text: str, own: dict[str, None], away: set[str]) -> bool:
    """Whether a block stands outside: the same line, cells of a row, or a piece of a line that does."""
    said = letters(text)
    if said in own:
        return False
    if all(letters(part) in away for part in text.split(" | ")):
        return True
    if len(said) < _PIECE or len(own) > _LINES:
        return False
    if any(said in line or line in said for line in own if len(line) > _PIECE):
        return False
    return any(said in line for line in away)


def _between(column: list[Line], ground: _Ground) -> set[str]:
    """The letters of what stands between two paragraphs and is neither: links to other articles, appeals."""
    away = [line for line in column if _leads_away(line)]
    most = max(_FEW, sum(map(_is_prose, column)) // _FEW)
    dropped = {letters(line.text) for line in away} if len(away) <= most else set()
    dropped.update(letters(line.text) for line in _listed_away(column))
    for before, line, after in zip([None, *column], column, [*column[1:], None], strict=False):
        if _is_appeal(line.text, ground):
            heading = before if before is not None and _is_heading(before) else line
            follower = after if after is not None and _follows(after.text) else line
            dropped.update(letters(each.text) for each in (line, heading, follower))
    return dropped


def _listed_away(column: list[Line]) -> Iterator[Line]:
    """The items of short lists in which every line is a headline that leads to another article, and no subheading here."""
    heads = {letters(line.text) for line in column if line.tag in _SUBHEADS}
    for box, items in groupby(column, key=lambda line: line.box if line.tag == "li" else None):
        listed = list(items)
        if box is None or not 1 < len(listed) <= _LISTED or not all(map(_is_headline, listed)):
            continue
        if heads.isdisjoint(letters(line.text) for line in listed):
            yield from listed


def _is_headline(line: Line) -> bool:
    return line.is_linked and 25 <= len(line.text) < 200 and line.text[-1] != "."


def _follows(text: str) -> bool:
    return len(text) < _LONG and appeals.is_spoken(text) and appeals.themes(text) > 1


def _is_heading(line: Line) -> bool:
    """Whether a line can be an appeal's heading, and is no subheading of the article."""
    if len(line.text) >= 60 or _is_sentence(line.text) or line.tag == "li":
        return False
    plain = line.tag not in _SUBHEADS and len(line.text) < _CAPTIVE
    return plain or appeals.themes(line.text) > 0 or phrases.is_furniture(line.text)


def _below(column: list[Line], wanted: str) -> list[Line]:
    """What follows the headline, if that is nearly everything."""
    places = [place for place, line in enumerate(column) if letters(line.text) == wanted]
    headed = [place for place in places if column[place].tag in ("h1", "h2", "h3")]
    for place in (headed or places)[:1]:
        below = column[place + 1 :]
        if _prose(below) >= _BELOW * _prose(column):
            return below
    return column


def _prose(column: list[Line]) -> int:
    return sum(len(line.text) for line in column if _is_prose(line))


def _is_prose(line: Line) -> bool:
    return _is_sentence(line.text) and not line.is_linked


def _is_sentence(text: str) -> bool:
    return len(text) >= 80 or (text.rstrip(")").endswith(_STOPS) and len(text.split()) > 3)


def _smiles(text: str) -> bool:
    """Whether a line of some words ends with a picture of feelings, as sentences of blogs do."""
    return unicodedata.category(text[-1]) == "So" and len(text.split()) > 6


def _leads_away(line: Line) -> bool:
    """A line that is a link to another article, with or without a label; lists of links belong to an article."""
    text = line.text
    return line.is_linked and line.tag not in _INNER and 25 <= len(text) < 200 and text[-1] != "."


def _is_chatty(column: list[Line]) -> bool:
    """Whether the beginning speaks to its reader; at the end comments may."""
    texts = [line.text for line in column if len(line.text) >= 80 and not line.is_linked]
    texts = texts[: max(4, len(texts) * 2 // 3)]
    return len(texts) > _GUIDE or sum(map(_is_spoken, texts)) > _CHATTY * len(texts)


def _is_spoken(text: str) -> bool:
    """Whether a sentence speaks to the reader as a guide does; appeals do too, and are no guide."""
    return appeals.is_spoken(text) and (len(text) >= _LONG or appeals.themes(text) < 3)


def _is_appeal(text: str, ground: _Ground) -> bool:
    return not ground.chatty and appeals.is_appeal(text)


def _is_scrap(line: Line, ground: _Ground) -> bool:
    if line.pictured and appeals.shows_archive(line.text):
        return True
    return not _is_prose(line) or phrases.is_furniture(line.text) or _is_appeal(line.text, ground)


def _begin(column: list[Line], ground: _Ground) -> int:
    """The first line of running text, or the subheadings right above it: short lines before it are passed over."""
    for place, line in enumerate(column):
        if _is_scrap(line, ground):
            continue
        follower = column[place + 1] if place + 1 < len(column) else None
        if _is_opening(line, ground) or follower is None or not _is_scrap(follower, ground):
            return _headed(column, place, ground)
    return 0


def _is_opening(line: Line, ground: _Ground) -> bool:
    """Whether a line is no caption: too long for one, or a paragraph where the paragraphs hang."""
    plain = line.tag == "p" or not line.pictured
    long = plain and line.box in ground.homes and len(line.text) >= _OPENING
    return len(line.text) >= _LONG or (long and line.text.endswith(_STOPS))


def _headed(column: list[Line], place: int, ground: _Ground) -> int:
    """Up to the subheadings that stand right above a line, where the article's paragraphs hang."""
    while place > 0:
        line = column[place - 1]
        if _greets(line, ground):
            place -= 1
            continue
        if line.tag not in _SUBHEADS or line.box not in ground.homes or line.is_linked:
            return place
        if phrases.is_furniture(line.text) or appeals.themes(line.text) > 1:
            return place
        place -= 1
    return place


def _greets(line: Line, ground: _Ground) -> bool:
    """Whether a line is the salutation of a speech or a letter, where the paragraphs hang."""
    spoken = line.text.endswith((",", "،")) and 2 < len(line.text.split()) < _GREETING
    return spoken and line.tag == "p" and line.box in ground.homes and not line.linked


def _end(column: list[Line], ground: _Ground) -> int:
    """How many lines belong to the article: what follows weighs against it more than for it."""
    weights = [
        min(_weight(line, ground), _told(column, place, ground)) * _share(column, place)
        for place, line in enumerate(column)
    ]
    for place in led_in(column, ground.homes):
        weights[place] = max(weights[place], _ITEM)
    result, total, best = len(column), 0.0, float("-inf")
    gap: list[float] = []
    for place, weight in enumerate(weights):
        if weight <= 0:
            gap.append(weight)
            continue
        total += max(sum(gap), _floor(gap)) + weight
        gap.clear()
        if total >= best:
            best, result = total, place + 1
    most = _MOST if not ground.chatty and min(weights[result:], default=0) <= -2 else _SOME
    told = [line if weight > -2 else None for line, weight in zip(column, weights, strict=True)]
    behind, whole = (_prose([line for line in some if line]) for some in (told[result:], told))
    return result if behind <= most * whole else len(column)


def _floor(gap: list[float]) -> float:
    """What a gap can weigh at most: little if it is but an appeal, more if it is sure that the end has come."""
    if min(gap, default=0) > -2:
        return _UNSURE if len(gap) < _MANY else 1.5 * _UNSURE
    return _BRIEF if len(gap) <= 3 and min(gap) > -3 else _SURE


def _told(column: list[Line], place: int, ground: _Ground) -> float:
    """The most that a line may weigh: nothing if its neighbour is a name and it tells of who bears it, or a button."""
    name = column[max(0, place - 1)].text
    if _calls(column[max(0, place - 1) : place + 2], ground):
        return -1.0
    if (
        2 <= len(name.split()) <= 4
        and not _is_sentence(name)
        and len(column[place].text) < colophon.BIO
    ):
        return -2.0 if letters(name) in letters(column[place].text)[: 3 * len(name)] else 9.0
    return 9.0


def _calls(around: list[Line], ground: _Ground) -> bool:
    """Whether a line stands beside the running text, under a heading and above a button that leads elsewhere."""
    if len(around) < 3 or any(line.box in ground.homes for line in around):
        return False
    heading, line, button = around
    is_short = len(line.text) < _LONG and len(heading.text) < 60 and len(button.text) < _CAPTIVE
    return (
        is_short and button.is_linked and heading.tag in _HEADS and not _is_sentence(heading.text)
    )


def _share(column: list[Line], place: int) -> float:
    """How much of its weight a line has: the text of a teaser among teasers has little of its own."""
    around = column[max(0, place - 3) : place + 2]
    teased = place > 0 and column[place - 1].is_linked and len(around) > 2
    return 0.3 if teased and sum(line.is_linked for line in around) > 1 else 1.0


def _weight(line: Line, ground: _Ground) -> float:
    """How much a line speaks for (or against) the article still going on."""
    text = line.text
    if phrases.is_end(text) or phrases.is_aside(text) or colophon.closes(text):
        return -3.0
    if line.is_linked:
        return -1.0
    if phrases.is_furniture(text) or _is_appeal(text, ground) or _is_colophon(text, ground):
        return -2.0
    if not _is_sentence(text) and not _smiles(text):
        return _short(line)
    if not ground.chatty and len(text) < _LONG and (themes := appeals.themes(text)) > 1:
        return -0.5 * (themes - 1)
    return min(len(text) / 100, 4.0) / (1 if line.box in ground.homes else 2)


def _short(line: Line) -> float:
    """A line that is no sentence; an item of a list goes with what stands before it."""
    if line.tag != "li" and appeals.is_voices(line.text):
        return -3.0
    if _SIGNS.search(line.text) or (any(map(str.isdigit, line.text)) and dates.parse(line.text)):
        return -2.0
    if line.text.startswith(_ADDRESSES):
        return -0.6
    if line.tag in ("li", "blockquote"):
        return 0.01
    return -0.1 if line.tag in _INNER or line.text.endswith(":") else -0.6


def _is_colophon(text: str, ground: _Ground) -> bool:
    """Whether a line tells of who wrote the article or of who publishes it."""
    told = colophon.tells_of_author(text, ground.names)
    return told or colophon.tells_of_site(text, ground.site)


def _signed(column: list[Line], start: int) -> tuple[str, ...]:
    """Who seems to have signed above the text, and is told of in it."""
    above = [phrases.plain(line.text) for line in column[:start] if len(line.text) < _CAPTIVE]
    told = [phrases.plain(line.text) for line in column[start:] if _is_prose(line)]
    return colophon.signed(above, told)
