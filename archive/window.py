"""Look ahead in a file's uncompressed bytes, and know where in the file each of them lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

PIECE = 1 << 16  # bytes; read and inflated at a time
REWORK = 8  # damaged files are gone over again, up to so many times their size in all
FREE_REWORK = 1 << 24


@dataclass(frozen=True, slots=True)
class Place:
    """A byte: ``within`` uncompressed bytes into the gzip member that begins at ``offset``.

    In a file that is not compressed ``within`` is 0.
    """

    offset: int
    within: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """What makes the bytes of a compressed file end before the file does.

    ``offset`` is where the broken member begins; from ``resume`` on a sound one may begin; ``at`` is how
    far it was read; ``cut`` says that the file ends there.
    """

    offset: int
    reason: str
    resume: int
    at: int
    cut: bool


class BrokenError(Exception):
    """Carries a ``Break`` out of the iteration that met it."""

    def __init__(self, broken: Break) -> None:
        super().__init__(broken.reason)
        self.broken = broken


class Window:
    """A forward view on pieces of bytes; ``position`` counts the bytes taken."""

    def __init__(self, pieces: Iterator[bytes], position: int = 0) -> None:
        self.broken: Break | None = None
        self._begin(pieces, position)

    def _begin(self, pieces: Iterator[bytes], position: int) -> None:
        self._pieces, self._buffer, self._used = pieces, b"", 0
        self.position = position
        self.broken = None

    def peek(self, count: int) -> bytes:
        """The next bytes, left in place; fewer than ``count`` only where they end or break."""
        while len(self._buffer) - self._used < count and self.broken is None:
            try:
                piece = next(self._pieces, None)
            except BrokenError as e:
                self.broken = e.broken
                break
            if piece is None:
                break
            self._buffer = self._buffer[self._used :] + piece
            self._used = 0
        return self._buffer[self._used : self._used + count]

    def skip(self, count: int) -> None:
        """Past bytes that have been peeked at."""
        self._used += count
        self.position += count

    def some(self, limit: int) -> bytes:
        """At least one byte and at most ``limit``, as it comes cheapest; none where they end."""
        if self._used == len(self._buffer):
            self.peek(1)
        data = self._buffer[self._used : self._used + limit]
        self.skip(len(data))
        return data


class PlainFile(Window):
    """A file as it is."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._size, self._spent = file, size, 0
        super().__init__(pieces(file, start), start)

    def place(self) -> Place | None:
        """Where the next byte lies; None where there is none."""
        return Place(self.position) if self.peek(1) else None

    def lacks(self, count: int) -> bool:
        """Whether the file is known to end before so many more bytes."""
        return self.position + count > self._size and not self._grew(count)

    def _grew(self, count: int) -> bool:
        here = self._file.tell()
        self._size = self._file.seek(0, 2)
        self._file.seek(here)
        return self.position + count <= self._size

    def forget(self) -> None:
        """Nothing is kept of what came before."""

    def boundary(self) -> int | None:
        """The file's offset of the next byte."""
        return self.position

    def begins_member(self) -> bool:
        """No member begins in a plain file."""
        return False

    def members_taken(self) -> int:
        """A plain file has one member."""
        return 1

    def broke_before(self) -> Break | None:
        """Nothing breaks in a plain file."""
        return None

    def is_cut(self) -> bool:
        """Whether the file ends here."""
        return not self.peek(1)

    def go_back(self, place: Place) -> bool:
        """To an earlier place; refused when too much has been read again already."""
        again = self.position - place.offset
        if self._spent > REWORK * self._size + FREE_REWORK:
            return False
        self._spent += again
        self._begin(pieces(self._file, place.offset), place.offset)
        return True

    def recover(self) -> bool:
        """Nothing to find after the end of a plain file."""
        return False


def pieces(file: BinaryIO, offset: int) -> Iterator[bytes]:
    """The file's bytes from ``offset`` to its end."""
    while True:
        file.seek(offset)
        data = file.read(PIECE)
        if not data:
            return
        offset += len(data)
        yield data
