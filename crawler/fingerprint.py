"""A page as a sequence of marks: what each line says, as a hash, and what it is built like.

Two pages of a site can be compared by their marks alone, long after their bytes were let go.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.etree import _Element, iterwalk

from crawler import appeals
from crawler.blocks import BLOCKS

_BREAKING = BLOCKS.union(
    ("nav", "footer", "aside", "form", "figcaption", "label", "button", "fieldset", "legend"),
    ("caption", "iframe", "video", "audio", "hgroup", "dialog", "menu"),
)
_MUTE = frozenset(["script", "style", "noscript", "template", "head", "option", "textarea", "svg"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BOLD = frozenset(["b", "strong"])
_STOPS = (".", "!", "?", "…", "»", "”", '"', "؟", "።", "፧", "。", "।")
_LONG = 80  # characters; a line with more is a sentence without a full stop
_MOST = 3000  # lines of a page
_HEADLINE = 20  # characters; shorter lines are no headlines
_LEVELS = 3  # boxes around a line that its place is told by
_LEAST_LINES, _LEAST_TEXT = 2, 300  # sentences and their characters on a page that teaches
_DIGITS = re.compile(r"\d+")
_WORDS, _SENTENCE_WORDS = (
    2,
    4,
)  # at either end of a line, by which it is known though a name or number in it changes
_TELLING = (
    4  # letters of a word that tells a line alone; of a syllabary or without vowels they are fewer
)
_LABEL = 40  # characters before a colon
_FRAMED = 160  # characters; a longer line is known whole or not at all, for stories open alike
_OF_ONE_PAGE = re.compile(  # class names that content management systems make of a page's subject
    r"^(?:category|tag|tags|author|postid|post|page|status|format|term|node|type|section|rubrique|mot|topic|lang)[-_]"
)
_VERSION = re.compile(r"^(?:www|m|amp|mobile)\.(?=[^.]+\.)")
_MARK = struct.Struct("<QIIBHII")

LINKED, SENTENCE, HEADING, ITEM, TITLE, APPEAL, CELL = 1, 2, 4, 8, 16, 32, 64
_PROSE = SENTENCE | LINKED


class Mark(NamedTuple):
    """A line: hashes of what it says, of its own element in its boxes, and of the boxes alone.

    ``opening`` and ``closing`` are of its first and last words, or 0: "By", "Read also:".
    """

    said: int
    place: int
    box: int
    flags: int
    size: int
    opening: int = 0
    closing: int = 0

    def has(self, flag: int) -> bool:
        """Whether one of the flags ``LINKED`` ... ``CELL`` is set."""
        return bool(self.flags & flag)

    @property
    def key(self) -> int:
        """What tells the line from others: a sentence by itself, a short one with the box it stands in."""
        return self.said if self.flags & SENTENCE else self.said ^ (self.box << 32 | self.box)

    @property
    def frames(self) -> tuple[int, ...]:
        """Keys of the line's first and last words: by themselves, or a short one's with its box."""
        if not (self.opening or self.closing):
            return ()
        box = (0xFFFFFFFF if self.flags & (SENTENCE | LINKED) else self.box) << 32
        return tuple(box | ends for ends in (self.opening, self.closing) if ends)

    @property
    def is_prose(self) -> bool:
        """A sentence that is no link."""
        return self.flags & _PROSE == SENTENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The marks of an article's page; ``key`` tells its address, ``headline`` what it calls itself."""

    host: str
    key: int
    headline: int
    packed: bytes

    @property
    def is_full(self) -> bool:
        """Whether there is text enough to learn from."""
        values = unpacked(self.packed)
        prose = [size for _, _, _, flags, size, _, _ in values if flags & _PROSE == SENTENCE]
        return len(prose) >= _LEAST_LINES and sum(prose) >= _LEAST_TEXT

    @property
    def marks(self) -> list[Mark]:
        """From top to bottom."""
        return list(map(Mark._make, unpacked(self.packed)))


def pack(marks: list[Mark]) -> bytes:
    """The form in which marks are kept."""
    return b"".join(
        _MARK.pack(m.said, m.place, m.box, m.flags, min(m.size, 0xFFFF), m.opening, m.closing)
        for m in marks
    )


