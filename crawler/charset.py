"""Bytes of a page to text: the charset that they are in, whatever they are called; never an exception."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

_SAMPLE = 65536
_MARKED = 1024  # bytes at the start of a page, mostly markup
_GOOD = 10  # characters of UTF-8 for a bad byte; no other charset gives so many by chance
_GUESSES = ["cp1252", "cp1256", "iso8859_6"]  # the region's single-byte charsets, likeliest first
_NO_CHARSETS = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")  # Python's
_LATIN = ("cp1252", "latin-1", "iso8859-1", "iso8859-15", "ascii")
_MARKUP = re.compile(rb"<(script|style)\b.*?</\1|<[^>]*>", re.IGNORECASE | re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAILS = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # bytes 80 to BF in Latin-1 and windows-1252
_TWICE = re.compile(  # Latin, punctuation, Arabic, Ethiopic, as UTF-8 read as windows-1252
    f"(?:[ÂÃØÙÚÛ][{_TAILS}]|â[\u0080€][{_TAILS}]|á[\u0088-\u008eˆ‰Š‹Œ][{_TAILS}])+"
)
_TWICE_ARABIC = (
    re.compile(  # the same, read as windows-1256; the first pair by itself is found faster
        "[طظ][^\x00-\x7f] ?(?:[طظ][^\x00-\x7f] ?){3,}"
    )
)
_TAIL = frozenset([*map(chr, range(0x80, 0xC0)), *_TAILS[3:]])
_LONGEST = 4  # bytes of a character in UTF-8
_CONTROLS = (
    *(bytes([byte]) for byte in (*range(9), 0x0B, *range(0x0E, 0x20), 0x7F)),
    *(b"\xef\xbf\xbe", b"\xef\xbf\xbf"),
)
_LEAD = re.compile(f"[\u00c2-\u00f4][{_TAILS}]")  # begins all UTF-8 that was read as windows-1252
_WINDOWS = {ord(bytes([b]).decode("cp1252", "replace")): b for b in range(0x80, 0xA0)}
_WINDOWS.pop(0xFFFD, None)


@dataclass(frozen=True, slots=True)
class Text:
    """A page as text, the charset that it was read in, and what was wrong about it."""

    text: str
    charset: str
    warnings: tuple[str, ...] = ()


def text_of(body: bytes, declared: str | None) -> Text:
    """Read by BOM, by being UTF-8, by declaration (HTTP, then meta), else by the look of the bytes."""
    bom, rest = _bom(body)
    if bom:
        return _read(rest, bom, ())
    if wide := _wide(body):
        return _read(body, wide, (f"no byte order mark, read as {wide}",))
    if _is_utf8(body):
        return _read(body, "utf-8", ())
    if bad := _few_bad(body):
        return _read(body, "utf-8", (f"{bad} bytes that are no UTF-8",))
    named = resolve_encoding(declared or "") or html_body_declared_encoding(body[:4096])
    named = None if named and codecs.lookup(named).name in _NO_CHARSETS else named
    if named and codecs.lookup(named).name == "utf-8":
        return _read(body, *_broken_utf8(body))
    if named and _fits(body, named):
        return _read(body, named, ())
    guess = _guess(body)
    said = f"called {named}, read as {guess}" if named else f"no charset declared, read as {guess}"
    return _read(body, guess, (said,))


def _bom(body: bytes) -> tuple[str | None, bytes]:
    name, mark = read_bom(body)
    return (name, body[len(mark) :]) if name and mark else (None, body)


def _wide(body: bytes) -> str | None:
    """UTF-16 that no mark announces: every second byte of the markup is null."""
    start = body[:_MARKED]
    for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        nulls, others = start[first::2].count(0), start[1 - first :: 2].count(0)
        if start.startswith("<".encode(name)) or nulls * 4 > len(start) > 16 * others:
            return name
    return None


def _few_bad(body: bytes) -> int:
    """How many bytes are no UTF-8 where nearly all others beyond ASCII are; else 0."""
    text = body[: 1 << 20].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text if char > "\x7f") - bad
    return bad if bad * _GOOD <= good else 0


def _is_utf8(body: bytes) -> bool:
    """Text in another charset is hardly ever valid UTF-8, so this outweighs any declaration."""
    if b"\x1b" in body and (b"\x1b$" in body or b"\x1b(" in body):  # one byte is found faster
        return False
    try:
        body.decode()
    except UnicodeDecodeError as e:
        return _is_cut(body, e.start)
    return True


def _is_cut(body: bytes, place: int) -> bool:
    """Whether all that is wrong from there on is that a character ends with the page."""
    if len(body) - place > _LONGEST:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body[place:])
    except UnicodeDecodeError:
        return False
    return True


def _broken_utf8(body: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-8 with a few bad bytes stays UTF-8; mostly bad bytes are another charset called so."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text[: 1 << 20] if char > "\x7f") - bad
    if bad <= max(good, 1):
        return "utf-8", (f"{bad} bytes that are no UTF-8",)
    guess = _guess(body)
    return guess, (f"called utf-8, read as {guess}",)


def _fits(body: bytes, name: str) -> bool:
    """Whether the bytes can be read so, and a Latin name does not hide Arabic letters."""
    try:
        body.decode(name)
    except (UnicodeDecodeError, LookupError):
        return codecs.lookup(name).name == "cp1252" and _guess(body) == "cp1252"
    return codecs.lookup(name).name not in _LATIN or _guess(body) == "cp1252"


def _guess(body: bytes) -> str:
    sample = _MARKUP.sub(b" ", body[: 4 * _SAMPLE])[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=_GUESSES, threshold=0.5).best()
    return best.encoding if best and best.encoding in _GUESSES else "cp1252"


def _read(body: bytes, name: str, warnings: tuple[str, ...]) -> Text:
    text = body.decode(name, "replace").replace("\f", " ")
    if name != "utf-8" or _may_hold_forbidden(body):
        text = _FORBIDDEN.sub("", text)
    once, said = _once_encoded(text)
    if "\ufffd" in once and not warnings:
        said += ("characters that were lost before the page was sent",)
    return Text(once, name, warnings + said)


def _may_hold_forbidden(body: bytes) -> bool:
    """Whether UTF-8 can have characters in it that XML forbids; one byte at a time is found fastest."""
    return any(mark in body for mark in _CONTROLS)


def _once_encoded(text: str) -> tuple[str, tuple[str, ...]]:
    """UTF-8 that was taken for another charset and encoded again: undone and told, all of it or in places."""
    if text.isascii():
        return text, ()
    for to_bytes in (_windows_bytes, _arabic_bytes):
        with suppress(UnicodeEncodeError, UnicodeDecodeError):
            return to_bytes(text).decode("utf-8"), ("UTF-8 encoded twice, undone",)
    if not _is_twice(text):
        return text, ()
    once = _TWICE.sub(lambda found: _undone(found[0], _windows_bytes), text)
    once = _TWICE_ARABIC.sub(lambda found: _undone(found[0], _arabic_bytes), once)
    undone = "" if _is_twice(once) else ", undone"
    return once, (f"UTF-8 encoded twice in places{undone}",)


def _is_twice(text: str) -> bool:
    found = _has_pair(text) and _TWICE.search(text)
    return bool(found or (("ط" in text or "ظ" in text) and _TWICE_ARABIC.search(text)))


def _has_pair(text: str) -> bool:
    """Whether what begins all of ``_TWICE`` is in a text: looked for by its first letters, which are rare."""
    for letter in "ÂÃØÙÚÛâá":
        place = text.find(letter)
        while place >= 0:
            if text[place + 1 : place + 2] in _TAIL:
                return True
            place = text.find(letter, place + 1)
    return False


def _undone(found: str, to_bytes: Callable[[str], bytes]) -> str:
    try:
        return to_bytes(found).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return found


def _arabic_bytes(text: str) -> bytes:
    """Bytes of UTF-8 as windows-1256 gave them; the first that are not ASCII are tried before the whole."""
    first = _beyond_ascii(text)
    start = text[first : first + _LONGEST].encode("cp1256")
    try:
        start.decode()
    except UnicodeDecodeError as e:
        if e.start == 0:
            raise
    return text.encode("cp1256")


def _windows_bytes(text: str) -> bytes:
    """Bytes of UTF-8 as windows-1252 or Latin-1 gave them; fails on what cannot be such."""
    first = _beyond_ascii(text)
    if not _LEAD.match(text, first):
        raise UnicodeEncodeError("latin-1", text, first, first + 1, "no UTF-8 begins so")
    return text.translate(_WINDOWS).encode("latin-1")


def _beyond_ascii(text: str) -> int:
    """Where its first character stands that is not ASCII; it has one."""
    try:
        text.encode("ascii")
    except UnicodeEncodeError as e:
        return e.start
    return len(text)
