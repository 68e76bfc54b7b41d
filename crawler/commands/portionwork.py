"""What is done with one portion, in whatever process: learn from it, read it, write its articles."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from archive import storage
from archive.article import Article
from archive.reader import Record
from crawler.beside import Beside
from crawler.commands.beat import Beat
from crawler.commands.extracting import Reader, Tally, joined, pieces_in
from crawler.commands.joining import Piece
from crawler.commands.portions import Portion, Walk
from crawler.commands.tasks import WORK, Context, Done
from crawler.commands.teaching import Kept, Teacher, fingerprints, responses
from crawler.fingerprint import Fingerprint, host_of
from crawler.learned import KEPT
from crawler.parts import Continued
from crawler.recurring import Learned
from crawler.versions import Version

Line = tuple[str, int]  # a portion's name, and which of its pages


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _source(portion: Portion, context: Context) -> list[object]:
    sites = sorted(map(repr, context.sites.values()))
    return [context.version, portion.place, portion.mark, portion.begin, portion.end, sites]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Learn from a portion: the newest articles of each host as fingerprints, and what robots.txt says."""

    portion: Portion

    @property
    def name(self) -> str:
        """Tells it from all others of the run."""
        return f"{self.portion.name}.lesson"

    @property
    def place(self) -> str:
        """The file."""
        return self.portion.place

    def key(self, context: Context) -> str:
        """Changes when its result may."""
        return _hash("lesson", context.sites_only, *_source(self.portion, context))

    def run(self, context: Context) -> Done:
        """As ``Taught`` learns from whole files."""
        walk, taken = Walk(self.portion), _Newest()
        records = taken.noting(responses(walk.records(), context.wants))
        for page in fingerprints(records, Beat(1e9), taken.reserved):
            taken.keep(page)
        data = gzip.compress(taken.to_json().encode(), 6, mtime=0)
        files = {f"{WORK}/{self.name}.gz": data}
        return Done(key=self.key(context), began=walk.began, next=walk.next, files=files)


class _Newest:
    """The newest fingerprints of each host, in the order of their records."""

    def __init__(self) -> None:
        self.reserved: dict[str, tuple[str, ...]] = {}
        self._pages: dict[str, OrderedDict[int, Fingerprint]] = {}
        self._places: dict[str, str | None] = {}  # hosts by the network location of a record

    def noting(self, records: Iterator[Record]) -> Iterator[Record]:
        """The same; whose pages they are is remembered."""
        for record in records:
            url = record.url or ""
            self._places.setdefault(urlsplit(url).netloc, host_of(url))
            yield record

    def keep(self, page: Fingerprint) -> None:
        """In place of an older capture."""
        if page.is_full:
            pages = self._pages.setdefault(page.host, OrderedDict())
            pages.pop(page.key, None)
            pages[page.key] = page
            if len(pages) > KEPT:
                pages.popitem(last=False)

    def to_json(self) -> str:
        """For ``lesson_of``."""
        pages = [
            (page.host, page.key, page.headline, base64.b64encode(page.packed).decode())
            for pages in self._pages.values()
            for page in pages.values()
        ]
        whole = {"pages": pages, "reserved": self.reserved, "places": self._places}
        return json.dumps(whole)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a lesson gave; ``places`` are the hosts of the portion's records by their network locations."""

    pages: list[Fingerprint]
    reserved: dict[str, tuple[str, ...]]
    places: dict[str, str | None]

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Out of a lesson's file."""
        found = json.loads(gzip.decompress(data))
        pages = [
            Fingerprint(host=host, key=key, headline=line, packed=base64.b64decode(packed))
            for host, key, line, packed in found["pages"]
        ]
        reserved = {place: tuple(said) for place, said in found["reserved"].items()}
        return cls(pages, reserved, found["places"])


def lore(learned: Mapping[str, str], reserved: Mapping[str, Sequence[str]]) -> bytes:
    """What a portion is read with, packed: the states of its hosts as JSON, and what robots.txt says."""
    whole = {"learned": dict(sorted(learned.items())), "reserved": dict(sorted(reserved.items()))}
    return zlib.compress(json.dumps(whole).encode())


