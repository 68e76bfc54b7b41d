"""What re-extraction would change: each article read again beside what the catalogue has of it; nothing is written."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from archive.article import Article
from archive.errors import ArchiveError, UsageError
from archive.warcfile import final_name
from crawler.commands.beat import Beat
from crawler.commands.extracting import Reader, Tally, counted, new_joiner, taught_articles
from crawler.commands.fromarchive import copy_database
from crawler.commands.search import open_catalogue
from crawler.commands.teaching import Kept, Taught, Teacher, archive_of
from crawler.fingerprint import host_of
from crawler.learned import FILE, States
from spiders.site import sites_in

if TYPE_CHECKING:
    from argparse import Namespace

    from archive.catalogue import Catalogue
    from archive.reader import Record
    from crawler.beside import Beside
    from crawler.recurring import Learned

_OF_SOURCE = (
    "parts",
    "opt_outs",
)  # the rest of provenance says how it was read, not what was found
_HOSTS = 64  # whose states are held in memory
_SHOWN = 300  # characters of a value in words

Kind = Literal["changed", "new", "gone"]


@dataclass(frozen=True, slots=True)
class Difference:
    """An article that would come out otherwise; ``fields`` holds each value before and after."""

    kind: Kind
    id: str
    url: str
    fields: dict[str, tuple[Any, Any]]

    @property
    def text(self) -> list[str]:
        """The paragraphs that differ, as a unified diff with one paragraph around each change."""
        before, after = self.fields.get("text", ("", ""))
        lines = unified_diff(_paragraphs(before), _paragraphs(after), n=1, lineterm="")
        return [line for line in lines if not line.startswith(("---", "+++"))]

    def to_json(self) -> str:
        """One line."""
        fields = {name: {"before": a, "after": b} for name, (a, b) in self.fields.items()}
        whole = {"kind": self.kind, "id": self.id, "url": self.url, "fields": fields}
        return json.dumps(whole | {"text_diff": self.text}, ensure_ascii=False)


class Differences(Iterator[Difference]):
    """Those found, one by one; ``articles`` and ``counts`` are final when there are no more."""

    def __init__(self, found: Iterator[Difference], tally: Tally) -> None:
        self.counts: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()
        self._found, self._tally = found, tally

    def __next__(self) -> Difference:
        found = next(self._found)
        self.counts[found.kind] += 1
        if found.kind == "changed":
            self.fields.update(found.fields.keys())
        return found

    def summary(self) -> str:
        """The counts, and which fields change how often."""
        counts = self.counts
        fields = ", ".join(f"{name} {n}" for name, n in self.fields.most_common())
        return (
            f"{self._tally.articles} articles read: {counts['changed']} would change,"
            f" {counts['new']} would be new, {counts['gone']} would be gone"
            + (f"; by field: {fields}" if fields else "")
        )


def differences(files: Sequence[Path], options: Namespace, tally: Tally) -> Differences:
    """Of the archive in ``data_dir``, or of some of its files."""
    home: Path = options.data_dir
    found = sorted((home / "warc").glob("*.warc.gz")) + sorted((home / "warc").glob("*.open"))
    if not found:
        raise ArchiveError(f"no archive in {home}: no warc/*.warc.gz")
    for path in files:
        if path.exists() and archive_of(path, home) != home.resolve():
            raise UsageError(f"{path} is not of the archive in {home}: nothing to compare it with")
    paths = list(files) or found
    return Differences(_differences(home, paths, options, tally), tally)


def _differences(
    home: Path, paths: Sequence[Path], options: Namespace, tally: Tally
) -> Iterator[Difference]:
    with ExitStack() as opened:
        catalogue = opened.enter_context(open_catalogue(home))
        teacher = Today(home, paths, relearn=options.relearn)
        opened.callback(teacher.close)
        reader = Reader(sites_in(home), teacher, tally)
        compared = _Compared(catalogue)
        for article in _articles(paths, reader):
            if difference := compared.take(article):
                yield difference
        yield from compared.gone(frozenset(map(final_name, paths)) if options.files else None)


def _articles(paths: Sequence[Path], reader: Reader) -> Iterator[Article]:
    joiner = new_joiner(reader.sites)
    for path in paths:
        yield from taught_articles(path, reader, joiner)
    yield from counted(joiner.rest(), reader.tally)


class Today:
    """Knows of hosts what their pages teach by today's rules, and of records what was known when they came.

    The pages are those that the archive has kept fingerprints of; with ``relearn``, or without any such,
    those of the files.
    """

    def __init__(self, home: Path, paths: Sequence[Path], *, relearn: bool) -> None:
        self._cache: OrderedDict[str, Learned | None] = OrderedDict()
        self._taught: Teacher | None = None
        self._states: States | None = None
        with ExitStack() as opened:
            self._kept = Kept(home)
            opened.callback(self._kept.close)
            if relearn or not (home / FILE).exists():
                self._taught = Taught(paths, Beat())
                opened.callback(self._taught.close)
            else:
                folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="djeli-"))
                copy_database(home / FILE, Path(folder) / FILE)
                self._states = States(Path(folder) / FILE)
                opened.callback(self._states.close)
            self._opened = opened.pop_all()

    def of(self, record: Record) -> Learned | None:
        """What recurs on the record's host."""
        if self._taught:
            return self._taught.of(record)
        host = host_of(record.url or "")
        if host is None or self._states is None:
            return None
        if host not in self._cache:
            self._cache[host] = self._states.relearned(host)
            if len(self._cache) > _HOSTS:
                self._cache.popitem(last=False)
        return self._cache[host]

    def beside(self, record: Record) -> Beside:
        """What was known of the record elsewhere."""
        return self._kept.beside(record)

    def close(self) -> None:
        """Give back what is open."""
        self._opened.close()