def unpacked(packed: bytes) -> Iterator[tuple[int, ...]]:
    """The values of each mark."""
    return _MARK.iter_unpack(packed)


@dataclass(slots=True)
class Row:
    """A line of a tree with its mark and the places of its text: an element, and whether it is its tail."""

    text: str
    mark: Mark
    pieces: list[tuple[_Element, bool]]


def hashed(text: str, size: int = 8) -> int:
    """The same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=size).digest())


_CORRECTING = (  # how a correction begins: each says something else of its own story, however many begin so
    *("correction", "clarification", "editor's note", "editor’s note", "erratum", "errata", "rectificati", "précision"),
    *("correção", "retificação", "corrección", "rectificación", "fe de erratas", "تصحيح", "تصويب", "توضيح"),
    *("masahihisho", "sahihisho", "gyara", "sixid", "እርማት", "korrektur", "berichtigung"),
)  # fmt: skip


@lru_cache(4096)
def said(text: str) -> int:
    """What a line says, as a hash: case, width and, but for sentences, numbers make no difference."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashed(plain if is_sentence(text) else _DIGITS.sub("#", plain))


@lru_cache(4096)
def _frame(text: str) -> tuple[int, int]:
    """What tells a line of which a part changes: its label, or its first words; and its last words."""
    if len(text) > _FRAMED:
        return 0, 0
    words = _DIGITS.sub("#", " ".join(unicodedata.normalize("NFKC", text).casefold().split()))
    if words.startswith(_CORRECTING):
        return 0, 0
    label, colon, _ = words.partition(":")
    parts = words.split()
    count = _SENTENCE_WORDS if is_sentence(text) else _WORDS
    if colon and 1 < len(label) <= _LABEL and len(words) > len(label) + 1:
        return hashed(f"{label.strip()}:", 4), 0
    if len(parts) <= _SENTENCE_WORDS:
        first, last = (parts[0], parts[-1]) if len(parts) > 1 else ("", "")
        return _told_by(first, first), _told_by(last, f"\n{last}")
    return hashed(" ".join(parts[:count]), 4), hashed(f"\n{' '.join(parts[-count:])}", 4)


def _told_by(word: str, key: str) -> int:
    least = _TELLING if word.isascii() else _TELLING - 1
    return hashed(key, 4) if len(word) >= least and any(map(str.isalpha, word)) else 0


def _label(text: str) -> tuple[int, int]:
    """What stands before a link in its line."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashed(words, 4) if any(map(str.isalpha, words)) else 0, 0


@lru_cache(4096)
def _appeals(text: str) -> bool:
    """Whether a line may be an appeal to readers: a few words about what such are about."""
    return appeals.themes(text) > 1


def is_sentence(text: str) -> bool:
    """Long, or a few words that end as sentences do."""
    return len(text) >= _LONG or (text.rstrip(")").endswith(_STOPS) and len(text.split()) > 3)


def teased(marks: Sequence[Mark], known: Container[int] = ()) -> frozenset[int]:
    """Where a sentence stands alone and so does the next: behind headlines, or before "Reply" each time.

    A line whose key is ``known`` to recur is no headline.
    """
    prose = [mark.flags & _PROSE == SENTENCE for mark in marks]
    prose.append(False)
    told = [place for place, is_prose in enumerate(prose) if is_prose and place]
    alone = {place for place in told if not (prose[place - 1] or prose[place + 1])}
    before = {place: marks[place - 1] for place in alone}
    headed = {p for p, mark in before.items() if mark.key not in known and _is_headline(mark)}
    pairs = {place for place in headed if headed & {place - 2, place + 2}}
    answered = {place for place in alone if place + 3 in alone and _are_answered(marks, place)}
    return frozenset(pairs | answered | {place + 3 for place in answered})


def _is_headline(mark: Mark) -> bool:
    return mark.size >= _HEADLINE and not mark.has(ITEM)


def _are_answered(marks: Sequence[Mark], place: int) -> bool:
    """Whether the same short line stands behind a sentence and the one three lines below."""
    return place + 4 < len(marks) and marks[place + 1].said == marks[place + 4].said


def host_of(url: str) -> str | None:
    """The host whose pages are compared: versions for phones belong to it."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
    return _VERSION.sub("", host) or None