class Told:
    """Knows what others have learned."""

    def __init__(self, lore: bytes) -> None:
        found = json.loads(zlib.decompress(lore))
        self._states = {host: Learned.from_json(text) for host, text in found["learned"].items()}
        self._reserved = {place: tuple(said) for place, said in found["reserved"].items()}

    def of(self, record: Record) -> Learned | None:
        """The state of the record's host."""
        return self._states.get(host_of(record.url or "") or "")

    def beside(self, record: Record) -> Beside:
        """What robots.txt says of the host."""
        return Beside(None, self._reserved.get(urlsplit(record.url or "").netloc, ()))

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Read the articles of a portion, with what is known of its hosts: in a folder of ours, or as told."""

    portion: Portion
    known: Path | bytes

    @property
    def name(self) -> str:
        """Tells it from all others of the run."""
        return f"{self.portion.name}.pages"

    @property
    def place(self) -> str:
        """The file."""
        return self.portion.place

    def key(self, context: Context) -> str:
        """Changes when its result may."""
        known = self.known if isinstance(self.known, bytes) else _stamp(self.known)
        digest = hashlib.sha256(known).hexdigest()
        return _hash("pages", digest, context.sites_only, *_source(self.portion, context))

    def run(self, context: Context) -> Done:
        """The pages in one file, one a line; in another where they go on and what they are versions of."""
        walk, faults = Walk(self.portion), list[str]()
        tally = Tally(beat=Beat(1e9), tell=faults.append)
        teacher: Teacher = Told(self.known) if isinstance(self.known, bytes) else Kept(self.known)
        lines, heads = list[str](), list[str]()
        with closing(teacher):
            reader = Reader(context.sites, teacher, tally, context.wants)
            for piece in pieces_in(walk.records(), self.portion.place, reader):
                lines.append(f"{piece.article.to_json()}\n")
                heads.append(f"{_head(piece)}\n")
        files = {
            f"{WORK}/{self.name}.gz": gzip.compress("".join(lines).encode(), 6, mtime=0),
            f"{WORK}/{self.name}.heads.gz": gzip.compress("".join(heads).encode(), 6, mtime=0),
        }
        return Done(
            key=self.key(context),
            began=walk.began,
            next=walk.next,
            articles=len(lines),
            kinds=dict(sorted(tally.kinds.items())),
            faults=tuple(faults),
            files=files,
        )


def _stamp(home: Path) -> bytes:
    """Changes when what was learned does."""
    files = [home / name for name in ("learned.sqlite", "catalogue.sqlite")]
    states = [path.stat() for path in files if path.exists()]
    return repr([(state.st_size, state.st_mtime_ns) for state in states]).encode()


def _head(piece: Piece[Article]) -> str:
    article, then, version = piece.article, piece.continued, piece.version
    fields: list[Any] = [article.url, article.canonical_url]
    fields.append([then.url, then.is_whole] if then else None)
    fields.append([version.kind, version.url] if version else None)
    return json.dumps(fields)


@dataclass(frozen=True, slots=True)
class Ref:
    """An article, by the pages that it is made of; ``missing`` is the address of a part that never came."""

    url: str
    canonical_url: str
    lines: tuple[Line, ...]
    missing: str | None = None


def heads_of(name: str, data: bytes) -> Iterator[Piece[Ref]]:
    """The pages of a portion as ``_head`` wrote them."""
    for number, text in enumerate(gzip.decompress(data).decode().splitlines()):
        url, canonical, then, version = json.loads(text)
        yield Piece(
            Ref(url, canonical, ((name, number),)),
            Continued(*then) if then else None,
            Version(*version) if version else None,
        )


def pages_in(data: bytes) -> list[str]:
    """The lines of a portion's pages."""
    return gzip.decompress(data).decode().split("\n")[:-1]


@dataclass(frozen=True, slots=True)
class Publishing:
    """Write the articles that belong to a portion, after those that are one were joined.

    ``plan`` is None where that is each of its pages; ``keys`` are those of all pages that it is made of.
    """

    portion: str
    plan: tuple[Ref, ...] | None
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """Tells it from all others of the run."""
        return f"{self.portion}.articles"

    @property
    def place(self) -> str:
        """The file that is written."""
        return f"{self.portion}.jsonl"

    def key(self, context: Context) -> str:
        """Changes when its result may."""
        plan = self.plan and [(ref.lines, ref.missing) for ref in self.plan]
        return _hash("articles", plan, self.keys)

    def run(self, context: Context) -> Done:
        """One file of articles."""
        texts = _Texts(context)
        refs = self.plan
        lines = texts.of(self.portion) if refs is None else [texts.text(ref) for ref in refs]
        data = "".join(f"{line}\n" for line in lines).encode()
        return Done(key=self.key(context), articles=len(lines), files={self.place: data})


class _Texts:
    """The pages of portions."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._read: dict[str, list[str]] = {}

    def of(self, portion: str) -> list[str]:
        """All, as they were read."""
        if portion not in self._read:
            place = storage.joined(self._context.out or "", WORK, f"{portion}.pages.gz")
            with storage.opened(place) as file:
                self._read[portion] = pages_in(file.read())
        return self._read[portion]

    def text(self, ref: Ref) -> str:
        """An article's line."""
        lines = [self.of(portion)[number] for portion, number in ref.lines]
        if len(lines) == 1 and ref.missing is None:
            return lines[0]
        parts = [Article.from_json(line) for line in lines]
        return joined(parts, ref.missing, self._context.sites).to_json()