class _Compared:
    """Articles beside the catalogue's, and which of those have come again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._come: set[int] = set()  # ids
        self._said: set[int] = set()  # words of a page, as they were read now

    def take(self, article: Article) -> Difference | None:
        """How it differs; a later capture that says the same as an earlier one is no article of its own."""
        article = Article.from_json(article.to_json())
        self._come.add(_number(article.id))
        words = _number(article.canonical_url, article.title, article.lead, article.text)
        was_said = words in self._said
        self._said.add(words)
        if json_before := self._catalogue.json_of(article.id):
            fields = changed(Article.from_json(json_before), article)
            return Difference("changed", article.id, article.url, fields) if fields else None
        if was_said:
            return None
        newest = self._catalogue.newest_at(article.canonical_url)
        if newest and (newest.title, newest.lead, newest.text) == (
            article.title,
            article.lead,
            article.text,
        ):
            return None
        return Difference("new", article.id, article.url, {"text": ("", article.text)})

    def gone(self, files: frozenset[str] | None) -> Iterator[Difference]:
        """Articles of these files, or all, that have not come again."""
        for id_ in self._catalogue.ids():
            if _number(id_) in self._come:
                continue
            before = Article.from_json(self._catalogue.json_of(id_) or "")
            if files is None or before.provenance.warc_file in files:
                yield Difference("gone", id_, before.url, {"text": (before.text, "")})


def changed(before: Article, after: Article) -> dict[str, tuple[Any, Any]]:
    """The fields in which two readings of a page differ; how it was read is no difference."""
    old, new = _fields(before), _fields(after)
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}


def _fields(article: Article) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(article.to_json())
    source = fields.pop("provenance")
    del fields["schema_version"]
    return fields | {name: source[name] for name in _OF_SOURCE}


def in_words(difference: Difference) -> str:
    """Its fields before and after, its text by paragraphs."""
    lines = [f"{difference.kind}: {difference.id} {difference.url}"]
    for name, values in difference.fields.items():
        lines.append(f"  {name}")
        if name == "text":
            lines += [f"    {line}" for line in difference.text]
        elif name != "sketch":  # of the text
            lines += [f"    {sign}{_short(v)}" for sign, v in zip("-+", values, strict=True)]
    return "\n".join(lines)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _number(*texts: str | None) -> int:
    """64 bits that stand for them."""
    whole = "\0".join(text or "" for text in texts).encode()
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "big")