def rows(tree: _Element) -> list[Row]:
    """The lines of a page from top to bottom; a line break ends one too."""
    reader = _Reader()
    mute: _Element | None = None
    for event, node in iterwalk(tree, events=("start", "end")):
        if mute is not None:
            if event == "end" and node is mute:
                mute = None
                if node.tail:
                    reader.take(node, node.tail, tail=True)
            continue
        if node.tag in _MUTE and event == "start":
            mute = node
        elif event == "start":
            reader.enter(node)
        else:
            reader.leave(node, is_root=node is tree)
        if len(reader.rows) >= _MOST:
            break
    reader.flush()
    return reader.rows


class _Reader:
    """Collects pieces of text until a block begins or ends."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._steps: list[str] = ["", ""]
        self._tags: list[str] = ["", ""]
        self._texts: list[str] = []
        self._pieces: list[tuple[_Element, bool]] = []
        self._labels: list[str] = []  # what stands outside links
        self._linked = self._bold = 0
        self._links = self._bolds = 0

    def enter(self, node: _Element) -> None:
        tag = node.tag
        if tag in _BREAKING:
            self.flush()
            self._steps.append(f"{self._steps[-1]}>{_step(tag, node.get('class') or '')}")
            self._tags.append(tag)
        elif tag == "br":
            self.flush()
        elif tag == "a":
            self._links += node.get("href") is not None
        elif tag in _BOLD:
            self._bolds += 1
        if text := node.text:
            self.take(node, text, tail=False)

    def leave(self, node: _Element, *, is_root: bool) -> None:
        tag = node.tag
        if tag in _BREAKING:
            self.flush()
            self._steps.pop()
            self._tags.pop()
        elif tag == "a":
            self._links -= node.get("href") is not None
        elif tag in _BOLD:
            self._bolds -= 1
        if not is_root and (text := node.tail):
            self.take(node, text, tail=True)

    def take(self, node: _Element, text: str, *, tail: bool) -> None:
        self._texts.append(text)
        self._pieces.append((node, tail))
        size = len(text.strip())
        if self._links:
            self._linked += size
        else:
            self._labels.append(text)
        self._bold += size if self._bolds else 0

    def flush(self) -> None:
        if not self._texts:
            return
        text = " ".join("".join(self._texts).split())
        if text:
            self.rows.append(Row(text, self._mark(text), self._pieces))
            self._pieces = []
        self._pieces.clear()
        self._texts.clear()
        self._labels.clear()
        self._linked = self._bold = 0

    def _mark(self, text: str) -> Mark:
        tag = self._tags[-1]
        is_linked, is_told = self._linked * 2 >= len(text), is_sentence(text)
        is_headed = tag in _HEADINGS or (self._bold * 10 >= len(text) * 9 and len(text) < _LONG)
        flags = (
            LINKED * is_linked
            | SENTENCE * is_told
            | HEADING * is_headed
            | ITEM * (tag in ("li", "td", "th", "dd", "dt", "blockquote"))
            | TITLE * (tag == "h1")
            | CELL * (tag in ("td", "th"))
            | APPEAL * (is_told and not is_linked and _appeals(text))
        )
        frame = _label("".join(self._labels)) if is_linked else _frame(text)
        return Mark(
            said(text), _path(self._steps[-1]), _path(self._steps[-2]), flags, len(text), *frame
        )


@lru_cache(4096)
def _step(tag: str, names: str) -> str:
    """A box as it is written in paths: its tag and those class names that are not of one page alone."""
    words = {_DIGITS.sub("", word) for word in names.lower().split()}
    kept = sorted(word for word in words if not _OF_ONE_PAGE.match(word))
    return ".".join([tag, *kept[:6]])


@lru_cache(4096)
def _path(steps: str) -> int:
    return hashed(">".join(steps.split(">")[-_LEVELS:]), 4)
