"""CDXJ files as they lie in packages, plain or in blocks of gzip, read with an eye on what is wrong."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping

from archive.cdxj import Line
from archive.finding import Finding, fault

_CHECK = "cdxj"
_PIECE = 1 << 16


def checked_lines(raw: Iterable[bytes | Finding]) -> Iterator[Line | Finding]:
    """The lines of a CDXJ; a fault where one is none, is not in its order or is there twice."""
    before, number = b"", 0
    for found in raw:
        if isinstance(found, Finding):
            yield found
            continue
        number += 1
        if found.startswith((b"!", b" CDX")):
            continue
        if found <= before:
            what = "is there twice" if found == before else "is not in its order"
            yield fault(_CHECK, f"line {number} {what}")
        before = found
        try:
            yield Line.parse(found.decode())
        except ValueError as e:
            yield fault(_CHECK, f"line {number} is no CDXJ: {e}")


def plain_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in bytes that come in pieces; no matter whether the last one has an end."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest


def zipped_lines(pieces: Iterable[bytes], places: bytes | None) -> Iterator[bytes | Finding]:
    """The lines in members of gzip, each of which ``places``, the ``.idx`` if there is one, must lead to."""
    members = _Members(pieces)
    try:
        if places is None:
            yield from plain_lines(text for _ in members for text in members.texts())
            return
        told = _places(places)
        for offset in members:
            begin: bytes | None = None
            for line in plain_lines(members.texts()):
                begin = line.partition(b"{")[0].strip() if begin is None else begin
                yield line
            prefix = (begin or b"").decode("utf-8", "replace")
            fields = {"offset": offset, "length": members.length, "digest": members.digest}
            yield from _check_place(prefix, fields, next(told, None))
        if next(told, None):
            yield fault(_CHECK, "the .idx leads to blocks that are not there")
    except ValueError as e:
        yield fault(_CHECK, f"an index that cannot be read: {e}")


def _check_place(
    prefix: str, fields: Mapping[str, object], told: tuple[str, dict[str, object]] | None
) -> Iterator[Finding]:
    block = f"the block at byte {fields['offset']}"
    if told is None or told[0] != prefix or told[1].get("offset") != fields["offset"]:
        yield fault(_CHECK, f"the .idx does not lead to {block}")
    elif told[1] != {name: value for name, value in fields.items() if name in told[1]}:
        yield fault(_CHECK, f"the .idx does not fit {block}")


def _places(listed: bytes) -> Iterator[tuple[str, dict[str, object]]]:
    for text in listed.decode().splitlines():
        prefix, brace, block = text.partition("{")
        if not prefix.startswith("!"):
            yield prefix.strip(), json.loads(brace + block)


class _Members:
    """The members of a gzip file in pieces; ``texts`` must be drawn to its end before the next one.

    Iterating tells where each begins; ``length`` and ``digest`` are of the latest, once it has ended.
    Raises ``ValueError`` where there is none.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._data = next(self._pieces, b"")
        self._offset = self.length = 0
        self.digest = ""

    def __iter__(self) -> Iterator[int]:
        while self._data:
            yield self._offset
            self._offset += self.length

    def texts(self) -> Iterator[bytes]:
        """What the member holds, in pieces."""
        inflater, digest, self.length = zlib.decompressobj(zlib.MAX_WBITS | 16), hashlib.sha256(), 0
        while not inflater.eof:
            data = self._data
            try:
                text = inflater.decompress(data, _PIECE)
            except zlib.error as e:
                raise ValueError(f"the block at byte {self._offset} does not inflate: {e}") from e
            left = inflater.unused_data or inflater.unconsumed_tail
            digest.update(data[: len(data) - len(left)])
            self.length += len(data) - len(left)
            self._data = left or next(self._pieces, b"")
            if not (data or text):
                raise ValueError(f"the block at byte {self._offset} has no end")
            yield text
        self.digest = f"sha256:{digest.hexdigest()}"
